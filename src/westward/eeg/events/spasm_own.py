"""What is one child's own: the parts of its spasms differ less from one another than from those of other children."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.spasm_features import SpasmFeatures
from westward.eeg.events.spasm_parameters import OwnParameters, PartSpread, SpasmParameters
from westward.eeg.events.spasm_spread import bell, of_child

FloatArray = NDArray[np.float64]
_LEAST, _NEVER = 0.02, 1e-12


def evidence(f: SpasmFeatures, probability: FloatArray, p: SpasmParameters) -> tuple[FloatArray, FloatArray]:
    """Evidence of parts unlike those of the other spasms of this recording: of the burst, and of the EEG.

    Never positive.

    The probable spasms of the recording tell the mean and SD of each part (:mod:`westward.eeg.events.spasm_spread`);
    its density there over that among all children is what it adds to the weights of the parts, which hold the latter.
    It never speaks for a spasm: a background that makes many alike would otherwise call for more; nor
    does a part that fits make up for one that does not, but for ``most_for``.

    Parameters
    ----------
    f : SpasmFeatures
    probability : float array, shape (n,)
        How probable each candidate is a spasm.
    p : SpasmParameters
    """
    weight = np.where(probability >= p.likeness.alike_from, probability, 0.0)
    burst, brain = (np.clip(_of_parts(f, parts, weight, p.own), -p.own.most, 0) for parts in (p.own.burst, p.own.brain))
    return burst, brain


def spared(f: SpasmFeatures, burst: FloatArray, p: SpasmParameters) -> FloatArray:
    """Share of what is unlike in the EEG that does not count: all of it with a burst like the others' and no wave, 0-1.

    Some spasms of a child have no correlate in the EEG. What the missing wave takes off says so already; that nothing
    is then like the waves of the others is no further sign.

    Parameters
    ----------
    f : SpasmFeatures
    burst : float array, shape (n,)
        Evidence of the burst, see :func:`evidence`.
    p : SpasmParameters
    """
    low, high = p.own.no_wave
    ratio = np.maximum(f.slow_wave_ratio.astype(np.float64), _LEAST)
    absent = np.clip(np.log(high / ratio) / np.log(high / low), 0, 1)
    fits = np.clip(1 + burst / p.own.burst_unlike, 0, 1)
    return np.where(np.nan_to_num(f.emg_ratio) > 0, np.nan_to_num(absent) * fits, 0.0)


def of_strength(evidence: FloatArray, alone: FloatArray, p: SpasmParameters) -> FloatArray:
    """Evidence of being weaker than the spasms that stand for themselves; never positive.

    Members of a long run of weak candidates support one another; where a child has spasms that need no support, its
    others are not that much weaker.

    Parameters
    ----------
    evidence : float array, shape (n,)
        Of the parts together.
    alone : float array, shape (n,)
        How probable each is a spasm as if there were no other.
    p : SpasmParameters
    """
    q, part = p.own, p.own.strength
    mean, spread = _own(evidence, alone, part, q)
    return np.clip(_told(np.minimum(evidence, mean), mean, spread, part, q), -q.most, 0)


def _told(value: FloatArray, mean: float, spread: float, part: PartSpread, q: OwnParameters) -> FloatArray:
    """Density of a part among the spasms of this recording over that among all, a logarithm."""
    usual = bell(value, part.usual, float(np.hypot(part.within, part.between)))
    here = (1 - q.anything) * bell(value, mean, spread) + q.anything * usual
    return np.asarray(np.log(here + _NEVER) - np.log(usual + _NEVER))


def _of_parts(f: SpasmFeatures, parts: Sequence[PartSpread], weight: FloatArray, q: OwnParameters) -> FloatArray:
    found = np.zeros(len(f))
    for part in parts:
        value = _value(f, part.name)
        known = np.isfinite(value)
        at = np.where(known, value, part.usual)
        mean, spread = _own(at, np.where(known, weight, 0.0), part, q)
        found += np.where(known, np.minimum(_told(at, mean, spread, part, q), q.most_for), 0.0)
    return found


def _value(f: SpasmFeatures, name: str) -> FloatArray:
    """A part on the scale on which it is normal: ratios and durations as logarithms; NaN without it."""
    if name == "emg_lag_s":
        return np.asarray(np.clip(f.emg_onset_s - f.slow_wave_peak_s, -1.5, 1.5))
    values = np.asarray(getattr(f, name), np.float64)
    if name == "emg_asymmetry":
        return values
    return np.where(values > 0, np.log(np.maximum(np.nan_to_num(values), _LEAST)), np.nan)


def _own(value: FloatArray, weight: FloatArray, part: PartSpread, q: OwnParameters) -> tuple[float, float]:
    """Mean of a part over the spasms of this recording, and the SD of the next one around it."""
    mean, variance = of_child(value, weight, part, q.known)
    unsure = 1 / (float(weight.sum()) / part.within**2 + 1 / part.between**2)
    return mean, float(np.sqrt(variance + unsure))
