import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diagnosis", "0006_find_read_age"),
    ]

    operations = [
        migrations.AddField(
            model_name="read",
            name="takes_over",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="diagnosis.read",
            ),
        ),
        migrations.AlterField(
            model_name="read",
            name="kind",
            field=models.CharField(
                choices=[
                    ("own", "Own read, before the engine's result was seen"),
                    ("changed", "Changed after the engine's result was seen"),
                    ("amended", "Amended after signing"),
                    ("age", "Confirmed at the corrected age"),
                    ("taken", "Read in place of another reader"),
                ],
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                (
                    "read",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handover", to="diagnosis.read"
                    ),
                ),
            ],
        ),
    ]
