"""One analyzed recording against its truth."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from acceptance import spasm_score
from westward.eeg.signal.montage import NEIGHBORS

STATES = ("wake", "drowsy", "nrem", "rem", "unknown")
NEAR_LIMIT = 0.08
"""A truth this near to a limit (share of bins) that could change its score is reported apart."""

OWN_AMPLITUDE = "real_background_bin_fraction"
"""Distance of a semi-real recording's real background to the limit of high amplitude, as share of bins."""

ON_THE_LIST = frozenset({"", "asymmetry", "absent_spindles", "focal_slowing"})
"""Planted abnormalities that level 1 may claim, and none at all; for any other, 0 and 1 are pooled."""

CONTRAST_EDGES = np.geomspace(0.1, 20, 81)
"""Limits of the classes of spike amplitude over local background in which found spikes are counted."""
SAME_SPIKE_S = 0.15


NEVER_ASSESSED = frozenset({"hfo", "biomarkers", "relapse risk"})
"""Not part of this version, or not asked for here."""


def rows(events: Path) -> list[dict[str, str]]:
    """All rows of an events file."""
    with events.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def hypnogram(events: Path, n_epochs: int) -> list[int]:
    """State per 30-s epoch from the ``sleep_*`` rows of an events file."""
    out = np.full(n_epochs, STATES.index("unknown"))
    middle = (np.arange(n_epochs) + 0.5) * 30
    for row in rows(events):
        room, _, state = row["trial_type"].partition("_")
        if room == "sleep" and state in STATES:
            start, length = float(row["onset"]), float(row["duration"])
            out[(middle >= start) & (middle < start + length)] = STATES.index(state)
    return [int(s) for s in out]


def compare(truth_file: Path, bundle: Path) -> dict[str, Any]:
    """Everything the acceptance report needs of one recording."""
    truth = json.loads(truth_file.read_text("utf-8"))
    summary = json.loads((bundle / "summary.json").read_text("utf-8"))
    true_events = truth_file.with_name(truth_file.name.replace("_truth.json", "_events.tsv"))
    spasms = spasm_score.compare(true_events, bundle, truth["duration_s"])
    if truth["based"] is None:
        return _ungraded(truth, summary) | {"spasms": spasms}
    t, f = truth["based"], summary["based"]
    n_epochs = int(truth["duration_s"] // 30)
    counted = [x for x in f["foci"] if (x["n_spikes_worst_epoch"] or 0) >= 2]
    true_foci = [x for x in t["foci"] if x["n_spikes_worst_epoch"] >= 2]
    return {
        "scenario": truth["scenario"],
        "abnormality": truth.get("abnormality") or "",
        "age_months": truth["age_months"],
        "seed": truth["seed"],
        "score_true": t["score"],
        "rule_true": t["rule"],
        "score": f["score"],
        "rule": f["rule"],
        "lower_bound": f["lower_bound"],
        "near_limit": near_limit(t),
        "distance_to_limit": t["distance_to_limit"],
        "spike_bins_true": t["spike_bin_fraction"],
        "spike_bins": f["spike_bin_fraction"],
        "spike_bins_at_true_epoch": at_epoch(bundle, t["worst_epoch"]),
        "foci_true": [x["peak"] for x in true_foci],
        "foci": [x["peak"] for x in counted],
        "foci_missed": [x["peak"] for x in true_foci if not any(near(x["peak"], y["peak"]) for y in f["foci"])],
        "foci_false": [y["peak"] for y in counted if not any(near(x["peak"], y["peak"]) for x in t["foci"])],
        "high_true": len(t["high_amplitude_channels"]),
        "high": len(f["high_amplitude_channels"]),
        "attenuations": [t["n_attenuations"], f["n_attenuations"]],
        "grouped": [t["n_grouped_multifocal_spikes"], f["n_grouped_multifocal_spikes"]],
        "ictal_share": summary["ictal_mask"]["candidate_share"],
        "artifact": summary["quality"]["artifact_fraction"].get("any"),
        "states_true": hypnogram(true_events, n_epochs),
        "states": hypnogram(bundle / "events.tsv", n_epochs),
        "spikes_per_minute": (summary.get("spikes") or {}).get("per_minute"),
        "contrast": truth.get("spike_contrast_terciles"),
        "spikes_found": spikes_found(true_events, bundle),
        "not_assessable": [
            f"{x['what']}: {x['why']}" for x in summary["not_assessable"] if x["what"] not in NEVER_ASSESSED
        ],
        "seconds": summary["provenance"]["seconds"],
        "peak_rss_mb": summary["provenance"]["peak_rss_mb"],
        "spasms": spasms,
    }


def _ungraded(truth: dict[str, Any], summary: dict[str, Any]) -> dict[str, Any]:
    """What is told of a recording whose truth has no grade."""
    return {
        "scenario": truth["scenario"],
        "age_months": truth["age_months"],
        "seed": truth["seed"],
        "score": summary["based"]["score"],
        "artifact": summary["quality"]["artifact_fraction"].get("any"),
        "seconds": summary["provenance"]["seconds"],
        "peak_rss_mb": summary["provenance"]["peak_rss_mb"],
    }


def near_limit(based: dict[str, Any]) -> bool:
    """Whether the truth lies so near to a limit that the other side would be another score.

    Only limits that matter for its rule: the burden for multifocal epochs, the amplitude unless the score is 5 or
    4 by attenuations or grouped spikes. Where no slow waves are planted, a real background that reaches or exceeds the
    limit by itself makes the truth uncertain: its blinks and its waves cannot be told apart.
    """
    distance = based["distance_to_limit"]
    matter = [distance["page_rule"]]
    if based["rule"] not in ("5", "4b_attenuation", "4b_grouped"):
        matter.append(distance["amplitude_bin_fraction"])
    if based["rule"] in ("0", "1", "2", "2_uncommon_multifocal", "3a") and OWN_AMPLITUDE in distance:
        matter.append(min(distance[OWN_AMPLITUDE], 0.0))
    return min(map(abs, matter)) < NEAR_LIMIT


def at_epoch(bundle: Path, epoch: dict[str, float] | None) -> float | None:
    """Share of assessable seconds with a spike in a given epoch, from the trend series."""
    if epoch is None:
        return None
    spikes = np.load(bundle / "trends" / "spikes_0.npy")[int(epoch["start_s"]) : int(epoch["end_s"])]
    seen = np.isfinite(spikes)
    return float((spikes[seen] > 0).mean()) if seen.any() else None


def spikes_found(true_events: Path, bundle: Path) -> dict[str, Any]:
    """Spike by spike: how many planted ones were counted, by amplitude over local background.

    A counted spike whose middle lies within ``SAME_SPIKE_S`` of a planted peak is that spike. Left out are planted
    spikes in time that the truth masks, and, counted as ``unread``, those in seconds that were found not assessable.
    """
    planted = [r for r in rows(true_events) if r["trial_type"] == "spike"]
    peak = np.array([float(r["onset"]) for r in planted])
    interictal = np.array([r["counted"] == "1" for r in planted], bool)
    per_second = np.load(bundle / "trends" / "spikes_0.npy")
    eligible = interictal.copy()
    if len(planted) and len(per_second):
        eligible &= np.isfinite(per_second[np.clip(peak.astype(int), 0, len(per_second) - 1)])
    size = np.array([float(r["amplitude_uv"]) for r in planted])
    beside = np.array([float(r["background_uv"]) for r in planted])
    found = np.sort(
        [
            float(r["onset"]) + float(r["duration"]) / 2
            for r in rows(bundle / "events.tsv")
            if r["trial_type"] == "spike" and r["counted"] == "1"
        ]
    )
    hit = _beside(peak, found) & eligible
    contrast = np.clip(size / np.maximum(beside, 1), CONTRAST_EDGES[0], CONTRAST_EDGES[-1] * 0.999)
    return {
        "planted": np.histogram(contrast[eligible], CONTRAST_EDGES)[0].tolist(),
        "found": np.histogram(contrast[hit], CONTRAST_EDGES)[0].tolist(),
        "median_contrast": float(np.median(contrast[interictal])) if interictal.any() else None,
        "unread": int((interictal & ~eligible).sum()),
        "counted": len(found),
        "false": int((~_beside(found, np.sort(peak))).sum()),
    }


def _beside(times: NDArray[np.float64], among: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each time has a neighbor within ``SAME_SPIKE_S`` among sorted times."""
    if not len(among) or not len(times):
        return np.zeros(len(times), bool)
    at = np.searchsorted(among, times)
    left = np.abs(times - among[np.maximum(at - 1, 0)])
    right = np.abs(times - among[np.minimum(at, len(among) - 1)])
    return np.asarray(np.minimum(left, right) <= SAME_SPIKE_S, np.bool_)


def near(a: str, b: str) -> bool:
    """Whether two electrodes are the same or neighbors."""
    return a == b or b in NEIGHBORS.get(a, ())


def is_exact(result: dict[str, Any]) -> bool:
    """Whether the grade is right: the truth's score, or 0 for 1 and back where the abnormality is not on the list."""
    if result["score"] is None:
        return False
    if result["score_true"] in (0, 1) and result["abnormality"] not in ON_THE_LIST:
        return result["score"] in (0, 1)
    return bool(result["score"] == result["score_true"])


def is_right_without_sleep(result: dict[str, Any]) -> bool:
    """Whether the grade is right where states cannot be known: findings of 3 or more exactly, below that 0-2 exactly
    or "not assessable"."""
    if result["score"] is None:
        return bool(result["score_true"] <= 2)
    return is_exact(result)
