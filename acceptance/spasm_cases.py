"""Recordings of 4-8 h with clusters of spasms: which are made, how they are planned and written.

The simulator gives background, sleep, spikes, artifacts and mimics; the spasms are those of a child drawn from the
seed (``spasm_child``), with shapes of their own. Shortened nights: a night is 19:00 onward, sleep and wakings by age.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from acceptance.cases import AGES, seed_of
from acceptance.spasm_child import Spasm, child, ictal, plan_spasms
from westward.core.ages import days_from_months
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.simulate import head, noise
from westward.eeg.simulate.artifacts import Artifact, plan_artifacts
from westward.eeg.simulate.attenuation import join, plan_attenuations
from westward.eeg.simulate.background import background, site_gain
from westward.eeg.simulate.body import plan_body
from westward.eeg.simulate.generate import SimulatedPaths, blocks_of, cells, channel_labels
from westward.eeg.simulate.graphoelements import graphoelements
from westward.eeg.simulate.parameters import number
from westward.eeg.simulate.plan import Plan
from westward.eeg.simulate.randomness import generator, stream_seed
from westward.eeg.simulate.row import COLUMNS, Row
from westward.eeg.simulate.scenario import Scenario, scenario
from westward.eeg.simulate.spasms import Ictal, plan_ictal
from westward.eeg.simulate.spikes import plan_spikes
from westward.eeg.simulate.tell import event_rows, truth
from westward.eeg.simulate.timeline import Timeline, timeline
from westward.eeg.simulate.tracks import tracks

HOURS = (4.0, 5.0, 6.0, 7.0, 8.0)
"""Lengths in turn."""
BACKGROUND_S = 10.0
"""Local background of a spasm: the median planted swing of all derivations over so long before it."""
_SWAY = 8


@dataclass(frozen=True)
class Setting:
    """What surrounds the spasms: background, artifacts against the ordinary, startles and myoclonus per hour."""

    background: str
    artifact_factor: float = 1.0
    mimics_per_hour: float = 0.0
    hypnagogic_factor: float = 1.0

    @property
    def name(self) -> str:
        """Background with what is added to it."""
        more = [
            word for word, on in (("artifacts", self.artifact_factor > 1), ("mimics", self.mimics_per_hour > 0)) if on
        ]
        return "+".join((self.background, *more))


PLAIN, ARTIFACTS, MIMICS = (1.0, 0.0, 1.0), (5.0, 0.0, 1.0), (1.0, 20.0, 2.0)
BOTH = (4.0, 15.0, 1.5)
SETTINGS = tuple(
    Setting(name, *around)
    for name, around in (
        ("hypsarrhythmia", PLAIN), ("based_2", MIMICS), ("healthy", ARTIFACTS), ("based_5", PLAIN),
        ("hypsarrhythmia_slow", BOTH), ("based_3a", ARTIFACTS), ("healthy", MIMICS), ("hypsarrhythmia", MIMICS),
        ("based_4b_attenuation", PLAIN), ("based_3b", BOTH), ("hypsarrhythmia_asymmetric", ARTIFACTS),
        ("based_2", PLAIN), ("hypsarrhythmia_synchronous", PLAIN), ("based_4a", MIMICS), ("based_5", ARTIFACTS),
        ("hypsarrhythmia_attenuation", PLAIN), ("based_4b_grouped", MIMICS), ("hypsarrhythmia", ARTIFACTS),
        ("burst_suppression", PLAIN), ("based_1_asymmetry", BOTH), ("hypsarrhythmia_consistent_focus", MIMICS),
        ("based_3a", PLAIN),
    )
)  # fmt: skip
"""Each is made twice, with and without EMG, at two ages with two children."""

RECORDED_AS = (
    (256.0, True, "A1A2"), (200.0, True, "Ref"), (256.0, False, "AVG"), (256.0, True, "Cz"), (500.0, False, "A1A2"),
)  # fmt: skip
"""Sampling rate in Hz, eye leads, reference: in turn."""


@dataclass(frozen=True)
class SpasmCase:
    """One recording with clusters of spasms."""

    setting: Setting
    age_months: float
    minutes: float
    seed: int
    sfreq_hz: float = 256.0
    emg: bool = True
    eog: bool = True
    reference: str = "A1A2"
    group: str = "spasms"

    @property
    def name(self) -> str:
        """File name of the result."""
        with_emg = "emg" if self.emg else "noemg"
        return f"{self.group}-{self.setting.name}-{with_emg}-{self.age_months:g}mo-{self.minutes:g}min-{self.seed}"

    def make(self, folder: Path) -> SimulatedPaths:
        """Simulate it."""
        return write(self, folder)


def spasm_cases(commit: str, hours: float | None = None) -> list[SpasmCase]:
    """Every setting with and without EMG; 4-8 h each, or ``hours``."""
    cases = []
    for i in range(2 * len(SETTINGS)):
        k = i % len(SETTINGS)
        rate, eog, reference = RECORDED_AS[(i + i // len(SETTINGS)) % len(RECORDED_AS)]
        cases.append(
            SpasmCase(
                SETTINGS[k],
                AGES[(3 * i + i // 10) % len(AGES)],
                60 * (hours or HOURS[(2 * i + i // 5) % len(HOURS)]),
                seed_of(commit, "spasms", i),
                rate,
                emg=(i + i // len(SETTINGS)) % 2 == 0,
                eog=eog,
                reference=reference,
            )
        )
    return cases


def plan(case: SpasmCase) -> Plan:
    """Decide everything: the simulator's steps with this child's spasms in place of its own."""
    setting = case.setting
    what = replace(
        scenario(setting.background),
        clusters=False,
        artifact_factor=setting.artifact_factor,
        mimics_per_hour=setting.mimics_per_hour,
        hypnagogic_factor=setting.hypnagogic_factor,
    )
    own = stream_seed(case.seed, setting.name)
    line = timeline(seed=own, age_months=case.age_months, duration_s=float(round(case.minutes * 60)))
    drawn = child(own)
    spasms = plan_spasms(drawn, line, seed=own)
    fits = ictal(drawn, spasms, plan_ictal(what, line, seed=own), line, seed=own)
    return _around(case, what, own, line, fits, spasms)


def _around(case: SpasmCase, what: Scenario, own: int, line: Timeline, fits: Ictal, spasms: list[Spasm]) -> Plan:
    common: dict[str, Any] = {"seed": own, "age_months": case.age_months}
    normal = graphoelements(what, line, **common)
    strength = tracks(what, line, **common, clusters_s=fits.clusters_s, recurrent_uv=normal.recurrent_maximum_uv)
    falls = plan_attenuations(what, line, seed=own, avoid_s=fits.clusters_s)
    every = join(falls, fits.decrements)
    made = plan_artifacts(
        what, line, **common, sfreq_hz=case.sfreq_hz, movements_s=fits.movements_s, avoid_s=fits.clusters_s
    )
    if what.artifact_factor > 1:
        items = sorted([*made.items, *_moves(spasms, own)], key=lambda a: a.onset_s)
        made = replace(made, items=tuple(items))
    amplifier = noise.NoiseSource(own, "amplifier", len(head.SITES), np.ones_like, case.sfreq_hz)
    return Plan(
        what,
        case.age_months,
        case.seed,
        case.sfreq_hz,
        line,
        strength,
        background(what, strength, **common, sfreq_hz=case.sfreq_hz),
        normal,
        site_gain(what, seed=own),
        falls,
        every,
        plan_spikes(what, line, strength, seed=own, silent_s=every.spans_s, sparse_s=fits.clusters_s),
        fits,
        made,
        plan_body(
            line, strength, **common, sfreq_hz=case.sfreq_hz, artifact_factor=what.artifact_factor, bursts=fits.bursts
        ),
        noise.ScaledNoise(amplifier, number("background.electrode_noise_uv")),
    )


def _moves(spasms: list[Spasm], seed: int) -> list[Artifact]:
    """Movement that goes with a third of the spasms where artifacts are many; cables sway as the arms rise."""
    rng = generator(seed, "acceptance", "moves")
    out = []
    for s in spasms:
        if rng.random() < 0.33:
            place = head.positions() @ rng.standard_normal((3, _SWAY))
            weights = (place + 0.6 * rng.standard_normal((len(head.SITES), _SWAY))) / np.sqrt(1.36 * _SWAY)
            length, size = float(rng.uniform(0.8, 2.0)), float(rng.uniform(40, 150))
            out.append(Artifact("movement", s.onset_s + 0.2, length, size, 1.0, weights.astype(np.float32)))
    return out


def with_background(rows: list[Row], swings_uv: NDArray[np.float32]) -> list[Row]:
    """Rows in which each spasm has the local background before it; ``swings_uv`` (n_derivations, n_seconds)."""
    out = []
    per_second = np.median(swings_uv, axis=0) if swings_uv.size else np.zeros(1)
    for row in rows:
        if row.trial_type == "spasm":
            second = min(int(row.onset_s), len(per_second) - 1)
            before = per_second[max(second - int(BACKGROUND_S), 0) : max(second, 1)]
            out.append(replace(row, background_uv=float(np.median(before))))
        else:
            out.append(row)
    return out


def write(case: SpasmCase, folder: Path) -> SimulatedPaths:
    """Write recording and truth, block by block."""
    made = plan(case)
    labels = channel_labels(case.reference, emg=case.emg, eog=case.eog)
    stem = f"{case.setting.name.replace('+', '_')}_{case.seed}"
    paths = SimulatedPaths(folder / f"{stem}.edf", folder / f"{stem}_events.tsv", folder / f"{stem}_truth.json")
    start = datetime(2025, 3, 3) + timedelta(seconds=round(made.line.clock_start_h * 3600))  # noqa: DTZ001
    sizes: list[NDArray[np.float32]] = []
    with EdfWriter(
        paths.edf,
        [SignalSpec(label, case.sfreq_hz, -3276.8, 3276.7) for label in labels],
        start=start,
        patient="SIMULATED X X Acceptance",
        recording="Startdate X SIMULATED X WESTWARD_ACCEPTANCE",
    ) as writer:
        for block in blocks_of(made, case.reference, labels, threads=1):
            writer.write(list(block.data))
            sizes.append(block.swings_uv)
    measured = np.concatenate(sizes, axis=1)
    rows = with_background(event_rows(made, measured), measured)
    told = truth(made, measured, rows)
    told["spasms"]["n_clusters"] = sum(row.trial_type == "spasm_cluster" for row in rows)
    told |= {"scenario": case.setting.name, "age_days": days_from_months(case.age_months)}
    write_truth(paths, told, rows)
    return paths


def write_truth(paths: SimulatedPaths, told: dict[str, Any], rows: list[Row]) -> None:
    """Write the two files of the truth."""
    with paths.events.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(cells(row) for row in rows)
    paths.truth.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
