"""The app ``oversight``."""

from __future__ import annotations

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Name and label."""

    name = "westward.program.oversight"
    label = "oversight"
