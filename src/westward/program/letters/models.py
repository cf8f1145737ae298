"""Facts about letters: their versions, what was signed, how they left."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from westward.program.accounts.models import User
from westward.program.letters.choices import Channel, LetterKind, LetterState, Origin
from westward.program.people.models import Caregiver, Child, Clinician


class Letter(models.Model):
    """A letter to one recipient. What was signed stands in ``sealed`` and is never changed."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=24, choices=LetterKind.choices)
    language = models.CharField(max_length=16, default="en")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=LetterState.choices, default=LetterState.DRAFT)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    latest = models.PositiveIntegerField(default=1)
    signed_version = models.PositiveIntegerField(null=True, blank=True)
    signer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    sealed = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    reason = models.CharField(max_length=400, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """One recipient; a signature is whole or absent."""

        ordering = ("-drafted_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(clinician__isnull=False, caregiver__isnull=True)
                | Q(clinician__isnull=True, caregiver__isnull=False),
                name="letters_one_recipient",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="signed", signer__isnull=False, signed_at__isnull=False, signed_version__isnull=False)
                    & ~Q(sealed="")
                    & ~Q(sha256="")
                )
                | (~Q(state="signed") & Q(signer__isnull=True, signed_at__isnull=True, sealed="", sha256="")),
                name="letters_signed_whole",
            ),
        )
        indexes = (models.Index(fields=["state", "drafted_at"], name="letters_state"),)

    def __str__(self) -> str:
        return f"letter {self.pk}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names this letter."""
        return f"letter:{self.pk}"

    @property
    def recipient(self) -> Clinician | Caregiver:
        """The clinician or the caregiver it goes to."""
        found = self.clinician or self.caregiver
        assert found is not None
        return found


class Version(models.Model):
    """One state of the text of a letter; kept as it was."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=12, choices=Origin.choices)
    blocks: models.JSONField[Any, Any] = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Numbered from 1."""

        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["letter", "number"], name="letters_version_once"),)

    def __str__(self) -> str:
        return f"version {self.number} of letter {self.letter_id}"


class Dispatch(models.Model):
    """One time a signed letter left, and whether it arrived."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="dispatches")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    to = models.CharField(max_length=400, blank=True)
    sent_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    silent_reason = models.CharField(max_length=400, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmation = models.CharField(max_length=200, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    failure = models.CharField(max_length=400, blank=True)

    class Meta:
        """Newest first; it arrived or it failed, not both."""

        ordering = ("-sent_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(failed_at__isnull=True), name="letters_dispatch_one_end"
            ),
        )

    def __str__(self) -> str:
        return f"dispatch {self.pk} of letter {self.letter_id}"
