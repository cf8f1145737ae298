"""Tell what was planted: the event table and the truth file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward._version import __version__
from westward.core.ages import days_from_months
from westward.eeg.signal.montage import LONGITUDINAL
from westward.eeg.simulate.artifacts import OBSCURING
from westward.eeg.simulate.parameters import as_table
from westward.eeg.simulate.plan import Plan
from westward.eeg.simulate.row import Row
from westward.eeg.simulate.timeline import NREM, REM, STATES, WAKE
from westward.eeg.simulate.truth import Planted, grade

SCHEMA_VERSION = "1.0"
"""Of the truth file; keys shared with ``summary.json`` mean the same there."""

AFTER_AROUSAL_S = 60.0
"""Not interictal background after an arousal (derived, configurable in the grade)."""


def masks(p: Plan) -> dict[str, NDArray[np.bool_]]:
    """Seconds that the grade's truth leaves out, by reason, each of shape (n_seconds,)."""
    n = int(p.line.duration_s)
    found = {name: np.zeros(n, bool) for name in ("ictal", "after_arousal", "artifact")}

    def mark(name: str, a: float, b: float) -> None:
        found[name][max(int(a), 0) : max(int(np.ceil(b)), 0)] = True

    for a, b in p.ictal.clusters_s:
        mark("ictal", a - 2, b + 5)
    for t in p.line.arousals_s:
        mark("after_arousal", t, t + AFTER_AROUSAL_S)
    for artifact in p.artifacts.items:
        if artifact.kind in OBSCURING:
            mark("artifact", artifact.onset_s, artifact.onset_s + artifact.duration_s)
    return found


def event_rows(p: Plan, swings_uv: NDArray[np.float32]) -> list[Row]:
    """All planted events in order of onset."""
    left_out = masks(p)
    n = int(p.line.duration_s)
    state = p.line.per_second()

    def judged(row: Row) -> Row:
        second = min(max(int(row.onset_s), 0), n - 1)
        reasons = [name for name, mask in left_out.items() if mask[second]]
        row = row if row.state is not None else replace(row, state=int(state[second]))
        return replace(row, counted=not reasons, reason=",".join(reasons)) if reasons else row

    rows = [
        Row(run.start_s, run.stop_s - run.start_s, f"sleep_{STATES[run.state]}", state=run.state) for run in p.line.runs
    ]
    rows += [Row(float(t), 10.0, "arousal", state=p.line.state_at(t)) for t in p.line.arousals_s]
    rows += [
        judged(Row(float(t), float(d), "attenuation"))
        for t, d in zip(p.attenuations.onset_s, p.attenuations.duration_s, strict=True)
    ]
    rows += [judged(Row(float(t), float(d), "grouped_multifocal_spikes")) for t, d in p.spikes.groups_s]
    rows += p.normal.rows
    rows += p.ictal.rows
    rows += [a.row for a in p.artifacts.items]
    rows += [Row(t, 0.0, "note", subtype="push_button") for t in p.ictal.buttons_s if t < p.line.duration_s]
    beside = local_background(p, swings_uv)
    for i in range(len(p.spikes.peak_s)):
        focus = p.spikes.foci[int(p.spikes.focus[i])]
        rows.append(
            judged(
                Row(
                    float(p.spikes.peak_s[i]),
                    float(p.spikes.duration_s[i]),
                    "spike",
                    channel=focus.peak,
                    subtype="spike" if p.spikes.duration_s[i] < 0.07 else "sharp_wave",
                    focus=focus.name,
                    amplitude_uv=float(p.spikes.amplitude_uv[i]),
                    background_uv=float(beside[i]),
                )
            )
        )
    return sorted(rows, key=lambda r: (r.onset_s, r.trial_type, r.channel))


def local_background(p: Plan, swings_uv: NDArray[np.float32]) -> NDArray[np.float64]:
    """Median planted swing within 2 s of each spike in the derivations that hold its peak electrode."""
    n = swings_uv.shape[1]
    second = np.clip(p.spikes.peak_s.astype(np.int64), 0, n - 1)
    out = np.zeros(len(second))
    around = np.clip(second[:, None] + np.arange(-2, 3), 0, n - 1)
    for k, focus in enumerate(p.spikes.foci):
        on = p.spikes.focus == k
        rows = [d for d, name in enumerate(LONGITUDINAL) if focus.peak in name.split("-")]
        if on.any() and rows:
            values = swings_uv[np.array(rows)][:, around[on]]
            out[on] = np.median(values, axis=(0, 2))
    return out


def truth(p: Plan, swings_uv: NDArray[np.float32], rows: list[Row]) -> dict[str, Any]:
    """Content of the truth file."""
    left_out = masks(p)
    readable = ~np.logical_or.reduce(list(left_out.values()))
    n = len(readable)

    def counted(onsets: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray(readable[np.clip(onsets.astype(np.int64), 0, n - 1)], np.bool_)

    keep = counted(p.spikes.peak_s)
    groups = p.spikes.groups_s[:, 0]
    planted = Planted(
        n_seconds=n,
        readable=readable,
        spike_s=p.spikes.peak_s[keep],
        spike_focus=p.spikes.focus[keep],
        n_foci=len(p.spikes.foci),
        swings_uv=swings_uv[:, :n],
        attenuations_s=p.attenuations.onset_s[counted(p.attenuations.onset_s)],
        groups_s=groups[counted(groups)],
        abnormality=p.scenario.abnormality,
    )
    based = grade(planted)
    in_worst = based.pop("n_spikes_worst_epoch", [])
    in_study = based.pop("n_spikes", [])
    based["foci"] = [
        {
            "name": f.name,
            "peak": f.peak,
            "electrodes": list(f.electrodes),
            "hemisphere": f.hemisphere,
            "n_spikes": in_study[k] if in_study else 0,
            "n_spikes_worst_epoch": in_worst[k] if in_worst else 0,
        }
        for k, f in enumerate(p.spikes.foci)
    ]
    state = p.line.per_second()
    spasms = [r for r in rows if r.trial_type == "spasm"]
    clusters = len(p.ictal.clusters_s)
    return {
        "schema_version": SCHEMA_VERSION,
        "simulated": True,
        "generator": f"westward {__version__}",
        "scenario": p.scenario.name,
        "description": p.scenario.description,
        "expected_score": p.scenario.expected_score,
        "abnormality": p.scenario.abnormality or None,
        "age_months": p.age_months,
        "age_days": days_from_months(p.age_months),
        "seed": p.seed,
        "duration_s": p.line.duration_s,
        "sfreq_hz": p.sfreq_hz,
        "based": based,
        "states": {name: round(float((state == k).sum()) / 60, 3) for k, name in enumerate(STATES)} | {"unknown": 0.0},
        "sleep_wake_cycles": len(p.line.awakenings_s),
        "arousals": len(p.line.arousals_s),
        "spasms": {
            "n": len(spasms),
            "n_clusters": clusters,
            "per_hour": round(len(spasms) / (p.line.duration_s / 3600), 3),
            "with_emg": sum(r.subtype == "with_emg" for r in spasms),
        },
        "spindles_per_nrem_minute": _per_minute(rows, "spindle", float((state == NREM).sum()) / 60),
        "posterior_recurrent_maximum_uv": round(p.normal.recurrent_maximum_uv, 1),
        "left_out_fraction": {name: round(float(mask.mean()), 4) for name, mask in left_out.items()},
        "spike_contrast_terciles": _terciles(p, swings_uv, keep),
        "rem_minutes": round(float((state == REM).sum()) / 60, 2),
        "wake_minutes": round(float((state == WAKE).sum()) / 60, 2),
        "parameters": as_table(),
    }


def _per_minute(rows: list[Row], trial_type: str, minutes: float) -> float | None:
    return round(sum(r.trial_type == trial_type for r in rows) / minutes, 3) if minutes > 0 else None


def _terciles(p: Plan, swings_uv: NDArray[np.float32], keep: NDArray[np.bool_]) -> list[float] | None:
    """Limits between hard, middle and easy spikes: amplitude over local background."""
    if keep.sum() < 3:
        return None
    ratio = p.spikes.amplitude_uv[keep] / np.maximum(local_background(p, swings_uv)[keep], 1)
    return [round(float(v), 3) for v in np.quantile(ratio, (1 / 3, 2 / 3))]
