"""Infants that sleep and wake, for tests of staging: built from textbook descriptions, state by state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tests.support.infant_signals import field, positions
from westward.eeg.block import MARGIN_S, Block
from westward.eeg.signal import filters, montage
from westward.eeg.signal.montage import ELECTRODES

RATE_HZ = 128.0
EPOCH = round(30 * RATE_HZ)
WAKE, DROWSY, NREM, REM = range(4)
FRONT = positions()[:, 1]


@dataclass(frozen=True, eq=False)
class Night:
    """A whole recording in memory, with the states it was made from."""

    potentials: np.ndarray
    bipolar: np.ndarray
    derivations: tuple[str, ...]
    aux: dict[str, np.ndarray]
    states: np.ndarray

    @property
    def duration_s(self) -> float:
        return 30.0 * len(self.states)

    def blocks(self, block_s: float = 240.0, segments: Sequence[tuple[float, float]] | None = None) -> Iterator[Block]:
        for start, stop in segments or [(0.0, self.duration_s)]:
            at = start
            while at < stop:
                end = min(at + block_s, stop)
                yield self.block(at, end, start, stop)
                at = end

    def block(self, core_start: float, core_stop: float, low: float, high: float) -> Block:
        a, b = max(low, core_start - MARGIN_S), min(high, core_stop + MARGIN_S)
        s = slice(round(a * RATE_HZ), round(b * RATE_HZ))
        aux = {name: x[s] for name, x in self.aux.items()}
        x = self.potentials[:, s]
        return Block(a, core_start, core_stop, RATE_HZ, ELECTRODES, x, x, self.derivations, self.bipolar[:, s], aux)


def night(states: Sequence[int], *, seed: int = 1, hypsarrhythmia: bool = False, polygraphy: bool = True) -> Night:
    """Make a recording of these states, one per 30 s; 8 months old."""
    rng = np.random.default_rng(seed)
    state = np.asarray(states)
    n = len(state) * EPOCH
    middle = (np.arange(len(state)) + 0.5) * EPOCH

    def gain(*by_state: float) -> np.ndarray:
        level = np.array(by_state)[state] * np.exp(rng.normal(0, 0.15, len(state)))
        return np.interp(np.arange(n), middle, level)

    wide = np.stack([field(e, 0.6) for e in ELECTRODES], axis=1)
    near = np.stack([field(e, 0.4) for e in ELECTRODES], axis=1)
    x = wide @ _noise(rng, 19, n, 2.0, 0.5, 60) * gain(5, 5, 7, 4)
    slow = gain(50, 55, 80, 28) if hypsarrhythmia else gain(3, 5, 15, 2.5)
    x += (near if hypsarrhythmia else wide) @ _noise(rng, 19, n, 2.0, 0.6, 4) * slow * (1.2 - 0.4 * FRONT)[:, None]
    x += wide @ _noise(rng, 19, n, 0, 3.5, 6) * gain(0.7, 5, 1, 1.5)
    rhythm = _noise(rng, 1, n, 0, 5.3, 6.5) * (0 if hypsarrhythmia else gain(10, 3, 0, 0))
    x += (field("O1") + field("O2"))[:, None] * rhythm
    muscle = filters.bandpass(rng.standard_normal((19, n)).astype(np.float32), 20, None, RATE_HZ)
    rim = 0.3 + np.clip(0.9 - positions()[:, 2:], 0, 1)
    x += muscle * rim * gain(4, 1, 0.25, 0.15)
    chin = rng.standard_normal(n) * gain(14, 7, 4, 1.5)
    eyes = np.zeros((2, n))
    for k, s in enumerate(state):
        _graphoelements(rng, x, eyes, chin, muscle, k, int(s), hypsarrhythmia)
    x += rng.standard_normal((19, n))
    x = filters.bandpass(x.astype(np.float32), 0.5, None, RATE_HZ)
    x -= x.mean(axis=0)
    made = montage.bipolar(ELECTRODES)
    aux = {}
    if polygraphy:
        cornea = 0.4 * x[[ELECTRODES.index("F7"), ELECTRODES.index("F8")]]
        left, right = (eyes + cornea + 3 * rng.standard_normal((2, n))).astype(np.float32)
        aux = {"EOG left": left, "EOG right": right, "EMG chin": chin.astype(np.float32)}
    return Night(x, made.matrix @ x, made.derivations, aux, state)


def _noise(rng: np.random.Generator, rows: int, n: int, exponent: float, low: float, high: float) -> np.ndarray:
    hz = np.fft.rfftfreq(n, 1 / RATE_HZ)
    gain = np.where((hz >= low / 2) & (hz <= high), np.maximum(hz, low) ** (-exponent / 2), 0)
    x = np.fft.irfft(gain * (rng.standard_normal((rows, len(hz))) + 1j * rng.standard_normal((rows, len(hz)))), n)
    return x / x.std(axis=1, keepdims=True)


def spindle(seconds: float, hz: float = 13.0, peak_uv: float = 25.0) -> np.ndarray:
    """A waxing and waning burst."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return peak_uv * np.hanning(len(t)) * np.sin(2 * np.pi * hz * t)


def _graphoelements(
    rng: np.random.Generator,
    x: np.ndarray,
    eyes: np.ndarray,
    chin: np.ndarray,
    muscle: np.ndarray,
    k: int,
    state: int,
    hypsarrhythmia: bool,
) -> None:
    def place(longest_s: float) -> int:
        return round(k * EPOCH + rng.uniform(0, 30 - longest_s) * RATE_HZ)

    if state == NREM and not hypsarrhythmia:
        for _ in range(rng.poisson(2.5)):
            piece, at = spindle(rng.uniform(0.8, 3), rng.uniform(12.4, 13.6), rng.uniform(12, 30)), place(3)
            x[:, at : at + len(piece)] += field(rng.choice(["C3", "C4", "Cz"]), 0.5)[:, None] * piece
    if hypsarrhythmia:
        for _ in range(rng.poisson([12, 14, 22, 3][state])):
            at, width = place(1), round(0.09 * RATE_HZ)
            shape = np.hanning(width) * rng.uniform(80, 250)
            x[:, at : at + width] -= field(rng.choice(ELECTRODES), 0.4)[:, None] * shape
    for _ in range(rng.poisson([1.2, 0.1, 0.05, 0.1][state])):
        width, at = round(rng.uniform(2, 8) * RATE_HZ), place(8)
        rise = np.hanning(width)
        x[:, at : at + width] += muscle[:, at : at + width] * rise * rng.uniform(5, 25)
        x[:, at : at + width] += _noise(rng, 19, width, 2, 0.7, 4) * rise * rng.uniform(20, 120)
        chin[at : at + width] *= 1 + 4 * rise
    for _ in range(rng.poisson([5, 0.3, 0, 0][state])):
        lid, at = np.hanning(round(0.35 * RATE_HZ)) * rng.uniform(60, 180), place(1)
        x[:, at : at + len(lid)] += np.where(FRONT > 0.9, 1, np.where(FRONT > 0.5, 0.3, 0))[:, None] * lid
        eyes[:, at : at + len(lid)] += np.array([[-0.5], [0.7]]) * lid
    for _ in range(rng.poisson([2, 0.3, 0, 6][state])):
        width, at = round(rng.uniform(0.5, 2) * RATE_HZ), place(2)
        gaze = np.clip(np.minimum(np.arange(width), np.arange(width)[::-1]) / 6, 0, 1) * rng.choice([-1, 1])
        gaze *= rng.uniform(40, 120)
        x[ELECTRODES.index("F7"), at : at + width] += 0.5 * gaze
        x[ELECTRODES.index("F8"), at : at + width] -= 0.5 * gaze
        eyes[:, at : at + width] += np.array([[1], [-1]]) * gaze


def kappa(truth: np.ndarray, found: np.ndarray) -> float:
    """Cohen's agreement over epochs; unknown is a state of its own."""
    table = np.zeros((5, 5))
    np.add.at(table, (truth, found), 1)
    table /= table.sum()
    chance = float(table.sum(axis=0) @ table.sum(axis=1))
    return float((np.trace(table) - chance) / (1 - chance))
