"""The BASED grade of planted events by the published rules.

Own small implementation, apart from the grading that it tests. Source: BASED 2021 as reproduced publicly
(excerpt); operations where the text at hand has none are policy: 5-min epochs on a 15-s grid, at least 240
assessable bins, a focus needs two spikes in the epoch, high amplitude when half of the bins reach 200 µV
(300 µV in derivations with O1 or O2), two attenuations or two grouped runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.montage import LONGITUDINAL

EPOCH_S, GRID_S, PAGE_S = 300, 15, 15
MIN_BINS = 240
ANTERIOR_UV, POSTERIOR_UV = 200.0, 300.0


def limits_uv() -> NDArray[np.float64]:
    """Limit of each longitudinal derivation."""
    return np.array([POSTERIOR_UV if {"O1", "O2"} & set(d.split("-")) else ANTERIOR_UV for d in LONGITUDINAL])


@dataclass(frozen=True, eq=False)
class Planted:
    """What the rules need.

    Attributes
    ----------
    n_seconds : int
        Whole seconds of the recording.
    readable : bool array, shape (n_seconds,)
        False in clusters, after arousals and under artifacts that hide everything.
    spike_s, spike_focus : arrays, shape (n_spikes,)
        Counted spikes.
    focus_names : tuple of str
    swings_uv : float32 array, shape (n_derivations, n_seconds)
        Background swing per second.
    attenuations_s, groups_s : float arrays
        Onsets of counted attenuations and grouped runs.
    abnormality : str
        Planted non-epileptiform abnormality or empty.
    """

    n_seconds: int
    readable: NDArray[np.bool_]
    spike_s: NDArray[np.float64]
    spike_focus: NDArray[np.int64]
    n_foci: int
    swings_uv: NDArray[np.float32]
    attenuations_s: NDArray[np.float64]
    groups_s: NDArray[np.float64]
    abnormality: str


@dataclass(frozen=True, eq=False)
class Epochs:
    """Facts of every eligible epoch, one row each."""

    start_s: NDArray[np.int64]
    bin_fraction: NDArray[np.float64]
    positive_pages: NDArray[np.int64]
    tenth_page: NDArray[np.int64]
    focus_spikes: NDArray[np.int64]
    high_fraction: NDArray[np.float64]
    n_attenuations: NDArray[np.int64]
    n_groups: NDArray[np.int64]

    @property
    def n_foci(self) -> NDArray[np.int64]:
        """Foci with at least two spikes."""
        return np.asarray((self.focus_spikes >= 2).sum(axis=1), np.int64)

    @property
    def high(self) -> NDArray[np.bool_]:
        """Any derivation of recurrent high amplitude."""
        return np.asarray((self.high_fraction >= 0.5).any(axis=1), np.bool_)

    def rules(self, *, by_bins: bool) -> list[str]:
        """Rule that each epoch meets, empty below 3."""
        met = self.bin_fraction >= 0.5 if by_bins else self.positive_pages >= 10
        found = []
        for foci, burden, high, groups, falls in zip(
            self.n_foci, met, self.high, self.n_groups, self.n_attenuations, strict=True
        ):
            found.append(_rule(int(foci), bool(burden), bool(high), int(groups), int(falls)))
        return found


def _rule(foci: int, burden: bool, high: bool, groups: int, falls: int) -> str:
    if foci >= 3 and burden:
        return "5"
    if foci >= 3 and high:
        return "4a"
    if groups >= 2:
        return "4b_grouped"
    if falls >= 2:
        return "4b_attenuation"
    if foci >= 3:
        return "3a"
    return "3b" if high else ""


def epochs(planted: Planted) -> Epochs:
    """Facts of all epochs on the 15-s grid that have enough readable bins."""
    n = planted.n_seconds
    starts = np.arange(0, max(n - EPOCH_S + 1, 0), GRID_S)

    def window(per_second: NDArray[Any]) -> NDArray[Any]:
        total = np.concatenate([np.zeros((*per_second.shape[:-1], 1)), np.cumsum(per_second, axis=-1)], axis=-1)
        return np.asarray(total[..., starts + EPOCH_S] - total[..., starts])

    bins = np.clip(planted.spike_s.astype(np.int64), 0, max(n - 1, 0))
    positive = np.zeros(n)
    positive[bins] = 1
    by_focus = np.zeros((max(planted.n_foci, 1), n))
    np.add.at(by_focus, (planted.spike_focus, bins), 1)

    def at(onsets_s: NDArray[np.float64]) -> NDArray[np.float64]:
        counts = np.zeros(n)
        np.add.at(counts, np.clip(onsets_s.astype(np.int64), 0, n - 1), 1)
        return counts

    readable = planted.readable.astype(float)
    assessable = window(readable)
    pages = np.stack([window_of(positive, starts + k * PAGE_S, PAGE_S) for k in range(EPOCH_S // PAGE_S)], axis=1)
    high = (planted.swings_uv >= limits_uv()[:, None]) & planted.readable
    ok = assessable >= MIN_BINS
    return Epochs(
        starts[ok],
        (window(positive) / np.maximum(assessable, 1))[ok],
        (pages >= 8).sum(axis=1)[ok],
        np.sort(pages, axis=1)[ok, -10].astype(np.int64) if ok.any() else np.zeros(0, np.int64),
        window(by_focus)[:, ok].T.astype(np.int64),
        (window(high.astype(np.float32)) / np.maximum(assessable, 1))[:, ok].T,
        window(at(planted.attenuations_s))[ok].astype(np.int64),
        window(at(planted.groups_s))[ok].astype(np.int64),
    )


def window_of(per_second: NDArray[np.float64], starts: NDArray[np.int64], length: int) -> NDArray[np.float64]:
    """Sum over ``length`` seconds from each start."""
    total = np.r_[0, np.cumsum(per_second)]
    return np.asarray(total[starts + length] - total[starts], np.float64)


def grade(planted: Planted) -> dict[str, Any]:
    """The truth in the shape of ``based`` in the bundle, with its distance to the limits."""
    e = epochs(planted)
    if not len(e.start_s):
        return {"score": None, "rule": None, "reason": "no epoch with 240 readable bins"}
    rules, by_bins = e.rules(by_bins=False), e.rules(by_bins=True)
    scores = np.array([int(r[0]) if r else 0 for r in rules])
    worst = int(np.lexsort((e.start_s, -(e.n_groups + e.n_attenuations), -e.bin_fraction, -scores))[0])
    study = np.bincount(planted.spike_focus, minlength=planted.n_foci) if planted.n_foci else np.zeros(0, np.int64)
    rule = rules[worst] or _lower(int((study >= 2).sum()), planted.abnormality)
    best_bins = by_bins[int(np.argmax([int(r[0]) if r else 0 for r in by_bins]))]
    score = int(rule[0])
    high = [
        {
            "name": LONGITUDINAL[d],
            "bin_fraction": round(float(e.high_fraction[worst, d]), 4),
            "median_uv": round(float(np.median(_part(planted.swings_uv[d], planted.readable, e.start_s[worst]))), 1),
            "limit_uv": float(limits_uv()[d]),
        }
        for d in np.flatnonzero(e.high_fraction[worst] >= 0.5)
    ]
    return {
        "score": score,
        "rule": rule,
        "worst_epoch": {"start_s": int(e.start_s[worst]), "end_s": int(e.start_s[worst]) + EPOCH_S},
        "spike_bin_fraction": round(float(e.bin_fraction[worst]), 4),
        "positive_pages": int(e.positive_pages[worst]),
        "score_by_page_rule": score,
        "score_by_bin_rule": int(best_bins[0]) if best_bins else min(score, 2),
        "n_spikes_worst_epoch": e.focus_spikes[worst].tolist() if planted.n_foci else [],
        "n_spikes": study.tolist(),
        "high_amplitude_channels": high,
        "n_attenuations": int(e.n_attenuations[worst]),
        "n_grouped_multifocal_spikes": int(e.n_groups[worst]),
        "n_attenuations_study": len(planted.attenuations_s),
        "n_grouped_multifocal_spikes_study": len(planted.groups_s),
        "epoch_scores": {"n": len(scores), "below_3": int((scores < 3).sum())}
        | {str(level): int((scores == level).sum()) for level in (3, 4, 5)},
        "distance_to_limit": _distance(e, score),
    }


def _part(row: NDArray[np.float32], readable: NDArray[np.bool_], start: int) -> NDArray[np.float32]:
    window = slice(int(start), int(start) + EPOCH_S)
    return row[window][readable[window]]


def _lower(n_foci: int, abnormality: str) -> str:
    if n_foci >= 3:
        return "2_uncommon_multifocal"
    if n_foci >= 1:
        return "2"
    return "1" if abnormality else "0"


def _distance(e: Epochs, score: int) -> dict[str, float]:
    """Signed distances to the limits that could change the score; ``nearest`` is the smallest in size."""
    multifocal = e.n_foci >= 3
    pages = float(e.tenth_page[multifocal].max() - 8) / PAGE_S if multifocal.any() else -8 / PAGE_S
    bins = float(e.bin_fraction[multifocal].max() - 0.5) if multifocal.any() else -0.5
    amplitude = float(e.high_fraction.max() - 0.5)
    matter = [pages] if score == 5 else [pages, amplitude]
    if score == 4 and not multifocal.any():
        matter = [pages]
    return {
        "spike_bin_fraction": round(bins, 4),
        "page_rule": round(pages, 4),
        "amplitude_bin_fraction": round(amplitude, 4),
        "nearest": round(matter[int(np.argmin(np.abs(matter)))], 4),
    }
