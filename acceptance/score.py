"""One analyzed recording against its truth."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from westward.eeg.signal.montage import NEIGHBORS

STATES = ("wake", "drowsy", "nrem", "rem", "unknown")
NEAR_LIMIT = 0.08


def hypnogram(events: Path, n_epochs: int) -> list[int]:
    """State per 30-s epoch from the ``sleep_*`` rows of an events file."""
    out = np.full(n_epochs, STATES.index("unknown"))
    with events.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["trial_type"].removeprefix("sleep_") in STATES:
                start, length = float(row["onset"]), float(row["duration"])
                middle = (np.arange(n_epochs) + 0.5) * 30
                out[(middle >= start) & (middle < start + length)] = STATES.index(row["trial_type"][6:])
    return [int(s) for s in out]


def compare(truth_file: Path, bundle: Path) -> dict[str, Any]:
    """Everything the acceptance report needs of one recording."""
    truth = json.loads(truth_file.read_text("utf-8"))
    summary = json.loads((bundle / "summary.json").read_text("utf-8"))
    t, f = truth["based"], summary["based"]
    n_epochs = int(truth["duration_s"] // 30)
    counted = [x for x in f["foci"] if x["n_spikes_worst_epoch"] is not None and x["n_spikes_worst_epoch"] >= 2]
    true_foci = [x for x in t["foci"] if x["n_spikes_worst_epoch"] >= 2]
    return {
        "scenario": truth["scenario"],
        "age_months": truth["age_months"],
        "seed": truth["seed"],
        "score_true": t["score"],
        "rule_true": t["rule"],
        "score": f["score"],
        "rule": f["rule"],
        "lower_bound": f["lower_bound"],
        "near_limit": abs(t["distance_to_limit"]["nearest"]) < NEAR_LIMIT,
        "spike_bins_true": t["spike_bin_fraction"],
        "spike_bins": f["spike_bin_fraction"],
        "spike_bins_at_true_epoch": at_epoch(bundle, t["worst_epoch"]),
        "foci_true": [x["peak"] for x in true_foci],
        "foci": [x["peak"] for x in counted],
        "foci_missed": [x["peak"] for x in true_foci if not any(near(x["peak"], y["peak"]) for y in counted)],
        "high_true": len(t["high_amplitude_channels"]),
        "high": len(f["high_amplitude_channels"]),
        "attenuations": [t["n_attenuations"], f["n_attenuations"]],
        "grouped": [t["n_grouped_multifocal_spikes"], f["n_grouped_multifocal_spikes"]],
        "ictal_share": summary["ictal_mask"]["candidate_share"],
        "artifact": summary["quality"]["artifact_fraction"].get("any"),
        "states_true": hypnogram(truth_file.with_name(truth_file.name.replace("_truth.json", "_events.tsv")), n_epochs),
        "states": hypnogram(bundle / "events.tsv", n_epochs),
        "spikes_per_minute": (summary.get("spikes") or {}).get("per_minute"),
        "contrast": truth.get("spike_contrast_terciles"),
        "seconds": summary["provenance"]["seconds"],
        "peak_rss_mb": summary["provenance"]["peak_rss_mb"],
    }


def at_epoch(bundle: Path, epoch: dict[str, float] | None) -> float | None:
    """Share of assessable seconds with a spike in a given epoch, from the trend series."""
    if epoch is None:
        return None
    spikes = np.load(bundle / "trends" / "spikes_0.npy")[int(epoch["start_s"]) : int(epoch["end_s"])]
    seen = np.isfinite(spikes)
    return float((spikes[seen] > 0).mean()) if seen.any() else None


def near(a: str, b: str) -> bool:
    """Whether two electrodes are the same or neighbors."""
    return a == b or b in NEIGHBORS[a]
