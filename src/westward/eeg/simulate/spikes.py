"""Spike foci, when they fire, what each spike looks like, and grouped multifocal runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.montage import ELECTRODES, NEIGHBORS, hemisphere
from westward.eeg.simulate import head
from westward.eeg.simulate.parameters import number, numbers, pair
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.scenario import Scenario
from westward.eeg.simulate.timeline import NREM, Timeline
from westward.eeg.simulate.tracks import GRID_HZ, Tracks
from westward.eeg.simulate.wavelets import Wavelets, bump, hump

Times = NDArray[np.float64]
FloatArray = NDArray[np.float32]
_JITTERS = 10
TYPICAL_BACKGROUND_UV = 105.0
"""Peak to peak per second of ordinary NREM in a bipolar derivation; spike size where the voltage is not high."""


@dataclass(frozen=True, eq=False)
class PlantedFocus:
    """A spike focus.

    Attributes
    ----------
    name, peak, hemisphere : str
        ``left P7`` style name, electrode of the largest potential, side.
    electrodes : tuple of str
        Electrodes with at least half of the peak.
    sharp, broad, spread : float32 arrays, shape (10, n_sites)
        Fields of the spike, its after-going wave and its propagation, one per jitter; largest bipolar = 1.
    """

    name: str
    peak: str
    hemisphere: str
    electrodes: tuple[str, ...]
    sharp: FloatArray
    broad: FloatArray
    spread: FloatArray


@dataclass(frozen=True, eq=False)
class Spikes:
    """All spikes of a recording, sorted by time.

    Attributes
    ----------
    foci : tuple of PlantedFocus
    peak_s : float array, shape (n,)
        Time of the peak.
    focus : int array, shape (n,)
        Index into ``foci``.
    amplitude_uv : float array, shape (n,)
        Baseline to peak in the largest longitudinal bipolar derivation.
    duration_s : float array, shape (n,)
        Base of the sharp part.
    waves : tuple of Wavelets
        What to add to the potentials.
    groups_s : float array, shape (n_groups, 2)
        Onset and duration of grouped multifocal runs.
    """

    foci: tuple[PlantedFocus, ...]
    peak_s: Times
    focus: NDArray[np.int64]
    amplitude_uv: Times
    duration_s: Times
    waves: tuple[Wavelets, ...]
    groups_s: Times


def plan_spikes(
    scenario: Scenario, line: Timeline, tracks: Tracks, *, seed: int, silent_s: Times, sparse_s: Times
) -> Spikes:
    """Place every spike.

    Parameters
    ----------
    scenario, line, tracks : Scenario, Timeline, Tracks
        What and when.
    seed : int
        Master seed.
    silent_s, sparse_s : float arrays, shape (n, 2)
        Start and stop of stretches without spikes (attenuations) and with few (clusters of spasms).
    """
    rng = generator(seed, "spikes")
    foci = _foci(scenario, rng)
    none = np.zeros(0)
    if not foci:
        return Spikes((), none, none.astype(np.int64), none, none, (), np.zeros((0, 2)))
    weights = rng.uniform(0.7, 1.3, len(foci))
    if scenario.consistent_focus:
        weights[0] = 1.5 * weights[1:].sum()
    peak_s, rate = _times(scenario, line, tracks, rng, silent_s, sparse_s)
    focus = _assign(scenario, rng, peak_s, weights / weights.sum(), foci, rate)
    groups, g_peak, g_focus = _grouped(scenario, line, rng, foci, silent_s)
    if len(groups):
        near = np.zeros(len(peak_s), bool)
        for onset, length in groups:
            near |= (peak_s > onset - 2.0) & (peak_s < onset + length + 2.0)
        peak_s, focus = peak_s[~near], focus[~near]
    is_group = np.r_[np.zeros(len(peak_s), bool), np.ones(len(g_peak), bool)]
    peak_s, focus = np.r_[peak_s, g_peak], np.r_[focus, g_focus]
    order = np.argsort(peak_s, kind="stable")
    peak_s, focus, is_group = peak_s[order], focus[order], is_group[order]
    typical = scenario.high_amplitude_uv or TYPICAL_BACKGROUND_UV
    median_uv = typical * rng.uniform(*scenario.spike_contrast)
    own = median_uv * rng.lognormal(0, 0.12, len(foci))
    spread = np.clip(rng.lognormal(0, numbers("spike.amplitude_log_sd")[0], len(peak_s)), 0.7, 2.2)
    amplitude = own[focus] * spread * np.where(is_group, 1.1, 1.0)
    duration, waves = _waves(rng, foci, peak_s, focus, amplitude, is_group)
    return Spikes(foci, peak_s, focus, amplitude, duration, waves, groups)


def _foci(scenario: Scenario, rng: np.random.Generator) -> tuple[PlantedFocus, ...]:
    n = int(rng.integers(scenario.n_foci[0], scenario.n_foci[1] + 1))
    favored = {"O": 2.0, "P": 1.8, "T": 1.4, "C": 1.3, "F": 1.0}
    weight = np.array([favored[e[0]] * (0.35 if e.endswith("z") or e.startswith("Fp") else 1.0) for e in ELECTRODES])
    chosen: list[str] = []
    for attempt in range(400):
        pick = [str(e) for e in rng.choice(ELECTRODES, n, replace=False, p=weight / weight.sum())]
        apart = all(b not in NEIGHBORS[a] for a in pick for b in pick)
        sides = {hemisphere(e) for e in pick} >= {"left", "right"}
        if (apart or attempt > 300) and (sides or n < 3):
            chosen = pick
            break
    return tuple(_focus(rng, e) for e in chosen)


def _focus(rng: np.random.Generator, electrode: str) -> PlantedFocus:
    base = head.turned(head.site(electrode), abs(rng.normal(0, 5)), rng)
    depth, tilt = rng.uniform(0.24, 0.42), 0.3 * rng.standard_normal(3)
    mean = head.average_reference(head.field(base, depth, tilt))[: len(ELECTRODES)]
    peak = ELECTRODES[int(mean.argmax())]
    half = tuple(e for e, v in zip(ELECTRODES, mean, strict=True) if v >= 0.5 * mean.max())
    sharp, broad, spread = [], [], []
    away = head.turned(base, rng.uniform(22, 40), rng)
    for _ in range(_JITTERS):
        at = head.turned(base, abs(rng.normal(0, 2.5)), rng)
        scale = np.abs(head.to_bipolar() @ head.field(at, depth, tilt)).max()
        sharp.append(head.field(at, depth, tilt) / scale)
        broad.append(head.unit_bipolar(head.field(at, 0.72 * depth, tilt)))
        spread.append(head.field(head.turned(away, abs(rng.normal(0, 5)), rng), depth) / scale)
    side = hemisphere(peak)
    name = f"{side} {peak}" if side != "midline" else f"midline {peak}"
    return PlantedFocus(name, peak, side, half, np.array(sharp), np.array(broad), np.array(spread))


def _times(
    scenario: Scenario, line: Timeline, tracks: Tracks, rng: np.random.Generator, silent_s: Times, sparse_s: Times
) -> tuple[Times, float]:
    factor = tracks.tables["spikes"].astype(np.float64).copy()
    grid = np.arange(len(factor)) / GRID_HZ
    for a, b in sparse_s:
        factor[(grid >= a) & (grid < b)] *= 0.2
    for a, b in silent_s:
        factor[max(int(a * GRID_HZ), 0) : int(np.ceil(b * GRID_HZ)) + 1] = 0
    rate = scenario.spike_rate_per_s
    top = rate * max(float(factor.max()), 1e-9)
    n = int(rng.poisson(top * line.duration_s))
    t = np.sort(rng.uniform(0.5, line.duration_s - 0.5, n))
    t = t[rng.random(n) < factor[(t * GRID_HZ).astype(np.int64)] * rate / top]
    for a, b in silent_s:
        i, j = np.searchsorted(t, (a - 0.1, b + 0.1))
        t[i:j] = np.nan
    t = t[~np.isnan(t)]
    # A focus does not fire twice within some 80 ms, and truth stays countable.
    return t[np.r_[True, np.diff(t) > 0.08]] if len(t) else t, rate


def _assign(
    scenario: Scenario,
    rng: np.random.Generator,
    peak_s: Times,
    weights: Times,
    foci: tuple[PlantedFocus, ...],
    rate: float,
) -> NDArray[np.int64]:
    focus = rng.choice(len(foci), len(peak_s), p=weights)
    if scenario.foci_in_turn:
        return ((peak_s // 420).astype(np.int64)) % len(foci)
    if rate < 0.5:
        # Chance must not crowd three foci into what would be a grouped run: a third focus waits its turn.
        for i in range(2, len(peak_s)):
            j = max(int(np.searchsorted(peak_s, peak_s[i] - 3.2)), i - 12)
            recent = [int(k) for k in dict.fromkeys(focus[j:i])]
            if len(set(recent)) >= 2 and int(focus[i]) not in recent:
                focus[i] = recent[-1]
    return np.asarray(focus, np.int64)


def _grouped(
    scenario: Scenario, line: Timeline, rng: np.random.Generator, foci: tuple[PlantedFocus, ...], silent_s: Times
) -> tuple[Times, Times, NDArray[np.int64]]:
    groups: list[tuple[float, float]] = []
    times: list[float] = []
    which: list[int] = []
    if scenario.grouped_per_min and len(foci) >= 3:
        mean_gap = 60 / scenario.grouped_per_min
        for run in line.runs:
            if run.state != NREM:
                continue
            t = run.start_s + rng.uniform(5, 15)
            while t < run.stop_s - 10:
                length = float(rng.uniform(*pair("grouped.duration_s")))
                if not any(a - 12 < t < b + 12 for a, b in silent_s):
                    n = max(round(length * numbers("grouped.spikes_per_s")[0]), 5)
                    at = t + np.sort((np.arange(n) + rng.uniform(0.2, 0.8, n)) / n) * length
                    order = np.concatenate([rng.permutation(len(foci)) for _ in range(n // len(foci) + 1)])[:n]
                    times += at.tolist()
                    which += order.tolist()
                    groups.append((t, length))
                t += rng.uniform(0.6, 1.4) * mean_gap
    return np.array(groups).reshape(-1, 2), np.array(times), np.array(which, np.int64)


def _sharp_shape(t: Times, p: Times) -> Times:
    peak, width, skew, amplitude, rebound, repeats, gap = p
    s = width / 4.3
    y = -bump(t, peak, s * (1 - skew), s * (1 + skew)) + rebound * bump(t, peak + 0.75 * width, 0.9 * s, 1.4 * s)
    for k in range(1, int(repeats)):
        y = y - (1 - 0.15 * k) * bump(t, peak + k * gap, s, s)
    return np.asarray(amplitude * y, np.float64)


def _slow_shape(t: Times, p: Times) -> Times:
    start, length, amplitude = p
    x = np.clip((t - start) / length, 0, 1) ** 0.8
    return np.asarray(-amplitude * hump(x, 0.0, 1.0), np.float64)


def _waves(
    rng: np.random.Generator,
    foci: tuple[PlantedFocus, ...],
    peak_s: Times,
    focus: NDArray[np.int64],
    amplitude: Times,
    is_group: NDArray[np.bool_],
) -> tuple[Times, tuple[Wavelets, ...]]:
    n = len(peak_s)
    sharp_wave = rng.random(n) < number("spike.sharp_wave_share")
    low, high = pair("spike.sharp_wave_duration_s")
    width = np.where(
        sharp_wave,
        low + (high - low) * rng.beta(*pair("spike.sharp_wave_skew"), n),
        rng.uniform(*pair("spike.duration_s"), n),
    )
    repeats = np.where((rng.random(n) < number("spike.polyspike_share")) & ~sharp_wave, rng.integers(2, 5, n), 1)
    gap = rng.uniform(0.045, 0.075, n)
    lead = 0.9 * width
    tail = 1.9 * width + repeats * gap
    row = focus * _JITTERS + rng.integers(0, _JITTERS, n)
    sharp = np.stack(
        [lead, width, rng.uniform(-0.1, 0.35, n), amplitude, rng.uniform(0, 0.35, n), repeats, gap], axis=1
    )
    waves = [Wavelets(peak_s - lead, lead + tail, sharp, row, np.concatenate([f.sharp for f in foci]), _sharp_shape)]
    # Propagation to a neighboring area, weaker and 5-30 ms late, in about half.
    on = rng.random(n) < 0.5
    moved = sharp[on].copy()
    moved[:, 3] *= rng.uniform(0.25, 0.55, int(on.sum()))
    onset = (peak_s - lead)[on] + rng.uniform(*pair("spike.propagation_s"), int(on.sum()))
    order = np.argsort(onset)
    fields = np.concatenate([f.spread for f in foci])
    waves.append(Wavelets(onset[order], (lead + tail)[on][order], moved[order], row[on][order], fields, _sharp_shape))
    slow = (rng.random(n) < number("spike.slow_wave_share")) & (~is_group | (rng.random(n) < 0.25))
    length = rng.uniform(*pair("spike.slow_wave_duration_s"), n)
    size = amplitude * rng.uniform(*pair("spike.slow_wave_ratio"), n)
    begin = peak_s + 0.35 * width + (repeats - 1) * gap
    order = np.argsort(begin[slow])
    p = np.stack([np.zeros(n), length, size], axis=1)[slow][order]
    fields = np.concatenate([f.broad for f in foci])
    waves.append(Wavelets(begin[slow][order], length[slow][order], p, row[slow][order], fields, _slow_shape))
    return width, tuple(_sorted(w) for w in waves)


def _sorted(w: Wavelets) -> Wavelets:
    order = np.argsort(w.onset_s, kind="stable")
    return Wavelets(w.onset_s[order], w.duration_s[order], w.parameters[order], w.field[order], w.fields, w.shape)
