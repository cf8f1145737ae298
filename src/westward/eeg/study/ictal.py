"""What a study says of spasms: rows, summary, notes of the file with their correlate, and what to review."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from westward.eeg.bundle.emg import LIMB, NONE, UNNAMED
from westward.eeg.bundle.review import AFTER_AWAKENING
from westward.eeg.events import attenuation, spasm, spasm_emg, spasm_operating
from westward.eeg.events.cluster import Cluster, cluster_ids
from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import EPOCH_S, STATES, Hypnogram
from westward.eeg.study.result import Night, Study, unstaged

REVIEW_AFTER_AWAKENING_MINUTES = 30
"""Offered for review after each awakening: most clusters come then (recalled)."""
_BUTTON = re.compile(
    r"push.?button|patient.?(event|button|marker)|event.?(button|marker)|\bspasm|\bseizure|anfall|crise|crisis|espasmo",
    re.IGNORECASE,
)
"""What a note says that somebody made because of a possible spasm."""
LEADS = {
    LIMB: "limb EMG recorded",
    UNNAMED: "EMG recorded, its place not named",
    NONE: "no limb EMG, so less certain",
}
HIDING_PER_HOUR = 6.0
"""Attenuations per usable hour from which a count without limb EMG is called unsure (policy)."""
REVIEW_AROUND_S = 60.0
"""Offered for review before and after a candidate or a push-button (policy)."""
NOTE_REACH_S = 30.0
"""A candidate so near to a note counts as its correlate (policy)."""
FOUND, NOT_SEEN, UNKNOWN = "candidate found", "no EEG correlate seen", "not assessable"
"""What can be said of a push-button or a note; never that it was no spasm."""


def refusal(study: Study) -> str:
    """Why spasms were not looked for, or an empty string."""
    if study.layout is None:
        return study.refusal or "no EEG"
    names = study.layout.electrodes or study.layout.derivations
    auxiliary = [c.name for c in study.layout.auxiliary]
    return study.refusal or spasm.refusal(names, auxiliary, study.night.usable)


def events(night: Night) -> list[Event]:
    """A row for each spasm, near-miss and cluster."""
    ids = cluster_ids(night.clusters, len(night.spasms))
    rows = night.spasms.events(hypnogram=night.hypnogram, cluster_ids=ids)
    return [*rows, *(c.event for c in night.clusters)]


def with_correlate(note: Event, study: Study) -> Event:
    """A note of the file with what the EEG shows around it; a candidate below the operating point is told as such."""
    if refusal(study):
        return replace(note, subtype=UNKNOWN)
    night = study.night
    low, high = note.onset_s - NOTE_REACH_S, note.onset_s + note.duration_s + NOTE_REACH_S
    near = (night.spasms.onset_s >= low) & (night.spasms.onset_s < high)
    seconds = slice(max(0, int(low)), max(0, math.ceil(high)))
    usable = night.usable[seconds]
    if (near & night.spasms.counted).any():
        return replace(note, subtype=FOUND)
    if near.any():
        best = int(np.flatnonzero(near)[night.spasms.confidence[near].argmax()])
        told = f"near-miss of confidence {night.spasms.confidence[best]:.2f} at {night.spasms.onset_s[best]:.1f} s"
        return replace(note, subtype=FOUND, reason=f"{note.reason}; {told}")
    assessable = len(usable) > 0 and float(usable.mean()) >= 0.5
    return replace(note, subtype=NOT_SEEN if assessable else UNKNOWN)


def summary(study: Study) -> dict[str, Any] | None:
    """``spasms`` of ``summary.json``."""
    if refusal(study):
        return None
    night = study.night
    spasms, rules = night.spasms, study.options.clusters
    point = spasm_operating.in_use(spasms, study.options.spasms)
    hours = float(night.usable.sum()) / 3600
    n = int(spasms.counted.sum())
    free = spasm_operating.spasm_free(night.clusters, night.usable)
    return {
        "n": n,
        "n_clusters": len(night.clusters),
        "n_likely_clusters": sum(c.likely for c in night.clusters),
        "per_hour": round(n / hours, 3) if hours > 0 else None,
        "with_emg": with_emg(study),
        "emg": emg(study),
        "with_motion": study.options.motion is not None,
        "n_in_clusters": int(sum(c.n for c in night.clusters)),
        "near_misses": len(spasms) - n,
        "operating_point": point,
        "expected_false_per_night": [
            {k: round(v, 3) for k, v in asdict(row).items()}
            for row in spasm_operating.expected_false_per_night(spasms, free, sorted({*spasm_operating.POINTS, point}))
        ],
        "clusters": [_cluster(c) for c in night.clusters],
        "grammar": {"min_spasms": rules.min_spasms, "max_gap_s": rules.max_gap_s, "likely_from": rules.likely_from},
        "doubt": hidden(study),
        "definition": "candidates from the EEG and limb EMG, not video-confirmed; usable hours",
    }


def sentence(study: Study) -> str:
    """The ictal side in one sentence; finding nothing is never the same as excluding spasms."""
    if why := refusal(study):
        return f"Spasms: not assessable ({why})."
    night = study.night
    n, likely = int(night.spasms.counted.sum()), sum(c.likely for c in night.clusters)
    leads = hidden(study) or LEADS[emg(study)]
    if n:
        many = "1 candidate" if n == 1 else f"{n} candidates"
        groups = {0: "no cluster", 1: "1 cluster"}.get(likely, f"{likely} clusters")
        if possible := len(night.clusters) - likely:
            groups += f", {possible} possible"
        return f"Spasms: {many}, {groups} ({leads}); candidates, not video-confirmed."
    short = (
        ""
        if not unstaged(study) and night.hypnogram.sleep_wake_cycles
        else ("; without a full sleep-wake cycle insufficient to exclude spasms")
    )
    return f"Spasms: none found ({leads}); this does not exclude spasms{short}."


def hidden(study: Study) -> str:
    """Why the count is unsure here, empty if it is not: a background that falls, where no limb EMG tells more."""
    falls, hours = study.grade.n_attenuations_study, float(study.night.usable.sum()) / 3600
    if study.layout is None or attenuation.refusal(study.layout.derivations) or with_emg(study):
        return ""
    if falls < max(HIDING_PER_HOUR * hours, 1):
        return ""
    return (
        f"no limb EMG, and {falls} attenuations of the background: spasms that show as a decrement alone may be "
        "missed and such falls counted, so the number is unsure"
    )


def emg(study: Study) -> str:
    """Which EMG was judged as of a limb: ``limb``, ``place not named`` (a bare "EMG" may be the chin's) or ``none``."""
    if study.layout is None or not with_emg(study):
        return NONE
    return LIMB if spasm_emg.place_known(c.name for c in study.layout.auxiliary) else UNNAMED


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
        "likely": c.likely,
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
    """Stretches a reader should see with the video, in order of time, candidates or not.

    Around each cluster, each single candidate and each push-button of the file, and after each awakening.
    """
    night, end = study.night, study.recording.duration_s
    named = cluster_ids(night.clusters, len(night.spasms))
    spans = [(c.onset_s, c.stop_s, f"{c.n} candidates") for c in night.clusters]
    spans += [
        (float(night.spasms.onset_s[k]), float(night.spasms.stop_s[k]), "1 candidate")
        for k in np.flatnonzero(night.spasms.counted)
        if not named[k]
    ]
    spans += [
        (n.onset_s, n.onset_s, "push-button or note of a seizure")
        for n in study.recording.notes
        if _BUTTON.search(n.text)
    ]
    stretches: list[dict[str, Any]] = [
        {
            "start_s": round(max(0.0, start - REVIEW_AROUND_S), 1),
            "end_s": round(min(end, stop + REVIEW_AROUND_S), 1),
            "why": why,
        }
        for start, stop, why in spans
    ]
    if not unstaged(study):
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
