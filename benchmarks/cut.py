"""Shorter recordings and recordings of fewer channels, cut from a long one without changing a sample."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

_FIXED_BYTES = 256
_FIELD_BYTES = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
_SAMPLES_FIELD = 8
_RECORDS_AT_ONCE = 600


def cut(source: Path, target: Path, *, hours: float | None = None, channels: Sequence[str] | None = None) -> Path:
    """Write the first hours of an EDF+ file, and of its signals those whose label names one of ``channels``.

    Annotations are kept. A label names a channel if it holds it as a word (``EEG C3-LE`` names C3).
    """
    with source.open("rb") as file:
        fixed = bytearray(file.read(_FIXED_BYTES))
        n = int(fixed[252:256])
        fields = [[file.read(size) for _ in range(n)] for size in _FIELD_BYTES]
        labels = [label.decode("ascii").strip() for label in fields[0]]
        kept = [i for i, label in enumerate(labels) if channels is None or _is_one(label, channels)]
        samples = [int(cell) for cell in fields[_SAMPLES_FIELD]]
        first = np.concatenate([[0], np.cumsum(samples)])
        columns = np.concatenate([np.arange(first[i], first[i + 1]) for i in kept])
        records = int(fixed[236:244])
        if hours is not None:
            records = min(records, round(3600 * hours / float(fixed[244:252])))
        fixed[184:192] = f"{_FIXED_BYTES * (1 + len(kept)):<8}".encode()
        fixed[236:244] = f"{records:<8}".encode()
        fixed[252:256] = f"{len(kept):<4}".encode()
        with target.open("wb") as out:
            out.write(fixed)
            for cells in fields:
                out.write(b"".join(cells[i] for i in kept))
            for at in range(0, records, _RECORDS_AT_ONCE):
                count = min(_RECORDS_AT_ONCE, records - at) * int(first[-1])
                rows = np.frombuffer(file.read(2 * count), "<i2").reshape(-1, first[-1])
                out.write(np.ascontiguousarray(rows[:, columns]).tobytes())
    return target


def _is_one(label: str, channels: Sequence[str]) -> bool:
    return label == "EDF Annotations" or not set(label.replace("-", " ").split()).isdisjoint(channels)
