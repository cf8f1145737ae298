"""Amplitude envelopes of frequency bands, averaged over short steps, the same wherever a record was cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import cells, spectrum

FloatArray = NDArray[np.float32]

STEP_S = 0.125
"""Envelopes are kept as means over steps of this length; detrended fluctuation analysis starts at 1 s."""

_LOWEST_RATE_HZ = 32.0
_RATE_PER_BANDWIDTH = 3.5
_TAPER_BINS = 3.1
_TOGETHER = 4
"""Channels transformed side by side: as many as a vector of the transform holds, and the cache with them."""


def filter_s(low_hz: float) -> float:
    """Length of the filter of a band with this lower edge, s: its reach is half of it.

    A Hann-tapered filter rises within 3.1 over its length; the rise is a quarter of the lower edge, at least 2 Hz,
    but not more than the lower edge itself (3.1 s for delta). Policy.
    """
    return _TAPER_BINS / min(low_hz, max(0.25 * low_hz, 2.0))


def analytic_filter(low_hz: float, high_hz: float, sfreq_hz: float) -> NDArray[np.complex128]:
    """Finite filter that passes a band's positive frequencies doubled: the modulus of what it gives is the envelope.

    Returns
    -------
    complex128 array, shape (2 * half + 1,)
        Centered on ``half``.
    """
    if not 0 < low_hz < high_hz < sfreq_hz / 2:
        raise UsageError(f"a band from {low_hz!r} to {high_hz!r} Hz at {sfreq_hz!r} samples per second")
    half = round(filter_s(low_hz) / 2 * sfreq_hz)
    t = np.arange(-half, half + 1) / sfreq_hz
    width, center = high_hz - low_hz, (high_hz + low_hz) / 2
    taper = 0.5 + 0.5 * np.cos(np.pi * t * sfreq_hz / (half + 1))
    return np.asarray(2 * width * np.sinc(width * t) * np.exp(2j * np.pi * center * t) * taper / sfreq_hz)


def band_envelopes(
    x: FloatArray,
    *,
    sfreq_hz: float,
    bands_hz: Mapping[str, tuple[float, float]] = spectrum.BANDS_HZ,
    step_s: float = STEP_S,
) -> FloatArray:
    """Mean envelope of each band over consecutive steps.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        µV. Steps nearer to an end than half of :func:`filter_s` (1.6 s for delta) see the record end there.
    bands_hz : mapping of str to (low, high)

    Returns
    -------
    float32 array, shape (n_bands, n_channels, n_steps)
        µV; for a sine its amplitude. NaN within the filter's reach of a flat step or a sample that is not finite.
    """
    from scipy import fft

    n_channels, n_samples = x.shape
    steps = cells.consecutive(x, window_s=step_s, sfreq_hz=sfreq_hz)
    n_steps = steps.shape[1]
    out = np.full((len(bands_hz), n_channels, n_steps), np.nan, np.float32)
    if not n_steps:
        return out
    unusable = ~cells.measurable(steps)
    longest_s = max(filter_s(low) for low, _ in bands_hz.values())
    # The transform spans whole steps, with room so that the end does not wrap onto the start.
    n_spanned = int(fft.next_fast_len(1 + int(np.ceil((n_samples / sfreq_hz + longest_s) / step_s))))
    n_fft = round(n_spanned * step_s * sfreq_hz)
    plans = [_plan(low, high, sfreq_hz, step_s, n_spanned) for low, high in bands_hz.values()]
    known = np.flatnonzero(~unusable.all(axis=1))
    for start in range(0, len(known), _TOGETHER):
        some = known[start : start + _TOGETHER]
        rows = np.where(np.isfinite(x[some]), x[some], np.float32(0))
        transform = np.asarray(fft.rfft(rows, n_fft, axis=-1))
        for band, plan in enumerate(plans):
            z = np.zeros((len(some), plan.per_step * n_spanned), np.complex64)
            kept = z[:, : len(plan.bins)]
            kept[...] = transform[:, plan.bins]
            # A real signal's negative frequencies are the conjugates of its positive ones.
            kept[:, plan.mirrored] = kept[:, plan.mirrored].conj()
            kept *= plan.response
            parts = np.asarray(fft.ifft(z, axis=-1, overwrite_x=True))[:, : n_steps * plan.per_step].view(np.float32)
            parts *= parts
            modulus = np.sqrt(parts[:, ::2] + parts[:, 1::2])
            each = np.full(plan.per_step, 1 / plan.per_step, np.float32)
            out[band, some] = modulus.reshape(len(some), n_steps, plan.per_step) @ each
            for channel in some:
                if unusable[channel].any():
                    out[band, channel, _spread(unusable[channel], plan.reach)] = np.nan
    return out


@dataclass(frozen=True, eq=False)
class _Plan:
    """What the envelope of one band needs, the same for all pieces of one length."""

    per_step: int
    bins: NDArray[np.intp]
    mirrored: NDArray[np.intp]
    response: NDArray[np.complex64]
    reach: int


@lru_cache(maxsize=32)
def _plan(low_hz: float, high_hz: float, sfreq_hz: float, step_s: float, n_spanned: int) -> _Plan:
    n_fft = round(n_spanned * step_s * sfreq_hz)
    per_step = _points_per_step(low_hz, high_hz, step_s)
    bins = _bins(low_hz, high_hz, sfreq_hz, per_step * n_spanned, n_fft) % n_fft
    mirrored = bins > n_fft // 2
    return _Plan(
        per_step=per_step,
        bins=np.where(mirrored, n_fft - bins, bins),
        mirrored=np.flatnonzero(mirrored),
        response=_response(low_hz, high_hz, sfreq_hz, n_fft)[bins] * np.float32(per_step * n_spanned / n_fft),
        reach=_reach(low_hz, step_s),
    )


def _points_per_step(low_hz: float, high_hz: float, step_s: float) -> int:
    """Points of the decimated envelope in a step: a power of two, above several times the bandwidth."""
    wanted = max(_LOWEST_RATE_HZ, _RATE_PER_BANDWIDTH * (high_hz - low_hz)) * step_s
    return 1 << max(0, int(np.ceil(np.log2(wanted))))


def _response(low_hz: float, high_hz: float, sfreq_hz: float, n_fft: int) -> NDArray[np.complex64]:
    """Transform of the filter over all frequencies, without delay."""
    taps = analytic_filter(low_hz, high_hz, sfreq_hz)
    padded = np.zeros(n_fft, np.complex128)
    padded[: len(taps)] = taps
    return np.asarray(np.fft.fft(np.roll(padded, -(len(taps) // 2))), np.complex64)


def _bins(low_hz: float, high_hz: float, sfreq_hz: float, n_out: int, n_fft: int) -> NDArray[np.intp]:
    """The ``n_out`` frequencies about the band, in bins, negative ones too: its filter has faded out beyond them.

    Which of them comes first turns the phase of the decimated signal only, not its modulus.
    """
    n = min(n_out, n_fft)
    return np.arange(n) + round((low_hz + high_hz) / 2 * n_fft / sfreq_hz) - n // 2


def _reach(low_hz: float, step_s: float) -> int:
    """Steps to either side that the filter sees."""
    return int(np.ceil(filter_s(low_hz) / 2 / step_s))


def _spread(bad: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Steps within reach of a bad one."""
    if not bad.any():
        return bad
    count = np.concatenate([[0], np.cumsum(bad)])
    position = np.arange(len(bad))
    after, before = np.minimum(position + reach + 1, len(bad)), np.maximum(position - reach, 0)
    return np.asarray(count[after] > count[before], np.bool_)


def band_envelopes_reference(
    x: FloatArray,
    *,
    sfreq_hz: float,
    bands_hz: Mapping[str, tuple[float, float]] = spectrum.BANDS_HZ,
    step_s: float = STEP_S,
) -> FloatArray:
    """What :func:`band_envelopes` computes, by plain convolution; the rate must divide into the points of a step."""
    steps = cells.consecutive(x, window_s=step_s, sfreq_hz=sfreq_hz)
    out = np.full((len(bands_hz), *steps.shape[:2]), np.nan, np.float32)
    for band, (low, high) in enumerate(bands_hz.values()):
        taps = analytic_filter(low, high, sfreq_hz)
        every = step_s * sfreq_hz / _points_per_step(low, high, step_s)
        if every != int(every):
            raise UsageError(f"{sfreq_hz!r} samples per second do not divide into the points of a step")
        for channel in range(len(x)):
            bad = ~cells.measurable(steps[channel])
            if bad.all():
                continue
            row = np.where(np.isfinite(x[channel]), x[channel], 0).astype(np.float64)
            whole = np.abs(np.convolve(row, taps))[len(taps) // 2 :][: steps[channel].size]
            reach = _reach(low, step_s)
            for step, points in enumerate(whole.reshape(steps.shape[1:])[:, :: int(every)]):
                if not bad[max(0, step - reach) : step + reach + 1].any():
                    out[band, channel, step] = points.mean()
    return out
