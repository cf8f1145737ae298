from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """After what was stored is settled: PostgreSQL alters no table in the transaction that changed its rows."""

    dependencies = [
        ("treatment", "0009_one_plan_in_force"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("checked_at__isnull", False), ("signed_at__isnull", False), ("voided_at", None)),
                fields=("run",),
                name="treatment_plan_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("voided_at__isnull", False),
                    ("signed_by", None),
                    ("checked_by", None),
                    models.Q(("signed_by", models.F("checked_by")), _negated=True),
                    _connector="OR",
                ),
                name="treatment_plan_by_two",
            ),
        ),
    ]
