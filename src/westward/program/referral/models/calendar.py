"""EEG slots and appointments."""

from __future__ import annotations

from datetime import UTC

from django.db import models

from westward.program.accounts.models import Site, User
from westward.program.people.models import Child
from westward.program.referral.choices import HOLDING, AppointmentKind, AppointmentState


class Slot(models.Model):
    """A bed with a technologist for some hours."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    bed = models.CharField(max_length=40)
    technologist = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    night = models.BooleanField(default=False)
    interpreter = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        """A bed begins one slot at a time."""

        ordering = ("starts", "bed")
        indexes = (models.Index(fields=["starts"], name="referral_slot_time"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="referral_slot_span"),
            models.UniqueConstraint(
                fields=["site", "bed", "starts"],
                condition=models.Q(withdrawn_at=None, site__isnull=False),
                name="referral_slot_once",
            ),
            models.UniqueConstraint(
                fields=["bed", "starts"],
                condition=models.Q(withdrawn_at=None, site__isnull=True),
                name="referral_slot_once_no_site",
            ),
        )

    def __str__(self) -> str:
        return f"slot {self.pk}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names it."""
        return f"slot:{self.pk}"

    @property
    def hours(self) -> float:
        """How long it is, also over a night in which summer time begins or ends."""
        return (self.ends.astimezone(UTC) - self.starts.astimezone(UTC)).total_seconds() / 3600


class Appointment(models.Model):
    """A child is expected somewhere; an EEG appointment holds a slot."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="appointments")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=12, choices=AppointmentKind.choices)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    with_whom = models.CharField(max_length=200, blank=True)
    interpreter = models.CharField(max_length=200, blank=True)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments")
    state = models.CharField(max_length=8, choices=AppointmentState.choices, default=AppointmentState.BOOKED)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(auto_now_add=True)
    state_at = models.DateTimeField(null=True, blank=True)
    state_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state_reason = models.TextField(blank=True)

    class Meta:
        """A slot is held by one child at a time, whatever happens at the same moment."""

        ordering = ("starts", "pk")
        indexes = (models.Index(fields=["child", "starts"], name="referral_appointments"),)
        constraints = (
            models.UniqueConstraint(
                fields=["slot"],
                condition=models.Q(slot__isnull=False, state__in=sorted(HOLDING)),
                name="referral_slot_held_once",
            ),
        )

    def __str__(self) -> str:
        return f"appointment {self.pk}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names it."""
        return f"appointment:{self.pk}"
