"""Likeness: the spasms of one child resemble one another, and what merely lies among them does not resemble them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.artifact_measures import SLOW_RATE_HZ
from westward.eeg.events.spasm_features import SHAPE as SHAPE
from westward.eeg.events.spasm_parameters import SpasmParameters

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Shapes = NDArray[np.float16]
REGIONS = (
    ("Fp1", "F7", "F3"), ("Fz",), ("Fp2", "F8", "F4"), ("T7", "C3"), ("Cz",), ("T8", "C4"), ("P7", "P3", "O1"),
    ("Pz",), ("P8", "P4", "O2"),
)  # fmt: skip
"""Electrodes whose mean is one row of a shape."""
RATE_HZ = 8
BEFORE, AFTER = 8, 20
"""Steps of an eighth of a second before and after the onset that a shape holds."""
SHIFTS = 4
"""Two shapes are laid over one another up to so many steps apart."""
_LENGTH = BEFORE + AFTER - 2 * SHIFTS
_SHRINKAGE = 0.3
_ROUNDS = 4
_LEAST = 0.2
"""Candidates less probable than this do not enter the mean shape."""
_KNOWN = 4.0
"""Spasms that the usual likeness counts as."""
_USUAL = (0.55, 0.3)
"""Likeness of spasms to one another before any is known: mean and SD of the inverse hyperbolic tangent."""
_SPREAD = (0.15, 0.12)
"""Least SD of spasms, and of the rest."""
_HIGH, _DEVIATES = (0.9, 0.95), (1.28, 1.64)
"""Quantiles of the likeness of the rest, and their normal deviates: the widest tail counts."""
_USUAL_REST, _ENOUGH = (0.17, 0.33, 0.37), 50
_FAR = 0.03
"""Share of the rest whose likeness may be anything."""


def shapes(means: NDArray[np.float32], names: tuple[str, ...], onset_s: FloatArray, seconds: range) -> Shapes:
    """Potentials of nine regions around each onset at 8 Hz, each less its mean, shape (n, 9, 28); 0 without electrodes.

    Parameters
    ----------
    means : float32 array, shape (n_electrodes, n_cells)
        At 32 Hz, from the first of ``seconds`` on.
    names : tuple of str
    onset_s : float array, shape (n,)
    seconds : range
    """
    per = SLOW_RATE_HZ // RATE_HZ
    n = means.shape[1] // per
    slow = means[:, : n * per].reshape(len(means), n, per).mean(axis=2)
    rows = np.zeros((len(REGIONS), n), np.float32)
    for k, region in enumerate(REGIONS):
        members = [i for i, name in enumerate(names) if name in region]
        if members:
            rows[k] = slow[members].mean(axis=0)
    at = np.rint((onset_s - seconds.start) * RATE_HZ).astype(np.intp)[:, None] + np.arange(-BEFORE, AFTER)
    made = rows[:, np.clip(at, 0, n - 1)].transpose(1, 0, 2)
    return np.asarray(made - made.mean(axis=2, keepdims=True), np.float16)


def likeness(shape: Shapes, probability: FloatArray, marked: BoolArray) -> tuple[FloatArray, float]:
    """Correlation of each candidate with the mean shape of all the others that are probably spasms, and their number.

    Only ``marked`` candidates make the mean shape: those with a sign beside the wave (decrement, burst of EMG). Waves
    alone resemble one another in sleep, too (K-complexes).

    The rows are whitened by the covariance of what is no spasm, so that the mean shape shows what stands out from it
    (matched filter). Each candidate is laid over the mean where it fits best; its own share of the mean is taken out.
    """
    n, weight = len(shape), _weight(probability, marked)
    total = float(weight.sum())
    used = np.flatnonzero(weight)
    if len(used) < 2:
        return np.zeros(n), total
    x = _whitened(shape, probability)
    # Energy of every window, by shift.
    energy = np.concatenate(
        [np.zeros((n, 1)), np.cumsum(np.einsum("nrt,nrt->nt", x, x).astype(np.float64), axis=1)], axis=1
    )
    norm = np.sqrt(energy[:, _LENGTH:] - energy[:, :-_LENGTH] + 1e-9)
    windows = np.lib.stride_tricks.sliding_window_view(x[used], _LENGTH, axis=2).transpose(0, 2, 1, 3)
    flat = windows.reshape(len(used), norm.shape[1], -1)
    inner = flat @ flat.transpose(0, 2, 1)
    w, k, best = weight[used], np.arange(len(used)), np.full(len(used), SHIFTS)
    for _ in range(_ROUNDS):
        mean = np.einsum("k,kj->j", w, flat[k, best])
        best = (flat @ mean - w[:, None] * inner[k, :, best]).argmax(axis=1)
    mean = np.einsum("k,kj->j", w, flat[k, best])
    size = float(mean @ mean)
    pattern = mean.reshape(len(REGIONS), _LENGTH).astype(np.float32)
    along = np.stack([np.einsum("nrt,rt->n", x[:, :, s : s + _LENGTH], pattern) for s in range(norm.shape[1])], axis=1)
    out = (along / norm).max(axis=1) / np.sqrt(size + 1e-9)
    own = flat @ mean - w[:, None] * inner[k, :, best]
    rest = size - 2 * w * (flat[k, best] @ mean) + w**2 * inner[k, best, best]
    out[used] = (own / norm[used]).max(axis=1) / np.sqrt(np.maximum(rest, 1e-9))
    return np.asarray(out), total


def _weight(probability: FloatArray, marked: BoolArray) -> FloatArray:
    return np.where(marked & (probability >= _LEAST), probability, 0.0)


def _whitened(shape: Shapes, probability: FloatArray) -> NDArray[np.float32]:
    background = shape[probability < _LEAST].astype(np.float32)
    rows = background.transpose(1, 0, 2).reshape(len(REGIONS), -1)
    covariance = (rows @ rows.T).astype(np.float64) / max(rows.shape[1], 1)
    level = np.trace(covariance) / len(REGIONS) + 1.0
    covariance = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * level * np.eye(len(REGIONS))
    value, vector = np.linalg.eigh(covariance)
    filtered = ((vector / np.sqrt(value)) @ vector.T).astype(np.float32)
    return np.asarray(np.einsum("rs,nst->nrt", filtered, shape.astype(np.float32)), np.float32)


def evidence(
    shape: Shapes, wave_ratio: NDArray[np.float32], probability: FloatArray, marked: BoolArray, p: SpasmParameters
) -> FloatArray:
    """Evidence of likeness to the other spasms of the recording, from what spasms and other candidates show here.

    Where spasms are no more alike than anything else is to them, it says nothing; and it speaks for a spasm only as
    far as there is a wave that could be alike (``wave_ratio``).
    """
    if not shape.any():
        return np.zeros(len(shape))
    alike, total = likeness(shape, probability, marked)
    if total <= 1 or not np.isfinite(alike).all():
        return np.zeros(len(shape))
    z = np.arctanh(np.clip(alike, -0.98, 0.98))
    weight = _weight(probability, marked)
    mean = (float(weight @ z) + _KNOWN * _USUAL[0]) / (total + _KNOWN)
    spread = np.sqrt((float(weight @ (z - mean) ** 2) + _KNOWN * _USUAL[1] ** 2) / (total + _KNOWN))
    rest = z[probability < _LEAST]
    quantiles = np.quantile(rest, (0.5, *_HIGH)).tolist() if len(rest) >= _ENOUGH else list(_USUAL_REST)
    middle, high = float(quantiles[0]), quantiles[1:]
    other = max(_SPREAD[1], *((q - middle) / d for q, d in zip(high, _DEVIATES, strict=True)))
    of_spasm = _bell(z, mean, max(float(spread), _SPREAD[0]))
    of_rest = (1 - _FAR) * _bell(z, middle, other) + _FAR * 0.5
    found = np.log((1 - p.unlike_spasms) * of_spasm + p.unlike_spasms * of_rest) - np.log(of_rest)
    known = total / (total + _KNOWN)
    low, high = p.likeness_ratio
    seen = np.clip((np.nan_to_num(wave_ratio) - low) / (high - low), 0, 1)
    return np.asarray(np.minimum(known * found, p.most_likeness * seen))


def _bell(z: FloatArray, mean: float, spread: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * ((z - mean) / spread) ** 2) / (spread * np.sqrt(2 * np.pi)))


def of_emg(emg_ratio: NDArray[np.float32], probability: FloatArray, p: SpasmParameters) -> FloatArray:
    """Evidence of having no burst of limb EMG where the spasms of this recording have one.

    Added to that of the parts, which take ``subtle_spasms`` as the share of spasms without. It never speaks for a
    spasm: many without would otherwise call for more.
    """
    weight = np.where(np.isfinite(emg_ratio) & (probability >= _LEAST), probability, 0.0)
    without = emg_ratio == 0
    share = (float(weight @ without) + _KNOWN * p.subtle_spasms) / (float(weight.sum()) + _KNOWN)
    return np.where(without, min(np.log(share / p.subtle_spasms), 0.0), 0.0)
