"""What is known for a child like this: published results by definition of the outcome, side by side, never pooled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from westward.care.answer import Answer
from westward.care.shares import Share, share
from westward.core.errors import UsageError
from westward.evidence.predictors import Predictor
from westward.evidence.trials import Arm, load


@dataclass(frozen=True, slots=True)
class Result:
    """One arm with its interval; ``share`` is None where only a percentage was read."""

    arm: Arm
    share: Share | None


@dataclass(frozen=True, slots=True)
class Known:
    """Results under one definition of the outcome, largest study first.

    Attributes
    ----------
    conflicts : tuple of str
        Arms of two studies, alike in treatment group and population, whose intervals do not meet.
    """

    outcome: str
    results: tuple[Result, ...]
    conflicts: tuple[str, ...]


def known(
    *,
    drug: str | None = None,
    population: str | None = None,
    outcome: str | None = None,
    arms: Iterable[Arm] | None = None,
) -> tuple[Known, ...]:
    """Results that fit, by definition of the outcome, those with the most arms first.

    Parameters
    ----------
    drug, population, outcome : str, optional
        Codes; None for all. A population is matched exactly: results of other populations are never borrowed.
    arms : iterable of Arm, optional
        A table in place of the shipped one.

    Raises
    ------
    UsageError
        If a code does not exist in the table.
    """
    table = tuple(load() if arms is None else arms)
    for name, code in (("drug", drug), ("population", population), ("outcome", outcome)):
        there = sorted({getattr(arm, name) for arm in table})
        if code is not None and code not in there:
            raise UsageError(f"there is no {name} {code!r}; the table has {', '.join(there)}")
    fitting = [
        arm
        for arm in table
        if drug in (None, arm.drug) and population in (None, arm.population) and outcome in (None, arm.outcome)
    ]
    by_outcome: dict[str, list[Result]] = {}
    for arm in fitting:
        found = None if arm.n is None or arm.responders is None else share(arm.responders, arm.n)
        by_outcome.setdefault(arm.outcome, []).append(Result(arm, found))
    groups = [
        Known(code, tuple(sorted(results, key=lambda r: -(r.arm.n or 0))), tuple(_conflicts(results)))
        for code, results in by_outcome.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group.results), group.outcome)))


def _conflicts(results: list[Result]) -> Iterable[str]:
    for one, other in combinations(results, 2):
        alike = (one.arm.drug, one.arm.population, one.arm.events) == (
            other.arm.drug,
            other.arm.population,
            other.arm.events,
        )
        if not alike or one.arm.drug == "any" or one.arm.study == other.arm.study:
            continue
        for low, high in ((one, other), (other, one)):
            below = None if low.share is None else low.share.high
            above = None if high.share is None else high.share.low
            if below is not None and above is not None and below < above:
                yield f"{_words(low)} against {_words(high)}: their intervals do not meet"


def _words(result: Result) -> str:
    arm = result.arm
    return f"{arm.study} {arm.year} ({arm.arm}: {arm.responders} of {arm.n})"


def conflicting(table: Iterable[Predictor]) -> frozenset[int]:
    """Lines of predictors that another source contradicts: the same predictor, better here and worse or none there.

    A predictor that is named together with others (``Lead time, etiology or lag``) is matched by its words.
    """
    rows = list(table)
    found = set()
    for one, other in combinations(rows, 2):
        alike = _topic(one) & _topic(other)
        if alike and {one.direction, other.direction} in ({"better", "worse"}, {"none", "worse"}, {"none", "better"}):
            found |= {one.line, other.line}
    return frozenset(found)


_TOPICS = ("lead time", "lag", "no hypsarrhythmia", "structural cause")


def _topic(one: Predictor) -> frozenset[str]:
    said = one.predictor.lower()
    return frozenset(topic for topic in _TOPICS if topic in said)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A population of the table to which a child belongs, and why."""

    population: str
    why: str


def populations_of(
    facts: Mapping[str, Answer], *, cause_found: Answer = Answer.UNKNOWN, failed: bool = False
) -> tuple[Likeness, ...]:
    """Populations of the table that a child belongs to, the most particular first; what is not known opens none.

    Parameters
    ----------
    facts : mapping of str to Answer
        ``tuberous_sclerosis`` and ``trisomy_21``, as the safety rules name them.
    cause_found : Answer
        Yes with a cause found, no with none after the work-up.
    failed : bool
        Whether a first standard treatment has failed.
    """
    found = []
    tsc, t21 = (facts.get(fact, Answer.UNKNOWN) for fact in ("tuberous_sclerosis", "trisomy_21"))
    if tsc is Answer.YES:
        found.append(Likeness("TSC", "tuberous sclerosis"))
    if t21 is Answer.YES:
        found.append(Likeness("trisomy_21", "trisomy 21"))
    if failed:
        found.append(Likeness("failed_first", "a first standard treatment failed"))
    if cause_found is not Answer.UNKNOWN:
        yes = cause_found is Answer.YES
        found.append(
            Likeness("proven_etiology", "a cause was found")
            if yes
            else Likeness("no_proven_etiology", "no cause was found after the work-up")
        )
    if tsc is Answer.NO:
        found.append(Likeness("non-TSC", "no tuberous sclerosis"))
    return (*found, Likeness("all", "every child"))
