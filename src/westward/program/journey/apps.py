"""The app ``journey``."""

from __future__ import annotations

from django.apps import AppConfig


class JourneyConfig(AppConfig):
    """Name and label."""

    name = "westward.program.journey"
    label = "journey"

    def ready(self) -> None:
        """Add the verb, the entry of the menu and the tab of the chart, and follow every act."""
        from westward.program.accounts.menu import MenuEntry, add_entry
        from westward.program.acts import acted
        from westward.program.journey import policies, projection
        from westward.program.people.chart import Tab, add_tab
        from westward.program.referral import sources
        from westward.program.shell import ticks

        policies.register()
        add_entry(MenuEntry(10, "Board", "board", "journey.board"))
        add_tab(Tab(10, "Timeline", "child-timeline"))
        sources.add_known(projection.known)
        acted.connect(projection.on_act, dispatch_uid="journey")
        ticks.add("journey.rebuild", projection.rebuild, every_s=600)
