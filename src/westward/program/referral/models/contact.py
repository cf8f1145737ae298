"""Who was spoken to, who was asked next when nobody was, and who was told of it."""

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


class Takeover(models.Model):
    """Somebody took a referral over, and had time to call; each person has that once."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="takeovers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Once for each person."""

        ordering = ("at", "pk")
        constraints = (models.UniqueConstraint(fields=["referral", "user"], name="referral_takeover_once"),)

    def __str__(self) -> str:
        return f"takeover {self.pk} of {self.referral_id}"


class Notice(models.Model):
    """Somebody was told that a referral waits: step 0 at its receipt, a later one with that escalation.

    ``mailed_at`` is empty until a server took the mail: none is sent while mail is off or without an address, and then
    the pages of ``to`` say it alone.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="notices")
    step = models.PositiveSmallIntegerField()
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Each person is told once of one referral, however many workers try."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["referral", "to"], name="referral_notice_once"),)
        indexes = (models.Index(fields=["mailed_at"], name="referral_notice_mail"),)

    def __str__(self) -> str:
        return f"notice {self.pk} of {self.referral_id}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names it."""
        return f"notice:{self.pk}"
