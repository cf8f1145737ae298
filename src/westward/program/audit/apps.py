"""The app ``audit``."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Name and label."""

    name = "westward.program.audit"
    label = "audit"
