"""The app ``followup``."""

from __future__ import annotations

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Name and label."""

    name = "westward.program.followup"
    label = "followup"
