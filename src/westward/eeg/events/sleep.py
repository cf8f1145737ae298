"""Sleep states of infants and toddlers, one per 30 s, with confidence."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from westward.core.ages import months_of
from westward.eeg.events import arousal, sleep_evidence, state_model
from westward.eeg.events.arousal import ArousalParameters
from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import EPOCH_S, STATES, Hypnogram
from westward.eeg.events.quality import Quality
from westward.eeg.events.sleep_evidence import MEASURES, Evidence, EvidenceParameters
from westward.eeg.events.sleep_features import SleepFeatures
from westward.eeg.events.state_model import ChainParameters

Array = NDArray[np.float64]
WAKE, DROWSY, NREM, REM, UNKNOWN = range(5)

_WEIGHTS: dict[str, tuple[float, float, float, float]] = {
    #                    wake  drowsy nrem  rem
    "tone":             (1.0, 0.0, -0.7, -0.7),
    "chin":             (1.4, 0.2, -0.6, -1.1),
    "limb":             (0.8, 0.0, -0.4, -0.5),
    "flatness":         (0.7, 0.0, -0.5, -0.3),
    "bursts":           (2.2, -0.6, -1.6, -0.6),
    "blinks":           (2.5, -0.6, -1.4, -0.8),
    "saccades":         (1.5, -0.4, -1.6, 1.8),
    "slow":             (-0.5, 0.0, 1.0, -0.8),
    "depth":            (-0.8, 0.1, 1.2, -0.7),
    "theta":            (-0.2, 0.7, -0.4, 0.0),
    "spindles":         (-2.0, -1.2, 2.5, -2.0),
    "sigma_peak":       (-0.4, -0.4, 0.8, -0.4),
    "posterior_rhythm": (1.1, -0.1, -0.6, -0.4),
    "unevenness":       (0.0, 0.0, 0.3, -0.3),
}  # fmt: skip
"""What a fully present measure adds to the score of each state, in log-likelihood units (derived from the
textbook description of each state; nothing is fitted)."""


_ABSENCE: dict[str, tuple[float, float, float, float]] = {
    "bursts": (-0.4, 0.0, 0.1, 0.0),
    "saccades": (-0.3, 0.0, 0.2, -1.0),
}
"""What merely having looked for something adds; it is outweighed where the thing is found (derived)."""
_HYPSARRHYTHMIA = np.array([0.5, 0.1, 0.0, -0.4])
"""Added to the weights of ``slow`` and ``depth`` on a high-voltage background: hypsarrhythmia goes on awake and is
reduced or absent in REM (Hrachovy 1984, excerpt)."""
_LEVELS = ("tone", "chin", "limb", "flatness", "slow", "depth", "theta")


@dataclass(frozen=True, slots=True)
class SleepParameters:
    """Tunable numbers of :func:`classify`.

    Attributes
    ----------
    min_age_days, max_age_days : int
        Band in which these rules hold: 1 to 36 months (policy).
    temper : float
        Discount of the scores for measures and epochs that repeat each other (derived).
    max_drowsy_epochs : int
        Drowsiness that lasts longer is wakefulness or sleep, whichever fits better (usually 1-5 min; policy).
    min_confidence : float
        Below this confidence an epoch is unknown (policy).
    min_confidence_short : float
        The same for a recording of fewer than ``evidence.min_epochs`` epochs, which has no night to be compared with
        (policy).
    min_wake_epochs, min_nrem_epochs : int
        Wakefulness that ends a sleep, and NREM that a sleep must hold to make a cycle, in epochs (policy).
    newborn_rem_months : float
        Up to this age sleep may begin with REM (recalled).
    evidence : EvidenceParameters
    chain : ChainParameters
    arousal : ArousalParameters
    """

    min_age_days: int = 28
    max_age_days: int = 1130
    temper: float = 0.4
    max_drowsy_epochs: int = 20
    min_confidence: float = 0.2
    min_confidence_short: float = 0.6
    min_wake_epochs: int = 2
    min_nrem_epochs: int = 4
    newborn_rem_months: float = 3.0
    evidence: EvidenceParameters = field(default_factory=EvidenceParameters)
    chain: ChainParameters = field(default_factory=ChainParameters)
    arousal: ArousalParameters = field(default_factory=ArousalParameters)


def classify(
    features: SleepFeatures,
    *,
    quality: Quality | None,
    age_days: int | None,
    n_epochs: int,
    parameters: SleepParameters = SleepParameters(),
) -> Hypnogram:
    """Stage a recording.

    Each epoch gets a score per state from muscle tone, movement, eyes, slow activity, spindles and posterior
    rhythm (:data:`MEASURES`); levels count relative to the night's own two modes where it has them, else
    relative to fixed anchors. A hidden Markov chain with physiological transitions joins the epochs and learns
    the night's own averages. Confidence is the geometric mean of two posteriors of
    the state given: of the epoch among its neighbors and of the epoch by itself.

    Parameters
    ----------
    features : SleepFeatures
        Of the whole recording.
    quality : Quality or None
        Movement, crying and muscle count as evidence for wakefulness; seconds without signal count for nothing.
    age_days : int or None
        Outside 1 to 36 months, or unknown, states are refused: every epoch is unknown.
    n_epochs : int
        Length of the result. Epochs inside gaps are unknown.

    Notes
    -----
    Validated on simulation only. Hypsarrhythmia hides spindles and raises slow activity in all states; tone,
    movement and eyes then carry the decision.
    """
    p = parameters
    if n_epochs < 1:
        return refused(0, "shorter than one 30-s epoch")
    if age_days is None:
        return refused(n_epochs, "age unknown: sleep states depend on age")
    if not p.min_age_days <= age_days <= p.max_age_days:
        return refused(n_epochs, f"age {months_of(age_days):.1f} months lies outside 1 to 36 months")
    evidence = sleep_evidence.gather(
        features, quality=quality, age_days=age_days, n_epochs=n_epochs, parameters=p.evidence
    )
    if not evidence.present.any():
        return refused(n_epochs, "no 30-s epoch with enough usable EEG")
    posterior, own = _posteriors(evidence, age_days, p)
    state = posterior.argmax(axis=1).astype(np.int8)
    rows = np.arange(n_epochs)
    confidence = np.sqrt(posterior[rows, state] * own[rows, state]).astype(np.float32)
    short = int(evidence.present.sum()) < p.evidence.min_epochs
    unknown = ~evidence.present | (confidence < (p.min_confidence_short if short else p.min_confidence))
    state[unknown], confidence[unknown] = UNKNOWN, 0
    found = arousal.detect(features, state, parameters=p.arousal)
    cycles = count_cycles(state, parameters=p)
    return Hypnogram(state, confidence, found.onset_s, cycles, usual_shift_s=found.usual_s)


def refused(n_epochs: int, why: str) -> Hypnogram:
    """A hypnogram that says nothing but why."""
    state = np.full(n_epochs, UNKNOWN, np.int8)
    return Hypnogram(state, np.zeros(n_epochs, np.float32), np.zeros(0), 0, why)


def scores(evidence: Evidence, *, temper: float = 1.0) -> Array:
    """Anchored score of wake, drowsy, NREM and REM per epoch, shape (n_epochs, 4); zeros where nothing is known.

    ``temper`` discounts measures that repeat each other and epochs that repeat their neighbors.
    """
    total = np.zeros((len(evidence.present), 4))
    for name, weights in _WEIGHTS.items():
        weight = np.array(weights)
        if name in ("slow", "depth"):
            weight = weight + evidence.high_voltage * _HYPSARRHYTHMIA
        total += evidence.graded[name][:, None] * weight
        looked = np.isfinite(evidence.raw[name])[:, None]
        total += looked * np.array(_ABSENCE.get(name, (0.0, 0.0, 0.0, 0.0)))
        if name in _LEVELS:
            # A state that expects an extreme fits a middling level worse than one that expects the middle.
            total -= 0.35 * np.abs(weight) * looked
    total[~evidence.present] = 0
    return total * temper


def prior(age_days: int) -> Array:
    """Share of each state when nothing is known; REM falls from half of sleep to a quarter (recalled)."""
    rem = float(np.interp(months_of(age_days), [1, 3, 6, 12, 24, 36], [0.5, 0.42, 0.35, 0.3, 0.26, 0.24]))
    return np.array([0.36, 0.08, 0.56 * (1 - rem), 0.56 * rem])


def transitions(age_days: int, parameters: SleepParameters = SleepParameters()) -> Array:
    """Chance of each state 30 s later, rows from, columns to (derived from usual bout lengths)."""
    newborn = months_of(age_days) < parameters.newborn_rem_months
    to_rem = 0.01 if newborn else 0.0005
    share = float(prior(age_days)[REM] / prior(age_days)[NREM:].sum())
    matrix = np.array(
        [
            [0.0, 0.035, 0.004, to_rem],
            [0.06, 0.0, 0.13, 2 * to_rem + 0.003],
            [0.015, 0.006, 0.0, 0.04 * share],
            [0.02, 0.006, 0.04 * (1 - share), 0.0],
        ]
    )
    np.fill_diagonal(matrix, 1 - matrix.sum(axis=1))
    return matrix


def _posteriors(evidence: Evidence, age_days: int, p: SleepParameters) -> tuple[Array, Array]:
    """Of each epoch among its neighbors, and of each epoch alone."""
    measured = np.stack([_standardized(name, evidence) for name in MEASURES], axis=1)
    expected = np.array([[np.sign(w) * min(abs(w), 1) * 0.6 for w in _WEIGHTS[name]] for name in MEASURES]).T
    counts = [MEASURES.index(m) for m in ("bursts", "blinks", "saccades", "spindles", "sigma_peak", "posterior_rhythm")]
    expected[:, counts] = np.maximum(expected[:, counts], 0)
    chain, start = transitions(age_days, p), prior(age_days)
    anchored = scores(evidence, temper=p.temper)
    posterior, _ = state_model.learn(anchored, measured, expected, chain, start, parameters=p.chain)
    lingering = _long_runs(posterior.argmax(axis=1) == DROWSY, p.max_drowsy_epochs)
    if lingering.any():
        anchored[lingering, DROWSY] -= 20
        posterior, _ = state_model.learn(anchored, measured, expected, chain, start, parameters=p.chain)
    alone = scores(evidence, temper=p.temper)
    own = start * np.exp(alone - alone.max(axis=1, keepdims=True))
    return posterior, own / own.sum(axis=1, keepdims=True)


def _standardized(name: str, evidence: Evidence) -> Array:
    """A measure for the night's own model: levels in units of the night's spread, counts as graded."""
    raw = evidence.raw[name]
    known = raw[np.isfinite(raw)]
    if name not in _LEVELS or not len(known):
        return np.where(np.isfinite(raw), evidence.graded[name], np.nan)
    low, middle, high = np.quantile(known, [0.1, 0.5, 0.9])
    return np.asarray(np.clip((raw - middle) / max(float(high - low), 0.1) * 2, -3, 3), np.float64)


def _long_runs(flag: NDArray[np.bool_], longest: int) -> NDArray[np.bool_]:
    edges = np.diff(np.concatenate([[0], flag.astype(np.int8), [0]]))
    out = np.zeros(len(flag), bool)
    for a, b in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        out[a:b] = b - a > longest
    return out


def count_cycles(state: NDArray[np.int8], *, parameters: SleepParameters = SleepParameters()) -> int:
    """Number of sleeps with NREM that were both entered from wakefulness and left to it.

    Unknown epochs interrupt neither, unless they last longer than the wakefulness asked for; then the side is open.
    """
    cycles, nrem, entered, wake_run, unknown_run = 0, 0, False, 0, 0
    for s in state:
        if s == WAKE:
            wake_run, unknown_run = wake_run + 1, 0
            if wake_run == parameters.min_wake_epochs:
                cycles += entered and nrem >= parameters.min_nrem_epochs
                nrem, entered = 0, True
        elif s == UNKNOWN:
            unknown_run += 1
            if unknown_run > parameters.min_wake_epochs:
                nrem, entered, wake_run = 0, False, 0
        else:
            wake_run, unknown_run = 0, 0
            nrem += int(s == NREM)
    return cycles


def events(hypnogram: Hypnogram, *, duration_s: float | None = None) -> list[Event]:
    """Runs of one state as ``sleep_*`` events, and ``arousal`` events, in order of time.

    Parameters
    ----------
    hypnogram : Hypnogram
    duration_s : float, optional
        Length of the recording, at which the last run ends.
    """
    state = hypnogram.state
    edges = np.flatnonzero(np.diff(state)) + 1
    starts, stops = np.concatenate([[0], edges]), np.concatenate([edges, [len(state)]])
    out = []
    for a, b in zip(starts, stops, strict=True):
        if a == b:
            continue
        stop_s = b * EPOCH_S if duration_s is None else min(b * EPOCH_S, duration_s)
        name = STATES[int(state[a])]
        known = name != "unknown"
        confidence = float(hypnogram.confidence[a:b].mean()) if known else None
        reason = "" if known else hypnogram.refusal or "not enough signal or evidence"
        out.append(
            Event(float(a * EPOCH_S), stop_s - a * EPOCH_S, f"sleep_{name}", (), confidence, state=name, reason=reason)
        )
    least_s = ArousalParameters().min_duration_s
    for t in hypnogram.arousal_s:
        k = min(max(int((t - 1e-6) // EPOCH_S), 0), len(state) - 1)
        confidence = float(hypnogram.confidence[k])
        reason = f"abrupt shift of at least {least_s} s beyond what the sleep around does, or awakening"
        out.append(
            Event(float(t), float(least_s), "arousal", (), confidence, state=STATES[int(state[k])], reason=reason)
        )
    return sorted(out, key=lambda e: (e.onset_s, e.trial_type))
