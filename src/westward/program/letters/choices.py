"""Coded values of letters. A code never changes; its words may."""

from __future__ import annotations

from django.db import models


class LetterKind(models.TextChoices):
    """At which point of the journey a letter is written."""

    REFERRAL_RECEIVED = "referral_received", "Referral received"
    DIAGNOSIS = "diagnosis", "Diagnosis"
    CAUSE = "cause", "Search for the cause"
    TREATMENT_START = "treatment_start", "Treatment started"
    STEROID_CARD = "steroid_card", "Steroid card"
    DAY_14 = "day_14", "Day 14"
    NECESSITY = "necessity", "Necessity of the drug"
    APPEAL = "appeal", "Appeal of a denial"
    OTHER = "other", "Other"


class LetterState(models.TextChoices):
    """Where a letter stands; a signed one is never changed, only corrected by another."""

    DRAFT = "draft", "Draft"
    SIGNED = "signed", "Signed"
    WITHDRAWN = "withdrawn", "Draft withdrawn"


class Origin(models.TextChoices):
    """Where a version of the text came from."""

    DRAFTED = "drafted", "Drafted from the chart"
    EDITED = "edited", "Edited"


class Channel(models.TextChoices):
    """How a letter left."""

    FAX = "fax", "Fax"
    MAIL = "mail", "Post"
    PORTAL = "portal", "Hospital portal or secure message"
    HANDED_OVER = "handed_over", "Handed over"
