"""The judgment of candidates: what their parts say, what is usual in the recording, chains, and likeness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events import spasm_chain, spasm_evidence, spasm_habit, spasm_likeness, spasm_own
from westward.eeg.events.spasm_features import SpasmFeatures
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.events.spasm_shape import Whitened

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
ROUNDS = 5
"""Habit and chains depend on each other and are settled in so many rounds at most."""
LIKENESS_ROUNDS = 3
SETTLED = 1e-3


@dataclass(frozen=True, eq=False)
class Weighed:
    """What the parts of each candidate say together, before the other candidates are looked at.

    Attributes
    ----------
    evidence : float array, shape (n,)
    marked : bool array, shape (n,)
        With a sign beside the wave: a decrement or a burst of limb EMG.
    suppression : float array, shape (n,)
        How far the background is suppression-burst, 0-1.
    """

    evidence: FloatArray
    marked: BoolArray
    suppression: FloatArray


@dataclass(frozen=True, eq=False)
class Judgment:
    """Of each candidate, all others considered; arrays of shape (n,).

    Attributes
    ----------
    confidence, alone : float array
        Probability of being a spasm, and as if there were no other candidate.
    here : float array
        Evidence against what this recording does all the time.
    likeness, unlike_emg, unlike_parts : float array
        Evidence of the likeness of its wave to the others, of having no burst of EMG where they have one, and of parts
        of another size than theirs; as far as they count (:func:`westward.eeg.events.spasm_own.spared`).
    support : float array
        Expected number of spasms among the neighbors that could be of the same cluster.
    """

    confidence: FloatArray
    alone: FloatArray
    here: FloatArray
    likeness: FloatArray
    unlike_emg: FloatArray
    unlike_parts: FloatArray
    support: FloatArray


def weigh(f: SpasmFeatures, moved: FloatArray, artifact: BoolArray, asleep: BoolArray, p: SpasmParameters) -> Weighed:
    """Add up what the parts say, and what motion, artifact, sleep and the background take or give."""
    fall = np.maximum(spasm_evidence.decrement(f, p), 0)
    marked = (fall > p.marked_from) | (np.nan_to_num(f.emg_ratio) > 0)
    evidence = spasm_evidence.total(f, p) + spasm_evidence.interpolated(moved, p.motion_evidence)
    evidence += p.artifact_evidence * artifact
    evidence += np.where(asleep, p.sleep_evidence, 0.0) + np.where(marked, 0.0, p.wave_alone_evidence)
    suppression = spasm_habit.suppression(f.onset_s, f.burst_contrast, p)
    takes = np.where(np.isnan(f.emg_ratio), p.suppression_takes[1], p.suppression_takes[0])
    return Weighed(evidence - takes * suppression * fall, np.asarray(marked, np.bool_), suppression)


def one_each(onset_s: NDArray[np.float64], evidence: NDArray[np.float64], apart_s: float) -> NDArray[np.intp]:
    """The strongest candidates so far apart, in order of time."""
    kept = np.zeros(len(onset_s), np.bool_)
    taken = np.zeros(len(onset_s), np.bool_)
    for k in np.argsort(-evidence, kind="stable"):
        if taken[k]:
            continue
        kept[k] = True
        a, b = np.searchsorted(onset_s, (onset_s[k] - apart_s, onset_s[k] + apart_s))
        taken[a:b] = True
    return np.flatnonzero(kept)


def judge(
    f: SpasmFeatures, evidence: FloatArray, telling: BoolArray, watched: BoolArray, p: SpasmParameters
) -> Judgment:
    """Weigh each candidate against the habits of the recording, as a member of a chain, and beside its likes.

    Parameters
    ----------
    f : SpasmFeatures
        One of each moment, in order of time.
    evidence : float array, shape (n,)
        See :class:`Weighed`.
    telling : bool array, shape (n,)
        Candidates that may tell what the spasms of the recording look like.
    watched : bool array, shape (n_seconds,)
        Seconds of the recording that are no gap.
    p : SpasmParameters
    """
    links = spasm_chain.links(f.onset_s, p)
    confidence = spasm_chain.probabilities(f.onset_s, evidence, p, between=links)
    here = evidence
    for _ in range(ROUNDS):
        before = confidence
        here = spasm_habit.against_habit(f.onset_s, evidence, confidence, watched, p)
        confidence = spasm_chain.probabilities(f.onset_s, here, p, between=links)
        if np.abs(confidence - before).max(initial=0) < SETTLED:
            break
    likely = spasm_chain.probabilities(f.onset_s, here + p.seed_lift, p, between=links)
    likeness = unlike_emg = unlike_parts = others = np.zeros(len(f))
    whitened = Whitened.by(f.shape, likely < p.likeness.alike_background, p.likeness.alike_shrinkage)
    for _ in range(LIKENESS_ROUNDS):
        links = spasm_chain.links(f.onset_s, spasm_chain.usual_here(f.onset_s, likely, p))
        likeness = spasm_likeness.evidence(whitened, f.slow_wave_ratio, likely, telling, p)
        unlike_emg = spasm_likeness.of_emg(f.emg_ratio, likely, p)
        weaker = spasm_own.of_strength(evidence, spasm_chain.alone(here, p), p)
        burst, brain = spasm_own.evidence(f, likely, p)
        counts = np.where(likeness + brain + weaker < 0, 1 - spasm_own.spared(f, burst, p), 1.0)
        likeness, unlike_parts = counts * likeness, burst + counts * (brain + weaker)
        here = spasm_habit.against_habit(f.onset_s, evidence, confidence, watched, p)
        others = likeness + unlike_emg + unlike_parts
        confidence = likely = spasm_chain.probabilities(f.onset_s, here + others, p, between=links)
    return Judgment(
        confidence,
        spasm_chain.alone(here + np.minimum(others, 0), p),
        here,
        likeness,
        unlike_emg,
        unlike_parts,
        _support(f.onset_s, confidence, p),
    )


def _support(onset_s: NDArray[np.float64], confidence: NDArray[np.float64], p: SpasmParameters) -> NDArray[np.float64]:
    """Expected number of spasms among the neighbors that could be of the same cluster."""
    before = np.concatenate([[0.0], np.cumsum(confidence)])
    low, high = p.interval_range_s

    def within(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(before[np.searchsorted(onset_s, b, "right")] - before[np.searchsorted(onset_s, a)])

    return within(onset_s - high, onset_s - low) + within(onset_s + low, onset_s + high)
