"""The app ``treatment``."""

from __future__ import annotations

from django.apps import AppConfig


class TreatmentConfig(AppConfig):
    """Name and label."""

    name = "westward.program.treatment"
    label = "treatment"
