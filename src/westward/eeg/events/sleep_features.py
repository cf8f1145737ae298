"""What sleep staging needs from the samples: a few columns per second, one spectrum per epoch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events import eye_movement, spindle
from westward.eeg.events.hypnogram import EPOCH_S
from westward.eeg.events.spindle import SpindleParameters, Spindles
from westward.eeg.signal import filters, order, windows

FloatArray = NDArray[np.float32]

REGIONS = ("frontal", "central", "temporal", "posterior")
COLUMNS = (
    "amplitude_uv", "slow", "theta", "alpha", "sigma", "beta", "muscle_uv", "muscle_high_uv", "chin_uv", "limb_uv",
    "blink_uv", "blink_background_uv", "saccade_uv", "inphase_uv", "eog_saccade_uv", "eog_inphase_uv",
)  # fmt: skip
"""Per-second columns. ``slow`` to ``beta`` are log10 µV² of 0.5-4, 4-8, 8-11, 11-15.5 and 15.5-25 Hz, the median
over derivations; ``muscle_uv`` and ``muscle_high_uv`` are the RMS above 25 Hz of the middle and the upper of the
frontal and temporal derivations; the rest is explained in :mod:`westward.eeg.events.eye_movement`. NaN where the
recording has nothing to measure it from."""
_BANDS_HZ = ((0.5, 4.0), (4.0, 8.0), (8.0, 11.0), (11.0, 15.5), (15.5, 25.0))
_RIM = ("Fp1-F7", "Fp2-F8", "F7-T7", "F8-T8", "T7-P7", "T8-P8")


@dataclass(frozen=True, slots=True)
class SleepFeatureParameters:
    """Tunable numbers of :func:`measure`.

    Attributes
    ----------
    window_s : float
        Hann window around each second for spectra (derived: 0.5-Hz resolution).
    top_hz : float
        Highest frequency kept of the spectra (policy).
    muscle_low_hz, muscle_high_hz : float
        Band in which muscle outweighs EEG and no mains frequency lies (derived).
    muscle_window_s : float
        Muscle is the median of this short RMS within a second, so that a spike or a QRS complex is not muscle.
    spindle : SpindleParameters
    """

    window_s: float = 2.0
    top_hz: float = 45.0
    muscle_low_hz: float = 25.0
    muscle_high_hz: float = 46.0
    muscle_window_s: float = 0.2
    spindle: SpindleParameters = field(default_factory=SpindleParameters)


@dataclass(frozen=True, eq=False)
class SleepFeatures:
    """Measures of one block or of a whole night.

    Attributes
    ----------
    second : int64 array, shape (n_seconds,)
        Recording second k, covering ``[k, k+1)``, of each row of ``per_second``.
    per_second : float32 array, shape (n_seconds, len(COLUMNS))
    epoch : int64 array, shape (n_epochs,)
        Index k of each 30-s epoch that lies wholly inside a segment.
    frequency_hz : float array, shape (n_bins,)
    spectrum : float32 array, shape (n_epochs, len(REGIONS), n_bins)
        log10 µV²/Hz, geometric mean over the epoch's seconds, median over the region's derivations.
    spindles : Spindles
    """

    second: NDArray[np.int64]
    per_second: FloatArray
    epoch: NDArray[np.int64]
    frequency_hz: NDArray[np.float64]
    spectrum: FloatArray
    spindles: Spindles

    @classmethod
    def concatenate(cls, parts: Iterable[SleepFeatures]) -> SleepFeatures:
        """All parts in order of time."""
        kept = [p for p in parts if len(p.frequency_hz)]
        if not kept:
            none = np.zeros(0, np.int64)
            nothing = np.zeros((0, len(COLUMNS)), np.float32)
            spectrum = np.zeros((0, len(REGIONS), 0), np.float32)
            return cls(none, nothing, none, np.zeros(0), spectrum, Spindles.concatenate([]))
        second = np.concatenate([p.second for p in kept])
        epoch = np.concatenate([p.epoch for p in kept])
        by_second, by_epoch = np.argsort(second, kind="stable"), np.argsort(epoch, kind="stable")
        return cls(
            second[by_second],
            np.concatenate([p.per_second for p in kept])[by_second],
            epoch[by_epoch],
            kept[0].frequency_hz,
            np.concatenate([p.spectrum for p in kept])[by_epoch],
            Spindles.concatenate(p.spindles for p in kept),
        )

    def by_epoch(self, column: str, n_epochs: int) -> FloatArray:
        """One column as an array of shape (n_epochs, 30); NaN where there is no signal."""
        n_seconds = n_epochs * round(EPOCH_S)
        out = np.full(n_seconds, np.nan, np.float32)
        inside = (self.second >= 0) & (self.second < n_seconds)
        out[self.second[inside]] = self.per_second[inside, COLUMNS.index(column)]
        return out.reshape(n_epochs, round(EPOCH_S))


def measure(block: Block, *, parameters: SleepFeatureParameters = SleepFeatureParameters()) -> SleepFeatures:
    """Measure one block; the same values come out however the recording is cut into blocks.

    Parameters
    ----------
    block : Block
        Any rate from 50 Hz; columns that the rate cannot carry (muscle below 60 Hz) are NaN.
    """
    seconds = np.array(block.whole_cells(1.0), np.int64)
    length = round(parameters.window_s * block.sfreq_hz)
    if not len(seconds) or not len(block.derivations) or block.n_samples < length:
        return SleepFeatures.concatenate([])
    frequency, density = _spectra(block, seconds, length, parameters)
    values = np.full((len(seconds), len(COLUMNS)), np.nan, np.float32)
    columns = {name: i for i, name in enumerate(COLUMNS)}
    for (low, high), name in zip(_BANDS_HZ, COLUMNS[1:6], strict=True):
        band = (frequency >= low - 1e-3) & (frequency < high - 1e-3)
        if band.any() and high <= block.sfreq_hz / 2:
            power = density[..., band].sum(axis=-1) * (block.sfreq_hz / length)
            values[:, columns[name]] = order.median(np.log10(power + 1e-6), axis=0)
    per_second = round(block.sfreq_hz)
    at = cells(block, seconds, per_second)
    values[:, columns["amplitude_uv"]] = order.median(
        np.ptp(windows.at(block.bipolar, at, per_second), axis=-1), axis=0
    )
    groups = (_rim_rows(block), _emg(block, chin=True), _emg(block, chin=False))
    # One filter for all: its cost hardly depends on the number of rows.
    muscle = _muscle(block, np.concatenate(groups), seconds, parameters)
    if muscle is not None:
        rim, chin, limb = np.split(muscle, np.cumsum([len(rows) for rows in groups])[:2])
        values[:, columns["muscle_high_uv"]] = np.quantile(rim, 0.8, axis=0)
        for name, rows in (("muscle_uv", rim), ("chin_uv", chin), ("limb_uv", limb)):
            if len(rows):
                values[:, columns[name]] = order.median(rows, axis=0)
    for name, column in eye_movement.measure(block, seconds).items():
        values[:, columns[name]] = column
    epochs, spectrum = _epoch_spectra(block, seconds, density)
    spindles = spindle.detect(block, parameters=parameters.spindle)
    return SleepFeatures(seconds, values, epochs, frequency, spectrum, spindles)


def cells(block: Block, seconds: NDArray[np.int64], length: int, lead_s: float = 0.0) -> NDArray[np.intp]:
    """First sample of a window of ``length`` samples for each second, ``lead_s`` before it, kept inside the block."""
    return windows.first_samples(
        seconds - lead_s, start_s=block.start_s, sfreq_hz=block.sfreq_hz, length=length, n_samples=block.n_samples
    )


def _spectra(
    block: Block, seconds: NDArray[np.int64], length: int, p: SleepFeatureParameters
) -> tuple[NDArray[np.float64], FloatArray]:
    """Power density, shape (n_derivations, n_seconds, n_bins), µV²/Hz."""
    from scipy import fft

    fs = block.sfreq_hz
    bins = np.arange(length // 2 + 1) * fs / length
    keep = (bins > 0.25) & (bins <= min(p.top_hz, 0.46 * fs))
    first, last = int(keep.argmax()), len(keep) - int(keep[::-1].argmax())
    taper = np.hanning(length + 1)[:-1].astype(np.float32)
    scale = np.float32(2 / (fs * float((taper**2).sum())))
    at = cells(block, seconds, length, (p.window_s - 1) / 2)
    out = np.empty((len(block.derivations), len(seconds), int(keep.sum())), np.float32)
    for row, signal in enumerate(block.bipolar):
        pieces = windows.at(signal, at, length)
        pieces -= pieces.mean(axis=-1, keepdims=True)
        pieces *= taper
        spectrum = fft.rfft(pieces, axis=-1)[:, first:last]
        np.square(spectrum.real, out=out[row])
        out[row] += np.square(spectrum.imag)
        out[row] *= scale
    return bins[keep], out


def _epoch_spectra(
    block: Block, seconds: NDArray[np.int64], density: FloatArray
) -> tuple[NDArray[np.int64], FloatArray]:
    epochs = np.array(block.whole_cells(EPOCH_S), np.int64)
    per_epoch = round(EPOCH_S)
    if not len(epochs):
        return epochs, np.zeros((0, len(REGIONS), density.shape[-1]), np.float32)
    first = int(epochs[0] * per_epoch - seconds[0])
    inside = density[:, first : first + len(epochs) * per_epoch]
    levels = np.log10(inside + 1e-6).reshape(len(density), len(epochs), per_epoch, -1).mean(axis=2)
    regions = [region_of(d) for d in block.derivations]
    out = np.empty((len(epochs), len(REGIONS), density.shape[-1]), np.float32)
    for i, region in enumerate(REGIONS):
        rows = [r for r, names in enumerate(regions) if region in names] or list(range(len(density)))
        out[:, i] = order.median(levels[rows], axis=0)
    return epochs, out


def region_of(derivation: str) -> tuple[str, ...]:
    """Regions a derivation belongs to, from the letters of its electrodes; none when they say nothing."""
    letters = {part.strip().upper()[:1] for part in derivation.replace("EEG", "").split("-") if part.strip()}
    names = []
    if "O" in letters:
        names.append("posterior")
    elif "T" in letters:
        names.append("temporal")
    elif "C" in letters:
        names.append("central")
    if "F" in letters and not {"O", "T"} & letters and "FP" not in derivation.upper():
        names.append("frontal")
    return tuple(names)


def _rim_rows(block: Block) -> FloatArray:
    rows = [i for i, d in enumerate(block.derivations) if d in _RIM]
    return block.bipolar[rows] if rows else block.bipolar[:6]


def _emg(block: Block, *, chin: bool) -> FloatArray:
    rows = [
        x
        for name, x in block.aux.items()
        if name.upper().startswith("EMG") and any(w in name.lower() for w in ("chin", "submental", "ment")) is chin
    ]
    return np.stack(rows) if rows else np.zeros((0, block.n_samples), np.float32)


def _muscle(block: Block, rows: FloatArray, seconds: NDArray[np.int64], p: SleepFeatureParameters) -> FloatArray | None:
    """RMS of fast activity per row and second, shape (n_rows, n_seconds), µV."""
    fs = block.sfreq_hz
    high = min(p.muscle_high_hz, 0.45 * fs)
    if not len(rows) or high < p.muscle_low_hz + 5:
        return None
    fast = filters.bandpass(rows, p.muscle_low_hz, high if high < 0.45 * fs else None, fs)
    short = max(4, round(p.muscle_window_s * fs))
    total = np.cumsum(np.square(fast, dtype=np.float64), axis=-1)
    total = np.concatenate([np.zeros((len(rows), 1)), total], axis=-1)
    n_short = max(1, round(fs) // short)
    at = cells(block, seconds, n_short * short)[:, None] + np.arange(n_short) * short
    mean_square = (total[:, at + short] - total[:, at]) / short
    return np.asarray(np.sqrt(np.maximum(order.median(mean_square), 0)), np.float32)
