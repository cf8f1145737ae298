"""Ongoing activity as noise of shaped spectrum, correlated over the scalp, with a gain that never rests.

Frames of independent Gaussian spectra are colored in space (coherence falls with distance, faster at high frequencies)
and in frequency (1/f with the bumps of the age, by state), and overlapped so that power adds up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acceptance.other.canvas import Canvas
from acceptance.other.course import STATES, Course
from acceptance.other.scalp import PLACES, SITES, coloring

_FRAME_S = 8
_TOP_HZ = 70
_REACH_RAD = ((1.5, 1.5), (4.0, 1.15), (8.0, 0.9), (15.0, 0.65), (_TOP_HZ + 1.0, 0.4))
"""Upper end of a band in Hz and the angle over which its correlation falls to 1/e."""


@dataclass(frozen=True)
class Rhythms:
    """Amplitudes in uV RMS of one state at an average site, with the slope of the 1/f part."""

    broad: float
    slope: float
    delta: float
    theta: float
    posterior: float
    sigma: float
    beta: float


def posterior_hz(age_months: float) -> float:
    """Usual posterior dominant rhythm: 3.5 Hz at 3 months, 5 at 5, 6.5 at 12, 7.5 at 24, 8 at 36."""
    return float(np.interp(age_months, (2, 3, 5, 12, 24, 36), (3.0, 3.6, 5.0, 6.5, 7.5, 8.1)))


def normal_rhythms(rng: np.random.Generator, age_months: float) -> dict[str, Rhythms]:
    """Of a healthy infant; their size varies between children."""
    size = float(np.clip(np.exp(0.15 * rng.standard_normal()), 0.75, 1.25))
    slow = float(np.interp(age_months, (2, 9, 36), (0.85, 1.1, 1.0)))
    wake = Rhythms(15 * size, rng.uniform(1.5, 1.9), 7 * size, 7 * size, rng.uniform(7, 14) * size, 1.5, 3.0)
    nrem = Rhythms(20 * size, rng.uniform(1.9, 2.4), rng.uniform(22, 33) * size * slow, 9 * size, 0.0, 3.5, 2.0)
    rem = Rhythms(14 * size, rng.uniform(1.5, 1.9), 8 * size, 7 * size, 2.0 * size, 1.5, 2.5)
    return dict(zip(STATES, (wake, nrem, rem), strict=True))


def _bump(f: NDArray[np.float64], center: float, width: float) -> NDArray[np.float64]:
    p = np.exp(-0.5 * ((f - center) / width) ** 2)
    return np.asarray(p / p.sum())


def _power(r: Rhythms, f: NDArray[np.float64], age_months: float) -> NDArray[np.float64]:
    """Power of each frequency bin at each site, shape (22, n_bins); sums to variance."""
    back, front, center = -PLACES[:, 1], PLACES[:, 1], np.maximum(PLACES[:, 2], 0)
    one = np.ones(len(SITES))
    broad = np.where(f < 0.3, 0, 1 / (f**r.slope + 0.7**r.slope))
    low = _bump(f, 1.3, 0.8) * (f > 0.3)
    parts = (
        (r.broad, broad / broad.sum(), one),
        (r.delta, low / low.sum(), 1 + 0.35 * np.maximum(back, 0) - 0.1 * np.maximum(front, 0)),
        (r.theta, _bump(f, 4.8, 1.2), 0.8 + 0.3 * center),
        (r.posterior, _bump(f, posterior_hz(age_months), 0.7), 0.15 + 1.1 * np.maximum(back, 0) ** 1.5),
        (r.posterior * 0.5, _bump(f, posterior_hz(age_months) + 1.5, 0.8), 0.1 + center * np.abs(PLACES[:, 0])),
        (r.sigma, _bump(f, 13.0, 1.2), 0.4 + center),
        (r.beta, _bump(f, 20, 5), 0.7 + 0.4 * np.maximum(front, 0)),
    )
    return np.asarray(sum(np.outer((uv * where) ** 2, shape) for uv, shape, where in parts))


def paint(
    canvas: Canvas, course: Course, rhythms: dict[str, Rhythms], rng: np.random.Generator, *, age_months: float
) -> None:
    """Add the ongoing activity of all states."""
    fs, n = canvas.sfreq_hz, canvas.eeg.shape[1]
    length = round(_FRAME_S * fs)
    hop = length // 2
    f = np.arange(1, _TOP_HZ * _FRAME_S) / _FRAME_S
    power = np.stack([_power(rhythms[s], f, age_months) for s in STATES])
    window = np.sin(np.pi * (np.arange(length) + 0.5) / length).astype(np.float32)
    edges = np.searchsorted(f, [0.0, *(top for top, _ in _REACH_RAD)])
    colors = [coloring(reach) for _, reach in _REACH_RAD]
    starts = np.arange(-hop, n, hop)
    weights = course.weights((starts + hop) / fs)
    for first in range(0, len(starts), 32):
        part = starts[first : first + 32]
        z = rng.standard_normal((2, len(part), len(SITES), len(f)), np.float32)
        for a, b, color in zip(edges, edges[1:], colors, strict=False):
            z[..., a:b] = color.astype(np.float32) @ z[..., a:b]
        z *= np.sqrt(np.einsum("sk,scf->kcf", weights[:, first : first + len(part)], power)).astype(np.float32)
        spectrum = np.zeros((len(part), len(SITES), length // 2 + 1), np.complex64)
        spectrum[..., 1 : len(f) + 1] = z[0] + 1j * z[1]
        frames = np.fft.irfft(spectrum, length).astype(np.float32) * (window * length / 2)
        for k, at in enumerate(part):
            a, b = max(at, 0), min(at + length, n)
            canvas.eeg[:, a:b] += frames[k][:, a - at : b - at]
    _breathe(canvas, rng)


def _breathe(canvas: Canvas, rng: np.random.Generator) -> None:
    """Waxing and waning within a second or so, partly in common."""
    grid_hz = 4
    n = round(canvas.duration_s * grid_hz) + 2
    raw = coloring(1.2) @ rng.standard_normal((len(SITES), n + 12))
    kernel = np.hanning(9)[1:-1]
    kernel /= np.sqrt((kernel**2).sum())
    x = np.arange(canvas.eeg.shape[1], dtype=np.float32) / canvas.sfreq_hz * grid_hz
    for k, one in enumerate(raw):
        smooth = np.convolve(one, kernel, "valid")[:n]
        canvas.eeg[k] *= np.interp(x, np.arange(n), np.exp(0.28 * smooth - 0.04)).astype(np.float32)
