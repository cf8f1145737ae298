"""``summary.json`` of a study."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from westward.core import provenance
from westward.eeg.events import artifact, spike
from westward.eeg.events.hypnogram import STATES
from westward.eeg.recording.channel import Kind
from westward.eeg.study import parameters
from westward.eeg.study.result import Study

SCHEMA_VERSION = "1.0"


def summarize(study: Study, input_sha256: str) -> dict[str, Any]:
    """The whole summary as plain values; what was not assessed is None with an entry in ``not_assessable``."""
    return {
        "schema_version": SCHEMA_VERSION,
        "simulated": study.recording.facts.simulated,
        "recording": _recording(study),
        "age_days": study.age_days,
        "quality": _quality(study),
        "states": _states(study),
        "sleep_wake_cycles": None if _unstaged(study) else study.night.hypnogram.sleep_wake_cycles,
        "arousals": None if _unstaged(study) else len(study.night.hypnogram.arousal_s),
        "based": study.grade.to_json(),
        "hypsarrhythmia": study.hypsarrhythmia.to_json(),
        "background": _background(study),
        "spikes": _spikes(study),
        "spasms": None,
        "spindles": _spindles(study),
        "hfo": None,
        "biomarkers": None,
        "abnormalities": [_finite(asdict(a) | {"status": str(a.status)}) for a in study.abnormalities],
        "ictal_mask": {
            "candidates": len(study.night.ictal.events),
            "candidate_share": round(study.night.ictal.candidate_share, 4),
            "arousal_share": round(study.night.ictal.arousal_share, 4),
        },
        "not_assessable": _not_assessable(study),
        "warnings": warnings(study),
        "provenance": {
            "version": provenance.version(),
            "commit": provenance.commit(),
            "parameters": [asdict(row) for row in parameters.rows()],
            "input_sha256": input_sha256,
            "started": study.started,
            "seconds": round(study.seconds, 2),
            "peak_rss_mb": round(provenance.peak_rss_mb(), 1),
            "age_source": study.age_source,
            "evidence": "decision support; tested on simulation; 0 children with spasms; not a medical device",
        },
    }


def warnings(study: Study) -> list[str]:
    """What the user should know, most important first."""
    out = []
    if study.refusal:
        out.append(study.refusal)
    if study.age_days is None:
        out.append("age unknown: states and all that depends on age are not assessed; give --age-days or --age-months")
    out += [f"{b.name} left out ({b.reason.replace('_', ' ')})" for b in study.bad_channels]
    out += list(study.grade.warnings)
    if study.layout is not None and not study.layout.positions_known:
        out.append("electrode positions not recognized: no foci, no amplitude limits")
    repaired = Counter(f.kind for f in study.recording.findings if f.repaired)
    out += [
        f"file repaired: {kind.replace('_', ' ')}" + (f" ({n} times)" if n > 1 else "") for kind, n in repaired.items()
    ]
    return out


def _unstaged(study: Study) -> bool:
    return bool(study.night.hypnogram.refusal) or not len(study.night.hypnogram.state)


def _recording(study: Study) -> dict[str, Any]:
    recording, layout = study.recording, study.layout
    segments = recording.segments
    return {
        "duration_s": round(recording.duration_s, 3),
        "assessed_s": float(study.night.usable.sum()),
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
    if _unstaged(study):
        return dict.fromkeys(STATES)
    return {name: study.night.hypnogram.minutes(name) for name in STATES}


def _background(study: Study) -> dict[str, Any] | None:
    import numpy as np

    night = study.night
    waves = night.background.wave_uv[:, study.facts.assessable]
    if not waves.size or not np.isfinite(waves).any():
        return None
    return {
        "median_uv": {
            name: round(float(np.nanmedian(row)), 1) if np.isfinite(row).any() else None
            for name, row in zip(night.background.derivations, waves, strict=True)
        },
        "definition": "median over assessable seconds of the largest background wave, 0.5-30 Hz, spikes removed",
    }


def _spikes(study: Study) -> dict[str, Any] | None:
    if study.layout is None or spike.refusal(study.layout.working_rate_hz):
        return None
    minutes = float(study.facts.assessable.sum()) / 60
    counted = len(study.facts.spike_s)
    return {
        "n": len(study.night.spikes),
        "n_counted": counted,
        "per_minute": round(counted / minutes, 3) if minutes > 0 else None,
        "assessable_minutes": round(minutes, 2),
    }


def _spindles(study: Study) -> dict[str, Any] | None:
    minutes = study.night.hypnogram.minutes("nrem")
    if _unstaged(study) or minutes <= 0:
        return None
    n = len(study.night.spindles)
    return {"n": n, "per_nrem_minute": round(n / minutes, 3)}


def _not_assessable(study: Study) -> list[dict[str, str]]:
    out: list[dict[str, str]] = []
    if study.refusal:
        out.append({"what": "everything", "why": study.refusal})
    out += [{"what": n.what, "why": n.why} for n in study.grade.not_assessable]
    if _unstaged(study):
        out.append({"what": "states", "why": study.night.hypnogram.refusal or "shorter than one 30-s epoch"})
    if study.layout is not None and (why := spike.refusal(study.layout.working_rate_hz)):
        out.append({"what": "spikes", "why": why})
    elif _spikes(study) is None:
        out.append({"what": "spikes", "why": study.refusal or "no EEG"})
    if _background(study) is None:
        out.append({"what": "background amplitude", "why": "no assessable second"})
    if not study.options.post_treatment:
        out.append({"what": "relapse risk", "why": "read out only after treatment (--post-treatment)"})
    if _spindles(study) is None:
        out.append({"what": "spindles", "why": "no NREM sleep recognized"})
    out += [{"what": n.what, "why": n.why} for n in study.hypsarrhythmia.not_assessable()]
    out += [
        {"what": "spasms", "why": "spasm detection is not part of this version; ictal candidates are only masked"},
        {"what": "hfo", "why": "not part of this version"},
        {"what": "biomarkers", "why": "not part of this version"},
    ]
    return list({(n["what"], n["why"]): n for n in out}.values())


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    return {k: (None if isinstance(v, float) and not math.isfinite(v) else v) for k, v in values.items()}
