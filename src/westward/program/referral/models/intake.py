"""What came in, how it was triaged, which files came with it."""

from __future__ import annotations

from typing import Any

from django.db import models

from westward.care.triage import Level
from westward.care.when import When
from westward.program.accounts.models import Site, User
from westward.program.people.choices import Sex
from westward.program.people.models import Child
from westward.program.referral.choices import LEVELS, Precision, ReferralState, SenderRelation, Source, UploadKind


class Referral(models.Model):
    """A child somebody told the program about. Never deleted: accepted, declined, sent elsewhere or closed.

    ``files_left_out`` counts films and documents that the sender has and the public form had no room for.
    """

    number = models.CharField(max_length=12, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    source = models.CharField(max_length=16, choices=Source.choices)
    simulated = models.BooleanField(default=False)

    sender_name = models.CharField(max_length=200)
    sender_phone = models.CharField(max_length=40, blank=True)
    sender_email = models.EmailField(blank=True)
    sender_practice = models.CharField(max_length=200, blank=True)
    sender_relation = models.CharField(max_length=16, choices=SenderRelation.choices, default=SenderRelation.UNKNOWN)
    consent_contact = models.BooleanField(default=False)

    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField(null=True, blank=True)
    age_given_d = models.PositiveIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    gestation_d = models.PositiveSmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=16, default="en")
    interpreter = models.BooleanField(default=False)
    words = models.TextField(blank=True)

    onset_precision = models.CharField(max_length=8, choices=Precision.choices, default=Precision.UNKNOWN)
    onset_earliest = models.DateField(null=True, blank=True)
    onset_latest = models.DateField(null=True, blank=True)
    suspicion_earliest = models.DateField(null=True, blank=True)
    suspicion_latest = models.DateField(null=True, blank=True)

    received_at = models.DateTimeField()
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    level = models.PositiveSmallIntegerField(choices=LEVELS)
    contact_by = models.DateTimeField()
    escalate_at = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals")
    taken_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=12, choices=ReferralState.choices, default=ReferralState.OPEN)
    state_at = models.DateTimeField(null=True, blank=True)
    state_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state_reason = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    files_left_out = models.PositiveSmallIntegerField(default=0)
    redirected_to = models.CharField(max_length=200, blank=True)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals")

    class Meta:
        """The inbox reads by state, gravest first; escalation reads by its time."""

        indexes = (
            models.Index(fields=["state", "-level", "contact_by"], name="referral_inbox"),
            models.Index(fields=["state", "contacted_at", "escalate_at"], name="referral_unanswered"),
            models.Index(fields=["family_name", "birth_date"], name="referral_child"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(onset_earliest__isnull=True, onset_latest__isnull=True)
                | models.Q(onset_earliest__lte=models.F("onset_latest")),
                name="referral_onset_span",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReferralState.ACCEPTED) | models.Q(child__isnull=False),
                name="referral_accepted_has_chart",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def audit_id(self) -> str:
        """How the audit chain names this referral."""
        return f"referral:{self.pk}"

    @property
    def name(self) -> str:
        """The child's name as the sender gave it."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def urgency(self) -> Level:
        """The level of triage."""
        return Level(self.level)

    @property
    def onset(self) -> When:
        """Day of the first event as it was told."""
        return When(self.onset_earliest, self.onset_latest)

    @property
    def suspicion(self) -> When:
        """Day on which spasms were first suspected, as it was told."""
        return When(self.suspicion_earliest, self.suspicion_latest)

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == ReferralState.OPEN


class TriageRun(models.Model):
    """One run of the rules over one set of answers; the latest is in force, earlier ones stay.

    ``fired`` holds ``{rule, level, meaning, status, source, assumed}`` for every rule that applied, ``ask``
    ``{rule, question, meaning, status, source}`` for every open question, ``times`` the two facts behind the times.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="triages")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answers: models.JSONField[Any, Any] = models.JSONField()
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    fired: models.JSONField[Any, Any] = models.JSONField()
    ask: models.JSONField[Any, Any] = models.JSONField()
    times: models.JSONField[Any, Any] = models.JSONField()
    contact_by = models.DateTimeField()
    escalate_at = models.DateTimeField()
    emergency_number = models.CharField(max_length=32, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        """Read newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"triage {self.pk} of {self.referral_id}"

    @property
    def urgency(self) -> Level:
        """The level."""
        return Level(self.level)


class Upload(models.Model):
    """A file that came with a referral, under a random name; the original name stands here alone."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="uploads")
    kind = models.CharField(max_length=8, choices=UploadKind.choices)
    path = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """In the order of arrival."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of {self.referral_id}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names this file."""
        return f"upload:{self.pk}"
