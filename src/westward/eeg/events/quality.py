"""Per-second quality of a recording: which electrode is unusable when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REASONS = (
    "gap", "flat", "clipping", "mains", "loose_electrode", "electrode_pop", "movement", "crying", "patting", "sucking",
    "muscle",
)  # fmt: skip
"""Why a second may be excluded; bit i of a flag stands for reason i."""


def bit(reason: str) -> int:
    """The flag bit of a reason."""
    return 1 << REASONS.index(reason)


@dataclass(frozen=True, eq=False)
class Quality:
    """Flags per second of recording time.

    Attributes
    ----------
    first_second : int
        Recording time of column 0.
    channels : tuple of str
        Rows of ``channel_flags``: electrodes (or derivations when there are no electrodes).
    channel_flags : uint16 array, shape (n_channels, n_seconds)
        Bits of :data:`REASONS` that make one electrode unusable in one second.
    global_flags : uint16 array, shape (n_seconds,)
        Bits that make the whole second unusable (movement, crying, patting, gap ...).
    """

    first_second: int
    channels: tuple[str, ...]
    channel_flags: NDArray[np.uint16]
    global_flags: NDArray[np.uint16]

    @property
    def n_seconds(self) -> int:
        """Number of columns."""
        return len(self.global_flags)

    def usable(self, min_channel_fraction: float = 0.5) -> NDArray[np.bool_]:
        """Seconds without a global flag and with at least this share of channels clean."""
        if not len(self.channels):
            return np.asarray(self.global_flags == 0)
        clean = (self.channel_flags == 0).mean(axis=0)
        return np.asarray((self.global_flags == 0) & (clean >= min_channel_fraction))

    def faulty(self, derivations: Sequence[str]) -> NDArray[np.bool_]:
        """Seconds in which a derivation, or an electrode of it, is flagged itself, shape (n_derivations, n_seconds)."""
        row = {name: i for i, name in enumerate(self.channels)}
        out = np.zeros((len(derivations), self.n_seconds), np.bool_)
        for k, derivation in enumerate(derivations):
            for name in {derivation, *derivation.split("-")} & set(row):
                out[k] |= self.channel_flags[row[name]] != 0
        return out
