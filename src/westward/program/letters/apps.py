"""The app ``letters``."""

from __future__ import annotations

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Name and label."""

    name = "westward.program.letters"
    label = "letters"
