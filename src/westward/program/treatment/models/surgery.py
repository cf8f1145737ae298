"""Surgery: a referral with its clock, candidacy by findings, conference, operation, outcome. Never a verdict."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.treatment.choices import Finding, OperationKind, OutcomeClass, ReferralReason


class SurgeryReferral(models.Model):
    """A surgical referral; open until a conference has been held or it is closed with a reason."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="surgery_referrals")
    reason = models.CharField(max_length=16, choices=ReferralReason.choices)
    words = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        """The latest first; one is open at a time."""

        ordering = ("-opened_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["child"], condition=models.Q(closed_at=None), name="treatment_surgery_referral_once"
            ),
        )

    def __str__(self) -> str:
        return f"surgery referral:{self.pk}"


class Candidacy(models.Model):
    """One answer of the checklist; the latest of an item is in force. Answers are findings, not a verdict."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="candidacy")
    item = models.CharField(max_length=24, choices=Finding.choices)
    answer = models.CharField(max_length=8, choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")])
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.item} {self.answer} for {self.child_id}"


class Conference(models.Model):
    """What a surgical conference said, in its words."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="conferences")
    on = models.DateField()
    present = models.CharField(max_length=300)
    note = models.TextField()
    plan = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"conference of {self.child_id} on {self.on}"


class Operation(models.Model):
    """An operation that was done."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="operations")
    kind = models.CharField(max_length=24, choices=OperationKind.choices)
    side = models.CharField(max_length=12, choices=[("left", "Left"), ("right", "Right"), ("both", "Both or midline")])
    on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=300, blank=True)
    pathology = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"{self.kind} of {self.child_id} on {self.on}"


class SurgeryOutcome(models.Model):
    """The outcome class after an operation on one day; by whom it was judged."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="outcomes")
    on = models.DateField()
    outcome = models.CharField(max_length=12, choices=OutcomeClass.choices)
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """In time."""

        ordering = ("on", "pk")

    def __str__(self) -> str:
        return f"{self.outcome} of {self.operation_id} on {self.on}"
