"""Confirm where a drug stands at a site."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.care.available import At, check
from westward.core.errors import UsageError
from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.models import Site
from westward.program.accounts.policies import Subject
from westward.program.acts import InvalidActError, Told
from westward.program.local.choices import SupplyState
from westward.program.local.models import DrugSupply
from westward.program.local.supplies import drugs


@dataclass(frozen=True, kw_only=True)
class RecordSupply(PersonAct[DrugSupply]):
    """A drug is here now, must be ordered, or is not to be had; whoever says so stands under it with the day.

    Attributes
    ----------
    site : Site or None
        None for a program without sites, which a role for all sites may confirm.
    days : int or None
        Days from an order to the drug.
    """

    verb = "local.supply"
    site: Site | None
    drug: str
    state: str
    days: int | None = None
    note: str = ""

    def subject(self) -> Subject:
        """The list of drugs of the site."""
        return Subject(id="supply", site=self.site.pk if self.site else None)

    def validate(self) -> None:
        """A drug of a protocol, a state, days that make sense."""
        if self.drug not in drugs():
            raise InvalidActError(f"no protocol gives {self.drug!r}; known: {', '.join(drugs())}")
        if self.state not in SupplyState.values:
            raise InvalidActError(f"{self.state!r} is no state; known: {', '.join(SupplyState.values)}")
        try:
            check(At(self.state), self.days)
        except UsageError as error:
            raise InvalidActError(str(error)) from None

    def write(self) -> tuple[DrugSupply, Told]:
        """What was confirmed."""
        made = DrugSupply.objects.create(
            site=self.site,
            drug=self.drug,
            state=self.state,
            days=self.days,
            note=" ".join(self.note.split())[:200],
            by=self.user,
            at=timezone.now(),
        )
        detail = {"drug": self.drug, "state": self.state, "supply": made.pk}
        return made, Told("supply", code(self.site), detail=detail)
