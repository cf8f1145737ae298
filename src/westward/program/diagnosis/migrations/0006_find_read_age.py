from typing import Any

from django.db import migrations


def find(apps: Any, schema_editor: Any) -> None:
    """A read was made at the age of the last run of the engine that was asked for before it; else it is unknown."""
    reads, analyses = apps.get_model("diagnosis", "Read"), apps.get_model("diagnosis", "Analysis")
    for read in reads.objects.filter(age_d=None).only("study_id", "stored_at"):
        last = (
            analyses.objects.filter(study=read.study_id, asked_at__lte=read.stored_at).order_by("asked_at", "pk").last()
        )
        if last is not None:
            reads.objects.filter(pk=read.pk).update(age_d=last.age_d)


class Migration(migrations.Migration):
    dependencies = [
        ("diagnosis", "0005_read_age"),
    ]

    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
