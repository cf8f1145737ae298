"""Infant EEG with spasms and mimics for detector tests: own noise, own shapes, no part of the simulator."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from westward.eeg.signal import scalp
from westward.eeg.signal.montage import ELECTRODES

RATE_HZ = 200.0
SHAPES = ("negative", "biphasic", "slow", "fast")
"""Monophasic negative vertex wave; biphasic; slow positive one of 1.5-2 s; fast activity and decrement alone."""
_PLACE = scalp.positions()


def spread(peak: np.ndarray, width_deg: float) -> np.ndarray:
    """Field of a source under a place on the head, shape (19,)."""
    angle = np.degrees(np.arccos(np.clip(_PLACE @ (peak / np.linalg.norm(peak)), -1, 1)))
    return 1 / (1 + (angle / width_deg) ** 2) ** 1.5


def pink(rng: np.random.Generator, rows: int, n: int) -> np.ndarray:
    """Noise of unit variance from a sum of held random numbers at halving rates, smoothed: about 1/f."""
    out = np.zeros((rows, n))
    for octave in range(1, 9):
        step = 2**octave
        coarse = rng.standard_normal((rows, n // step + 3))
        at = np.arange(n) / step
        k = at.astype(int)
        w = at - k
        out += coarse[:, k] * (1 - w) + coarse[:, k + 1] * w
    out += 0.5 * rng.standard_normal((rows, n))
    return out / out.std(axis=1, keepdims=True)


def quiet(rng: np.random.Generator, seconds: float, uv: float = 14.0) -> np.ndarray:
    """Ordinary background: forty broad sources in random directions, their sizes waxing and waning."""
    n = round(seconds * RATE_HZ)
    at = rng.standard_normal((40, 3))
    mix = np.stack([spread(p, 45) for p in at], axis=1)
    x = mix @ (pink(rng, 40, n) * (1 + 0.3 * np.tanh(pink(rng, 40, n))))
    return x * (uv / x.std()) + rng.standard_normal((19, n))


def chaotic(rng: np.random.Generator, seconds: float, uv: float = 300.0) -> np.ndarray:
    """Hypsarrhythmia as a rain of slow waves and spikes at random places, sizes and moments."""
    n = round(seconds * RATE_HZ)
    x = quiet(rng, seconds, 16)
    for _ in range(round(6 * seconds)):
        width = rng.uniform(0.08, 0.3)
        t = np.arange(round(4 * width * RATE_HZ)) / RATE_HZ - 2 * width
        wave = np.exp(-0.5 * (t / (width / 1.6)) ** 2) * rng.choice([-1, 1]) * uv * rng.gamma(2.0, 0.14)
        weights = spread(rng.standard_normal(3) + np.array([0, -0.3, 0.4]), rng.uniform(18, 40))
        _plus(x, rng.integers(0, n), weights[:, None] * wave)
    for _ in range(round(1.2 * seconds)):
        t = np.arange(round(0.3 * RATE_HZ)) / RATE_HZ
        spike = -np.exp(-(((t - 0.05) / 0.016) ** 2)) + 0.4 * np.exp(-(((t - 0.17) / 0.05) ** 2))
        _plus(x, rng.integers(0, n), spread(rng.standard_normal(3), 25)[:, None] * spike * uv * rng.uniform(0.3, 0.8))
    return x


def tone(rng: np.random.Generator, n: int, uv: float = 4.0) -> np.ndarray:
    """Surface EMG of two sides at rest, shape (2, n)."""
    x = rng.standard_normal((2, n + 1))
    return uv * np.diff(x, axis=1) / np.sqrt(2) * (1 + 0.2 * pink(rng, 2, n))


def _plus(x: np.ndarray, start: int, piece: np.ndarray) -> None:
    stop = min(x.shape[-1], start + piece.shape[-1])
    if stop > max(start, 0):
        x[..., max(start, 0) : stop] += piece[..., max(start, 0) - start : stop - start]


@dataclass
class Scene:
    """EEG (19, n), EMG (2, n; left, right), and the onsets of the spasms planted so far."""

    rng: np.random.Generator
    eeg: np.ndarray
    emg: np.ndarray
    onset_s: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return self.eeg.shape[1] / RATE_HZ

    def burst(self, at_s: float, length_s: float, left_uv: float, right_uv: float, shape: str = "diamond") -> None:
        """A contraction; ``diamond`` rises and falls, ``square`` holds with ramps of 0.3 s."""
        n = max(3, round(length_s * RATE_HZ))
        u = np.linspace(0, 1, n)
        ramp = min(0.5, 0.3 / length_s)
        env = np.sin(np.pi * u**0.8) if shape == "diamond" else np.clip(np.minimum(u, 1 - u) / ramp, 0, 1)
        noise = np.diff(self.rng.standard_normal((2, n + 1)), axis=1) / np.sqrt(2)
        _plus(self.emg, round(at_s * RATE_HZ), noise * env * np.array([[left_uv], [right_uv]]))

    def fall(self, at_s: float, length_s: float, share: float) -> None:
        """The voltage of what is there so far drops to a share of itself."""
        first, last = (min(max(round(t * RATE_HZ), 0), self.eeg.shape[1]) for t in (at_s - 1, at_s + length_s + 2))
        t = np.arange(first, last) / RATE_HZ - at_s
        inside = 0.25 * (1 + np.tanh(t / 0.1)) * (1 - np.tanh((t - length_s) / 0.24))
        self.eeg[:, first:last] *= 1 - (1 - share) * inside

    def wave(self, at_s: float, uv: float, width_s: float, peak: tuple[float, float, float], deg: float) -> None:
        """A bump of this width at half height that begins about then."""
        t = np.arange(round(3 * width_s * RATE_HZ)) / RATE_HZ - width_s
        bump = np.exp(-4 * np.log(2) * (t / width_s) ** 2)
        _plus(self.eeg, round((at_s - 0.1 * width_s) * RATE_HZ), spread(np.array(peak), deg)[:, None] * bump * uv)

    def rhythm(self, at_s: float, length_s: float, hz: float, uv: float, deg: float = 40.0) -> None:
        """Fast activity, frontocentral."""
        t = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
        tune = np.sin(2 * np.pi * hz * t) * np.sin(np.pi * t / length_s)
        _plus(self.eeg, round(at_s * RATE_HZ), spread(np.array([0.0, 0.5, 1.0]), deg)[:, None] * tune * uv)

    def spasm(
        self,
        at_s: float,
        shape: str = "biphasic",
        *,
        uv: float = 250.0,
        emg_uv: float = 150.0,
        share: float = 0.35,
        lean: float = 1.0,
    ) -> None:
        """One spasm with its decrement; ``emg_uv`` 0 for a subtle one, ``share`` 1 for one without decrement."""
        rng = self.rng
        width = {"negative": 0.35, "biphasic": 0.4, "slow": 0.9, "fast": 0.4}[shape] * rng.uniform(0.85, 1.2)
        if share < 1:
            self.fall(at_s + 1.6 * width, rng.uniform(1.2, 4.0), share)
        tilt = (rng.uniform(-0.35, 0.35), rng.uniform(-0.2, 0.5), 1.0)
        if shape == "negative":
            self.wave(at_s, -uv, width, tilt, 60)
        elif shape == "biphasic":
            self.wave(at_s, -0.5 * uv, 0.6 * width, tilt, 55)
            self.wave(at_s + 0.8 * width, uv, width, tilt, 65)
        elif shape == "slow":
            self.wave(at_s, uv, width, tilt, 70)
        self.rhythm(at_s, rng.uniform(0.5, 1.4), rng.uniform(15, 27), 0.12 * uv)
        if emg_uv:
            length = rng.uniform(0.5, 2.2)
            self.burst(at_s + rng.uniform(0.0, 0.25), length, emg_uv * lean, emg_uv / lean)
        self.onset_s.append(at_s)

    def cluster(self, at_s: float, n: int, shape: str, **more: float) -> float:
        """A series at intervals of 5-25 s, strongest in the middle; returns when it ends."""
        for k in range(n):
            vigor = 0.6 + 0.4 * np.sin(np.pi * (k + 1) / (n + 1))
            chosen = {"uv": 250.0, "emg_uv": 150.0} | more
            self.spasm(
                at_s,
                shape,
                uv=chosen["uv"] * vigor,
                emg_uv=chosen["emg_uv"] * vigor,
                share=chosen.get("share", float(self.rng.uniform(0.25, 0.45))),
                lean=chosen.get("lean", 1.0),
            )
            at_s += float(np.clip(self.rng.gamma(4.0, 2.8), 5, 25))
        return at_s

    def movement(self, at_s: float, length_s: float, uv: float = 200.0, *, emg_uv: float = 60.0) -> None:
        """Sway and muscle, each electrode in its own way, with limb EMG."""
        n = round(length_s * RATE_HZ)
        edge = np.clip(np.minimum(np.arange(n), n - np.arange(n)) / (0.25 * RATE_HZ), 0, 1)
        t = np.arange(n) / RATE_HZ
        waves = [np.sin(2 * np.pi * f * t + self.rng.uniform(0, 6)) for f in self.rng.uniform(0.3, 2.2, 4)]
        sway = self.rng.standard_normal((19, 4)) @ np.stack(waves) / 2
        muscle = np.diff(self.rng.standard_normal((19, n + 1)), axis=1) * 0.06
        _plus(self.eeg, round(at_s * RATE_HZ), uv * edge * (sway + muscle))
        self.burst(at_s, length_s, emg_uv, emg_uv * self.rng.uniform(0.4, 2.5), "square")

    def aux(self) -> dict[str, np.ndarray]:
        """Limb EMG as auxiliary channels."""
        return {"EMG deltoid left": self.emg[0], "EMG deltoid right": self.emg[1]}


def scene(seed: int, seconds: float, background: str = "quiet", **more: float) -> Scene:
    """A recording without events yet; ``background`` is ``quiet`` or ``chaotic``."""
    rng = np.random.default_rng([seed, 77])
    eeg = {"quiet": quiet, "chaotic": chaotic}[background](rng, seconds, **more)
    return Scene(rng, eeg, tone(rng, eeg.shape[1]))


def names() -> tuple[str, ...]:
    """The electrodes, in order."""
    return ELECTRODES
