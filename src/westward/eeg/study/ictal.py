"""What a study says of spasms: rows, summary, notes of the file with their correlate, and what to review."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from westward.eeg.bundle.review import AFTER_AWAKENING
from westward.eeg.events import attenuation, spasm_emg, spasm_operating
from westward.eeg.events.cluster import Cluster, cluster_ids
from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import EPOCH_S, STATES, Hypnogram
from westward.eeg.study.result import Night, Study, unstaged

REVIEW_AFTER_AWAKENING_MINUTES = 30
"""Offered for review after each awakening: most clusters come then (recalled)."""
NOTE_REACH_S = 30.0
"""A candidate so near to a note counts as its correlate (policy)."""
FOUND, NOT_SEEN, UNKNOWN = "candidate found", "no EEG correlate seen", "not assessable"
"""What can be said of a push-button or a note; never that it was no spasm."""


def refusal(study: Study) -> str:
    """Why spasms were not looked for, or an empty string."""
    if study.layout is None:
        return study.refusal or "no EEG"
    return study.refusal or ("" if study.night.usable.any() else "no assessable second")


def events(night: Night) -> list[Event]:
    """A row for each spasm, near-miss and cluster."""
    ids = cluster_ids(night.clusters, len(night.spasms))
    rows = night.spasms.events(hypnogram=night.hypnogram, cluster_ids=ids)
    return [*rows, *(c.event for c in night.clusters)]


def with_correlate(note: Event, night: Night) -> Event:
    """A note of the file with what the EEG shows around it."""
    low, high = note.onset_s - NOTE_REACH_S, note.onset_s + note.duration_s + NOTE_REACH_S
    near = (night.spasms.onset_s >= low) & (night.spasms.onset_s < high)
    seconds = slice(max(0, int(low)), max(0, math.ceil(high)))
    usable = night.usable[seconds]
    if (near & night.spasms.counted).any():
        return replace(note, subtype=FOUND)
    assessable = len(usable) > 0 and float(usable.mean()) >= 0.5
    return replace(note, subtype=NOT_SEEN if assessable else UNKNOWN)


def summary(study: Study) -> dict[str, Any] | None:
    """``spasms`` of ``summary.json``."""
    if refusal(study):
        return None
    night = study.night
    spasms, point = night.spasms, study.options.spasms.operating_point
    hours = float(night.usable.sum()) / 3600
    n = int(spasms.counted.sum())
    free = spasm_operating.spasm_free(night.clusters, night.usable)
    return {
        "n": n,
        "n_clusters": len(night.clusters),
        "per_hour": round(n / hours, 3) if hours > 0 else None,
        "with_emg": with_emg(study),
        "n_in_clusters": int(sum(c.n for c in night.clusters)),
        "near_misses": len(spasms) - n,
        "operating_point": point,
        "expected_false_per_night": [
            {k: round(v, 3) for k, v in asdict(row).items()}
            for row in spasm_operating.expected_false_per_night(spasms, free, sorted({*spasm_operating.POINTS, point}))
        ],
        "clusters": [_cluster(c) for c in night.clusters],
        "doubt": hidden(study),
        "definition": "candidates from the EEG and limb EMG, not video-confirmed; usable hours",
    }


def sentence(study: Study) -> str:
    """The ictal side in one sentence; finding nothing is never the same as excluding spasms."""
    if why := refusal(study):
        return f"Spasms: not assessable ({why})."
    night = study.night
    n, clusters = int(night.spasms.counted.sum()), len(night.clusters)
    leads = hidden(study) or ("limb EMG recorded" if with_emg(study) else "no limb EMG, so less certain")
    if n:
        many = "1 candidate" if n == 1 else f"{n} candidates"
        groups = {0: "no cluster", 1: "1 cluster"}.get(clusters, f"{clusters} clusters")
        return f"Spasms: {many}, {groups} ({leads}); candidates, not video-confirmed."
    short = (
        ""
        if not unstaged(study) and night.hypnogram.sleep_wake_cycles
        else ("; without a full sleep-wake cycle insufficient to exclude spasms")
    )
    return f"Spasms: none found ({leads}); this does not exclude spasms{short}."


def hidden(study: Study) -> str:
    """What hides spasms here, empty if nothing: falls of voltage of the background, where no limb EMG tells more."""
    falls = study.grade.n_attenuations_study
    if study.layout is None or attenuation.refusal(study.layout.derivations) or with_emg(study) or not falls:
        return ""
    many = "1 attenuation" if falls == 1 else f"{falls} attenuations"
    return f"no limb EMG, and {many} of the background: spasms that show as a decrement alone may be missed"


def with_emg(study: Study) -> bool:
    """Whether limb EMG was there to be judged."""
    known = study.night.spasms.with_emg
    if known is not None or study.layout is None:
        return bool(known)
    return bool(spasm_emg.limbs(c.name for c in study.layout.auxiliary))


def _cluster(c: Cluster) -> dict[str, Any]:
    def number(value: float, digits: int) -> float | None:
        return round(float(value), digits) if math.isfinite(value) else None

    return {
        "cluster_id": c.cluster_id,
        "start_s": round(c.onset_s, 3),
        "end_s": round(c.stop_s, 3),
        "n": c.n,
        "confidence": round(c.confidence, 3),
        "median_interval_s": number(float(np.median(c.interval_s)) if len(c.interval_s) else math.nan, 2),
        "interval_counts": [int(k) for k in c.interval_counts],
        "interval_edges_s": list(c.interval_edges_s),
        "since_awakening_s": number(c.since_awakening_s, 1),
        "intensity": [number(float(x), 2) for x in c.intensity],
        "intensity_peak": number(c.intensity_peak, 2),
        "emg_asymmetry": number(c.asymmetry, 2),
        "state": c.state or None,
    }


def review(study: Study) -> list[dict[str, Any]]:
    """Stretches a reader should see with the video, in order of time, candidates or not."""
    night = study.night
    stretches = [
        {"start_s": round(max(0.0, c.onset_s - 60), 1), "end_s": round(c.stop_s + 60, 1), "why": f"{c.n} candidates"}
        for c in night.clusters
    ]
    if not unstaged(study):
        end = study.recording.duration_s
        stretches += [
            {
                "start_s": t,
                "end_s": round(min(end, t + 60 * REVIEW_AFTER_AWAKENING_MINUTES), 1),
                "why": f"{REVIEW_AFTER_AWAKENING_MINUTES} minutes {AFTER_AWAKENING}",
            }
            for t in awakenings(night.hypnogram)
        ]
    return sorted(stretches, key=lambda s: float(s["start_s"]))


def awakenings(hypnogram: Hypnogram, *, asleep_epochs: int = 10, awake_epochs: int = 2) -> list[float]:
    """Ends of sleep of at least five minutes by a minute of wakefulness or more, recording time in seconds."""
    wake = hypnogram.state == STATES.index("wake")
    asleep = np.isin(hypnogram.state, (STATES.index("nrem"), STATES.index("rem")))
    out: list[float] = []
    slept = 0
    for k in range(len(wake)):
        if asleep[k]:
            slept += 1
        elif wake[k]:
            if slept >= asleep_epochs and wake[k : k + awake_epochs].all():
                out.append(float(k * EPOCH_S))
            if wake[k : k + awake_epochs].all():
                slept = 0
    return out
