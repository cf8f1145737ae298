"""The evaluation of a set of recordings: pooled, by patient, by recording, ready for JSON and the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from westward.eeg.evaluate import estimate, event_agreement, reader_agreement
from westward.eeg.evaluate.estimate import NO_LENGTH, NO_REFERENCE, Estimate, Row, missing
from westward.eeg.evaluate.event_agreement import Author
from westward.eeg.evaluate.marks import Marked
from westward.eeg.evaluate.protocol import Protocol, stated
from westward.eeg.evaluate.recording_scoring import UNLIKE_LENGTHS, RecordingScores, score

SCHEMA_VERSION = "1.0"
FEW_PATIENTS = 10
"""With fewer the bootstrap by patient is too narrow, and it is said."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of all recordings and the protocol they follow."""

    protocol: Protocol
    recordings: tuple[RecordingScores, ...]
    figures: Mapping[str, Mapping[str, Estimate]]
    agreement: Mapping[str, Mapping[str, Any]]
    timing_s: tuple[float, ...]
    near: Mapping[str, int]

    @property
    def patients(self) -> list[str]:
        """In order of name."""
        return sorted({r.patient for r in self.recordings})

    @property
    def simulated(self) -> str:
        """``all``, ``some`` or ``none`` of the recordings were made by a computer."""
        made = sum(r.simulated for r in self.recordings)
        return "none" if not made else "all" if made == len(self.recordings) else "some"


REFERENCE, RESULT = "reference", "result"
"""What the reader behind the labels, and whoever is scored against them, are called among other readers."""


def evaluate(
    pairs: Sequence[tuple[Marked, Marked]], protocol: Protocol, *, readers: Sequence[Author] = ()
) -> Evaluation:
    """Score pairs of reference and found marks, one per recording.

    Parameters
    ----------
    pairs : sequence of (reference, found)
    protocol : Protocol
        What counts, how near, and how intervals are made.
    readers : sequence of Author
        Further readers of the same recordings, under the names of the reference.
    """
    recordings = tuple(score(r, f, protocol) for r, f in pairs)
    p = protocol.intervals
    rated = {s: reader_agreement.agree(s, pairs, p) for s in reader_agreement.SCALES}
    rated["events"] = _events_agreement(pairs, protocol, readers)
    near: dict[str, int] = {}
    for r in recordings:
        for kind, n in (r.spasm.near if r.spasm else {}).items():
            near[kind] = near.get(kind, 0) + n
    return Evaluation(
        protocol,
        recordings,
        figures(recordings, protocol),
        {s: told for s, told in rated.items() if told is not None},
        tuple(e for r in recordings if r.spasm for e in r.spasm.error_s),
        dict(sorted(near.items(), key=lambda item: (-item[1], item[0]))),
    )


def _events_agreement(
    pairs: Sequence[tuple[Marked, Marked]], protocol: Protocol, readers: Sequence[Author]
) -> dict[str, Any] | None:
    """Of the readers among themselves, and with the result as one more; None where nobody marked events."""
    reference = Author(REFERENCE, {r.name: r for r, _ in pairs})
    result = Author(RESULT, {r.name: f for r, f in pairs})
    everybody = event_agreement.agree([reference, *readers, result], protocol)
    if not readers and not any(everybody[level]["pairs"] for level in event_agreement.LEVELS):
        return None
    return {
        "readers": event_agreement.agree([reference, *readers], protocol) if readers else None,
        "readers_and_result": everybody,
    }


def figures(recordings: Sequence[RecordingScores], protocol: Protocol) -> dict[str, dict[str, Estimate]]:
    """Pooled figures of each level; also used for one patient."""
    return {
        "spasm": _spasm(recordings, protocol),
        "cluster": _cluster(recordings, protocol),
        "events": _szcore(recordings, protocol, "events"),
        "samples": _szcore(recordings, protocol, "samples"),
    }


def _why(recordings: Sequence[RecordingScores], level: str, otherwise: str) -> str:
    """The reason that most recordings give for a level."""
    told = [why for r in recordings for what, why in r.why if level in what]
    return max(set(told), key=told.count) if told and len(told) == len(recordings) else otherwise


def _spasm(recordings: Sequence[RecordingScores], protocol: Protocol) -> dict[str, Estimate]:
    p = protocol.intervals
    scored = [(r, r.spasm) for r in recordings if r.spasm]
    full = [
        (r.patient, s.n_reference, s.n_matched or 0, s.n_strict or 0, s) for r, s in scored if s.n_reference is not None
    ]
    timed = [(r, s) for r, s in scored if r.hours]
    nights = [(r, s) for r, s in timed if (r.hours or 0) >= protocol.spasm.night_min_h]
    controls = [(r, s) for r, s in timed if r.control]
    none = _why(recordings, "spasm", NO_REFERENCE)
    no_length = _why(recordings, "spasms", NO_LENGTH)
    nothing_found = "nothing found"
    n_ref, n_found = sum(n for _, n, *_ in full), sum(s.n_found for *_, s in full)
    return {
        "sensitivity": estimate.share([Row(who, m, n) for who, n, m, *_ in full], p, why=none),
        "sensitivity_strict": estimate.share([Row(who, k, n) for who, n, _, k, _ in full], p, why=none),
        "precision": estimate.share(
            [Row(who, m, s.n_found) for who, _, m, _, s in full],
            p,
            why=nothing_found if full else _why(recordings, "spasm", "no spasm labels"),
        ),
        "f1": estimate.ratio([Row(who, 2 * m, n + s.n_found) for who, n, m, _, s in full], p, of="", why=nothing_found)
        if n_ref
        else missing(none),
        "false_per_hour": estimate.rate(
            [Row(r.patient, s.n_false, r.hours or 0) for r, s in timed], p, per="h", why=no_length
        ),
        "false_per_hour_controls": estimate.rate(
            [Row(r.patient, s.n_false, r.hours or 0) for r, s in controls],
            p,
            per="h",
            why="no recording without reference events",
        ),
        "false_per_night": estimate.rate(
            [Row(r.patient, s.n_false, 1) for r, s in nights],
            p,
            per="nights",
            why=f"no recording of at least {protocol.spasm.night_min_h:g} h",
        ),
        "count_ratio": estimate.ratio(
            [Row(who, s.n_found, n) for who, n, _, _, s in full], p, of=f"{n_found} found, {n_ref} marked", why=none
        ),
    }


def _cluster(recordings: Sequence[RecordingScores], protocol: Protocol) -> dict[str, Estimate]:
    p = protocol.intervals
    scored = [(r, r.cluster) for r in recordings if r.cluster]
    full = [(r, c) for r, c in scored if r.cluster_labels]
    sized = [(r.patient, c.n_large, c.n_large_matched or 0) for r, c in full if c.n_large is not None]
    timed = [(r, c) for r, c in scored if r.duration_s]
    controls = [(r, c) for r, c in timed if r.control]
    none = _why(recordings, "cluster", NO_REFERENCE)
    day = 24.0
    return {
        "sensitivity": estimate.share([Row(r.patient, c.n_matched, c.n_reference) for r, c in full], p, why=none),
        "sensitivity_large": estimate.share(
            [Row(who, hits, n) for who, n, hits in sized],
            p,
            why=none if none != NO_REFERENCE else "no large reference clusters: sensitivity not assessable",
        ),
        "false_per_day": estimate.rate(
            [Row(r.patient, c.n_false, (r.hours or 0) / day) for r, c in timed],
            p,
            per="days",
            why=_why(recordings, "clusters", NO_LENGTH),
        ),
        "false_per_day_controls": estimate.rate(
            [Row(r.patient, c.n_false, (r.hours or 0) / day) for r, c in controls],
            p,
            per="days",
            why="no recording without reference events",
        ),
    }


def _szcore(recordings: Sequence[RecordingScores], protocol: Protocol, level: str) -> dict[str, Estimate]:
    p = protocol.intervals
    scored = [(r, s) for r in recordings if (s := getattr(r, level)) is not None]
    rows = [(r.patient, s) for r, s in scored]
    unscored = _why(recordings, "SzCORE", "nothing could be scored")
    none = NO_REFERENCE if rows else unscored
    out = {
        "sensitivity": estimate.share([Row(who, s.true_positives, s.n_reference) for who, s in rows], p, why=none),
        "precision": estimate.share(
            [Row(who, s.true_positives, s.true_positives + s.false_positives) for who, s in rows],
            p,
            why="nothing found" if rows else unscored,
        ),
        "f1": estimate.ratio(
            [Row(who, 2 * s.true_positives, s.true_positives + s.false_positives + s.n_reference) for who, s in rows],
            p,
            of="",
            why="neither reference events nor false positives" if rows else unscored,
        ),
        "false_per_day": estimate.rate(
            [Row(who, s.false_positives, s.duration_s / 86_400) for who, s in rows], p, per="days", why=unscored
        ),
    }
    if level == "samples":
        out["kappa"] = _sample_kappa(rows, protocol, unscored)
    return out


def _sample_kappa(rows: Sequence[tuple[str, Any]], protocol: Protocol, why: str) -> Estimate:
    """Cohen's kappa of marked and unmarked samples: agreement of two authors on when something happened."""
    cells: list[tuple[str, dict[str, float]]] = []
    for who, s in rows:
        both, n = s.true_positives, round(s.duration_s * protocol.szcore.sample_hz)
        one, other = s.n_reference - both, s.n_hypothesis - both
        cells.append((who, {"11": both, "10": one, "01": other, "00": n - both - one - other}))
    n_samples = sum(sum(c.values()) for _, c in cells)
    if not n_samples:
        return missing(why)
    sums = estimate.summed(cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(event_agreement.cohen({name: v.sum() for name, v in sums.items()}))
    if not np.isfinite(value):
        return missing("neither marked anything")
    drawn = estimate.by_patient(sums, event_agreement.cohen, protocol.intervals)
    return Estimate(value=value, of=f"{int(n_samples)} samples", by_patient=drawn)


def targets(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Each target of the protocol: limit, value, and whether it was met by the estimate and by its whole interval."""
    t, f = evaluation.protocol.targets, evaluation.figures
    asked = {
        "min_spasm_sensitivity": f["spasm"]["sensitivity"],
        "max_false_spasms_per_hour": f["spasm"]["false_per_hour"],
        "min_count_ratio": f["spasm"]["count_ratio"],
        "max_count_ratio": f["spasm"]["count_ratio"],
        "min_cluster_sensitivity": f["cluster"]["sensitivity"],
        "min_large_cluster_sensitivity": f["cluster"]["sensitivity_large"],
        "max_false_clusters_per_day": f["cluster"]["false_per_day"],
    }
    out: list[dict[str, Any]] = []
    for item in fields(t):
        limit = getattr(t, item.name)
        if limit is None:
            continue
        found = asked[item.name]
        least = item.name.startswith("min")
        spans = [s for s in (found.interval, found.by_patient) if s is not None]
        met = sure = None
        if found.value is not None:
            met = found.value >= limit if least else found.value <= limit
            if spans:
                sure = all(s.low >= limit if least else s.high <= limit for s in spans)
        out.append(
            {
                "name": item.name,
                "limit": limit,
                "value": found.value,
                "met": met,
                "whole_interval": sure,
                "why": found.why,
            }
        )
    return out


def not_assessable(evaluation: Evaluation) -> list[dict[str, Any]]:
    """What could not be said, and of how many recordings."""
    counted: dict[tuple[str, str], int] = {}
    for r in evaluation.recordings:
        for key in r.why:
            counted[key] = counted.get(key, 0) + 1
    return [{"what": what, "why": why, "recordings": n} for (what, why), n in sorted(counted.items())]


def warnings(evaluation: Evaluation) -> list[str]:
    """What a reader of the figures has to know."""
    out: list[str] = []
    n = len(evaluation.patients)
    if evaluation.simulated != "none":
        which = "All" if evaluation.simulated == "all" else "Some"
        out.append(f"{which} recordings are simulated: this says nothing yet about children (evidence phase 0).")
    if n < FEW_PATIENTS:
        told = "One patient: intervals by patient are not assessable." if n == 1 else (
            f"Only {n} patients: the intervals by patient are too narrow."
        )  # fmt: skip
        out.append(told)
    unlike = sum(any(t.startswith(UNLIKE_LENGTHS) for t in r.remarks) for r in evaluation.recordings)
    if unlike:
        out.append(
            f"Labels and result differ in length in {unlike} of {len(evaluation.recordings)} recordings: "
            "are they of the same file?"
        )
    if not evaluation.protocol.sha256:
        out.append("No protocol file: thresholds were not fixed before the data was seen.")
    elif "first use" in evaluation.protocol.fixed:
        out.append("The protocol's hash was recorded by this run, not before it.")
    return out


def as_dict(evaluation: Evaluation) -> dict[str, Any]:
    """``evaluation.json``, without provenance and sources."""
    e = evaluation.timing_s
    parameters: dict[str, dict[str, str]] = {}
    for section, name, value in stated(evaluation.protocol):
        parameters.setdefault(section, {})[name] = value
    by_patient = {who: [r for r in evaluation.recordings if r.patient == who] for who in evaluation.patients}
    hours = [r.hours for r in evaluation.recordings if r.hours is not None]
    return {
        "schema_version": SCHEMA_VERSION,
        "protocol": {
            "name": evaluation.protocol.name,
            "sha256": evaluation.protocol.sha256 or None,
            "fixed": evaluation.protocol.fixed,
            "parameters": parameters,
        },
        "n": {
            "recordings": len(evaluation.recordings),
            "patients": len(by_patient),
            "hours": sum(hours) if hours else None,
            "controls": sum(r.control for r in evaluation.recordings),
            "simulated": evaluation.simulated,
        },
        "targets": targets(evaluation),
        "figures": {
            level: {name: f.as_dict() for name, f in told.items()} for level, told in evaluation.figures.items()
        },
        "timing_error_s": {
            "n": len(e),
            **{
                name: float(np.quantile(e, q)) if e else None
                for name, q in (("p5", 0.05), ("median", 0.5), ("p95", 0.95))
            },
            "median_absolute": float(np.median(np.abs(e))) if e else None,
        },
        "false_spasms_on": dict(evaluation.near),
        "agreement": dict(evaluation.agreement),
        "patients": [{"patient": who, "recordings": len(own), **_counts(own)} for who, own in by_patient.items()],
        "recordings": [_recording(r) for r in evaluation.recordings],
        "not_assessable": not_assessable(evaluation),
        "warnings": warnings(evaluation),
    }


def _counts(recordings: Sequence[RecordingScores]) -> dict[str, Any]:
    """Plain counts of some recordings; None where no recording of them could be scored."""

    def total(values: list[float | None]) -> float | None:
        known = [v for v in values if v is not None]
        return sum(known) if known else None

    spasms = [r.spasm for r in recordings if r.spasm]
    clusters = [r.cluster for r in recordings if r.cluster]
    labeled = [r.cluster for r in recordings if r.cluster and r.cluster_labels]
    events = [r.events for r in recordings if r.events]
    return {
        "hours": total([r.hours for r in recordings]),
        "spasms_marked": total([s.n_reference for s in spasms]),
        "spasms_matched": total([s.n_matched for s in spasms]),
        "spasms_found": total([s.n_found for s in spasms]),
        "spasms_false": total([s.n_false for s in spasms]),
        "spasm_hours": total([r.hours for r in recordings if r.spasm]),
        "clusters_marked": total([c.n_reference for c in labeled]),
        "clusters_matched": total([c.n_matched for c in labeled]),
        "clusters_false": total([c.n_false for c in clusters]),
        "events_marked": total([s.n_reference for s in events]),
        "events_matched": total([s.true_positives for s in events]),
        "events_false": total([s.false_positives for s in events]),
    }


def _recording(r: RecordingScores) -> dict[str, Any]:
    return {
        "name": r.name,
        "patient": r.patient,
        "simulated": r.simulated,
        "control": r.control,
        **_counts([r]),
        "cluster": {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(r.cluster).items()}
        if r.cluster
        else None,
        "not_assessable": [{"what": what, "why": why} for what, why in r.why],
        "remarks": list(r.remarks),
    }
