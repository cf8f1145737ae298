"""A record cut into epochs of equal length, and the pairs of its channels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError

FloatArray = NDArray[np.float32]


def cut(x: FloatArray, sfreq_hz: float, epoch_s: float) -> FloatArray:
    """Successive epochs without overlap; what is left at the end is dropped.

    Where an epoch is not a whole number of samples each starts at the sample nearest its time and all have the same
    length, so nothing drifts.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)

    Returns
    -------
    float32 array, shape (n_channels, n_epochs, n_samples_per_epoch)
        A view where epochs are whole samples.

    Raises
    ------
    UsageError
        If an epoch would hold fewer than two samples.
    """
    exact = epoch_s * sfreq_hz
    n = round(exact)
    if n < 2:
        raise UsageError(f"epochs of {epoch_s!r} s hold fewer than two samples at {sfreq_hz!r} per second")
    if abs(exact - n) < 1e-9:
        count = x.shape[1] // n
        return x[:, : count * n].reshape(len(x), count, n)
    count = int((x.shape[1] - n + 0.5) / exact) + 1 if x.shape[1] >= n else 0
    first = np.rint(np.arange(count) * exact).astype(np.intp)
    return np.asarray(x[:, (first[:, None] + np.arange(n))[first + n <= x.shape[1]]], np.float32)


def pairs(n_channels: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every pair once, (1, 0), (2, 0), (2, 1), (3, 0) ...: the order of all pair axes of this package."""
    i, j = np.tril_indices(n_channels, -1)
    return i.astype(np.intp), j.astype(np.intp)


def square(values: NDArray[np.floating], n_channels: int) -> NDArray[np.float64]:
    """Values per pair, shape (n_pairs,), as a symmetric matrix with NaN on the diagonal."""
    out = np.full((n_channels, n_channels), np.nan)
    i, j = pairs(n_channels)
    out[i, j] = out[j, i] = values
    return out
