"""The recording while it is being made: potentials, limb muscle, and what was planted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from acceptance.other.scalp import SITES
from acceptance.other.truth import Planted

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Canvas:
    """Potentials in uV at ``SITES``, and the envelopes of muscle.

    Attributes
    ----------
    sfreq_hz : float
        Sampling rate.
    eeg : array, shape (22, n_samples)
        Potentials against an inactive point.
    limb : array, shape (2, n_ticks)
        Envelope of the left and right deltoid, RMS in uV, ``TICKS_HZ`` a second.
    scalp : array, shape (22, n_ticks)
        Envelope of the muscle below each site.
    planted : list
        The truth so far.
    """

    sfreq_hz: float
    eeg: Samples
    limb: Samples
    scalp: Samples
    planted: list[Planted] = field(default_factory=list)

    @property
    def duration_s(self) -> float:
        """Length."""
        return self.eeg.shape[1] / self.sfreq_hz

    def times(self, length_s: float) -> NDArray[np.float64]:
        """Times of a wave of this length, from 0."""
        return np.arange(max(round(length_s * self.sfreq_hz), 1)) / self.sfreq_hz

    def add(self, onset_s: float, wave: NDArray[np.float64], sites: NDArray[np.float64]) -> None:
        """Add a wave (n,) with a field (22,), or waves (22, n) already spread; what lies outside is cut off."""
        a = round(onset_s * self.sfreq_hz)
        first, last = max(-a, 0), min(self.eeg.shape[1] - a, wave.shape[-1])
        if last <= first:
            return
        part = wave[..., first:last]
        spread = np.outer(sites, part) if part.ndim == 1 else sites[:, None] * part
        self.eeg[:, a + first : a + last] += spread.astype(np.float32)

    def tell(self, *what: Planted) -> None:
        """Note what was planted."""
        self.planted.extend(what)

    def tense(self, track: Samples, rows: Sequence[int], onset_s: float, shape: NDArray[np.float64]) -> None:
        """Raise an envelope at some rows by a shape sampled at ``TICKS_HZ``."""
        a = round(onset_s * TICKS_HZ)
        first, last = max(-a, 0), min(track.shape[1] - a, len(shape))
        if last > first:
            for r in rows:
                track[r, a + first : a + last] += shape[first:last].astype(np.float32)


TICKS_HZ = 100
"""Of the envelopes: a jerk of 20 ms must fit."""


def blank(duration_s: float, sfreq_hz: float) -> Canvas:
    """Silence."""
    n, ticks = round(duration_s * sfreq_hz), round(duration_s * TICKS_HZ)
    return Canvas(
        sfreq_hz,
        np.zeros((len(SITES), n), np.float32),
        np.zeros((2, ticks), np.float32),
        np.zeros((len(SITES), ticks), np.float32),
    )
