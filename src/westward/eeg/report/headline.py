"""The answer in one sentence, and the doubt in the next; the grader's own words, laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from westward.eeg.grading.words import ADVICE_BELOW_4
from westward.look import words

INCOMPLETE = "Incomplete study"


@dataclass(frozen=True, slots=True)
class Headline:
    """The top of the report.

    Attributes
    ----------
    grade : str
        ``BASED 4``, ``At least BASED 4`` or ``Not graded``.
    meaning : str
        What the level stands for, or empty.
    why : str
        One sentence: the findings that make the grade, and the nearest change that would alter it.
    doubt : tuple of str
        The other rule where it disagrees; how many changes would alter the grade.
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


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _split_headline(based: Mapping[str, Any]) -> tuple[str, str]:
    """Grade and meaning."""
    score = based.get("score")
    fallback = "Not graded" if score is None else f"{'at least ' if based.get('lower_bound') else ''}BASED {score}"
    told = str(based.get("headline") or fallback).removeprefix(f"{INCOMPLETE}: ")
    grade, _, meaning = told.partition(", ")
    return _capital(grade), meaning


def _why(summary: Mapping[str, Any], based: Mapping[str, Any]) -> str:
    told = str(based.get("why") or "").replace(" %", "%")
    if told:
        return f"{_capital(told)}."
    reasons = [e for e in summary.get("not_assessable") or [] if str(e.get("what", "")).startswith("based")]
    return " ".join(f"{_capital(str(e['why'])).rstrip('.')}." for e in reasons) or "No reason came with this grade."


def _doubt(based: Mapping[str, Any]) -> list[str]:
    out = []
    page, bins = based.get("score_by_page_rule"), based.get("score_by_bin_rule")
    if page is not None and bins is not None and page != bins:
        out.append(
            f"Counting seconds instead of pages makes it {bins}: spikes fill "
            f"{words.percent(based.get('spike_bin_fraction'))} of the seconds of the worst five minutes."
        )
    if based.get("score") is not None:
        n = len(based.get("margin") or [])
        out.append(
            f"{_capital(words.count(n, 'single change', 'single changes'))} of a limit, a channel or a focus would "
            "alter the score; listed below."
            if n
            else "No single change of a limit, a channel or a focus that was tried alters the score."
        )
    return out


def _incomplete(summary: Mapping[str, Any], based: Mapping[str, Any]) -> str:
    cycles = summary.get("sleep_wake_cycles")
    nrem = (summary.get("states") or {}).get("nrem")
    if cycles is None or nrem is None:
        reasons = [e["why"] for e in summary.get("not_assessable") or [] if e.get("what") == "sleep-wake cycles"]
        return f"Sleep-wake cycle {words.ABSENT}: {reasons[0] if reasons else 'states were not assessed'}."
    if nrem == 0:
        return f"{INCOMPLETE}: no NREM sleep was recorded."
    if cycles == 0 or based.get("incomplete"):
        return f"{INCOMPLETE}: no full cycle of wakefulness and sleep was recorded."
    return ""


def make(summary: Mapping[str, Any]) -> Headline:
    """Words for ``summary.json``."""
    based = summary.get("based") or {}
    score = based.get("score")
    grade, meaning = _split_headline(based)
    below = score is None or score < 4
    return Headline(
        grade=grade,
        meaning=meaning,
        why=_why(summary, based),
        doubt=tuple(_doubt(based)),
        caution=str(based.get("advice") or ADVICE_BELOW_4) if below else "",
        incomplete=_incomplete(summary, based),
    )
