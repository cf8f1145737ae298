"""The app ``shell``."""

from __future__ import annotations

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Name and label."""

    name = "westward.program.shell"
    label = "shell"
