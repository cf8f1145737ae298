"""Spasms of one child, drawn afresh: shapes, sizes, intervals, fall of voltage and EMG that the simulator's own lack.

Ranges are those of the literature as the simulator has them (``parameters.toml``), each child in its own part of them
and somewhat beyond, so that a detector tuned on the simulator's habits is found out. Nothing here reads the detector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.simulate import head
from westward.eeg.simulate.attenuation import Attenuations
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.row import Row
from westward.eeg.simulate.spasms import Ictal, MuscleBurst
from westward.eeg.simulate.timeline import WAKE, Timeline
from westward.eeg.simulate.wavelets import Wavelets, bump, hump

FloatArray = NDArray[np.float64]

_FIELDS = 6
_EDGE_S = 30.0
"""No spasm so near to the start or end of a recording."""
_APART_S = 600.0
"""Between two clusters of one plan."""


@dataclass(frozen=True)
class Child:
    """How one child's spasms look; every figure is drawn from the seed.

    Attributes
    ----------
    slow_uv, slow_spread : float
        Median size of the slow wave at the vertex and the SD of its logarithm.
    slow_s : float
        Median length.
    sign, lead, peak_at : float
        Polarity of the main phase, size of an opposite phase before it, place of the peak within the length.
    depth, tilt_deg : float
        Eccentricity of the source (broad is small), and how far it lies from the vertex.
    fast_uv, fast_hz : float
        Fast activity on the wave.
    fall_s, remaining, with_fall : float
        Median length of the decrement, share of voltage that remains, share of spasms that have one.
    emg_uv, emg_s, lean, emg_lag_s : float
        RMS at the maximum, median length, left against right, start against the wave.
    without_eeg, without_emg : float
        Share of spasms with no correlate there.
    interval_s, interval_spread : float
        Median time between onsets, and the SD of its logarithm.
    per_cluster : (int, int)
        Fewest and most spasms of a cluster.
    vigor : float
        Size of the first and last spasm of a cluster against the largest.
    singles_per_h : float
        Spasms outside clusters.
    """

    slow_uv: float
    slow_spread: float
    slow_s: float
    sign: float
    lead: float
    peak_at: float
    depth: float
    tilt_deg: float
    fast_uv: float
    fast_hz: float
    fall_s: float
    remaining: float
    with_fall: float
    emg_uv: float
    emg_s: float
    lean: float
    emg_lag_s: float
    without_eeg: float
    without_emg: float
    interval_s: float
    interval_spread: float
    per_cluster: tuple[int, int]
    vigor: float
    singles_per_h: float


def child(seed: int) -> Child:
    """The child of a seed."""
    rng = generator(seed, "acceptance", "child")

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    fewest = int(rng.integers(5, 13))
    return Child(
        slow_uv=between(140, 360),
        slow_spread=between(0.15, 0.35),
        slow_s=between(0.6, 1.4),
        sign=-1.0 if rng.random() < 0.25 else 1.0,
        lead=between(0.0, 0.5),
        peak_at=between(0.32, 0.55),
        depth=between(0.2, 0.4),
        tilt_deg=between(0, 18),
        fast_uv=between(8, 45),
        fast_hz=between(15, 28),
        fall_s=between(1.0, 4.0),
        remaining=between(0.15, 0.45),
        with_fall=between(0.7, 1.0),
        emg_uv=float(np.exp(between(np.log(60), np.log(400)))),
        emg_s=between(0.5, 1.8),
        lean=float(np.exp(rng.normal(0, 0.3))),
        emg_lag_s=between(-0.15, 0.35),
        without_eeg=between(0, 0.08),
        without_emg=between(0, 0.15),
        interval_s=between(6, 20),
        interval_spread=between(0.25, 0.5),
        per_cluster=(fewest, fewest + int(rng.integers(4, 16))),
        vigor=between(0.4, 0.85),
        singles_per_h=between(0, 0.6),
    )


@dataclass(frozen=True)
class Spasm:
    """One spasm to be planted; sizes are 0 where a part is missing, and ``cluster`` is empty for a single one."""

    onset_s: float
    slow_s: float
    slow_uv: float
    fast_s: float
    fast_uv: float
    fall_s: float
    emg_s: float
    emg_uv: float
    cluster: str

    @property
    def stop_s(self) -> float:
        """End of wave, fall and burst."""
        return self.onset_s + max(0.75 * self.slow_s + self.fall_s, self.slow_s, self.emg_s)


def plan_spasms(c: Child, line: Timeline, *, seed: int) -> list[Spasm]:
    """All spasms in order of time: clusters on awakenings and otherwise, and single ones between."""
    rng = generator(seed, "acceptance", "spasms")
    found: list[Spasm] = []
    for k, start in enumerate(_cluster_starts(line, rng)):
        n, t = int(rng.integers(c.per_cluster[0], c.per_cluster[1] + 1)), start
        for i in range(n):
            if t > line.duration_s - _EDGE_S:
                break
            # Intensity rises to a peak and falls (Kellaway 1979).
            vigor = c.vigor + (1 - c.vigor) * np.sin(np.pi * (i + 1) / (n + 1))
            found.append(_one(c, rng, t, float(vigor), f"cluster_{k + 1}"))
            t += float(np.clip(rng.lognormal(np.log(c.interval_s), c.interval_spread), 4, 45))
    for _ in range(int(rng.poisson(c.singles_per_h * line.duration_s / 3600))):
        t = float(rng.uniform(_EDGE_S, line.duration_s - _EDGE_S))
        if all(abs(t - s.onset_s) > 120 for s in found):
            found.append(_one(c, rng, t, 1.0, ""))
    return sorted(found, key=lambda s: s.onset_s)


def _cluster_starts(line: Timeline, rng: np.random.Generator) -> list[float]:
    """Most clusters follow an awakening; some come awake, a few out of sleep; at least one per recording."""
    wanted = [t + float(rng.uniform(10, 90)) for t in line.awakenings_s if rng.random() < 0.8]
    wake = [run for run in line.runs if run.state == WAKE and run.stop_s - run.start_s > 240]
    others = [float(rng.uniform(run.start_s, run.stop_s - 120)) for run in wake]
    others += [float(t) + 5 for t in line.arousals_s if rng.random() < 0.05]
    order = rng.permutation(len(others))
    wanted += [others[i] for i in order[: 1 + int(rng.poisson(line.duration_s / (6 * 3600)))]]
    kept: list[float] = []
    for t in wanted or [0.4 * line.duration_s]:
        if _EDGE_S < t < line.duration_s - 180 and all(abs(t - k) > _APART_S for k in kept):
            kept.append(t)
    return sorted(kept or [0.4 * line.duration_s])


def _one(c: Child, rng: np.random.Generator, t: float, vigor: float, cluster: str) -> Spasm:
    has_eeg = rng.random() >= c.without_eeg
    has_emg = rng.random() >= c.without_emg or not has_eeg

    def about(median: float, spread: float, low: float, high: float) -> float:
        return float(np.clip(rng.lognormal(np.log(median), spread), low, high))

    slow_s = about(c.slow_s, 0.25, 0.4, 2.0)
    falls = has_eeg and rng.random() < c.with_fall
    return Spasm(
        t,
        slow_s,
        about(c.slow_uv, c.slow_spread, 60, 600) * vigor * has_eeg,
        float(rng.uniform(0.4, 1.4)),
        about(c.fast_uv, 0.3, 4, 60) * has_eeg,
        about(c.fall_s, 0.35, 0.8, 7.0) if falls else 0.0,
        about(c.emg_s, 0.25, 0.4, 3.0) if has_emg else 0.0,
        about(c.emg_uv, 0.3, 30, 600) * vigor * has_emg,
        cluster,
    )


def ictal(c: Child, spasms: list[Spasm], mimics: Ictal, line: Timeline, *, seed: int) -> Ictal:
    """Everything of the spasms in the simulator's terms, together with mimics planned there.

    A single spasm is a span of its own, so that masks and artifacts treat it like a cluster.
    """
    rng = generator(seed, "acceptance", "ictal")
    rows, spans, bursts = [], [], []
    for s in spasms:
        state = line.state_at(s.onset_s)
        rows.append(
            Row(
                s.onset_s,
                max(s.slow_s if s.slow_uv else 0.0, s.emg_s),
                "spasm",
                channel="Cz" if s.slow_uv else "",
                subtype="with_emg" if s.emg_uv else "without_emg",
                amplitude_uv=s.slow_uv or None,
                state=state,
                cluster_id=s.cluster,
            )
        )
        if s.emg_uv:
            lean = float(np.exp(np.log(c.lean) + rng.normal(0, 0.15)))
            onset = s.onset_s + c.emg_lag_s + float(rng.normal(0, 0.06))
            bursts.append(MuscleBurst(onset, s.emg_s, s.emg_uv * lean, s.emg_uv / lean, "diamond"))
        if not s.cluster:
            spans.append((s.onset_s, s.stop_s))
    for name in dict.fromkeys(s.cluster for s in spasms if s.cluster):
        part = [s for s in spasms if s.cluster == name]
        start, stop = part[0].onset_s, max(s.stop_s for s in part)
        spans.append((start, stop))
        rows.append(Row(start, stop - start, "spasm_cluster", cluster_id=name, state=line.state_at(start)))
    falls = np.array([(s.onset_s + 0.75 * s.slow_s, s.fall_s) for s in spasms if s.fall_s], np.float64).reshape(-1, 2)
    return Ictal(
        _waves(c, spasms, rng),
        Attenuations(falls[:, 0], falls[:, 1], np.clip(rng.normal(c.remaining, 0.05, len(falls)), 0.08, 0.6)),
        tuple(sorted([*bursts, *mimics.bursts], key=lambda b: b.onset_s)),
        (*rows, *mimics.rows),
        np.array(sorted(spans), np.float64).reshape(-1, 2),
        mimics.movements_s,
        (),
    )


def _slow_shape(t: FloatArray, p: FloatArray) -> FloatArray:
    length, size, lead, peak_at = p
    y = bump(t, peak_at * length, 0.15 * length, 0.17 * length) - lead * bump(
        t, 0.35 * peak_at * length, 0.07 * length, 0.07 * length
    )
    return np.asarray(size * y * hump(np.clip(t / length, 0, 1), -0.2, 1.4), np.float64)


def _fast_shape(t: FloatArray, p: FloatArray) -> FloatArray:
    length, size, hz, phase = p
    return np.asarray(size * hump(t, 0, length) * np.sin(2 * np.pi * (hz - 1.5 * t) * t + phase), np.float64)


def _waves(c: Child, spasms: list[Spasm], rng: np.random.Generator) -> tuple[Wavelets, ...]:
    seen = [s for s in spasms if s.slow_uv]
    if not seen:
        return ()
    n = len(seen)
    onset = np.array([s.onset_s for s in seen])
    slow_s, fast_s = np.array([s.slow_s for s in seen]), np.array([s.fast_s for s in seen])
    slow_uv, fast_uv = np.array([s.slow_uv for s in seen]), np.array([s.fast_uv for s in seen])
    slow = np.stack([slow_s, c.sign * slow_uv, np.full(n, c.lead), np.full(n, c.peak_at)], axis=1)
    begins = onset + rng.uniform(0, 0.3, n) * slow_s
    fast = np.stack([fast_s, fast_uv, rng.normal(c.fast_hz, 1.0, n), rng.uniform(0, 6.28, n)], axis=1)
    order = np.argsort(begins)

    def fields(electrode: str, turn_deg: float, depth: float) -> NDArray[np.float32]:
        at = head.turned(head.site(electrode), turn_deg, rng)
        places = [head.turned(at, rng.uniform(0, 6), rng) for _ in range(_FIELDS)]
        return np.array([head.unit_peak(head.field(place, depth)) for place in places], np.float32)

    which = rng.integers(0, _FIELDS, n)
    return (
        Wavelets(onset, slow_s, slow, which, fields("Cz", c.tilt_deg, c.depth), _slow_shape),
        Wavelets(begins[order], fast_s[order], fast[order], which[order], fields("Fz", 12, 0.42), _fast_shape),
    )
