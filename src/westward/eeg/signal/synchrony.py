"""How alike the hemispheres are: correlation of homologous derivations, and brain symmetry indices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal.epochs import cut

FloatArray = NDArray[np.float32]
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SynchronyParameters:
    """Tunable numbers of :func:`measure`.

    Attributes
    ----------
    window_s : float
        Length of a window; 10 (policy).
    segment_s : float
        Hann-tapered, half-overlapping segments whose power is averaged in a window; 4 (derived).
    band_hz : (float, float)
        Frequencies of the symmetry indices, both edges included; 1-25 Hz (recalled, van Putten 2004).
    """

    window_s: float = 10.0
    segment_s: float = 4.0
    band_hz: tuple[float, float] = (1.0, 25.0)


@dataclass(frozen=True, eq=False)
class Synchrony:
    """Values per window; NaN: not assessable.

    Attributes
    ----------
    correlation : float32 array, shape (n_windows, n_pairs)
        Pearson's, left with right derivation at the same moment, -1 to 1.
    asymmetry : float32 array, shape (n_windows, n_pairs)
        ``(R - L) / (R + L)`` of the RMS amplitude, -1 to 1; positive: more on the right.
    brain_symmetry_index : float32 array, shape (n_windows,)
        ``mean_f |mean_pairs (R - L) / (R + L)|`` of the power per bin, 0-1 (van Putten 2004, recalled): asymmetry of
        the whole hemisphere; focal ones of opposite sense cancel.
    pairwise_symmetry_index : float32 array, shape (n_windows,)
        ``mean_f mean_pairs |(R - L) / (R + L)|`` (van Putten 2007, recalled). Not zero between equal hemispheres:
        the power of so short a window scatters, which gives about 0.28 for independent noise.
    """

    correlation: FloatArray
    asymmetry: FloatArray
    brain_symmetry_index: FloatArray
    pairwise_symmetry_index: FloatArray


DEFAULT = SynchronyParameters()


def measure(x: FloatArray, sfreq_hz: float, pairs: Pairs, *, parameters: SynchronyParameters = DEFAULT) -> Synchrony:
    """Synchrony and symmetry of homologous derivations in successive windows.

    Parameters
    ----------
    x : float32 array, shape (n_derivations, n_samples)
        Starts where a window starts.
    pairs : tuple of (int, int)
        Rows (left, right), as from :func:`westward.eeg.signal.homologs.homologous_pairs`. A pair with a row that is
        flat or not finite in a window is left out of it.

    Raises
    ------
    UsageError
        If the band reaches half the sampling rate, or a segment is longer than a window.
    """
    p = parameters
    from scipy import fft

    windows = cut(x, sfreq_hz, p.window_s)
    n = windows.shape[2]
    size, inside = _segments(sfreq_hz, p)
    left, right = windows[[a for a, _ in pairs]], windows[[b for _, b in pairs]]
    ok = (_assessable(left) & _assessable(right)).T
    taper = np.hanning(size + 1)[:-1].astype(np.float32)
    first = range(0, n - size + 1, max(1, size // 2))
    power, spectra = np.empty((3, *ok.T.shape)), np.empty((2, *ok.T.shape, inside.stop - inside.start))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        # Pair by pair stays in the cache.
        for q, rows in enumerate(zip(left, right, strict=True)):
            u, v = (y - y.mean(axis=-1, keepdims=True, dtype=np.float64) for y in rows)
            for k, (a, b) in enumerate(((u, u), (v, v), (u, v))):
                power[k, q] = np.einsum("ij,ij->i", a, b) / n
            for k, y in enumerate((u, v)):
                y[~ok[:, q]] = 0
                single = y.astype(np.float32)
                parts = np.stack([single[:, at : at + size] for at in first], axis=1)
                parts -= parts.mean(axis=-1, keepdims=True)
                parts *= taper
                z = fft.rfft(parts, axis=-1)[..., inside]
                spectra[k, q] = (np.square(z.real) + np.square(z.imag)).mean(axis=1, dtype=np.float64)
        correlation = (power[2] / np.sqrt(power[0] * power[1])).T
        rms_l, rms_r = np.sqrt(power[0]), np.sqrt(power[1])
        asymmetry = ((rms_r - rms_l) / (rms_r + rms_l)).T
        relative = (spectra[1] - spectra[0]) / (spectra[1] + spectra[0])
    correlation[~ok], asymmetry[~ok] = np.nan, np.nan
    count = ok.sum(axis=1)
    known = np.where(ok.T[..., None], relative, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = np.abs(known.sum(axis=0) / count[:, None]).mean(axis=-1)
        each = (np.abs(known).sum(axis=0) / count[:, None]).mean(axis=-1)
    return Synchrony(*(np.asarray(y, np.float32) for y in (correlation, asymmetry, whole, each)))


def _segments(sfreq_hz: float, p: SynchronyParameters) -> tuple[int, slice]:
    low, high = p.band_hz
    if high >= sfreq_hz / 2:
        raise UsageError(f"a band up to {high!r} Hz cannot be measured at {sfreq_hz!r} samples per second")
    if p.segment_s > p.window_s:
        raise UsageError(f"segments of {p.segment_s!r} s do not fit windows of {p.window_s!r} s")
    size = round(p.segment_s * sfreq_hz)
    frequency = np.arange(size // 2 + 1) * sfreq_hz / size
    return size, slice(int(np.searchsorted(frequency, low - 1e-9)), int(np.searchsorted(frequency, high + 1e-9)))


def _assessable(windows: FloatArray) -> NDArray[np.bool_]:
    if not windows.size:
        return np.zeros(windows.shape[:2], bool)
    with np.errstate(invalid="ignore"):
        swing = windows.max(axis=-1) - windows.min(axis=-1)
        return np.asarray(np.isfinite(windows).all(axis=-1) & (swing > 1e-6 * np.abs(windows).max(axis=-1)))


def measure_reference(
    x: FloatArray, sfreq_hz: float, pairs: Pairs, *, parameters: SynchronyParameters = DEFAULT
) -> Synchrony:
    """:func:`measure`, one window, pair and segment at a time."""
    p = parameters
    windows = cut(x, sfreq_hz, p.window_s).astype(np.float64)
    n_windows, n = windows.shape[1:]
    size, inside = _segments(sfreq_hz, p)
    taper = np.hanning(size + 1)[:-1]
    correlation, asymmetry = (np.full((n_windows, len(pairs)), np.nan, np.float32) for _ in range(2))
    whole, each = (np.full(n_windows, np.nan, np.float32) for _ in range(2))
    for w in range(n_windows):
        relative = []
        for q, (a, b) in enumerate(pairs):
            left, right = windows[a, w], windows[b, w]
            if not (np.isfinite(left).all() and np.isfinite(right).all()) or not (np.ptp(left) and np.ptp(right)):
                continue
            correlation[w, q] = np.corrcoef(left, right)[0, 1]
            asymmetry[w, q] = (right.std() - left.std()) / (right.std() + left.std())
            power = []
            for y in (left, right):
                parts = [y[k : k + size] for k in range(0, n - size + 1, max(1, size // 2))]
                power.append(np.mean([np.abs(np.fft.rfft((s - s.mean()) * taper)[inside]) ** 2 for s in parts], axis=0))
            relative.append((power[1] - power[0]) / (power[1] + power[0]))
        if relative:
            whole[w] = np.abs(np.mean(relative, axis=0)).mean()
            each[w] = np.abs(relative).mean()
    return Synchrony(correlation, asymmetry, whole, each)
