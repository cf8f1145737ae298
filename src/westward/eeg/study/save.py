"""A study on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.core import memory
from westward.core.digest import sha256_of
from westward.eeg.biomarkers.epoch_measures import quantile
from westward.eeg.bundle import epochs_table, events_table, pairs_table, segments_table, spasms_table, store, trends
from westward.eeg.bundle.epochs_table import Channels
from westward.eeg.events.hypnogram import EPOCH_S
from westward.eeg.recording.recording import Recording
from westward.eeg.report import html
from westward.eeg.report.annotations import write_edf
from westward.eeg.study import ictal, report_content
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
    ictal: str
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
    return Saved(
        target, study.grade.sentence, ictal.sentence(study), study.grade.advice, tuple(summary["warnings"]), summary
    )


def write(study: Study, summary: dict[str, Any], folder: Path, name: str) -> None:
    """Write every file of the bundle into an existing folder."""
    events = sorted(all_events(study), key=lambda e: e.onset_s)
    events_table.write(folder, events, simulated=study.recording.facts.simulated)
    write_edf(events, folder / "events.edf", simulated=study.recording.facts.simulated)
    _write_tables(study, folder)
    memory.give_back()
    trends.write(folder, _series(study))
    html.write(folder / "report.html", report_content.build(study, name, summary, events))
    text = json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", "utf-8")


def _write_tables(study: Study, folder: Path) -> None:
    night, measured = study.night, study.night.biomarkers
    background = np.where(study.facts.assessable, night.background.wave_uv, np.nan).astype(np.float32)
    n, length = len(night.hypnogram.state), int(EPOCH_S)
    cells = background[:, : n * length].reshape(len(background), n, length)
    columns = {f"background_wave_uv_{name}": quantile(cells, q) for name, q in (("median", 0.5), ("p95", 0.95))}
    derivations, electrodes = night.background.derivations, measured.epochs.electrodes
    groups = [Channels(derivations, _lost(night, derivations), columns)]
    if electrodes:
        groups.append(Channels(electrodes, _lost(night, electrodes), measured.epochs.values))
    epochs_table.write(folder, state=night.hypnogram.state, groups=groups)
    pairs_table.write(folder, measured)
    segments_table.write(folder, measured)
    spasms_table.write(folder, night.spasms, night.clusters, night.gamma, study.facts.derivations)


def _lost(night: Night, channels: Sequence[str]) -> NDArray[np.float64]:
    """Share of each epoch in which a channel cannot be used: nothing can be, or an electrode of it is at fault."""
    lost = ~night.usable | night.quality.faulty(channels)[:, : night.n_seconds]
    n, length = len(night.hypnogram.state), int(EPOCH_S)
    return np.asarray(lost[:, : n * length].reshape(len(lost), n, length).mean(axis=2))


def _series(study: Study) -> dict[str, tuple[Any, float, str]]:
    night, facts = study.night, study.facts
    n = night.n_seconds
    at = facts.spike_s.astype(np.intp)
    spikes = np.bincount(at[at < n], minlength=n).astype(np.float32)[:n]
    spikes[~facts.assessable | bool(facts.spikes_refusal)] = np.nan
    out: dict[str, tuple[Any, float, str]] = {
        "spikes": (spikes, 1.0, "1/s"),
        "artifact": ((~night.usable).astype(np.float32), 1.0, "1"),
        "assessable": (facts.assessable.astype(np.float32), 1.0, "1"),
    }
    for name, row in zip(facts.derivations, facts.background_uv, strict=True):
        out[f"background_{''.join(c if c.isalnum() else '_' for c in name)}"] = (row, 1.0, "uV")
    return out
