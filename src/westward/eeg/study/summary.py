"""``summary.json`` of a study."""

from __future__ import annotations

import math
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.core import provenance
from westward.eeg.biomarkers import by_state, spindle_measures
from westward.eeg.events import artifact
from westward.eeg.events.hypnogram import STATES
from westward.eeg.recording.channel import Kind
from westward.eeg.study import gamma, ictal, not_assessable, oscillations, parameters
from westward.eeg.study.cautions import warnings
from westward.eeg.study.result import Study, unstaged

SCHEMA_VERSION = "1.0"
SPINDLE_RATES = (
    "per_nrem_minute: spindles of any side, those that overlap counted once, per minute of all NREM sleep; "
    "density_per_min: mean of the densities left and right in usable NREM sleep"
)
"""Two rates of one recording, named apart: the second is the one published densities are held against."""


def summarize(study: Study, input_sha256: str) -> dict[str, Any]:
    """The whole summary as plain values; what was not assessed is None with an entry in ``not_assessable``."""
    return {
        "schema_version": SCHEMA_VERSION,
        "simulated": study.recording.facts.simulated,
        "recording": _recording(study),
        "age_days": study.age_days,
        "quality": _quality(study),
        "states": _states(study),
        "sleep_wake_cycles": None if unstaged(study) else study.night.hypnogram.sleep_wake_cycles,
        "arousals": None if unstaged(study) else len(study.night.hypnogram.arousal_s),
        "arousals_doubt": "" if unstaged(study) else study.night.hypnogram.arousal_doubt,
        "based": _based(study),
        "hypsarrhythmia": study.hypsarrhythmia.to_json(),
        "background": _background(study),
        "spikes": _spikes(study),
        "spasms": ictal.summary(study),
        "spasm_gamma": gamma.summary(study),
        "review": ictal.review(study),
        "spindles": _spindles(study),
        "hfo": oscillations.summary(study),
        "biomarkers": _biomarkers(study),
        "abnormalities": [_finite(asdict(a) | {"status": str(a.status)}) for a in study.abnormalities],
        "ictal_mask": {
            "candidates": len(study.night.spasms),
            "candidate_share": round(study.night.masked.spasm_share, 4),
            "arousal_share": None if unstaged(study) else round(study.night.masked.arousal_share, 4),
        },
        "not_assessable": not_assessable.entries(study),
        "warnings": warnings(study),
        "provenance": {
            "version": provenance.version(),
            "commit": provenance.commit(),
            "parameters": [asdict(row) for row in parameters.rows(study.options)],
            "input_sha256": input_sha256,
            "started": study.started,
            "seconds": round(study.seconds, 2),
            "peak_rss_mb": round(provenance.peak_rss_mb(), 1),
            "age_source": study.age_source,
            "evidence": "decision support; tested on simulation; 0 children with spasms; not a medical device",
        },
    }


def _recording(study: Study) -> dict[str, Any]:
    recording, layout = study.recording, study.layout
    segments = recording.segments
    return {
        "duration_s": round(recording.duration_s, 3),
        "assessed_s": float(study.facts.assessable.sum()),
        "sfreq_hz": layout.rate_hz if layout else None,
        "channels": [
            {"label": _anonymous(c.label, c.name, c.kind), "name": c.name, "kind": str(c.kind), "sfreq_hz": c.sfreq_hz}
            for c in recording.channels
        ],
        "gaps": [{"start_s": round(a.stop_s, 3), "end_s": round(b.start_s, 3)} for a, b in pairwise(segments)],
        "reference": layout.reference if layout else None,
        "derivations": list(layout.derivations) if layout else [],
        "format": recording.facts.format,
    }


def _anonymous(label: str, name: str, kind: Kind) -> str:
    """A label as in the file; of an unrecognized channel only its canonical name, since it is free text."""
    return name if kind is Kind.UNKNOWN else label


def _quality(study: Study) -> dict[str, Any]:
    shares = artifact.fraction_by_reason(study.night.quality)
    return {
        "artifact_fraction": {"any": None, **{k: round(v, 4) for k, v in shares.items()}},
        "bad_channels": [asdict(b) | {"fraction": round(b.fraction, 3)} for b in study.bad_channels],
        "findings": [asdict(f) for f in study.recording.findings],
    }


def _states(study: Study) -> dict[str, float | None]:
    if unstaged(study):
        return dict.fromkeys(STATES)
    return {name: study.night.hypnogram.minutes(name) for name in STATES}


def _background(study: Study) -> dict[str, Any] | None:
    if not_assessable.background_why(study):
        return None
    night = study.night
    waves = night.background.wave_uv[:, study.facts.assessable]
    return {
        "median_uv": {
            name: round(float(np.nanmedian(row)), 1) if np.isfinite(row).any() else None
            for name, row in zip(night.background.derivations, waves, strict=True)
        },
        "definition": "median over assessable seconds of the largest background wave, 0.5-30 Hz, spikes removed",
    }


def _spikes(study: Study) -> dict[str, Any] | None:
    if not_assessable.spikes_why(study):
        return None
    minutes = float(study.facts.assessable.sum()) / 60
    counted = len(study.facts.spike_s)
    return {
        "n": len(study.night.spikes),
        "n_counted": counted,
        "per_minute": None if not_assessable.rate_why(study) else round(counted / minutes, 3),
        "assessable_minutes": round(minutes, 2),
    }


def _spindles(study: Study) -> dict[str, Any] | None:
    if not_assessable.spindles_why(study):
        return None
    night = study.night
    n = len(night.spindles)
    names = {-1: ("F3-C3", "C3-P3"), 0: ("Fz-Cz", "Cz-Pz"), 1: ("F4-C4", "C4-P4")}
    usable: dict[int, NDArray[np.bool_]] = {}
    for side, derivations in names.items():
        if known := [d for d in derivations if d in study.facts.derivations]:
            faulty = night.quality.faulty(known)[:, : night.n_seconds]
            usable[side] = np.asarray(night.usable & ~faulty.all(axis=0))
    measured = asdict(spindle_measures.measure(night.spindle_rows, night.hypnogram, usable))
    refusal = measured.pop("refusal")
    numbers = {k: None if not math.isfinite(v) else round(v, 4) for k, v in measured.items()}
    rate = round(n / night.hypnogram.minutes("nrem"), 3)
    return {"n": n, "per_nrem_minute": rate, "definition": SPINDLE_RATES, "refusal": refusal, **numbers}


def _based(study: Study) -> dict[str, Any]:
    """The grade; what could not be looked for is null, not zero and not an empty list."""
    out = study.grade.to_json()
    unknown, of_epoch = [], []
    if not_assessable.foci_why(study):
        unknown += ["foci", "n_grouped_multifocal_spikes", "n_grouped_multifocal_spikes_study"]
        of_epoch += ["n_foci", "n_grouped"]
    if not_assessable.spikes_why(study):
        unknown += ["spike_bin_fraction", "positive_pages"]
        of_epoch += ["spike_bin_fraction", "positive_pages"]
    if not_assessable.attenuations_why(study):
        unknown += ["n_attenuations", "n_attenuations_study"]
        of_epoch += ["n_attenuations"]
    out["worst_epochs"] = [e | dict.fromkeys(of_epoch) for e in out["worst_epochs"]]
    before = {"score": study.with_ictal.score, "rule": study.with_ictal.rule}
    return out | dict.fromkeys(unknown) | {"with_ictal_time": before}


def _biomarkers(study: Study) -> dict[str, Any] | None:
    """Per state: each measure with its median, interval and number of epochs."""
    if not_assessable.biomarkers_why(study):
        return None
    out: dict[str, Any] = {}
    for v in by_state.values(study.night.biomarkers):
        numbers = _finite({"median": v.median, "low": v.low, "high": v.high})
        out.setdefault(v.state, {})[v.measure] = {
            "id": v.id,
            "n": v.n,
            **{k: None if x is None else float(f"{x:.5g}") for k, x in numbers.items()},
            "electrodes": {name: float(f"{x:.5g}") for name, x in v.electrodes.items()},
        }
    return out


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    return {k: (None if isinstance(v, float) and not math.isfinite(v) else v) for k, v in values.items()}
