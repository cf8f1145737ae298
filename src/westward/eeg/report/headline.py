"""The answer in one sentence, and the doubt in the next; the grader's own words, laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from westward.look import words

DOES_NOT_EXCLUDE = (
    "This does not exclude infantile spasms: up to a third of children with them lack classic hypsarrhythmia. "
    "Prolong or repeat the recording, with sleep, if suspicion remains."
)
"""What stands with every result that shows no encephalopathy, whether or not the grade came with advice."""

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
    sentence = str(based.get("sentence") or "").replace(" %", "%")
    if sentence.startswith(INCOMPLETE):
        sentence = sentence.partition(": ")[2]
    if sentence:
        return _capital(sentence.partition(": ")[2] or sentence)
    reasons = [e for e in summary.get("not_assessable") or [] if str(e.get("what", "")).startswith("based")]
    return " ".join(f"{_capital(str(e['why'])).rstrip('.')}." for e in reasons) or "No sentence came with this grade."


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
        return f"{INCOMPLETE}: sleep and wakefulness could not be told apart."
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
        caution=str(based.get("advice") or DOES_NOT_EXCLUDE) if below else "",
        incomplete=_incomplete(summary, based),
    )
