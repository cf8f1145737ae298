"""Slowly changing strengths over the whole recording: how much of each activity at each moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from westward.eeg.simulate.noise import resample
from westward.eeg.simulate.parameters import number, numbers, pair
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.scenario import Scenario
from westward.eeg.simulate.timeline import DROWSY, NREM, REM, WAKE, Timeline

FloatArray = NDArray[np.float32]

GRID_HZ = 4.0
"""Resolution of the tracks."""


@dataclass(frozen=True, eq=False)
class Tracks:
    """Strengths on a regular grid of ``GRID_HZ`` from the start of the recording.

    Attributes
    ----------
    tables : dict of str to float32 array, shape (n_grid,)
        Microvolts RMS for activities, factors for ``spikes`` and ``calm``.
    """

    tables: dict[str, FloatArray]

    def at(self, name: str, start_s: float, n: int, sfreq_hz: float) -> FloatArray:
        """A track at ``n`` consecutive samples."""
        return resample(self.tables[name], (start_s + np.arange(n) / sfreq_hz) * GRID_HZ)

    def largest(self, name: str, start_s: float, stop_s: float) -> float:
        """Largest value over a stretch."""
        table = self.tables[name]
        a, b = int(start_s * GRID_HZ), int(np.ceil(stop_s * GRID_HZ)) + 1
        return float(table[max(a, 0) : max(b, 1)].max(initial=0.0))


def tracks(
    scenario: Scenario,
    line: Timeline,
    *,
    seed: int,
    age_months: float,
    clusters_s: NDArray[np.float64],
    recurrent_uv: float,
) -> Tracks:
    """The tracks of one recording; ``clusters_s`` (n, 2) are clusters of spasms, ``recurrent_uv`` the child's
    recurrent maximum of posterior slow waves."""
    rng = generator(seed, "tracks")
    n = int(np.ceil(line.duration_s * GRID_HZ)) + 2
    state = np.zeros(n, np.int8)
    depth = np.ones(n, np.float32)
    for run in line.runs:
        a, b = int(run.start_s * GRID_HZ), int(np.ceil(run.stop_s * GRID_HZ)) + 2
        state[a:b] = run.state
        if run.state == NREM:
            into = np.arange(max(min(b, n) - a, 0)) / GRID_HZ
            depth[a:b] = 0.72 + 0.45 * (1 - np.exp(-into / 240))
    rouse = np.zeros(n, np.float32)
    calm = np.ones(n, np.float32)
    for t in line.arousals_s:
        a = int(t * GRID_HZ)
        rouse[a : a + int(rng.uniform(4, 12) * GRID_HZ)] = 1
        calm[a : a + int(rng.uniform(*pair("chaos.normalization_s")) * GRID_HZ)] = 0.25
    for start, stop in clusters_s:
        calm[int(start * GRID_HZ) : int(stop * GRID_HZ)] = 0.5
    rouse, calm = _smooth(rouse, 1.0), _smooth(calm, 3.0)
    asleep = np.isin(state, (NREM, REM)).astype(np.float32)

    factor = number("background.amplitude_factor", age_months)
    # Children with small posterior waves have a lower slow background altogether.
    own = float(np.clip(np.sqrt(recurrent_uv / 270), 0.6, 1.2)) if scenario.high_amplitude_uv == 0 else 1.0
    sick = 1.15 if scenario.expected_score >= 3 else 1.0

    def by_state(name: str, scale: float = 1.0) -> FloatArray:
        return _smooth(np.array(numbers(name), np.float32)[state] * np.float32(scale), 6.0)

    tables = {
        "slow": by_state("background.slow_uv", factor * own) * depth * (1 - 0.6 * rouse * asleep),
        "delta": by_state("background.delta_uv", factor * sick * own) * depth * (1 - 0.5 * rouse * asleep),
        "theta": by_state("background.theta_uv", factor * sick) * (1 + 0.5 * rouse),
        "broad": by_state("background.broad_uv", factor),
        "beta": by_state("background.beta_uv") * (1 + 0.5 * rouse),
        "muscle": by_state("body.scalp_muscle_uv") * (1 + 5 * rouse),
        "chin": by_state("body.chin_uv") * (1 + 2.5 * rouse),
        "deltoid": by_state("body.deltoid_uv") * (1 + 2.5 * rouse),
    }
    awake = _smooth((state == WAKE).astype(np.float32), 4.0)
    # Infants' posterior rhythm is seen while the eyes are closed or gaze rests: on and off over seconds.
    closed = _smooth((ndimage.gaussian_filter1d(rng.standard_normal(n), 8 * GRID_HZ) > 0).astype(np.float32), 1.0)
    healthy = 0.35 if scenario.hypsarrhythmia else 1.0
    tables["pdr"] = awake * closed * np.float32(number("background.pdr_uv", age_months) * healthy)
    tables["mu"] = awake * np.float32(number("background.mu_uv", age_months) * healthy)
    drowsy_theta = _smooth((state == DROWSY).astype(np.float32), 4.0)
    tables["theta"] = tables["theta"] * (1 + 0.3 * drowsy_theta)
    rem_high = numbers("chaos.state_factor")[REM]
    high = np.array([*numbers("chaos.state_factor")[:REM], rem_high], np.float32)[state]
    tables["chaos"] = _smooth(high, 6.0) * (calm if scenario.hypsarrhythmia else 1.0)
    rates = np.array(numbers("spike.state_factor"), np.float32)
    if scenario.hypsarrhythmia:
        rates[REM] = numbers("spike.hypsarrhythmia_rem_factor")[0]
    tables["spikes"] = _smooth(rates[state], 4.0) * (calm if scenario.hypsarrhythmia else 1.0)
    tables["focal"] = np.ones(n, np.float32)
    return Tracks({k: np.asarray(v, np.float32) for k, v in tables.items()})


def _smooth(x: FloatArray, seconds: float) -> FloatArray:
    return np.asarray(ndimage.gaussian_filter1d(x.astype(np.float32), seconds / 2.5 * GRID_HZ, mode="nearest"))
