"""SEMI-REAL, SIMULATED: clusters of spasms planted on real clips, with and without limb EMG.

The background of a recording is one real clip joined to an hour (``clips.joined``), as recorded in size. Into it go the
spasms of a child drawn from the seed; decrements lower the real background itself. The limb EMG is simulated and holds
startles and myoclonus too. What the clip holds of its own is no part of the truth: each clip without spasms stands
beside. Nothing here can be graded or staged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from acceptance.cases import seed_of
from acceptance.clips import CLIPS, RATE_HZ, joined, load, missing
from acceptance.semireal import LIMIT_UV, UNPLANTED, clip_named, swings_of, to_file_of, to_longitudinal
from acceptance.spasm_cases import with_background, write_truth
from acceptance.spasm_child import child, ictal, plan_spasms
from westward.core.ages import days_from_months
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.simulate import head, noise
from westward.eeg.simulate.artifacts import plan_artifacts
from westward.eeg.simulate.body import Body
from westward.eeg.simulate.generate import SimulatedPaths
from westward.eeg.simulate.parameters import numbers
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.row import Row
from westward.eeg.simulate.scenario import scenario
from westward.eeg.simulate.spasms import plan_ictal
from westward.eeg.simulate.timeline import NREM, WAKE, Run, Timeline
from westward.eeg.simulate.tracks import GRID_HZ, Tracks

FloatArray = NDArray[np.float32]

SPASMS = "clusters"
EMG_LABELS = ("EMG L Delt", "EMG R Delt")
STARTLES_PER_H = 10.0
_BLOCK_S = 60
_STRETCH_S = 600.0


@dataclass(frozen=True)
class SpasmClipCase:
    """One clip with clusters (or ``unplanted``), with or without EMG."""

    clip: str
    scenario: str
    emg: bool
    seed: int
    minutes: float = 60.0
    group: str = "spasmclips"

    @property
    def name(self) -> str:
        """File name of the result."""
        with_emg = "emg" if self.emg else "noemg"
        return f"{self.group}-{self.clip}-{self.scenario}-{with_emg}-{self.minutes:g}min-{self.seed}"

    @property
    def age_months(self) -> float:
        """Age given to the analysis."""
        return clip_named(self.clip).age_months

    def make(self, folder: Path) -> SimulatedPaths:
        """Write recording, events and truth."""
        return write(self, folder)


def spasm_clips(commit: str, hours: float | None = None, per_clip: int = 2) -> tuple[list[SpasmClipCase], list[str]]:
    """``per_clip`` children on every clip and each clip without spasms, all with and without EMG; what is left out."""
    usable = [c for c in CLIPS if not missing(c)]
    cases = [
        SpasmClipCase(c.name, what, emg, seed_of(commit, "spasmclips", c.name, what, k, emg), 60 * (hours or 1.0))
        for k in range(per_clip)
        for what in (SPASMS, UNPLANTED)[: 2 - k]
        for emg in (True, False)
        for c in usable
    ]
    return cases, [f"{c.name}, spasms planted: {missing(c)}" for c in CLIPS if missing(c)]


def _line(seconds: int) -> Timeline:
    """Stretches of ten minutes in which the spasms are planned as if asleep and awake in turn."""
    borders = np.append(np.arange(0, seconds, _STRETCH_S), seconds)
    runs = [Run(float(a), float(b), (NREM, WAKE)[k % 2]) for k, (a, b) in enumerate(pairwise(borders))]
    return Timeline(float(seconds), tuple(runs), np.zeros(0), 9.5)


def write(case: SpasmClipCase, folder: Path) -> SimulatedPaths:
    """Join, plant, write."""
    source = load(clip_named(case.clip))
    seconds = int(case.minutes * 60)
    real = joined(source, seconds, clip_named(case.clip).piece_s, generator(case.seed, "join"))
    line, drawn = _line(seconds), child(case.seed)
    what = replace(scenario("mimics"), mimics_per_hour=STARTLES_PER_H, artifact_factor=0.0)
    spasms = plan_spasms(drawn, line, seed=case.seed) if case.scenario != UNPLANTED else []
    fits = ictal(drawn, spasms, plan_ictal(what, line, seed=case.seed), line, seed=case.seed)
    moves = plan_artifacts(
        what,
        line,
        seed=case.seed,
        age_months=case.age_months,
        sfreq_hz=RATE_HZ,
        movements_s=fits.movements_s,
        avoid_s=fits.clusters_s,
    )
    steady = np.full(int(seconds * GRID_HZ) + 2, numbers("body.deltoid_uv")[WAKE], np.float32)
    body = Body(
        (),
        np.zeros(0),
        np.zeros(len(head.SITES), np.float32),
        fits.bursts,
        noise.NoiseSource(case.seed, "tone", 6, noise.band(15, 100), RATE_HZ, waxing_sd=0.25, waxing_hz=0.8),
        Tracks({"muscle": np.zeros_like(steady), "deltoid": steady}),
        RATE_HZ,
    )
    to_file = to_file_of(source.names)
    real *= fits.decrements.gain(0, real.shape[1], RATE_HZ)
    measured = swings_of(real, *to_longitudinal(source.names))
    emg = np.zeros((len(EMG_LABELS), real.shape[1]), np.float32)
    step = round(_BLOCK_S * RATE_HZ)
    for a in range(0, real.shape[1], step):
        b = min(a + step, real.shape[1])
        sites = np.zeros((len(head.SITES), b - a), np.float32)
        for wave in fits.waves:
            wave.add_to(sites, a, RATE_HZ)
        body.add_to(sites, dict(zip(EMG_LABELS, emg[:, a:b], strict=True)), a, moves)
        moves.add_to(sites, a)
        real[:, a:b] += to_file @ sites
    labels = (*source.labels, *(EMG_LABELS if case.emg else ()))
    data = np.concatenate([real, emg]) if case.emg else real
    np.clip(data, -LIMIT_UV, LIMIT_UV, out=data)
    rows = [*fits.rows, *(a.row for a in moves.items)]
    present = measured.any(axis=1)
    return _written(case, folder, labels, data, with_background(rows, measured[present]))


def _written(
    case: SpasmClipCase, folder: Path, labels: tuple[str, ...], data: FloatArray, rows: list[Row]
) -> SimulatedPaths:
    stem = f"{case.clip}_{case.scenario}_{case.seed}"
    paths = SimulatedPaths(folder / f"{stem}.edf", folder / f"{stem}_events.tsv", folder / f"{stem}_truth.json")
    with EdfWriter(
        paths.edf,
        [SignalSpec(label, RATE_HZ, -3276.8, 3276.7) for label in labels],
        start=datetime(2025, 3, 3, 9, 30),  # noqa: DTZ001 - EDF has local clock time without zone
        patient="SIMULATED X X Semi_real",
        recording="Startdate X SIMULATED X WESTWARD_SEMI_REAL",
    ) as writer:
        step = round(_BLOCK_S * RATE_HZ)
        for a in range(0, data.shape[1], step):
            writer.write(list(data[:, a : a + step]))
    told = {
        "schema_version": "1.0",
        "simulated": True,
        "semi_real": True,
        "scenario": case.scenario,
        "clip": case.clip,
        "age_months": case.age_months,
        "age_days": days_from_months(case.age_months),
        "seed": case.seed,
        "duration_s": float(data.shape[1] / RATE_HZ),
        "sfreq_hz": RATE_HZ,
        "based": None,
    }
    write_truth(paths, told, sorted(rows, key=lambda r: (r.onset_s, r.trial_type)))
    return paths
