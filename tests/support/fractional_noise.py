"""Fractional Gaussian noise of known exponent, by circulant embedding (Davies and Harte 1987)."""

from __future__ import annotations

import numpy as np


def fractional_noise(hurst: float, n: int, rng: np.random.Generator, rows: int = 1) -> np.ndarray:
    """float64 array, shape (rows, n), of unit variance."""
    k = np.arange(n + 1, dtype=np.float64)
    h2 = 2 * hurst
    covariance = 0.5 * (np.abs(k - 1) ** h2 - 2 * k**h2 + (k + 1) ** h2)
    eigenvalues = np.fft.fft(np.concatenate([covariance, covariance[-2:0:-1]])).real.clip(min=0)
    z = rng.standard_normal((rows, len(eigenvalues))) + 1j * rng.standard_normal((rows, len(eigenvalues)))
    return np.fft.fft(np.sqrt(eigenvalues / len(eigenvalues)) * z, axis=-1).real[:, :n]
