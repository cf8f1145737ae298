"""Coded values of referrals. A code never changes; its words may."""

from __future__ import annotations

from django.db import models

from westward.care.triage import Level


class Source(models.TextChoices):
    """How a referral came in."""

    PROFESSIONAL = "professional", "Form, professional"
    PARENT = "parent", "Form, parent"
    PHONE = "phone", "Phone"
    FAX = "fax", "Fax"
    SECOND_OPINION = "second_opinion", "Second opinion"
    TRANSFER = "transfer", "Transfer from a hospital"


PUBLIC = frozenset({Source.PROFESSIONAL, Source.PARENT})
"""Sources that need no account: the public form."""


class SenderRelation(models.TextChoices):
    """What the sender is to the child."""

    PARENT = "parent", "Parent"
    GUARDIAN = "guardian", "Guardian"
    RELATIVE = "relative", "Another relative"
    PEDIATRICIAN = "pediatrician", "Pediatrician"
    NEUROLOGIST = "neurologist", "Neurologist"
    EMERGENCY = "emergency", "Emergency department"
    OTHER_CLINICIAN = "other_clinician", "Another clinician"
    OTHER = "other", "Somebody else"
    UNKNOWN = "unknown", "Not known"


CLINICIANS = frozenset(
    {
        SenderRelation.PEDIATRICIAN,
        SenderRelation.NEUROLOGIST,
        SenderRelation.EMERGENCY,
        SenderRelation.OTHER_CLINICIAN,
    }
)
"""Senders who are clinicians; at acceptance they become the referring clinician of the chart."""


class Precision(models.TextChoices):
    """How exactly a day is known."""

    DAY = "day", "On this day"
    WEEK = "week", "In the week of this day"
    MONTH = "month", "In the month of this day"
    RANGE = "range", "Between two days"
    UNKNOWN = "unknown", "Not known"


class ReferralState(models.TextChoices):
    """Where a referral stands; ``open`` alone waits for a decision."""

    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    REDIRECTED = "redirected", "Sent elsewhere"
    CLOSED = "closed", "Closed"


class UploadKind(models.TextChoices):
    """What a stored file is."""

    VIDEO = "video", "Video"
    DOCUMENT = "document", "Document"


LEVELS = [(level.value, level.words.capitalize()) for level in Level]
"""Levels of triage for pages, least urgent first."""
