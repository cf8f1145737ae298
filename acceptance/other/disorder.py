"""Abnormal interictal activity: delta of wandering topography, multifocal spikes, bursts and suppressions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from acceptance.other.background import Rhythms
from acceptance.other.canvas import TICKS_HZ, Canvas
from acceptance.other.course import NREM, REM, STATES, WAKE, Course
from acceptance.other.randomness import lognormal, moments
from acceptance.other.scalp import PLACES, SITES, moved, patch, swings, toward
from acceptance.other.truth import Planted

_HOP_S = 1.4
_SOURCES = 7


@dataclass(frozen=True)
class Disorder:
    """What is wrong between the spasms.

    Attributes
    ----------
    chaos_uv : float
        RMS of the wandering delta in NREM sleep.
    awake, in_rem : float
        Its share of that in the other states.
    together : float
        0: sources anywhere and independent; 1: one field over both hemispheres.
    lean : float
        Loss of the left (negative) or right hemisphere, -1 to 1.
    n_foci, spikes_per_min : float
        Multifocal spikes in NREM sleep.
    spike_uv : float
        Median size of a spike at its focus.
    flat : str
        ``""``, ``attenuation`` (now and then) or ``bursts`` (suppression between bursts).
    slowed : float
        Factor of the theta and delta of the ongoing activity; faster rhythms go with its inverse.
    """

    chaos_uv: float = 0.0
    awake: float = 0.7
    in_rem: float = 0.3
    together: float = 0.0
    lean: float = 0.0
    n_foci: int = 0
    spikes_per_min: float = 0.0
    spike_uv: float = 120.0
    flat: str = ""
    slowed: float = 1.0


DISORDERS = {
    "healthy": Disorder(),
    "nearly_normal": Disorder(n_foci=1, spikes_per_min=0.7, spike_uv=90, slowed=1.1),
    "focal": Disorder(chaos_uv=16, n_foci=1, spikes_per_min=5, lean=0.4, slowed=1.3),
    "multifocal": Disorder(chaos_uv=28, n_foci=5, spikes_per_min=18, slowed=1.2),
    "hypsarrhythmia": Disorder(chaos_uv=85, n_foci=8, spikes_per_min=45, spike_uv=220, slowed=1.6),
    "hypsarrhythmia_sleep_only": Disorder(
        chaos_uv=70, awake=0.15, in_rem=0.1, n_foci=6, spikes_per_min=35, spike_uv=190, slowed=1.3
    ),
    "hypsarrhythmia_half": Disorder(chaos_uv=80, lean=0.75, n_foci=6, spikes_per_min=30, spike_uv=190, slowed=1.5),
    "hypsarrhythmia_synchronous": Disorder(
        chaos_uv=75, together=0.8, n_foci=4, spikes_per_min=25, spike_uv=200, slowed=1.4
    ),
    "hypsarrhythmia_slow": Disorder(chaos_uv=95, n_foci=3, spikes_per_min=5, spike_uv=120, slowed=1.8),
    "hypsarrhythmia_attenuation": Disorder(
        chaos_uv=80, n_foci=7, spikes_per_min=35, spike_uv=200, flat="attenuation", slowed=1.5
    ),
    "suppression_bursts": Disorder(
        chaos_uv=75, awake=0.8, in_rem=0.8, n_foci=5, spikes_per_min=30, spike_uv=190, flat="bursts", slowed=1.2
    ),
}


def slowed(rhythms: dict[str, Rhythms], by: float) -> dict[str, Rhythms]:
    """Rhythms of a sick brain: more delta and theta, less of what is normal for the age."""
    return {
        name: replace(
            r,
            broad=r.broad * by**0.5,
            delta=r.delta * by,
            theta=r.theta * by,
            posterior=r.posterior / by**2,
            sigma=r.sigma / by**2,
        )
        for name, r in rhythms.items()
    }


def wander(canvas: Canvas, course: Course, what: Disorder, rng: np.random.Generator) -> None:
    """Add delta whose sources, fields and frequencies are drawn anew every second or so; less just after waking."""
    if not what.chaos_uv:
        return
    fs, n = canvas.sfreq_hz, canvas.eeg.shape[1]
    hop = round(_HOP_S * fs)
    length = 2 * hop
    f = np.fft.rfftfreq(length, 1 / fs)
    window = np.sin(np.pi * (np.arange(length) + 0.5) / length)
    starts = np.arange(-hop, n, hop)
    share = np.array([1.0 if s == NREM else what.awake if s == WAKE else what.in_rem for s in STATES])
    level = share @ course.weights((starts + hop) / fs)
    middle_s = (starts + hop) / fs
    for woken in course.awakenings():
        level[(middle_s > woken.start_s) & (middle_s < woken.start_s + rng.uniform(30, 150))] *= rng.uniform(0.4, 0.9)
    side = 1 - abs(what.lean) * np.clip(0.5 + 2.5 * np.sign(what.lean) * PLACES[:, 0], 0, 1)
    both = patch(toward(35, 0), 0.8)
    for k, at in enumerate(starts):
        u = rng.standard_normal((_SOURCES, 3))
        u[:, 2] = np.abs(u[:, 2]) - 0.25
        u /= np.linalg.norm(u, axis=1, keepdims=True)
        fields = np.exp(rng.uniform(1.0, 5.0, _SOURCES) * (PLACES @ u.T - 1))
        if what.together:
            fields = (1 - what.together) * fields + what.together * both[:, None]
        center, width = rng.uniform(0.4, 2.8, (_SOURCES, 1)), rng.uniform(0.6, 2.2, (_SOURCES, 1))
        shape = np.exp(-0.5 * ((f - center) / width) ** 2) + 0.02 / (1 + (f / 4) ** 2)
        waves = np.fft.irfft(
            shape * (rng.standard_normal((_SOURCES, len(f))) + 1j * rng.standard_normal((_SOURCES, len(f)))), length
        )
        waves /= waves.std(axis=1, keepdims=True)
        waves -= rng.uniform(0, 0.4, (_SOURCES, 1)) * (waves**2 - 1)
        sizes = np.exp(0.7 * rng.standard_normal(_SOURCES))
        if what.together:
            waves = (1 - what.together) * waves + what.together * waves[0]
        uv = what.chaos_uv * level[k] * np.exp(0.25 * rng.standard_normal())
        frame = ((fields * sizes) * (uv * side)[:, None]) @ (waves * window)
        a, b = max(at, 0), min(at + length, n)
        canvas.eeg[:, a:b] += frame[:, a - at : b - at].astype(np.float32)


def spike(rng: np.random.Generator, sfreq_hz: float) -> NDArray[np.float64]:
    """One spike or sharp wave, trough -1 (negative at the scalp), mostly with an after-going slow wave."""
    lasts = rng.uniform(0.05, 0.15)
    slow = rng.uniform(0.18, 0.5)
    after = rng.uniform(0.15, 0.8) if rng.random() < 0.75 else 0.05
    keys = [
        (0.0, 0.0),
        (0.4 * lasts, rng.uniform(0.0, 0.25)),
        (0.85 * lasts, -1.0),
        (1.35 * lasts, rng.uniform(0.0, 0.45)),
        (1.35 * lasts + 0.45 * slow, -after),
        (1.35 * lasts + slow, rng.uniform(-0.05, 0.12)),
        (1.35 * lasts + 1.5 * slow, 0.0),
    ]
    t, v = np.array(keys).T
    return np.asarray(PchipInterpolator(t, v)(np.arange(0, t[-1], 1 / sfreq_hz)))


def spikes(canvas: Canvas, course: Course, what: Disorder, rng: np.random.Generator) -> None:
    """Plant spikes of some foci, each with its own field and rate, and now and then several together."""
    if not what.n_foci:
        return
    places = [toward(rng.uniform(25, 95), rng.uniform(-180, 180)) for _ in range(what.n_foci)]
    rates = rng.dirichlet(np.full(what.n_foci, 2.0)) * what.spikes_per_min * 60
    sharpness = rng.uniform(3, 11, what.n_foci)
    for state, factor in ((NREM, 1.0), (WAKE, 0.25 + 0.6 * what.awake), (REM, 0.2 + 0.5 * what.in_rem)):
        runs = course.runs(state)
        for place, rate, sharp in zip(places, rates, sharpness, strict=True):
            for at in moments(rng, rate * factor, runs):
                _one_spike(canvas, at, place, sharp, lognormal(rng, what.spike_uv, 0.5, 40, 700), rng)
        for at in moments(rng, 0.03 * what.spikes_per_min * 60 * factor * (what.n_foci > 3), runs):
            for k in rng.permutation(what.n_foci)[: rng.integers(3, 5)]:
                lag = rng.uniform(0, 0.35)
                _one_spike(canvas, at + lag, places[k], sharpness[k], lognormal(rng, what.spike_uv, 0.5, 40, 700), rng)


def _one_spike(
    canvas: Canvas, at: float, place: NDArray[np.float64], sharp: float, uv: float, rng: np.random.Generator
) -> None:
    wave = spike(rng, canvas.sfreq_hz)
    field = patch(moved(place, rng, 4), sharp * rng.uniform(0.8, 1.25))
    canvas.add(at - int(np.argmin(wave)) / canvas.sfreq_hz, uv * wave, field)
    peak = SITES[int(np.argmax(field[:19]))]
    canvas.tell(Planted(at, 0.08, "spike", channel=peak, amplitude_uv=uv))


def flatten(canvas: Canvas, course: Course, what: Disorder, rng: np.random.Generator) -> None:
    """Suppressions between bursts, or attenuations now and then: all activity so far is lowered."""
    if not what.flat:
        return
    ticks = canvas.limb.shape[1]
    gain = np.ones(ticks)
    if what.flat == "bursts":
        low = rng.uniform(0.06, 0.16)
        now = 0.0
        while now < canvas.duration_s:
            asleep = course.at(now) != WAKE
            on, off = lognormal(rng, 2.4, 0.45, 0.8, 8), lognormal(rng, 4.0 if asleep else 2.5, 0.5, 1, 14)
            gain[round((now + on) * TICKS_HZ) : round((now + on + off) * TICKS_HZ)] = low
            canvas.tell(Planted(now, on, "burst", state=course.at(now)))
            now += on + off
    else:
        for at in moments(rng, 40, course.runs(NREM, WAKE)):
            lasts = lognormal(rng, 1.8, 0.4, 1, 5)
            gain[round(at * TICKS_HZ) : round((at + lasts) * TICKS_HZ)] = rng.uniform(0.12, 0.4)
            canvas.tell(Planted(at, lasts, "attenuation", state=course.at(at)))
    soften(canvas, gain, np.ones(len(SITES)))


def soften(canvas: Canvas, gain: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
    """Multiply the potentials by a gain of ``TICKS_HZ`` (edges within a quarter of a second), less where weight < 1."""
    kernel = np.hanning(0.25 * TICKS_HZ + 2)[1:-1]
    smooth = np.convolve(np.pad(gain, len(kernel) // 2, "edge"), kernel / kernel.sum(), "valid")[: len(gain)]
    x = np.arange(canvas.eeg.shape[1]) / canvas.sfreq_hz * TICKS_HZ
    loss = (1 - np.interp(x, np.arange(len(smooth)), smooth)).astype(np.float32)
    for k, w in enumerate(weight):
        canvas.eeg[k] *= 1 - np.float32(w) * loss


def local_uv(canvas: Canvas) -> NDArray[np.float64]:
    """Median over derivations of the peak-to-peak of each second."""
    return np.asarray(np.median(swings(canvas.eeg, canvas.sfreq_hz), axis=0), np.float64)
