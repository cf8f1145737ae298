"""The product that stands on the bottle dispensed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; bottles recorded before have none."""

    dependencies = (("treatment", "0004_sequence_of_a_run"),)

    operations = (
        migrations.AddField(
            model_name="bottle",
            name="product",
            field=models.CharField(default="", max_length=48),
        ),
    )
