"""The app ``quality``."""

from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Name and label."""

    name = "westward.program.quality"
    label = "quality"

    def ready(self) -> None:
        """Add the verbs, the entries of the menu and the tab of the chart."""
        from westward.program.accounts.menu import MenuEntry, add_entry
        from westward.program.people.chart import Tab, add_tab
        from westward.program.quality import policies

        policies.register()
        add_entry(MenuEntry(70, "Quality", "quality", "quality.board", more=True))
        add_entry(MenuEntry(72, "Safety", "safety", "quality.own", more=True))
        add_tab(Tab(90, "Safety event", "child-safety"))
