"""A recording held in memory, to test what reads recordings without any file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from westward.core.errors import UsageError
from westward.eeg import layout, stream
from westward.eeg.block import Block
from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.recording import Facts, Page, Recording, Segment


class MemoryRecording(Recording):
    """EEG rows and auxiliary rows of one rate, with optional gaps (NaN inside)."""

    def __init__(
        self,
        names: Sequence[str],
        data: np.ndarray,
        sfreq_hz: float,
        *,
        aux: Mapping[str, np.ndarray] | None = None,
        segments: Sequence[tuple[float, float]] | None = None,
        reference: str | None = "LE",
    ) -> None:
        self.sfreq_hz = sfreq_hz
        aux = dict(aux or {})
        self.data = np.concatenate(
            [np.asarray(data, np.float32), *(np.asarray(v, np.float32)[None] for v in aux.values())]
        )
        channels = [self._eeg(i, name, reference) for i, name in enumerate(names)]
        for name in aux:
            kind = Kind(name.split()[0])
            channels.append(Channel(len(channels), name, name, kind, sfreq_hz))
        stop = self.data.shape[1] / sfreq_hz
        pieces = tuple(Segment(*s) for s in (segments or [(0.0, stop)]))
        self.facts = Facts(Path("memory.edf"), "memory", tuple(channels), pieces, None)
        time = np.arange(self.data.shape[1]) / sfreq_hz
        inside = np.zeros(len(time), bool)
        for piece in pieces:
            inside |= (time >= piece.start_s - 1e-9) & (time < piece.stop_s - 1e-9)
        self.data[:, ~inside] = np.nan

    def _eeg(self, index: int, name: str, reference: str | None) -> Channel:
        if name.startswith("X"):
            return Channel(index, name, name, Kind.EEG, self.sfreq_hz)
        if "-" in name:
            anode, cathode = name.split("-")
            return Channel(index, name, name, Kind.EEG, self.sfreq_hz, anode=anode, cathode=cathode)
        return Channel(index, f"EEG {name}", name, Kind.EEG, self.sfreq_hz, electrode=name, reference=reference)

    def read(self, start_s: float, stop_s: float, channels: Sequence[str | int] | None = None) -> Page:
        chosen = []
        for wanted in channels if channels is not None else [c.index for c in self.channels if c.kind is Kind.EEG]:
            found = [c for c in self.channels if wanted in (c.index, c.name, c.label)]
            if not found:
                raise UsageError(f"no channel {wanted!r}")
            chosen.append(found[0])
        n = round((stop_s - start_s) * self.sfreq_hz)
        first = round(start_s * self.sfreq_hz)
        out = np.full((len(chosen), n), np.nan, np.float32)
        a, b = max(0, first), min(self.data.shape[1], first + n)
        if b > a:
            out[:, a - first : b - first] = self.data[[c.index for c in chosen], a:b]
        missing = np.isnan(out).any(axis=0)
        gaps = ((start_s, stop_s),) if missing.all() and n else ()
        return Page(start_s, self.sfreq_hz, tuple(chosen), out, gaps)

    def close(self) -> None:
        """Nothing to release."""


def blocks_of(recording: Recording, *, block_s: float = 240.0, bad: Sequence[str] = ()) -> list[Block]:
    """All blocks of a recording as the engine makes them."""
    chosen = layout.choose(recording)
    assert chosen is not None
    chosen = chosen.without(bad)
    return [stream.make_block(recording, chosen, span) for span in stream.plan(recording.segments, block_s)]
