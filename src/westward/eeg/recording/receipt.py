"""What de-identification removed and kept: counts and field names, never a removed value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of one de-identification; safe to travel with the file.

    Attributes
    ----------
    file, sha256 : str
        Name and digest of the file that was written.
    format : str
        ``EDF+C``, ``EDF+D``, ``BDF+C`` or ``BDF+D``.
    removed : tuple of str
        Names of the fields that held something and do not any more.
    kept : tuple of str
        Optional fields that were kept on request, and ``simulated`` when the source was marked so.
    n_channels, n_records, n_segments : int
        What the file holds.
    duration_s : float
        Gaps counted.
    labels_rewritten, units_removed, transducers_removed, prefilters_reduced : int
        Channels whose text was not one of ours already.
    channels_left_out : int
        Channels that may hold sound and are not copied.
    notes_kept : dict of str to int
        Annotations per phrase of the list.
    notes_replaced : int
        Annotations that became ``note``; their times are kept.
    samples_left_out : int
        Only for formats that are converted: ends of segments that fill no data record, over all channels.
    source_findings : tuple of str
        Codes of what was odd about the source.
    age_days : int or None
        Only when asked for; it is not in the file.
    verified : bool
        True: the written file was read back, its samples compared with the source and its texts with what was removed.
    """

    file: str
    sha256: str
    format: str
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    n_channels: int
    n_records: int
    n_segments: int
    duration_s: float
    labels_rewritten: int
    units_removed: int
    transducers_removed: int
    prefilters_reduced: int
    channels_left_out: int
    notes_kept: dict[str, int]
    notes_replaced: int
    samples_left_out: int
    source_findings: tuple[str, ...]
    age_days: int | None
    verified: bool

    def to_json(self) -> dict[str, Any]:
        """Plain values for one JSON object, keys in the order of the fields."""
        return asdict(self)
