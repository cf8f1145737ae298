"""Texts that may leave a hospital: allow-lists for notes, labels, units, transducers and filters.

Nothing here looks for names to remove. A text is either recognized and written anew in our own words, or replaced.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import count
from typing import Any

from westward.core.errors import UsageError
from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.channel_words import channel_words
from westward.eeg.recording.edf_calibration import KNOWN_UNITS
from westward.eeg.recording.edf_units import microvolts_per

REPLACED_NOTE = "note"
"""What stands for an annotation that is not on the list."""

LABEL_WIDTH = 16

VOLTAGE_UNITS = ("uV", "mV", "V", "nV")

_FILTER = re.compile(r"(?i)\b(HP|LP|N|BP|DC)\s*:?\s*(\d{1,5}(?:\.\d{1,4})?)\s*(k?Hz|s)?(?![\w.])")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class NoteVocabulary:
    """Annotations that are kept, in the spelling in which they leave.

    Attributes
    ----------
    phrases : mapping of str to str
        Plain spelling (lower case, ``#`` for a number) to the phrase written.
    ranges : mapping of str to (int, int)
        For phrases with a number: what it may be.
    """

    phrases: Mapping[str, str]
    ranges: Mapping[str, tuple[int, int]]

    def kept(self, text: str) -> str | None:
        """The phrase to write, or None when the text is not on the list."""
        plain = _plain(text)
        if plain in self.phrases and "#" not in plain:
            return self.phrases[plain]
        numbers = _NUMBER.findall(plain)
        phrase = self.phrases.get(_NUMBER.sub("#", plain)) if len(numbers) == 1 and "#" not in plain else None
        if phrase is None or phrase not in self.ranges:
            return None
        low, high = self.ranges[phrase]
        value = int(numbers[0]) if len(numbers[0]) <= 3 else -1
        return phrase.replace("#", str(value)) if low <= value <= high else None

    def with_phrases(self, phrases: Iterable[str]) -> NoteVocabulary:
        """The list with further phrases, each kept as given (a site's own decision).

        Raises
        ------
        UsageError
            If a phrase holds a digit: numbers in free phrases are how record numbers and dates get out.
        """
        own = {}
        for phrase in phrases:
            if not _plain(phrase) or "#" in phrase or any(c.isdigit() for c in phrase):
                raise UsageError(f"the phrase {phrase!r} cannot be kept: give words without digits")
            own[_plain(phrase)] = phrase
        return NoteVocabulary({**self.phrases, **own}, self.ranges)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w#%]+|_", " ", text.lower()).split())


@cache
def _table() -> dict[str, dict[str, Any]]:
    text = resources.files("westward.eeg.recording").joinpath("note_words.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def note_vocabulary() -> NoteVocabulary:
    """The shipped list."""
    table = _table()
    phrases: dict[str, str] = {}
    for phrase, spellings in table["phrases"].items():
        phrases |= dict.fromkeys([*spellings, _plain(phrase)], phrase)
    return NoteVocabulary(phrases, {phrase: (low, high) for phrase, (low, high) in table["ranges"].items()})


def unit_text(unit: str, microvolts: float | None) -> str:
    """The unit to write: a voltage in its plain spelling, another unit on the list, or empty.

    ``microvolts`` is how many microvolts one unit is, None when it is no voltage.
    """
    if microvolts is not None:
        return next((name for name in VOLTAGE_UNITS if math.isclose(microvolts_per(name) or 0, microvolts)), "")
    return unit if unit in KNOWN_UNITS and unit.isascii() else ""


def transducer_text(text: str) -> str:
    """The text when every word of it is a common one of the trade, else empty."""
    words = _table()["transducer"]["words"]
    found = re.findall(r"\w+", text.lower())
    plain = re.fullmatch(r"[A-Za-z /,.-]*", text.strip())
    return text.strip() if found and plain and all(word in words for word in found) else ""


def prefilter_text(text: str) -> str:
    """The filters in ``HP:0.1Hz LP:75Hz N:50Hz`` style, everything else dropped."""
    parts = []
    for name, number, unit in _FILTER.findall(text):
        parts.append(f"{name.upper()}:{number}{unit or 'Hz'}")
    return " ".join(parts[:6])


def labels(channels: Sequence[Channel]) -> list[str]:
    """A canonical, unique label of at most 16 characters for each channel.

    Position, derivation, kind, side, muscle and known references survive; references that are not on the list are
    numbered (``R1``), and so are channels without a meaning (``unknown 3``).
    """
    words = channel_words()
    references: dict[str, str] = {}
    counts: dict[str, int] = {}
    taken: set[str] = set()
    result = []
    for channel in channels:
        reference = channel.reference or ""
        if reference and words.position(reference) != reference and words.known_reference(reference) is None:
            reference = references.setdefault(reference, f"R{len(references) + 1}")
        stem = _stem(channel)
        if not stem:
            word = {Kind.UNKNOWN: "unknown", Kind.RESPIRATION: "resp"}.get(channel.kind, channel.kind.value)
            counts[word] = counts.get(word, 0) + 1
            stem, reference = f"{word} {counts[word]}", ""
        forms = [f"{stem}-{reference}"] * bool(reference) + [stem, stem.removeprefix("EMG ")]
        unique = next(
            text
            for number in count(1)
            for form in forms
            if len(text := form if number == 1 else f"{form}({number})") <= LABEL_WIDTH and text not in taken
        )
        taken.add(unique)
        result.append(unique)
    return result


def _stem(channel: Channel) -> str:
    side = {"left": "L", "right": "R"}.get(channel.side or "", "")
    if channel.electrode:
        return f"EEG {channel.electrode}"
    if channel.anode and channel.cathode:
        return f"EEG {channel.anode}-{channel.cathode}"
    if channel.kind is Kind.ECG:
        return "ECG"
    if channel.kind is Kind.EOG:
        detail = side or next((d[:3] for d in ("horizontal", "vertical") if channel.name.endswith(d)), "")
        return f"EOG {detail}".strip()
    if channel.kind is Kind.EMG:
        return " ".join(filter(None, ["EMG", channel.muscle, side]))
    return ""


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Words of some texts in lower case."""
    return frozenset(re.findall(r"[^\W_]+", " ".join(texts).lower()))


@cache
def own_words() -> frozenset[str]:
    """Words that our own lists write; a patient may be called like one of them."""
    words = channel_words()
    phrases = [*note_vocabulary().phrases.values(), REPLACED_NOTE, *_table()["transducer"]["words"]]
    kinds = [*(kind.value for kind in Kind), "resp", "EDF Annotations", "BDF Annotations", "Startdate 01-JAN-1985"]
    names = [*words.positions, *words.references.values(), *words.muscles.values(), *words.eog_directions.values()]
    return words_of([*phrases, *kinds, *names, *KNOWN_UNITS, *VOLTAGE_UNITS])
