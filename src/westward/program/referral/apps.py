"""The app ``referral``."""

from __future__ import annotations

from django.apps import AppConfig


class ReferralConfig(AppConfig):
    """Name and label."""

    name = "westward.program.referral"
    label = "referral"

    def ready(self) -> None:
        """Add the verbs to the table of policies."""
        from westward.program.referral import policies

        policies.register()
