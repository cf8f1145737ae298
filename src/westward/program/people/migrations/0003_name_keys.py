from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Charts from before the column have a key to be searched by."""
    child = apps.get_model("people", "Child")
    for one in child.objects.filter(name_key="").iterator():
        one.save(update_fields=["name_key"])


class Migration(migrations.Migration):
    dependencies = [("people", "0002_history")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
