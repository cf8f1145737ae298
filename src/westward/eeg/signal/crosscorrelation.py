"""Largest cross-correlation of every two channels in short epochs, and how far it exceeds its own uncertainty.

The estimator is that of Kramer 2009 and Chu 2012 as used in infantile spasms by Shrey 2018 and Smith 2021. The formulas
were not read in these papers (recalled); each is a field of :class:`CrossCorrelationParameters` or a named step here.
What is made of the values over a state is in :mod:`westward.eeg.signal.network`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import correlograms, kernels
from westward.eeg.signal.epochs import cut, pairs

FloatArray = NDArray[np.float32]
Doubles = NDArray[np.float64]
_LARGEST_C = 0.999


@dataclass(frozen=True, slots=True)
class CrossCorrelationParameters:
    """Tunable numbers of :func:`measure` and :func:`surrogates`.

    Attributes
    ----------
    epoch_s : float
        Length of an epoch, each with mean zero and unit variance; 1 s (recalled).
    max_lag_s : float or None
        Largest lag looked at; 0.2 s (recalled). None: all lags, only with ``denominator`` ``n``.
    denominator : {"n", "n-l", "n-2l"}
        By what the sum of ``n - l`` products at lag ``l`` is divided. ``n`` (derived) keeps the value within 1, as
        Fisher's z demands; ``n-l`` is unbiased; ``n-2l`` is the estimator attributed to Kramer 2009 (recalled). The
        last two may exceed 1 (0.999 is taken then), which with ``n-2l`` happens in some percent of the epochs of slow
        EEG, surrogates included, and lifts the chance level above what real coupling reaches.
    cell_s : float
        Epochs are shuffled within stretches of this length of recording time, so that surrogates keep the state and
        do not depend on how a recording is cut; 30 s (policy).
    surrogates_per_cell : int
        Shuffled pairs of epochs per stretch; 6 gives about 1,000 in 80 min, and 120 in 10 min, of each pair of
        channels (1,000 recalled, the rest policy).
    seed : int
        Of the shuffles.
    """

    epoch_s: float = 1.0
    max_lag_s: float | None = 0.2
    denominator: Literal["n", "n-l", "n-2l"] = "n"
    cell_s: float = 30.0
    surrogates_per_cell: int = 6
    seed: int = 2018


DEFAULT = CrossCorrelationParameters()


def largest(
    x: FloatArray, sfreq_hz: float, *, epoch_s: float = 1.0, max_lag_s: float | None = None
) -> tuple[FloatArray, NDArray[np.int16]]:
    """Largest absolute cross-correlation coefficient of each epoch and pair, over all lags unless told otherwise.

    ``c(l) = sum_t u_i[t] u_j[t+l]`` with ``u`` the epoch without its mean, scaled to unit length.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)

    Returns
    -------
    value : float32 array, shape (n_epochs, n_pairs)
        0 to 1, pairs ordered as by :func:`~westward.eeg.signal.epochs.pairs`; NaN where a channel is flat or not
        finite.
    lag : int16 array, shape (n_epochs, n_pairs)
        In samples; positive: the second channel of the pair follows the first. 0 where the value is NaN.
    """
    epochs = cut(x, sfreq_hz, epoch_s)
    n = epochs.shape[-1]
    reach = n - 1 if max_lag_s is None else _reach(max_lag_s, sfreq_hz, n)
    found = kernels.compiled()
    if found is not None:
        value, lag, _ = found.correlate(epochs, epochs, np.ones(reach + 1, np.float32))
        return value, lag
    return _largest_plain(epochs, reach)


def _largest_plain(epochs: FloatArray, reach: int) -> tuple[FloatArray, NDArray[np.int16]]:
    unit, ok = correlograms.unit_length(epochs)
    i, j = pairs(len(epochs))
    value, lag = correlograms.peaks(unit, unit, None, reach)
    bad = ~(ok[i] & ok[j]).T
    value[bad], lag[bad] = np.nan, 0
    return value, lag


def measure(x: FloatArray, sfreq_hz: float, *, parameters: CrossCorrelationParameters = DEFAULT) -> FloatArray:
    """Largest correlation of each epoch and pair in standard deviations: Fisher's z over its Bartlett-type error.

    ``z = atanh(max_l |C(l)|)``, divided by the root of ``sum_k c_ii(k) c_jj(k) / (n - |l|)`` at the lag of the largest
    value; ``c_ii`` is the autocorrelation of the epoch over all lags.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        Starts where an epoch starts.

    Returns
    -------
    float32 array, shape (n_epochs, n_pairs)
        Exactly 0 where the largest value lies at lag zero (volume conduction or the common reference explain it),
        NaN where a channel is flat or not finite.
    """
    epochs = cut(x, sfreq_hz, parameters.epoch_s)
    if (found := kernels.compiled()) is not None:
        weights = _weights(epochs.shape[-1], sfreq_hz, parameters)
        return _in_deviations(*found.correlate(epochs, epochs, weights, spread=True), epochs.shape[-1])
    unit, ok = correlograms.unit_length(epochs)
    i, j = pairs(len(x))
    return _scaled(unit, unit, ok, ok, i, j, sfreq_hz, parameters)


def surrogates(
    x: FloatArray,
    sfreq_hz: float,
    *,
    first_cell: int = 0,
    parameters: CrossCorrelationParameters = DEFAULT,
) -> FloatArray:
    """What :func:`measure` gives when the two channels are taken from different epochs of the same stretch.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        Starts where a cell of ``cell_s`` of recording time starts; an incomplete cell at the end is not used.
    first_cell : int
        Number of that cell, counted from recording time 0: it seeds the shuffle, so the same stretch gives the same
        surrogates however the recording is cut.

    Returns
    -------
    float32 array, shape (n_cells * surrogates_per_cell, n_pairs)
    """
    epochs = cut(x, sfreq_hz, parameters.epoch_s)
    per_cell = round(parameters.cell_s / parameters.epoch_s)
    n_cells = epochs.shape[1] // per_cell
    a, b = shuffled(n_cells, per_cell, first_cell, parameters)
    if (found := kernels.compiled()) is not None:
        weights = _weights(epochs.shape[-1], sfreq_hz, parameters)
        return _in_deviations(*found.correlate(epochs[:, a], epochs[:, b], weights, spread=True), epochs.shape[-1])
    unit, ok = correlograms.unit_length(epochs)
    i, j = pairs(len(x))
    return _scaled(unit[:, a], unit[:, b], ok[:, a], ok[:, b], i, j, sfreq_hz, parameters)


def shuffled(
    n_cells: int, per_cell: int, first_cell: int, parameters: CrossCorrelationParameters = DEFAULT
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Numbers of the two different epochs of each surrogate; both lie in the same cell."""
    if per_cell < 2:
        raise UsageError(f"a cell of {parameters.cell_s!r} s holds fewer than two epochs; nothing to shuffle")
    first, second = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
    for cell in range(n_cells):
        rng = np.random.default_rng([parameters.seed, first_cell + cell])
        a = rng.integers(0, per_cell, parameters.surrogates_per_cell)
        step = rng.integers(1, per_cell, parameters.surrogates_per_cell)
        first.append(cell * per_cell + a)
        second.append(cell * per_cell + (a + step) % per_cell)
    return np.concatenate(first), np.concatenate(second)


def _reach(max_lag_s: float, sfreq_hz: float, n: int) -> int:
    reach = int(max_lag_s * sfreq_hz + 1e-9)
    if not 0 <= reach < n:
        raise UsageError(f"lags up to {max_lag_s!r} s do not fit an epoch of {n} samples")
    return reach


def _weights(n: int, sfreq_hz: float, p: CrossCorrelationParameters) -> FloatArray:
    """What the sum of products of unit-length epochs is multiplied by at lag 0, 1 ..."""
    if p.max_lag_s is None and p.denominator != "n":
        raise UsageError(f"all lags need the denominator 'n', not {p.denominator!r}")
    reach = n - 1 if p.max_lag_s is None else _reach(p.max_lag_s, sfreq_hz, n)
    lag = np.arange(reach + 1)
    below = {"n-2l": n - 2 * lag, "n-l": n - lag, "n": np.full(reach + 1, n)}[p.denominator]
    if (below <= 0).any():
        raise UsageError(f"lags up to {p.max_lag_s!r} s are half an epoch or more; with 'n-2l' they must be less")
    return np.asarray(n / below, np.float32)


def _scaled(
    a: FloatArray,
    b: FloatArray,
    ok_a: NDArray[np.bool_],
    ok_b: NDArray[np.bool_],
    i: NDArray[np.intp],
    j: NDArray[np.intp],
    sfreq_hz: float,
    p: CrossCorrelationParameters,
) -> FloatArray:
    n = a.shape[-1]
    weights = _weights(n, sfreq_hz, p)
    value, lag = correlograms.peaks(a, b, None if p.denominator == "n" else weights, len(weights) - 1)
    value[~(ok_a[i] & ok_b[j]).T] = np.nan
    return _in_deviations(value, lag, correlograms.bartlett(a, b)[:, i, j], n)


def _in_deviations(
    value: FloatArray, lag: NDArray[np.int16], spread: NDArray[np.floating] | None, n: int
) -> FloatArray:
    """Fisher's z over its error; 0 at lag zero, NaN where the value is."""
    assert spread is not None
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(spread / (n - np.abs(lag.astype(np.float64))))
        z = np.arctanh(np.minimum(value, _LARGEST_C).astype(np.float64)) / error
    z[(lag == 0) & ~np.isnan(value)] = 0
    return np.asarray(z, np.float32)


def largest_reference(
    x: FloatArray, sfreq_hz: float, *, epoch_s: float = 1.0, max_lag_s: float | None = None
) -> tuple[FloatArray, NDArray[np.int16]]:
    """:func:`largest`, one pair, epoch and lag at a time."""
    epochs = cut(x, sfreq_hz, epoch_s).astype(np.float64)
    n = epochs.shape[-1]
    reach = n - 1 if max_lag_s is None else _reach(max_lag_s, sfreq_hz, n)
    i, j = pairs(len(x))
    value = np.full((epochs.shape[1], len(i)), np.nan, np.float32)
    lag = np.zeros((epochs.shape[1], len(i)), np.int16)
    for k in range(epochs.shape[1]):
        for p in range(len(i)):
            c = _correlogram(epochs[i[p], k], epochs[j[p], k], reach)
            if c is not None:
                at = max(c, key=lambda ell: abs(c[ell]))
                value[k, p], lag[k, p] = abs(c[at]), at
    return value, lag


def measure_reference(
    x: FloatArray, sfreq_hz: float, *, parameters: CrossCorrelationParameters = DEFAULT
) -> FloatArray:
    """:func:`measure`, one pair, epoch and lag at a time."""
    p = parameters
    epochs = cut(x, sfreq_hz, p.epoch_s).astype(np.float64)
    i, j = pairs(len(x))
    out = np.full((epochs.shape[1], len(i)), np.nan, np.float32)
    for k in range(epochs.shape[1]):
        for q in range(len(i)):
            out[k, q] = _scaled_reference(epochs[i[q], k], epochs[j[q], k], sfreq_hz, p)
    return out


def _scaled_reference(a: Doubles, b: Doubles, sfreq_hz: float, p: CrossCorrelationParameters) -> float:
    n = len(a)
    reach = n - 1 if p.max_lag_s is None else _reach(p.max_lag_s, sfreq_hz, n)
    c = _correlogram(a, b, reach)
    if c is None:
        return float("nan")
    per_lag = {"n-2l": 2, "n-l": 1, "n": 0}[p.denominator]
    c = {ell: value * n / (n - per_lag * abs(ell)) for ell, value in c.items()}
    at = max(c, key=lambda ell: abs(c[ell]))
    if at == 0:
        return 0.0
    own_a, own_b = _correlogram(a, a, n - 1), _correlogram(b, b, n - 1)
    assert own_a is not None
    assert own_b is not None
    variance = sum(own_a[ell] * own_b[ell] for ell in own_a) / (n - abs(at))
    strongest = min(abs(c[at]), _LARGEST_C)
    return float(0.5 * np.log((1 + strongest) / (1 - strongest)) / np.sqrt(variance))


def _correlogram(a: Doubles, b: Doubles, reach: int) -> dict[int, float] | None:
    """Correlation at each lag, or None where an epoch cannot be scaled."""
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    n = len(a)
    u, v = a - a.mean(), b - b.mean()
    sizes = np.sqrt((u * u).sum()), np.sqrt((v * v).sum())
    if sizes[0] <= 1e-6 * np.abs(a).max() or sizes[1] <= 1e-6 * np.abs(b).max():
        return None
    u, v = u / sizes[0], v / sizes[1]
    return {
        ell: float((u[: n - ell] * v[ell:]).sum() if ell >= 0 else (u[-ell:] * v[: n + ell]).sum())
        for ell in range(-reach, reach + 1)
    }
