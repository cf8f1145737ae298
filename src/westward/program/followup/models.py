"""Facts of follow-up: what the family told, what happened under treatment, how the child develops."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.followup.choices import (
    CallAnswer,
    EntryKind,
    Following,
    Instrument,
    Known,
    OutcomeMonth,
    RedFlag,
    Severity,
    Waking,
)
from westward.program.people.models import Child
from westward.program.treatment.models import Run


class DiaryEntry(models.Model):
    """One thing a family told, by the phone's own id, so that sending it twice stores it once.

    Told by the family, not confirmed: no entry alone ever says that spasms have ended. ``minutes`` is how long it
    lasted, ``since_waking`` how many minutes after waking it began; ``clip`` a film that came with it, below
    ``MEDIA_ROOT`` under a random name.
    """

    client_id = models.UUIDField(unique=True)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="diary")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    on = models.DateField()
    at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    since_waking = models.PositiveSmallIntegerField(null=True, blank=True)
    waking = models.CharField(max_length=16, choices=Waking.choices, default=Waking.UNKNOWN)
    red_flag = models.CharField(max_length=16, choices=RedFlag.choices, blank=True)
    words = models.CharField(max_length=500, blank=True)
    clip = models.CharField(max_length=200, blank=True)
    clip_sha256 = models.CharField(max_length=64, blank=True)
    clip_name = models.CharField(max_length=200, blank=True)
    clip_type = models.CharField(max_length=64, blank=True)
    clip_size = models.PositiveBigIntegerField(null=True, blank=True)
    clip_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The latest first; asked for by child and day."""

        ordering = ("-on", "-pk")
        indexes = (models.Index(fields=["child", "on"], name="followup_diary_day"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.child_id} on {self.on}"

    @property
    def clip_target(self) -> str:
        """How the audit chain names its film."""
        return f"clip:{self.pk}"


class FamilyCall(models.Model):
    """A call to a family under treatment and what it said, unconfirmed.

    ``on`` and ``count`` say when spasms were seen and how many were told. No answer is a day without spasms.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="family_calls")
    at = models.DateTimeField()
    answer = models.CharField(max_length=12, choices=CallAnswer.choices)
    on = models.DateField(null=True, blank=True)
    count = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"call:{self.pk}"


class AdverseEvent(models.Model):
    """Something bad under a treatment."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="adverse_events")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="adverse_events")
    what = models.CharField(max_length=120)
    severity = models.CharField(max_length=16, choices=Severity.choices)
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    act = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-began_on", "-pk")

    def __str__(self) -> str:
        return f"{self.what} of {self.child_id}"


class Assessment(models.Model):
    """A developmental assessment: instrument with version, scores by domain, age corrected as the program reckons."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="developmental_assessments")
    instrument = models.CharField(max_length=16, choices=Instrument.choices)
    version = models.CharField(max_length=40)
    on = models.DateField()
    age_used_d = models.PositiveIntegerField()
    corrected = models.BooleanField()
    scores = models.JSONField()
    next_on = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """In time."""

        ordering = ("on", "pk")

    def __str__(self) -> str:
        return f"{self.instrument} of {self.child_id} on {self.on}"


class OutcomeRecord(models.Model):
    """How a child is at a set time after the first dose."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="outcomes")
    months = models.PositiveSmallIntegerField(choices=OutcomeMonth.choices)
    on = models.DateField()
    spasms = models.CharField(max_length=8, choices=Known.choices)
    other_seizures = models.CharField(max_length=8, choices=Known.choices)
    hypsarrhythmia = models.CharField(max_length=8, choices=Known.choices)
    medicines = models.CharField(max_length=300, blank=True)
    words = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Each time once."""

        ordering = ("months",)
        constraints = (models.UniqueConstraint(fields=["child", "months"], name="followup_outcome_once"),)

    def __str__(self) -> str:
        return f"outcome at {self.months} months of {self.child_id}"


class FollowingChange(models.Model):
    """The family was lost, or reached again; the latest is in force."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="following")
    state = models.CharField(max_length=8, choices=Following.choices)
    on = models.DateField()
    why = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"{self.child_id} {self.state} on {self.on}"
