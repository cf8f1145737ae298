"""Welch spectra of consecutive windows; band power, spectral edge and spectral entropy from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import cells, kernels
from westward.eeg.signal.compiled import transformable

FloatArray = NDArray[np.float32]

BANDS_HZ: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"delta": (1.0, 4.0), "theta": (4.0, 8.0), "alpha": (8.0, 13.0), "beta": (13.0, 30.0)}
)
"""Lower edge included, upper edge not (Smith 2021; recalled)."""

TOTAL_HZ = (0.5, 55.0)
"""What relative power and the spectral edge refer to (Smith 2021; recalled); both ends included."""

_BLOCK_SEGMENTS = 64
_ROUNDING_HZ = 1e-6


@dataclass(frozen=True, eq=False)
class Spectra:
    """Power spectral densities of consecutive windows.

    Attributes
    ----------
    frequencies_hz : float64 array, shape (n_frequencies,)
        From 0 to half the rate, in steps of one over the segment.
    density_uv2_hz : float32 array, shape (n_channels, n_windows, n_frequencies)
        One-sided, µV²/Hz; NaN where the window is flat or not finite.
    """

    frequencies_hz: NDArray[np.float64]
    density_uv2_hz: FloatArray


def welch(
    x: FloatArray, *, sfreq_hz: float, window_s: float = 10.0, segment_s: float = 4.0, overlap: float = 0.5
) -> Spectra:
    """Welch's averaged periodogram of each window: periodic Hann segments, their mean removed.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        µV.
    window_s, segment_s : float
        Segments of ``segment_s`` are averaged inside each window of ``window_s``.
    overlap : float
        Of neighboring segments, as a fraction.

    Notes
    -----
    Float32 throughout: where the density lies seven or more orders below its peak (beyond the filter's edge), only
    its order of magnitude means anything.
    """
    windows = cells.consecutive(x, window_s=window_s, sfreq_hz=sfreq_hz)
    length = min(round(segment_s * sfreq_hz), windows.shape[-1])
    hop = length - round(overlap * length)
    if not 0 <= overlap < 1 or hop < 1:
        raise UsageError(f"an overlap of {overlap!r}; it must be from 0 to below 1")
    return Spectra(
        frequencies_hz=np.arange(length // 2 + 1) * (sfreq_hz / length),
        density_uv2_hz=density(windows, length, hop, sfreq_hz),
    )


def _hann(length: int) -> NDArray[np.float64]:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length), np.float64)


def _scale(length: int, sfreq_hz: float) -> NDArray[np.float64]:
    """From squared magnitude to one-sided density."""
    scale = np.full(length // 2 + 1, 2.0)
    scale[0] = 1.0
    if length % 2 == 0:
        scale[-1] = 1.0
    return np.asarray(scale / (sfreq_hz * (_hann(length) ** 2).sum()), np.float64)


def density(windows: FloatArray, length: int, hop: int, sfreq_hz: float) -> FloatArray:
    """Averaged periodograms of windows already cut.

    Parameters
    ----------
    windows : float32 array, shape (n_channels, n_windows, n_samples)
    length, hop : int
        Samples of a segment and from one segment to the next.

    Returns
    -------
    float32 array, shape (n_channels, n_windows, length // 2 + 1)
    """
    found = kernels.compiled()
    if found is not None and transformable(length) and length <= windows.shape[-1]:
        return found.power(windows, hop, *_taper_and_scale(windows.shape[-1], length, hop, sfreq_hz))
    return density_plain(windows, length, hop, sfreq_hz)


def _taper_and_scale(n_samples: int, length: int, hop: int, sfreq_hz: float) -> tuple[FloatArray, FloatArray]:
    n_segments = len(range(0, n_samples - length + 1, hop))
    return _hann(length).astype(np.float32), (_scale(length, sfreq_hz) / n_segments).astype(np.float32)


def density_plain(windows: FloatArray, length: int, hop: int, sfreq_hz: float) -> FloatArray:
    """:func:`density` by NumPy and SciPy."""
    from scipy import fft

    n_channels, n_windows, n_samples = windows.shape
    n_segments = len(range(0, n_samples - length + 1, hop))
    taper, scale = _taper_and_scale(n_samples, length, hop, sfreq_hz)
    out = np.empty((n_channels, n_windows, length // 2 + 1), np.float32)
    step = max(1, _BLOCK_SEGMENTS // max(n_segments, 1))
    room = np.empty((min(step, n_windows), n_segments, length), np.float32)
    for channel in range(n_channels):
        for first in range(0, n_windows, step):
            piece = windows[channel, first : first + step]
            good = cells.measurable(piece)
            if not good.all():
                piece = np.where(good[:, None], piece, np.float32(0))
            segments = np.lib.stride_tricks.sliding_window_view(piece, length, axis=-1)[:, ::hop]
            tapered = np.subtract(segments, segments.mean(-1, keepdims=True), out=room[: len(piece)])
            tapered *= taper
            parts = np.asarray(fft.rfft(tapered, axis=-1)).view(np.float32)
            power = np.square(parts, out=parts).sum(1)
            density_ = (power[:, ::2] + power[:, 1::2]) * scale
            out[channel, first : first + step] = np.where(good[:, None], density_, np.float32(np.nan))
    return out


def density_reference(windows: FloatArray, length: int, hop: int, sfreq_hz: float) -> NDArray[np.float64]:
    """What :func:`density` computes, in float64 and segment by segment."""
    out = np.full((*windows.shape[:2], length // 2 + 1), np.nan)
    taper, scale = _hann(length), _scale(length, sfreq_hz)
    for channel, window in np.ndindex(windows.shape[:2]):
        x = windows[channel, window].astype(np.float64)
        if not cells.measurable(windows[channel, window]):
            continue
        parts = []
        for start in range(0, len(x) - length + 1, hop):
            segment = x[start : start + length]
            parts.append(np.abs(np.fft.rfft((segment - segment.mean()) * taper)) ** 2 * scale)
        out[channel, window] = np.mean(parts, axis=0)
    return out


def band_power(spectra: Spectra, low_hz: float, high_hz: float, *, include_high: bool = False) -> FloatArray:
    """Power between two frequencies, µV²: the sum of the bins from ``low_hz`` to below ``high_hz``, times their width.

    Returns
    -------
    float32 array, shape (n_channels, n_windows)
    """
    inside, width = _inside(spectra.frequencies_hz, low_hz, high_hz, include_high=include_high)
    found = kernels.compiled()
    if found is not None:
        total, _, _ = found.shares(spectra.density_uv2_hz, *_ends(inside))
        return np.asarray(total * width, np.float32)
    return np.asarray(spectra.density_uv2_hz[..., inside].sum(-1, dtype=np.float64) * width, np.float32)


def relative_band_power(
    spectra: Spectra, low_hz: float, high_hz: float, *, total_hz: tuple[float, float] = TOTAL_HZ
) -> FloatArray:
    """Power of a band over that of ``total_hz``, from 0 to 1; NaN where there is no power.

    Returns
    -------
    float32 array, shape (n_channels, n_windows)
    """
    total = band_power(spectra, *total_hz, include_high=True)
    part = band_power(spectra, low_hz, high_hz)
    return np.divide(part, total, out=np.full_like(total, np.nan), where=total > 0)


def spectral_edge(spectra: Spectra, *, fraction: float = 0.95, total_hz: tuple[float, float] = TOTAL_HZ) -> FloatArray:
    """Lowest frequency below which at least ``fraction`` of the power of ``total_hz`` lies, Hz.

    No interpolation: a multiple of the resolution (0.25 Hz for 4-s segments).

    Returns
    -------
    float32 array, shape (n_channels, n_windows)
    """
    inside, _ = _inside(spectra.frequencies_hz, *total_hz, include_high=True)
    found = kernels.compiled()
    if found is not None:
        _, edge, _ = found.shares(spectra.density_uv2_hz, *_ends(inside), fraction=fraction)
        assert edge is not None
        return np.where(edge >= 0, spectra.frequencies_hz[inside][edge], np.nan).astype(np.float32)
    cumulative = np.cumsum(spectra.density_uv2_hz[..., inside], axis=-1, dtype=np.float64)
    total = cumulative[..., -1]
    bin_ = (cumulative >= fraction * total[..., None]).argmax(-1)
    return np.where(total > 0, spectra.frequencies_hz[inside][bin_], np.nan).astype(np.float32)


def spectral_edge_reference(
    spectra: Spectra, *, fraction: float = 0.95, total_hz: tuple[float, float] = TOTAL_HZ
) -> FloatArray:
    """What :func:`spectral_edge` computes, bin by bin."""
    density_ = spectra.density_uv2_hz.astype(np.float64)
    out = np.full(density_.shape[:2], np.nan, np.float32)
    keep = [i for i, hz in enumerate(spectra.frequencies_hz) if total_hz[0] <= hz + 1e-6 and hz - 1e-6 <= total_hz[1]]
    for index in np.ndindex(density_.shape[:2]):
        row = density_[index][keep]
        if not row.sum() > 0:
            continue
        running = 0.0
        for i, value in zip(keep, row, strict=True):
            running += value
            if running >= fraction * row.sum() * (1 - 1e-14):
                out[index] = spectra.frequencies_hz[i]
                break
    return out


def spectral_entropy(spectra: Spectra, *, total_hz: tuple[float, float] = TOTAL_HZ) -> FloatArray:
    """Shannon entropy of the normalized spectrum over ``total_hz``, divided by its maximum: 0 one line, 1 white.

    Returns
    -------
    float32 array, shape (n_channels, n_windows)
    """
    inside, _ = _inside(spectra.frequencies_hz, *total_hz, include_high=True)
    found = kernels.compiled()
    if found is not None:
        _, _, shannon = found.shares(spectra.density_uv2_hz, *_ends(inside), entropy=True)
        assert shannon is not None
        return np.asarray(shannon / np.float32(np.log(inside.sum())), np.float32)
    single = spectra.density_uv2_hz[..., slice(*_ends(inside))]
    p = single.astype(np.float64)
    total = p.sum(-1)
    # sum -p/T log(p/T) = log T - sum(p log p)/T, one pass less. Logarithms hold as many digits as the density.
    logarithm = np.log(np.where(single > 0, single, np.float32(1)))
    weighted = np.einsum("...k,...k->...", p, logarithm.astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = (np.log(total) - weighted / total) / np.log(inside.sum())
    return np.where(total > 0, entropy, np.nan).astype(np.float32)


def spectral_entropy_reference(spectra: Spectra, *, total_hz: tuple[float, float] = TOTAL_HZ) -> FloatArray:
    """What :func:`spectral_entropy` computes, window by window."""
    inside, _ = _inside(spectra.frequencies_hz, *total_hz, include_high=True)
    out = np.full(spectra.density_uv2_hz.shape[:2], np.nan, np.float32)
    for index in np.ndindex(out.shape):
        p = spectra.density_uv2_hz[index][inside].astype(np.float64)
        if p.sum() > 0:
            share = p[p > 0] / p.sum()
            out[index] = -(share * np.log2(share)).sum() / np.log2(len(p))
    return out


def _ends(inside: NDArray[np.bool_]) -> tuple[int, int]:
    """First bin of a band and the one after its last."""
    at = np.flatnonzero(inside)
    return int(at[0]), int(at[-1]) + 1


def _inside(
    frequencies_hz: NDArray[np.float64], low_hz: float, high_hz: float, *, include_high: bool
) -> tuple[NDArray[np.bool_], float]:
    """Bins of a band and the width of a bin."""
    edge = _ROUNDING_HZ if include_high else -_ROUNDING_HZ
    inside = (frequencies_hz >= low_hz - _ROUNDING_HZ) & (frequencies_hz <= high_hz + edge)
    if inside.sum() < 2:
        raise UsageError(
            f"the band {low_hz!r} to {high_hz!r} Hz holds {inside.sum()} bins of this spectrum; it needs 2"
        )
    return inside, float(frequencies_hz[1] - frequencies_hz[0])
