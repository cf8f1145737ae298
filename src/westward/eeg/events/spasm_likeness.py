"""Likeness: the spasms of one child resemble one another, and what merely lies among them does not resemble them."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.spasm_parameters import LikenessParameters, SpasmParameters
from westward.eeg.events.spasm_shape import Whitened
from westward.eeg.events.spasm_spread import bell, of_child

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
_CLIP = 0.98
"""Correlations beyond this are as good as this."""
_FLAT = 0.5
"""Density of a correlation that may be anything from -1 to 1."""


def evidence(
    whitened: Whitened, wave_ratio: NDArray[np.float32], probability: FloatArray, telling: BoolArray, p: SpasmParameters
) -> FloatArray:
    """Evidence of likeness to the other spasms of the recording, from what spasms and other candidates show here.

    Where spasms are no more alike than anything else is to them, it says nothing, and with few other candidates
    little; and it speaks for a spasm only as far as there is a wave that could be alike (``wave_ratio``).

    Parameters
    ----------
    whitened : Whitened
        Shapes of all candidates.
    wave_ratio, probability : float arrays, shape (n,)
    telling : bool array, shape (n,)
        Those that may make the mean shape (:func:`westward.eeg.events.spasm.find`).
    p : SpasmParameters
    """
    q, weight = p.likeness, _weight(probability, telling, p.likeness)
    total = float(weight.sum())
    if total <= 1:
        return np.zeros(len(weight))
    alike = whitened.along(weight)
    if not (alike.any() and np.isfinite(alike).all()):
        return np.zeros(len(weight))
    z = np.arctanh(np.clip(alike, -_CLIP, _CLIP))
    rest = z[probability < q.alike_from]
    mean, variance = of_child(z, weight, q.alike_spasms, q.alike_known)
    of_spasm, of_rest = bell(z, mean, max(float(np.sqrt(variance)), q.alike_spread[0])), _of_rest(z, rest, q)
    found = np.log((1 - p.unlike_spasms) * of_spasm + p.unlike_spasms * of_rest) - np.log(of_rest)
    known = total / (total + q.alike_known) * min(1.0, len(rest) / q.alike_enough)
    low, high = p.likeness_ratio
    seen = np.clip((np.nan_to_num(wave_ratio) - low) / (high - low), 0, 1)
    return np.asarray(np.minimum(known * found, p.most_likeness * seen))


def _weight(probability: FloatArray, telling: BoolArray, p: LikenessParameters) -> FloatArray:
    return np.where(telling & (probability >= p.alike_from), probability, 0.0)


def _of_rest(z: FloatArray, rest: FloatArray, p: LikenessParameters) -> FloatArray:
    """Density of a likeness under everything else: normal by its upper tail, and a few that may be anything."""
    enough = len(rest) >= p.alike_enough
    middle, *high = np.quantile(rest, (0.5, *p.alike_tail)).tolist() if enough else p.alike_rest
    wide = [(q - middle) / NormalDist().inv_cdf(at) for q, at in zip(high, p.alike_tail, strict=True)]
    return (1 - p.alike_anything) * bell(z, middle, max(p.alike_spread[1], *wide)) + p.alike_anything * _FLAT


def of_emg(emg_ratio: NDArray[np.float32], probability: FloatArray, p: SpasmParameters) -> FloatArray:
    """Evidence of having no burst of limb EMG where the spasms of this recording have one.

    Added to that of the parts, which take ``subtle_spasms`` as the share of spasms without. It never speaks for a
    spasm: many without would otherwise call for more.
    """
    weight = _weight(probability, np.isfinite(emg_ratio), p.likeness)
    without, known = emg_ratio == 0, p.likeness.alike_known
    share = (float(weight @ without) + known * p.subtle_spasms) / (float(weight.sum()) + known)
    return np.where(without, min(np.log(share / p.subtle_spasms), 0.0), 0.0)
