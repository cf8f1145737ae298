"""Work-up of the cause by tier, with due dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from westward.care.silence import Silence
from westward.core.ages import days_from_months
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, load


class Test(StrEnum):
    """A step of the work-up."""

    __test__ = False  # not a test case of pytest

    EXAMINATION = "examination"
    MRI = "mri"
    METABOLIC = "metabolic"
    MICROARRAY = "microarray"
    PANEL = "panel"
    EXOME = "exome"
    GENOME = "genome"

    @property
    def genetic(self) -> bool:
        """Whether it reads the genome, so that counseling and consent come before the sample."""
        return self in (Test.MICROARRAY, Test.PANEL, Test.EXOME, Test.GENOME)


class Order(StrEnum):
    """In which order the tests come; the sources differ, a site chooses."""

    NISC_2015 = "nisc_2015"
    EXOME_FIRST = "exome_first"


class Finding(StrEnum):
    """What a result says of the cause."""

    CAUSE = "cause"
    NEGATIVE = "negative"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Done:
    """A test that was done; ``resulted`` and ``finding`` are None while the result is out."""

    on: date
    resulted: date | None = None
    finding: Finding | None = None

    def __post_init__(self) -> None:
        if (self.resulted is None) != (self.finding is None):
            raise UsageError("a result needs its day and its finding, or neither")
        if self.resulted is not None and self.resulted < self.on:
            raise UsageError(f"a result of {self.resulted} cannot come before the test of {self.on}")


class Progress(StrEnum):
    """Where a step stands."""

    DUE = "due"
    OVERDUE = "overdue"
    AWAITING_RESULT = "awaiting result"
    RESULTED = "resulted"
    WAITING = "waiting for the tier before"
    NOT_NEEDED = "not needed: a cause was found"
    SILENCED = "silenced"


@dataclass(frozen=True, slots=True)
class Step:
    """One test of the work-up.

    Attributes
    ----------
    due : date or None
        Last day in time; None unless due or overdue.
    facts : tuple of Fact
        The tier and the time, with source and status.
    """

    test: Test
    tier: int
    progress: Progress
    due: date | None
    facts: tuple[Fact, ...]


def workup(
    *,
    diagnosed: date,
    done: Mapping[Test, Done],
    on: date,
    order: Order = Order.EXOME_FIRST,
    silence: Silence | None = None,
    sheet: Sheet | None = None,
) -> tuple[Step, ...]:
    """The steps of a child's work-up on a day, by tier.

    The first tier counts from the diagnosis and is done in full even if one of its tests finds the cause, since a
    second cause and a treatable one must not be missed. A later tier opens when every test of the tier before has a
    result and none so far has found the cause; it counts from the last of those results. Uncertain findings open it
    like negative ones. A test that the order does not have has no step; if it was done and found the cause, the later
    tiers are not needed.

    Notes
    -----
    Orders: ``evidence/workup.toml``, excerpt (2015) and recalled (exome first); times are policy.
    """
    sheet = sheet or load("workup")
    known = {test: d for test, d in done.items() if d.on <= on}
    tiers = {test: sheet.integer(f"tier_{order}.{test}") for test in Test}
    steps: list[Step] = []
    opened: date | None = diagnosed
    found = any(_result(known.get(test), on)[1] is Finding.CAUSE for test in Test if tiers[test] == 0)
    for tier in sorted(set(tiers.values()) - {0}):
        tests = [test for test in Test if tiers[test] == tier]
        for test in tests:
            facts = (sheet[f"tier_{order}.{test}"], sheet[f"due.{test}_d"])
            progress, due = _progress(
                known.get(test), opened, on, sheet.integer(facts[1].key), found=found and tier > 1
            )
            if due is not None and silence is not None and silence.holds(on):
                progress, due = Progress.SILENCED, None
            steps.append(Step(test, tier, progress, due, facts))
        results = [_result(known.get(test), on) for test in tests]
        found = found or any(finding is Finding.CAUSE for _, finding in results)
        days = [day for day, _ in results if day is not None]
        opened = max([*days, opened]) if opened is not None and len(days) == len(tests) else None
    return tuple(steps)


def expected(test: Test, sent: date, *, sheet: Sheet | None = None) -> tuple[date, Fact] | None:
    """The last day on which a report is in time, and the turnaround it rests on; None for a test without one."""
    fact = (sheet or load("workup")).facts.get(f"turnaround.{test}_d")
    if fact is None or isinstance(fact.value, bool) or not isinstance(fact.value, int):
        return None
    return sent + timedelta(days=fact.value), fact


def first_tier_open(steps: Iterable[Step]) -> tuple[Test, ...]:
    """Tests of the first tier that have no result yet; empty when it is done, so that a cause may be called unknown."""
    return tuple(step.test for step in steps if step.tier == 1 and step.progress is not Progress.RESULTED)


def mri_repeat(*, birth: date, scanned: date, negative: bool, sheet: Sheet | None = None) -> tuple[date, Fact] | None:
    """The first day on which a negative MRI should be repeated, and why; None if it need not be.

    Myelination hides dysplasia at 6-18 months; source ``evidence/workup.toml`` (excerpt).

    Raises
    ------
    UsageError
        If the scan lies before birth.
    """
    if scanned < birth:
        raise UsageError(f"the scan of {scanned} lies before the birth date")
    sheet = sheet or load("workup")
    low, high, at = (
        days_from_months(sheet.number(f"mri.{key}"))
        for key in ("repeat_if_from_months", "repeat_if_to_months", "repeat_at_months")
    )
    if not negative or not low <= (scanned - birth).days <= high:
        return None
    return birth + timedelta(days=at), sheet["mri.repeat_at_months"]


def _result(done: Done | None, on: date) -> tuple[date | None, Finding | None]:
    if done is None or done.resulted is None or done.resulted > on:
        return None, None
    return done.resulted, done.finding


def _progress(
    done: Done | None, opened: date | None, on: date, days: int, *, found: bool
) -> tuple[Progress, date | None]:
    if done is not None:
        return (Progress.RESULTED if _result(done, on)[0] else Progress.AWAITING_RESULT), None
    if found:
        return Progress.NOT_NEEDED, None
    if opened is None:
        return Progress.WAITING, None
    due = opened + timedelta(days=days)
    return (Progress.OVERDUE if due < on else Progress.DUE), due
