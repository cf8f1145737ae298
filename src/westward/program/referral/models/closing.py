"""A red flag nobody was reached about is closed by two people: one asks, another agrees."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.referral.choices import CloseReason
from westward.program.referral.models.intake import Referral


class Closing(models.Model):
    """One person asks to close a referral; ``agreed`` is None until somebody has answered.

    Whoever asked may take it back and cannot agree to it. ``other`` is the other referral of a duplicate.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="closings")
    why = models.CharField(max_length=12, choices=CloseReason.choices)
    other = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        """Newest first; two people."""

        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(agreed__isnull=True)
                | models.Q(agreed=False)
                | ~models.Q(answered_by=models.F("asked_by")),
                name="referral_closing_by_two",
            ),
        )

    def __str__(self) -> str:
        return f"closing {self.pk} of {self.referral_id}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names it."""
        return f"closing:{self.pk}"
