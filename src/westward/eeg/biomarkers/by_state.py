"""Biomarkers of each state: the median over its epochs with an interval. States are never pooled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from westward.eeg.biomarkers import epoch_measures, pair_measures, segment_measures
from westward.eeg.biomarkers.epoch_measures import COLUMNS
from westward.eeg.biomarkers.night import Biomarkers
from westward.eeg.events.hypnogram import STATES
from westward.eeg.signal import coherence
from westward.eeg.signal.epoch_spectra import BANDS_HZ
from westward.eeg.signal.long_run import median_interval

STATED = tuple(s for s in STATES if s != "unknown")
BY_DISTANCE = tuple(f"coherence_{distance}_{band}" for distance in ("short", "long") for band in BANDS_HZ)
"""Told of each state, not in the tables: they hold every pair."""


@dataclass(frozen=True, slots=True)
class StateValue:
    """One measure in one state.

    Attributes
    ----------
    measure, id : str
        Column of the table; what is published (:mod:`westward.eeg.biomarkers.published`).
    state : str
    n : int
        Epochs (minutes, segments) with a value.
    median, low, high : float
        Over them, of the median over electrodes or pairs; 95 % with regard to the likeness of neighbors
        (:mod:`westward.eeg.signal.long_run`), NaN with too few.
    electrodes : dict of str to float
        Median of each electrode; empty for measures of pairs and networks.
    """

    measure: str
    id: str
    state: str
    n: int
    median: float
    low: float
    high: float
    electrodes: dict[str, float] = field(default_factory=dict)


def values(biomarkers: Biomarkers) -> tuple[StateValue, ...]:
    """All measures in all states that occur, interictal epochs only."""
    return (*_epochs(biomarkers), *_pairs(biomarkers), *_segments(biomarkers))


def _epochs(b: Biomarkers) -> Iterator[StateValue]:
    for k, state in enumerate(STATED):
        kept = (b.epoch_state == k) & b.interictal
        if not kept.any() or not b.epochs.electrodes:
            continue
        for measure, id_ in COLUMNS.items():
            x = b.epochs.values[measure][:, kept]
            each = {e: _middle(row) for e, row in zip(b.epochs.electrodes, x, strict=True)}
            known = {e: v for e, v in each.items() if np.isfinite(v)}
            yield _value(measure, id_, state, _over_rows(x), known)


def _pairs(b: Biomarkers) -> Iterator[StateValue]:
    n = len(b.minute_state)
    kept = b.interictal[: 2 * n].reshape(n, 2).all(axis=1)
    for k, state in enumerate(STATED):
        minutes = (b.minute_state == k) & kept
        if not minutes.any() or not b.pairs.electrodes:
            continue
        for row, measure in enumerate(pair_measures.COLUMNS):
            id_ = pair_measures.MEASURES[measure.split("_")[0]]
            yield _value(measure, id_, state, _over_rows(b.pairs.values[row][:, minutes]), {})
        yield from _coherence_by_distance(b, state, minutes)


def _coherence_by_distance(b: Biomarkers, state: str, minutes: NDArray[np.bool_]) -> Iterator[StateValue]:
    """Mean coherence of near and of far pairs, as published."""
    rows = [pair_measures.COLUMNS.index(f"coherence_{band}") for band in BANDS_HZ]
    of_pairs = b.pairs.values[rows][..., minutes].transpose(2, 1, 0)
    means = np.concatenate(coherence.by_distance(of_pairs, b.pairs.electrodes), axis=-1, dtype=np.float64)
    for name, series in zip(BY_DISTANCE, means.T, strict=True):
        if np.isfinite(series).any():
            yield _value(name, pair_measures.MEASURES["coherence"], state, series, {})


def _segments(b: Biomarkers) -> Iterator[StateValue]:
    for k, state in enumerate(STATED):
        of_state = set(np.flatnonzero(b.segment_state == k).tolist())
        rows = [r for r in b.segments if r.segment in of_state]
        for measure, id_ in segment_measures.MEASURES.items():
            mine = [r for r in rows if r.measure == measure and np.isfinite(r.value)]
            if not mine:
                continue
            channels = sorted({r.channel for r in mine})
            at = {s: i for i, s in enumerate(sorted({r.segment for r in mine}))}
            x = np.full((len(channels), len(at)), np.nan)
            for r in mine:
                x[channels.index(r.channel), at[r.segment]] = r.value
            each = {c: _middle(row) for c, row in zip(channels, x, strict=True)} if len(channels) > 1 else {}
            yield _value(measure, id_, state, _over_rows(x), each)


def _value(measure: str, id_: str, state: str, series: NDArray[np.float64], electrodes: dict[str, float]) -> StateValue:
    median, low, high = median_interval(series)
    return StateValue(measure, id_, state, int(np.isfinite(series).sum()), median, low, high, electrodes)


def _over_rows(x: NDArray[np.floating]) -> NDArray[np.float64]:
    """Median over rows of what is finite; NaN where nothing is."""
    return np.asarray(epoch_measures.quantile(x.T[:, None], 0.5)[:, 0], np.float64)


def _middle(row: NDArray[np.floating]) -> float:
    finite = row[np.isfinite(row)]
    return float(np.median(finite)) if len(finite) else float("nan")
