from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journey", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="open",
            field=models.JSONField(null=True),
        ),
    ]
