"""The head, and the triggers that keep the chain from being changed."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from westward.program.audit import triggers


def _forward(apps: Any, schema_editor: Any) -> None:
    apps.get_model("audit", "Head").objects.get_or_create(pk=1)
    triggers.install(schema_editor.connection)


def _back(apps: Any, schema_editor: Any) -> None:
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = (("audit", "0001_initial"),)
    operations = (migrations.RunPython(_forward, _back),)
