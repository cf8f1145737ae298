"""The words of hospital channel labels, from the table ``channel_words.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from westward.eeg.recording.channel import Kind

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_GLUED_EEG = re.compile(r"(?i)(eeg|pol)[ _:]*-?[ _:]*(.+)")


@dataclass(frozen=True)
class ChannelWords:
    """Look-ups over the table; all texts as in a label, without filling dots.

    Attributes
    ----------
    positions : mapping of str to str
        Upper-case spelling to canonical electrode.
    references : mapping of str to str
        Lower-case spelling to canonical reference.
    kinds : mapping of str to Kind
        Lower-case word to what it names; ``Kind.UNKNOWN`` for known words that are none of ours.
    muscles, eog_sides, eog_directions, sides : mapping of str to str
        Lower-case word to muscle, side or direction.
    ears, neutral, elsewhere, voltages : frozenset of str
        Ear and mastoid electrodes; prefixes that say nothing; words of EEG off the 10-20 scalp; voltage units.
    """

    positions: Mapping[str, str]
    references: Mapping[str, str]
    kinds: Mapping[str, Kind]
    muscles: Mapping[str, str]
    eog_sides: Mapping[str, str]
    eog_directions: Mapping[str, str]
    sides: Mapping[str, str]
    ears: frozenset[str]
    neutral: frozenset[str]
    elsewhere: frozenset[str]
    voltages: frozenset[str]

    def is_voltage(self, unit: str) -> bool:
        """Whether a physical dimension is a voltage or not given."""
        text = unit.strip().lower().rstrip(".")
        return not any(c.isalnum() or c == "%" for c in text) or text in self.voltages or "v" in text[-1:]

    def split_prefix(self, text: str) -> tuple[str, str]:
        """``EEG C3-Ref`` to ``eeg`` and ``C3-Ref``; the prefix is empty where there is none."""
        match = _GLUED_EEG.fullmatch(text)
        if match:
            return match[1].lower(), match[2]
        return "", text

    def split_reference(self, body: str) -> tuple[str, str]:
        """``C3-A2`` to ``C3`` and ``A2``; a running number behind a derivation (``T8-P8-1``) is dropped."""
        parts = [part.strip() for part in re.split("[-:]", _DASHES.sub("-", body))]
        if len(parts) > 2 and re.fullmatch(r"\d{1,2}", parts[-1]):
            parts.pop()
        if len(parts) < 2:
            return body.strip(), ""
        return parts[0], "-".join(parts[1:])

    def position(self, text: str, *, beside: str = "") -> str | None:
        """Canonical electrode; ``T3/T7`` when both sides agree; a typed zero (``P3-01``) only beside an electrode."""
        found = {self.positions.get(part.strip().upper()) for part in text.split("/")}
        if len(found) == 1 and None not in found:
            return found.pop()
        if beside and re.fullmatch("0[12zZ]", text):
            return self.position(f"O{text[1]}")
        return None

    def known_reference(self, text: str) -> str | None:
        """Canonical reference scheme, or None."""
        return self.references.get(text.lower().replace(" ", ""))

    def reference(self, text: str) -> str:
        """Canonical reference scheme, else the text as it stands (two unknown references stay two)."""
        return self.known_reference(text) or text

    def tokens(self, text: str) -> list[str]:
        """Words and numbers of a label in lower case, side letters cut off (``LDELT`` to ``l``, ``delt``)."""
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
        result: list[str] = []
        for token in re.findall(r"[a-z]+|\d+", spaced.lower()):
            result += self._cut_side(token)
        return result

    def _cut_side(self, token: str) -> list[str]:
        if token in self.kinds or token in self.sides or not token.isalpha():
            return [token]
        for side in ("left", "right", "lt", "rt", "l", "r"):
            if token.startswith(side) and token[len(side) :] in self._sided:
                return [side, token[len(side) :]]
            if token.endswith(side) and token[: -len(side)] in self._sided:
                return [side, token[: -len(side)]]
        return [token]

    @property
    def _sided(self) -> frozenset[str]:
        return frozenset(self.muscles) | {"emg", "eog", "ecg", "ekg", "eye"}

    def kind_of(self, token: str) -> Kind | None:
        """What a word names, or None."""
        return self.kinds.get(token)

    def eye(self, text: str) -> str | None:
        """Side of ``E1`` and ``E2``, the two eyes of a sleep study."""
        head = self.split_reference(self.split_prefix(text)[1])[0].upper()
        return {"E1": "left", "E2": "right"}.get(head)

    def is_side(self, text: str) -> bool:
        """Whether a text is nothing but a side (``Delt-R``)."""
        return text.lower() in self.sides

    def side(self, tokens: Sequence[str]) -> str | None:
        """``left`` or ``right`` when exactly one is said."""
        found = {side for t in tokens if (side := self.sides.get(t) or self.eog_sides.get(t))}
        return found.pop() if len(found) == 1 else None

    def muscle(self, tokens: Sequence[str]) -> str | None:
        """The first muscle named."""
        return next((self.muscles[t] for t in tokens if t in self.muscles), None)

    def eog_direction(self, tokens: Sequence[str]) -> str | None:
        """``horizontal`` or ``vertical`` when said."""
        return next((self.eog_directions[t] for t in tokens if t in self.eog_directions), None)

    def is_eeg_elsewhere(self, text: str) -> bool:
        """Whether a word names EEG off the 10-20 scalp, such as behind the ear."""
        return any(token.startswith(tuple(self.elsewhere)) for token in re.findall("[a-z]+", text.lower()))


@cache
def channel_words() -> ChannelWords:
    """The table, read once."""
    text = resources.files("westward.eeg.recording").joinpath("channel_words.toml").read_text("utf-8")
    table = tomllib.loads(text)
    positions = {name.upper(): name for name in table["positions"]["names"].split()}
    positions |= table["aliases"]
    muscles = _inverse({m: w for m, w in table["emg"].items() if m != "words"})
    eog_sides = _inverse({side: table["eog"][side] for side in ("left", "right")})
    directions = _inverse({d: table["eog"][d] for d in ("horizontal", "vertical")})
    kinds = dict.fromkeys(table["other"]["words"].split(), Kind.UNKNOWN)
    for key, kind in (
        ("trigger", Kind.TRIGGER),
        ("photic", Kind.PHOTIC),
        ("respiration", Kind.RESPIRATION),
        ("ecg", Kind.ECG),
        ("eog", Kind.EOG),
        ("emg", Kind.EMG),
    ):
        kinds |= dict.fromkeys(table[key]["words"].split(), kind)
    kinds |= dict.fromkeys([*eog_sides, *(w for w in directions if "eog" in w)], Kind.EOG)
    kinds |= dict.fromkeys(muscles, Kind.EMG)
    return ChannelWords(
        positions=positions,
        references=_inverse(table["references"]),
        kinds=kinds,
        muscles=muscles,
        eog_sides=eog_sides,
        eog_directions=directions,
        sides=_inverse(table["sides"]),
        ears=frozenset(table["positions"]["ears"].split()),
        neutral=frozenset(table["prefixes"]["neutral"].split()),
        elsewhere=frozenset(table["other"]["eeg_elsewhere"].split()),
        voltages=frozenset(table["units"]["voltage"].split()),
    )


def _inverse(lists: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in lists.items() for word in words.split()}
