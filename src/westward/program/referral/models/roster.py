"""Who answers referrals, when and where."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from westward.program.accounts.models import Site, User


class Shift(models.Model):
    """One person on duty at one rank; rank 1 answers first. Without a site it holds for all sites."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    rank = models.PositiveSmallIntegerField(default=1)
    phone = models.CharField(max_length=40, blank=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        """In the order of time; asked for who is on duty at a moment."""

        ordering = ("starts", "rank")
        indexes = (models.Index(fields=["ends", "starts"], name="referral_shift_time"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="referral_shift_span"),
            models.CheckConstraint(condition=models.Q(rank__gte=1), name="referral_shift_rank"),
        )

    def __str__(self) -> str:
        return f"shift {self.pk}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names it."""
        return f"shift:{self.pk}"

    @property
    def until(self) -> datetime:
        """When it really ends: as planned, or earlier if it was ended or handed over."""
        return min(self.ends, self.ended_at) if self.ended_at else self.ends

    @property
    def void(self) -> bool:
        """Whether it was ended before it began."""
        return self.until <= self.starts
