"""When a child's spasms come, and their planting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acceptance.other.canvas import TICKS_HZ, Canvas
from acceptance.other.child import Child
from acceptance.other.course import NREM, WAKE, Course, Stretch
from acceptance.other.disorder import local_uv, soften
from acceptance.other.randomness import lognormal, moments
from acceptance.other.scalp import CENTRAL, SITES, patch, toward
from acceptance.other.sleep import oscillation, through
from acceptance.other.truth import Planted

_END_S = 20.0
_NO_CORRELATE = 0.05
_NO_BURST = 0.08
_MOST_UV = 650.0


@dataclass(frozen=True)
class Spasm:
    """One spasm: its time, its strength (1: a strong one), its cluster, and whether EEG and muscle show it."""

    onset_s: float
    strength: float
    cluster: str
    in_eeg: bool
    in_emg: bool


def plan(who: Child, course: Course, rng: np.random.Generator) -> list[Spasm]:
    """Clusters after most awakenings, at times while awake or (rarely) asleep, and single ones."""
    starts: list[tuple[float, float]] = [
        (s.start_s + lognormal(rng, 30, 1.0, 3, 240), s.stop_s) for s in course.awakenings() if rng.random() < 0.8
    ]
    starts += [(float(t), b) for a, b in course.runs(WAKE) for t in moments(rng, 0.5, [(a, b - 60)])]
    starts += [(float(t), b) for a, b in course.runs(NREM) for t in moments(rng, 0.15, [(a + 120, b - 60)])]
    if not starts:
        long = max((s for s in course.stretches if s.state == WAKE), key=_length, default=course.stretches[0])
        starts = [(long.start_s + 0.2 * _length(long), long.stop_s)]
    found: list[Spasm] = []
    free_from = 20.0
    for start, stop in sorted(starts):
        times = _cluster(who, max(start, free_from), min(stop, course.duration_s) - _END_S, rng)
        if len(times) < 3:
            continue
        found += [
            _spasm(t, s, f"c{round(times[0])}", rng) for t, s in zip(times, _strengths(len(times), rng), strict=True)
        ]
        free_from = times[-1] + 90
    taken = np.array([s.onset_s for s in found] or [-1e9])
    for at in moments(rng, rng.uniform(0, 5), course.runs(WAKE)):
        if np.abs(taken - at).min() > 75 and 20 < at < course.duration_s - _END_S:
            found.append(_spasm(float(at), rng.uniform(0.5, 1.0), "", rng))
            taken = np.append(taken, at)
    return sorted(found, key=lambda s: s.onset_s)


def _length(s: Stretch) -> float:
    return s.stop_s - s.start_s


def _cluster(who: Child, start: float, stop: float, rng: np.random.Generator) -> list[float]:
    n = round(lognormal(rng, who.n_per_cluster, 0.5, 3, 40))
    gaps = np.clip(who.interval_s * rng.lognormal(0, 0.35, n - 1) * np.linspace(0.85, 1.3, n - 1), 4, 30)
    times = start + np.concatenate([[0.0], np.cumsum(gaps)])
    return [float(t) for t in times if t < stop]


def _strengths(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Rising, then falling."""
    along = (np.arange(n) + 0.5) / n
    return np.clip(
        (0.35 + 0.65 * np.sin(np.pi * along ** rng.uniform(0.6, 1.1))) * rng.lognormal(0, 0.12, n), 0.25, 1.2
    )


def _spasm(at: float, strength: float, cluster: str, rng: np.random.Generator) -> Spasm:
    in_eeg = bool(rng.random() >= _NO_CORRELATE)
    return Spasm(at, float(strength), cluster, in_eeg, not in_eeg or bool(rng.random() >= _NO_BURST))


def busy(spasms: list[Spasm], before_s: float = 6.0, after_s: float = 9.0) -> list[tuple[float, float]]:
    """Times in which nothing else should be planted, merged by nobody."""
    return [(s.onset_s - before_s, s.onset_s + after_s) for s in spasms]


def plant(
    canvas: Canvas, who: Child, spasms: list[Spasm], course: Course, rng: np.random.Generator, *, emg: bool
) -> None:
    """Lower the ongoing activity, add waves and bursts, and tell each spasm and cluster."""
    drawn = [_variant(who, s, rng) for s in spasms]
    gain = np.ones(canvas.limb.shape[1])
    for start, stop in _clusters(spasms).values():
        gain[round((start - 3) * TICKS_HZ) : round((stop + 4) * TICKS_HZ)] = who.between
    for s, v in zip(spasms, drawn, strict=True):
        if s.in_eeg and v.fall_to < 1:
            a = s.onset_s + who.fall_from_s
            back = np.linspace(0, 1, round(0.8 * TICKS_HZ))
            shape = np.concatenate([np.full(round(v.fall_s * TICKS_HZ), v.fall_to), v.fall_to + (1 - v.fall_to) * back])
            at = round(a * TICKS_HZ)
            gain[at : at + len(shape)] *= shape[: max(len(gain) - at, 0)]
    soften(canvas, gain, np.clip(0.75 + 0.3 * who.field, 0, 1))
    around = local_uv(canvas)
    for s, v in zip(spasms, drawn, strict=True):
        slow_uv = _waves(canvas, who, s, v, rng) if s.in_eeg else None
        if s.in_emg:
            _burst(canvas, who, s, v, rng)
        second = int(s.onset_s)
        lasts = max(v.slow_s if s.in_eeg else 0.0, v.burst_s if s.in_emg else 0.0, 0.5)
        canvas.tell(
            Planted(
                s.onset_s,
                lasts,
                "spasm",
                "with_emg" if emg and s.in_emg else "without_emg",
                amplitude_uv=slow_uv,
                cluster_id=s.cluster,
                reason=who.form if s.in_eeg else "no EEG correlate",
                state=course.at(s.onset_s),
                background_uv=float(np.median(around[max(second - 20, 0) : max(second, 1)])),
            )
        )
    for name, (start, stop) in _clusters(spasms).items():
        canvas.tell(Planted(start, stop - start, "spasm_cluster", cluster_id=name, state=course.at(start)))


@dataclass(frozen=True)
class _Variant:
    slow_s: float
    slow_uv: float
    fast_s: float
    fall_to: float
    fall_s: float
    burst_s: float


def _variant(who: Child, s: Spasm, rng: np.random.Generator) -> _Variant:
    """The child's spasm with the variation from one to the next."""
    depth = min(0.6 + 0.5 * s.strength, 1.0)
    return _Variant(
        slow_s=who.slow_s * rng.lognormal(0, 0.08),
        slow_uv=who.slow_uv * (0.45 + 0.55 * s.strength) * rng.lognormal(0, 0.1),
        fast_s=who.fast_s * rng.lognormal(0, 0.15),
        fall_to=1 - (1 - who.fall_to) * depth,
        fall_s=who.fall_s * (0.6 + 0.4 * s.strength) * rng.lognormal(0, 0.15),
        burst_s=who.burst_s * (0.7 + 0.3 * s.strength) * rng.lognormal(0, 0.1),
    )


def _clusters(spasms: list[Spasm]) -> dict[str, tuple[float, float]]:
    out: dict[str, tuple[float, float]] = {}
    for s in spasms:
        if s.cluster:
            start, _ = out.get(s.cluster, (s.onset_s, 0.0))
            out[s.cluster] = (start, s.onset_s + 2.0)
    return out


def _waves(canvas: Canvas, who: Child, s: Spasm, v: _Variant, rng: np.random.Generator) -> float | None:
    slow = None
    if len(who.keys):
        keys = who.keys.copy()
        keys[1:-1, 0] += rng.normal(0, 0.015, len(keys) - 2)
        keys[1:-1, 1] *= rng.normal(1, 0.08, len(keys) - 2)
        keys[:, 0] = np.sort(keys[:, 0]) * v.slow_s
        shape = through([(a, b) for a, b in keys], canvas.sfreq_hz)
        t = np.arange(len(shape)) / canvas.sfreq_hz
        knots = np.arange(0, v.slow_s + 0.08, 0.08)
        rough = np.interp(t, knots, rng.standard_normal(len(knots)))
        shape = shape + 0.06 * rough * np.hanning(len(shape))
        own = who.field * np.clip(rng.normal(1, 0.05, len(SITES)), 0.8, 1.2)
        n = len(shape) + int(who.lag_s.max() * canvas.sfreq_hz) + 1
        grid = np.arange(n) / canvas.sfreq_hz
        late = own[:, None] * np.stack([np.interp(grid - lag, t, shape, left=0.0, right=0.0) for lag in who.lag_s])
        seen = np.ptp(CENTRAL @ late, axis=1).max()
        late *= min(v.slow_uv / seen, _MOST_UV / np.ptp(late, axis=1).max())
        canvas.add(s.onset_s, late, np.ones(len(SITES)))
        slow = float(np.ptp(CENTRAL @ late, axis=1).max())
    if who.fast_uv:
        hz = who.fast_hz * rng.normal(1, 0.05)
        wave = oscillation(canvas, rng, lasts_s=v.fast_s, start_hz=1.1 * hz, stop_hz=0.85 * hz, rise=0.35)
        canvas.add(s.onset_s + who.fast_from_s, who.fast_uv * (0.5 + 0.5 * s.strength) * wave, who.fast_field)
    if who.fall_fast_uv and v.fall_to < 1:
        wave = oscillation(canvas, rng, lasts_s=v.fall_s, start_hz=20, stop_hz=16, rise=0.5)
        canvas.add(s.onset_s + max(who.fall_from_s, v.slow_s), who.fall_fast_uv * wave, patch(toward(30, 0), 1.2))
    return slow


def _burst(canvas: Canvas, who: Child, s: Spasm, v: _Variant, rng: np.random.Generator) -> None:
    """A diamond in both deltoids, at times with a lower tonic tail; some muscle and sway in the EEG."""
    n = max(round(v.burst_s * TICKS_HZ), 8)
    x = np.linspace(0, 1, n)
    diamond = np.minimum(x / who.burst_rise, (1 - x) / (1 - who.burst_rise)) ** rng.uniform(0.8, 1.3)
    if rng.random() < who.tonic:
        tail = rng.uniform(0.15, 0.35) * np.linspace(1, 0, round(rng.uniform(1, 4) * TICKS_HZ))
        diamond = np.concatenate([diamond[: round(0.8 * n)], np.zeros(len(tail))])
        diamond[-len(tail) :] += tail
    uv = who.burst_uv * (0.3 + 0.7 * s.strength) * rng.lognormal(0, 0.15)
    begins = s.onset_s + (who.burst_from_s if s.in_eeg else 0.0)
    for side, size in enumerate(who.burst_sides):
        canvas.tense(canvas.limb, (side,), begins + rng.uniform(-0.06, 0.06), uv * size * diamond)
    if rng.random() < 0.5:
        rows = [SITES.index(k) for k in ("T7", "T8", "F7", "F8", "A1", "A2")]
        canvas.tense(canvas.scalp, rows, begins, rng.uniform(2, 9) * s.strength * diamond)
    if rng.random() < 0.35:
        lasts = rng.uniform(0.8, 2.0)
        keys = [(0.0, 0.0), (0.3 * lasts, rng.uniform(-1, 1)), (0.6 * lasts, rng.uniform(-0.7, 0.7)), (lasts, 0.0)]
        side = patch(toward(95, rng.uniform(-180, 180)), 2.5)
        canvas.add(begins, rng.uniform(15, 70) * s.strength * through(keys, canvas.sfreq_hz), side)
