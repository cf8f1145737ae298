"""Likeness: the spasms of one child resemble one another, and what merely lies among them does not resemble them."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.artifact_measures import SLOW_RATE_HZ
from westward.eeg.events.spasm_features import SHAPE as SHAPE
from westward.eeg.events.spasm_parameters import LikenessParameters, SpasmParameters

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
_ROUNDS = 4
"""So often the shapes are laid over their mean anew."""
_MOST_UV = 3e4
"""Half precision ends at 65,504: an electrode that comes off can be beyond."""
_CLIP = 0.98
"""Correlations beyond this are as good as this."""
_FLAT = 0.5
"""Density of a correlation that may be anything from -1 to 1."""


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
    made -= made.mean(axis=2, keepdims=True)
    return np.asarray(np.clip(made, -_MOST_UV, _MOST_UV), np.float16)


def likeness(
    shape: Shapes, probability: FloatArray, marked: BoolArray, p: LikenessParameters
) -> tuple[FloatArray, float]:
    """Correlation of each candidate with the mean shape of all the others that are probably spasms, and their number.

    Only ``marked`` candidates make the mean shape: those with a sign beside the wave (decrement, burst of EMG). Waves
    alone resemble one another in sleep, too (K-complexes).

    The rows are whitened by the covariance of what is no spasm, so that the mean shape shows what stands out from it
    (matched filter). Each candidate is laid over the mean where it fits best; its own share of the mean is taken out.
    """
    n, weight = len(shape), _weight(probability, marked, p)
    total = float(weight.sum())
    used = np.flatnonzero(weight)
    if len(used) < 2:
        return np.zeros(n), total
    x = _whitened(shape, probability, p)
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


def _weight(probability: FloatArray, marked: BoolArray, p: LikenessParameters) -> FloatArray:
    return np.where(marked & (probability >= p.alike_from), probability, 0.0)


def _whitened(shape: Shapes, probability: FloatArray, p: LikenessParameters) -> NDArray[np.float32]:
    background = shape[probability < p.alike_from].astype(np.float32)
    rows = background.transpose(1, 0, 2).reshape(len(REGIONS), -1)
    covariance = (rows @ rows.T).astype(np.float64) / max(rows.shape[1], 1)
    level = np.trace(covariance) / len(REGIONS) + 1.0
    covariance = (1 - p.alike_shrinkage) * covariance + p.alike_shrinkage * level * np.eye(len(REGIONS))
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
    alike, total = likeness(shape, probability, marked, p.likeness)
    if total <= 1 or not np.isfinite(alike).all():
        return np.zeros(len(shape))
    z = np.arctanh(np.clip(alike, -_CLIP, _CLIP))
    q = p.likeness
    of_spasm = _of_spasms(z, _weight(probability, marked, q), total, q)
    of_rest = _of_rest(z, z[probability < q.alike_from], q)
    found = np.log((1 - p.unlike_spasms) * of_spasm + p.unlike_spasms * of_rest) - np.log(of_rest)
    known = total / (total + q.alike_known)
    low, high = p.likeness_ratio
    seen = np.clip((np.nan_to_num(wave_ratio) - low) / (high - low), 0, 1)
    return np.asarray(np.minimum(known * found, p.most_likeness * seen))


def _of_spasms(z: FloatArray, weight: FloatArray, total: float, p: LikenessParameters) -> FloatArray:
    """Density of a likeness under spasms: normal, between what is usual and what those of this recording show."""
    usual, spread = p.alike_spasms
    mean = (float(weight @ z) + p.alike_known * usual) / (total + p.alike_known)
    variance = (float(weight @ (z - mean) ** 2) + p.alike_known * spread**2) / (total + p.alike_known)
    return bell(z, mean, max(float(np.sqrt(variance)), p.alike_spread[0]))


def _of_rest(z: FloatArray, rest: FloatArray, p: LikenessParameters) -> FloatArray:
    """Density of a likeness under everything else: normal by its upper tail, and a few that may be anything."""
    enough = len(rest) >= p.alike_enough
    middle, *high = np.quantile(rest, (0.5, *p.alike_tail)).tolist() if enough else p.alike_rest
    wide = [(q - middle) / NormalDist().inv_cdf(at) for q, at in zip(high, p.alike_tail, strict=True)]
    return (1 - p.alike_anything) * bell(z, middle, max(p.alike_spread[1], *wide)) + p.alike_anything * _FLAT


def bell(z: FloatArray, mean: float, spread: float) -> FloatArray:
    """Density of a normal distribution."""
    return np.asarray(np.exp(-0.5 * ((z - mean) / spread) ** 2) / (spread * np.sqrt(2 * np.pi)))


def of_emg(emg_ratio: NDArray[np.float32], probability: FloatArray, p: SpasmParameters) -> FloatArray:
    """Evidence of having no burst of limb EMG where the spasms of this recording have one.

    Added to that of the parts, which take ``subtle_spasms`` as the share of spasms without. It never speaks for a
    spasm: many without would otherwise call for more.
    """
    weight = _weight(probability, np.isfinite(emg_ratio), p.likeness)
    without, known = emg_ratio == 0, p.likeness.alike_known
    share = (float(weight @ without) + known * p.subtle_spasms) / (float(weight.sum()) + known)
    return np.where(without, min(np.log(share / p.subtle_spasms), 0.0), 0.0)
