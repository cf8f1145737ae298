"""Stretches in which all cerebral activity falls: attenuations, suppressions, ictal decrements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.simulate.parameters import pair
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.scenario import Scenario
from westward.eeg.simulate.timeline import NREM, REM, WAKE, Timeline
from westward.eeg.simulate.wavelets import plateau

FloatArray = NDArray[np.float32]
Times = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Attenuations:
    """Generalized falls of voltage.

    Attributes
    ----------
    onset_s, duration_s, remaining : float arrays, shape (n,)
        When, how long, and the share of amplitude that remains.
    ramp_s : float
        Length of each edge.
    """

    onset_s: Times
    duration_s: Times
    remaining: Times
    ramp_s: float = 0.2

    def gain(self, start: int, n: int, sfreq_hz: float) -> FloatArray:
        """Factor on cerebral activity at ``n`` samples from ``start``."""
        out = np.ones(n, np.float32)
        if not len(self.onset_s):
            return out
        a = int(np.searchsorted(self.onset_s, start / sfreq_hz - float(self.duration_s.max()) - 1))
        b = int(np.searchsorted(self.onset_s, (start + n) / sfreq_hz))
        for i in range(a, b):
            first = max(int(np.ceil(self.onset_s[i] * sfreq_hz)), start)
            last = min(int((self.onset_s[i] + self.duration_s[i]) * sfreq_hz) + 1, start + n)
            if first < last:
                t = np.arange(first, last) / sfreq_hz - self.onset_s[i]
                depth = plateau(t, self.duration_s[i], min(self.ramp_s / self.duration_s[i], 0.5))
                out[first - start : last - start] *= (1 - (1 - self.remaining[i]) * depth).astype(np.float32)
        return out

    @property
    def spans_s(self) -> Times:
        """Start and stop of each, shape (n, 2)."""
        return np.stack([self.onset_s, self.onset_s + self.duration_s], axis=1)


def plan_attenuations(scenario: Scenario, line: Timeline, *, seed: int, avoid_s: Times) -> Attenuations:
    """Attenuations or suppressions of one recording, away from the spans ``avoid_s`` of shape (n, 2)."""
    rng = generator(seed, "attenuations")
    onset: list[float] = []
    length: list[float] = []
    left: list[float] = []
    low, high = pair("attenuation.duration_s")
    for run in line.runs:
        if scenario.burst_suppression:
            t = run.start_s + rng.uniform(1, 3)
            while t < run.stop_s - 9:
                onset.append(t)
                length.append(float(rng.uniform(3.0, 6.5)))
                left.append(float(rng.uniform(0.04, 0.10)))
                t += length[-1] + rng.uniform(1.5, 4.0)
        elif scenario.attenuations_per_min and run.state != REM:
            gap = 60 / scenario.attenuations_per_min * (2.0 if run.state == WAKE else 1.0)
            gap *= 1.0 if run.state == NREM else 1.2
            t = run.start_s + rng.uniform(8, 20)
            while t < run.stop_s - 10:
                onset.append(t)
                length.append(float(rng.uniform(low, high)))
                left.append(float(rng.uniform(*pair("attenuation.remaining"))))
                t += max(gap * rng.uniform(0.6, 1.4), 12)
    keep = [i for i, t in enumerate(onset) if not any(a - 5 < t < b + 1 for a, b in avoid_s)]
    return Attenuations(np.array(onset)[keep], np.array(length)[keep], np.array(left)[keep])


def join(a: Attenuations, b: Attenuations) -> Attenuations:
    """Both, in order of onset."""
    onset = np.r_[a.onset_s, b.onset_s]
    order = np.argsort(onset, kind="stable")
    return Attenuations(onset[order], np.r_[a.duration_s, b.duration_s][order], np.r_[a.remaining, b.remaining][order])
