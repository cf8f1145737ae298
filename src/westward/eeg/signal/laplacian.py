"""The Laplacian (source) derivation: each electrode against those around it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.scalp import adjacency, angles_deg

MIN_NEIGHBORS = 2
"""An electrode with fewer electrodes around it has no Laplacian (policy)."""


def weights(electrodes: Sequence[str]) -> NDArray[np.float64]:
    """Weights of the nearest-neighbor Laplacian.

    From each electrode the mean of its neighbors is subtracted (Hjorth 1980, Am J EEG Technol 20:121; status
    recalled), each weighted by the inverse of its angle on the head (policy). At the edge of the cap, or beside an
    electrode that is missing, the mean is taken over the neighbors there are: such a derivation sees a gradient
    along the scalp as well, as in any clinical system.

    Parameters
    ----------
    electrodes : sequence of str
        10-20 names; one that is bad is left out before.

    Returns
    -------
    float64 array, shape (n_electrodes, n_electrodes)
        Rows sum to zero, 1 on the diagonal; all zero where there are fewer than two others.
    """
    n = len(electrodes)
    out = np.zeros((n, n))
    if n <= MIN_NEIGHBORS:
        return out
    near = adjacency(electrodes, MIN_NEIGHBORS)
    closeness = np.where(near, 1 / np.where(near, angles_deg(electrodes), 1.0), 0.0)
    out -= closeness / closeness.sum(axis=1, keepdims=True)
    out[np.diag_indices(n)] = 1.0
    return out
