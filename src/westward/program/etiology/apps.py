"""The app ``etiology``."""

from __future__ import annotations

from django.apps import AppConfig


class EtiologyConfig(AppConfig):
    """Name and label."""

    name = "westward.program.etiology"
    label = "etiology"

    def ready(self) -> None:
        """Add the verbs, the entries of the menu and the tab of the chart."""
        from westward.program.accounts.menu import MenuEntry, add_entry
        from westward.program.etiology import diagnosis_letter, policies
        from westward.program.etiology.letter import compose
        from westward.program.letters import hooks
        from westward.program.letters.choices import LetterKind
        from westward.program.people.chart import Tab, add_tab

        policies.register()
        hooks.offer(LetterKind.CAUSE, compose)
        diagnosis_letter.register()
        add_entry(MenuEntry(45, "Cause", "causes", "etiology.list", more=True))
        add_tab(Tab(50, "Cause", "child-cause", "etiology.read", ("tests", "samples", "imaging", "phenotype")))
