"""Biomarkers of a whole recording, with the state each value belongs to: stage 2."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.biomarkers.epoch_measures import EpochMeasures
from westward.eeg.biomarkers.pair_measures import MINUTE_S, PairMeasures
from westward.eeg.biomarkers.segment_measures import SEGMENT_S, SegmentRow
from westward.eeg.events.hypnogram import EPOCH_S, STATES, Hypnogram
from westward.eeg.events.quality import Quality

MIXED = STATES.index("unknown")
MIN_STATE_SHARE = 0.8
"""Share of the epochs of a minute or segment that must be of one state (policy); else it belongs to none."""
MAX_LOST = 0.5
"""Share of an epoch's seconds that may be flagged for an electrode; beyond, it has no value (policy)."""


@dataclass(frozen=True, eq=False)
class Biomarkers:
    """Everything measured, in time.

    Attributes
    ----------
    epochs, pairs, segments
        Of stage 1, joined.
    epoch_state, minute_state, segment_state : int8 array
        Index into :data:`westward.eeg.events.hypnogram.STATES` of each; ``unknown`` where states mix.
    interictal : bool array, shape (n_epochs,)
        Epochs of which at least half is usable and not masked as ictal or after an arousal.
    """

    epochs: EpochMeasures
    pairs: PairMeasures
    segments: tuple[SegmentRow, ...]
    epoch_state: NDArray[np.int8]
    minute_state: NDArray[np.int8]
    segment_state: NDArray[np.int8]
    interictal: NDArray[np.bool_]


def assemble(
    epochs: Iterable[EpochMeasures],
    pairs: Iterable[PairMeasures],
    segments: Iterable[SegmentRow],
    *,
    quality: Quality,
    assessable: NDArray[np.bool_],
    hypnogram: Hypnogram,
) -> Biomarkers:
    """Join the parts of all blocks.

    Parameters
    ----------
    quality : Quality
        Of the whole recording: flags that only the whole night gives (an electrode loose again and again) take the
        values of the epochs they cover.
    assessable : bool array, shape (n_seconds,)
    hypnogram : Hypnogram
    """
    length = round(EPOCH_S)
    state = hypnogram.state
    n = len(state)
    whole = EpochMeasures.concatenate(epochs, n)
    if whole.electrodes:
        lost = quality.faulty(whole.electrodes)[:, : n * length].reshape(len(whole.electrodes), n, length)
        for values in whole.values.values():
            values[lost.mean(axis=2) > MAX_LOST] = np.nan
    return Biomarkers(
        whole,
        PairMeasures.concatenate(pairs, n * length // round(MINUTE_S)),
        tuple(segments),
        state,
        _of_most(state, round(MINUTE_S / EPOCH_S)),
        _of_most(state, round(SEGMENT_S / EPOCH_S)),
        np.asarray(assessable[: n * length].reshape(n, length).mean(axis=1) >= 0.5),
    )


def _of_most(state: NDArray[np.int8], group: int) -> NDArray[np.int8]:
    """State of whole groups of epochs."""
    n = len(state) // group
    of = state[: n * group].reshape(n, group)
    out = np.full(n, MIXED, np.int8)
    for k in range(len(STATES)):
        out[(of == k).mean(axis=1) >= MIN_STATE_SHARE] = k
    return out
