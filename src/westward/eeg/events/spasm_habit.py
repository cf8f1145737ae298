"""What a recording shows of its own: how often its background makes candidates of this evidence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.spasm_parameters import SpasmParameters

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
_KNOWN = 20.0
"""Candidates that the usual fall of their number with evidence counts as."""


def log_rate(
    onset_s: FloatArray, evidence: FloatArray, probability: FloatArray, watched: BoolArray, p: SpasmParameters
) -> FloatArray:
    """Candidates of the background at this evidence, per second and per unit of evidence, as a logarithm.

    Parameters
    ----------
    onset_s, evidence, probability : float arrays, shape (n,)
        Candidates in order of time, and how probable each is a spasm: only the rest is background.
    watched : bool array, shape (n_seconds,)
        Seconds of the recording that are no gap.
    p : SpasmParameters
    """
    above = evidence > p.habit_from
    weight, excess, when_s = 1 - probability[above], evidence[above] - p.habit_from, onset_s[above]
    fall = (float(weight @ excess) + _KNOWN * p.habit_fall) / (float(weight.sum()) + _KNOWN)
    seconds = np.concatenate([[0], np.cumsum(watched)])
    mean = (float(weight.sum()) + 2) / (float(seconds[-1]) + 60)
    reach_s, known_s = 60 * p.habit_minutes, 60 * p.habit_known_minutes
    before = np.concatenate([[0.0], np.cumsum(weight)])
    first, stop = np.searchsorted(when_s, onset_s - reach_s), np.searchsorted(when_s, onset_s + reach_s)
    edges = np.clip(np.rint(np.stack([onset_s - reach_s, onset_s + reach_s])), 0, len(watched)).astype(np.intp)
    seen_s = seconds[edges[1]] - seconds[edges[0]]
    rate = (before[stop] - before[first] + mean * known_s) / (seen_s + known_s)
    return np.asarray(np.log(rate / fall) - np.maximum(evidence - p.habit_from, 0) / fall)


def suppression(onset_s: FloatArray, burst_contrast: NDArray[np.float32], p: SpasmParameters) -> FloatArray:
    """How far the background around each candidate is suppression-burst, 0-1.

    From the share of candidates, in the minutes around, before which suppression filled a third of the time. In such
    a background a fall of voltage follows every burst and says nothing of a spasm.
    """
    known = np.isfinite(burst_contrast)
    low = known & (np.nan_to_num(burst_contrast) > p.burst_contrast)
    counts = [np.concatenate([[0], np.cumsum(x)]) for x in (low, known)]
    reach_s = 60 * p.habit_minutes
    first, stop = np.searchsorted(onset_s, onset_s - reach_s), np.searchsorted(onset_s, onset_s + reach_s)
    n_low, n = (c[stop] - c[first] for c in counts)
    begins, full = p.suppressed_share
    return np.asarray(np.clip((n_low / (n + p.suppressed_known) - begins) / (full - begins), 0, 1))


def against_habit(
    onset_s: FloatArray, evidence: FloatArray, probability: FloatArray, watched: BoolArray, p: SpasmParameters
) -> FloatArray:
    """Evidence of each candidate against what is usual in this recording around it.

    What the background makes all the time (suppression-burst, attenuations, K-complexes) loses its weight; what it
    never makes gains, up to ``habit_lift``.
    """
    mean, spread = p.spasm_evidence
    below = np.minimum(evidence - mean, 0) / spread
    of_spasms = -0.5 * below**2 - np.log(spread * np.sqrt(2 * np.pi))
    own = of_spasms - log_rate(onset_s, evidence, probability, watched, p)
    return np.asarray(np.minimum(own, evidence + p.habit_lift))
