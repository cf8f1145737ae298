"""Transients as time course times field, for thousands of events at little cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Shape = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""``shape(t_s, parameters)``: value at times from the onset; 0 outside the event."""


@dataclass(frozen=True, eq=False)
class Wavelets:
    """Many transients of one shape.

    Attributes
    ----------
    onset_s : float array, shape (n,)
        Sorted; where the time course begins.
    duration_s : float array, shape (n,)
        How long it lasts.
    parameters : float array, shape (n, n_parameters)
        Passed to ``shape``.
    field : int array, shape (n,)
        Row of ``fields``.
    fields : float32 array, shape (n_fields, n_sites)
        Potentials at unit time course.
    shape : callable
        The time course.
    """

    onset_s: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    parameters: NDArray[np.float64]
    field: NDArray[np.int64]
    fields: FloatArray
    shape: Shape

    def add_to(self, out: FloatArray, start: int, sfreq_hz: float) -> None:
        """Add what falls into ``out``, whose first column is sample ``start``; in place."""
        if not len(self.onset_s):
            return
        stop = start + out.shape[1]
        longest = float(self.duration_s.max())
        a = int(np.searchsorted(self.onset_s, start / sfreq_hz - longest))
        b = int(np.searchsorted(self.onset_s, stop / sfreq_hz))
        for i in range(a, b):
            first = max(int(np.ceil(self.onset_s[i] * sfreq_hz)), start)
            last = min(int((self.onset_s[i] + self.duration_s[i]) * sfreq_hz) + 1, stop)
            if first >= last:
                continue
            t = np.arange(first, last) / sfreq_hz - self.onset_s[i]
            wave = self.shape(t, self.parameters[i]).astype(np.float32)
            out[:, first - start : last - start] += self.fields[self.field[i]][:, None] * wave


def bump(t: NDArray[np.float64], center_s: float, rise_s: float, fall_s: float) -> NDArray[np.float64]:
    """Asymmetric Gaussian; its base (10 %) is 2.15 sigma on either side."""
    sigma = np.where(t < center_s, rise_s, fall_s)
    return np.asarray(np.exp(-0.5 * ((t - center_s) / sigma) ** 2), np.float64)


def hump(t: NDArray[np.float64], start_s: float, length_s: float) -> NDArray[np.float64]:
    """One raised-cosine hill of height 1."""
    x = (t - start_s) / length_s
    return np.where((x > 0) & (x < 1), 0.5 - 0.5 * np.cos(2 * np.pi * x), 0.0)


def plateau(t: NDArray[np.float64], length_s: float, ramp: float) -> NDArray[np.float64]:
    """1 with raised-cosine ends that take the share ``ramp`` of the length on either side."""
    x = np.clip(np.minimum(t, length_s - t) / (ramp * length_s), 0, 1)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * x), np.float64)
