"""Normal transients of infant sleep: spindles, vertex waves, K-complexes, posterior waves, hypersynchrony."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.simulate import head
from westward.eeg.simulate.parameters import number, numbers, pair
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.row import Row
from westward.eeg.simulate.scenario import Scenario
from westward.eeg.simulate.timeline import DROWSY, NREM, Timeline
from westward.eeg.simulate.wavelets import Wavelets, bump, hump, plateau

Times = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Graphoelements:
    """Planted normal transients.

    Attributes
    ----------
    waves : tuple of Wavelets
        What to add to the potentials.
    rows : tuple of Row
        Events for the truth table (posterior slow waves are background and are not listed).
    recurrent_maximum_uv : float
        This child's recurrent maximum of posterior slow waves in NREM: the swing that a second reaches about
        three times in 5 min (operation ours; the readers of the published population had none in the text at hand).
    """

    waves: tuple[Wavelets, ...]
    rows: tuple[Row, ...]
    recurrent_maximum_uv: float


def poisson_times(
    rng: np.random.Generator, line: Timeline, states: tuple[int, ...], per_s: float, refractory_s: float
) -> Times:
    """Random moments inside states, at least ``refractory_s`` apart, with the asked mean rate where possible."""
    if per_s <= 0:
        return np.zeros(0)
    free = max(1 / per_s - refractory_s, 0.1 / per_s)
    found: list[Times] = []
    for run in line.runs:
        length = run.stop_s - run.start_s
        if run.state not in states or length <= 0:
            continue
        n = int(length * per_s * 1.5 + 8 * (1 + np.sqrt(length * per_s)))
        steps = refractory_s + rng.exponential(free, n)
        steps[0] = rng.exponential(free)
        t = run.start_s + np.cumsum(steps)
        found.append(t[t < run.stop_s - refractory_s])
    return np.concatenate(found) if found else np.zeros(0)


def recurrent_maximum(rng: np.random.Generator) -> float:
    """A child's recurrent maximum of posterior slow waves, µV peak to peak, from the published classes."""
    edges, shares = numbers("posterior.recurrent_maximum_uv"), numbers("posterior.recurrent_maximum_share")
    return float(np.interp(rng.random(), np.r_[0, np.cumsum(shares)], edges))


def graphoelements(scenario: Scenario, line: Timeline, *, seed: int, age_months: float) -> Graphoelements:
    """All normal transients of one recording."""
    waves: list[Wavelets] = []
    rows: list[Row] = []
    for made, told in (
        _spindles(scenario, line, seed, age_months),
        _vertex(line, seed, age_months, scenario.spindle_factor),
        _k_complexes(line, seed, age_months, scenario.spindle_factor),
        _hypnagogic(scenario, line, seed, age_months),
        _cones(line, seed, age_months),
    ):
        waves += made
        rows += told
    target = recurrent_maximum(generator(seed, "posterior maximum"))
    if scenario.high_amplitude_uv == 0:
        waves.append(_posterior(line, seed, target))
    return Graphoelements(tuple(waves), tuple(rows), target)


def _near(rng: np.random.Generator, electrode: str, eccentricity: float, n: int, spread_deg: float) -> list[np.ndarray]:
    return [
        head.field(
            head.turned(head.site(electrode), abs(rng.normal(0, spread_deg)), rng),
            eccentricity * rng.uniform(0.9, 1.1),
            0.25 * rng.standard_normal(3),
        )
        for _ in range(n)
    ]


def _spindle_shape(t: Times, p: Times) -> Times:
    duration, hz, drift, amplitude, phase = p
    # Infant spindles have rounded positive and sharp negative phases: a second harmonic locked to the first.
    a = 2 * np.pi * (hz * t + 0.5 * drift * t * t) + phase
    return np.asarray(-amplitude * plateau(t, duration, 0.35) * (np.cos(a) + 0.22 * np.cos(2 * a)), np.float64)


def _spindles(scenario: Scenario, line: Timeline, seed: int, age_months: float) -> tuple[list[Wavelets], list[Row]]:
    rng = generator(seed, "spindles")
    median_s = number("spindle.duration_s", age_months)
    per_min = number("spindle.density_per_min", age_months) * scenario.spindle_factor * float(rng.lognormal(0, 0.12))
    t = poisson_times(rng, line, (NREM,), per_min / 60, median_s * 1.25)
    n = len(t)
    if not n:
        return [], []
    hz, hz_sd = pair("spindle.frequency_hz")
    amp, log_sd = pair("spindle.amplitude_uv")
    own_hz = rng.normal(hz, hz_sd)
    duration = np.clip(median_s * rng.lognormal(0, 0.22, n), 0.5, 6)
    frequency = own_hz + rng.normal(0, 0.3, n)
    amplitude = amp * rng.lognormal(0, log_sd, n)
    fields = np.array([head.unit_peak(f) for s in ("C3", "C4") for f in _near(rng, s, 0.45, 6, 7)])
    both = rng.random(n) < number("spindle.synchrony", age_months)
    side = rng.integers(0, 2, n)
    made: list[Wavelets] = []
    for which in (0, 1):
        on = both | (side == which)
        k = int(on.sum())
        lag = np.where(both[on], rng.normal(0, 0.12, k), 0)
        scale = np.where(both[on], rng.uniform(0.75, 1.1, k), 1)
        parameters = np.stack(
            [
                duration[on],
                frequency[on],
                rng.normal(-0.15, 0.1, k),
                amplitude[on] * scale,
                rng.uniform(0, 2 * np.pi, k),
            ],
            axis=1,
        )
        onset = t[on] + np.abs(lag)
        order = np.argsort(onset)
        made.append(
            Wavelets(
                onset[order],
                duration[on][order],
                parameters[order],
                (6 * which + rng.integers(0, 6, k))[order],
                fields,
                _spindle_shape,
            )
        )
    rows = [
        Row(
            float(t[i]),
            float(duration[i]),
            "spindle",
            channel="C3,C4" if both[i] else ("C3", "C4")[side[i]],
            amplitude_uv=float(2 * amplitude[i]),
            state=NREM,
        )
        for i in range(n)
    ]
    return made, rows


def _vertex_shape(t: Times, p: Times) -> Times:
    duration, amplitude = p
    s = duration / 4.3
    return np.asarray(
        -amplitude * bump(t, 0.5 * duration, s, s) + 0.45 * amplitude * bump(t, 1.35 * duration, 1.2 * s, 1.8 * s),
        np.float64,
    )


def _vertex(line: Timeline, seed: int, age_months: float, factor: float) -> tuple[list[Wavelets], list[Row]]:
    rng = generator(seed, "vertex")
    low, high = pair("vertex.duration_s")
    t = poisson_times(rng, line, (NREM,), number("vertex.per_min", age_months) * min(factor + 0.1, 1) / 60, 1.2)
    # Vertex waves like to come in short runs.
    t = np.sort(np.concatenate([t, t[rng.random(len(t)) < 0.25] + 0.9]))
    n = len(t)
    if not n:
        return [], []
    amp, log_sd = pair("vertex.amplitude_uv")
    duration, amplitude = rng.uniform(low, high, n), np.clip(amp * rng.lognormal(0, log_sd, n), 30, 220)
    fields = np.array([head.unit_peak(f) for f in _near(rng, "Cz", 0.45, 8, 8)])
    wave = Wavelets(
        t, duration * 2.5, np.stack([duration, amplitude], axis=1), rng.integers(0, 8, n), fields, _vertex_shape
    )
    return [wave], [
        Row(float(a), float(d), "vertex_wave", channel="Cz", amplitude_uv=float(u), state=NREM)
        for a, d, u in zip(t, duration, amplitude, strict=True)
    ]


def _k_shape(t: Times, p: Times) -> Times:
    duration, amplitude, hz = p
    s = duration / 8
    slow = -amplitude * bump(t, 0.25 * duration, 0.7 * s, s) + 0.7 * amplitude * bump(t, 0.62 * duration, s, 1.4 * s)
    return np.asarray(slow + 10 * hump(t, 0.6 * duration, 0.9) * np.sin(2 * np.pi * hz * t), np.float64)


def _k_complexes(line: Timeline, seed: int, age_months: float, factor: float) -> tuple[list[Wavelets], list[Row]]:
    rng = generator(seed, "k")
    t = poisson_times(rng, line, (NREM,), number("vertex.k_per_min", age_months) * min(factor + 0.1, 1) / 60, 4)
    n = len(t)
    if not n:
        return [], []
    amp, log_sd = pair("vertex.k_amplitude_uv")
    duration, amplitude = rng.uniform(0.6, 1.1, n), np.clip(amp * rng.lognormal(0, log_sd, n), 60, 220)
    fields = np.array([head.unit_peak(f) for s in ("Fz", "Cz") for f in _near(rng, s, 0.35, 4, 8)])
    p = np.stack([duration, amplitude, rng.normal(13, 0.4, n)], axis=1)
    wave = Wavelets(t, duration + 1.0, p, rng.integers(0, 8, n), fields, _k_shape)
    return [wave], [
        Row(float(a), float(d), "k_complex", channel="Fz,Cz", amplitude_uv=float(u), state=NREM)
        for a, d, u in zip(t, duration, amplitude, strict=True)
    ]


def _hypnagogic_shape(t: Times, p: Times) -> Times:
    duration, hz, amplitude, phase, swing = p
    a = 2 * np.pi * hz * t + phase + swing * np.sin(2 * np.pi * 0.7 * t)
    return np.asarray(0.5 * amplitude * plateau(t, duration, 0.3) * (np.sin(a) + 0.2 * np.sin(2 * a + 1)), np.float64)


def _hypnagogic(scenario: Scenario, line: Timeline, seed: int, age_months: float) -> tuple[list[Wavelets], list[Row]]:
    rng = generator(seed, "hypnagogic")
    low, high = pair("hypnagogic.duration_s")
    per_min = number("hypnagogic.per_min", age_months) * scenario.hypnagogic_factor
    per_min *= 0.3 if scenario.hypsarrhythmia else 1.0
    t = poisson_times(rng, line, (DROWSY,), per_min / 60, high + 1)
    n = len(t)
    if not n:
        return [], []
    amp, log_sd, limit = numbers("hypnagogic.amplitude_uv")
    duration = rng.uniform(low, high, n)
    amplitude = np.minimum(amp * rng.lognormal(0, log_sd, n), limit)
    hz = rng.uniform(*pair("hypnagogic.frequency_hz"), n)
    # Bilateral and diffuse: two broad mirror sources, mostly frontocentral.
    fields = []
    for name, mirror in (("F3", "F4"), ("C3", "C4"), ("P3", "P4")):
        v = head.field(head.site(name), 0.3) + rng.uniform(0.85, 1.15) * head.field(head.site(mirror), 0.3)
        fields.append(head.unit_bipolar(np.asarray(v, np.float32)))
    p = np.stack([duration, hz, amplitude, rng.uniform(0, 6.3, n), rng.uniform(0, 0.5, n)], axis=1)
    wave = Wavelets(t, duration, p, rng.choice(3, n, p=[0.4, 0.4, 0.2]), np.array(fields), _hypnagogic_shape)
    return [wave], [
        Row(float(a), float(d), "hypnagogic_hypersynchrony", amplitude_uv=float(u), state=DROWSY)
        for a, d, u in zip(t, duration, amplitude, strict=True)
    ]


def _cones(line: Timeline, seed: int, age_months: float) -> tuple[list[Wavelets], list[Row]]:
    rng = generator(seed, "cones")
    t = poisson_times(rng, line, (NREM,), number("posterior.cone_per_min", age_months) / 60, 2)
    n = len(t)
    if not n:
        return [], []
    duration, amplitude = rng.uniform(0.15, 0.3, n), np.clip(55 * rng.lognormal(0, 0.25, n), 25, 110)
    fields = np.array([head.unit_peak(f) for s in ("O1", "O2") for f in _near(rng, s, 0.4, 3, 6)])
    p = np.stack([duration, amplitude], axis=1)
    # Not listed: normal, and no column of the event table has a word for them.
    return [Wavelets(t, duration * 2.5, p, rng.integers(0, 6, n), fields, _cone_shape)], []


def _cone_shape(t: Times, p: Times) -> Times:
    return -_vertex_shape(t, p)


def _posterior_shape(t: Times, p: Times) -> Times:
    duration, amplitude, skew = p
    x = np.clip(t / duration, 0, 1)
    x = x + skew * np.sin(np.pi * x) * 0.12
    wave = np.sin(2 * np.pi * x) * (0.35 + 0.65 * np.sin(np.pi * np.clip(x, 0, 1)))
    return np.asarray(-amplitude * 0.56 * wave, np.float64)


def _posterior(line: Timeline, seed: int, recurrent_uv: float) -> Wavelets:
    rng = generator(seed, "posterior")
    t = poisson_times(rng, line, (NREM,), numbers("posterior.per_min")[0] * rng.uniform(0.75, 1.25) / 60, 0.9)
    n = len(t)
    fields = np.array([head.unit_bipolar(f) for s in ("O1", "O2") for f in _near(rng, s, 0.42, 6, 8)])
    # The larger waves of a child cluster just below its recurrent maximum; ongoing activity adds some 40 µV.
    size = 0.30 + 0.68 * rng.beta(1.6, 1.3, n)
    amplitude = np.maximum(size * (recurrent_uv - 20), 10)
    better = rng.random()
    row = np.where(rng.random(n) < 0.35 + 0.3 * better, rng.integers(0, 6, n), rng.integers(6, 12, n))
    duration = rng.uniform(*pair("posterior.duration_s"), n)
    p = np.stack([duration, amplitude, rng.uniform(-1, 1, n)], axis=1)
    return Wavelets(t, duration, p, row, fields, _posterior_shape)
