"""What is measured of a wave that may be a spike: one small array per feature, nothing judged."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events import spike_shape as shape
from westward.eeg.signal import order

FloatArray = NDArray[np.float32]
Rows = NDArray[np.intp]
LOCAL_QUANTILE = 0.7
"""Above the median, so that a burst of a second is its own surround; below the share that dense spiking fills."""
LOCAL_RINGS_S = ((0.8, 0.10), (0.4, 0.08))
"""Reach and inner radius of the surrounds of a wave; the louder one counts."""
HALF_NORMAL_QUANTILE = 1.0364
"""That quantile of the absolute value of a standard normal variable."""


@dataclass(frozen=True, eq=False)
class Sharpness:
    """Dense sharpness of a block and the running background of it.

    Attributes
    ----------
    smooth : float32 array, shape (n_channels, n_samples)
        Lightly smoothed potentials (or derivations), µV.
    scales : float32 array, shape (3, n_channels, n_samples)
        Second differences at the span of a short spike, a spike and a sharp wave, µV.
    edges : int array, shape (n_seconds + 1,)
        First sample of each whole second, and the end of the last one.
    background : float32 array, shape (3, n_channels, n_seconds)
        Running standard deviation of each scale, robust, µV; beyond the whole seconds that of the nearest.
    fine : float32 array, shape (n_channels, n_samples)
        Second difference at 8 ms of the unsmoothed signal: muscle, motor units, µV.
    usual_fine : float32 array, shape (n_channels, n_seconds)
        Running median of its absolute value, µV.
    """

    smooth: FloatArray
    scales: FloatArray
    edges: Rows
    background: FloatArray
    fine: FloatArray
    usual_fine: FloatArray

    def second(self, sample: Rows) -> Rows:
        """Column of ``background`` and ``usual_fine`` for each sample."""
        return np.searchsorted(self.edges[1:-1], sample, side="right")


@dataclass(frozen=True, eq=False)
class Peaks:
    """Sharp peaks in order of time: sample, channel row, scale (0 short, 1 spike, 2 sharp wave), value and contrast."""

    sample: Rows
    row: Rows
    scale: Rows
    value: FloatArray
    ratio: FloatArray

    def __len__(self) -> int:
        return len(self.sample)

    def select(self, rows: NDArray[np.bool_] | Rows) -> Peaks:
        """The chosen ones."""
        return Peaks(*(getattr(self, f.name)[rows] for f in fields(self)))


@dataclass(frozen=True, eq=False)
class Waves:
    """Features of peaks; every array has shape (n,) unless said otherwise.

    Attributes
    ----------
    sample, row, scale
        Where: sample of the block, channel with the largest wave, scale of :class:`Peaks`.
    sign : int8
        -1 for a surface-negative wave.
    height_uv : float32
        Sharpness at the peak, µV.
    contrast, local_contrast : float32
        Height over the running background, and over the background of the second around.
    muscle_contrast : float32
        Height over the fine (above 30 Hz) activity around.
    muscle_burst : float32
        Fine activity around over the usual fine activity of the channel.
    pointed : float32
        Fine sharpness over spike sharpness: near 1 for motor units, about 0.5 for a spike of 40 ms.
    crisp : float32
        Sharpness at the span of a spike over that of a sharp wave: 0.2 for any slow wave, 0.9 for a spike.
    left_s, right_s : float32
        Half-width at half height on either side.
    share : float32, shape (n, n_channels)
        Height at each channel over that of the peak, same sign positive.
    field : float32
        Mean share of the (up to three) best neighbors.
    echoes : int
        Peaks of the same sign and at least half the height within 0.35 s on the same channel: rhythm.
    slow : float32
        Height of the after-going wave over the usual slow swings of the channel (robust standard deviation).
    slow_stop_s : float32
        Its end after the peak; 0 where there is none.
    """

    sample: Rows
    row: Rows
    scale: Rows
    sign: NDArray[np.int8]
    height_uv: FloatArray
    contrast: FloatArray
    local_contrast: FloatArray
    muscle_contrast: FloatArray
    muscle_burst: FloatArray
    pointed: FloatArray
    crisp: FloatArray
    left_s: FloatArray
    right_s: FloatArray
    share: FloatArray
    field: FloatArray
    echoes: Rows
    slow: FloatArray
    slow_stop_s: FloatArray

    def __len__(self) -> int:
        return len(self.sample)

    @property
    def width_s(self) -> FloatArray:
        """Width at half height."""
        return self.left_s + self.right_s

    def select(self, rows: NDArray[np.bool_] | Rows) -> Waves:
        """The chosen ones."""
        return Waves(*(getattr(self, f.name)[rows] for f in fields(self)))


def samples(seconds: float, sfreq_hz: float) -> int:
    """Nearest number of samples, at least one."""
    return max(1, round(seconds * sfreq_hz))


def measure(peaks: Peaks, dense: Sharpness, near: NDArray[np.bool_], sfreq_hz: float, floor_uv: float) -> Waves:
    """Measure the wave of each peak.

    Parameters
    ----------
    near : bool array, shape (n_channels, n_channels)
        Neighbors; all false when positions are unknown.
    floor_uv : float
        Smallest background, µV.
    """
    fs, n, m = sfreq_hz, len(peaks), len(dense.smooth)
    one = np.arange(n)
    sign = np.sign(peaks.value).astype(np.int8)
    wiggle = samples(0.012, fs)
    offsets = np.arange(-wiggle, wiggle + 1)
    columns = np.clip(peaks.sample[:, None] + offsets, 0, dense.smooth.shape[1] - 1)
    everywhere = dense.scales[peaks.scale[:, None, None], np.arange(m)[None, :, None], columns[:, None, :]]
    everywhere *= sign[:, None, None]
    best = everywhere.max(axis=2)
    now = everywhere[:, :, wiggle]
    signed = np.where(now < -0.3 * np.abs(peaks.value)[:, None], now, best)
    # The peak was chosen by contrast; the wave belongs to the neighbor where it is largest.
    candidates = near[peaks.row]
    candidates[one, peaks.row] = True
    row = np.where(candidates, best, -np.inf).argmax(axis=1)
    sample = columns[one, everywhere[one, row].argmax(axis=1)]
    height = np.maximum(best[one, row], 1e-3)
    share = signed / height[:, None]
    second = dense.second(sample)
    background = dense.background[peaks.scale, row, second]

    local = np.full(n, floor_uv)
    for reach_s, skip_s in LOCAL_RINGS_S:
        ring = _clip(sample, _ring(skip_s, reach_s, fs, 2), dense)
        level = np.abs(dense.scales[peaks.scale[:, None], row[:, None], ring])
        rank = round(LOCAL_QUANTILE * level.shape[1])
        local = np.maximum(local, np.partition(level, rank, axis=1)[:, rank] / HALF_NORMAL_QUANTILE)
    fine = order.median(np.abs(shape.gather(dense.fine, row, sample, _ring(0.04, 0.30, fs, 1))))
    at = np.arange(-wiggle, wiggle + 1)
    narrow, wide = (np.abs(shape.gather(s, row, sample, at)).max(axis=1) for s in dense.scales[1:])
    finest = np.abs(shape.gather(dense.fine, row, sample, at)).max(axis=1)

    foot = samples(0.09, fs)
    y = sign[:, None] * shape.gather(dense.smooth, row, sample, np.arange(-foot, foot + 1))
    left, right, _ = shape.half_widths(y, foot, foot)
    slow, slow_stop_s = _slow_wave(dense.smooth, row, sample, sign, fs)
    neighbors = np.sort(np.where(near[row], share, -np.inf), axis=1)[:, ::-1][:, :3]
    count = np.maximum(np.isfinite(neighbors).sum(axis=1), 1)
    field = np.where(np.isfinite(neighbors), neighbors, 0).sum(axis=1) / count
    return Waves(
        sample=sample,
        row=row,
        scale=peaks.scale,
        sign=sign,
        height_uv=np.asarray(height, np.float32),
        contrast=np.asarray(height / background, np.float32),
        local_contrast=np.asarray(height / local, np.float32),
        muscle_contrast=np.asarray(height / np.maximum(fine, 0.3), np.float32),
        muscle_burst=np.asarray(fine / dense.usual_fine[row, second], np.float32),
        pointed=np.asarray(finest / np.maximum(narrow, 1e-3), np.float32),
        crisp=np.asarray(narrow / np.maximum(wide, 1e-3), np.float32),
        left_s=np.asarray(left / fs, np.float32),
        right_s=np.asarray(right / fs, np.float32),
        share=np.asarray(share, np.float32),
        field=np.asarray(field, np.float32),
        echoes=_echoes(dense, peaks.scale, row, sample, sign, height, fs),
        slow=slow,
        slow_stop_s=slow_stop_s,
    )


def _ring(inner_s: float, outer_s: float, fs: float, step: int) -> Rows:
    side = np.arange(samples(inner_s, fs), samples(outer_s, fs), step)
    return np.concatenate([-side[::-1], side])


def _clip(sample: Rows, offsets: Rows, dense: Sharpness) -> Rows:
    return np.asarray(np.clip(sample[:, None] + offsets, 0, dense.smooth.shape[1] - 1))


def _echoes(
    dense: Sharpness, scale: Rows, row: Rows, sample: Rows, sign: NDArray[np.int8], height: FloatArray, fs: float
) -> Rows:
    reach, skip = samples(0.35, fs), samples(0.04, fs)
    offsets = np.arange(-reach, reach + 1)
    y = sign[:, None] * dense.scales[scale[:, None], row[:, None], _clip(sample, offsets, dense)]
    peak = (y[:, 1:-1] >= y[:, :-2]) & (y[:, 1:-1] > y[:, 2:]) & (y[:, 1:-1] >= 0.5 * height[:, None])
    peak &= np.abs(offsets[1:-1]) >= skip
    return np.asarray(peak.sum(axis=1), np.intp)


def _slow_wave(
    x: FloatArray, row: Rows, sample: Rows, sign: NDArray[np.int8], fs: float
) -> tuple[FloatArray, FloatArray]:
    """Height of the after-going slow wave over the usual slow swings, and its end (0 for none)."""
    step = max(1, samples(0.016, fs))
    n = 5  # about 80 ms
    offsets = np.arange(-samples(1.6, fs), samples(1.6, fs), step)
    y = sign[:, None] * shape.gather(x, row, sample, offsets)
    cumulated = np.cumsum(np.pad(y, ((0, 0), (1, 0))), axis=1)
    mean = (cumulated[:, n:] - cumulated[:, :-n]) / n
    center_s = (offsets[: mean.shape[1]] + (n - 1) / 2 * step) / fs
    before, after = (center_s > -0.30) & (center_s < -0.08), (center_s > 0.09) & (center_s < 0.6)
    lag = round(0.3 * fs / step)
    usual = order.median(np.abs(mean[:, lag:] - mean[:, :-lag])) * shape.MEDIAN_TO_SD
    rise = mean[:, after] - mean[:, before].mean(axis=1, keepdims=True)
    inside = rise[:, : rise.shape[1] * 3 // 5]
    at, top = inside.argmax(axis=1), inside.max(axis=1)
    over = np.asarray(top / np.maximum(usual, 1), np.float32)
    past = (np.arange(rise.shape[1]) > at[:, None]) & (rise < 0.3 * top[:, None])
    stop = np.where(past.any(axis=1), past.argmax(axis=1), rise.shape[1] - 1)
    stop_s = np.where(over > 1.0, center_s[after][stop] + n / 2 * step / fs, 0.0)
    return over, np.asarray(stop_s, np.float32)
