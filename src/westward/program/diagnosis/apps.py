"""The app ``diagnosis``."""

from __future__ import annotations

from django.apps import AppConfig


class DiagnosisConfig(AppConfig):
    """Name and label."""

    name = "westward.program.diagnosis"
    label = "diagnosis"
