"""One whole recording, from seed to signals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfilt

from acceptance.other import artifacts, movement, muscle, spasms
from acceptance.other.background import normal_rhythms, paint
from acceptance.other.canvas import Canvas, Samples, blank
from acceptance.other.child import Child, child
from acceptance.other.course import Course, course
from acceptance.other.disorder import DISORDERS, flatten, slowed, spikes, wander
from acceptance.other.randomness import stream
from acceptance.other.scalp import PLACES
from acceptance.other.sleep import graphoelements, through
from acceptance.other.truth import Planted

_HIGH_PASS_HZ = 0.3


@dataclass(frozen=True)
class Made:
    """Potentials at all sites, deltoids and heart, and what is in them."""

    canvas: Canvas
    limbs: Samples
    heart: Samples
    course: Course
    child: Child


def record(
    seed: int, *, disorder: str, mimics: float, age_months: float, minutes: float, sfreq_hz: float, emg: bool
) -> Made:
    """Make it. ``mimics`` multiplies what resembles spasms; ``healthy`` has none of the real ones."""
    what = DISORDERS[disorder]
    line = course(stream(seed, "course"), minutes=minutes, age_months=age_months)
    who = child(stream(seed, "child"), size=1.35 if what.chaos_uv > 60 else 1.0)
    planned = [] if disorder == "healthy" else spasms.plan(who, line, stream(seed, "spasms"))
    busy = spasms.busy(planned)
    canvas = blank(line.duration_s, sfreq_hz)
    for s in line.stretches:
        canvas.tell(Planted(s.start_s, s.stop_s - s.start_s, f"sleep_{s.state}", state=s.state))
    rhythms = slowed(normal_rhythms(stream(seed, "rhythms"), age_months), what.slowed)
    paint(canvas, line, rhythms, stream(seed, "paint"), age_months=age_months)
    wander(canvas, line, what, stream(seed, "wander"))
    canvas.eeg[:] *= np.float32(stream(seed, "skull").lognormal(0, 0.12))
    rng = stream(seed, "sleep")
    ordinary = rng.uniform(0, 0.35) if what.chaos_uv > 40 else 1.0
    quiet = mimics * (0.4 if what.chaos_uv > 40 else 1.0)
    graphoelements(canvas, line, rng, age_months=age_months, much=quiet, spindle_share=ordinary)
    spikes(canvas, line, what, stream(seed, "spikes"))
    flatten(canvas, line, what, stream(seed, "flat"))
    movement.tone(canvas, line, stream(seed, "tone"))
    spasms.plant(canvas, who, planned, line, stream(seed, "plant"), emg=emg)
    _moves(canvas, line, seed, busy, mimics)
    artifacts.artifacts(canvas, line, stream(seed, "artifacts"), busy, much=0.6 + 0.4 * mimics)
    if planned and who.cries:
        rng = stream(seed, "cry")
        for p in [p for p in canvas.planted if p.trial_type == "spasm_cluster"]:
            after = p.onset_s + p.duration_s + rng.uniform(3, 10)
            if not any(a - 20 < after < b for a, b in busy) and after < canvas.duration_s - 30:
                artifacts.cry(canvas, after, rng.uniform(6, 18), rng)
    muscle.onto_scalp(canvas, stream(seed, "scalp"))
    limbs = muscle.limbs(canvas, stream(seed, "limbs"))
    heart = _heart(canvas, limbs, age_months, stream(seed, "heart"))
    artifacts.instrument(canvas, stream(seed, "instrument"))
    sos = butter(1, _HIGH_PASS_HZ, "highpass", fs=sfreq_hz, output="sos")
    for k in range(len(canvas.eeg)):
        canvas.eeg[k] = sosfilt(sos, canvas.eeg[k])
    return Made(canvas, limbs, heart, line, who)


def _moves(canvas: Canvas, line: Course, seed: int, busy: list[tuple[float, float]], mimics: float) -> None:
    movement.movements(canvas, line, stream(seed, "moves"), busy, much=0.7 + 0.3 * mimics)
    movement.startles(canvas, line, stream(seed, "startles"), busy, per_hour=5 * mimics)
    movement.myoclonus(canvas, line, stream(seed, "myoclonus"), busy, per_hour=7 * mimics)
    movement.shudders(canvas, line, stream(seed, "shudders"), busy, per_hour=5 * mimics)
    movement.rousings(canvas, line, stream(seed, "rousings"), busy, per_hour=6 * mimics)


def _heart(canvas: Canvas, limbs: Samples, age_months: float, rng: np.random.Generator) -> Samples:
    """The ECG lead; some of it reaches ears and limbs."""
    fs = canvas.sfreq_hz
    keys = [(0.0, 0.0), (0.02, -0.12), (0.04, 1.0), (0.058, -0.3), (0.08, 0.0), (0.18, 0.2), (0.27, 0.0)]
    beat = through(keys, fs)
    train = np.zeros(canvas.eeg.shape[1], np.float32)
    for at in artifacts.beats(canvas.duration_s, age_months, rng):
        a = round(at * fs)
        train[a : a + len(beat)] += beat[: len(train) - a].astype(np.float32)
    limbs[0] += np.float32(rng.uniform(2, 18)) * train
    limbs[1] += np.float32(rng.uniform(1, 12)) * train
    leak = rng.uniform(0, 8) * (-0.5 * PLACES[:, 0] - PLACES[:, 2] + 0.3)
    for k, uv in enumerate(leak):
        canvas.eeg[k] += np.float32(0.4 * uv) * train
    return np.asarray(800 * train + 12 * rng.standard_normal(len(train), np.float32), np.float32)
