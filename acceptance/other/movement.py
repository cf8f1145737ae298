"""Limb muscle that is no spasm: tone, movements, startles, sleep myoclonus, shudders, and being roused."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from acceptance.other.canvas import TICKS_HZ, Canvas
from acceptance.other.course import NREM, REM, WAKE, Course
from acceptance.other.randomness import lognormal, moments
from acceptance.other.scalp import SITES, as_read, moved, patch, toward
from acceptance.other.sleep import oscillation, swell, through
from acceptance.other.truth import Planted

_TONE_UV = {WAKE: 5.0, NREM: 1.8, REM: 0.7}
_HEAD = [SITES.index(k) for k in ("F7", "T7", "P7", "F8", "T8", "P8", "Fp1", "Fp2", "A1", "A2")]


def free(times: NDArray[np.float64], busy: list[tuple[float, float]], lasts_s: float) -> list[float]:
    """Those of the times at which something of that length touches nothing busy."""
    return [float(t) for t in times if not any(a - lasts_s < t < b for a, b in busy)]


def ticks(lasts_s: float) -> NDArray[np.float64]:
    """Silence of that length at ``TICKS_HZ``."""
    return np.zeros(max(round(lasts_s * TICKS_HZ), 3))


def tone(canvas: Canvas, course: Course, rng: np.random.Generator) -> None:
    """Resting tone by state, never quite steady."""
    n = canvas.limb.shape[1]
    t = np.arange(n) / TICKS_HZ
    for side in range(2):
        walk = np.interp(
            t, np.arange(0, canvas.duration_s + 4, 2.0), rng.standard_normal(int(canvas.duration_s / 2) + 2)
        )
        level = sum(w * _TONE_UV[s] for w, s in zip(course.weights(t, 3.0), (WAKE, NREM, REM), strict=True))
        canvas.limb[side] += (level * rng.lognormal(0, 0.3) * np.exp(0.3 * walk)).astype(np.float32)
    scalp = 0.9 * course.weights(t, 3.0)[0] * rng.lognormal(0, 0.4)
    for r in _HEAD:
        canvas.scalp[r] += (scalp * rng.lognormal(0, 0.3)).astype(np.float32)


def movements(
    canvas: Canvas, course: Course, rng: np.random.Generator, busy: list[tuple[float, float]], *, much: float
) -> None:
    """Ordinary movements of the arms awake, twitches in REM, with sway in the EEG at times."""
    for at in free(moments(rng, 110 * much, course.runs(WAKE)), busy, 4):
        lasts = lognormal(rng, 1.6, 0.8, 0.3, 15)
        size = lognormal(rng, 45, 0.8, 8, 350)
        shape = ticks(lasts)
        for _ in range(1 + rng.poisson(lasts)):
            a, w = rng.integers(0, len(shape)), round(rng.uniform(0.15, 0.9) * TICKS_HZ)
            shape[a : a + w] += rng.uniform(0.2, 1) * swell(np.zeros(w), rng.uniform(0.1, 0.8))[: len(shape) - a]
        sides = (0, 1) if rng.random() < 0.55 else (int(rng.integers(2)),)
        for side in sides:
            canvas.tense(canvas.limb, (side,), at + rng.uniform(0, 0.3), size * rng.uniform(0.4, 1) * shape)
        if rng.random() < 0.5:
            sway(canvas, at, lasts + 0.5, lognormal(rng, 70, 0.7, 15, 500), rng)
            canvas.tense(canvas.scalp, _HEAD, at, rng.uniform(1, 9) * shape)
        canvas.tell(Planted(at, lasts, "artifact", "movement", state=course.at(at)))
    for at in moments(rng, 150 * much, course.runs(REM)):
        shape = lognormal(rng, 15, 0.6, 4, 90) * swell(ticks(rng.uniform(0.05, 0.25)), 0.3)
        canvas.tense(canvas.limb, (int(rng.integers(2)),), at, shape)
        canvas.tell(Planted(at, 0.2, "rem_twitch", state=REM))


def sway(canvas: Canvas, at: float, lasts: float, uv: float, rng: np.random.Generator) -> None:
    """Slow irregular potentials of electrodes and leads that move."""
    step = rng.uniform(0.15, 0.7)
    knots = int(lasts / step) + 3
    for _ in range(int(rng.integers(1, 4))):
        v = rng.standard_normal(knots)
        v[[0, -1]] = 0
        keys = list(zip(np.linspace(0, lasts, knots).tolist(), v.tolist(), strict=True))
        place = toward(rng.uniform(30, 115), rng.uniform(-180, 180))
        canvas.add(at, 0.6 * uv * through(keys, canvas.sfreq_hz), patch(place, rng.uniform(1, 9)))


def startles(
    canvas: Canvas, course: Course, rng: np.random.Generator, busy: list[tuple[float, float]], *, per_hour: float
) -> None:
    """A sudden bilateral jerk, with a vertex response when asleep; head movement after it at times."""
    for at in free(moments(rng, per_hour, course.runs(WAKE, NREM)), busy, 4):
        lasts = rng.uniform(0.12, 0.45)
        shape = np.exp(-np.arange(len(ticks(2.5 * lasts))) / (0.5 * lasts * TICKS_HZ))
        shape[:2] *= (0.3, 0.8)
        for side in range(2):
            canvas.tense(canvas.limb, (side,), at + rng.uniform(0, 0.02), lognormal(rng, 150, 0.5, 30, 500) * shape)
        canvas.tense(canvas.scalp, _HEAD, at, rng.uniform(3, 15) * shape)
        if course.at(at) == NREM and rng.random() < 0.6:
            keys = [(0.0, 0.0), (0.12, -1.0), (0.35, 0.7), (0.8, 0.0)]
            canvas.add(
                at + 0.05, lognormal(rng, 130, 0.3, 60, 300) * through(keys, canvas.sfreq_hz), patch(toward(15, 0), 3)
            )
        if rng.random() < 0.6:
            sway(canvas, at, rng.uniform(0.6, 1.6), lognormal(rng, 80, 0.5, 20, 300), rng)
        canvas.tell(Planted(at, lasts, "startle", state=course.at(at)))


def myoclonus(
    canvas: Canvas, course: Course, rng: np.random.Generator, busy: list[tuple[float, float]], *, per_hour: float
) -> None:
    """Brief jerks in sleep, alone or in irregular runs, without anything in the EEG."""
    for first in free(moments(rng, per_hour, course.runs(NREM)), busy, 20):
        sides = (0, 1) if rng.random() < 0.4 else (int(rng.integers(2)),)
        at = first
        for _ in range(1 + int(rng.geometric(0.4))):
            lasts = rng.uniform(0.02, 0.13)
            canvas.tense(canvas.limb, sides, at, lognormal(rng, 70, 0.5, 15, 300) * swell(ticks(lasts), 0.3))
            canvas.tell(Planted(at, lasts, "sleep_myoclonus", state=NREM))
            at += rng.uniform(0.25, 4.0)


def shudders(
    canvas: Canvas, course: Course, rng: np.random.Generator, busy: list[tuple[float, float]], *, per_hour: float
) -> None:
    """Shuddering and stretching while awake: 6-10 Hz tremor for a second or two, or tension for several."""
    for at in free(moments(rng, per_hour, course.runs(WAKE)), busy, 8):
        trembles = rng.random() < 0.5
        lasts = rng.uniform(0.8, 2.5) if trembles else rng.uniform(2, 8)
        shape = swell(ticks(lasts), 0.35)
        if trembles:
            shape = shape * (0.55 + 0.45 * np.sin(2 * np.pi * rng.uniform(6, 10) * np.arange(len(shape)) / TICKS_HZ))
        canvas.tense(canvas.limb, (0, 1), at, lognormal(rng, 60, 0.5, 15, 250) * shape)
        canvas.tense(canvas.scalp, _HEAD, at, rng.uniform(1, 6) * shape)
        canvas.tell(Planted(at, lasts, "artifact", "shudder" if trembles else "stretching", state=WAKE))


def rousings(
    canvas: Canvas, course: Course, rng: np.random.Generator, busy: list[tuple[float, float]], *, per_hour: float
) -> None:
    """Brief arousals from sleep: high slow waves, then movement; also at each awakening."""
    times = np.append(moments(rng, per_hour, course.deep()), [s.start_s - 2.0 for s in course.awakenings()])
    for at in free(np.sort(times), busy, 8):
        lasts, f = lognormal(rng, 3.0, 0.4, 1.2, 8), rng.uniform(1.4, 3.0)
        uv = lognormal(rng, 80, 0.35, 35, 180)
        wave = oscillation(canvas, rng, lasts_s=lasts, start_hz=f, stop_hz=1.2 * f, rise=0.3)
        canvas.add(at, uv * wave, as_read(patch(moved(toward(30, 0), rng, 10), rng.uniform(0.9, 2))))
        shape = swell(ticks(rng.uniform(1.5, 6)), 0.2)
        canvas.tense(canvas.limb, (0, 1), at + rng.uniform(0.3, 1.5), lognormal(rng, 40, 0.6, 8, 200) * shape)
        canvas.tense(canvas.scalp, _HEAD, at + 1, rng.uniform(1, 8) * shape)
        sway(canvas, at + 1, rng.uniform(1, 4), lognormal(rng, 60, 0.5, 15, 250), rng)
        canvas.tell(Planted(at, lasts, "arousal", amplitude_uv=2 * uv, state=course.at(at)))
