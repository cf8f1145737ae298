"""How a part of the spasms of one child spreads, as its recording shows it next to what is usual."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.spasm_parameters import PartSpread

FloatArray = NDArray[np.float64]


def of_child(value: FloatArray, weight: FloatArray, part: PartSpread, known: float) -> tuple[float, float]:
    """Mean and variance of a part over the spasms of a recording.

    The part is normal over the spasms of one child, whose mean is normal over all children (normal model: Gelman et
    al., Bayesian Data Analysis, 3rd ed., section 2.5).

    Parameters
    ----------
    value, weight : float arrays, shape (n,)
        The part of each candidate, and how much it counts as a spasm.
    part : PartSpread
    known : float
        Spasms that the usual variance within a child counts as.
    """
    n = float(weight.sum())
    among = (part.within / part.between) ** 2
    mean = (float(weight @ value) + among * part.usual) / (n + among)
    seen = float(weight @ value) / n if n > 0 else part.usual
    variance = (float(weight @ (value - seen) ** 2) + known * part.within**2) / (n + known)
    return mean, variance


def bell(z: FloatArray, mean: float, spread: float) -> FloatArray:
    """Density of a normal distribution."""
    return np.asarray(np.exp(-0.5 * ((z - mean) / spread) ** 2) / (spread * np.sqrt(2 * np.pi)))
