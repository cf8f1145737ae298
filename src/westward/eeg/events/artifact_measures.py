"""What the artifact rules look at: a few numbers per electrode and second, computed once per block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.signal import order

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
FAST_RATE_HZ = 8
SLOW_RATE_HZ = 32
_ROUNDING = 1e-4
"""Of a sample: far above the error of a time, far below what matters."""


def cell_starts(block: Block, length_s: float, cells: range) -> NDArray[np.intp]:
    """First sample of each cell; cells are counted from the start of the recording.

    A cell that begins halfway between two samples begins at the later one, wherever its block begins: rounding to even
    numbers, or the last digit of a time, would let the block decide.
    """
    at = (np.arange(cells.start, cells.stop) * length_s - block.start_s) * block.sfreq_hz
    return np.asarray(np.floor(at + 0.5 + _ROUNDING), np.intp)


def gather(x: FloatArray, starts: NDArray[np.intp], width: int) -> FloatArray:
    """Cut rows into cells: shape (n_rows, n_cells, width); a view where cells touch one another."""
    n = len(starts)
    if n == 0:
        return np.zeros((x.shape[0], 0, width), np.float32)
    starts = np.minimum(starts, x.shape[1] - width)
    if n == 1 or np.array_equal(starts, starts[0] + width * np.arange(n)):
        return x[:, starts[0] : starts[0] + n * width].reshape(x.shape[0], n, width)
    return np.asarray(x[:, starts[:, None] + np.arange(width)])


def running_median(x: FloatArray, radius: int) -> FloatArray:
    """Median over ``2 * radius + 1`` columns; near the ends over those that exist."""
    padded = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(radius, radius)], constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * radius + 1, axis=-1)
    out = np.empty(x.shape, np.float32)
    n = x.shape[-1]
    inner = slice(radius, n - radius)
    if n > 2 * radius:
        kept = np.array(windows[..., inner, :])
        kept.partition(radius, axis=-1)
        out[..., inner] = kept[..., radius]
    ends = np.array([*range(min(radius, n)), *range(max(n - radius, radius), n)], np.intp)
    if len(ends):
        ordered = np.sort(windows[..., ends, :], axis=-1)  # What does not exist is NaN and last.
        count = np.minimum(ends + radius, n - 1) - np.maximum(ends - radius, 0) + 1
        at, row = np.arange(len(ends)), np.moveaxis(ordered, (-2, -1), (0, 1))
        middle = (row[at, (count - 1) // 2] + row[at, count // 2]) / np.float32(2)
        middle[np.isnan(row[at, count - 1])] = np.nan
        out[..., ends] = np.moveaxis(middle, 0, -1)
    return out


def widen(flags: BoolArray, before: int, after: int) -> BoolArray:
    """Flags (last axis time) that also cover so many columns before and after each."""
    out = flags.copy()
    for shift in range(1, after + 1):
        out[..., shift:] |= flags[..., :-shift]
    for shift in range(1, before + 1):
        out[..., :-shift] |= flags[..., shift:]
    return out


def close(flags: BoolArray, gap: int) -> BoolArray:
    """Flags with holes of at most ``gap`` columns filled."""
    n = flags.shape[-1]
    column = np.arange(n, dtype=np.int32)
    last = np.maximum.accumulate(np.where(flags, column, -n - gap), axis=-1)
    following = np.where(flags, column, 2 * n + gap)[..., ::-1]
    following = np.minimum.accumulate(following, axis=-1)[..., ::-1]
    return np.asarray(flags | (following - last - 1 <= gap))


@dataclass(frozen=True, eq=False)
class Measures:
    """Numbers per channel and second of a whole block, margins included.

    Attributes
    ----------
    channels : tuple of str
        Electrodes; derivations where positions are unknown.
    seconds : range
        Recording time of the columns.
    core : slice
        The columns that lie in the block's core.
    quarter_range_uv : float32 array, shape (n, n_seconds, 4)
        Peak-to-peak of each quarter second, as recorded.
    range_uv : float32 array, shape (n, n_seconds)
        Peak-to-peak of each second, 0.5-70 Hz, average reference.
    fast_uv : float32 array, shape (n, n_seconds, 8)
        Root mean square at 30-70 Hz of each eighth of a second.
    fast_slope : float32 array, shape (n, n_seconds)
        Power density above 30 Hz over that at 14-28 Hz: muscle is about 1, cerebral activity well below.
    mains_uv : float32 array, shape (2, n, n_seconds)
        Root mean square at 50 and 60 Hz against the average reference.
    slow : float32 array, shape (n, 32 * n_seconds)
        As recorded against the median of all channels, block means at 32 Hz.
    common : float32 array, shape (32 * n_seconds,)
        That median; ``slow + common`` is as recorded.
    rhythm : float32 array, shape (n, 32 * n_seconds)
        0.5-70 Hz, block means at 32 Hz.
    emg_ratio : float32 array, shape (n_seconds,)
        Level of the EMG channel that rises most over its median in the 15 s on either side; 0 without EMG.
    """

    channels: tuple[str, ...]
    seconds: range
    core: slice
    quarter_range_uv: FloatArray
    range_uv: FloatArray
    fast_uv: FloatArray
    fast_slope: FloatArray
    mains_uv: FloatArray
    slow: FloatArray
    common: FloatArray
    rhythm: FloatArray
    emg_ratio: FloatArray

    @property
    def n_seconds(self) -> int:
        """Columns, margins included."""
        return len(self.seconds)


def measure(block: Block) -> Measures:
    """All measures of a block; every number depends on its own second only."""
    known = bool(block.electrodes)
    channels = block.electrodes if known else block.derivations
    raw = block.raw if known else block.bipolar
    clean = block.potentials if known else block.bipolar
    rate = block.sfreq_hz
    first = int(np.ceil(block.start_s - 1e-6))
    seconds = range(first, max(first, int(np.floor(block.time(block.n_samples) + 1e-6))))
    wanted = block.whole_cells(1.0)
    core = slice(wanted.start - first, wanted.stop - first)
    n, k = len(channels), len(seconds)
    emg = [signal for name, signal in block.aux.items() if name.startswith("EMG")]

    def cut(x: FloatArray, per_second: int) -> FloatArray:
        cells = range(seconds.start * per_second, seconds.stop * per_second)
        width = max(1, int(rate / per_second + 1e-6))
        return gather(x, cell_starts(block, 1 / per_second, cells), width)

    low, high = order.extremes(cut(raw, 4))
    least, most = order.extremes(cut(clean, 1))
    slow, rhythm = (_means(cut(x, SLOW_RATE_HZ)) for x in (raw, clean))
    common = order.median(slow, axis=0) if n >= 4 else np.zeros(slow.shape[1], np.float32)
    density, hz = _density(cut(raw, 1), rate, known)
    low_fast = (hz >= 14) & (hz <= 28)
    top = min(95.0, 0.45 * rate)
    away = (np.abs(hz - 50) > 3) & (np.abs(hz - 60) > 3)
    high_fast = (hz >= 32) & (hz <= top) & away
    slope = density[..., high_fast].mean(axis=-1) / (density[..., low_fast].mean(axis=-1) + 1e-6)
    mains = np.stack([np.sqrt(density[..., np.abs(hz - f) <= 1.5].sum(axis=-1) * (hz[1] - hz[0])) for f in (50, 60)])
    return Measures(
        channels,
        seconds,
        core,
        (high - low).reshape(n, k, 4),
        most - least,
        fast_rms(cut(clean, FAST_RATE_HZ), rate).reshape(n, k, FAST_RATE_HZ),
        slope.astype(np.float32),
        mains.astype(np.float32),
        np.asarray(slow - common, np.float32),
        np.asarray(common, np.float32),
        np.asarray(rhythm, np.float32),
        _emg_ratio(cut(np.stack(emg), FAST_RATE_HZ), rate) if emg else np.zeros(k, np.float32),
    )


def _emg_ratio(x: FloatArray, rate_hz: float) -> FloatArray:
    level = fast_rms(x, rate_hz).reshape(x.shape[0], -1, FAST_RATE_HZ)
    level = np.asarray(order.median(level), np.float32)
    return np.asarray((level / (running_median(level, 15) + 0.5)).max(axis=0))


def _means(x: FloatArray) -> FloatArray:
    """Mean of each cell; a matrix product is many times faster than a reduction over so few samples."""
    width = x.shape[-1]
    return np.asarray(x @ np.full(width, 1 / width, np.float32), np.float32)


def _density(x: FloatArray, rate_hz: float, rereference: bool) -> tuple[FloatArray, NDArray[np.float64]]:
    """One-sided power density (µV²/Hz) of Hann-tapered cells without their linear trend."""
    from scipy import fft

    width = x.shape[-1]
    common = x.mean(axis=0) if rereference and x.shape[0] >= 4 else np.float32(0)
    ramp = np.linspace(-1, 1, width, dtype=np.float32)
    taper = np.hanning(width).astype(np.float32)
    scale = np.float32(2 / (rate_hz * float(taper @ taper)))
    power = np.empty((*x.shape[:2], width // 2 + 1), np.float32)
    # Row by row stays in the cache.
    for row, out in zip(x, power, strict=True):
        y = row - common
        y -= y.mean(axis=-1, keepdims=True)
        y -= (y @ ramp / (ramp @ ramp))[:, None] * ramp
        y *= taper
        spectrum = fft.rfft(y, axis=-1)
        np.square(spectrum.real, out=out)
        out += np.square(spectrum.imag)
        out *= scale
    return power, np.asarray(np.fft.rfftfreq(width, 1 / rate_hz), np.float64)


def fast_rms(x: FloatArray, rate_hz: float) -> FloatArray:
    """Root mean square at 30-70 Hz of short cells, free of what slow waves leave in a short window."""
    width = x.shape[-1]
    if width < 8:
        return np.zeros(x.shape[:-1], np.float32)
    t = np.linspace(-1, 1, width)
    trend, _ = np.linalg.qr(np.stack([np.ones(width), t, t**2], axis=1))
    taper = np.hanning(width + 2)[1:-1]
    step = rate_hz / width
    bins = [j for j in range(1, width // 2) if 30 <= j * step <= min(70.0, 0.45 * rate_hz)]
    phase = 2 * np.pi * np.outer(np.arange(width), bins) / width
    waves = np.concatenate([np.cos(phase), np.sin(phase)], axis=1) * taper[:, None]
    waves -= trend @ (trend.T @ waves)
    projected = x.reshape(-1, width) @ waves.astype(np.float32)
    power = np.einsum("ij,ij->i", projected, projected) * (2 * step / (rate_hz * float(taper @ taper)))
    return np.asarray(np.sqrt(power).reshape(x.shape[:-1]), np.float32)
