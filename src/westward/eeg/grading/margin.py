"""How near a grade is to another one: every single change that would alter it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from westward.eeg.grading.epochs import EpochTable, SpikeSeconds, with_amplitude, with_spikes, without_derivations
from westward.eeg.grading.rules import SHEET, BasedRules
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.grading.verdict import Limits, Verdict, claim, decide
from westward.evidence.loader import load


@dataclass(frozen=True, slots=True)
class Change:
    """One single change and the score it would give.

    Attributes
    ----------
    change : str
        In words, such as ``posterior limit 350 µV``.
    clause : str
        The same after "if", such as ``the posterior limit were 350 µV``.
    score : int or None
        None when the study would no longer support a score.
    """

    change: str
    clause: str
    score: int | None

    def to_json(self) -> dict[str, object]:
        """As in ``summary.json``."""
        return {"change": self.change, "score": self.score}


@dataclass(frozen=True, eq=False)
class _Case:
    """What every variant is graded on."""

    facts: StudyFacts
    spikes: SpikeSeconds
    table: EpochTable
    rules: BasedRules
    limits: Limits
    abnormal: bool

    def score(
        self,
        *,
        table: EpochTable | None = None,
        rules: BasedRules | None = None,
        rejected_foci: tuple[int, ...] = (),
        by_pages: bool = True,
    ) -> int | None:
        verdict = decide(
            self.table if table is None else table,
            rules=self.rules if rules is None else rules,
            study_spikes=self.spikes.counts(rejected_foci),
            abnormal=self.abnormal,
            by_pages=by_pages,
        )
        return claim(verdict, self.limits).score


def margin(
    facts: StudyFacts,
    spikes: SpikeSeconds,
    table: EpochTable,
    verdict: Verdict,
    *,
    rules: BasedRules,
    limits: Limits,
    abnormal: bool = False,
) -> tuple[Change, ...]:
    """Every single change of a limit, and of a rejected focus or channel, that alters the score.

    Of several values of one limit only the nearest that leads to a given score is named. A rejected focus loses
    its spikes; a rejected channel loses its derivations and the foci that peak there. Grouped spikes and
    attenuations are kept as found in both cases.
    """
    if not table.n_epochs:
        return ()
    case = _Case(facts, spikes, table, rules, limits, abnormal)
    changes = [*_thresholds(case, verdict.score), *_foci(case), *_channels(case)]
    return tuple(change for change in changes if change.score != verdict.score)


def _nearest(changes: Iterable[Change], base: int | None) -> Iterator[Change]:
    """Of changes ordered from the nearest outward, the first that leads to each other score."""
    seen = {base}
    for change in changes:
        if change.score not in seen:
            seen.add(change.score)
            yield change


def _outward(rule: str, at: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Values to try below and above the present one, nearest first."""
    value = load(SHEET)[f"margin.{rule}"].value
    tried = [float(v) for v in value] if isinstance(value, tuple) else []
    return tuple(sorted((v for v in tried if v < at), reverse=True)), tuple(sorted(v for v in tried if v > at))


BIN_RULE = "bin rule instead of page rule"

_COUNTS = (
    ("min_spikes", "min_spikes", "{0} per focus", "spike", "a focus needed only {0}", "a focus needed {0}"),
    ("min_attenuations", "min_count_in_epoch", "{0} for level 4", "attenuation", "{0} sufficed", "{0} were needed"),
    ("min_grouped", "min_count_in_epoch", "{0} for level 4", "grouped run", "{0} sufficed", "{0} were needed"),
    ("positive_pages", "positive_pages", "{0} for level 5", "positive page", "{0} sufficed", "{0} were needed"),
)
"""Rule, values to try, words, what is counted, and clauses for a lower and a higher value."""


def _thresholds(case: _Case, base: int | None) -> list[Change]:
    found: list[Change] = []
    for rule, place in (("posterior_uv", "posterior"), ("anterior_uv", "anterior")):
        for values in _outward(rule, getattr(case.rules, rule)):
            found += _nearest([_limit(case, rule, place, v) for v in values], base)
    for values in _outward("recurrence", case.rules.recurrence):
        found += _nearest([_recurrence(case, v) for v in values], base)
    for rule, tried, words, noun, lower, higher in _COUNTS:
        at = getattr(case.rules, rule)
        for values, clause in zip(_outward(tried, at), (lower, higher), strict=True):
            found += _nearest([_count(case, rule, int(v), noun, words, clause) for v in values], base)
    found.append(Change(BIN_RULE, "the bin rule were used", case.score(by_pages=False)))
    return found


def _recurrence(case: _Case, value: float) -> Change:
    share = f"{100 * value:g} % of the seconds"
    score = case.score(rules=case.rules.but(recurrence=value))
    return Change(f"recurrence in {share}", f"high waves were asked for in {share}", score)


def _count(case: _Case, rule: str, value: int, noun: str, words: str, clause: str) -> Change:
    many = f"{value} {noun}{'' if value == 1 else 's'}"
    return Change(words.format(many), clause.format(many), case.score(rules=case.rules.but(**{rule: value})))


def _limit(case: _Case, rule: str, place: str, value: float) -> Change:
    rules = case.rules.but(**{rule: value})
    score = case.score(table=with_amplitude(case.table, case.facts, rules=rules), rules=rules)
    return Change(f"{place} limit {value:g} µV", f"the {place} limit were {value:g} µV", score)


def _foci(case: _Case) -> Iterator[Change]:
    for i, focus in enumerate(case.facts.foci):
        table = with_spikes(case.table, case.facts, case.spikes, rules=case.rules, rejected_foci=(i,))
        score = case.score(table=table, rejected_foci=(i,))
        yield Change(f"without focus {focus.name}", f"the spikes of focus {focus.name} were rejected", score)


def _channels(case: _Case) -> Iterator[Change]:
    rows = [set(d.split("-")) for d in case.facts.derivations]
    peaks = [f.peak for f in case.facts.foci]
    for electrode in sorted(set().union(*rows, peaks)):
        lost = tuple(i for i, peak in enumerate(peaks) if peak == electrode)
        table = without_derivations(case.table, np.array([electrode in row for row in rows], np.bool_))
        if lost:
            table = with_spikes(table, case.facts, case.spikes, rules=case.rules, rejected_foci=lost)
        score = case.score(table=table, rejected_foci=lost)
        yield Change(f"without channel {electrode}", f"channel {electrode} were rejected", score)
