"""EDF bytes taken apart by hand, to judge our writer without our reader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class RawEdf:
    """Header fields as text, samples as stored, annotation bytes of each record."""

    head: bytes
    main: dict[str, str]
    signals: list[dict[str, str]]
    records: list[list[bytes]]
    width: int

    def digital(self, signal: int) -> NDArray[np.int32]:
        data = b"".join(record[signal] for record in self.records)
        if self.width == 2:
            return np.frombuffer(data, "<i2").astype(np.int32)
        three = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int32)
        value = three[:, 0] | three[:, 1] << 8 | three[:, 2] << 16
        return np.where(value >= 1 << 23, value - (1 << 24), value)

    def physical(self, signal: int) -> NDArray[np.float64]:
        low, high, dmin, dmax = (
            float(self.signals[signal][k]) for k in ("physical_min", "physical_max", "digital_min", "digital_max")
        )
        return low + (self.digital(signal) - dmin) * (high - low) / (dmax - dmin)

    def lists(self) -> list[list[tuple[str, str, list[str]]]]:
        """For each record its lists: onset, duration, texts."""
        result = []
        for record in self.records:
            lists = []
            for text in (record[-1].rstrip(b"\0") + b"\0").split(b"\x14\0"):
                if not text.strip(b"\0"):
                    continue
                head, *texts = text.split(b"\x14")
                onset, _, duration = head.partition(b"\x15")
                lists.append((onset.decode("ascii"), duration.decode("ascii"), [t.decode("utf-8") for t in texts]))
            result.append(lists)
        return result

    def notes(self) -> list[tuple[float, float, str]]:
        """All annotations except time keeping."""
        return sorted(
            (float(onset), float(duration or 0), text)
            for lists in self.lists()
            for onset, duration, texts in lists
            for text in texts
            if text
        )


def parse(path: Path) -> RawEdf:
    data = path.read_bytes()
    width = 3 if data[0] == 255 else 2
    main, at = {}, 8
    for name, size in (
        ("patient", 80), ("recording", 80), ("date", 8), ("time", 8), ("header_bytes", 8), ("reserved", 44),
        ("n_records", 8), ("record_s", 8), ("n_signals", 4),
    ):  # fmt: skip
        main[name] = data[at : at + size].decode("ascii").rstrip()
        at += size
    n = int(main["n_signals"])
    signals: list[dict[str, str]] = [{} for _ in range(n)]
    for name, size in (
        ("label", 16), ("transducer", 80), ("unit", 8), ("physical_min", 8), ("physical_max", 8), ("digital_min", 8),
        ("digital_max", 8), ("prefilter", 80), ("samples", 8), ("reserved", 32),
    ):  # fmt: skip
        for signal in signals:
            signal[name] = data[at : at + size].decode("ascii").rstrip()
            at += size
    sizes = [int(s["samples"]) * width for s in signals]
    body, records = data[at:], []
    if sum(sizes):
        assert len(body) % sum(sizes) == 0
        for start in range(0, len(body), sum(sizes)):
            record, place = [], start
            for size in sizes:
                record.append(body[place : place + size])
                place += size
            records.append(record)
    return RawEdf(data[:at], main, signals, records, width)
