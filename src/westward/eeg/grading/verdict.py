"""The decision itself: from counted epochs to a level and the row of the table that gave it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.hypnogram import STATES
from westward.eeg.grading.epochs import EpochTable, located
from westward.eeg.grading.rules import BasedRules
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.signal.montage import hemisphere

RULES = ("0", "1", "2", "2_uncommon_multifocal", "3a", "3b", "4a", "4b_grouped", "4b_attenuation", "5")
"""Rows of the table, mildest first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A level with its reason.

    Attributes
    ----------
    score : int or None
        0-5; None when it cannot be claimed.
    rule : str or None
        The row that gave it, one of :data:`RULES`.
    rules_met : tuple of str
        All rows of that level that the worst epoch meets.
    epoch : int or None
        Column of the worst epoch in the table; None when no epoch is assessable.
    """

    score: int | None
    rule: str | None
    rules_met: tuple[str, ...]
    epoch: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """Why a low score cannot be claimed on this study, and what it lacks.

    Attributes
    ----------
    no_sleep : str
        Why NREM sleep is missing, or empty.
    no_amplitude : str
        Why amplitude cannot be judged, or empty.
    no_spikes : str
        Why spikes could not be looked for, or empty.
    incomplete : str
        Why the study is incomplete, or empty.
    unknown_cycle : str
        Why it cannot be said whether a full sleep-wake cycle was recorded, or empty.
    nrem_minutes : float
        NREM that is assessable.
    """

    no_sleep: str
    no_amplitude: str
    incomplete: str
    unknown_cycle: str
    nrem_minutes: float
    no_spikes: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why findings stand but their absence means nothing; empty where it does not."""
        return tuple(r for r in (self.no_sleep, self.no_amplitude, self.no_spikes) if r)

    @property
    def one_sided(self) -> bool:
        """True when findings stand but their absence means nothing."""
        return bool(self.reasons)


def limits_of(facts: StudyFacts, *, rules: BasedRules) -> Limits:
    """What a study lacks for a low score or for being complete."""
    asleep = int(((facts.state == STATES.index("nrem")) & facts.assessable).sum()) / 60
    nrem = min(facts.nrem_minutes, asleep)
    incomplete, unknown_cycle = "", ""
    if not facts.states_assessable:
        unstaged = "age unknown" if facts.age_days is None else "sleep and wakefulness could not be told apart"
        unknown_cycle = facts.states_refusal or unstaged
    elif not (facts.state != STATES.index("unknown")).any():
        unknown_cycle = "no epoch could be staged"
    elif facts.sleep_wake_cycles < rules.min_sleep_wake_cycles:
        incomplete = "no full sleep-wake cycle"
    if unknown_cycle:
        no_sleep = f"sleep and sleep-wake cycle not assessable: {unknown_cycle}"
    elif facts.nrem_minutes <= 0:
        no_sleep = "sleep not recorded"
    elif nrem < rules.min_nrem_minutes:
        no_sleep = f"only {nrem:.1f} min of assessable NREM sleep, {rules.min_nrem_minutes:g} needed"
    else:
        no_sleep = ""
    sides = [side_of(d) for d in facts.derivations if located(d)]
    fewest = min(sides.count("left"), sides.count("right"))
    no_amplitude = ""
    if fewest < rules.min_derivations_per_side:
        no_amplitude = (
            f"only {fewest} usable longitudinal derivations of known position on one side, "
            f"{rules.min_derivations_per_side} needed"
        )
    elif not (np.isfinite(facts.background_uv) & facts.assessable).any():
        no_amplitude = "no background left to measure"
    no_spikes = f"spikes not assessable: {facts.spikes_refusal}" if facts.spikes_refusal else ""
    return Limits(no_sleep, no_amplitude, incomplete, unknown_cycle, nrem, no_spikes)


def side_of(derivation: str) -> str:
    """``left``, ``right`` or ``midline`` of a derivation of known position."""
    sides = {hemisphere(e) for e in derivation.split("-")}
    return sides.pop() if len(sides) == 1 else "midline"


def decide(
    table: EpochTable,
    *,
    rules: BasedRules,
    study_spikes: NDArray[np.int32],
    abnormal: bool = False,
    by_pages: bool = True,
) -> Verdict:
    """Grade a study: levels 3-5 on the worst epoch, and only if none is met 2, 1, 0 on the whole study.

    Parameters
    ----------
    study_spikes : int array, shape (n_foci,)
        Spikes of each focus in the whole study.
    abnormal : bool
        Whether an abnormality of the score-1 list was found.
    by_pages : bool
        Spike burden by the page rule, else by the bin rule.
    """
    if not table.n_epochs:
        return Verdict(None, None, (), None)
    levels = table.levels(rules, by_pages=by_pages)
    worst = int(table.order(levels)[0])
    level = int(levels[worst])
    if level >= 3:
        met = rules_met(table, worst, level, rules=rules)
        return Verdict(level, met[0], met, worst)
    n_foci = int((study_spikes >= max(rules.min_spikes, 1)).sum())
    if n_foci >= rules.multifocal:
        return Verdict(2, "2_uncommon_multifocal", ("2_uncommon_multifocal",), worst)
    if n_foci >= rules.score_2_needs_foci:
        return Verdict(2, "2", ("2",), worst)
    score = 1 if abnormal else 0
    return Verdict(score, str(score), (str(score),), worst)


def rules_met(table: EpochTable, epoch: int, level: int, *, rules: BasedRules) -> tuple[str, ...]:
    """Rows of one level (3-5) that an epoch meets, in the order of the table."""
    multifocal = int(table.foci(rules)[epoch]) >= rules.multifocal
    high = bool(table.high(rules)[:, epoch].any())
    if level == 5:
        return ("5",)
    if level == 4:
        rows = (
            ("4a", multifocal and high),
            ("4b_grouped", int(table.grouped[epoch]) >= max(rules.min_grouped, 1)),
            ("4b_attenuation", int(table.attenuations[epoch]) >= max(rules.min_attenuations, 1)),
        )
        return tuple(name for name, met in rows if met)
    return ("3a",) if multifocal else ("3b",)


def claim(verdict: Verdict, limits: Limits) -> Verdict:
    """The verdict as far as the study supports it: levels 0-2 fall away when it is one-sided."""
    if verdict.score is not None and verdict.score < 3 and limits.one_sided:
        return Verdict(None, None, (), verdict.epoch)
    return verdict
