"""Eyes, heart and muscles: their own channels and what they leave on the EEG."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.simulate import head, noise
from westward.eeg.simulate.artifacts import Artifacts, muscle_weights
from westward.eeg.simulate.graphoelements import poisson_times
from westward.eeg.simulate.parameters import number, numbers
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.spasms import MuscleBurst
from westward.eeg.simulate.timeline import NREM, REM, WAKE, Timeline
from westward.eeg.simulate.tracks import Tracks
from westward.eeg.simulate.wavelets import Wavelets, bump, hump

FloatArray = NDArray[np.float32]
Times = NDArray[np.float64]

_BLINK = {"Fp1": 1.0, "Fp2": 1.0, "F3": 0.28, "F4": 0.28, "Fz": 0.3, "F7": 0.3, "F8": 0.3, "FCz": 0.15}
_GAZE = {"F7": 1.0, "F8": -1.0, "Fp1": 0.45, "Fp2": -0.45, "T7": 0.3, "T8": -0.3, "F3": 0.25, "F4": -0.25}


@dataclass(frozen=True, eq=False)
class Body:
    """Signals from outside the brain.

    Attributes
    ----------
    eyes : tuple of Wavelets
        Blinks and eye movements; fields have two extra columns for the left and right EOG lead.
    beats_s : float array, shape (n_beats,)
    heart_field : float32 array, shape (n_sites,)
        ECG at the electrodes relative to the ECG lead.
    bursts : tuple of MuscleBurst
        Contractions seen in the deltoid leads.
    """

    eyes: tuple[Wavelets, ...]
    beats_s: Times
    heart_field: FloatArray
    bursts: tuple[MuscleBurst, ...]
    tone: noise.NoiseSource
    tracks: Tracks
    sfreq_hz: float

    def add_to(self, sites: FloatArray, aux: dict[str, FloatArray], start: int, artifacts: Artifacts) -> None:
        """Add to potentials (n_sites, n) and to the channels ``EOG L``, ``EOG R``, ``ECG``, ``EMG Chin``,
        ``EMG L Delt``, ``EMG R Delt`` that are present; in place."""
        n, fs = sites.shape[1], self.sfreq_hz
        start_s = start / fs
        seen = np.zeros((len(head.SITES) + 2, n), np.float32)
        for eye in self.eyes:
            eye.add_to(seen, start, fs)
        sites += seen[: len(head.SITES)]
        scalp = self.tracks.at("muscle", start_s, n, fs)
        if float(scalp.max(initial=0)) > 0.1:
            sites += artifacts.muscle.read(start, start + n) * muscle_weights()[:, None] * scalp
        heart = self._heart(start, n)
        sites += self.heart_field[:, None] * heart
        tone = self.tone.read(start, start + n)
        fp = 0.5 * (sites[0] + sites[1])
        for k, name in enumerate(("EOG L", "EOG R")):
            if name in aux:
                aux[name] += seen[len(head.SITES) + k] + 0.6 * fp + tone[3 + k] * (0.6 * scalp + 0.8)
        if "ECG" in aux:
            aux["ECG"] += 900 * heart + 4 * tone[5]
        if "EMG Chin" in aux:
            aux["EMG Chin"] += tone[0] * self.tracks.at("chin", start_s, n, fs) + 6 * heart
        level = self.tracks.at("deltoid", start_s, n, fs)
        move = self._movement(artifacts, start, n)
        for k, name in ((1, "EMG L Delt"), (2, "EMG R Delt")):
            if name in aux:
                aux[name] += tone[k] * (level + move + self._contraction(k - 1, start, n)) + 15 * heart

    def _heart(self, start: int, n: int) -> FloatArray:
        fs = self.sfreq_hz
        out = np.zeros(n, np.float32)
        i, j = np.searchsorted(self.beats_s, (start / fs - 0.3, (start + n) / fs + 0.3))
        width = round(0.5 * fs)
        for b in self.beats_s[i:j]:
            first = int(np.ceil((b - 0.15) * fs))
            lo, hi = max(first, start), min(first + width, start + n)
            if lo < hi:
                t = np.arange(lo, hi) / fs - b
                out[lo - start : hi - start] += (
                    bump(t, 0, 0.008, 0.008)
                    - 0.15 * bump(t, -0.02, 0.007, 0.007)
                    - 0.3 * bump(t, 0.02, 0.008, 0.01)
                    + 0.12 * bump(t, -0.09, 0.018, 0.018)
                    + 0.25 * bump(t, 0.17, 0.035, 0.028)
                ).astype(np.float32)
        return out

    def _contraction(self, side: int, start: int, n: int) -> FloatArray:
        fs = self.sfreq_hz
        out = np.zeros(n, np.float32)
        for b in self.bursts:
            if b.onset_s > (start + n) / fs:
                break
            if b.onset_s + b.duration_s < start / fs:
                continue
            t = (start + np.arange(n)) / fs - b.onset_s
            x = t / b.duration_s
            if b.shape == "diamond":
                env = np.clip(np.minimum(x / 0.35, (1 - x) / 0.65), 0, 1)
            else:
                env = hump(x, -0.05, 1.1) ** 0.5 * ((x > 0) & (x < 1))
            out += ((b.left_uv, b.right_uv)[side] * env).astype(np.float32)
        return out

    def _movement(self, artifacts: Artifacts, start: int, n: int) -> FloatArray:
        fs = self.sfreq_hz
        out = np.zeros(n, np.float32)
        for a in artifacts.items:
            if a.onset_s > (start + n) / fs:
                break
            if a.kind in ("movement", "crying", "clipping") and a.onset_s + a.duration_s > start / fs:
                t = (start + np.arange(n)) / fs - a.onset_s
                hill = np.clip(np.minimum(t, a.duration_s - t) / 0.7, 0, 1)
                out += (min(0.35 * a.size_uv, 90) * hill).astype(np.float32)
        return out


def plan_body(
    line: Timeline,
    tracks: Tracks,
    *,
    seed: int,
    age_months: float,
    sfreq_hz: float,
    artifact_factor: float,
    bursts: tuple[MuscleBurst, ...],
) -> Body:
    """Eyes, heart and muscles of one recording."""
    rng = generator(seed, "body")
    heart = np.array([rng.normal(0, 0.003) for _ in head.SITES])
    side = np.clip(head.positions()[:, 0], -1, 1)
    heart = (heart + 0.004 * side * rng.uniform(0.5, 1.5)) * min(1 + 0.3 * (artifact_factor - 1), 4)
    heart[head.SITES.index("A1")] -= 0.006
    heart[head.SITES.index("A2")] += 0.004
    return Body(
        (_blinks(line, rng, age_months), _saccades(line, rng), _rolling(line, rng)),
        _beats(line, rng, age_months),
        (900 * heart).astype(np.float32),
        bursts,
        noise.NoiseSource(
            seed, "tone", 6, noise.band(15, 100), sfreq_hz, waxing_sd=0.25, waxing_hz=0.8, shared_waxing=0.1
        ),
        tracks,
        sfreq_hz,
    )


def _eye_fields(pattern: dict[str, float], left: float, right: float) -> FloatArray:
    return np.array([[*(pattern.get(s, 0.02) for s in head.SITES), left, right]], np.float32)


def _blink_shape(t: Times, p: Times) -> Times:
    return np.asarray(p[1] * bump(t, 0.4 * p[0], 0.13 * p[0], 0.22 * p[0]), np.float64)


def _saccade_shape(t: Times, p: Times) -> Times:
    length, size = p
    return np.asarray(
        size * np.clip(t / 0.05, 0, 1) * np.clip((length - t) / 0.12, 0, 1) * np.exp(-t / 1.2), np.float64
    )


def _blinks(line: Timeline, rng: np.random.Generator, age_months: float) -> Wavelets:
    t = poisson_times(rng, line, (WAKE,), number("body.blink_per_min", age_months) / 60, 0.8)
    n = len(t)
    p = np.stack([rng.uniform(0.25, 0.45, n), rng.uniform(60, 160, n)], axis=1)
    return Wavelets(t, p[:, 0] * 1.4, p, np.zeros(n, np.int64), _eye_fields(_BLINK, -0.6, 0.9), _blink_shape)


def _saccades(line: Timeline, rng: np.random.Generator) -> Wavelets:
    rem = poisson_times(rng, line, (REM,), numbers("body.rem_per_min")[0] / 60, 0.6)
    rem = np.concatenate([rem, rem[rng.random(len(rem)) < 0.5] + rng.uniform(0.4, 1.2)])
    wake = poisson_times(rng, line, (WAKE,), 12 / 60, 0.6)
    t = np.sort(np.concatenate([rem, wake]))
    n = len(t)
    p = np.stack([rng.uniform(0.3, 1.2, n), rng.choice([-1, 1], n) * rng.uniform(20, 70, n)], axis=1)
    return Wavelets(t, p[:, 0], p, np.zeros(n, np.int64), _eye_fields(_GAZE, 1.6, -1.6), _saccade_shape)


def _rolling_shape(t: Times, p: Times) -> Times:
    return np.asarray(p[1] * hump(t, 0, p[0]) * np.sin(2 * np.pi * 0.35 * t), np.float64)


def _rolling(line: Timeline, rng: np.random.Generator) -> Wavelets:
    t = poisson_times(rng, line, (1,), 1.5 / 60, 8)
    n = len(t)
    p = np.stack([rng.uniform(5, 12, n), rng.uniform(30, 80, n)], axis=1)
    return Wavelets(t, p[:, 0], p, np.zeros(n, np.int64), _eye_fields(_GAZE, 1.6, -1.6), _rolling_shape)


def _beats(line: Timeline, rng: np.random.Generator, age_months: float) -> Times:
    rate = number("body.heart_per_min", age_months) * float(rng.uniform(0.92, 1.08))
    per_state = rate * np.array([1.0, 0.95, 0.88, 0.92])
    state = line.per_second()
    n = int(line.duration_s * rate / 60 * 1.3) + 10
    wobble = rng.standard_normal(n) * 0.03
    rr = np.empty(n)
    at = 0.0
    for i in range(n):
        per_min = per_state[state[min(int(at), len(state) - 1)]]
        breath = 0.02 * np.sin(2 * np.pi * 0.55 * at) * (1.6 if state[min(int(at), len(state) - 1)] == NREM else 0.7)
        rr[i] = 60 / per_min * (1 + wobble[i] + breath)
        at += rr[i]
        if at > line.duration_s:
            rr = rr[: i + 1]
            break
    return np.cumsum(rr)
