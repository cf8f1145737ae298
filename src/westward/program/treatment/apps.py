"""The app ``treatment``."""

from __future__ import annotations

from django.apps import AppConfig


class TreatmentConfig(AppConfig):
    """Name and label."""

    name = "westward.program.treatment"
    label = "treatment"

    def ready(self) -> None:
        """Add the verbs, the tab of the chart, the entry of the menu, and what the worker does again and again."""
        from westward.program.accounts.menu import MenuEntry, add_entry
        from westward.program.letters.choices import LetterKind
        from westward.program.letters.hooks import offer
        from westward.program.people.chart import Tab, add_tab
        from westward.program.people.family import add_section
        from westward.program.referral import sources
        from westward.program.shell import ticks
        from westward.program.treatment import journey, necessity, policies, steroid_card
        from westward.program.treatment.actions.escalate import watch
        from westward.program.treatment.family_section import vaccines_section
        from westward.program.treatment.family_today import medicines_section
        from westward.program.treatment.letter import compose

        policies.register()
        ticks.add("treatment.escalate", watch, every_s=30)
        sources.add_facts(journey.facts)
        offer(LetterKind.TREATMENT_START, compose)
        offer(LetterKind.STEROID_CARD, steroid_card.compose)
        offer(LetterKind.NECESSITY, necessity.compose)
        offer(LetterKind.APPEAL, necessity.appeal)
        add_section(5, "treatment/family_today.html", medicines_section)
        add_section(6, "treatment/family_section.html", vaccines_section)
        add_tab(Tab(55, "Treatment", "child-treatment", "treatment.read", ("evidence",)))
        add_entry(MenuEntry(55, "Protocols", "protocols", "treatment.protocols", more=True))
        add_entry(MenuEntry(56, "Evidence", "evidence", "treatment.protocols", more=True))
