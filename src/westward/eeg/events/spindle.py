"""Sleep spindles, as evidence for NREM sleep and as events of their own."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import EPOCH_S, STATES, Hypnogram
from westward.eeg.signal import windows

FloatArray = NDArray[np.float32]
_LOOK_S = 10.0
_TOP_HZ = 24.0
"""End of the upper flank."""
_CENTRAL = ("F3-C3", "C3-P3", "F4-C4", "C4-P4", "Fz-Cz", "Cz-Pz")


@dataclass(frozen=True, slots=True)
class SpindleParameters:
    """Tunable numbers of :func:`detect`.

    Attributes
    ----------
    low_hz, high_hz : float
        Spindle band, 11-16 Hz: infants 12.8-13.3 Hz (Ventura 2022, excerpt) with room for the frontal slow type.
    window_s, step_s : float
        Sliding Hann window and its step (derived).
    peak_ratio, extent_ratio : float
        Power density of the band over the geometric mean of its flanks (6-9.5 and 17-24 Hz) that starts a
        spindle, and that it may fall to while it lasts. A spike raises all three bands alike (derived).
    min_occupancy : float
        Least share of a window over which its slope is spread (participation ratio of eighths). Two spikes 75 ms
        apart also make a peak at 13 Hz, but in a quarter of the window (derived).
    min_rms_uv : float
        Least amplitude in the band, µV RMS (derived; a 12 µV peak-to-peak sine has 4.2).
    min_duration_s, max_duration_s : float
        0.5 s by definition; infants' spindles last up to several seconds (Louis 1992, excerpt).
    """

    low_hz: float = 11.0
    high_hz: float = 16.0
    window_s: float = 1.0
    step_s: float = 0.25
    peak_ratio: float = 8.0
    extent_ratio: float = 3.5
    min_occupancy: float = 0.42
    min_rms_uv: float = 2.5
    min_duration_s: float = 0.5
    max_duration_s: float = 8.0


@dataclass(frozen=True, eq=False)
class Spindles:
    """Columns of equal length, sorted by ``onset_s``.

    Attributes
    ----------
    onset_s : float64
        Recording time.
    duration_s : float32
    frequency_hz : float32
        Peak frequency.
    amplitude_uv : float32
        Peak-to-peak of a sine with the band's largest RMS, µV.
    side : int8
        -1 left, 0 midline or unknown, 1 right.
    """

    onset_s: NDArray[np.float64]
    duration_s: FloatArray
    frequency_hz: FloatArray
    amplitude_uv: FloatArray
    side: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.onset_s)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Spindles:
        """The chosen rows."""
        return Spindles(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def concatenate(cls, parts: Iterable[Spindles]) -> Spindles:
        """All parts in order of time."""
        kept = list(parts)
        if not kept:
            empty = np.zeros(0, np.float32)
            return cls(np.zeros(0), empty, empty, empty, np.zeros(0, np.int8))
        joined = cls(*(np.concatenate([getattr(p, f.name) for p in kept]) for f in fields(cls)))
        return joined.select(np.argsort(joined.onset_s, kind="stable"))


def detect(block: Block, *, parameters: SpindleParameters = SpindleParameters()) -> Spindles:
    """Spindles whose onset lies in the core, over the central derivations of each side.

    A spindle is a run of windows whose spectrum stands out in the spindle band against both flanks on any
    central derivation of a side. Background amplitude does not matter: a high-voltage slow background has
    little power in the flanks either.

    Notes
    -----
    Human markers agree poorly on single spindles (F1 0.47; Kwon 2023, excerpt): use density.
    """
    rows = _central_rows(block.derivations)
    first = block.core_start_s - _LOOK_S
    length = round(parameters.window_s * block.sfreq_hz)
    step = parameters.step_s
    start = max(first, block.time(0))
    k0 = int(np.ceil(start / step - 1e-6))
    stop = min(block.core_stop_s + _LOOK_S, block.time(block.n_samples)) - parameters.window_s
    k1 = int(np.floor(stop / step + 1e-6)) + 1
    if not rows or k1 <= k0 or block.sfreq_hz < 2.4 * parameters.high_hz:
        return Spindles.concatenate([])
    at_s = np.arange(k0, k1, dtype=np.float64) * step
    at = np.clip(np.round((at_s - block.start_s) * block.sfreq_hz).astype(np.intp), 0, block.n_samples - length)
    parts = []
    for side in (-1, 0, 1):
        chosen = [r for r, s in rows if s == side]
        if chosen:
            parts.append(_runs(block, chosen, at, at_s, length, side, parameters))
    return Spindles.concatenate(parts)


def events(spindles: Spindles, hypnogram: Hypnogram) -> list[Event]:
    """Spindles that lie in NREM sleep, as ``spindle`` events; what overlaps on several sides is one event."""
    epoch = (spindles.onset_s // EPOCH_S).astype(np.intp)
    inside = (epoch >= 0) & (epoch < len(hypnogram.state))
    nrem = np.zeros(len(spindles), bool)
    nrem[inside] = hypnogram.state[epoch[inside]] == STATES.index("nrem")
    kept = spindles.select(nrem)
    out: list[Event] = []
    names = {-1: "C3", 0: "Cz", 1: "C4"}
    group: list[int] = []

    def close() -> None:
        onset = float(kept.onset_s[group[0]])
        stop = max(float(kept.onset_s[i] + kept.duration_s[i]) for i in group)
        largest = max(group, key=lambda i: float(kept.amplitude_uv[i]))
        out.append(
            Event(
                onset,
                stop - onset,
                "spindle",
                tuple(sorted({names[int(kept.side[i])] for i in group})),
                float(hypnogram.confidence[int(onset // EPOCH_S)]),
                amplitude_uv=float(kept.amplitude_uv[largest]),
                state="nrem",
                reason=f"{kept.frequency_hz[largest]:.1f} Hz, above both neighboring bands",
            )
        )

    end = -np.inf
    for i in range(len(kept)):
        if group and kept.onset_s[i] >= end:
            close()
            group, end = [], -np.inf
        group.append(i)
        end = max(end, float(kept.onset_s[i] + kept.duration_s[i]))
    if group:
        close()
    return out


def _central_rows(derivations: tuple[str, ...]) -> list[tuple[int, int]]:
    """Rows to look at and their side; without known central derivations the first few of any kind."""
    known = [(i, -1 if "3" in d else 1 if "4" in d else 0) for i, d in enumerate(derivations) if d in _CENTRAL]
    if known:
        return known
    named = [(i, 0) for i, d in enumerate(derivations) if "C" in d.upper().split(" ")[-1]]
    return (named or [(i, 0) for i in range(len(derivations))])[:4]


def _runs(
    block: Block,
    rows: list[int],
    at: NDArray[np.intp],
    at_s: NDArray[np.float64],
    length: int,
    side: int,
    p: SpindleParameters,
) -> Spindles:
    from scipy import fft

    fs = block.sfreq_hz
    frequency = np.arange(length // 2 + 1) * fs / length
    taper = np.hanning(length + 1)[:-1].astype(np.float32)
    scale = np.float32(2 / (fs * float((taper**2).sum())))
    pieces = windows.at(block.bipolar[rows], at, length)
    spectrum = fft.rfft(pieces * taper, axis=-1)[..., : int(np.searchsorted(frequency, _TOP_HZ, side="right"))]
    frequency = frequency[: spectrum.shape[-1]]
    density = (np.square(spectrum.real) + np.square(spectrum.imag)) * scale
    band = (frequency >= p.low_hz - 0.01) & (frequency <= p.high_hz + 0.01)
    low = (frequency >= 6) & (frequency <= 9.5)
    high = (frequency >= 17) & (frequency <= _TOP_HZ)
    wide = np.flatnonzero((frequency >= 8) & (frequency <= 19))
    inside = density[..., band]
    power = inside.sum(axis=-1) * (fs / length)
    flank = np.sqrt(density[..., low].mean(axis=-1) * density[..., high].mean(axis=-1)) + 1e-6
    ratio = inside.mean(axis=-1) / flank
    slope = np.square(np.diff(pieces, axis=-1))
    eighth = slope.shape[-1] // 8
    energy = slope[..., : 8 * eighth].reshape(*slope.shape[:-1], 8, eighth).sum(axis=-1)
    occupancy = energy.sum(axis=-1) ** 2 / (8 * np.square(energy).sum(axis=-1) + 1e-6)
    ratio *= (power >= p.min_rms_uv**2) & (occupancy >= p.min_occupancy)
    best = ratio.argmax(axis=0)
    column = np.arange(len(at))
    ratio_best, power_best = ratio[best, column], power[best, column]
    peak_hz = frequency[wide][density[best, column][:, wide].argmax(axis=-1)]
    ratio_best = np.where((peak_hz >= p.low_hz) & (peak_hz <= p.high_hz), ratio_best, 0)
    # A window is as long as a short spindle and smears it; the middle of each window stands for its step.
    middle_s = at_s + (p.window_s - p.step_s) / 2
    edges = np.diff(np.concatenate([[0], (ratio_best >= p.extent_ratio).astype(np.int8), [0]]))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(starts):
        return Spindles.concatenate([])
    padded = np.append(ratio_best, 0)
    peak = np.maximum.reduceat(padded, np.stack([starts, stops], axis=1).ravel())[::2]
    duration = (stops - starts) * p.step_s
    onset = middle_s[starts]
    keep = (peak >= p.peak_ratio) & (duration >= p.min_duration_s) & (duration <= p.max_duration_s)
    keep &= (onset >= block.core_start_s - 1e-9) & (onset < block.core_stop_s - 1e-9)
    starts, stops = starts[keep], stops[keep]
    at_peak = np.array([a + int(power_best[a:b].argmax()) for a, b in zip(starts, stops, strict=True)], np.intp)
    return Spindles(
        onset[keep],
        duration[keep].astype(np.float32),
        peak_hz[at_peak].astype(np.float32),
        (2 * np.sqrt(2 * power_best[at_peak])).astype(np.float32),
        np.full(len(at_peak), side, np.int8),
    )


def detect_reference(block: Block, *, parameters: SpindleParameters = SpindleParameters()) -> Spindles:
    """:func:`detect`, one window and derivation at a time."""
    p, fs = parameters, block.sfreq_hz
    length, found = round(p.window_s * fs), []
    k0 = int(np.ceil(max(block.core_start_s - _LOOK_S, block.time(0)) / p.step_s - 1e-6))
    k1 = int(np.floor((min(block.core_stop_s + _LOOK_S, block.time(block.n_samples)) - p.window_s) / p.step_s + 1e-6))
    if fs < 2.4 * p.high_hz:
        return Spindles.concatenate([])
    for side in (-1, 0, 1):
        rows = [r for r, s in _central_rows(block.derivations) if s == side]
        run: list[tuple[float, float, float, float]] = []
        for k in range(k0, k1 + 1 if rows else k0):
            at = min(max(round((k * p.step_s - block.start_s) * fs), 0), block.n_samples - length)
            pieces = block.bipolar[:, at : at + length].astype(np.float64)
            ratio, power, peak_hz = max((_window_reference(pieces[r], fs, p) for r in rows), key=lambda found: found[0])
            if ratio >= p.extent_ratio:
                run.append((k * p.step_s + (p.window_s - p.step_s) / 2, ratio, power, peak_hz))
            if run and (ratio < p.extent_ratio or k == k1):
                duration = len(run) * p.step_s
                best = max(run, key=lambda row: row[2])
                if (
                    max(row[1] for row in run) >= p.peak_ratio
                    and p.min_duration_s <= duration <= p.max_duration_s
                    and block.core_start_s - 1e-9 <= run[0][0] < block.core_stop_s - 1e-9
                ):
                    found.append((run[0][0], duration, best[3], 2 * np.sqrt(2 * best[2]), side))
                run = []
    table = np.array(sorted(found, key=lambda row: row[0]), np.float64).reshape(-1, 5)
    length_s, hz, uv = (column.astype(np.float32) for column in table.T[1:4])
    return Spindles(table[:, 0], length_s, hz, uv, table[:, 4].astype(np.int8))


def _window_reference(x: NDArray[np.float64], fs: float, p: SpindleParameters) -> tuple[float, float, float]:
    """Ratio (0 where it is no spindle), power of the band and peak frequency of one window."""
    taper = np.hanning(len(x) + 1)[:-1]
    density = {k * fs / len(x): 2 * abs(v) ** 2 / (fs * (taper**2).sum()) for k, v in enumerate(np.fft.rfft(x * taper))}

    def within(low: float, high: float) -> list[float]:
        return [v for hz, v in density.items() if low <= hz <= high]

    band = within(p.low_hz - 0.01, p.high_hz + 0.01)
    flank = np.sqrt(np.mean(within(6, 9.5)) * np.mean(within(17, _TOP_HZ))) + 1e-6
    peak_hz = max((hz for hz in density if 8 <= hz <= 19), key=lambda hz: density[hz])
    slope = [(b - a) ** 2 for a, b in itertools.pairwise(x)]
    eighth = len(slope) // 8
    energy = [sum(slope[k * eighth : (k + 1) * eighth]) for k in range(8)]
    occupancy = sum(energy) ** 2 / (8 * sum(e**2 for e in energy) + 1e-6)
    power = sum(band) * fs / len(x)
    if power < p.min_rms_uv**2 or occupancy < p.min_occupancy or not p.low_hz <= peak_hz <= p.high_hz:
        return 0.0, power, peak_hz
    return float(np.mean(band) / flank), power, peak_hz
