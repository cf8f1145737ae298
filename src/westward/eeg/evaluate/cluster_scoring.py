"""Scoring of clusters of spasms as clusters, by the grammar or by the rows of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from westward.eeg.evaluate.marks import CLUSTER, SPASM, Mark, in_order


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterParameters:
    """What a cluster is, and when it is found.

    Attributes
    ----------
    min_spasms : int
        Fewer are single spasms (unconfirmed; no consensus definition exists).
    max_gap_s : float
        Longest time from the end of one to the onset of the next inside a cluster (unconfirmed).
    tolerance_s : float
        A marked cluster is found when a found one overlaps it, extended by this on both sides (policy).
    large_min_spasms : int
        Clusters of at least this many are also reported apart (policy).
    from_rows : bool
        Use the ``spasm_cluster`` rows of a file where it has any; else, and where it has none, the grammar is
        applied to its spasms (policy).
    """

    min_spasms: int = 3
    max_gap_s: float = 60.0
    tolerance_s: float = 30.0
    large_min_spasms: int = 5
    from_rows: bool = True


@dataclass(frozen=True, slots=True)
class Cluster:
    """A series of spasms; ``n_spasms`` is None where the file marks clusters without their spasms."""

    start_s: float
    end_s: float
    n_spasms: int | None


@dataclass(frozen=True, slots=True)
class ClusterMatch:
    """Clusters of one recording.

    Attributes
    ----------
    n_reference, n_matched : int
        Marked clusters that the grammar calls so, and those found.
    n_large, n_large_matched : int or None
        The same of large ones; None where sizes are not known.
    n_found, n_false : int
        Found clusters, and those that overlap no marked one (small ones count as marked).
    n_small : int
        Marked rows with fewer spasms than the grammar asks; neither to be found nor false.
    onset_error_s : tuple of float
        First found minus marked onset of each found cluster.
    pieces : tuple of int
        Into how many each found cluster was broken.
    """

    n_reference: int
    n_matched: int
    n_large: int | None
    n_large_matched: int | None
    n_found: int
    n_false: int
    n_small: int
    onset_error_s: tuple[float, ...]
    pieces: tuple[int, ...]


def by_grammar(spasms: Sequence[Mark], parameters: ClusterParameters) -> tuple[Cluster, ...]:
    """Clusters of spasms: at least so many, with no longer gaps; onset the first, end the last."""
    ordered = in_order(spasms)
    if not ordered:
        return ()
    onsets = np.array([m.onset_s for m in ordered])
    ends = np.array([m.end_s for m in ordered])
    gaps = onsets[1:] - np.maximum.accumulate(ends)[:-1]
    breaks = np.flatnonzero(gaps > parameters.max_gap_s + 1e-9) + 1
    return tuple(
        Cluster(float(onsets[part[0]]), float(ends[part].max()), int(part.size))
        for part in np.split(np.arange(onsets.size), breaks)
        if part.size >= parameters.min_spasms
    )


def clusters_of(marks: Sequence[Mark], parameters: ClusterParameters) -> tuple[Cluster, ...]:
    """Clusters of one author: the file's own rows with the spasms inside them counted, else by grammar."""
    spasms = [m for m in marks if m.kind == SPASM]
    rows = [m for m in marks if m.kind == CLUSTER]
    if not rows or not parameters.from_rows:
        return by_grammar(spasms, parameters)
    onsets = np.array([m.onset_s for m in spasms])
    return tuple(
        Cluster(
            row.onset_s,
            row.end_s,
            int(((onsets >= row.onset_s - 1e-3) & (onsets <= row.end_s + 1e-3)).sum()) if spasms else None,
        )
        for row in in_order(rows)
    )


def match_clusters(
    reference: Sequence[Cluster], found: Sequence[Cluster], parameters: ClusterParameters | None = None
) -> ClusterMatch:
    """Which marked clusters were found, and which found ones are false."""
    p = parameters or ClusterParameters()
    small = [c for c in reference if c.n_spasms is not None and c.n_spasms < p.min_spasms]
    wanted = [c for c in reference if c not in small]
    hits: list[bool] = []
    errors: list[float] = []
    pieces: list[int] = []
    for c in wanted:
        inside = [f for f in found if _overlap(c, f, p.tolerance_s)]
        hits.append(bool(inside))
        if inside:
            errors.append(min(f.start_s for f in inside) - c.start_s)
            pieces.append(len(inside))
    false = sum(not any(_overlap(c, f, p.tolerance_s) for c in reference) for f in found)
    sized = all(c.n_spasms is not None for c in wanted)
    large = [hit for c, hit in zip(wanted, hits, strict=True) if (c.n_spasms or 0) >= p.large_min_spasms]
    return ClusterMatch(
        len(wanted),
        sum(hits),
        len(large) if sized else None,
        sum(large) if sized else None,
        len(found),
        false,
        len(small),
        tuple(errors),
        tuple(pieces),
    )


def _overlap(reference: Cluster, found: Cluster, tolerance_s: float) -> bool:
    return found.start_s <= reference.end_s + tolerance_s and found.end_s >= reference.start_s - tolerance_s
