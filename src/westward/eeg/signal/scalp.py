"""Where the 10-20 electrodes lie on a spherical head."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.electrodes import ELECTRODES, NEIGHBORS, mirror

_RING, _INNER, _PARASAGITTAL = 72.0, 36.0, 49.0
_ANGLES: dict[str, tuple[float, float]] = {
    "Fp1": (_RING, 108), "F7": (_RING, 144), "T7": (_RING, 180), "P7": (_RING, 216), "O1": (_RING, 252),
    "Fp2": (_RING, 72), "F8": (_RING, 36), "T8": (_RING, 0), "P8": (_RING, -36), "O2": (_RING, -72),
    "F3": (_PARASAGITTAL, 129), "P3": (_PARASAGITTAL, 231), "C3": (_INNER, 180), "Fz": (_INNER, 90),
    "F4": (_PARASAGITTAL, 51), "P4": (_PARASAGITTAL, -51), "C4": (_INNER, 0), "Pz": (_INNER, -90), "Cz": (0, 0),
}  # fmt: skip
"""Angle from Cz and azimuth (0 = right ear, 90 = nose), degrees: the 10-20 rule on a sphere."""

MIRROR: dict[str, str] = {e: mirror(e) for e in ELECTRODES}
"""Electrode at the same place of the other hemisphere."""


def positions(electrodes: Sequence[str] = ELECTRODES) -> NDArray[np.float64]:
    """Unit vectors (right, front, up) of 10-20 electrodes, shape (n_electrodes, 3)."""
    theta, phi = np.deg2rad(np.array([_ANGLES[e] for e in electrodes], float).reshape(-1, 2)).T
    return np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=1)


def angles_deg(electrodes: Sequence[str] = ELECTRODES) -> NDArray[np.float64]:
    """Great-circle angle between every two electrodes, degrees; 10-20 neighbors lie 30-50 degrees apart."""
    p = positions(electrodes)
    return np.asarray(np.rad2deg(np.arccos(np.clip(p @ p.T, -1, 1))))


def flat(electrodes: Sequence[str] = ELECTRODES) -> NDArray[np.float64]:
    """Places on a flat head (right, front), Cz at the origin, shape (n_electrodes, 2).

    Distances along the meridians from Cz are kept (azimuthal equidistant); 1 is the angle between 10-20
    neighbors (36 degrees), so T7 lies at (-2, 0).
    """
    theta, phi = np.array([_ANGLES[e] for e in electrodes], float).reshape(-1, 2).T
    phi = np.deg2rad(phi)
    return np.asarray((theta / _INNER)[:, None] * np.stack([np.cos(phi), np.sin(phi)], axis=1))


def adjacency(electrodes: Sequence[str], min_neighbors: int = 2) -> NDArray[np.bool_]:
    """Which of these electrodes are neighbors.

    10-20 neighbors where both are there; an electrode left with fewer than ``min_neighbors`` (a reduced
    montage, a bad channel) gets the nearest others instead.

    Returns
    -------
    bool array, shape (n_electrodes, n_electrodes)
        Symmetric, false on the diagonal.
    """
    n = len(electrodes)
    near = np.array([[b in NEIGHBORS[a] for b in electrodes] for a in electrodes], bool).reshape(n, n)
    order = np.argsort(angles_deg(electrodes), axis=1) if n else np.zeros((0, 0), int)
    for row in np.flatnonzero(near.sum(axis=1) < min_neighbors):
        near[row, order[row, 1 : 1 + min_neighbors]] = True
    return np.asarray(near | near.T)
