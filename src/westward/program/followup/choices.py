"""Coded values of follow-up. A code never changes; its words may."""

from __future__ import annotations

from django.db import models


class EntryKind(models.TextChoices):
    """What a family told."""

    CLUSTER = "cluster", "Cluster of spasms"
    SINGLE = "single", "Single spasms"
    FREE_DAY = "free_day", "A day without spasms seen"
    RED_FLAG = "red_flag", "Red flag"
    NOTE = "note", "Note"


class Waking(models.TextChoices):
    """Relation to sleep."""

    AFTER_WAKING = "after_waking", "After waking"
    FALLING_ASLEEP = "falling_asleep", "Falling asleep"
    AWAKE = "awake", "While awake"
    UNKNOWN = "unknown", "Not known"


class RedFlag(models.TextChoices):
    """What needs an act at once; the page says which, before anything is sent."""

    FEVER = "fever", "Fever"
    VOMITING = "vomiting", "Vomiting"
    BLACK_STOOL = "black_stool", "Black or bloody stool"
    BREATHING = "breathing", "Trouble breathing"
    DROWSY = "drowsy", "Very drowsy, hard to wake"
    MISSED_STEROID = "missed_steroid", "Missed hormone dose"


class Severity(models.TextChoices):
    """How grave an adverse event was."""

    MILD = "mild", "Mild"
    MODERATE = "moderate", "Moderate"
    SEVERE = "severe", "Severe"
    LIFE_THREATENING = "life_threatening", "Life-threatening"
    DEATH = "death", "Death"


class Instrument(models.TextChoices):
    """Developmental instruments named in the trials and clinics of infantile spasms."""

    BAYLEY_III = "bayley_iii", "Bayley-III"
    BAYLEY_4 = "bayley_4", "Bayley-4"
    VINELAND_II = "vineland_ii", "Vineland-II"
    VINELAND_3 = "vineland_3", "Vineland-3"
    MULLEN = "mullen", "Mullen"
    GRIFFITHS = "griffiths", "Griffiths"
    DP_3 = "dp_3", "DP-3"
    ASQ = "asq", "ASQ"
    OTHER = "other", "Other"


class Known(models.TextChoices):
    """Yes, no, not known."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class Following(models.TextChoices):
    """Whether the program still reaches the family."""

    REACHED = "reached", "Reached"
    LOST = "lost", "Lost to follow-up"


class OutcomeMonth(models.IntegerChoices):
    """When outcomes are recorded, months after the first dose."""

    M3 = 3, "3 months"
    M6 = 6, "6 months"
    M12 = 12, "12 months"
    M24 = 24, "24 months"


class CallAnswer(models.TextChoices):
    """What a family said when it was called; none of it is confirmed, and none of it is a day without spasms."""

    SEEN = "seen", "Spasms seen"
    NONE = "none", "None noticed since the last contact"
    NOT_REACHED = "not_reached", "Nobody reached"
