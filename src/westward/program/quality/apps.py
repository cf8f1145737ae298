"""The app ``quality``."""

from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Name and label."""

    name = "westward.program.quality"
    label = "quality"
