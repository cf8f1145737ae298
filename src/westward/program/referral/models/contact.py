"""Who was spoken to, and who was asked next when nobody was."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.referral.choices import Channel, InterpreterUse, WithWhom
from westward.program.referral.models.intake import Referral
from westward.program.referral.models.roster import Shift


class Contact(models.Model):
    """One attempt to reach somebody about a referral or a child; a wrong entry is withdrawn, never changed."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    at = models.DateTimeField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    with_whom = models.CharField(max_length=12, choices=WithWhom.choices)
    reached = models.BooleanField()
    interpreter = models.CharField(max_length=12, choices=InterpreterUse.choices)
    words = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        """Newest first; about something."""

        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(referral__isnull=False) | models.Q(child__isnull=False),
                name="referral_contact_about",
            ),
        )

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names it."""
        return f"contact:{self.pk}"


class Escalation(models.Model):
    """An unanswered referral went to the next on duty; ``to`` is empty when nobody further was."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="escalations")
    step = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="escalations")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Each step stands once, however many workers try."""

        ordering = ("step",)
        constraints = (models.UniqueConstraint(fields=["referral", "step"], name="referral_escalation_once"),)

    def __str__(self) -> str:
        return f"step {self.step} of {self.referral_id}"
