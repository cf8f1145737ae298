"""The app ``followup``."""

from __future__ import annotations

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Name and label."""

    name = "westward.program.followup"
    label = "followup"

    def ready(self) -> None:
        """Add the verbs, the tab, the menu's entry and the family's section."""
        from westward.program.accounts.menu import MenuEntry, add_entry
        from westward.program.followup import policies
        from westward.program.followup.candidacy import gather
        from westward.program.followup.family import diary_section
        from westward.program.followup.letter import compose
        from westward.program.followup.next_steps import proposed
        from westward.program.letters.choices import LetterKind
        from westward.program.letters.hooks import offer as offer_letter
        from westward.program.people.chart import Tab, add_tab
        from westward.program.people.family import add_section
        from westward.program.shell import ticks
        from westward.program.treatment.hooks import offer as offer_proposals
        from westward.program.treatment.hooks import offer_findings

        policies.register()
        ticks.add("followup.compare", _compare, every_s=30.0)
        ticks.add("followup.sweep", _sweep, every_s=3600.0)
        add_tab(Tab(57, "Response", "child-response", "followup.read"))
        add_entry(MenuEntry(57, "Follow-up", "followup", "followup.worklist"))
        offer_letter(LetterKind.DAY_14, compose)
        offer_proposals(proposed)
        offer_findings(gather)
        add_section(40, "followup/section.html", diary_section)


def _compare() -> int:
    from westward.program.followup.compared import prepare

    return prepare()


def _sweep() -> int:
    from westward.program.followup.sweeping import sweep

    return sweep()
