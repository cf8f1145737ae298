"""Coded values of quality. A code never changes; its words may."""

from __future__ import annotations

from django.db import models


class EventKind(models.TextChoices):
    """What sort of safety event it was."""

    NEAR_MISS = "near_miss", "Near miss"
    WRONG_PATIENT = "wrong_patient", "Wrong patient"
    DELAY = "delay", "Delay"
    OTHER = "other", "Other"


class Harm(models.TextChoices):
    """How far it went; ``not known`` is an answer of its own and never counts as none."""

    NOT_REACHED = "not_reached", "Did not reach a child"
    NONE = "none", "Reached a child, no harm"
    TEMPORARY = "temporary", "Temporary harm"
    LASTING = "lasting", "Lasting harm"
    DEATH = "death", "Death"
    UNKNOWN = "unknown", "Not known yet"


class Step(models.TextChoices):
    """Where on the way it happened."""

    REFERRAL = "referral", "Referral and contact"
    EEG = "eeg", "EEG"
    READING = "reading", "Reading and diagnosis"
    CAUSE = "cause", "Work-up of the cause"
    TREATMENT = "treatment", "Treatment"
    LETTERS = "letters", "Letters and messages"
    SOFTWARE = "software", "This program"
    OTHER = "other", "Elsewhere"


class EventState(models.TextChoices):
    """How far the review is."""

    FILED = "filed", "To review"
    REVIEW = "review", "In review"
    CLOSED = "closed", "Closed"
