"""Outside clinicians: added, corrected, tied to a child and untied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.people.actions.history import correct, new_facts
from westward.program.people.choices import ChildState, ClinicianKind, TieRole
from westward.program.people.models import Change, Clinician, ClinicianTie

FACTS = ("name", "kind", "practice", "phone", "fax", "email", "address")
"""What may be corrected of a clinician."""


def check_clinician(name: str, kind: str, email: str) -> None:
    """Refuse a clinician without name, of an unknown kind or with an address that is none."""
    if not name.strip():
        raise InvalidActError("a clinician needs a name")
    if kind not in ClinicianKind.values:
        raise InvalidActError(f"{kind!r} is no kind of clinician", remedy=f"use {', '.join(ClinicianKind.values)}")
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            raise InvalidActError("the e-mail address is none", remedy="correct it or leave it empty") from None


@dataclass(frozen=True, kw_only=True)
class AddClinician(PersonAct[Clinician]):
    """Add a doctor or practice to the program's address book."""

    verb = "people.add_clinician"
    name: str
    kind: str = ClinicianKind.PEDIATRICIAN
    practice: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    address: str = ""

    def validate(self) -> None:
        """A name and a kind; not the same name at the same practice twice."""
        check_clinician(self.name, self.kind, self.email)
        same = Clinician.objects.filter(name__iexact=self.name.strip(), practice__iexact=self.practice.strip())
        if same.exists():
            raise InvalidActError("this name stands at this practice already", remedy="choose it from the list")

    def write(self) -> tuple[Clinician, Told]:
        """The clinician."""
        facts = {name: getattr(self, name).strip() for name in FACTS}
        clinician = Clinician.objects.create(**facts)
        return clinician, Told(f"clinician:{clinician.pk}")


@dataclass(frozen=True, kw_only=True)
class CorrectClinician(PersonAct[list[Change]]):
    """Set a number or an address right, for every child at once; what stood before is kept."""

    verb = "people.correct_clinician"
    clinician: Clinician
    facts: Mapping[str, Any] = field(default_factory=dict)

    def target(self) -> str:
        """The clinician."""
        return f"clinician:{self.clinician.pk}"

    def validate(self) -> None:
        """Known facts that can be."""
        new = new_facts(self.clinician, self.facts, FACTS)
        if not new:
            raise InvalidActError("nothing was changed")
        then = {name: getattr(self.clinician, name) for name in FACTS} | new
        check_clinician(then["name"], then["kind"], then["email"])

    def write(self) -> tuple[list[Change], Told]:
        """The new facts, and their history."""
        new = new_facts(self.clinician, self.facts, FACTS)
        changes = correct(self.clinician, new, by=self.user, kind="clinician")
        return changes, Told(self.target(), detail={"fields": sorted(new)})


@dataclass(frozen=True, kw_only=True)
class TieClinician(ChildAct[ClinicianTie]):
    """Say what a clinician is to the child; from then on letters go there."""

    verb = "people.tie_clinician"
    clinician: Clinician
    role: str

    def validate(self) -> None:
        """A role that is not held already, on a chart in use."""
        if self.role not in TieRole.values:
            raise InvalidActError(f"{self.role!r} is no role", remedy=f"use {', '.join(TieRole.values)}")
        if self.child.state == ChildState.MERGED:
            raise InvalidActError("the chart was merged; use the one it was merged into")
        ties = ClinicianTie.objects.filter(child=self.child, role=self.role, ended_at=None)
        if ties.filter(clinician=self.clinician).exists():
            raise InvalidActError("this clinician has this role already")

    def write(self) -> tuple[ClinicianTie, Told]:
        """The tie."""
        tie = ClinicianTie.objects.create(child=self.child, clinician=self.clinician, role=self.role)
        return tie, self.told(detail={"clinician": self.clinician.pk, "role": str(self.role)})


@dataclass(frozen=True, kw_only=True)
class EndTie(ChildAct[ClinicianTie]):
    """A clinician no longer looks after the child; letters stop going there, the tie stays as history."""

    verb = "people.end_tie"
    tie: ClinicianTie

    def validate(self) -> None:
        """A tie of this child that holds."""
        if self.tie.child_id != self.child.pk:
            raise InvalidActError("this is a tie of another child")
        if self.tie.ended_at is not None:
            raise InvalidActError("it has ended already")

    def write(self) -> tuple[ClinicianTie, Told]:
        """The tie, ended now."""
        self.tie.ended_at, self.tie.ended_by = timezone.now(), self.user
        self.tie.save(update_fields=["ended_at", "ended_by"])
        return self.tie, self.told(detail={"clinician": self.tie.clinician_id, "role": str(self.tie.role)})
