"""Ongoing activity of the brain: colored sources in a head, strength set by state and age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.montage import LONGITUDINAL
from westward.eeg.simulate import head, noise
from westward.eeg.simulate.parameters import number, numbers, pair
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.scenario import Scenario
from westward.eeg.simulate.tracks import Tracks

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Component:
    """One kind of ongoing activity.

    Attributes
    ----------
    track : str
        Name of the strength over time.
    mixing : float32 array, shape (n_sites, n_sources)
        Potentials per source at strength 1.
    source : NoiseSource
        The sources' time courses.
    """

    track: str
    mixing: FloatArray
    source: noise.NoiseSource


@dataclass(frozen=True, eq=False)
class Background:
    """All ongoing cerebral activity of a recording."""

    components: tuple[Component, ...]
    tracks: Tracks
    sfreq_hz: float

    def read(self, start: int, stop: int) -> FloatArray:
        """Potentials at all sites, µV, shape (n_sites, stop - start)."""
        out = np.zeros((len(head.SITES), stop - start), np.float32)
        start_s = start / self.sfreq_hz
        for c in self.components:
            if self.tracks.largest(c.track, start_s, stop / self.sfreq_hz) < 1e-3:
                continue
            gain = self.tracks.at(c.track, start_s, stop - start, self.sfreq_hz)
            out += (c.mixing @ c.source.read(start, stop)) * gain
        return out


def background(scenario: Scenario, tracks: Tracks, *, seed: int, age_months: float, sfreq_hz: float) -> Background:
    """The background of one recording."""
    rng = generator(seed, "background")
    pdr_hz = number("background.pdr_hz", age_months) * rng.uniform(0.93, 1.07)
    mu_hz = number("background.mu_hz", age_months) * rng.uniform(0.95, 1.05)

    def over_scalp(
        track: str, pairs: int, shape: noise.Spectrum, eccentricity: float, posterior: float, sync: float, wax: float
    ) -> Component:
        at = _paired_cap(pairs)
        mixing = _balanced(_mix(rng, at, eccentricity, sync), _profile(rng, posterior))
        return _component(seed, track, mixing, shape, sfreq_hz, wax)

    parts = [
        over_scalp("slow", 10, noise.band(0.4, 1.5), 0.40, 0.5, 0.5, 0.35),
        over_scalp("delta", 12, noise.band(1.0, 3.8), 0.45, 0.5, 0.4, 0.30),
        over_scalp("theta", 10, noise.band(4.0, 7.0), 0.45, 0.2, 0.3, 0.35),
        over_scalp("broad", 14, noise.power_law(number("background.power_law", age_months)), 0.50, 0.2, 0.3, 0.10),
        over_scalp("beta", 10, noise.band(14, 27), 0.50, -0.5, 0.2, 0.30),
    ]
    for track, hz, sd, sites, sync, wax in (
        ("pdr", pdr_hz, 0.45, ("O1", "O2", "P3", "P4", "P7", "P8"), 0.5, 0.5),
        ("mu", mu_hz, 0.5, ("C3", "C4"), 0.1, 0.7),
    ):
        at = np.array([head.turned(head.site(s), 8, rng) for s in sites])
        mixing = _mix(rng, at, 0.45, sync)
        mixing = mixing / np.abs(head.average_reference(mixing.T)).max()
        if track == "pdr":
            mixing = mixing * np.array([1, 1, 0.45, 0.45, 0.35, 0.35])
        parts.append(_component(seed, track, mixing, noise.peak(hz, sd), sfreq_hz, wax))
    if scenario.high_amplitude_uv:
        parts += _chaos(scenario, rng, seed=seed, sfreq_hz=sfreq_hz)
    if scenario.abnormality == "focal_slowing":
        side = ("T7", "F7", "P7") if rng.random() < 0.5 else ("T8", "F8", "P8")
        at = np.array([head.turned(head.site(s), 6, rng) for s in side])
        mixing = _mix(rng, at, 0.4, 0.0)
        rms = np.sqrt(((head.to_bipolar() @ mixing) ** 2).sum(axis=1)).max()
        parts.append(_component(seed, "focal", mixing * (42.0 / rms), noise.band(0.8, 2.6), sfreq_hz, 0.2))
    return Background(tuple(parts), tracks, sfreq_hz)


def site_gain(scenario: Scenario, *, seed: int) -> FloatArray:
    """Amplitude of cerebral activity at each site, 1 except over a weaker hemisphere, shape (n_sites,)."""
    weaker = 1.0 if generator(seed, "weaker side").random() < 0.5 else -1.0
    toward = np.clip(0.5 + 0.5 * weaker * head.hemisphere_of(head.positions()), 0, 1)
    return np.asarray(1 - (1 - scenario.weaker_side_gain) * toward, np.float32)


def _chaos(scenario: Scenario, rng: np.random.Generator, *, seed: int, sfreq_hz: float) -> list[Component]:
    at = _paired_cap(16)
    low, high = pair("chaos.band_hz")
    mixing = _mix(rng, at, 0.5, scenario.synchrony) * (0.8 + 0.9 * head.posterior_of(at))
    mixing = mixing * np.tile(rng.lognormal(0, 0.3, len(at) // 2), 2)
    rms = np.sqrt(((head.to_bipolar() @ mixing) ** 2).sum(axis=1))
    anterior = np.array([not {"O1", "O2"} & set(d.split("-")) for d in LONGITUDINAL])
    # Largest swing per second of this delta is about 3.1 times its RMS.
    mixing = mixing * (scenario.high_amplitude_uv / 3.1 / np.median(rms[anterior]))
    mixing = mixing * rng.uniform(0.92, 1.08)
    # Arrhythmic delta is rough: faster waves of other sources ride on it.
    rough = mixing[:, rng.permutation(mixing.shape[1])] * numbers("chaos.rough_share")[0]
    return [
        _component(seed, "chaos", mixing, noise.band(low, high), sfreq_hz, 0.22),
        _component(seed, "chaos", rough, noise.power_law(1.5, 3.5, 40), sfreq_hz, 0.35, stream="rough"),
    ]


def _component(
    seed: int,
    track: str,
    mixing: NDArray[np.floating],
    shape: noise.Spectrum,
    sfreq_hz: float,
    wax: float,
    stream: str = "",
) -> Component:
    source = noise.NoiseSource(seed, stream or track, mixing.shape[1], shape, sfreq_hz, waxing_sd=wax, waxing_hz=0.12)
    return Component(track, np.asarray(mixing, np.float32), source)


def _profile(rng: np.random.Generator, posterior: float) -> NDArray[np.float64]:
    """Wanted RMS of each longitudinal derivation: higher behind, lower at the frontal pole, uneven by a tenth."""
    to = np.abs(head.to_bipolar())
    behind = (to @ head.posterior_of(head.positions())) / 2
    pole = np.array([0.7 if d.startswith("Fp") else 1.0 for d in LONGITUDINAL])
    return np.asarray(pole * (1 + posterior * (behind - 0.5)) * rng.lognormal(0, 0.1, len(pole)), np.float64)


def _balanced(mixing: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Source strengths such that each derivation comes near its wanted RMS (multiplicative updates)."""
    power = (head.to_bipolar() @ mixing) ** 2
    weight = np.full(power.shape[1], wanted.mean() ** 2 / power.sum(axis=1).mean())
    for _ in range(40):
        weight = weight * (power.T @ (wanted**2 / (power @ weight))) / power.sum(axis=0)
    return np.asarray(mixing * np.sqrt(weight), np.float64)


def _paired_cap(pairs: int) -> NDArray[np.float64]:
    """Directions in mirror pairs, shape (2 * pairs, 3): row i left, row i + pairs its mirror image."""
    left = head.cap(2 * pairs)
    left = left[np.argsort(left[:, 0])][:pairs]
    return np.concatenate([left, left * [-1, 1, 1]])


def _mix(rng: np.random.Generator, at: NDArray[np.float64], eccentricity: float, sync: float) -> NDArray[np.float64]:
    """Fields of sources with random tilt as columns; ``sync`` shares each time course with the mirror source."""
    columns = [
        head.field(u, eccentricity * rng.uniform(0.85, 1.15), 0.5 * rng.standard_normal(3)).astype(np.float64)
        for u in at
    ]
    v = np.stack(columns, axis=1)
    if sync:
        n = len(at) // 2
        order = np.r_[n : 2 * n, 0:n] if len(at) > 6 else np.array([i ^ 1 for i in range(len(at))])[: len(at)]
        if order.max() < len(at):
            size = np.linalg.norm(v, axis=0)
            v = v + sync * v[:, order]
            v = v * (size / np.linalg.norm(v, axis=0))
    return v
