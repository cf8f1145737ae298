"""EEGs that were recorded elsewhere."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.diagnosis.choices import OutsideState
from westward.program.diagnosis.models.study import Recording
from westward.program.people.models import Child


class OutsideEeg(models.Model):
    """One EEG from elsewhere: asked for, arrived, readable or not, and what it lacks."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="outside_eegs")
    place = models.CharField(max_length=200)
    recorded_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=OutsideState.choices, default=OutsideState.REQUESTED)
    requested_on = models.DateField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    arrived_on = models.DateField(null=True, blank=True)
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    missing = models.JSONField(default=list)
    words = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first."""

        ordering = ("-requested_on", "-pk")

    def __str__(self) -> str:
        return self.audit_id

    @property
    def audit_id(self) -> str:
        """How the audit chain names this EEG."""
        return f"outside_eeg:{self.pk}"
