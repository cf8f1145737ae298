"""SEMI-REAL, SIMULATED: real background, planted spikes, slow waves and attenuations at known places.

The background of a recording is one real clip joined to 40 min (``clips.joined``), as recorded in size. Into it go
spikes, slow waves and attenuations from the simulator, its parts that know nothing of the background. The truth is
that of the simulator for what was planted: high amplitude is the planted slow waves alone, because blinks and
movements of the real clip cannot be told from waves. What the real background holds of its own (sharp transients,
bursts, blinks) is no part of the truth: each clip without anything planted is graded beside it.
States cannot be scored.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from acceptance.cases import seed_of
from acceptance.clips import CLIPS, RATE_HZ, Clip, joined, load, missing
from acceptance.score import OWN_AMPLITUDE
from westward.core.ages import days_from_months
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.signal.montage import LONGITUDINAL, bipolar
from westward.eeg.simulate import head
from westward.eeg.simulate.amplitude import swings
from westward.eeg.simulate.attenuation import Attenuations, plan_attenuations
from westward.eeg.simulate.background import Background, background
from westward.eeg.simulate.generate import SimulatedPaths, cells
from westward.eeg.simulate.parameters import number
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.row import COLUMNS, Row
from westward.eeg.simulate.scenario import Scenario, scenario
from westward.eeg.simulate.spikes import Spikes, plan_spikes
from westward.eeg.simulate.timeline import NREM, Run, Timeline
from westward.eeg.simulate.tracks import GRID_HZ, Tracks
from westward.eeg.simulate.truth import Planted, grade

FloatArray = NDArray[np.float32]

LEVELS = ("based_2", "based_3a", "based_3b", "based_4a", "based_4b_attenuation", "based_5")
UNPLANTED = "unplanted"
MIN_TYPICAL_UV = 60.0
"""Spike sizes follow the median swing of background and slow waves, but not below that of a low infant background."""
LIMIT_UV = 3200.0
_CONTEXT_S, _BLOCK_S = 2, 60
_TRIES = 500


@dataclass(frozen=True)
class SemiRealCase:
    """One semi-real recording: which clip, what is planted (``unplanted``: nothing)."""

    clip: str
    scenario: str
    seed: int
    minutes: float = 40.0
    group: str = "semireal"

    @property
    def name(self) -> str:
        """File name of the result."""
        return f"{self.group}-{self.clip}-{self.scenario}-{self.minutes:g}min-{self.seed}"

    @property
    def age_months(self) -> float:
        """Age given to the analysis."""
        return clip_named(self.clip).age_months

    def make(self, folder: Path) -> SimulatedPaths:
        """Write recording, events and truth."""
        return write(self, folder)


def clip_named(name: str) -> Clip:
    """One kind of background."""
    return next(c for c in CLIPS if c.name == name)


NOT_ON = {("neonate", "based_2"), ("neonate", "based_3a"), ("neonate", "based_4b_attenuation")}
"""Bursts between seconds of a few microvolts (median swing 5 µV) are attenuations of their own: with nothing over them
the truth of what was planted is not the truth of the recording."""


def semireal(commit: str) -> tuple[list[SemiRealCase], list[str]]:
    """Every level on every clip and each clip without anything; and why a clip is left out."""
    usable = [c for c in CLIPS if not missing(c)]
    skipped = [f"{c.name}: {missing(c)}" for c in CLIPS if missing(c)]
    kinds = (UNPLANTED, *LEVELS)
    order = [(c, kinds[(k + i) % len(kinds)]) for k in range(len(kinds)) for i, c in enumerate(usable)]
    order = [x for x in order if (x[0].name, x[1]) not in NOT_ON]
    return [SemiRealCase(c.name, what, seed_of(commit, "semireal", c.name, what)) for c, what in order], skipped


@dataclass(frozen=True, eq=False)
class Mixed:
    """A semi-real recording in memory.

    ``data`` (n_channels, n_samples) µV; ``slow_uv`` and ``swings_uv`` (18, n_seconds) are the swings of the planted
    slow waves and of these with the real background, 0 where a derivation does not exist.
    """

    labels: tuple[str, ...]
    data: FloatArray
    slow_uv: FloatArray
    swings_uv: FloatArray
    spikes: Spikes
    falls: Attenuations


def mix(case: SemiRealCase) -> Mixed:
    """Join, plant, and measure the background."""
    clip = clip_named(case.clip)
    source = load(clip)
    seconds = int(case.minutes * 60)
    what = scenario(case.scenario) if case.scenario != UNPLANTED else scenario("healthy")
    real = joined(source, seconds, clip.piece_s, generator(case.seed, "join"))
    to_file = to_file_of(source.names)
    to_bipolar, present = to_longitudinal(source.names)
    line = Timeline(float(seconds), (Run(0.0, float(seconds), NREM),), np.zeros(0), 9.5)
    n_grid = int(seconds * GRID_HZ) + 2
    steady = Tracks({name: np.ones(n_grid, np.float32) for name in ("spikes", "chaos")})
    falls = plan_attenuations(what, line, seed=case.seed, avoid_s=np.zeros((0, 2)))
    slow = _slow_waves(what, steady, seed=case.seed, age_months=clip.age_months)
    gain = falls.gain(0, real.shape[1], RATE_HZ)
    step = round(_BLOCK_S * RATE_HZ)
    slow_uv = np.zeros((len(LONGITUDINAL), seconds), np.float32)
    if slow.components:
        waves = np.empty_like(real)
        for a in range(0, real.shape[1], step):
            b = min(a + step, real.shape[1])
            waves[:, a:b] = to_file @ slow.read(a, b)
        slow_uv = swings_of(waves * gain, to_bipolar, present)
        real += waves
    real *= gain
    measured = swings_of(real, to_bipolar, present)
    typical = max(float(np.median(measured[present])), MIN_TYPICAL_UV)
    spikes = _spikes(replace(what, high_amplitude_uv=typical), line, steady, falls, source.names, case.seed)
    noise = number("background.electrode_noise_uv")
    for k, a in enumerate(range(0, real.shape[1], step)):
        b = min(a + step, real.shape[1])
        sharp = np.zeros((len(head.SITES), b - a), np.float32)
        for wave in spikes.waves:
            wave.add_to(sharp, a, RATE_HZ)
        real[:, a:b] += (to_file @ sharp) * gain[a:b]
        rng = generator(case.seed, "electrode", k)
        real[:, a:b] += rng.standard_normal((real.shape[0], b - a), np.float32) * np.float32(noise)
    np.clip(real, -LIMIT_UV, LIMIT_UV, out=real)
    return Mixed(source.labels, real, slow_uv, measured, spikes, falls)


def to_file_of(names: tuple[str, ...]) -> FloatArray:
    """Matrix from the simulator's sites to the channels of the file; electrodes against linked ears."""
    out = np.zeros((len(names), len(head.SITES)), np.float32)
    for row, name in enumerate(names):
        plus, _, minus = name.partition("-")
        out[row, head.SITES.index(plus)] += 1
        for other in (minus,) if minus else ("A1", "A2"):
            out[row, head.SITES.index(other)] -= 1 if minus else 0.5
    return out


def to_longitudinal(names: tuple[str, ...]) -> tuple[FloatArray, NDArray[np.int64]]:
    """Matrix from the channels of the file to the longitudinal derivations that it has, and which these are."""
    if all("-" in name for name in names):
        rows = [names.index(d) for d in LONGITUDINAL if d in names]
        matrix, made = np.eye(len(names), dtype=np.float32)[rows], [d for d in LONGITUDINAL if d in names]
    else:
        montage = bipolar(names)
        matrix, made = montage.matrix, list(montage.derivations)
    return matrix, np.array([LONGITUDINAL.index(d) for d in made])


def swings_of(data: FloatArray, to_bipolar: FloatArray, present: NDArray[np.int64]) -> FloatArray:
    """Swing per second in the longitudinal derivations, shape (18, n_seconds); 0 where one does not exist."""
    seconds = int(data.shape[1] / RATE_HZ)
    out = np.zeros((len(LONGITUDINAL), seconds), np.float32)
    pad = round(_CONTEXT_S * RATE_HZ)
    for a in range(0, seconds, _BLOCK_S):
        b = min(a + _BLOCK_S, seconds)
        i, j = round(a * RATE_HZ) - pad, round(b * RATE_HZ) + pad
        part = np.pad(data[:, max(i, 0) : j], ((0, 0), (max(-i, 0), max(j - data.shape[1], 0))), mode="edge")
        out[present, a:b] = swings(to_bipolar @ part, RATE_HZ, _CONTEXT_S)
    return out


def _slow_waves(what: Scenario, steady: Tracks, *, seed: int, age_months: float) -> Background:
    made = background(what, steady, seed=seed, age_months=age_months, sfreq_hz=RATE_HZ)
    return Background(tuple(c for c in made.components if c.track == "chaos"), steady, RATE_HZ)


def _spikes(
    what: Scenario, line: Timeline, steady: Tracks, falls: Attenuations, names: tuple[str, ...], seed: int
) -> Spikes:
    """Spikes whose foci all lie under electrodes that the file has: the first such draw."""
    electrodes = {e for name in names for e in name.split("-")}
    for attempt in range(_TRIES):
        made = plan_spikes(what, line, steady, seed=seed + attempt, silent_s=falls.spans_s, sparse_s=np.zeros((0, 2)))
        if all(f.peak in electrodes for f in made.foci):
            return made
    raise RuntimeError(f"no draw of {_TRIES} has all foci under {sorted(electrodes)}")


def write(case: SemiRealCase, folder: Path) -> SimulatedPaths:
    """Write a semi-real recording and its truth, named like a simulated one."""
    made = mix(case)
    stem = f"{case.clip}_{case.scenario}_{case.seed}"
    paths = SimulatedPaths(folder / f"{stem}.edf", folder / f"{stem}_events.tsv", folder / f"{stem}_truth.json")
    with EdfWriter(
        paths.edf,
        [SignalSpec(label, RATE_HZ, -3276.8, 3276.7) for label in made.labels],
        start=datetime(2025, 3, 3, 9, 30),  # noqa: DTZ001 - EDF has local clock time without zone
        patient="SIMULATED X X Semi_real",
        recording="Startdate X SIMULATED X WESTWARD_SEMI_REAL",
    ) as writer:
        step = round(_BLOCK_S * RATE_HZ)
        for a in range(0, made.data.shape[1], step):
            writer.write(list(made.data[:, a : a + step]))
    told, rows = truth(case, made)
    with paths.events.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(cells(row) for row in rows)
    paths.truth.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return paths


def truth(case: SemiRealCase, made: Mixed) -> tuple[dict[str, Any], list[Row]]:
    """Truth file and event rows of what was planted."""
    n, spikes = made.swings_uv.shape[1], made.spikes
    planted = Planted(
        n_seconds=n,
        readable=np.ones(n, bool),
        spike_s=spikes.peak_s,
        spike_focus=spikes.focus,
        n_foci=len(spikes.foci),
        swings_uv=made.slow_uv,
        attenuations_s=made.falls.onset_s,
        groups_s=np.zeros(0),
        abnormality="",
    )
    based = grade(planted)
    as_is = replace(planted, swings_uv=made.swings_uv)
    based["distance_to_limit"][OWN_AMPLITUDE] = grade(as_is)["distance_to_limit"]["amplitude_bin_fraction"]
    in_worst, in_study = based.pop("n_spikes_worst_epoch", []), based.pop("n_spikes", [])
    based["foci"] = [
        {
            "name": f.name,
            "peak": f.peak,
            "hemisphere": f.hemisphere,
            "n_spikes": in_study[k],
            "n_spikes_worst_epoch": in_worst[k],
        }
        for k, f in enumerate(spikes.foci)
    ]
    beside = local_background(made)
    rows = [
        Row(float(t), float(d), "attenuation") for t, d in zip(made.falls.onset_s, made.falls.duration_s, strict=True)
    ]
    for i in range(len(spikes.peak_s)):
        focus = spikes.foci[int(spikes.focus[i])]
        rows.append(
            Row(
                float(spikes.peak_s[i]),
                float(spikes.duration_s[i]),
                "spike",
                channel=focus.peak,
                focus=focus.name,
                amplitude_uv=float(spikes.amplitude_uv[i]),
                background_uv=float(beside[i]),
            )
        )
    rows.sort(key=lambda r: (r.onset_s, r.trial_type))
    ratio = spikes.amplitude_uv / np.maximum(beside, 1)
    return {
        "schema_version": "1.0",
        "simulated": True,
        "semi_real": True,
        "scenario": case.scenario,
        "clip": case.clip,
        "abnormality": None,
        "age_months": case.age_months,
        "age_days": days_from_months(case.age_months),
        "seed": case.seed,
        "duration_s": float(n),
        "sfreq_hz": RATE_HZ,
        "based": based,
        "spike_contrast_terciles": [round(float(v), 3) for v in np.quantile(ratio, (1 / 3, 2 / 3))]
        if len(ratio) > 2
        else None,
    }, rows


def local_background(made: Mixed) -> NDArray[np.float64]:
    """Median background swing within 2 s of each spike in the derivations of the file that hold its peak."""
    n = made.swings_uv.shape[1]
    second = np.clip(made.spikes.peak_s.astype(np.int64), 0, n - 1)
    around = np.clip(second[:, None] + np.arange(-2, 3), 0, n - 1)
    present = made.swings_uv.any(axis=1)
    out = np.zeros(len(second))
    for k, focus in enumerate(made.spikes.foci):
        on = made.spikes.focus == k
        rows = [d for d, name in enumerate(LONGITUDINAL) if focus.peak in name.split("-") and present[d]]
        if on.any() and rows:
            out[on] = np.median(made.swings_uv[np.array(rows)][:, around[on]], axis=(0, 2))
    return out
