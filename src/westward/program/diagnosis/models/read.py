"""Reads: what a physician saw, before and after the engine's result was shown."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models

from westward.program.accounts.models import User
from westward.program.diagnosis.choices import Known, Quality, ReadKind, ReadSide
from westward.program.diagnosis.models.study import EngineResult, Study


def _answer() -> models.CharField[str, str]:
    return models.CharField(max_length=8, choices=Known.choices, default=Known.UNKNOWN)


def _side() -> models.CharField[str, str]:
    return models.CharField(max_length=16, choices=ReadSide.choices, default=ReadSide.UNKNOWN)


class Read(models.Model):
    """One version of one reader's read; never changed, a new version takes its place.

    ``based`` is None if the reader calls the study not assessable. ``age_d`` is the age in days on the recording day,
    by the chart as it was when this was stored; None if it was not known. ``takes_over`` is the read of somebody else
    in whose place this one counts: that one was of another age, and its reader was gone or asked.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="reads")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ReadKind.choices)
    stored_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    takes_over = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    age_d = models.PositiveIntegerField(null=True, blank=True)
    based = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(5)])
    not_assessable_because = models.CharField(max_length=300, blank=True)
    multifocal = _answer()
    spikes_in_half = _answer()
    high_amplitude = _answer()
    grouped_multifocal = _answer()
    attenuations = _answer()
    hypsarrhythmia = _answer()
    focal_or_multifocal = _answer()
    discharge_side = _side()
    interictal_normal = _answer()
    suppression_burst = _answer()
    sleep_recorded = _answer()
    event_recorded = _answer()
    ictal_correlate = _answer()
    ictal_side = _side()
    event_eeg_normal = _answer()
    quality = models.CharField(max_length=8, choices=Quality.choices, default=Quality.GOOD)
    words = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Oldest version first."""

        ordering = ("stored_at", "version", "pk")
        constraints = (
            models.UniqueConstraint(fields=["study", "reader", "version"], name="diagnosis_read_version_once"),
        )

    def __str__(self) -> str:
        return self.audit_id

    @property
    def audit_id(self) -> str:
        """How the audit chain names this version."""
        return f"read:{self.pk}"


class Handover(models.Model):
    """A reader asks that another confirm a read that was made at another age, or read the study in its place."""

    read = models.OneToOneField(Read, on_delete=models.PROTECT, related_name="handover")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"handover of read {self.read_id}"


class EngineView(models.Model):
    """When somebody saw the engine's result for the first time, and on which version of the own read.

    ``own_read`` is None for whoever had none: who only looks after the child, and cannot read it blind any more.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="engine_views")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey(EngineResult, on_delete=models.PROTECT, related_name="+")
    own_read = models.ForeignKey(Read, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The first time counts."""

        constraints = (models.UniqueConstraint(fields=["study", "reader"], name="diagnosis_seen_once"),)

    def __str__(self) -> str:
        return f"engine result of study {self.study_id} seen by {self.reader_id}"


class SecondRead(models.Model):
    """A second reader is asked; blind to the first read and to the engine until the own read is stored."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="second_reads")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    stored_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Once for a reader."""

        constraints = (models.UniqueConstraint(fields=["study", "reader"], name="diagnosis_second_read_once"),)

    def __str__(self) -> str:
        return f"second read of study {self.study_id} by {self.reader_id}"
