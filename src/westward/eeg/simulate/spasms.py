"""Clusters of epileptic spasms, and what resembles them: startles and sleep myoclonus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.simulate import head
from westward.eeg.simulate.attenuation import Attenuations
from westward.eeg.simulate.graphoelements import poisson_times
from westward.eeg.simulate.parameters import number, pair
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.row import Row
from westward.eeg.simulate.scenario import Scenario
from westward.eeg.simulate.timeline import NREM, REM, WAKE, Timeline
from westward.eeg.simulate.wavelets import Wavelets, bump, hump

Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MuscleBurst:
    """A contraction seen in the deltoid leads.

    ``shape`` is ``diamond`` (rise and fall) or ``jerk``; ``left_uv`` and ``right_uv`` are RMS at the maximum.
    """

    onset_s: float
    duration_s: float
    left_uv: float
    right_uv: float
    shape: str


@dataclass(frozen=True, eq=False)
class Ictal:
    """Everything that belongs to spasms and their mimics.

    Attributes
    ----------
    waves : tuple of Wavelets
        Slow waves and fast activity.
    decrements : Attenuations
        Fall of voltage after the slow waves.
    bursts : tuple of MuscleBurst
    rows : tuple of Row
        ``spasm``, ``spasm_cluster``, ``startle``, ``sleep_myoclonus``.
    clusters_s : float array, shape (n, 2)
        Start and stop.
    movements_s : tuple of (float, float, float)
        Onset, length and size (µV) of the movement that goes with a startle.
    buttons_s : tuple of float
        When someone pressed the button.
    """

    waves: tuple[Wavelets, ...]
    decrements: Attenuations
    bursts: tuple[MuscleBurst, ...]
    rows: tuple[Row, ...]
    clusters_s: Times
    movements_s: tuple[tuple[float, float, float], ...]
    buttons_s: tuple[float, ...]


def plan_ictal(scenario: Scenario, line: Timeline, *, seed: int) -> Ictal:
    """Spasms and mimics of one recording."""
    rng = generator(seed, "spasms")
    starts = _cluster_starts(line, rng) if scenario.clusters else []
    slow_p: list[list[float]] = []
    fast_p: list[list[float]] = []
    decrements: list[tuple[float, float, float]] = []
    bursts: list[MuscleBurst] = []
    rows: list[Row] = []
    spans: list[tuple[float, float]] = []
    buttons: list[float] = []
    for k, (start, limit) in enumerate(starts):
        n = int(rng.uniform(*pair("spasm.per_cluster")))
        t, last, first_rows = start, start, len(rows)
        for i in range(n):
            if t > limit - 8:
                break
            # Intensity rises to a peak and falls (Kellaway 1979).
            vigor = 0.55 + 0.45 * np.sin(np.pi * (i + 1) / (n + 1))
            last = _spasm(rng, t, float(vigor), k, slow_p, fast_p, decrements, bursts, rows)
            low, high = pair("spasm.isi_s")
            t += float(np.clip(rng.lognormal(np.log(11), 0.45), low, high))
        if len(rows) == first_rows:
            continue
        spans.append((start, last))
        rows.append(
            Row(start, last - start, "spasm_cluster", cluster_id=f"cluster_{k + 1}", state=line.state_at(start))
        )
        if rng.random() < 0.7:
            buttons.append(start + float(rng.uniform(8, 40)))
    mimic_bursts, mimic_rows, movements = _mimics(scenario, line, seed)
    dec = np.array(decrements, np.float64).reshape(-1, 3)
    return Ictal(
        _waves(rng, slow_p, fast_p),
        Attenuations(dec[:, 0], dec[:, 1], dec[:, 2]),
        tuple(sorted([*bursts, *mimic_bursts], key=lambda b: b.onset_s)),
        (*rows, *mimic_rows),
        np.array(spans, np.float64).reshape(-1, 2),
        movements,
        tuple(buttons),
    )


def _cluster_starts(line: Timeline, rng: np.random.Generator) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    wake = [run for run in line.runs if run.state == WAKE]
    after = set(line.awakenings_s)
    for run in wake:
        on_awakening = run.start_s in after
        if run.stop_s - run.start_s < 90:
            continue
        if on_awakening and (line.duration_s < 3 * 3600 or rng.random() < 0.6):
            found.append((run.start_s + float(rng.uniform(15, 50)), run.stop_s))
        elif not on_awakening and rng.random() < 0.25:
            found.append((run.start_s + float(rng.uniform(0.1, 0.5)) * (run.stop_s - run.start_s), run.stop_s))
    return found


def _spasm(
    rng: np.random.Generator,
    t: float,
    vigor: float,
    cluster: int,
    slow_p: list[list[float]],
    fast_p: list[list[float]],
    decrements: list[tuple[float, float, float]],
    bursts: list[MuscleBurst],
    rows: list[Row],
) -> float:
    slow_s = float(rng.uniform(*pair("spasm.slow_wave_s")))
    has_eeg = rng.random() >= number("spasm.without_eeg")
    has_emg = rng.random() >= number("spasm.without_emg") or not has_eeg
    low, high = pair("spasm.slow_wave_uv")
    size = (low + (high - low) * rng.beta(2, 2)) * vigor
    end = t + slow_s
    if has_eeg:
        slow_p.append([t, slow_s, size, float(rng.uniform(0.1, 0.3))])
        fast_s = float(rng.uniform(0.5, 1.5))
        fast_p.append(
            [
                t + float(rng.uniform(-0.2, 0.2)) * slow_s,
                fast_s,
                float(rng.uniform(*pair("spasm.fast_hz"))),
                float(rng.uniform(*pair("spasm.fast_uv"))),
                float(rng.uniform(0, 6.28)),
            ]
        )
        d = float(rng.uniform(*pair("spasm.decrement_s")))
        decrements.append((t + 0.75 * slow_s, d, float(rng.uniform(0.2, 0.4))))
        end = t + 0.75 * slow_s + d
    emg_s = 0.0
    if has_emg:
        emg_s = float(rng.uniform(*pair("spasm.emg_s")))
        strength = float(rng.uniform(*pair("spasm.emg_uv"))) * vigor
        onset = t + float(rng.uniform(0.05, 0.25))
        lean = float(rng.uniform(0.7, 1.3))
        bursts.append(MuscleBurst(onset, emg_s, strength * lean, strength / lean, "diamond"))
    rows.append(
        Row(
            t,
            max(slow_s if has_eeg else 0.0, emg_s),
            "spasm",
            channel="Cz" if has_eeg else "",
            subtype="with_emg" if has_emg else "without_emg",
            amplitude_uv=size if has_eeg else None,
            state=WAKE,
            cluster_id=f"cluster_{cluster + 1}",
        )
    )
    return end


def _slow_shape(t: Times, p: Times) -> Times:
    length, amplitude, lead = p
    y = bump(t, 0.42 * length, 0.13 * length, 0.2 * length) - lead * bump(
        t, 0.12 * length, 0.06 * length, 0.06 * length
    )
    return np.asarray(amplitude * y * hump(np.clip(t / length, 0, 1) ** 0.7, -0.15, 1.3), np.float64)


def _fast_shape(t: Times, p: Times) -> Times:
    length, hz, amplitude, phase = p
    return np.asarray(
        amplitude * hump(t, 0, length) * np.sin(2 * np.pi * (hz - 2 * t / length) * t + phase), np.float64
    )


def _waves(rng: np.random.Generator, slow_p: list[list[float]], fast_p: list[list[float]]) -> tuple[Wavelets, ...]:
    if not slow_p:
        return ()
    slow, fast = np.array(slow_p), np.array(sorted(fast_p))
    # Positive at the vertex, broad over both sides; fast activity rather frontocentral.
    broad = np.array(
        [head.unit_peak(head.field(head.turned(head.site("Cz"), rng.uniform(0, 12), rng), 0.28)) for _ in range(6)]
    )
    front = np.array(
        [head.unit_peak(head.field(head.turned(head.site("Fz"), rng.uniform(0, 25), rng), 0.42)) for _ in range(6)]
    )
    return (
        Wavelets(slow[:, 0], slow[:, 1], slow[:, 1:], rng.integers(0, 6, len(slow)), broad, _slow_shape),
        Wavelets(fast[:, 0], fast[:, 1], fast[:, 1:], rng.integers(0, 6, len(fast)), front, _fast_shape),
    )


def _mimics(
    scenario: Scenario, line: Timeline, seed: int
) -> tuple[list[MuscleBurst], list[Row], tuple[tuple[float, float, float], ...]]:
    rng = generator(seed, "mimics")
    bursts: list[MuscleBurst] = []
    rows: list[Row] = []
    movements: list[tuple[float, float, float]] = []
    rate = scenario.mimics_per_hour / 3600
    for t in poisson_times(rng, line, (WAKE,), rate, 4.0):
        length = float(rng.uniform(*pair("mimic.startle_s")))
        size = float(rng.uniform(80, 250))
        bursts.append(MuscleBurst(float(t), length, size, size * float(rng.uniform(0.7, 1.3)), "jerk"))
        movements.append((float(t), length + float(rng.uniform(0.3, 1.5)), float(rng.uniform(60, 250))))
        rows.append(Row(float(t), length, "startle", state=WAKE))
    for t in poisson_times(rng, line, (NREM, REM), rate, 6.0):
        side = rng.random()
        at = float(t)
        for _ in range(int(rng.integers(1, 6))):
            length = float(rng.uniform(*pair("mimic.myoclonus_s")))
            size = float(rng.uniform(60, 220))
            left, right = (size, 0.2 * size) if side < 0.4 else (0.2 * size, size) if side < 0.8 else (size, size)
            bursts.append(MuscleBurst(at, length, left, right, "jerk"))
            rows.append(Row(at, length, "sleep_myoclonus", state=line.state_at(at)))
            at += float(rng.uniform(0.3, 1.2))
    return bursts, rows, tuple(movements)
