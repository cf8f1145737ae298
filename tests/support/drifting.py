"""Series whose neighbors resemble each other, of mean and median zero and variance one."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

SETTLED = 300


def autoregressive(n_series: int, n: int, likeness: float, rng: np.random.Generator) -> np.ndarray:
    """Correlation ``likeness`` from one value to the next, its powers further away; shape (n_series, n)."""
    drive = rng.standard_normal((n_series, n + SETTLED)) * np.sqrt(1 - likeness**2)
    return np.asarray(lfilter([1.0], [1.0, -likeness], drive, axis=1))[:, SETTLED:]


def drifting(n_series: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Half slow drift (0.9 from one value to the next), half noise: neighbors correlate by 0.45 only."""
    return np.sqrt(0.5) * (autoregressive(n_series, n, 0.9, rng) + rng.standard_normal((n_series, n)))
