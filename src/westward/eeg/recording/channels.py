"""What the labels of a recording mean: position, kind, reference, side, muscle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from westward.core.errors import UsageError
from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.channel_words import ChannelWords, channel_words

SCALP_IS_NAMED = 8
"""From so many named positions on, EEG inputs without one (``EEG 29-REF``) are taken for spare inputs (policy)."""

COMMON_CATHODE = 6
"""So many different derivations that end in one electrode are a referential recording against it (policy)."""

_INPUT = re.compile(r"([A-I])(\d{1,3})")
_COUNTER = re.compile(r"\s*\((\d+)\)$")


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What one label says taken alone; ``name`` empty means the cleaned label."""

    name: str = ""
    kind: Kind = Kind.UNKNOWN
    electrode: str | None = None
    anode: str | None = None
    cathode: str | None = None
    reference: str | None = None
    side: str | None = None
    muscle: str | None = None
    nameless: bool = False


def recognize(labels: Sequence[str], sfreqs: Sequence[float], units: Sequence[str] = ()) -> tuple[Channel, ...]:
    """Channels of a file from its labels.

    Old names become new ones (T3 to T7, T4 to T8, T5 to P7, T6 to P8). Some labels can only be understood
    together: ``A1`` is an ear on a 10-20 cap, but an input of an amplifier where ``A3`` exists, and so is then
    ``C3``; derivations that all end in ``Cz`` are electrodes against Cz; numbered EEG inputs beside a named scalp
    are spares.

    Parameters
    ----------
    labels : sequence of str
        As in the file.
    sfreqs : sequence of float
        Samples per second, one per label.
    units : sequence of str, optional
        Physical dimensions; a channel in ``%`` or ``bpm`` is no EEG whatever its label says. Empty means unknown.

    Returns
    -------
    tuple of Channel
        In the given order; labels unique, names unique.

    Raises
    ------
    UsageError
        If the sequences differ in length.
    """
    if len(sfreqs) != len(labels) or (units and len(units) != len(labels)):
        raise UsageError(f"{len(labels)} labels, {len(sfreqs)} rates and {len(units)} units do not match")
    words = channel_words()
    clean = [_clean(label) for label in labels]
    grid = _grid_letters(clean, words)
    meanings = [
        _meaning(text, words, voltage=not units or words.is_voltage(units[i]), grid=grid)
        for i, text in enumerate(clean)
    ]
    meanings = _spares(_common_cathode(meanings))
    unique_labels = _unique([label.strip() or f"channel {i + 1}" for i, label in enumerate(labels)])
    channels: list[Channel] = []
    taken: set[str] = set()
    for i, meaning in enumerate(meanings):
        name = meaning.name or clean[i] or unique_labels[i]
        if name in taken:
            name = _free(unique_labels[i], taken)
        taken.add(name)
        channels.append(
            Channel(
                index=i,
                label=unique_labels[i],
                name=name,
                kind=meaning.kind,
                sfreq_hz=float(sfreqs[i]),
                electrode=meaning.electrode,
                anode=meaning.anode,
                cathode=meaning.cathode,
                reference=meaning.reference,
                side=meaning.side,
                muscle=meaning.muscle,
            )
        )
    return tuple(channels)


def _clean(label: str) -> str:
    """Without filling dots and doubled blanks (``Fc5.``), without the number of a repeated label."""
    text = _COUNTER.sub("", " ".join(label.split()))
    return text.rstrip(". ")


def _free(text: str, taken: set[str]) -> str:
    candidate, number = text, 2
    while candidate in taken:
        candidate, number = f"{text} ({number})", number + 1
    return candidate


def _unique(labels: Iterable[str]) -> list[str]:
    taken: set[str] = set()
    result = []
    for label in labels:
        result.append(_free(label, taken))
        taken.add(result[-1])
    return result


def _grid_letters(clean: Sequence[str], words: ChannelWords) -> frozenset[str]:
    """Letters that name amplifier inputs here: an ``A3`` is no ear, an ``E3`` no eye."""
    heads = [words.split_reference(words.split_prefix(text)[1])[0] for text in clean]
    third = {m[1] for head in heads if (m := _INPUT.fullmatch(head.removeprefix("input "))) and int(m[2]) >= 3}
    return frozenset("ABCDEFGHI" if "A" in third else "E" if "E" in third else "")


def _meaning(text: str, words: ChannelWords, *, voltage: bool, grid: frozenset[str]) -> _Meaning:
    prefix, body = words.split_prefix(text)
    if body.startswith("$"):  # Nihon Kohden: inputs of the system itself
        return _Meaning(body)
    head = words.split_reference(body)[0].removeprefix("input ")
    match = _INPUT.fullmatch(head)
    if match and match[1] in grid:
        return _Meaning(f"input {head}", Kind.EEG if voltage else Kind.UNKNOWN, nameless=True)
    if voltage and (placed := _placed(body, words)) is not None:
        return placed
    spoken = _spoken(text, words)
    if spoken is not None and (voltage or spoken.kind not in (Kind.EOG, Kind.ECG, Kind.EMG)):
        return spoken if spoken.name or prefix not in words.neutral else replace(spoken, name=body)
    if spoken is None and voltage and (prefix == "eeg" or words.is_eeg_elsewhere(text)):
        return _Meaning(text, Kind.EEG, nameless=True)
    return _Meaning(body if prefix in words.neutral else "")


def _placed(body: str, words: ChannelWords) -> _Meaning | None:
    """An electrode on a position or a derivation between two."""
    head, tail = words.split_reference(body)
    first = words.position(head)
    if first is None:
        return None
    if not tail:
        return _Meaning(first, Kind.EEG, electrode=first)
    second = words.position(tail, beside=first)
    if second is not None and second != first and second not in words.ears:
        return _Meaning(f"{first}-{second}", Kind.EEG, anode=first, cathode=second)
    return _Meaning(first, Kind.EEG, electrode=first, reference=second or words.reference(tail))


def _spoken(text: str, words: ChannelWords) -> _Meaning | None:
    """A channel named by a word: EOG, ECG, EMG, respiration, photic, trigger, other."""
    tokens = words.tokens(text if words.is_side(_raw_tail(text, words)) else words.split_reference(text)[0])
    kinds = [kind for token in tokens if (kind := words.kind_of(token)) is not None]
    if not kinds and (side := words.eye(text)) is not None:
        return _Meaning(f"EOG {side}", Kind.EOG, reference=_tail(text, words), side=side)
    if not kinds:
        return None
    kind = next((k for k in kinds if k is not Kind.UNKNOWN), Kind.UNKNOWN)
    if kinds[0] is Kind.UNKNOWN or kind not in (Kind.EOG, Kind.ECG, Kind.EMG):
        return _Meaning("", kinds[0] if kinds[0] is Kind.UNKNOWN else kind)
    side, muscle = words.side(tokens), words.muscle(tokens)
    reference = _tail(text, words)
    if kind is Kind.ECG:
        return _Meaning("ECG", kind, reference=reference)
    if kind is Kind.EOG:
        detail = side or words.eog_direction(tokens) or ""
        return _Meaning(f"EOG {detail}".strip(), kind, reference=reference, side=side)
    number = next((t for t in tokens if t.isdigit()), "") if not (muscle or side) else ""
    parts = ["EMG", muscle or "", side or "", str(int(number)) if number else ""]
    return _Meaning(" ".join(filter(None, parts)), kind, reference=reference, side=side, muscle=muscle)


def _raw_tail(text: str, words: ChannelWords) -> str:
    return words.split_reference(text)[1]


def _tail(text: str, words: ChannelWords) -> str | None:
    tail = _raw_tail(text, words)
    return (words.position(tail) or words.known_reference(tail)) if tail else None


def _common_cathode(meanings: Sequence[_Meaning]) -> list[_Meaning]:
    """Read ``Fp1-Cz, F3-Cz, C3-Cz, ...`` as electrodes against Cz."""
    counts = Counter(cathode for _, cathode in {(m.anode, m.cathode) for m in meanings} if cathode)
    if not counts:
        return list(meanings)
    cathode, n = counts.most_common(1)[0]
    if n < COMMON_CATHODE or n <= sum(counts.values()) / 2:
        return list(meanings)
    return [
        replace(m, name=m.anode, electrode=m.anode, anode=None, cathode=None, reference=cathode)
        if m.cathode == cathode and m.anode
        else m
        for m in meanings
    ]


def _spares(meanings: Sequence[_Meaning]) -> list[_Meaning]:
    """Beside a named scalp, EEG inputs without a position are not EEG of the scalp."""
    named = {e for m in meanings for e in (m.electrode, m.anode, m.cathode) if e}
    if len(named) < SCALP_IS_NAMED:
        return list(meanings)
    return [replace(m, kind=Kind.UNKNOWN) if m.nameless else m for m in meanings]
