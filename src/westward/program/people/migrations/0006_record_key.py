from typing import Any

from django.db import migrations, models

import westward.program.people.names


def fill(apps: Any, schema_editor: Any) -> None:
    """Charts from before the column are found by their number as well."""
    child = apps.get_model("people", "Child")
    for one in child.objects.exclude(record_number="").iterator():
        one.save(update_fields=["record_key"])


class Migration(migrations.Migration):
    dependencies = [("people", "0005_merges")]

    operations = [
        migrations.AddField(
            model_name="child",
            name="record_key",
            field=westward.program.people.names.NumberKey(default="", editable=False, max_length=80),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["record_key"], name="people_child_record_key"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
