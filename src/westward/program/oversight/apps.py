"""The app ``oversight``."""

from __future__ import annotations

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Name and label."""

    name = "westward.program.oversight"
    label = "oversight"

    def ready(self) -> None:
        """Add the daily mail to what the worker does."""
        from westward.program.oversight.daily import send_overdue
        from westward.program.shell import ticks

        ticks.add("mail.overdue", send_overdue, every_s=300)
