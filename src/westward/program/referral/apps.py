"""The app ``referral``."""

from __future__ import annotations

from django.apps import AppConfig


class ReferralConfig(AppConfig):
    """Name and label."""

    name = "westward.program.referral"
    label = "referral"
