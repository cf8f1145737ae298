"""The app ``journey``."""

from __future__ import annotations

from django.apps import AppConfig


class JourneyConfig(AppConfig):
    """Name and label."""

    name = "westward.program.journey"
    label = "journey"
