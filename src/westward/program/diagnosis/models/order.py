"""Video-EEG orders, and what the technologist writes of a recording."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.diagnosis.choices import Known, Length, OrderState, Urgency
from westward.program.people.models import Child


class EegOrder(models.Model):
    """One video-EEG that a child needs.

    ``done_through`` is the study by which alone it counts as recorded; None if a sheet or a person says so. It is open
    again when that study leaves the chart.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="eeg_orders")
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.DAYS)
    length = models.CharField(max_length=12, choices=Length.choices, default=Length.OVERNIGHT)
    sleep_required = models.BooleanField(default=True)
    limb_emg = models.BooleanField(default=True)
    reason = models.TextField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=OrderState.choices, default=OrderState.OPEN)
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_on = models.DateField(null=True, blank=True)
    done_through = models.ForeignKey(
        "diagnosis.Study", on_delete=models.PROTECT, null=True, blank=True, related_name="closed_orders"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    canceled_because = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-ordered_at", "-pk")
        indexes = (models.Index(fields=["state", "child"], name="diagnosis_order_state"),)

    def __str__(self) -> str:
        return self.audit_id

    @property
    def audit_id(self) -> str:
        """How the audit chain names this order."""
        return f"eeg_order:{self.pk}"


class TechnologistSheet(models.Model):
    """What the technologist says of one recording; a later sheet of the same order takes the place of this one.

    Impedances are kOhm; None is not measured, never zero.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="eeg_sheets")
    order = models.ForeignKey(EegOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="sheets")
    recorded_on = models.DateField()
    deltoid_emg = models.CharField(max_length=8, choices=Known.choices, default=Known.UNKNOWN)
    impedance_least_kohm = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    impedance_most_kohm = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    impedances_kohm = models.JSONField(default=dict, blank=True)
    leads_missing = models.CharField(max_length=200, blank=True)
    skin_before = models.CharField(max_length=200, blank=True)
    skin_after = models.CharField(max_length=200, blank=True)
    sleep_recorded = models.CharField(max_length=8, choices=Known.choices, default=Known.UNKNOWN)
    events_seen = models.CharField(max_length=8, choices=Known.choices, default=Known.UNKNOWN)
    events_words = models.TextField(blank=True)
    handed_to = models.CharField(max_length=100, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        """Newest first."""

        ordering = ("-written_at", "-pk")

    def __str__(self) -> str:
        return f"eeg_sheet:{self.pk}"
