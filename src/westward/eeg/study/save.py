"""A study on disk."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.bundle import epochs_table, events_table, store, trends
from westward.eeg.events.hypnogram import EPOCH_S
from westward.eeg.recording.digest import sha256_of
from westward.eeg.recording.recording import Recording
from westward.eeg.report import html
from westward.eeg.report.annotations import write_edf
from westward.eeg.study import report_content
from westward.eeg.study.analyze import analyze
from westward.eeg.study.events import all_events
from westward.eeg.study.options import Progress, StudyOptions
from westward.eeg.study.result import Night, Study
from westward.eeg.study.summary import summarize


@dataclass(frozen=True, slots=True)
class Saved:
    """Where the result lies and what it says; ``advice`` is empty from a score of 4 on."""

    bundle: Path
    sentence: str
    advice: str
    warnings: tuple[str, ...]
    summary: dict[str, Any]


def analyze_to_bundle(
    recording: Recording,
    target: Path,
    options: StudyOptions,
    *,
    overwrite: bool = False,
    progress: Progress = lambda _done, _doing: None,
) -> Saved:
    """Analyze a recording and write its bundle; the bundle appears whole or not at all."""
    with store.building(target, overwrite=overwrite) as folder:
        with ThreadPoolExecutor(1) as pool:
            digest = pool.submit(sha256_of, recording.path)
            study = analyze(recording, options, progress)
            summary = summarize(study, digest.result())
        progress(0.95, "writing the report")
        write(study, summary, folder, target.name.removesuffix(store.SUFFIX))
    return Saved(target, study.grade.sentence, study.grade.advice, tuple(summary["warnings"]), summary)


def write(study: Study, summary: dict[str, Any], folder: Path, name: str) -> None:
    """Write every file of the bundle into an existing folder."""
    events = sorted(all_events(study), key=lambda e: e.onset_s)
    events_table.write(folder, events, simulated=study.recording.facts.simulated)
    write_edf(events, folder / "events.edf", simulated=study.recording.facts.simulated)
    _write_epochs(study, folder)
    trends.write(folder, _series(study))
    html.write(folder / "report.html", report_content.build(study, name, summary, events))
    text = json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", "utf-8")


def _write_epochs(study: Study, folder: Path) -> None:
    night = study.night
    n = len(night.hypnogram.state)
    length = int(EPOCH_S)
    lost = _lost(night)
    lost_share = lost[:, : n * length].reshape(len(lost), n, length).mean(axis=2)
    background = np.where(study.facts.assessable, night.background.wave_uv, np.nan).astype(np.float32)
    epochs_table.write(
        folder,
        state=night.hypnogram.state,
        artifact_fraction=lost_share,
        channels=night.background.derivations,
        per_second={"background_wave_uv": background},
    )


def _lost(night: Night) -> NDArray[np.bool_]:
    """Seconds in which each derivation cannot be used: nothing can be, or one of its electrodes is at fault."""
    faulty = night.quality.faulty(night.background.derivations)
    return np.asarray(~night.usable | faulty[:, : night.n_seconds])


def _series(study: Study) -> dict[str, tuple[Any, float, str]]:
    night, facts = study.night, study.facts
    n = night.n_seconds
    at = facts.spike_s.astype(np.intp)
    spikes = np.bincount(at[at < n], minlength=n).astype(np.float32)[:n]
    spikes[~facts.assessable] = np.nan
    out: dict[str, tuple[Any, float, str]] = {
        "spikes": (spikes, 1.0, "1/s"),
        "artifact": ((~night.usable).astype(np.float32), 1.0, "1"),
    }
    for name, row in zip(facts.derivations, facts.background_uv, strict=True):
        out[f"background_{''.join(c if c.isalnum() else '_' for c in name)}"] = (row, 1.0, "uV")
    return out
