"""Likeness: the spasms of one child resemble one another, and what merely lies among them does not resemble them."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.spasm_parameters import LikenessParameters, SpasmParameters
from westward.eeg.events.spasm_shape import Whitened

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
_CLIP = 0.98
"""Correlations beyond this are as good as this."""
_FLAT = 0.5
"""Density of a correlation that may be anything from -1 to 1."""


def likeness(
    whitened: Whitened, probability: FloatArray, telling: BoolArray, p: LikenessParameters
) -> tuple[FloatArray, float]:
    """Correlation of each candidate with the mean shape of all the others that are probably spasms, and their number.

    Only ``telling`` candidates make the mean shape (:func:`westward.eeg.events.spasm.find`).
    """
    weight = _weight(probability, telling, p)
    several = np.count_nonzero(weight) > 1
    return whitened.along(weight) if several else np.zeros(len(weight)), float(weight.sum())


def _weight(probability: FloatArray, telling: BoolArray, p: LikenessParameters) -> FloatArray:
    return np.where(telling & (probability >= p.alike_from), probability, 0.0)


def evidence(
    whitened: Whitened, wave_ratio: NDArray[np.float32], probability: FloatArray, telling: BoolArray, p: SpasmParameters
) -> FloatArray:
    """Evidence of likeness to the other spasms of the recording, from what spasms and other candidates show here.

    Where spasms are no more alike than anything else is to them, it says nothing; and it speaks for a spasm only as
    far as there is a wave that could be alike (``wave_ratio``).
    """
    alike, total = likeness(whitened, probability, telling, p.likeness)
    if total <= 1 or not alike.any():
        return np.zeros(len(alike))
    z = np.arctanh(np.clip(alike, -_CLIP, _CLIP))
    q = p.likeness
    of_spasm = _of_spasms(z, _weight(probability, telling, q), total, q)
    of_rest = _of_rest(z, z[probability < q.alike_from], q)
    found = np.log((1 - p.unlike_spasms) * of_spasm + p.unlike_spasms * of_rest) - np.log(of_rest)
    known = total / (total + q.alike_known)
    low, high = p.likeness_ratio
    seen = np.clip((np.nan_to_num(wave_ratio) - low) / (high - low), 0, 1)
    return np.asarray(np.minimum(known * found, p.most_likeness * seen))


def _of_spasms(z: FloatArray, weight: FloatArray, total: float, p: LikenessParameters) -> FloatArray:
    """Density of a likeness under spasms: normal, between what is usual and what those of this recording show."""
    usual, within, between = p.alike_spasms
    among = (within / between) ** 2
    mean = (float(weight @ z) + among * usual) / (total + among)
    seen = float(weight @ z) / total
    variance = (float(weight @ (z - seen) ** 2) + p.alike_known * within**2) / (total + p.alike_known)
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
