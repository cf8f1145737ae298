from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def held_now(apps: Any, schema_editor: Any) -> None:
    """Whoever holds a referral by having taken it over has had that time."""
    takeovers = apps.get_model("referral", "Takeover")
    for one in apps.get_model("referral", "Referral").objects.exclude(taken_at=None).exclude(owner=None):
        takeovers.objects.create(referral=one, user_id=one.owner_id, at=one.taken_at)


class Migration(migrations.Migration):
    dependencies = [
        ("referral", "0003_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Takeover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="takeovers", to="referral.referral"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("referral", "user"), name="referral_takeover_once"),
                ],
            },
        ),
        migrations.RunPython(held_now, migrations.RunPython.noop),
    ]
