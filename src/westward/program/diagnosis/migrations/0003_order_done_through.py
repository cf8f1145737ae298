import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diagnosis", "0002_study_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="eegorder",
            name="done_through",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closed_orders",
                to="diagnosis.study",
            ),
        ),
    ]
