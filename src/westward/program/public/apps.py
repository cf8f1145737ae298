"""The app ``public``."""

from __future__ import annotations

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Name and label."""

    name = "westward.program.public"
    label = "public"
