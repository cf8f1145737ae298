"""Time-stamped annotation lists to be written: their bytes, and the records they go into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from westward.eeg.recording.edf_fields import onset_text

LONGEST_TEXT = 1000
"""Bytes of text in one annotation; EDF+ gives the annotation signal the same width in every record, so one
endless remark would blow up the whole file. A longer text becomes several annotations of the same moment (policy)."""


def annotation_lists(onset_s: float, duration_s: float, text: str) -> Iterator[bytes]:
    """The lists of one annotation; control characters become spaces."""
    clean = "".join(" " if ord(c) < 32 or ord(c) == 127 else c for c in text)
    span = b"\x15" + onset_text(duration_s)[1:] if duration_s else b""
    for part in _parts(clean.encode("utf-8", "replace")):
        yield onset_text(onset_s) + span + b"\x14" + part + b"\x14\x00"


def _parts(encoded: bytes) -> Iterator[bytes]:
    while len(encoded) > LONGEST_TEXT:
        cut = LONGEST_TEXT
        while encoded[cut] & 0xC0 == 0x80:  # not inside a UTF-8 character
            cut -= 1
        yield encoded[:cut]
        encoded = encoded[cut:]
    yield encoded


def timekeeping_list(onset_s: float) -> bytes:
    """The empty annotation that tells when a record begins (EDF+ 2.2.4)."""
    return onset_text(onset_s) + b"\x14\x14\x00"


def place(
    lists: Sequence[tuple[float, bytes]], record_onsets_s: NDArray[np.float64], room: Sequence[int]
) -> list[list[bytes]] | None:
    """Which lists go into which record.

    Each goes into the record of its onset or the next with room, else into an earlier one.

    Parameters
    ----------
    lists : sequence of (float, bytes)
        Onset and bytes, by time.
    record_onsets_s : array of float, shape (n_records,)
        Increasing.
    room : sequence of int
        Free bytes of each record.

    Returns
    -------
    list of list of bytes, or None where the room does not do.
    """
    left = list(room)
    placed: list[list[bytes]] = [[] for _ in left]
    wanted = np.searchsorted(record_onsets_s, [onset_s for onset_s, _ in lists], "right") - 1

    def fill(items: Sequence[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        homeless: list[tuple[int, bytes]] = []
        cursor = 0
        for record, text in items:
            cursor = max(cursor, record)
            at = cursor
            while at < len(left) and left[at] < len(text):
                at += 1
            if at == len(left):
                homeless.append((0, text))
                continue
            cursor = at
            left[at] -= len(text)
            placed[at].append(text)
        return homeless

    items = [(max(0, int(record)), text) for record, (_, text) in zip(wanted, lists, strict=True)]
    return None if fill(fill(items)) else placed
