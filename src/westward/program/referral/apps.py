"""The app ``referral``."""

from __future__ import annotations

from django.apps import AppConfig


class ReferralConfig(AppConfig):
    """Name and label."""

    name = "westward.program.referral"
    label = "referral"

    def ready(self) -> None:
        """Add the verbs, the entries of the menu, the tab of the chart, and what the worker does again and again."""
        from westward.program.accounts.menu import MenuEntry, add_entry
        from westward.program.people.chart import Tab, add_tab
        from westward.program.referral import family, letter, policies
        from westward.program.referral.actions.notify import watch
        from westward.program.shell import ticks

        policies.register()
        letter.register()
        family.register()
        add_tab(Tab(30, "Referral", "child-referral"))
        add_entry(MenuEntry(30, "Referrals", "referrals", "referral.list"))
        add_entry(MenuEntry(32, "Overdue", "overdue", "overdue.list"))
        add_entry(MenuEntry(34, "EEG slots", "slots", "slots.list"))
        ticks.add("referral.escalate", watch, every_s=30)
