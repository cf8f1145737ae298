"""Graphoelements of normal sleep by age: spindles, vertex waves, K-complexes, hypnagogic bursts, REM's eyes, blinks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from acceptance.other.canvas import Canvas
from acceptance.other.course import REM, WAKE, Course
from acceptance.other.randomness import lognormal, moments
from acceptance.other.scalp import PLACES, as_read, moved, patch, toward
from acceptance.other.truth import Planted

_VERTEX_FROM_MONTHS, _HYPNAGOGIC_FROM_MONTHS, _SPINDLES_FROM_MONTHS = 4.5, 3.0, 1.5


def through(keys: list[tuple[float, float]], sfreq_hz: float) -> NDArray[np.float64]:
    """A smooth wave through key points (time in s, value), without overshoot."""
    t, v = np.array(keys).T
    return np.asarray(PchipInterpolator(t, v)(np.arange(0, t[-1], 1 / sfreq_hz)))


def swell(t: NDArray[np.float64], rise: float) -> NDArray[np.float64]:
    """An envelope from 0 over 1 (at share ``rise`` of its length) to 0."""
    x = np.linspace(0, 1, len(t))
    return np.asarray(
        np.where(x < rise, np.sin(np.pi / 2 * x / rise), np.cos(np.pi / 2 * (x - rise) / (1 - rise))) ** 2
    )


def oscillation(
    canvas: Canvas, rng: np.random.Generator, *, lasts_s: float, start_hz: float, stop_hz: float, rise: float = 0.4
) -> NDArray[np.float64]:
    """A waxing and waning rhythm of drifting, slightly irregular frequency; peak 1."""
    t = canvas.times(lasts_s)
    drift = np.interp(t, np.linspace(0, lasts_s, 8), np.linspace(start_hz, stop_hz, 8) * rng.normal(1, 0.04, 8))
    beat = np.interp(t, np.linspace(0, lasts_s, 10), rng.uniform(0.65, 1, 10))
    return np.asarray(swell(t, rise) * beat * np.sin(2 * np.pi * (np.cumsum(drift) / canvas.sfreq_hz + rng.random())))


def graphoelements(
    canvas: Canvas, course: Course, rng: np.random.Generator, *, age_months: float, much: float, spindle_share: float
) -> None:
    """Plant them; ``much`` multiplies the rates of what resembles spasms, ``spindle_share`` those of spindles."""
    _spindles(canvas, course, rng, age_months, spindle_share)
    if age_months >= _VERTEX_FROM_MONTHS:
        _vertex_waves(canvas, course, rng, much)
        _k_complexes(canvas, course, rng, much, age_months)
    if age_months >= _HYPNAGOGIC_FROM_MONTHS:
        _hypnagogic(canvas, course, rng, much)
    _eyes(canvas, course, rng)


def _spindles(canvas: Canvas, course: Course, rng: np.random.Generator, age_months: float, share: float) -> None:
    if age_months < _SPINDLES_FROM_MONTHS or not share:
        return
    together = float(np.interp(age_months, (2, 6, 12, 24), (0.4, 0.6, 0.7, 0.95)))
    lasts = float(np.interp(age_months, (2, 4, 9, 24), (2.2, 2.9, 1.8, 1.1)))
    hz = rng.normal(13.0, 0.4)
    for at in moments(rng, 330 * share, course.deep()):
        sides = (-75.0, 75.0) if rng.random() < together else (float(rng.choice((-75.0, 75.0))),)
        lag = rng.normal(0, 0.4 * (1 - together) + 0.03, 2)
        uv = lognormal(rng, 17, 0.35, 7, 45)
        for k, side in enumerate(sides):
            own = lasts * rng.lognormal(0, 0.3)
            place = moved(toward(rng.uniform(25, 45), side), rng, 5)
            f = hz + rng.normal(0, 0.25)
            wave = oscillation(canvas, rng, lasts_s=own, start_hz=f + 0.3, stop_hz=f - 0.4)
            canvas.add(at + lag[k], uv * rng.lognormal(0, 0.2) * wave, patch(place, 3.5))
        canvas.tell(Planted(at, lasts, "spindle", amplitude_uv=2 * uv, state="nrem"))


def _vertex_waves(canvas: Canvas, course: Course, rng: np.random.Generator, much: float) -> None:
    light = [(a, min(b, a + 300)) for a, b in course.runs("nrem")]
    for first in moments(rng, 60 * much, light):
        at = first
        for _ in range(int(rng.integers(1, 5))):
            half, uv = rng.uniform(0.07, 0.13), lognormal(rng, 130, 0.35, 50, 280)
            keys = [
                (0.0, 0.0),
                (0.5 * half, rng.uniform(0, 0.2)),
                (1.4 * half, -1.0),
                (2.6 * half, rng.uniform(0.15, 0.5)),
                (4.5 * half, 0.0),
            ]
            lean = 0.0 if rng.random() < 0.7 else rng.normal(0, 22)
            canvas.add(
                at, uv * through(keys, canvas.sfreq_hz), patch(moved(toward(abs(lean), 90 * np.sign(lean)), rng, 6), 5)
            )
            canvas.tell(Planted(at, 4.5 * half, "vertex_wave", channel="Cz", amplitude_uv=1.3 * uv, state="nrem"))
            at += rng.uniform(0.6, 3)


def _k_complexes(canvas: Canvas, course: Course, rng: np.random.Generator, much: float, age_months: float) -> None:
    for at in moments(rng, 30 * much, course.deep()):
        lasts, uv = rng.uniform(0.6, 1.3), lognormal(rng, 210, 0.35, 90, 420)
        keys = [
            (0.0, 0.0),
            (0.1 * lasts, rng.uniform(0, 0.15)),
            (0.28 * lasts, -1.0),
            (0.62 * lasts, rng.uniform(0.45, 0.95)),
            (lasts, 0.0),
        ]
        field = patch(moved(toward(25, 0), rng, 8), rng.uniform(1.8, 3.2))
        canvas.add(at, uv * through(keys, canvas.sfreq_hz), field)
        if rng.random() < 0.5:
            wave = oscillation(canvas, rng, lasts_s=rng.uniform(0.6, 1.6), start_hz=13.2, stop_hz=12.6)
            canvas.add(at + 0.6 * lasts, lognormal(rng, 16, 0.3, 8, 35) * wave, patch(toward(25, 0), 2.5))
        if age_months > 5 and rng.random() < 0.12:
            canvas.tense(canvas.limb, (0, 1), at + 0.4, 25 * swell(np.zeros(round(rng.uniform(40, 200))), 0.3))
        canvas.tell(Planted(at, lasts, "k_complex", channel="Fz", amplitude_uv=1.6 * uv, state="nrem"))


def _hypnagogic(canvas: Canvas, course: Course, rng: np.random.Generator, much: float) -> None:
    """Runs of 3-5 Hz while falling asleep, and of slower waves when being roused."""
    runs = [(a, b + 120) for a, b in course.drowsy()]
    for at in moments(rng, 110 * much, runs):
        lasts, f = lognormal(rng, 2.2, 0.5, 0.7, 7), rng.uniform(3, 4.8)
        uv = lognormal(rng, 85, 0.35, 40, 180)
        wave = oscillation(canvas, rng, lasts_s=lasts, start_hz=f, stop_hz=0.9 * f, rise=rng.uniform(0.15, 0.5))
        wave = wave + 0.25 * wave**2 * np.sign(rng.standard_normal())
        field = patch(moved(toward(rng.uniform(0, 50), 0), rng, 8), rng.uniform(1.2, 2.5))
        canvas.add(at, uv * wave, as_read(field))
        canvas.tell(Planted(at, lasts, "hypnagogic", amplitude_uv=2 * uv, state=course.at(at)))


def _eyes(canvas: Canvas, course: Course, rng: np.random.Generator) -> None:
    blink = patch(toward(105, -16), 9) + patch(toward(105, 16), 9)
    aside = np.sign(PLACES[:, 0]) * np.exp(6 * (PLACES[:, 1] * 0.8 + np.abs(PLACES[:, 0]) * 0.6 - 1))
    for at in moments(rng, 420, course.runs(WAKE)):
        keys = [(0.0, 0.0), (0.1, 1.0), (0.2, 0.3), (rng.uniform(0.3, 0.5), 0.0)]
        canvas.add(at, lognormal(rng, 110, 0.4, 40, 300) * through(keys, canvas.sfreq_hz), blink)
    for at in moments(rng, 500, course.runs(WAKE, REM)):
        hold = rng.uniform(0.3, 1.2)
        keys = [(0.0, 0.0), (0.05, 1.0), (hold, 0.6), (hold + rng.uniform(0.1, 0.8), 0.0)]
        canvas.add(
            at, float(rng.choice((-1, 1))) * lognormal(rng, 45, 0.4, 15, 120) * through(keys, canvas.sfreq_hz), aside
        )
