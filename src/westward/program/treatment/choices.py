"""Coded values of treatment. A code never changes; its words may."""

from __future__ import annotations

from django.db import models


class MeasuredKind(models.TextChoices):
    """What was measured."""

    WEIGHT = "weight", "Weight"
    LENGTH = "length", "Length"


class RunState(models.TextChoices):
    """Where a protocol run stands."""

    PLANNED = "planned", "Planned"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    STOPPED = "stopped", "Stopped"
    COMPLETED = "completed", "Completed"


class PlanReason(models.TextChoices):
    """Why a plan was made."""

    START = "start", "Start"
    WEIGHT = "weight", "New weight"
    STRENGTH = "strength", "Another strength dispensed"
    BRANCH = "branch", "Next step of the protocol"
    ADJUST = "adjust", "Days put in"


class StopReason(models.TextChoices):
    """Why a run ended before its last day."""

    FAILURE = "failure", "Spasms or hypsarrhythmia persist"
    ADVERSE = "adverse", "Adverse event"
    FAMILY = "family", "The family's wish"
    SWITCH = "switch", "Another protocol follows"
    OTHER = "other", "Other"


class AccessStage(models.TextChoices):
    """Where getting the drug stands; the treatment clock stops at the first dose alone."""

    REMS = "rems", "REMS enrollment"
    AUTHORIZATION = "authorization", "Prior authorization asked"
    DENIED = "denied", "Denied"
    APPEAL = "appeal", "Appealed"
    APPROVED = "approved", "Approved"
    SHIPPED = "shipped", "Shipped"
    IN_HAND = "in_hand", "In the family's hands"


class DayZeroStep(models.TextChoices):
    """What one act opens on the day of the diagnosis."""

    BASELINE = "baseline", "Baseline checks"
    PROTOCOL = "protocol", "Choose and sign the protocol"
    ACCESS = "access", "Get the drug"
    TEACHING = "teaching", "Teach the family"
    MRI = "mri", "MRI by the epilepsy protocol"
    GENETICS = "genetics", "Genetic tests"
    EYES = "eyes", "Eye examination"
    EARLY_INTERVENTION = "early_intervention", "Early-intervention referral"


class Outcome(models.TextChoices):
    """How a check came out."""

    WITHIN = "within", "Within the limit"
    OVER = "over", "Beyond the limit"
    NOT_DONE = "not_done", "Not done"
