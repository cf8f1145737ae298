"""What the grading rules see of a study: events and one-second bins, never samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.focus import Focus


@dataclass(frozen=True, eq=False)
class StudyFacts:
    """Input of all grades. Bin k covers second ``[k, k+1)`` of recording time.

    Attributes
    ----------
    assessable : bool array, shape (n_seconds,)
        The bin holds usable interictal EEG: no gap, no artifact, not masked as ictal or after an arousal.
    contiguous : int array, shape (n_seconds,)
        Number of the segment the bin lies in; -1 inside a gap. An epoch never crosses a change.
    state : int8 array, shape (n_seconds,)
        Index into :data:`westward.eeg.events.hypnogram.STATES`.
    spike_s : float64 array, shape (n_spikes,)
        Peak times of all interictal spikes, sorted (singletons of no focus included; masked ones left out).
    spike_focus : int array, shape (n_spikes,)
        Index into ``foci``; -1 for a spike of no focus.
    foci : tuple of Focus
    derivations : tuple of str
        Rows of ``background_uv``.
    background_uv : float32 array, shape (n_derivations, n_seconds)
        Largest background wave (adjacent extremum to extremum, 0.5-30 Hz, spikes and their after-going waves
        removed) of each bin; NaN where there is none to measure.
    faulty : bool array, shape (n_derivations, n_seconds)
        An electrode of the derivation is at fault in the bin.
    attenuation_s, grouped_s : float64 array, shape (n, 2)
        Onset and end of each interictal attenuation and each run of grouped multifocal spikes.
    age_days : int or None
    nrem_minutes : float
    sleep_wake_cycles : int
    states_assessable : bool
        False when sleep staging was refused or impossible.
    states_refusal : str
        Why sleep staging was refused (such as an age outside its band), in words, or empty.
    spikes_refusal : str
        Why spikes could not be looked for (sampling rate, no neighboring derivations), or empty.
    """

    assessable: NDArray[np.bool_]
    contiguous: NDArray[np.int32]
    state: NDArray[np.int8]
    spike_s: NDArray[np.float64]
    spike_focus: NDArray[np.int32]
    foci: tuple[Focus, ...]
    derivations: tuple[str, ...]
    background_uv: NDArray[np.float32]
    faulty: NDArray[np.bool_]
    attenuation_s: NDArray[np.float64]
    grouped_s: NDArray[np.float64]
    age_days: int | None
    nrem_minutes: float
    sleep_wake_cycles: int
    states_assessable: bool
    states_refusal: str = ""
    spikes_refusal: str = ""

    @property
    def n_seconds(self) -> int:
        """Whole seconds of the recording, gaps counted."""
        return len(self.assessable)
