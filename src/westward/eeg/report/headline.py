"""The answer in one sentence, and the doubt in the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from westward.look import words

MEANING = {
    5: "definite epileptic encephalopathy",
    4: "probable epileptic encephalopathy",
    3: "abnormal, below epileptic encephalopathy",
    2: "epileptiform, below epileptic encephalopathy",
    1: "abnormal without epileptiform discharges",
    0: "no abnormality of the kinds assessed",
}
"""What each level of the 2021 BASED score stands for (Mytinger 2021, read in a reproduction of its table)."""

DOES_NOT_EXCLUDE = (
    "This does not exclude infantile spasms. Up to a third of children with spasms lack classic hypsarrhythmia. "
    "If suspicion remains, prolong or repeat the study, with sleep and awakening."
)


@dataclass(frozen=True, slots=True)
class Headline:
    """The top of the report.

    Attributes
    ----------
    grade : str
        ``BASED 4``, ``at least BASED 4`` or ``Not graded``.
    meaning : str
        What the level stands for, or empty.
    why : str
        One sentence: the findings that make the grade.
    doubt : tuple of str
        What would change it; the other rule; how steady it is over the study.
    caution : str
        That a grade below 4 excludes nothing, or empty.
    incomplete : str
        Why the study is incomplete, or empty.
    """

    grade: str
    meaning: str
    why: str
    doubt: tuple[str, ...]
    caution: str
    incomplete: str


def _why(based: Mapping[str, Any]) -> str:
    """The clause in the child's own numbers."""
    foci = based.get("foci") or []
    n = sum(1 for f in foci if (f.get("n_spikes_worst_epoch") or 0) > 1)
    burden = words.percent(based.get("spike_bin_fraction"))
    high = [c["name"] for c in based.get("high_amplitude_channels") or []]
    shown = words.listing(high[:3]) if len(high) <= 3 else f"{len(high)} derivations"
    spikes = f"{words.count(n, 'spike focus', 'spike foci')}, spikes in {burden} of the seconds"
    in_worst = "in the worst five minutes"
    pages = based.get("positive_pages")
    of_pages = f" ({pages} of 20 pages positive)" if pages is not None else ""
    return {
        "5": f"{spikes}{of_pages} {in_worst}.",
        "4a": f"{spikes} {in_worst}, and abnormally high background amplitude in {shown}.",
        "4b_grouped": f"{words.count(based.get('n_grouped_multifocal_spikes'), 'run')} of grouped multifocal spikes "
        f"{in_worst}.",
        "4b_attenuation": f"{words.count(based.get('n_attenuations'), 'attenuation')} {in_worst}.",
        "3a": f"{spikes} {in_worst}, and no derivation of abnormally high amplitude.",
        "3b": f"abnormally high background amplitude in {shown} with {words.count(n, 'spike focus', 'spike foci')} "
        f"{in_worst}.",
        "2": f"{words.count(len(foci), 'spike focus', 'spike foci')} in the study and no derivation of abnormally "
        "high amplitude.",
        "2_uncommon_multifocal": f"{words.count(len(foci), 'spike focus', 'spike foci')} in the study but never three "
        "within five minutes (uncommon multifocal spikes), and no derivation of abnormally high amplitude.",
        "1": "an abnormality that is not epileptiform, and no spike focus.",
        "0": "no spike focus, no derivation of abnormally high amplitude, none of the other abnormalities looked for.",
    }.get(str(based.get("rule")), "")


def score_name(score: int | None) -> str:
    """``4``, or ``not graded``."""
    return "not graded" if score is None else str(score)


def _doubt(based: Mapping[str, Any]) -> list[str]:
    out = []
    by: dict[str, list[str]] = {}
    for m in based.get("margin") or []:
        by.setdefault(score_name(m.get("score")), []).append(str(m.get("change")))
    for other in sorted(by):
        changes = by[other]
        tail = f" (and {len(changes) - 3} further single changes, listed below)" if len(changes) > 3 else ""
        shown = "; or ".join(changes[:3])
        out.append(f"{other[0].upper()}{other[1:]} with one change: {shown}{tail}.")
    if based.get("score") is not None and not by:
        out.append("None of the single changes tried (a limit, one channel, one focus) alters it.")
    page, bins = based.get("score_by_page_rule"), based.get("score_by_bin_rule")
    if page is not None and bins is not None and page != bins:
        out.append(
            f"By counting seconds instead of pages it is {bins}: spikes fill "
            f"{words.percent(based.get('spike_bin_fraction'))} of the seconds of the worst five minutes."
        )
    return out


def _incomplete(summary: Mapping[str, Any]) -> str:
    cycles = summary.get("sleep_wake_cycles")
    nrem = (summary.get("states") or {}).get("nrem")
    if cycles is None or nrem is None:
        return "Incomplete study: sleep and wakefulness could not be told apart."
    if nrem == 0:
        return "Incomplete study: no NREM sleep was recorded."
    if cycles == 0:
        return "Incomplete study: no full cycle of wakefulness and sleep."
    return ""


def make(summary: Mapping[str, Any]) -> Headline:
    """Words for ``summary.json``; nothing is called normal, nothing excluded."""
    based = summary.get("based") or {}
    score = based.get("score")
    caution = DOES_NOT_EXCLUDE if score is None or score < 4 else ""
    if score is None:
        reasons = [e for e in summary.get("not_assessable") or [] if str(e.get("what", "")).startswith("based")]
        why = " ".join(f"{str(e['why'])[:1].upper()}{str(e['why'])[1:].rstrip('.')}." for e in reasons)
        return Headline("Not graded", "", why or "No grade could be made.", (), caution, _incomplete(summary))
    grade = f"{'at least ' if based.get('lower_bound') else ''}BASED {score}"
    why = _why(based)
    return Headline(
        grade=grade[0].upper() + grade[1:],
        meaning=MEANING.get(score, ""),
        why=why[:1].upper() + why[1:],
        doubt=tuple(_doubt(based)),
        caution=caution,
        incomplete=_incomplete(summary),
    )
