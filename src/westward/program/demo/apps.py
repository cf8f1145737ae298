"""The app ``demo``; it is installed by :mod:`westward.program.demo.settings` alone."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Name and label."""

    name = "westward.program.demo"
    label = "demo"
