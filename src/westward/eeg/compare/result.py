"""``comparison.json``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from westward.core import provenance
from westward.eeg.compare.comparison import Comparison, Row
from westward.eeg.compare.parameters import facts
from westward.eeg.compare.side import Side
from westward.eeg.report import headline

SCHEMA_VERSION = "1.0"
NO_INTERVAL = "too few values for how much neighbors resemble each other"


def as_dict(c: Comparison) -> dict[str, Any]:
    """The whole result as plain values; what was not compared is None with its reason beside it."""
    sides = (c.before, c.after)
    before, after = (s.summary["based"].get("score") for s in sides)
    return {
        "schema_version": SCHEMA_VERSION,
        "simulated": {
            "before": bool(c.before.summary.get("simulated")),
            "after": bool(c.after.summary.get("simulated")),
        },
        "before": _study(c, 0),
        "after": _study(c, 1),
        "age_apart_days": c.age_apart_days,
        "grade_change": None if before is None or after is None else after - before,
        "states": [asdict(s) for s in c.states],
        "differences": [_row(r) for r in c.rows],
        "spasm_rate_ratio": None if c.spasm_ratio is None else _finite(asdict(c.spasm_ratio)),
        "follow_up": asdict(c.follow_up) | {"published": [asdict(f) for f in facts()]},
        "cautions": list(c.comparable.cautions),
        "not_assessable": _lacks(c),
        "parameters": asdict(c.parameters),
        "provenance": {"version": provenance.version(), "commit": provenance.commit(), "started": provenance.now()},
    }


def _study(c: Comparison, k: int) -> dict[str, Any]:
    side, seen, found = (c.before, c.after)[k], c.seen[k], c.spasms[k]
    summary = side.summary
    based, recording = summary["based"], summary["recording"]
    head = headline.make(summary)
    return {
        "name": side.name,
        "age_days": side.age_days,
        "recording": {
            "duration_s": recording["duration_s"],
            "assessed_s": recording["assessed_s"],
            "sfreq_hz": recording["sfreq_hz"],
            "reference": recording["reference"],
            "electrodes": list(side.electrodes),
        },
        "grade": {
            "score": based.get("score"),
            "lower_bound": bool(based.get("lower_bound")),
            "grade": head.grade,
            "meaning": head.meaning,
            "why": head.why,
            "margin": [s.replace("; listed below.", "; its report lists them.") for s in head.doubt],
            "caution": head.caution,
            "incomplete": head.incomplete,
            "with_ictal_time": based.get("with_ictal_time"),
            "n_margin": len(based.get("margin") or []),
        },
        "worst_epochs": [_epoch(e) for e in based.get("worst_epochs") or []],
        "state_minutes": dict(summary["states"]),
        "seen": {k: _round(v) for k, v in asdict(seen).items()},
        "spasms": None
        if found is None
        else {
            "spasms": {k: _round(v) for k, v in asdict(found.spasms).items()},
            "clusters": {k: _round(v) for k, v in asdict(found.clusters).items()},
            "with_emg": found.with_emg,
            "looked_at": found.looked_at,
            "doubt": found.doubt,
        },
        "provenance": {
            k: summary["provenance"].get(k) for k in ("version", "commit", "input_sha256", "started", "age_source")
        },
    }


def _epoch(e: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("start_s", "end_s", "level", "state", "positive_pages", "n_foci", "spike_bin_fraction")
    return {k: e.get(k) for k in keys}


def _row(r: Row) -> dict[str, Any]:
    numbers = dict.fromkeys(("before", "after", "difference", "low", "high", "ratio", "ratio_low", "ratio_high"), None)
    return {
        "measure": r.measure.key,
        "name": r.measure.name,
        "id": r.measure.id,
        "unit": r.measure.unit,
        "kind": r.measure.kind,
        "main": r.measure.main,
        "statistic": "mean" if r.measure.mean else "median",
        "state": r.state,
        **(numbers if r.change is None else _finite(asdict(r.change))),
        "changed": None if r.change is None else r.change.changed,
        "n_before": r.n_before,
        "n_after": r.n_after,
        "cell_s": r.cell_s or None,
        "channels": r.channels,
        "age": r.age,
        "why": r.why,
    }


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: None if v is None or not math.isfinite(v) else float(f"{v:.5g}") for k, v in values.items()}


def _round(value: Any) -> Any:
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _lacks(c: Comparison) -> list[dict[str, str]]:
    """What was not compared: whole states first, then measures, once per reason."""
    out = [{"what": s.state, "why": s.why} for s in c.states if s.why]
    of_states = {s.why for s in c.states}
    told: dict[tuple[str, str], list[str]] = {}
    for r in c.rows:
        if r.why and r.why not in of_states:
            told.setdefault((r.measure.name, r.why), []).append(r.state)
    out += [{"what": f"{name} ({', '.join(states)})", "why": why} for (name, why), states in told.items()]
    out += [{"what": f"intervals of {r.measure.name} ({r.state})", "why": NO_INTERVAL}
            for r in c.rows if r.change is not None and math.isnan(r.change.low)]  # fmt: skip
    for side, found in zip((c.before, c.after), c.spasms, strict=True):
        if found is None:
            out.append({"what": f"spasms of {side.name}", "why": _why_no_spasms(side)})
    return out


def _why_no_spasms(side: Side) -> str:
    rows = side.summary.get("not_assessable") or []
    return next((str(e["why"]) for e in rows if e["what"] == "spasms"), "not looked for")
