"""Approve a local value, turn it down, or end one that is in force."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.care import local
from westward.core.errors import InputError, UsageError
from westward.program.accounts.actions.base import PersonAct
from westward.program.acts import InvalidActError, Told
from westward.program.local.choices import State
from westward.program.local.models import LocalEntry
from westward.program.local.queries import value


@dataclass(frozen=True, kw_only=True)
class _OfEntry(PersonAct[LocalEntry]):
    """An act on one version, read afresh so that two people cannot decide at once."""

    entry: LocalEntry

    def target(self) -> str:
        """The field."""
        return self.entry.field

    def current(self) -> LocalEntry:
        """The version as it stands now, locked where the database can."""
        found = LocalEntry.objects.select_for_update(of=("self",)).select_related("entered_by", "approved_by")
        return found.get(pk=self.entry.pk)

    def end(self, entry: LocalEntry, state: State, why: str) -> None:
        """Write that a version has ended."""
        entry.state, entry.ended_by, entry.ended_at = state, self.user, timezone.now()
        entry.ended_why = " ".join(why.split())[:300]
        entry.save(update_fields=["state", "ended_by", "ended_at", "ended_why"])

    def told(self, entry: LocalEntry) -> Told:
        """The audit row: field, version and state."""
        return Told(entry.field, detail={"entry": entry.pk, "number": entry.number, "state": str(entry.state)})


@dataclass(frozen=True, kw_only=True)
class ApproveValue(_OfEntry):
    """Stand for a value that somebody else entered; from now on it is used, and the one before is superseded.

    Protocols with the value are another version than before, which needs approvals of its own; treatments that run
    keep the version they began with.
    """

    verb = "local.approve"

    def validate(self) -> None:
        """It waits, somebody else entered it, and it can still be."""
        entry = self.current()
        if entry.state != State.WAITING:
            raise InvalidActError("this value waits for nobody; look at the field again")
        if entry.entered_by_id == self.user.pk:
            raise InvalidActError("you entered this value; a second person has to approve it")
        try:
            blank = local.blank(entry.field)
            local.check(blank, value(entry, blank), this_year=timezone.localdate().year)
        except (InputError, UsageError) as error:
            raise InvalidActError(f"it cannot be approved as it is: {error}; turn it down") from None

    def write(self) -> tuple[LocalEntry, Told]:
        """The value, in force."""
        entry = self.current()
        for before in LocalEntry.objects.filter(field=entry.field, state=State.IN_FORCE):
            self.end(before, State.SUPERSEDED, f"by version {entry.number}")
        entry.state, entry.approved_by, entry.approved_at = State.IN_FORCE, self.user, timezone.now()
        entry.save(update_fields=["state", "approved_by", "approved_at"])
        return entry, self.told(entry)


@dataclass(frozen=True, kw_only=True)
class DeclineValue(_OfEntry):
    """Turn down a value that waits, or take one's own back."""

    verb = "local.approve"
    why: str

    def validate(self) -> None:
        """It waits, and there is a reason."""
        if self.current().state != State.WAITING:
            raise InvalidActError("this value waits for nobody; look at the field again")
        if not self.why.strip():
            raise InvalidActError("say why it is turned down")

    def write(self) -> tuple[LocalEntry, Told]:
        """The value, turned down."""
        entry = self.current()
        self.end(entry, State.DECLINED, self.why)
        return entry, self.told(entry)


@dataclass(frozen=True, kw_only=True)
class WithdrawValue(_OfEntry):
    """End a value that is in force, so that the field is empty again; one person alone may, since it is the safe side.

    Treatments that run keep the version they began with.
    """

    verb = "local.end"
    why: str

    def validate(self) -> None:
        """It is in force, and there is a reason."""
        if self.current().state != State.IN_FORCE:
            raise InvalidActError("only a value in force can be withdrawn")
        if not self.why.strip():
            raise InvalidActError("say why it is withdrawn")

    def write(self) -> tuple[LocalEntry, Told]:
        """The value, withdrawn."""
        entry = self.current()
        self.end(entry, State.WITHDRAWN, self.why)
        return entry, self.told(entry)
