"""Facts about children and the people around them."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db import models

from westward.care.silence import Silence, Why
from westward.program.accounts.models import BrokenGlass, Site, User
from westward.program.people.choices import (
    ChildState,
    ClinicianKind,
    ConsentAnswer,
    ConsentPurpose,
    MoveKind,
    Relation,
    Sex,
    TieRole,
)
from westward.program.people.names import NameKey, NumberKey

_SILENT = {ChildState.DECEASED: Why.DECEASED, ChildState.TRANSFERRED: Why.TRANSFERRED}


class Child(models.Model):
    """A child of the program; never deleted, only closed or merged into another chart."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    pseudonym = models.CharField(max_length=16, unique=True)
    family_name = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100, blank=True)
    name_key = NameKey(max_length=210, editable=False, default="")
    birth_date = models.DateField()
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    gestation_d = models.PositiveSmallIntegerField(null=True, blank=True)
    multiple_birth = models.BooleanField(default=False)
    record_number = models.CharField(max_length=40, blank=True)
    record_key = NumberKey(max_length=80, editable=False, default="")
    language = models.CharField(max_length=16, default="en")
    interpreter = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=ChildState.choices, default=ChildState.ACTIVE)
    state_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    glass: BrokenGlass | None = None
    """The broken glass through which this request reads the chart; not stored."""

    class Meta:
        """A record number stands once at a site; children are looked up by name and birth date."""

        constraints = (
            models.UniqueConstraint(
                fields=["site", "record_number"],
                condition=~models.Q(record_number="") & ~models.Q(state="merged"),
                name="people_record_number_once",
            ),
        )
        indexes = (
            models.Index(fields=["name_key"], name="people_child_name_key"),
            models.Index(fields=["birth_date"], name="people_child_birth"),
            models.Index(fields=["record_key"], name="people_child_record_key"),
        )

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def name(self) -> str:
        """Given and family name, for pages of those who may read the chart."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def audit_id(self) -> str:
        """How the audit chain names this child."""
        return f"child:{self.pk}"

    @property
    def silence(self) -> Silence | None:
        """Death or transfer, which silences clocks, reminders and messages from its day on."""
        why = _SILENT.get(ChildState(self.state))
        return Silence(why, self.state_on) if why else None

    def silent(self, on: date) -> bool:
        """Whether nothing may be sent, reminded or counted as waiting on a day."""
        return self.state == ChildState.MERGED or (self.silence is not None and self.silence.holds(on))


class StateChange(models.Model):
    """A child left the program's care, or came back."""

    stays_when_merged = True

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="states")
    state = models.CharField(max_length=12, choices=ChildState.choices)
    on = models.DateField()
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.state} of {self.child_id}"


class Caregiver(models.Model):
    """A parent or guardian of one child, with or without an account."""

    closed_by_merge = "revoked_at"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="caregivers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="cares_for")
    name = models.CharField(max_length=200)
    relation = models.CharField(max_length=12, choices=Relation.choices)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=16, default="en")
    interpreter = models.BooleanField(default=False)
    decides = models.BooleanField(default=True)
    added_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_why = models.CharField(max_length=200, blank=True)

    class Meta:
        """An account cares for a child once at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["child", "user"],
                condition=models.Q(revoked_at=None, user__isnull=False),
                name="people_caregiver_once",
            ),
        )

    def __str__(self) -> str:
        return f"caregiver {self.pk} of {self.child_id}"


class Consent(models.Model):
    """One answer for one purpose; the latest is in force, earlier ones stay."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=ConsentPurpose.choices)
    answer = models.CharField(max_length=12, choices=ConsentAnswer.choices)
    on = models.DateField()
    given_by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, null=True, blank=True)
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Read newest first."""

        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"{self.purpose} {self.answer} for {self.child_id}"


class Clinician(models.Model):
    """An outside doctor or practice that refers children or looks after them."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=ClinicianKind.choices, default=ClinicianKind.PEDIATRICIAN)
    practice = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = models.TextField(blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ClinicianTie(models.Model):
    """What an outside clinician is to a child."""

    closed_by_merge = "ended_at"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="clinicians")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="children")
    role = models.CharField(max_length=12, choices=TieRole.choices)
    added_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """One role once at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["child", "clinician", "role"], condition=models.Q(ended_at=None), name="people_tie_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.clinician_id} {self.role} of {self.child_id}"


class Change(models.Model):
    """One fact of a child, a caregiver or a clinician that was corrected: its old and new value, who and when."""

    stays_when_merged = True

    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, blank=True, related_name="changes")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, null=True, blank=True, related_name="changes")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="changes")
    field = models.CharField(max_length=24)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.field} of {self.child_id or self.caregiver_id or self.clinician_id}"


class Merge(models.Model):
    """Two charts of one child became one; what moved stands in :class:`Moved`, so that it can be told and undone."""

    stays_when_merged = True

    keep = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="merges")
    other = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="merged_by")
    other_state = models.CharField(max_length=12, choices=ChildState.choices)
    other_state_on = models.DateField(null=True, blank=True)
    why = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_why = models.TextField(blank=True)

    class Meta:
        """A chart is merged once at a time; newest first."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["other"], condition=models.Q(undone_at=None), name="people_merged_once_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.other_id} into {self.keep_id}"

    @property
    def summary(self) -> str:
        """One line: how many rows came over, and what could not or was closed."""
        rows = [(MoveKind(row.what), apps.get_model(row.model)._meta.verbose_name) for row in self.rows.all()]
        came = sum(what in (MoveKind.MOVED, MoveKind.CLOSED) for what, _ in rows)
        words = [f"{came} row{'' if came == 1 else 's'} came over"]
        for kind, said in (
            (MoveKind.CLOSED, "closed as a duplicate"),
            (MoveKind.STAYED, "stayed, since there is one here"),
        ):
            names = sorted({str(name) for what, name in rows if what == kind})
            words += [f"{said}: {', '.join(names)}"] if names else []
        return "; ".join(words) + "."


class Moved(models.Model):
    """One row that pointed at a merged chart, and what became of it."""

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="rows")
    model = models.CharField(max_length=100)
    row = models.CharField(max_length=64)
    field = models.CharField(max_length=64)
    what = models.CharField(max_length=8, choices=MoveKind.choices)
    closed_field = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.model} {self.row}: {self.what}"


class Different(models.Model):
    """Somebody looked at two charts that look alike and said that they are two children."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="different_from")
    other = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.child_id} is not {self.other_id}"
