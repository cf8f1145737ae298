"""The grade in words: one sentence, and what must be said with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from westward.eeg.grading.margin import BIN_RULE, Change
from westward.eeg.grading.verdict import Limits, Verdict

ADVICE_BELOW_4 = (
    "This does not exclude infantile spasms: up to a third of children with them lack classic hypsarrhythmia. "
    "Prolong or repeat the recording, with sleep, if suspicion remains."
)
"""Printed with every grade that does not show an encephalopathy."""

MEANING = {
    0: "no abnormality of the kinds assessed",
    1: "an abnormality that is not epileptiform",
    2: "fewer than three spike foci in any five minutes, no derivation of high amplitude",
    3: "multifocal spikes or high amplitude, not both",
    4: "probable epileptic encephalopathy",
    5: "definite epileptic encephalopathy",
}
"""Each score in a few words."""


def headline(verdict: Verdict, limits: Limits, *, lower_bound: bool, n_single: int = 0) -> str:
    """The grade in a line, led by "Incomplete study" where no full sleep-wake cycle was seen.

    ``n_single`` spikes of no focus that counts are named where the level rests on the absence of foci.
    """
    lead = "Incomplete study: " if limits.incomplete else ""
    if verdict.score is None:
        words = "not graded" if lead else "Not graded"
    elif lower_bound:
        words = f"{'at' if lead else 'At'} least BASED {verdict.score}, {MEANING[verdict.score]}"
    else:
        words = f"BASED {verdict.score}, {MEANING[verdict.score]}"
    if verdict.score in (0, 1) and n_single:
        words += f", but {single_spikes(n_single)}"
    return lead + words


def single_spikes(n: int) -> str:
    """Spikes that make no focus."""
    return f"{_many(n, 'single spike', 'single spikes')} without a recurring focus"


@dataclass(frozen=True, slots=True)
class Sentence:
    """The answer in one sentence, in parts.

    Attributes
    ----------
    lead : str
        Why the study is incomplete, or empty.
    grade : str
        ``BASED 4 (probable epileptic encephalopathy)``, ``at least BASED 3`` or ``BASED not graded``.
    why : str
        The findings that make the grade, and the nearest change that would alter it; without a full stop.
    """

    lead: str
    grade: str
    why: str

    def __str__(self) -> str:
        if self.lead:
            return f"{self.lead}; {self.grade}: {self.why}."
        return f"{self.grade[:1].upper()}{self.grade[1:]}: {self.why}."


def sentence(
    verdict: Verdict,
    limits: Limits,
    *,
    lower_bound: bool,
    n_single: int,
    n_foci: int,
    n_foci_study: int,
    spike_bin_fraction: float | None,
    high: Sequence[str],
    n_grouped: int,
    n_attenuations: int,
    abnormalities: Sequence[str],
    changes: Sequence[Change],
    why_null: str,
) -> Sentence:
    """The answer in one sentence: score, why, and the nearest single change."""
    lead = f"Incomplete study, {limits.incomplete}" if limits.incomplete else ""
    if verdict.score is None:
        return Sentence(lead, "BASED not graded", why_null)
    at_least = "at least BASED" if lower_bound else "BASED"
    meaning = f" ({MEANING[verdict.score]})" if verdict.score >= 4 else ""
    share = "not assessable" if spike_bin_fraction is None else f"{spike_bin_fraction:.0%}".replace("%", " %")
    foci = "spike foci not assessable" if limits.no_spikes else _many(n_foci, "spike focus", "spike foci")
    seconds = f"spikes in {share} of the seconds"
    in_worst = "in the worst five minutes"
    high_in = f"background waves at or above the limit in {_list(high)}"
    low = "amplitude not assessable" if limits.no_amplitude else "no derivation of high amplitude"
    study_foci = _many(n_foci_study, "spike focus", "spike foci")
    parts = {
        "5": [f"{foci} and {seconds} of the worst five minutes"],
        "4a": [foci, high_in, f"{seconds} of the worst five minutes"],
        "4b_grouped": [f"{n_grouped} runs of grouped multifocal spikes {in_worst}", foci],
        "4b_attenuation": [f"{n_attenuations} attenuations {in_worst}", foci],
        "3a": [foci, f"{seconds} of the worst five minutes", low],
        "3b": [high_in, foci],
        "2_uncommon_multifocal": [f"uncommon multifocal spikes ({study_foci} in the study, never three in one epoch)"],
        "2": [f"{study_foci} in the study", low],
        "1": [_list(abnormalities)],
        "0": ["no abnormality of the kinds assessed"],
    }
    said = list(dict.fromkeys(part for rule in verdict.rules_met for part in parts[rule]))
    if verdict.score in (0, 1) and n_single:
        said.append(f"but {single_spikes(n_single)}")
    reason = f"; {next(iter(limits.reasons), '')}" if lower_bound or limits.unknown_cycle else ""
    bins = next((f"; {c.score} by the bin rule" for c in changes if c.change == BIN_RULE and c.score is not None), "")
    other = _alternative(verdict.score, changes)
    return Sentence(lead, f"{at_least} {verdict.score}{meaning}", f"{', '.join(said)}{reason}{bins}{other}")


def _alternative(score: int, changes: Sequence[Change]) -> str:
    """ "; 3 if A or B": the nearest other score, lower first, with at most two ways that lead there."""
    other = [c for c in changes if c.score is not None and c.change != BIN_RULE]
    if not other:
        return ""
    nearest = min({c.score for c in other if c.score is not None}, key=lambda s: (abs(s - score), s))
    ways = [c for c in other if c.score == nearest]
    limits = [c.clause for c in ways if not c.change.startswith("without ")]
    foci = [c.change.removeprefix("without focus ") for c in ways if c.change.startswith("without focus ")]
    channels = [c.change.removeprefix("without channel ") for c in ways if c.change.startswith("without channel ")]
    clauses = limits[:1] if foci or channels else limits[:2]
    if foci:
        clauses.append(f"the spikes of {_list(foci, 'or')} were rejected")
    elif channels:
        clauses.append(f"channel {_list(channels, 'or')} were rejected")
    return f"; {nearest} if {' or '.join(clauses)}"


def _many(n: int, one: str, more: str) -> str:
    return f"{'no' if n == 0 else n} {one if n == 1 else more}"


def _list(names: Sequence[str], word: str = "and") -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} {word} {len(names) - 3} more"
    return ", ".join(names[:-1]) + (f" {word} " if len(names) > 1 else "") + names[-1] if names else "none"
