"""The app ``people``."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Name and label."""

    name = "westward.program.people"
    label = "people"

    def ready(self) -> None:
        """Add the verbs, the entry of the menu and the tab of the chart."""
        from westward.program.accounts.choices import Kind
        from westward.program.accounts.menu import MenuEntry, add_entry
        from westward.program.people import policies
        from westward.program.people.chart import Tab, add_tab

        policies.register()
        add_entry(MenuEntry(20, "Children", "children", "people.list"))
        add_entry(MenuEntry(10, "My child", "my-child", kind=Kind.CAREGIVER))
        add_tab(Tab(20, "Person", "child-person"))
