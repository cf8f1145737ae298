"""Stretches in which something holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def runs(flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    """First place and the place after the last of each run of true flags, shape (n, 2), in order."""
    edges = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    return np.flatnonzero(edges).reshape(-1, 2)
