"""The app ``letters``."""

from __future__ import annotations

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Name and label."""

    name = "westward.program.letters"
    label = "letters"

    def ready(self) -> None:
        """Add the verbs, the entry of the menu and the tab of the chart."""
        from westward.program.accounts.menu import MenuEntry, add_entry
        from westward.program.letters import policies
        from westward.program.people.chart import Tab, add_tab

        policies.register()
        add_entry(MenuEntry(50, "Letters", "letters", "letters.list"))
        add_tab(Tab(60, "Letters", "child-letters", "letters.read"))
