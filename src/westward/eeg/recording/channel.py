"""One channel of a recording: what it is called, what it is, how fast it was sampled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a channel measures."""

    EEG = "EEG"
    EOG = "EOG"
    ECG = "ECG"
    EMG = "EMG"
    RESPIRATION = "respiration"
    PHOTIC = "photic"
    TRIGGER = "trigger"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel as the file has it, with its canonical meaning.

    Attributes
    ----------
    index : int
        Position in ``Recording.channels``.
    label : str
        The label exactly as in the file, made unique (``EEG C3``, ``EEG C3 (2)``).
    name : str
        Canonical name: ``C3`` for a referential electrode, ``Fp1-F7`` for a derivation recorded as such,
        ``ECG``, ``EOG left``, ``EMG deltoid left``, else the cleaned label. Unique within a recording for
        EEG on 10-20 positions; a repeated position keeps ``name`` on the first and the label on the rest.
    kind : Kind
        What it measures.
    electrode : str or None
        10-20 / 10-10 position when this is a referential EEG channel (T7/T8/P7/P8 style), else None.
    anode, cathode : str or None
        Both positions when the file holds a bipolar derivation, else None.
    reference : str or None
        Reference electrode or scheme when recognized (``A1``, ``A2``, ``Cz``, ``LE`` linked ears, ``AVG``), else None.
    side : str or None
        ``left`` or ``right`` for EMG and EOG when the label says so.
    muscle : str or None
        For EMG: ``deltoid``, ``chin``, ... when the label says so.
    sfreq_hz : float
        Samples per second.
    """

    index: int
    label: str
    name: str
    kind: Kind
    sfreq_hz: float
    electrode: str | None = None
    anode: str | None = None
    cathode: str | None = None
    reference: str | None = None
    side: str | None = None
    muscle: str | None = None
