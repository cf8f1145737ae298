"""Days of a child's way, as told and by whom; who owns a child's next step."""

from __future__ import annotations

from django.db import models

from westward.care.clocks import Milestone
from westward.care.when import When
from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.referral.choices import MILESTONES, FactSource


class ChildFact(models.Model):
    """When a milestone of a child was, as somebody said; a newer one supersedes it and it stays."""

    closed_by_merge = "superseded_at"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="facts")
    milestone = models.CharField(max_length=20, choices=MILESTONES)
    earliest = models.DateField(null=True, blank=True)
    latest = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=FactSource.choices)
    note = models.CharField(max_length=400, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        """One in force for each milestone."""

        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["child", "milestone"], condition=models.Q(superseded_at=None), name="referral_fact_once"
            ),
            models.CheckConstraint(
                condition=models.Q(earliest__isnull=True, latest__isnull=True)
                | models.Q(earliest__lte=models.F("latest")),
                name="referral_fact_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.milestone} of {self.child_id}"

    @property
    def when(self) -> When:
        """The span; not known if it has no days."""
        return When(self.earliest, self.latest)

    @property
    def what(self) -> Milestone:
        """The milestone."""
        return Milestone(self.milestone)


class Ownership(models.Model):
    """Who owns a child's next step."""

    closed_by_merge = "ended_at"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="ownerships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="owns")
    since = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One owner at a time."""

        ordering = ("-since", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["child"], condition=models.Q(ended_at=None), name="referral_owner_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} owns {self.child_id}"
