"""The app ``diagnosis``."""

from __future__ import annotations

from django.apps import AppConfig


class DiagnosisConfig(AppConfig):
    """Name and label."""

    name = "westward.program.diagnosis"
    label = "diagnosis"

    def ready(self) -> None:
        """Add verbs, tabs, entries of the menu and what the worker does every few seconds; follow corrected charts."""
        from westward.program.accounts.menu import MenuEntry, add_entry
        from westward.program.diagnosis import correcting, journey, policies, sight
        from westward.program.people import veil
        from westward.program.people.chart import Tab, add_tab
        from westward.program.referral import sources
        from westward.program.shell import ticks

        policies.register()
        correcting.follow()
        veil.add(sight.veils)
        sources.add_facts(journey.facts)
        sources.add_eegs(journey.eeg_days)
        add_tab(Tab(40, "EEG", "child-eeg", "diagnosis.read"))
        add_tab(Tab(45, "Diagnosis", "child-diagnosis", "diagnosis.read"))
        add_entry(MenuEntry(36, "EEGs to record", "eeg-room", "diagnosis.room"))
        add_entry(MenuEntry(38, "EEGs to read", "eeg-queue", "diagnosis.queue"))
        ticks.add("diagnosis.inbox", _inbox, every_s=5.0)
        ticks.add("diagnosis.recover", _recover, every_s=30.0)
        ticks.add("diagnosis.sweep", _sweep, every_s=3600.0)


def _inbox() -> int:
    from westward.program.diagnosis.inbox import look_in

    return look_in()


def _recover() -> int:
    from westward.program.diagnosis.analyzing import recover

    return recover()


def _sweep() -> int:
    from westward.program.diagnosis.files import sweep

    return sweep()
