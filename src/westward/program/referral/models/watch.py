"""Infants at risk of spasms who are watched by EEG."""

from __future__ import annotations

from typing import Any

from django.db import models

from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.referral.choices import WatchEnd


class AtRisk(models.Model):
    """A child on the surveillance list, for one or more risks, until closed.

    ``own_due`` is a next EEG that a person set, where no published schedule says one or the child needs another.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="at_risk")
    risks: models.JSONField[Any, Any] = models.JSONField()
    listed_on = models.DateField()
    note = models.TextField(blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    own_due = models.DateField(null=True, blank=True)
    own_due_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=12, choices=WatchEnd.choices, blank=True)
    closed_words = models.TextField(blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    closed_by_merge = "closed_on"

    class Meta:
        """A child stands on the list once."""

        constraints = (
            models.UniqueConstraint(fields=["child"], condition=models.Q(closed_on=None), name="referral_at_risk_once"),
        )

    def __str__(self) -> str:
        return f"surveillance of {self.child_id}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names it."""
        return f"surveillance:{self.pk}"


class SurveillanceEeg(models.Model):
    """A surveillance EEG that was done, here or elsewhere; a wrong entry is withdrawn."""

    entry = models.ForeignKey(AtRisk, on_delete=models.PROTECT, related_name="eegs")
    on = models.DateField()
    where = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """One a day."""

        ordering = ("on",)
        constraints = (
            models.UniqueConstraint(
                fields=["entry", "on"], condition=models.Q(withdrawn_at=None), name="referral_surveillance_eeg_once"
            ),
        )

    def __str__(self) -> str:
        return f"EEG {self.pk} of {self.entry_id}"
