"""An outcome of a check that was done and is not judged, as where no limit is set."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more choice."""

    dependencies = (("treatment", "0007_days_that_have_passed"),)

    operations = (
        migrations.AlterField(
            model_name="checkdone",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("within", "Within the limit"),
                    ("over", "Beyond the limit"),
                    ("not_judged", "Done, not judged"),
                    ("not_done", "Not done"),
                ],
                max_length=10,
            ),
        ),
    )
