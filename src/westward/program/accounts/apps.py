"""The app ``accounts``."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Name and label."""

    name = "westward.program.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect what is written down when people sign in."""
        from westward.program.accounts import signals

        signals.connect()
