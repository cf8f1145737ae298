"""What is no brain: crying, chewing, patting, pops, drifts, a bad electrode, the heart, the amplifier."""

from __future__ import annotations

import numpy as np

from acceptance.other.canvas import TICKS_HZ, Canvas
from acceptance.other.course import NREM, WAKE, Course
from acceptance.other.movement import free, sway, ticks
from acceptance.other.randomness import lognormal, moments
from acceptance.other.scalp import SITES, patch, toward
from acceptance.other.sleep import swell, through
from acceptance.other.truth import Planted

_JAW = [SITES.index(k) for k in ("F7", "T7", "F8", "T8", "A1", "A2")]
_FACE = [*_JAW, *(SITES.index(k) for k in ("Fp1", "Fp2", "P7", "P8", "F3", "F4"))]


def artifacts(
    canvas: Canvas, course: Course, rng: np.random.Generator, busy: list[tuple[float, float]], *, much: float
) -> None:
    """Plant all that comes and goes; nothing within the busy times but what a spasm brings itself."""
    awake = course.runs(WAKE)
    for at in free(moments(rng, 5 * much, awake), busy, 30):
        cry(canvas, at, lognormal(rng, 14, 0.6, 4, 60), rng)
    for at in free(moments(rng, 6 * much, awake), busy, 30):
        _chew(canvas, at, lognormal(rng, 15, 0.6, 4, 60), rng)
    for at in free(moments(rng, 5 * much, course.runs(WAKE, NREM)), busy, 30):
        _pat(canvas, at, lognormal(rng, 12, 0.5, 4, 45), rng, course.at(at))
    for at in free(moments(rng, 14 * much, awake), busy, 12):
        lasts = lognormal(rng, 3, 0.6, 1, 12)
        sway(canvas, at, lasts, lognormal(rng, 180, 0.6, 50, 900), rng)
        canvas.tell(Planted(at, lasts, "artifact", "sway", state=WAKE))
    for at in free(moments(rng, 10 * much, course.runs(WAKE, NREM)), busy, 3):
        _pop(canvas, at, rng, course.at(at))


def cry(canvas: Canvas, at: float, lasts: float, rng: np.random.Generator) -> None:
    """Sobs of muscle over the face about once a second, and the sway of breathing."""
    sobs = np.abs(np.sin(np.pi * rng.uniform(0.6, 1.1) * np.arange(len(ticks(lasts))) / TICKS_HZ)) ** 1.5
    shape = swell(sobs, 0.2) ** 0.5 * (0.25 + 0.75 * sobs)
    for r in _FACE:
        canvas.tense(canvas.scalp, (r,), at, rng.uniform(8, 30) * shape)
    canvas.tense(canvas.limb, (0, 1), at, rng.uniform(5, 40) * shape)
    sway(canvas, at, lasts, lognormal(rng, 90, 0.5, 30, 400), rng)
    canvas.tell(Planted(at, lasts, "artifact", "crying", state=WAKE))


def _chew(canvas: Canvas, at: float, lasts: float, rng: np.random.Generator) -> None:
    """Sucking and chewing: bursts of the jaw at 1-2.5 Hz, with the tongue's slow waves."""
    hz = rng.uniform(1.0, 2.5)
    t = np.arange(len(ticks(lasts))) / TICKS_HZ
    beat = np.clip(np.sin(2 * np.pi * hz * t + 0.5 * np.sin(0.7 * t)), 0, 1) ** 2
    for r in _JAW:
        canvas.tense(canvas.scalp, (r,), at, rng.uniform(5, 25) * beat)
    s = canvas.times(lasts)
    wave = np.sin(2 * np.pi * hz * s + 0.5 * np.sin(0.7 * s)) * swell(s, 0.2)
    canvas.add(at, rng.uniform(8, 45) * wave, patch(toward(100, 0), 2.5) - 0.4 * patch(toward(100, 180), 3))
    canvas.tell(Planted(at, lasts, "artifact", "chewing", state=WAKE))


def _pat(canvas: Canvas, at: float, lasts: float, rng: np.random.Generator, state: str) -> None:
    """Patting the back or rocking: rhythm of 1.5-4 Hz at the electrodes that are leaned on."""
    s = canvas.times(lasts)
    phase = (
        2 * np.pi * (rng.uniform(1.5, 4) * s + 0.1 * np.cumsum(rng.standard_normal(len(s))) / np.sqrt(canvas.sfreq_hz))
    )
    wave = (np.sin(phase) + rng.uniform(0, 0.6) * np.sin(2 * phase + 1)) * swell(s, 0.15) ** 0.3
    place = toward(rng.uniform(80, 110), rng.choice((-1, 1)) * rng.uniform(100, 180))
    canvas.add(at, lognormal(rng, 45, 0.5, 12, 200) * wave, patch(place, rng.uniform(2, 6)))
    canvas.tell(Planted(at, lasts, "artifact", "patting", state=state))


def _pop(canvas: Canvas, at: float, rng: np.random.Generator, state: str) -> None:
    site = int(rng.integers(19))
    keys = [(0.0, 0.0), (0.012, 1.0), (0.12, 0.5), (0.4, 0.12), (rng.uniform(0.6, 1.5), 0.0)]
    lone = np.zeros(len(SITES))
    lone[site] = rng.choice((-1, 1)) * lognormal(rng, 260, 0.6, 60, 1500)
    canvas.add(at, through(keys, canvas.sfreq_hz), lone)
    canvas.tell(Planted(at, 1.0, "artifact", "electrode_pop", channel=SITES[site], state=state))


def instrument(canvas: Canvas, rng: np.random.Generator) -> None:
    """Amplifier noise, slow drift, some mains, and in a third of the recordings one electrode of bad contact."""
    n = canvas.eeg.shape[1]
    t = np.arange(n, dtype=np.float32) / canvas.sfreq_hz
    mains = np.sin(2 * np.pi * float(rng.choice((50, 60))) * t).astype(np.float32)
    bad = int(rng.integers(19)) if rng.random() < 0.33 else -1
    for k, line in enumerate(canvas.eeg):
        line += np.float32(rng.uniform(0.5, 1.2)) * rng.standard_normal(n, np.float32)
        line += np.float32(rng.exponential(0.6)) * mains
        slow = np.cumsum(rng.standard_normal(int(canvas.duration_s / 3) + 3)) * rng.uniform(2, 8)
        line += np.interp(t, np.arange(len(slow)) * 3.0, slow).astype(np.float32)
        if k == bad:
            line += 12 * mains + 6 * rng.standard_normal(n, np.float32)
            canvas.tell(Planted(0.0, canvas.duration_s, "note", "bad_contact", channel=SITES[k]))


def beats(duration_s: float, age_months: float, rng: np.random.Generator) -> np.ndarray:
    """Times of the heart's beats; 145 a minute at 2 months, 110 at three years, with breathing and trends."""
    rate = float(np.interp(age_months, (2, 12, 36), (142, 125, 108))) * rng.lognormal(0, 0.06)
    n = int(duration_s * rate / 60 * 1.3)
    k = np.arange(n)
    trend = np.cumsum(rng.standard_normal(n)) * 0.0012
    gaps = 60 / rate * (1 + 0.03 * np.sin(2 * np.pi * k / 4.2) + np.clip(trend, -0.12, 0.12) + rng.normal(0, 0.008, n))
    times = np.cumsum(gaps)
    return np.asarray(times[times < duration_s - 1])
