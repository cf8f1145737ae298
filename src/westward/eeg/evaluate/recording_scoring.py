"""One recording, marked by two: every count that the evaluation needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from westward.eeg.evaluate import cluster_scoring, spasm_scoring, szcore
from westward.eeg.evaluate.cluster_scoring import ClusterMatch
from westward.eeg.evaluate.marks import CLUSTER, ICTAL, SEIZURE, SPASM, Mark, Marked, spans
from westward.eeg.evaluate.protocol import Protocol
from westward.eeg.evaluate.szcore import Scores

_BACKDROP = frozenset(
    {"sleep_wake", "sleep_drowsy", "sleep_nrem", "sleep_rem", "sleep_unknown", "note", "spike", "spindle", "hfo"}
)
"""Kinds that are everywhere and explain no false detection."""

SAME_LENGTH_S = 5.0
UNLIKE_LENGTHS = "lengths differ"


@dataclass(frozen=True, slots=True)
class SpasmCounts:
    """Single spasms; what the labels cannot say is None.

    Attributes
    ----------
    n_reference, n_matched, n_strict : int or None
        Marked spasms, those found, and those found within the stricter tolerance; None where the set marks none.
    n_found : int
        Found spasms that count.
    n_false : int
        Of these, with no marked partner; without spasm labels, those outside every labeled seizure or cluster.
    error_s : tuple of float
        Found minus marked onset of every pair.
    near : dict of str to int
        What the false ones lie on.
    """

    n_reference: int | None
    n_matched: int | None
    n_strict: int | None
    n_found: int
    n_false: int
    error_s: tuple[float, ...]
    near: dict[str, int]


@dataclass(frozen=True, slots=True)
class RecordingScores:
    """All counts of one recording; a level is None where it could not be scored, with the reason in ``why``."""

    name: str
    patient: str
    duration_s: float | None
    simulated: bool
    spasm: SpasmCounts | None
    cluster: ClusterMatch | None
    cluster_labels: bool
    events: Scores | None
    samples: Scores | None
    why: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]

    @property
    def hours(self) -> float | None:
        """Length in hours."""
        return None if self.duration_s is None else self.duration_s / 3600

    @property
    def control(self) -> bool:
        """Whether nothing ictal is marked in it, by someone who looked."""
        return (
            self.spasm is not None
            and not self.spasm.n_reference
            and (self.events is None or not self.events.n_reference)
            and (self.cluster is None or not self.cluster.n_reference)
        )


def labels_of(reference: Marked, kind: str) -> str:
    """What the reference can say about a kind: ``all``, ``false only`` or ``nothing``.

    ``false only`` is a set that marks whole seizures or clusters: what lies outside them is false, what lies inside
    cannot be judged.
    """
    if reference.assessed is not None:
        if kind in reference.assessed:
            return "all"
        return "false only" if reference.assessed & ICTAL else "nothing"
    have = {m.kind for m in reference.marks}
    if kind in have or not have & ICTAL or (kind == CLUSTER and SPASM in have):
        return "all"
    return "false only"


def score(reference: Marked, found: Marked, protocol: Protocol) -> RecordingScores:
    """Score one recording at every level that its labels and the program's output allow."""
    why: list[tuple[str, str]] = []
    said = [*reference.remarks, *found.remarks]
    lengths = [s for s in (reference.duration_s, found.duration_s) if s is not None]
    duration = min(lengths, default=None)
    if lengths and max(lengths) - min(lengths) > SAME_LENGTH_S:
        said.append(f"{UNLIKE_LENGTHS}: labels {lengths[0]:g} s, result {lengths[1]:g} s; the shorter is used")
    if duration is None:
        why.append(("rates and SzCORE", "length of the recording unknown"))
    elif any(m.end_s > duration + 1 for m in found.marks if m.kind in ICTAL):
        said.append("found marks lie after the end of the recording as stated")
    spasm = cluster = None
    if not found.looked_for(SPASM):
        why.append(("spasms and clusters", "the program did not look for spasms"))
    else:
        spasm = _spasms(reference, found, protocol, why)
        cluster = _clusters(reference, found, protocol, why)
    events = samples = None
    if not any(reference.looked_for(k) for k in protocol.reference_kinds):
        why.append(("SzCORE", "the labels mark nothing ictal"))
    elif not any(found.looked_for(k) for k in protocol.found_kinds):
        why.append(("SzCORE", "the program did not look for what counts"))
    elif duration is not None:
        ref = spans(reference.of(protocol.reference_kinds))
        hyp = spans(_counting(found, protocol.found_kinds, protocol))
        events = szcore.score_events(ref, hyp, duration_s=duration, parameters=protocol.szcore)
        samples = szcore.score_samples(ref, hyp, duration_s=duration, parameters=protocol.szcore)
    return RecordingScores(
        reference.name,
        reference.patient,
        duration,
        reference.simulated or found.simulated,
        spasm,
        cluster,
        cluster is not None and labels_of(reference, CLUSTER) == "all",
        events,
        samples,
        tuple(why),
        tuple(said),
    )


def _counting(found: Marked, kinds: Iterable[str], protocol: Protocol) -> tuple[Mark, ...]:
    """What the program found that counts."""
    p = protocol.spasm
    return found.of(kinds, min_confidence=p.min_confidence, counted_only=p.counted_only)


def _spasms(reference: Marked, found: Marked, protocol: Protocol, why: list[tuple[str, str]]) -> SpasmCounts | None:
    p = protocol.spasm
    labels = labels_of(reference, SPASM)
    mine = _counting(found, [SPASM], protocol)
    onsets = np.array([m.onset_s for m in mine])
    if labels == "nothing":
        why.append(("spasms", "the labels say nothing about spasms"))
        return None
    if labels == "false only":
        why.append(("spasm sensitivity", "the labels mark seizures or clusters, not single spasms"))
        zones = reference.of(ICTAL)
        outside = np.array([m.onset_s for m in mine if not _inside(m, zones, p.tolerance_s)])
        near = spasm_scoring.near_what(outside, _explaining(reference), tolerance_s=p.tolerance_s)
        return SpasmCounts(None, None, None, len(mine), outside.size, (), near)
    truth = reference.of([SPASM])
    marked = np.array([m.onset_s for m in truth])
    pairs = spasm_scoring.match(marked, onsets, tolerance_s=p.tolerance_s)
    strict = spasm_scoring.match(marked, onsets, tolerance_s=min(p.strict_tolerance_s, p.tolerance_s))
    near = spasm_scoring.near_what(onsets[pairs.unmatched_found], _explaining(reference), tolerance_s=p.tolerance_s)
    return SpasmCounts(
        len(truth),
        pairs.n_matched,
        strict.n_matched,
        len(mine),
        pairs.n_false,
        tuple(float(e) for e in pairs.error_s),
        near,
    )


def _inside(mark: Mark, zones: tuple[Mark, ...], tolerance_s: float) -> bool:
    return any(z.onset_s - tolerance_s <= mark.onset_s <= z.end_s + tolerance_s for z in zones)


def _explaining(reference: Marked) -> list[Mark]:
    """Marks that a false detection may lie on."""
    return [m for m in reference.marks if m.kind not in _BACKDROP]


def _clusters(reference: Marked, found: Marked, protocol: Protocol, why: list[tuple[str, str]]) -> ClusterMatch | None:
    labels = labels_of(reference, CLUSTER)
    if labels == "nothing":
        why.append(("clusters", "the labels say nothing about clusters"))
        return None
    p = protocol.cluster
    mine = cluster_scoring.clusters_of(_counting(found, [SPASM, CLUSTER], protocol), p)
    if labels == "all":
        return cluster_scoring.match_clusters(cluster_scoring.clusters_of(reference.marks, p), mine, p)
    why.append(("cluster sensitivity", "the labels mark seizures, not clusters"))
    zones = tuple(cluster_scoring.Cluster(m.onset_s, m.end_s, 0) for m in reference.of([SEIZURE]))
    return cluster_scoring.match_clusters(zones, mine, p)
