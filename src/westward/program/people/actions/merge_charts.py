"""Two charts of one child become one, without loss; and the way back."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.policies import Subject, allows
from westward.program.acts import InvalidActError, Told
from westward.program.people import merging, policies
from westward.program.people.actions.add_child import check_facts
from westward.program.people.choices import ChildState
from westward.program.people.models import Child, Different, Merge


@dataclass(frozen=True, kw_only=True)
class _BothCharts(PersonAct[Merge]):
    @abstractmethod
    def both(self) -> tuple[Child, Child]:
        """The chart that stays in use, and the other."""

    def subject(self) -> Subject:
        """The chart that stays in use."""
        return policies.subject(self.both()[0])

    def authorize(self) -> bool:
        """For both charts."""
        return all(allows(self.user, self.verb, policies.subject(child)) for child in self.both())

    def _lock(self) -> None:
        keys = sorted(child.pk for child in self.both())
        list(Child.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
        for child in self.both():
            child.refresh_from_db()


@dataclass(frozen=True, kw_only=True)
class MergeCharts(_BothCharts):
    """Move everything of ``other`` to ``keep``; ``other`` is kept, marked merged, and leads to ``keep``.

    The facts of ``keep`` stand; those of ``other`` stay with it and are corrected by a person where they are better.
    """

    verb = "people.merge"
    keep: Child
    other: Child
    why: str

    def both(self) -> tuple[Child, Child]:
        """Kept, merged."""
        return self.keep, self.other

    def validate(self) -> None:
        """Two charts in use, of one kind and state, and a reason."""
        self._lock()
        if self.keep.pk == self.other.pk:
            raise InvalidActError("a chart is not merged into itself")
        for child in self.both():
            if child.state == ChildState.MERGED:
                raise InvalidActError(f"the chart {child.pseudonym} was merged already")
        if self.keep.simulated != self.other.simulated:
            raise InvalidActError("one chart is simulated and the other is not")
        if self.keep.state != self.other.state:
            raise InvalidActError(
                f"one chart says {self.keep.get_state_display().lower()} and the other "
                f"{self.other.get_state_display().lower()}",
                remedy="set the state that is true on both, then merge",
            )
        if not self.why.strip():
            raise InvalidActError("say in a few words how you know that it is one child")

    def write(self) -> tuple[Merge, Told]:
        """The merge, with what became of each row."""
        merge = Merge.objects.create(
            keep=self.keep,
            other=self.other,
            other_state=self.other.state,
            other_state_on=self.other.state_on,
            why=self.why.strip(),
            at=timezone.now(),
            by=self.user,
        )
        told = merging.move(self.keep, self.other, merge)
        self.other.state, self.other.state_on = ChildState.MERGED, timezone.localdate()
        self.other.merged_into = self.keep
        self.other.save(update_fields=["state", "state_on", "merged_into"])
        rows = Counter(str(row.what) for row in told)
        detail = {"merge": merge.pk, "other": self.other.audit_id, "rows": dict(rows)}
        children = (self.keep.pk, self.other.pk)
        return merge, Told(self.keep.audit_id, code(self.keep.site), detail=detail, children=children)


@dataclass(frozen=True, kw_only=True)
class UndoMerge(_BothCharts):
    """It was two children after all: give the other chart back what it had.

    What arrived at the kept chart after the merge stays there; a person sorts it.
    """

    verb = "people.undo_merge"
    merge: Merge
    why: str

    def both(self) -> tuple[Child, Child]:
        """Kept, merged."""
        return self.merge.keep, self.merge.other

    def validate(self) -> None:
        """A merge in force whose kept chart is in use, and a record number that is still free."""
        self._lock()
        self.merge.refresh_from_db(fields=["undone_at"])
        keep, other = self.both()
        if self.merge.undone_at is not None:
            raise InvalidActError("the merge was undone already")
        if keep.state == ChildState.MERGED:
            raise InvalidActError("the kept chart was merged in turn", remedy="undo that merge first")
        if not self.why.strip():
            raise InvalidActError("say in a few words why these are two children")
        check_facts(
            site=other.site,
            family_name=other.family_name,
            birth_date=other.birth_date,
            gestation_d=other.gestation_d,
            record_number=other.record_number,
            besides=other.pk,
        )

    def write(self) -> tuple[Merge, Told]:
        """The merge, ended now."""
        keep, other = self.both()
        other.state, other.state_on = self.merge.other_state, self.merge.other_state_on
        other.merged_into = None
        other.save(update_fields=["state", "state_on", "merged_into"])
        stayed = merging.move_back(self.merge)
        self.merge.undone_at, self.merge.undone_by = timezone.now(), self.user
        self.merge.undone_why = self.why.strip()
        self.merge.save(update_fields=["undone_at", "undone_by", "undone_why"])
        detail = {"merge": self.merge.pk, "other": other.audit_id, "not_moved_back": stayed}
        return self.merge, Told(keep.audit_id, code(keep.site), detail=detail, children=(keep.pk, other.pk))


@dataclass(frozen=True, kw_only=True)
class DeclareDifferent(PersonAct[Different]):
    """Two charts look alike and are two children: the pages stop asking."""

    verb = "people.merge"
    child: Child
    other: Child

    def subject(self) -> Subject:
        """The first chart."""
        return policies.subject(self.child)

    def authorize(self) -> bool:
        """For both charts."""
        return all(allows(self.user, self.verb, policies.subject(one)) for one in (self.child, self.other))

    def validate(self) -> None:
        """Two charts."""
        if self.child.pk == self.other.pk:
            raise InvalidActError("these are one chart")

    def write(self) -> tuple[Different, Told]:
        """The answer."""
        row = Different.objects.create(child=self.child, other=self.other, at=timezone.now(), by=self.user)
        detail = {"different": self.other.audit_id}
        children = (self.child.pk, self.other.pk)
        return row, Told(self.child.audit_id, code(self.child.site), detail=detail, children=children)
