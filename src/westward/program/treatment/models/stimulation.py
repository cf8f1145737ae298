"""Neurostimulation: the device, its settings over time, and how the child was under each."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.treatment.choices import StimulatorKind, StimulatorResponse


class Stimulator(models.Model):
    """A device that was implanted or tried."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="stimulators")
    kind = models.CharField(max_length=12, choices=StimulatorKind.choices)
    model = models.CharField(max_length=80)
    implanted_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-implanted_on", "-pk")

    def __str__(self) -> str:
        return f"stimulator:{self.pk}"


class Setting(models.Model):
    """Settings from one day on, as read from the programmer, with the response under those before."""

    stimulator = models.ForeignKey(Stimulator, on_delete=models.PROTECT, related_name="settings")
    on = models.DateField()
    values = models.CharField(max_length=300)
    source = models.CharField(max_length=200)
    response = models.CharField(max_length=12, choices=StimulatorResponse.choices)
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"setting of {self.stimulator_id} on {self.on}"
