"""Windows of fixed length, placed by time."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Kind = TypeVar("Kind", bound=np.generic)


def first_samples(
    times_s: ArrayLike, *, start_s: float, sfreq_hz: float, length: int, n_samples: int
) -> NDArray[np.intp]:
    """First sample of a window for each moment, moved inside the record where it would reach beyond it.

    Parameters
    ----------
    times_s : array of float
        Where the windows start, on the clock on which sample 0 lies at ``start_s``.
    length, n_samples : int
        Samples of a window and of the record; ``length`` may not be larger.
    """
    first = np.rint((np.asarray(times_s, np.float64) - start_s) * sfreq_hz).astype(np.intp)
    return np.clip(first, 0, n_samples - length)


def at(x: NDArray[Kind], first: NDArray[np.intp], length: int) -> NDArray[Kind]:
    """Copies of the windows that start at the samples ``first``.

    Parameters
    ----------
    x : array, shape (..., n_samples)

    Returns
    -------
    array, shape (..., n_windows, length)
    """
    return np.asarray(np.lib.stride_tricks.sliding_window_view(x, length, axis=-1)[..., first, :])
