"""A hidden Markov chain over sleep states that learns a night's own habits from anchored scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChainParameters:
    """Tunable numbers of :func:`smooth` and :func:`learn`.

    Attributes
    ----------
    rounds : int
        Times that the night's own averages are re-estimated (derived).
    prior_epochs : float
        Weight of the general expectation against the night's own epochs, per state (derived).
    score_weight, night_weight : float
        How much the anchored score and the night's own model count in the end (derived).
    max_distance : float
        Cap of a squared Mahalanobis distance, so that one wild epoch cannot outvote its neighbors (derived).
    """

    rounds: int = 6
    prior_epochs: float = 10.0
    score_weight: float = 0.7
    night_weight: float = 0.3
    max_distance: float = 25.0


def smooth(log_likelihood: Array, transition: Array, start: Array) -> Array:
    """Posterior of each state at each epoch (forward-backward).

    Parameters
    ----------
    log_likelihood : array, shape (n_epochs, n_states)
        Zero in all columns where an epoch says nothing.
    transition : array, shape (n_states, n_states)
        Row-stochastic.
    start : array, shape (n_states,)

    Returns
    -------
    array, shape (n_epochs, n_states)
        Rows sum to 1.
    """
    n, k = log_likelihood.shape
    if not n:
        return np.zeros((0, k))
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    forward, backward = np.empty((n, k)), np.ones((n, k))
    state = start * likelihood[0]
    forward[0] = state / state.sum()
    for i in range(1, n):
        state = (forward[i - 1] @ transition) * likelihood[i]
        forward[i] = state / state.sum()
    for i in range(n - 2, -1, -1):
        state = transition @ (likelihood[i + 1] * backward[i + 1])
        backward[i] = state / state.sum()
    posterior = forward * backward
    return np.asarray(posterior / posterior.sum(axis=1, keepdims=True))


def learn(
    score: Array,
    measured: Array,
    expected: Array,
    transition: Array,
    start: Array,
    *,
    parameters: ChainParameters = ChainParameters(),
) -> tuple[Array, Array]:
    """Posterior of each state, and the scores behind it, after the chain has adapted to the night.

    The anchored score, which rests on physiology, says which epochs are which with what certainty. Averages
    of the standardized measures over those epochs, drawn toward the general expectation, then sharpen epochs
    that the anchors leave open. The anchors stay in the sum, so that states cannot trade names.

    Parameters
    ----------
    score : array, shape (n_epochs, n_states)
        Anchored scores, in log-likelihood units; zero rows say nothing.
    measured : array, shape (n_epochs, n_measures)
        Standardized measures, NaN where not measured.
    expected : array, shape (n_states, n_measures)
        What they are in general.
    transition, start
        As in :func:`smooth`.

    Returns
    -------
    posterior, score : arrays, shape (n_epochs, n_states)
    """
    p = parameters
    posterior = smooth(score, transition, start)
    known = np.isfinite(measured).any(axis=1) & (score != 0).any(axis=1)
    mixed = score
    if not known.any():
        return posterior, mixed
    x = measured[known]
    center = np.where(np.isfinite(x), x, 0.0)
    missing = ~np.isfinite(x)
    for _ in range(p.rounds):
        weight = posterior[known]
        total = weight.sum(axis=0)[:, None]
        mean = (weight.T @ center + p.prior_epochs * expected) / (total + p.prior_epochs)
        filled = np.where(missing, weight @ mean, center)
        mean = (weight.T @ filled + p.prior_epochs * expected) / (total + p.prior_epochs)
        residual = filled[:, None, :] - mean[None]
        scatter = np.einsum("nk,nki,nkj->ij", weight, residual, residual)
        size = x.shape[1]
        scatter = (scatter + p.prior_epochs * 0.5 * np.eye(size)) / (weight.sum() + p.prior_epochs)
        scatter += 0.05 * np.eye(size)
        distance = np.einsum("nki,ij,nkj->nk", residual, np.linalg.inv(scatter), residual)
        distance -= distance.min(axis=1, keepdims=True)
        own = -0.5 * np.minimum(distance, p.max_distance)
        trust = len(x) / (len(x) + 4 * p.prior_epochs)
        mixed = score.copy()
        mixed[known] = (1 - trust * (1 - p.score_weight)) * score[known] + trust * p.night_weight * own
        posterior = smooth(mixed, transition, start)
    return posterior, mixed
