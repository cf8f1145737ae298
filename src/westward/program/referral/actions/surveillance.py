"""The surveillance list: a child comes on it, has EEGs, leaves it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.care.surveillance import Risk
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Child
from westward.program.referral.choices import WatchEnd
from westward.program.referral.models import AtRisk, SurveillanceEeg


@dataclass(frozen=True, kw_only=True)
class ListAtRisk(ChildAct[AtRisk]):
    """Put a child on the list, or change the risks of one who is on it.

    Attributes
    ----------
    risks : sequence of str
        Codes of :class:`westward.care.surveillance.Risk`; at least one.
    """

    verb = "surveillance.change"
    risks: Sequence[str]
    listed_on: date | None = None
    note: str = ""

    def validate(self) -> None:
        """Known risks; a day between birth and today; a chart that is worked on."""
        if not self.risks:
            raise InvalidActError("a child is listed for at least one risk")
        if strange := sorted(set(self.risks) - set(Risk)):
            raise InvalidActError(f"there is no risk {strange[0]!r}; use {', '.join(Risk)}")
        on = self.listed_on or timezone.localdate()
        if not self.child.birth_date <= on <= timezone.localdate():
            raise InvalidActError("a child is listed between birth and today; check the day")
        if self.child.silent(timezone.localdate()):
            raise InvalidActError(f"the chart is {self.child.get_state_display().lower()}; nobody is watched there")
        Child.objects.select_for_update().get(pk=self.child.pk)

    def write(self) -> tuple[AtRisk, Told]:
        """The entry."""
        risks = [risk.value for risk in Risk if risk in self.risks]
        entry = AtRisk.objects.filter(child=self.child, closed_on=None).first()
        if entry is None:
            entry = AtRisk.objects.create(
                child=self.child,
                risks=risks,
                listed_on=self.listed_on or timezone.localdate(),
                note=self.note.strip(),
                added_by=self.user,
            )
        else:
            entry.risks, entry.note = risks, self.note.strip() or entry.note
            entry.save(update_fields=["risks", "note"])
        return entry, self.told(detail={"surveillance": entry.pk, "risks": risks})


@dataclass(frozen=True, kw_only=True)
class _OnList(ChildAct[AtRisk]):
    verb = "surveillance.change"

    def validate(self) -> None:
        """On the list."""
        Child.objects.select_for_update().get(pk=self.child.pk)
        if self.entry() is None:
            raise InvalidActError("the child is not on the surveillance list")
        self.check()

    def check(self) -> None:
        """What else the act asks."""

    def entry(self) -> AtRisk | None:
        """The entry in force."""
        return AtRisk.objects.filter(child=self.child, closed_on=None).first()

    def write(self) -> tuple[AtRisk, Told]:
        """Change the entry."""
        entry = self.entry()
        assert entry is not None
        detail = self.change(entry)
        entry.save()
        return entry, self.told(detail={"surveillance": entry.pk, **detail})

    @abstractmethod
    def change(self, entry: AtRisk) -> dict[str, str]:
        """The change, and what the audit row says of it."""


@dataclass(frozen=True, kw_only=True)
class RecordEeg(_OnList):
    """Record that a surveillance EEG was done, here or elsewhere; a next day that a person set is used up by it."""

    on: date
    where: str = ""

    def check(self) -> None:
        """A day between birth and today, not recorded yet."""
        if not self.child.birth_date <= self.on <= timezone.localdate():
            raise InvalidActError("the EEG lies between birth and today; check the day")
        if SurveillanceEeg.objects.filter(entry=self.entry(), on=self.on, withdrawn_at=None).exists():
            raise InvalidActError("an EEG of this day is recorded already")

    def change(self, entry: AtRisk) -> dict[str, str]:
        """The EEG."""
        SurveillanceEeg.objects.create(entry=entry, on=self.on, where=self.where.strip(), recorded_by=self.user)
        return {"act": "eeg"}


@dataclass(frozen=True, kw_only=True)
class WithdrawEeg(_OnList):
    """Withdraw an EEG that was recorded by mistake."""

    eeg: SurveillanceEeg

    def check(self) -> None:
        """Of this child, in force."""
        if self.eeg.entry.child_id != self.child.pk or self.eeg.withdrawn_at is not None:
            raise InvalidActError("this entry is not in force; reload the page")

    def change(self, entry: AtRisk) -> dict[str, str]:
        """Withdrawn, with who and when."""
        SurveillanceEeg.objects.filter(pk=self.eeg.pk).update(withdrawn_at=timezone.now(), withdrawn_by=self.user)
        return {"act": "withdraw_eeg"}


@dataclass(frozen=True, kw_only=True)
class SetDue(_OnList):
    """Set the day of the next EEG by hand, or leave it to the schedule again.

    Attributes
    ----------
    due : date or None
        None leaves it to the schedule.
    """

    due: date | None

    def check(self) -> None:
        """Not in the past."""
        if self.due is not None and self.due < timezone.localdate():
            raise InvalidActError("the next EEG cannot be due in the past; check the day")

    def change(self, entry: AtRisk) -> dict[str, str]:
        """The day, with who set it."""
        entry.own_due, entry.own_due_by = self.due, self.user if self.due else None
        return {"act": "due"}


@dataclass(frozen=True, kw_only=True)
class CloseWatch(_OnList):
    """Take a child off the list; the entry stays with the reason."""

    why: str
    words: str = ""

    def check(self) -> None:
        """A reason that exists."""
        if self.why not in WatchEnd.values:
            raise InvalidActError(f"there is no reason {self.why!r}; use {', '.join(WatchEnd.values)}")

    def change(self, entry: AtRisk) -> dict[str, str]:
        """Closed, with who and why."""
        entry.closed_on, entry.closed_by = timezone.localdate(), self.user
        entry.closed_why, entry.closed_words = self.why, self.words.strip()
        return {"act": "close", "why": self.why}
