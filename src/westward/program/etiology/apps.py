"""The app ``etiology``."""

from __future__ import annotations

from django.apps import AppConfig


class EtiologyConfig(AppConfig):
    """Name and label."""

    name = "westward.program.etiology"
    label = "etiology"
