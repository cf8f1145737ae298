"""The app ``people``."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Name and label."""

    name = "westward.program.people"
    label = "people"

    def ready(self) -> None:
        """Add the verbs to the table of policies."""
        from westward.program.people import policies

        policies.register()
