"""Power spectra with a known aperiodic line and known peaks, noisy as a Welch average of a few segments is."""

from __future__ import annotations

import numpy as np

FREQUENCIES_HZ = np.arange(0, 128.25, 0.25)


def spectra(
    exponent: float, offset: float, peaks: tuple[tuple[float, float, float], ...], n: int, seed: int, dof: int = 8
) -> np.ndarray:
    """float64 array, shape (n, n_frequencies); peaks are (center Hz, height log10, standard deviation Hz)."""
    log_power = offset - exponent * np.log10(np.maximum(FREQUENCIES_HZ, 0.25))
    for center, height, sd in peaks:
        log_power = log_power + height * np.exp(-((FREQUENCIES_HZ - center) ** 2) / (2 * sd**2))
    rng = np.random.default_rng(seed)
    scatter = rng.chisquare(dof, (n, len(FREQUENCIES_HZ))) / dof if dof else np.ones((n, len(FREQUENCIES_HZ)))
    return 10**log_power * scatter
