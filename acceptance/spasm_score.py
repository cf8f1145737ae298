"""Spasms and clusters of one analyzed recording against its truth, by the evaluation's own matching."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from westward.eeg.evaluate import found, marks
from westward.eeg.evaluate.cluster_scoring import ClusterParameters, by_grammar, clusters_of, match_clusters
from westward.eeg.evaluate.marks import CLUSTER, SPASM, Mark
from westward.eeg.evaluate.spasm_scoring import SpasmParameters, match

PAIRING, CLUSTERS = SpasmParameters(), ClusterParameters()
_BESIDE_S = 2.0
_NO_REASON = ("sleep_", "spike", "spindle", "posterior_slow_wave", "note", "grouped_multifocal_spikes")
"""Kinds of the truth that explain no false spasm: they are everywhere, or say nothing."""
LISTED = 200
"""At most so many missed and so many false are kept with their place; all are counted."""


def compare(true_events: Path, bundle: Path, duration_s: float) -> dict[str, Any]:
    """What the report needs of the spasms of one recording.

    True clusters are those of the grammar applied to the true spasms; found ones are the program's rows. Where spasms
    were found not assessable, ``assessed`` is false and all true ones are missed.
    """
    summary = json.loads((bundle / "summary.json").read_text("utf-8"))
    truth = _truth(true_events)
    told = found.read(bundle)
    true = [(Mark(r["onset"], r["duration"], SPASM), r) for r in truth if r["trial_type"] == SPASM]
    every = [m for m in told.marks if m.kind == SPASM]
    counted = [m for m in every if m.counted]
    pairs = match([m.onset_s for m, _ in true], [m.onset_s for m in counted], tolerance_s=PAIRING.tolerance_s)
    hit = set(pairs.pairs[:, 0].tolist())
    wanted = by_grammar([m for m, _ in true], CLUSTERS)
    got = clusters_of([*counted, *(m for m in told.marks if m.kind == CLUSTER and m.counted)], CLUSTERS)
    clusters = match_clusters(wanted, got, CLUSTERS)
    false = [counted[i] for i in pairs.unmatched_found]
    missed = [(m, r) for i, (m, r) in enumerate(true) if i not in hit]
    return {
        "assessed": summary.get("spasms") is not None,
        "hours": round(duration_s / 3600, 4),
        "n_true": len(true),
        "n_found": len(counted),
        "n_matched": pairs.n_matched,
        "errors_s": [round(float(e), 3) for e in pairs.error_s],
        "each": [_each(r, hit=i in hit) for i, (_, r) in enumerate(true)],
        "missed": [_missed(m, r, every, truth) for m, r in missed][:LISTED],
        "n_false": len(false),
        "false": [
            {"onset_s": round(m.onset_s, 2), "confidence": m.confidence, "there": there(m.onset_s, truth)}
            for m in false
        ][:LISTED],
        "clusters_true": clusters.n_reference,
        "clusters_matched": clusters.n_matched,
        "large_true": clusters.n_large or 0,
        "large_matched": clusters.n_large_matched or 0,
        "clusters_found": clusters.n_found,
        "clusters_false": clusters.n_false,
        "false_clusters": [
            {"start_s": round(c.start_s, 1), "n": c.n_spasms, "there": there(c.start_s, truth)}
            for c in got
            if match_clusters(wanted, [c], CLUSTERS).n_false
        ],
        "missed_clusters": [
            {"start_s": round(c.start_s, 1), "n": c.n_spasms}
            for c in wanted
            if not match_clusters([c], got, CLUSTERS).n_matched
        ],
        "score_with_ictal": (summary["based"].get("with_ictal_time") or {}).get("score"),
    }


def _truth(events: Path) -> list[dict[str, Any]]:
    return [
        row
        | {
            "onset": float(row["onset"]),
            "duration": float(row["duration"]),
            "subtype": row.get("subtype") or "n/a",
        }
        for row in marks.table(events)
    ]


def _number(cell: str | None) -> float | None:
    return None if cell in (None, "", "n/a") else float(cell)


def _each(row: dict[str, Any], *, hit: bool) -> dict[str, Any]:
    """Difficulty and result of one true spasm; contrast is None where it has no slow wave."""
    size, beside = _number(row.get("amplitude_uv")), _number(row.get("background_uv"))
    contrast = None if size is None or beside is None else round(size / max(beside, 1.0), 3)
    single = row.get("cluster_id") in (None, "", "n/a")
    return {"contrast": contrast, "emg": row["subtype"] == "with_emg", "single": single, "hit": hit}


def _missed(m: Mark, row: dict[str, Any], every: list[Mark], truth: list[dict[str, Any]]) -> dict[str, Any]:
    """Place and kind of a missed spasm, and the confidence of a near-miss on it."""
    near = [f.confidence or 0.0 for f in every if abs(f.onset_s - m.onset_s) <= PAIRING.tolerance_s]
    return {
        "onset_s": round(m.onset_s, 2),
        **_each(row, hit=False),
        "near_miss": max(near) if near else None,
        "there": there(m.onset_s, [r for r in truth if r is not row and r["trial_type"] != CLUSTER]),
    }


def there(time_s: float, truth: list[dict[str, Any]]) -> str:
    """What the truth holds within two seconds, nearest first, and the state; "nothing planted" where nothing is.

    A counted candidate on a planted spasm is a second one beside the one that was paired.
    """
    near: list[tuple[float, str]] = []
    state, inside = "n/a", False
    for r in truth:
        kind, start, stop = r["trial_type"], r["onset"], r["onset"] + r["duration"]
        if kind.startswith("sleep_") and kind != "sleep_myoclonus":
            if start <= time_s < stop:
                state = kind.removeprefix("sleep_")
        elif kind == CLUSTER:
            inside |= start <= time_s <= stop
        elif kind == "sleep_myoclonus" or not kind.startswith(_NO_REASON):
            apart = max(start - time_s, time_s - stop, 0.0)
            if apart <= _BESIDE_S:
                near.append((apart, f"{kind} {r['subtype']}" if kind == "artifact" else kind))
    words = list(dict.fromkeys(word for _, word in sorted(near))) or ["nothing planted"]
    return f"{', '.join(words)} ({state}{', between the spasms of a cluster' if inside else ''})"


def terciles(results: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Spasms with a slow wave in three equal classes of its size over the local background, hardest first."""
    seen = sorted((e for r in results for e in r["each"] if e["contrast"] is not None), key=lambda e: e["contrast"])
    cuts = np.round(np.linspace(0, len(seen), 4)).astype(int)
    out = []
    for name, a, b in zip(("hard", "middle", "easy"), cuts, cuts[1:], strict=False):
        if b > a:
            out.append((f"{name} ({seen[a]['contrast']:.2f}-{seen[b - 1]['contrast']:.2f})", seen[a:b]))
    return out
