"""The recordings of the set, and their files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from acceptance.other.canvas import Samples
from acceptance.other.randomness import seed_from
from acceptance.other.recording import Made, record
from acceptance.other.scalp import row
from acceptance.other.truth import write_events
from westward.core.ages import days_from_months
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.signal.electrodes import ELECTRODES

GROUP = "spasmsother"
_RANGE_UV = 3276.7

BACKGROUNDS = (
    "hypsarrhythmia", "nearly_normal", "hypsarrhythmia_half", "multifocal", "suppression_bursts",
    "hypsarrhythmia_sleep_only", "healthy", "focal", "hypsarrhythmia_slow", "hypsarrhythmia_attenuation",
    "hypsarrhythmia_synchronous", "healthy",
)  # fmt: skip
"""Each twice, with and without EMG, two children."""

AGES = (6.0, 4.0, 9.0, 15.0, 2.0, 7.0, 5.0, 24.0, 11.0, 3.0, 8.0, 36.0, 18.0, 6.0, 12.0, 30.0)
"""Months, in turn: most between 3 and 12, as spasms begin."""

RECORDED_AS = (
    (256.0, "LE", False), (200.0, "Ref", True), (500.0, "LE", True), (256.0, "AVG", False), (200.0, "LE", False),
    (256.0, "Ref", False), (500.0, "Ref", False),
)  # fmt: skip
"""Sampling rate, reference, and whether the older names T3-T6 are used."""

_OLDER = {"T7": "T3", "T8": "T4", "P7": "T5", "P8": "T6"}
_LIMBS = (("EMG L Delt", "EMG R Delt"), ("EMG Deltoid L", "EMG Deltoid R"), ("EMG LDelt", "EMG RDelt"))


@dataclass(frozen=True)
class OtherPaths:
    """Where a recording and its truth were written."""

    edf: Path
    events: Path
    truth: Path


@dataclass(frozen=True)
class OtherCase:
    """One recording of the second generator."""

    background: str
    age_months: float
    minutes: float
    seed: int
    sfreq_hz: float = 256.0
    emg: bool = True
    reference: str = "LE"
    older_names: bool = False
    mimics: float = 1.0
    group: str = GROUP

    @property
    def name(self) -> str:
        """File name of the result."""
        with_emg = "emg" if self.emg else "noemg"
        return f"{self.group}-{self.background}-{with_emg}-{self.age_months:g}mo-{self.minutes:g}min-{self.seed}"

    def make(self, folder: Path) -> OtherPaths:
        """Write recording and truth into a folder."""
        return write(self, folder)


def other_cases(seed_word: str, minutes: float = 60.0) -> list[OtherCase]:
    """24 recordings, half with EMG, four of them healthy and full of mimics."""
    cases = []
    for i in range(2 * len(BACKGROUNDS)):
        k, second = i % len(BACKGROUNDS), i // len(BACKGROUNDS)
        rate, reference, older = RECORDED_AS[i % len(RECORDED_AS)]
        cases.append(
            OtherCase(
                BACKGROUNDS[k],
                AGES[(i + 3 * second) % len(AGES)],
                minutes,
                seed_from(seed_word.rstrip("+"), "case", i),
                rate,
                emg=(i + second) % 2 == 0,
                reference=reference,
                older_names=older,
                mimics=3.0 if BACKGROUNDS[k] == "healthy" else (1.0, 0.5, 2.0)[i % 3],
            )
        )
    return cases


def made(case: OtherCase) -> Made:
    """The recording in memory."""
    return record(
        case.seed,
        disorder=case.background,
        mimics=case.mimics,
        age_months=case.age_months,
        minutes=case.minutes,
        sfreq_hz=case.sfreq_hz,
        emg=case.emg,
    )


def channels(case: OtherCase, whole: Made) -> tuple[list[str], list[Samples]]:
    """Labels and signals of the file."""
    eeg = whole.canvas.eeg
    if case.reference == "LE":
        against = (eeg[row("A1")] + eeg[row("A2")]) / 2
    elif case.reference == "AVG":
        against = eeg[: len(ELECTRODES)].mean(axis=0)
    else:
        against = eeg[row("FCz")]
    names = [_OLDER.get(e, e) if case.older_names else e for e in ELECTRODES]
    labels = [f"EEG {name}-{case.reference}" for name in names]
    signals: list[Samples] = [eeg[k] - against for k in range(len(ELECTRODES))]
    labels.append("ECG")
    signals.append(whole.heart)
    if case.emg:
        labels += _LIMBS[case.seed % len(_LIMBS)]
        signals += list(whole.limbs)
    return labels, signals


def write(case: OtherCase, folder: Path) -> OtherPaths:
    """Make and write it."""
    whole = made(case)
    labels, signals = channels(case, whole)
    stem = f"{case.background}_{case.seed}"
    paths = OtherPaths(folder / f"{stem}.edf", folder / f"{stem}_events.tsv", folder / f"{stem}_truth.json")
    seconds = int(whole.canvas.duration_s)
    step = round(60 * case.sfreq_hz)
    with EdfWriter(
        paths.edf,
        [SignalSpec(label, case.sfreq_hz, -_RANGE_UV, _RANGE_UV) for label in labels],
        start=datetime(2025, 3, 4, 10, 12, 30),  # noqa: DTZ001 - EDF has local clock time without zone
        patient="SIMULATED X X Acceptance",
        recording="Startdate X SIMULATED X WESTWARD_ACCEPTANCE",
    ) as writer:
        for a in range(0, round(seconds * case.sfreq_hz), step):
            writer.write([np.clip(s[a : a + step], -_RANGE_UV, _RANGE_UV) for s in signals])
    write_events(paths.events, whole.canvas.planted)
    told = {
        "schema_version": "1.0",
        "simulated": True,
        "generator": "other",
        "scenario": case.background,
        "age_months": case.age_months,
        "age_days": days_from_months(case.age_months),
        "seed": case.seed,
        "duration_s": float(seconds),
        "sfreq_hz": case.sfreq_hz,
        "based": None,
        "form": None if case.background == "healthy" else whole.child.form,
        "n_spasms": sum(p.trial_type == "spasm" for p in whole.canvas.planted),
        "n_clusters": sum(p.trial_type == "spasm_cluster" for p in whole.canvas.planted),
    }
    paths.truth.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return paths
