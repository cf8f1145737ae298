"""Facts of treatment: approvals, measurements, runs with their plans, bottles, checks, access to the drug."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from westward.evidence.monitoring import load
from westward.look.words import coded
from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.treatment.choices import (
    OPEN,
    AccessStage,
    DayZeroStep,
    MeasuredKind,
    Outcome,
    PlanReason,
    RunState,
    StopReason,
)


class Approval(models.Model):
    """One person's signature under one version of a protocol; two different people make it usable."""

    protocol = models.CharField(max_length=64)
    version = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A person signs a version once."""

        constraints = (
            models.UniqueConstraint(
                fields=["protocol", "digest", "by"],
                condition=models.Q(withdrawn_at=None),
                name="treatment_approval_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.protocol} {self.version} by {self.by_id}"


class Measurement(models.Model):
    """A weight in grams or a length in millimeters; doubted ones are not dosed by until confirmed."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="measurements")
    kind = models.CharField(max_length=8, choices=MeasuredKind.choices)
    value = models.PositiveIntegerField()
    on = models.DateField()
    z = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    doubts = models.JSONField(default=list)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_why = models.TextField(blank=True)

    class Meta:
        """The latest first."""

        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"{self.kind} of {self.child_id} on {self.on}"

    @property
    def usable(self) -> bool:
        """Whether a dose may be reckoned from it."""
        return not self.doubts or self.confirmed_at is not None


class SafetyAnswer(models.Model):
    """An answer to a question that a treatment asks; the latest is in force."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="safety_answers")
    fact = models.CharField(max_length=48)
    answer = models.CharField(max_length=8, choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.fact} {self.answer} for {self.child_id}"


class Run(models.Model):
    """One protocol run of one child; it keeps the version of the protocol it began with.

    ``sequence`` names the approved protocol that joins it to the run it follows; empty where none does.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="runs")
    protocol = models.CharField(max_length=64)
    version = models.CharField(max_length=16)
    title = models.CharField(max_length=200, default="")
    texts = models.JSONField()
    approved = models.BooleanField()
    start = models.DateField()
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.PLANNED)
    off_protocol = models.TextField(blank=True)
    overrides = models.JSONField(default=dict)
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    first_dose_at = models.DateTimeField(null=True, blank=True)
    first_dose_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stopped_on = models.DateField(null=True, blank=True)
    stop_reason = models.CharField(max_length=10, choices=StopReason.choices, blank=True)
    stop_words = models.TextField(blank=True)
    sequence = models.CharField(max_length=64, blank=True)
    sequence_version = models.CharField(max_length=16, blank=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")

    class Meta:
        """The latest first."""

        ordering = ("-start", "-pk")

    def __str__(self) -> str:
        return f"run:{self.pk}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names it."""
        return f"run:{self.pk}"

    @property
    def open(self) -> bool:
        """Whether it is neither stopped nor completed."""
        return self.state in OPEN


class Plan(models.Model):
    """The calendar of a run in one numbered version; signed by a physician, checked by a second person.

    Never changed: what would change it makes the next version, and signing that one voids this one and what was printed
    of it. A version changes the days from ``from_on`` on; those before stand as they were. ``from_on`` is empty in
    versions from before it was kept.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=10, choices=PlanReason.choices)
    words = models.TextField(blank=True)
    weight_g = models.PositiveIntegerField(null=True, blank=True)
    length_mm = models.PositiveIntegerField(null=True, blank=True)
    branches = models.JSONField(default=list)
    adjustments = models.JSONField(default=list)
    weans = models.JSONField(default=list)
    products = models.JSONField(default=dict)
    strengths = models.JSONField(default=dict)
    from_on = models.DateField(null=True, blank=True)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    last_day = models.DateField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_why = models.CharField(max_length=200, blank=True)

    class Meta:
        """The latest first; numbers are used once, one is in force, and two people stand under it."""

        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["run", "number"], name="treatment_plan_number"),
            models.UniqueConstraint(
                fields=["run"],
                condition=models.Q(signed_at__isnull=False, checked_at__isnull=False, voided_at=None),
                name="treatment_plan_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(voided_at__isnull=False)
                | models.Q(signed_by=None)
                | models.Q(checked_by=None)
                | ~models.Q(signed_by=models.F("checked_by")),
                name="treatment_plan_by_two",
            ),
        )

    def __str__(self) -> str:
        return f"plan {self.number} of {self.run_id}"

    @property
    def agreed(self) -> bool:
        """Signed and checked, void or not: it is in force, or once was."""
        return self.signed_at is not None and self.checked_at is not None

    @property
    def in_force(self) -> bool:
        """Signed, checked and not voided."""
        return self.agreed and self.voided_at is None

    @property
    def waits(self) -> bool:
        """Neither in force nor voided: for a signature or a check."""
        return not self.in_force and self.voided_at is None

    @property
    def moved(self) -> bool:
        """Whether its days count from another day than the first dose: it is out of date until the next is signed."""
        return bool(self.document["inputs"]["start"] != self.run.start.isoformat())

    def late(self, today: date) -> bool:
        """Whether it waits and the day it was to take effect has passed: then it would change what was given."""
        return self.waits and self.from_on is not None and self.from_on < today

    def in_milliliters(self, today: date) -> bool:
        """Whether every dose from a day on says what is drawn up."""
        coming = (day for day in self.document["days"] if day["date"] >= today.isoformat())
        return all(dose["volume_ul"] is not None for day in coming for dose in day["doses"])

    @property
    def reason_words(self) -> str:
        """Why it was made; the first bottle of a drug has no strength before it to be another one."""
        if self.reason == PlanReason.STRENGTH and ", before " not in self.words:
            return "strength of the bottle dispensed"
        return self.get_reason_display().lower()

    def day(self, on: date) -> dict[str, Any] | None:
        """The day of the calendar on a date; None outside it."""
        wanted = on.isoformat()
        return next((day for day in self.document["days"] if day["date"] == wanted), None)


class Bottle(models.Model):
    """A bottle as it was dispensed: product, strength and expiry read from its label; the latest of a drug counts.

    ``product`` is empty for bottles that were recorded before it was asked for.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="bottles")
    drug = models.CharField(max_length=48)
    product = models.CharField(max_length=48, default="")
    strength = models.CharField(max_length=40)
    expires_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.drug} {self.strength} of {self.run_id}"


class TeachBack(models.Model):
    """The family has shown that they can draw up and give a dose."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="teach_backs")
    what = models.CharField(max_length=12, choices=[("syringe", "Oral syringe"), ("injection", "Injection")])
    shown_by = models.CharField(max_length=100)
    interpreter = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.what} of {self.run_id}"


class Printed(models.Model):
    """A calendar that was handed out, on paper or for the phone; void when its plan is."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="printed")
    medium = models.CharField(
        max_length=8, choices=[("paper", "On paper"), ("phone", "For the phone")], default="paper"
    )
    language = models.CharField(max_length=8)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"print of plan {self.plan_id}"


class Missed(models.Model):
    """A dose that was not given or not kept down; ``given`` is the part that was, in small units of its calendar."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="missed")
    on = models.DateField()
    time_of_day = models.CharField(max_length=12)
    drug = models.CharField(max_length=48)
    given = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"missed {self.drug} on {self.on}"


class CheckDone(models.Model):
    """A check of the calendar that was done, or was not.

    ``values`` holds what was measured, ``verdicts`` each value against its limit as it was then, with its source.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="checks_done")
    check_id = models.CharField(max_length=48)
    due_on = models.DateField()
    done_on = models.DateField()
    result = models.CharField(max_length=200)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    act = models.TextField(blank=True)
    values = models.JSONField(default=dict)
    verdicts = models.JSONField(default=list)
    decided = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """A check of a day is answered once."""

        constraints = (models.UniqueConstraint(fields=["run", "check_id", "due_on"], name="treatment_check_once"),)

    def __str__(self) -> str:
        return f"{self.check_id} of {self.run_id} on {self.due_on}"

    @property
    def named(self) -> str:
        """What was checked, in a few words: ``blood pressure``."""
        return next((one.what.split(":")[0] for one in load() if one.id == self.check_id), coded(self.check_id))

    @property
    def alert(self) -> bool:
        """Whether it is beyond its limit and no physician has said what follows."""
        return self.outcome == Outcome.OVER and self.decided_at is None


class AccessStep(models.Model):
    """One step on the way to the drug, with an owner and a time by which the next must follow."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="access_steps")
    drug = models.CharField(max_length=48)
    stage = models.CharField(max_length=16, choices=AccessStage.choices)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In time."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.drug} {self.stage} for {self.child_id}"

    @property
    def escalated(self) -> str:
        """To whom it went when it was late: ``escalated to A. Nurse``; empty if it did not."""
        notices = self.notices.all()
        names = ", ".join(one.to.name for one in notices if one.to is not None)
        return f"escalated to {names}" if names else "escalated, nobody further is there" if notices else ""


class DayZeroTask(models.Model):
    """One thing that day 0 opened."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="day_zero")
    step = models.CharField(max_length=20, choices=DayZeroStep.choices)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done_words = models.CharField(max_length=200, blank=True)

    class Meta:
        """Each step is open once."""

        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["child", "step"], condition=models.Q(done_on=None), name="treatment_day_zero_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.step} for {self.child_id}"
