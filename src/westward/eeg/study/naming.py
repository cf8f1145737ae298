"""Words and numbers that name a patient: none of them enters a bundle."""

from __future__ import annotations

import re

from westward.eeg.recording.recording import Patient, Recording

REMOVED = "[removed]"
NEUTRAL = "recording"
"""Stands for a file name that names the patient."""

_MONTH = (
    "jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|m(?:ä|ae)rz|apr(?:il)?|ma[yi]|june?|juni|july?|juli|aug(?:ust)?|"
    "sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?"
)
_DATES = (
    r"\b\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}\b",
    rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?[\s/-]*(?:{_MONTH})\b[\s.,/-]*(?:\d{{2,4}}\b)?",
    rf"\b(?:{_MONTH})\b[\s.,/-]*\d{{1,2}}(?:st|nd|rd|th)?\b[\s,./-]*(?:\d{{2,4}}\b)?",
    r"\+?\d(?:[\s()/.-]{0,3}\d){5,}",
    r"\d{4,}",
)
_NUMBERS = re.compile("|".join(_DATES), re.IGNORECASE)
_FILLER = frozenset({"x", "xx", "xxx", "m", "f", "unknown", "anonymous", "simulated", "infant", "patient"})


def patient_words(patient: Patient) -> frozenset[str]:
    """Words of the header's name and code, lower case; one-letter words and fillers are none."""
    words = {w.lower() for text in (patient.name, patient.code) for w in re.split(r"[\W_]+", text) if len(w) > 1}
    return frozenset(words - _FILLER)


def anonymous_note(text: str, patient: Patient) -> str:
    """A note without the words of the header's name and code, dates, telephone and other numbers of 4 digits or more.

    What a technologist typed beside these stays: a bundle's notes are not de-identified.
    """
    text = _NUMBERS.sub(REMOVED, text)
    for word in sorted(patient_words(patient), key=len, reverse=True):
        text = re.sub(rf"(?i)(?<![^\W_]){re.escape(word)}(?![^\W_])", REMOVED, text)
    return re.sub(rf"{re.escape(REMOVED)}(?:\W*{re.escape(REMOVED)})+", REMOVED, text).strip()


def stem_names_the_patient(recording: Recording) -> bool:
    """Whether the file's name holds a word of the header's name or code."""
    stem = recording.path.stem.lower()
    parts = set(re.split(r"[\W_]+", stem))
    return any(word in parts or (len(word) >= 4 and word in stem) for word in patient_words(recording.facts.patient))


def shown_name(recording: Recording, name: str) -> str:
    """What a report is headed with: the file's name, unless that names the patient."""
    return NEUTRAL if stem_names_the_patient(recording) else name
