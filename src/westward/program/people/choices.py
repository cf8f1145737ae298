"""Coded values of people. A code never changes; its words may."""

from __future__ import annotations

from django.db import models


class Sex(models.TextChoices):
    """Sex as the chart has it."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Not known"


class ChildState(models.TextChoices):
    """Whether the program still works on a chart; all but ``active`` silence every clock, reminder and message."""

    ACTIVE = "active", "Active"
    DECEASED = "deceased", "Deceased"
    TRANSFERRED = "transferred", "Transferred"
    MERGED = "merged", "Merged into another chart"


class Relation(models.TextChoices):
    """What a caregiver is to the child."""

    MOTHER = "mother", "Mother"
    FATHER = "father", "Father"
    GUARDIAN = "guardian", "Guardian"
    FOSTER = "foster", "Foster parent"
    OTHER = "other", "Other"


class ConsentPurpose(models.TextChoices):
    """What a consent is for."""

    CARE = "care", "Care"
    RESEARCH = "research", "Research"
    SHARING = "sharing", "Sharing between centers"
    VIDEO = "video", "Video for teaching and research"


class ConsentAnswer(models.TextChoices):
    """What was answered; the latest answer for a purpose is in force."""

    GIVEN = "given", "Given"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ClinicianKind(models.TextChoices):
    """What an outside clinician does."""

    PEDIATRICIAN = "pediatrician", "Pediatrician"
    NEUROLOGIST = "neurologist", "Neurologist"
    EMERGENCY = "emergency", "Emergency department"
    PAYER = "payer", "Insurer or pharmacy benefit"
    OTHER = "other", "Other"


class TieRole(models.TextChoices):
    """What an outside clinician is to a child."""

    REFERRING = "referring", "Referring"
    PRIMARY = "primary", "Primary care"
    OTHER = "other", "Also informed"


class MoveKind(models.TextChoices):
    """What became of a row when its chart was merged."""

    MOVED = "moved", "Moved"
    CLOSED = "closed", "Moved, and closed because the other chart has the same in force"
    STAYED = "stayed", "Stayed with the merged chart, which can have only one"
    DERIVED = "derived", "Computed anew"
