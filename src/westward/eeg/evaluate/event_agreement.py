"""Agreement of two and more readers on spasms, clusters and seizures: events one to one, bins of time, counts.

Cohen's and Fleiss' kappa are of bins of fixed width; bins without any event are most of a night, so that kappa stands
beside positive agreement, which does not count them. Every coefficient is pooled over recordings; its interval comes
from redrawing patients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.evaluate import cluster_scoring, estimate, marks, spasm_scoring
from westward.eeg.evaluate.estimate import NO_LENGTH
from westward.eeg.evaluate.intervals import Counts
from westward.eeg.evaluate.marks import CLUSTER, SEIZURE, SPASM, Marked
from westward.eeg.evaluate.protocol import IntervalParameters, Protocol
from westward.eeg.evaluate.recording_scoring import labels_of

Array = NDArray[np.float64]
Spans = tuple[tuple[float, float], ...]

LEVELS = {"spasm": SPASM, "cluster": CLUSTER, "seizure": SEIZURE}
"""What is compared, and the kind of mark an author must have looked for."""
NOBODY = "fewer than two of them looked for it in the same recording"
NO_EVENT = "neither marked any"
NO_VARIATION = "not defined: no variation"
FEW_COUNTS = "fewer than two such recordings, or no variation"
ICC = (
    "two-way random effects, absolute agreement, one reader (Shrout and Fleiss 2,1), of the number per recording in "
    "recordings that all read, not divided by their length"
)


@dataclass(frozen=True, slots=True)
class Author:
    """A reader or the program.

    Attributes
    ----------
    name : str
    read : mapping of str to Marked
        By recording, under one name for all authors.
    """

    name: str
    read: Mapping[str, Marked]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One recording at one level: spans by author, in order of the authors; None where one did not look."""

    patient: str
    duration_s: float | None
    spans: tuple[Spans | None, ...]


def agree(authors: Sequence[Author], protocol: Protocol) -> dict[str, Any]:
    """Everything about one set of authors, ready for JSON.

    Keys: ``authors`` (names); ``spasm``, ``cluster`` and ``seizure``, each {``pairs``, one entry per pair of authors;
    ``all``, of all authors together; ``why``, where nothing can be compared}; ``icc_definition``.
    """
    return {
        "authors": [a.name for a in authors],
        **{level: _level(level, authors, protocol) for level in LEVELS},
        "icc_definition": ICC,
    }


def _level(level: str, authors: Sequence[Author], protocol: Protocol) -> dict[str, Any]:
    seen = _recordings(level, authors, protocol)
    pairs = [
        told
        for i, j in combinations(range(len(authors)), 2)
        if (told := _pair(level, i, j, authors, seen, protocol)) is not None
    ]
    return {"pairs": pairs, "all": _all(seen, len(authors), protocol), "why": "" if pairs else NOBODY}


def _recordings(level: str, authors: Sequence[Author], protocol: Protocol) -> list[_Seen]:
    out = []
    for name in dict.fromkeys(n for a in authors for n in a.read):
        marked = [a.read.get(name) for a in authors]
        lengths = [m.duration_s for m in marked if m is not None and m.duration_s is not None]
        patient = next(m.patient for m in marked if m is not None)
        spans = tuple(None if m is None else _spans(level, m, protocol) for m in marked)
        if sum(s is not None for s in spans) >= 2:
            out.append(_Seen(patient, min(lengths, default=None), spans))
    return out


def _spans(level: str, marked: Marked, protocol: Protocol) -> Spans | None:
    """Events of an author in order; None where this author did not mark such."""
    if not marked.looked_for(LEVELS[level]) or labels_of(marked, LEVELS[level]) != "all":
        return None
    p = protocol.spasm
    counting = marked.of((SPASM, CLUSTER, SEIZURE), min_confidence=p.min_confidence, counted_only=p.counted_only)
    if level == "seizure":
        return tuple(marks.spans([m for m in counting if m.kind == SEIZURE]))
    if level == "spasm":
        return tuple((m.onset_s, m.end_s) for m in counting if m.kind == SPASM)
    found = cluster_scoring.clusters_of(counting, protocol.cluster)
    least = protocol.cluster.min_spasms
    return tuple((c.start_s, c.end_s) for c in found if c.n_spasms is None or c.n_spasms >= least)


def matched(level: str, first: Spans, second: Spans, protocol: Protocol) -> int:
    """Events of two authors that are one and the same: the most pairs possible, none used twice.

    Spasms by the distance of their onsets, clusters where one overlaps the other within the tolerance, seizures where
    they overlap at all.
    """
    if level == "spasm":
        onsets = [np.array([a for a, _ in spans]) for spans in (first, second)]
        return spasm_scoring.match(onsets[0], onsets[1], tolerance_s=protocol.spasm.tolerance_s).n_matched
    return overlapping(first, second, tolerance_s=protocol.cluster.tolerance_s if level == "cluster" else 0.0)


def overlapping(first: Spans, second: Spans, *, tolerance_s: float) -> int:
    """The most pairs of spans that overlap within a tolerance, one to one.

    Spans of either author are sorted by onset. The one that ends first has no better use than the earliest-ending
    partner it can have, so that taking both in order of their ends leaves the most pairs.
    """
    left = sorted(second, key=lambda s: (s[1], s[0]))
    n = 0
    for start, stop in sorted(first, key=lambda s: (s[1], s[0])):
        at = next(
            (k for k, (a, b) in enumerate(left) if a <= stop + tolerance_s and b >= start - tolerance_s),
            None,
        )
        if at is not None:
            del left[at]
            n += 1
    return n


def bins(spans: Spans, *, width_s: float, duration_s: float) -> NDArray[np.bool_]:
    """Which bins of a recording any span touches; a span of no length touches the bin of its onset."""
    n = max(int(np.ceil(duration_s / width_s - 1e-9)), 1)
    out = np.zeros(n, np.bool_)
    for start, stop in spans:
        first = int(np.floor(start / width_s + 1e-9))
        last = max(int(np.ceil(stop / width_s - 1e-9)), first + 1)
        out[max(first, 0) : max(last, 0)] = True
    return out


def _widths(protocol: Protocol) -> tuple[float, ...]:
    return (protocol.agreement.bin_s, protocol.agreement.page_s)


def _pair(
    level: str, i: int, j: int, authors: Sequence[Author], seen: Sequence[_Seen], protocol: Protocol
) -> dict[str, Any] | None:
    p = protocol.intervals
    both = [(r, r.spans[i], r.spans[j]) for r in seen]
    common = [(r, a, b) for r, a, b in both if a is not None and b is not None]
    if not common:
        return None
    counts = [(r.patient, len(a), len(b), matched(level, a, b, protocol)) for r, a, b in common]
    return {
        "first": authors[i].name,
        "second": authors[j].name,
        "n_recordings": len(common),
        "n_first": sum(a for _, a, _, _ in counts),
        "n_second": sum(b for _, _, b, _ in counts),
        "n_matched": sum(m for *_, m in counts),
        "positive_agreement": estimate.ratio(
            [estimate.Row(who, 2 * m, a + b) for who, a, b, m in counts],
            p,
            of=f"{sum(m for *_, m in counts)} in common",
            why=NO_EVENT,
        ).as_dict(),
        "bins": [_pair_bins(common, width, p) for width in _widths(protocol)],
    }


def _pair_bins(common: Sequence[tuple[_Seen, Spans, Spans]], width_s: float, p: IntervalParameters) -> dict[str, Any]:
    rows: list[tuple[str, Mapping[str, float]]] = []
    for r, a, b in common:
        if r.duration_s is not None:
            x, y = (bins(s, width_s=width_s, duration_s=r.duration_s) for s in (a, b))
            k = min(len(x), len(y))
            x, y = x[:k], y[:k]
            table = {"11": x & y, "10": x & ~y, "01": ~x & y, "00": ~x & ~y}
            rows.append((r.patient, {name: float(flag.sum()) for name, flag in table.items()}))
    kappa = _pooled(rows, cohen, p)
    agreed = [estimate.Row(who, 2 * c["11"], 2 * c["11"] + c["10"] + c["01"]) for who, c in rows]
    return {
        "width_s": width_s,
        "n_bins": int(sum(sum(c.values()) for _, c in rows)),
        "kappa": kappa,
        "positive_agreement": estimate.ratio(agreed, p, of="", why=NO_EVENT if rows else NO_LENGTH).as_dict(),
    }


def _all(seen: Sequence[_Seen], n_authors: int, protocol: Protocol) -> dict[str, Any]:
    """All authors together, on the recordings that all of them read."""
    p = protocol.intervals
    whole = [(r, [s for s in r.spans if s is not None]) for r in seen]
    whole = [(r, spans) for r, spans in whole if len(spans) == n_authors]
    tables = [(r.patient, _moments(np.array([len(s) for s in spans], np.float64))) for r, spans in whole]
    icc = _pooled(tables, lambda sums: icc_2_1(sums, n_authors), p, why=FEW_COUNTS)
    return {
        "n_authors": n_authors,
        "n_recordings": len(whole),
        "fleiss": [_fleiss(whole, n_authors, width, p) for width in _widths(protocol)],
        "icc_2_1": icc,
    }


def _fleiss(
    whole: Sequence[tuple[_Seen, list[Spans]]], n_authors: int, width_s: float, p: IntervalParameters
) -> dict[str, Any]:
    rows: list[tuple[str, Mapping[str, float]]] = []
    for r, spans in whole:
        if r.duration_s is not None:
            votes = sum(bins(s, width_s=width_s, duration_s=r.duration_s).astype(int) for s in spans)
            counted = np.bincount(np.atleast_1d(votes), minlength=n_authors + 1)
            rows.append((r.patient, {str(k): float(n) for k, n in enumerate(counted)}))
    return {
        "width_s": width_s,
        "n_bins": int(sum(sum(c.values()) for _, c in rows)),
        "kappa": _pooled(rows, lambda sums: fleiss(sums, n_authors), p),
    }


def _pooled(
    rows: Sequence[tuple[str, Mapping[str, float]]],
    statistic: Callable[[Counts], Array],
    p: IntervalParameters,
    *,
    why: str = NO_VARIATION,
) -> dict[str, Any]:
    """A statistic of summed counts, with its interval by patient."""
    if not rows:
        return {"value": None, "low": None, "high": None, "why": NO_LENGTH if why == NO_VARIATION else why}
    sums = estimate.summed(rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(statistic({key: np.atleast_1d(v.sum()) for key, v in sums.items()})[0])
    if not np.isfinite(value):
        return {"value": None, "low": None, "high": None, "why": why}
    drawn = estimate.by_patient(sums, statistic, p)
    return {"value": value, "low": drawn.low if drawn else None, "high": drawn.high if drawn else None, "why": ""}


def cohen(sums: Counts) -> Array:
    """Cohen's kappa of bins: both, first alone, second alone, neither (``11``, ``10``, ``01``, ``00``)."""
    a, b, c, d = (sums[k] for k in ("11", "10", "01", "00"))
    n = a + b + c + d
    chance = ((a + b) * (a + c) + (c + d) * (b + d)) / n**2
    return np.where(chance < 1 - 1e-12, ((a + d) / n - chance) / (1 - chance), np.nan)


def fleiss(sums: Counts, n_authors: int) -> Array:
    """Fleiss' kappa of bins by the number of authors who marked them (``0``, ``1`` ...)."""
    k = np.arange(n_authors + 1)
    counts = np.stack([sums[str(i)] for i in k], axis=-1)
    n = counts.sum(-1)
    alike = (k * (k - 1) + (n_authors - k) * (n_authors - k - 1)) / (n_authors * (n_authors - 1))
    share = (counts @ k) / (n * n_authors)
    chance = share**2 + (1 - share) ** 2
    return np.where(chance < 1 - 1e-12, ((counts @ alike) / n - chance) / (1 - chance), np.nan)


def _moments(counts: Array) -> dict[str, float]:
    """What an ICC needs of one recording, so that recordings and patients add up."""
    by_author = {f"sum_{j}": float(x) for j, x in enumerate(counts)}
    return {"n": 1.0, "squares": float((counts**2).sum()), "row_squares": float(counts.sum() ** 2), **by_author}


def icc_2_1(sums: Counts, n_authors: int) -> Array:
    """ICC (2,1) from sums over recordings: their number, squares, squared sums of rows, and sums by author."""
    k, n = n_authors, sums["n"]
    columns = np.stack([sums[f"sum_{j}"] for j in range(k)], axis=-1)
    mean = columns.sum(-1) ** 2 / (n * k)
    rows_ss = sums["row_squares"] / k - mean
    columns_ss = (columns**2).sum(-1) / n - mean
    error_ss = sums["squares"] - mean - rows_ss - columns_ss
    rows, readers, error = rows_ss / (n - 1), columns_ss / (k - 1), error_ss / ((n - 1) * (k - 1))
    below = rows + (k - 1) * error + k * (readers - error) / n
    return np.where((n > 1) & (np.abs(below) > 1e-9), (rows - error) / below, np.nan)
