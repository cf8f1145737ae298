"""What is asked before the diagnosis, the diagnosis itself, and the day of the first treatment."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.diagnosis.choices import Outcome, Part
from westward.program.people.models import Child


class Assessment(models.Model):
    """Answers to one part of what is asked; the newest of a part is in force, earlier ones stay.

    ``answers`` holds codes of questions with yes, no or unknown (semiology: also the type); the two days are the
    first and the last on which the first spasm may have been.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="assessments")
    part = models.CharField(max_length=10, choices=Part.choices)
    answers = models.JSONField(default=dict)
    onset_earliest = models.DateField(null=True, blank=True)
    onset_latest = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True)
    stored_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stored_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-stored_at", "-pk")
        indexes = (models.Index(fields=["child", "part"], name="diagnosis_assessment_part"),)

    def __str__(self) -> str:
        return f"assessment:{self.pk}"


class Decision(models.Model):
    """What a physician decided of the diagnosis; revised by a new decision with a reason, never changed.

    ``judgment`` is the judgment of the criteria as it stood, whole: items, answers, facts with source and status.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    on = models.DateField()
    words = models.TextField(blank=True)
    judgment = models.JSONField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    revises = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="revised_by")

    class Meta:
        """Newest first."""

        ordering = ("-decided_at", "-pk")

    def __str__(self) -> str:
        return self.audit_id

    @property
    def audit_id(self) -> str:
        """How the audit chain names this decision."""
        return f"decision:{self.pk}"


class FirstTreatment(models.Model):
    """The day on which the first treatment was given; stops the clocks. A correction is a new row with a reason."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="first_treatments")
    on = models.DateField()
    what = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        """The newest is in force."""

        ordering = ("-recorded_at", "-pk")

    def __str__(self) -> str:
        return f"first_treatment:{self.pk}"
