"""Whether a calendar was handed out on paper or for the phone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; everything handed out before was paper."""

    dependencies = (("treatment", "0005_product_of_a_bottle"),)

    operations = (
        migrations.AddField(
            model_name="printed",
            name="medium",
            field=models.CharField(
                choices=[("paper", "On paper"), ("phone", "For the phone")], default="paper", max_length=8
            ),
        ),
    )
