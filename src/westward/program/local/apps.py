"""The app ``local``."""

from __future__ import annotations

from django.apps import AppConfig


class LocalConfig(AppConfig):
    """Name and label."""

    name = "westward.program.local"
    label = "local"

    def ready(self) -> None:
        """Add the verbs, and offer what was approved to whoever reads the evidence."""
        from westward.program.local import policies, queries
        from westward.program.shell import values

        policies.register()
        values.offer(queries.in_force)
