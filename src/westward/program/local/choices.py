"""Coded values of local values. A code never changes; its words may."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """Where an entry stands."""

    WAITING = "waiting", "Waits for a second person"
    IN_FORCE = "in_force", "In force"
    DECLINED = "declined", "Turned down"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SupplyState(models.TextChoices):
    """Where a drug stands at a site."""

    HERE = "here", "Here now"
    ORDER = "order", "Must be ordered"
    NONE = "none", "Not to be had"
