"""What is not brain: movement, crying, patting, sucking, chewing, pops, drift, bad electrodes, mains, clipping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.simulate import head, noise
from westward.eeg.simulate.graphoelements import poisson_times
from westward.eeg.simulate.parameters import numbers, pair
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.row import Row
from westward.eeg.simulate.scenario import Scenario
from westward.eeg.simulate.timeline import STATES, Timeline
from westward.eeg.simulate.wavelets import plateau

FloatArray = NDArray[np.float32]
Times = NDArray[np.float64]

OBSCURING = frozenset({"movement", "crying", "chewing", "clipping"})
"""Kinds under which nobody can read the EEG of any region."""
_N = len(head.SITES)
_SWAY = 8
_MUSCLE = {"T7": 1.0, "T8": 1.0, "F7": 0.9, "F8": 0.9, "Fp1": 0.6, "Fp2": 0.6, "P7": 0.55, "P8": 0.55,
           "O1": 0.4, "O2": 0.4, "F3": 0.3, "F4": 0.3, "A1": 0.9, "A2": 0.9}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Artifact:
    """One stretch of artifact.

    Attributes
    ----------
    kind : str
        ``movement``, ``crying``, ``patting``, ``sucking``, ``chewing``, ``pop``, ``sweat``, ``loose``, ``flat``,
        ``mains``, ``clipping``.
    onset_s, duration_s : float
    size_uv : float
        Typical amplitude.
    rate_hz : float
        Repetition rate of the rhythmic kinds; mains frequency.
    weights : float32 array, shape (n_sites, k)
        How each site takes part (k = 8 for sway, else 1).
    sites : tuple of str
        The electrodes mainly concerned; empty for all.
    """

    kind: str
    onset_s: float
    duration_s: float
    size_uv: float
    rate_hz: float
    weights: FloatArray
    sites: tuple[str, ...] = ()

    @property
    def row(self) -> Row:
        """Line of the truth table."""
        return Row(
            self.onset_s,
            self.duration_s,
            "artifact",
            channel=",".join(self.sites),
            subtype=self.kind,
            amplitude_uv=self.size_uv,
            counted=False,
            reason=self.kind,
        )


@dataclass(frozen=True, eq=False)
class Artifacts:
    """All artifacts of a recording, and the noise they are made of."""

    items: tuple[Artifact, ...]
    sway: noise.NoiseSource
    muscle: noise.NoiseSource
    loose: noise.NoiseSource
    sfreq_hz: float

    def add_to(self, out: FloatArray, start: int) -> None:
        """Add everything to potentials of shape (n_sites, n) that start at sample ``start``; in place."""
        stop = start + out.shape[1]
        fs = self.sfreq_hz
        late: list[Artifact] = []
        for a in self.items:
            if a.onset_s > stop / fs:
                break
            if a.onset_s + a.duration_s <= start / fs:
                continue
            if a.kind in ("flat", "clipping"):
                late.append(a)
                continue
            first, last, t = self._overlap(a, start, stop)
            if first < last:
                out[:, first - start : last - start] += self._wave(a, t, first, last)
        for a in late:
            first, last, t = self._overlap(a, start, stop)
            if first >= last:
                continue
            part = out[:, first - start : last - start]
            if a.kind == "flat":
                part[[head.SITES.index(s) for s in a.sites]] = np.nan
            else:
                part += self._wave(a, t, first, last)

    def _overlap(self, a: Artifact, start: int, stop: int) -> tuple[int, int, Times]:
        first = max(int(np.ceil(a.onset_s * self.sfreq_hz)), start)
        last = min(int((a.onset_s + a.duration_s) * self.sfreq_hz) + 1, stop)
        return first, last, np.arange(first, last) / self.sfreq_hz - a.onset_s

    def _wave(self, a: Artifact, t: Times, first: int, last: int) -> FloatArray:
        length = a.duration_s
        edge = min(0.5 / length, 0.3)
        env = plateau(t, length, edge).astype(np.float32)
        beat = (t * a.rate_hz) % 1.0
        if a.kind in ("movement", "clipping"):
            body = (a.weights @ self.sway.read(first, last)) * (a.size_uv * env)
            return body + self._emg(first, last) * (0.12 * min(a.size_uv, 400) * env)
        if a.kind == "crying":
            # Bursts of muscle with each cry, and slow sway with each breath.
            gate = (np.clip(np.sin(np.pi * np.clip(beat / 0.75, 0, 1)), 0, 1) ** 0.7).astype(np.float32)
            body = (a.weights @ self.sway.read(first, last)) * (0.8 * a.size_uv * env)
            return body + self._emg(first, last) * (a.size_uv * (0.15 + gate) * env)
        if a.kind == "chewing":
            gate = (np.sin(np.pi * np.clip(beat / 0.45, 0, 1)) ** 2 * (beat < 0.45)).astype(np.float32)
            return np.asarray(self._emg(first, last) * (a.size_uv * gate * env), np.float32)
        if a.kind == "patting":
            pulse = np.sin(2 * np.pi * beat) + 0.4 * np.sin(4 * np.pi * beat + 0.7)
            return a.weights * (a.size_uv * 0.5 * pulse * env).astype(np.float32)
        if a.kind == "sucking":
            train = (np.sin(2 * np.pi * t / 9.0) > -0.4) * np.sin(np.pi * np.clip(beat / 0.7, 0, 1)) ** 2
            slow = a.weights * (a.size_uv * train * env).astype(np.float32)
            chew = self._emg(first, last) * (0.12 * a.size_uv * (train * env).astype(np.float32))
            return np.asarray(slow + chew, np.float32)
        if a.kind == "pop":
            decay = np.exp(-t / (a.rate_hz * 0.3)) * (1 - np.clip((t - 0.8 * length) / (0.2 * length), 0, 1))
            return a.weights * (a.size_uv * decay).astype(np.float32)
        if a.kind == "sweat":
            slow = np.sin(2 * np.pi * a.rate_hz * t) + 0.6 * np.sin(2 * np.pi * 0.61 * a.rate_hz * t + 1)
            return a.weights * (a.size_uv * slow * env).astype(np.float32)
        if a.kind == "mains":
            hum = np.sin(2 * np.pi * a.rate_hz * (t + a.onset_s)) + 0.15 * np.sin(6 * np.pi * a.rate_hz * t)
            return a.weights * (a.size_uv * hum * env).astype(np.float32)
        if a.kind == "loose":
            return a.weights * (self.loose.read(first, last) * (a.size_uv * env))
        raise ValueError(a.kind)

    def _emg(self, first: int, last: int) -> FloatArray:
        return self.muscle.read(first, last) * muscle_weights()[:, None]


def muscle_weights() -> FloatArray:
    """How strongly scalp muscle is seen at each site."""
    return np.array([_MUSCLE.get(s, 0.15) for s in head.SITES], np.float32)


def plan_artifacts(
    scenario: Scenario,
    line: Timeline,
    *,
    seed: int,
    age_months: float,
    sfreq_hz: float,
    movements_s: tuple[tuple[float, float, float], ...],
    avoid_s: Times,
) -> Artifacts:
    """Artifacts of one recording; ``avoid_s`` (n, 2) are clusters of spasms, kept readable."""
    rng = generator(seed, "artifacts")
    items: list[Artifact] = []
    for kind in ("movement", "crying", "patting", "sucking", "chewing", "pop", "sweat"):
        rates = numbers(f"artifact.{kind}_per_hour")
        for state in range(len(STATES)):
            rate = rates[state] * scenario.artifact_factor / 3600
            if kind == "chewing" and age_months < 5:
                rate = 0.0
            moments = poisson_times(rng, line, (state,), rate, 15.0 if kind != "pop" else 3.0)
            items += [_one(rng, kind, float(t)) for t in moments]
    hours = line.duration_s / 3600
    for kind in ("loose", "flat", "mains", "clipping"):
        n = int(rng.poisson(numbers(f"artifact.{kind}_per_hour")[0] * hours * scenario.artifact_factor))
        items += [_one(rng, kind, float(t)) for t in np.sort(rng.uniform(0, line.duration_s, n))]
    # Rousing brings movement in about half.
    items += [_one(rng, "movement", float(t) + 0.5) for t in line.arousals_s if rng.random() < 0.5]
    items += [_sway(rng, "movement", onset, length, size) for onset, length, size in movements_s]
    kept = [
        a
        for a in items
        if a.onset_s < line.duration_s - 1
        and not any(x - 5 < a.onset_s + a.duration_s and a.onset_s < y + 5 for x, y in avoid_s)
    ]
    return Artifacts(
        tuple(sorted(kept, key=lambda a: a.onset_s)),
        noise.NoiseSource(seed, "sway", _SWAY, noise.band(0.25, 2.5), sfreq_hz, waxing_sd=0.4, waxing_hz=0.4),
        noise.NoiseSource(
            seed, "muscle", _N, noise.band(22, 95), sfreq_hz, waxing_sd=0.4, waxing_hz=1.0, shared_waxing=0.7
        ),
        noise.NoiseSource(
            seed, "loose", _N, noise.power_law(1.6, 0.15, 60), sfreq_hz, waxing_sd=0.6, waxing_hz=0.3, shared_waxing=0.0
        ),
        sfreq_hz,
    )


def _sway(rng: np.random.Generator, kind: str, onset: float, length: float, size: float) -> Artifact:
    # Cables and skin move together in part, each electrode also on its own.
    common = rng.standard_normal((1, _SWAY)) * 0.7
    place = head.positions() @ rng.standard_normal((3, _SWAY))
    own = rng.standard_normal((_N, _SWAY)) * 0.6
    w = (common + place + own) / np.sqrt(_SWAY * 1.85)
    return Artifact(kind, onset, length, size, 1.0, w.astype(np.float32))


def _one(rng: np.random.Generator, kind: str, t: float) -> Artifact:
    if kind == "movement":
        return _sway(rng, kind, t, float(rng.gamma(2.0, 3.0) + 1.5), float(rng.lognormal(np.log(150), 0.5)))
    if kind == "clipping":
        return _sway(rng, kind, t, float(rng.uniform(2, 8)), float(rng.uniform(4000, 9000)))
    if kind == "crying":
        a = _sway(rng, kind, t, float(rng.uniform(12, 70)), float(rng.lognormal(np.log(60), 0.3)))
        return Artifact(kind, t, a.duration_s, a.size_uv, float(rng.uniform(0.7, 1.5)), a.weights)
    if kind == "chewing":
        return Artifact(
            kind, t, float(rng.uniform(5, 40)), float(rng.uniform(40, 110)), float(rng.uniform(1.0, 2.0)), _ones()
        )
    if kind == "patting":
        center = head.site(str(rng.choice(["O1", "O2", "P7", "P8", "Pz", "T7", "T8"])))
        w = np.exp(2.2 * (head.positions() @ center - 1)) * rng.uniform(0.4, 1.3, _N) * rng.choice([1, 1, -1], _N)
        rate = float(rng.uniform(*pair("artifact.patting_hz")))
        return _told(kind, t, float(rng.uniform(6, 45)), float(rng.uniform(60, 220)), rate, w)
    if kind == "sucking":
        # The tongue is a dipole below: frontal and temporal fields, opposite in front and behind.
        w = 0.7 * head.positions()[:, 1] + rng.normal(0, 0.12, _N) - 0.25 * head.positions()[:, 2]
        rate = float(rng.uniform(*pair("artifact.sucking_hz")))
        return _told(kind, t, float(rng.uniform(10, 90)), float(rng.uniform(35, 120)), rate, w)
    if kind == "sweat":
        w = rng.normal(0, 1, _N) + head.positions() @ rng.normal(0, 0.8, 3)
        return Artifact(
            kind,
            t,
            float(rng.uniform(60, 400)),
            float(rng.uniform(30, 120)),
            float(rng.uniform(0.1, 0.3)),
            w[:, None].astype(np.float32),
        )
    electrode = str(rng.choice(ELECTRODES))
    w = np.zeros(_N)
    w[head.SITES.index(electrode)] = 1.0
    one = w[:, None].astype(np.float32)
    if kind == "pop":
        sign = float(rng.choice([-1, 1]))
        return Artifact(
            kind,
            t,
            float(rng.uniform(0.5, 2.5)),
            sign * float(rng.lognormal(np.log(180), 0.5)),
            float(rng.uniform(0.3, 1.5)),
            one,
            (electrode,),
        )
    length = float(rng.uniform(60, 900))
    if kind == "mains":
        return Artifact(
            kind, t, length, float(rng.uniform(15, 120)), float(rng.choice([50.0, 60.0])), one, (electrode,)
        )
    if kind == "loose":
        return Artifact(kind, t, length, float(rng.uniform(80, 300)), 1.0, one, (electrode,))
    if kind == "flat":
        return Artifact(kind, t, length, 0.0, 1.0, one, (electrode,))
    raise ValueError(kind)


def _told(kind: str, t: float, length: float, size: float, rate: float, w: NDArray[np.float64]) -> Artifact:
    sites = tuple(e for e, v in zip(ELECTRODES, np.abs(w), strict=False) if v > 0.4 * np.abs(w).max())
    return Artifact(kind, t, length, size, rate, w[:, None].astype(np.float32), sites)


def _ones() -> FloatArray:
    return np.ones((_N, 1), np.float32)
