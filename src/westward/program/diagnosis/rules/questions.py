"""What is asked before the diagnosis, in the words of the page; codes never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from westward.care.mimics import mimics
from westward.core.errors import UsageError
from westward.program.diagnosis.choices import Known, Part


@dataclass(frozen=True, slots=True)
class Question:
    """One question that is answered by yes, no or not known."""

    code: str
    words: str
    hint: str = ""


HISTORY = (
    Question("spasms", "The events are epileptic spasms", "in the judgment of the physician, from video or history"),
    Question("clusters_by_history", "Definite clusters by history, or typical spasms on a home video"),
    Question("clusters_witnessed", "An experienced clinician saw clusters, live or on video"),
    Question("plateau_or_regression", "Development stood still or went back after the onset"),
    Question("at_risk", "A structural or genetic cause of spasms is known"),
    Question("mri_done", "MRI done", "advised, not required for the diagnosis"),
    Question("eeg_available", "An EEG can be had", "no only where none can be had"),
)
"""History; what the EEG says comes from the signed read."""

TYPES = (
    ("unknown", "Not known"),
    ("flexor", "Flexor"),
    ("extensor", "Extensor"),
    ("mixed", "Mixed flexor and extensor"),
)
"""What the body does."""

SIGNS = (
    Question("symmetric", "Symmetric"),
    Question("head_drop", "Head drop or nod"),
    Question("eye_deviation", "Eye deviation or eye opening"),
    Question("subtle", "Subtle: a grimace, a shrug, a halt"),
    Question("clusters", "In clusters"),
    Question("on_awakening", "On awakening"),
    Question("falling_asleep", "On falling asleep"),
    Question("consciousness", "Less responsive during or between events of a cluster"),
    Question("cry", "Cry or distress with or after"),
    Question("focal", "Focal signs before, with or after"),
    Question("pause", "Each event shorter than two seconds, with a pause between"),
    Question("video", "Seen on video by this team"),
)
"""Signs of the events."""

TYPE = "type"


def mimic_questions() -> tuple[Question, ...]:
    """The list of mimics; yes: still possible, no: excluded, not known: not considered yet."""
    return tuple(Question(one.key, one.name, one.tells_apart) for one in mimics({}))


def questions(part: str) -> tuple[Question, ...]:
    """What a part asks."""
    return {Part.HISTORY: HISTORY, Part.SEMIOLOGY: SIGNS, Part.MIMICS: mimic_questions()}[Part(part)]


def check_answers(part: str, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers of a part, complete: what was not answered is not known.

    Raises
    ------
    UsageError
        If there is no such part, question or answer.
    """
    if part not in Part.values:
        raise UsageError(f"there is no part {part!r}")
    known = [question.code for question in questions(part)]
    out = dict.fromkeys(known, str(Known.UNKNOWN))
    types = [code for code, _ in TYPES] if part == Part.SEMIOLOGY else []
    if types:
        out[TYPE] = "unknown"
    for code, answer in answers.items():
        if code not in out:
            raise UsageError(f"{code!r} is not asked in this part")
        if answer not in (types if code == TYPE and types else Known.values):
            raise UsageError(f"{answer!r} is no answer to {code!r}")
        out[code] = str(answer)
    return out
