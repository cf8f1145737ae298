"""Muscle potentials under an envelope."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, sosfilt

from acceptance.other.canvas import TICKS_HZ, Canvas, Samples

_BANK_S = 97


def interference(n: int, sfreq_hz: float, low_hz: float, rng: np.random.Generator) -> Samples:
    """Interference pattern of unit RMS, with the heavy tails of few motor units."""
    sos = butter(2, (low_hz, min(150.0, 0.46 * sfreq_hz)), "bandpass", fs=sfreq_hz, output="sos")
    raw = rng.standard_normal(n, np.float32)
    units = np.repeat(rng.gamma(2.0, 0.5, n // 4 + 1).astype(np.float32), 4)[:n]
    x = sosfilt(sos.astype(np.float32), raw * units)
    return np.asarray(x / x.std(), np.float32)


def limbs(canvas: Canvas, rng: np.random.Generator) -> Samples:
    """The two deltoid leads, shape (2, n_samples)."""
    n = canvas.eeg.shape[1]
    x = np.arange(n) / canvas.sfreq_hz * TICKS_HZ
    out = np.empty((2, n), np.float32)
    for side in range(2):
        out[side] = interference(n, canvas.sfreq_hz, 20, rng)
        out[side] *= np.interp(x, np.arange(canvas.limb.shape[1]), canvas.limb[side])
    return out


def onto_scalp(canvas: Canvas, rng: np.random.Generator) -> None:
    """Add the muscle of head and jaw to the EEG."""
    n = canvas.eeg.shape[1]
    bank = interference(round(_BANK_S * canvas.sfreq_hz), canvas.sfreq_hz, 22, rng)
    x = np.arange(n) / canvas.sfreq_hz * TICKS_HZ
    for k in np.flatnonzero(canvas.scalp.any(axis=1)):
        noise = np.resize(np.roll(bank, int(rng.integers(len(bank)))), n)
        canvas.eeg[k] += noise * np.interp(x, np.arange(canvas.scalp.shape[1]), canvas.scalp[k]).astype(np.float32)
