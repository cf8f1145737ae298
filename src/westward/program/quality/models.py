"""Facts about safety events, their review and what follows from it."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import Site, User
from westward.program.people.models import Child
from westward.program.quality.choices import EventKind, EventState, Harm, Step


class SafetyEvent(models.Model):
    """Something that went wrong or nearly did, as it was filed; what was written stays as it was.

    ``source`` names what the program stopped, such as ``study:12``, and stands once. A child need not be named.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, blank=True, related_name="safety_events")
    kind = models.CharField(max_length=16, choices=EventKind.choices)
    harm = models.CharField(max_length=12, choices=Harm.choices, default=Harm.UNKNOWN)
    harm_reviewed = models.CharField(max_length=12, choices=Harm.choices, blank=True)
    step = models.CharField(max_length=12, choices=Step.choices, default=Step.OTHER)
    happened_on = models.DateField(null=True, blank=True)
    what = models.TextField()
    prevented = models.TextField(blank=True)
    source = models.CharField(max_length=64, blank=True)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=EventState.choices, default=EventState.FILED)

    class Meta:
        """The oldest that waits comes first; what the program stopped is filed once."""

        ordering = ("filed_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["source"], condition=~models.Q(source=""), name="quality_event_of_a_source_once"
            ),
        )
        indexes = (models.Index(fields=["state", "site"], name="quality_event_state"),)

    def __str__(self) -> str:
        return self.audit_id

    @property
    def level(self) -> Harm:
        """How far it went: as reviewed, else as filed."""
        return Harm(self.harm_reviewed or self.harm)

    @property
    def audit_id(self) -> str:
        """How the audit chain names this event."""
        return f"event:{self.pk}"


class Review(models.Model):
    """What a reviewer found; each step of a review is a row of its own."""

    event = models.ForeignKey(SafetyEvent, on_delete=models.PROTECT, related_name="reviews")
    findings = models.TextField()
    state = models.CharField(max_length=8, choices=EventState.choices)
    harm = models.CharField(max_length=12, choices=Harm.choices)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    class Meta:
        """As they were written."""

        ordering = ("reviewed_at", "pk")

    def __str__(self) -> str:
        return f"review {self.pk} of {self.event_id}"


class SafetyAction(models.Model):
    """Something that is done so that it does not happen again; overdue is a question about ``due``."""

    event = models.ForeignKey(SafetyEvent, on_delete=models.PROTECT, related_name="actions")
    words = models.CharField(max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="safety_actions")
    due = models.DateField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """By due day."""

        ordering = ("due", "pk")

    def __str__(self) -> str:
        return f"action {self.pk} of {self.event_id}"
