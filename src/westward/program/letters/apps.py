"""The app ``letters``."""

from __future__ import annotations

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Name and label."""

    name = "westward.program.letters"
    label = "letters"

    def ready(self) -> None:
        """Add the verbs to the table of policies, and the tab to the chart."""
        from westward.program.letters import policies
        from westward.program.people.chart import Tab, add_tab

        policies.register()
        add_tab(Tab(60, "Letters", "child-letters", "letters.read"))
