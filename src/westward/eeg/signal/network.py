"""A connectivity network over one state: which share of its epochs each pair of channels was connected in."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NetworkParameters:
    """Tunable numbers of :func:`network`.

    Attributes
    ----------
    percentile : float
        Of the surrogates, the chance level; 95 (recalled).
    min_surrogates : int
        Each pair has its own chance level when it has so many surrogates, else all pairs share one; 200 puts its
        standard error near 1.5 percentiles (derived).
    min_epochs : int
        Fewer usable epochs of a pair: no strength; 120 (policy; a share of a half is then known to +-9 %).
    epochs_per_network : int
        Usable epochs of each of the successive networks whose likeness is the stability; 100 (recalled for the
        parent method's 100-s networks; not confirmed for infants).
    zero_lag_is_unconnected : bool
        An epoch whose largest correlation lies at lag zero is never connected; True keeps it in the denominator,
        False leaves it out. The publications as recalled "discard" it, which can be read either way (unconfirmed).
    """

    percentile: float = 95.0
    min_surrogates: int = 200
    min_epochs: int = 120
    epochs_per_network: int = 100
    zero_lag_is_unconnected: bool = True


@dataclass(frozen=True, eq=False)
class Network:
    """Connectivity over one state.

    Attributes
    ----------
    strength : float64 array, shape (n_pairs,)
        Share of epochs connected, 0-1; NaN where a pair had too few usable epochs.
    threshold : float64 array, shape (n_pairs,)
        Chance level each pair was held against, in standard deviations; NaN without surrogates.
    usable_epochs : intp array, shape (n_pairs,)
    zero_lag : float64 array, shape (n_pairs,)
        Share of usable epochs whose largest correlation was at lag zero.
    mean_strength : float
        Over pairs; NaN when none is known.
    stability : float
        Mean Pearson correlation of successive networks; NaN with fewer than two of them.
    networks : int
        How many successive networks there were.
    """

    strength: Doubles
    threshold: Doubles
    usable_epochs: NDArray[np.intp]
    zero_lag: Doubles
    mean_strength: float
    stability: float
    networks: int


def network(
    scaled: FloatArray,
    surrogate: FloatArray,
    *,
    parameters: NetworkParameters = NetworkParameters(),
) -> Network:
    """The network of the epochs given, which should all be of one state and free of artifact.

    Parameters
    ----------
    scaled : float array, shape (n_epochs, n_pairs)
        From :func:`westward.eeg.signal.crosscorrelation.measure`, in order of time.
    surrogate : float array, shape (n_surrogates, n_pairs)
        From :func:`westward.eeg.signal.crosscorrelation.surrogates`, of the same state.
    """
    p = parameters
    chance = thresholds(surrogate, parameters=p)
    usable = np.isfinite(scaled)
    if not p.zero_lag_is_unconnected:
        usable &= scaled != 0
    with np.errstate(invalid="ignore"):
        connected = usable & (scaled > chance)
    count = usable.sum(axis=0)
    finite = np.isfinite(scaled).sum(axis=0)
    enough = (count >= p.min_epochs) & np.isfinite(chance)
    strength = np.divide(connected.sum(axis=0), count, out=np.full(len(count), np.nan), where=enough)
    zero = np.divide(((scaled == 0).sum(axis=0)), finite, out=np.full(len(count), np.nan), where=finite > 0)
    likeness, n = stability(connected, usable, epochs_per_network=p.epochs_per_network)
    known = strength[np.isfinite(strength)]
    mean = float(known.mean()) if len(known) else float("nan")
    if not np.isfinite(chance).any():
        likeness = float("nan")
    return Network(strength, chance, count.astype(np.intp), zero, mean, likeness, n)


def thresholds(surrogate: FloatArray, *, parameters: NetworkParameters = NetworkParameters()) -> Doubles:
    """Chance level of each pair, shape (n_pairs,); NaN where there are no surrogates at all."""
    p = parameters
    n_pairs = surrogate.shape[1]
    finite = np.isfinite(surrogate)
    if not finite.any():
        return np.full(n_pairs, np.nan)
    out = np.full(n_pairs, np.percentile(surrogate[finite].astype(np.float64), p.percentile))
    own = np.flatnonzero(finite.sum(axis=0) >= p.min_surrogates)
    if len(own):
        out[own] = np.nanpercentile(surrogate[:, own].astype(np.float64), p.percentile, axis=0)
    return out


def stability(
    connected: NDArray[np.bool_], usable: NDArray[np.bool_], *, epochs_per_network: int = 100
) -> tuple[float, int]:
    """Mean correlation of each network of so many epochs with the next, and the number of networks.

    Epochs in which no pair is usable are skipped first, so a network may span a gap; an incomplete one at the end is
    dropped. A pair counts in a comparison when it was usable in both networks.
    """
    rows = np.flatnonzero(usable.any(axis=1))
    n = len(rows) // epochs_per_network
    if n < 2:
        return float("nan"), n
    shape = (n, epochs_per_network, -1)
    rows = rows[: n * epochs_per_network]
    count = usable[rows].reshape(shape).sum(axis=1).astype(np.float64)
    share = np.divide(
        connected[rows].reshape(shape).sum(axis=1), count, out=np.full(count.shape, np.nan), where=count > 0
    )
    likeness = [_pearson(a, b) for a, b in itertools.pairwise(share)]
    finite = [r for r in likeness if np.isfinite(r)]
    return (float(np.mean(finite)) if finite else float("nan")), n


def _pearson(a: Doubles, b: Doubles) -> float:
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < 3:
        return float("nan")
    u, v = a[both] - a[both].mean(), b[both] - b[both].mean()
    size = np.sqrt((u * u).sum() * (v * v).sum())
    return float((u * v).sum() / size) if size > 0 else float("nan")
