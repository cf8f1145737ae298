"""Where the electrodes are, and how a patch of cortex is seen by them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.electrodes import ELECTRODES

Field = NDArray[np.float64]

SITES = (*ELECTRODES, "A1", "A2", "FCz")
"""Scalp, both ears, and the site of a common reference: the rows of every array of potentials."""

# x to the right ear, y to the nose, z to the vertex; the 10-20 system on a sphere, in degrees of arc: how far down from
# the vertex, and from the nose to the right.
_PLACES = {
    "Fp1": (90, -18), "Fp2": (90, 18), "F7": (90, -54), "F3": (60, -39), "Fz": (45, 0), "F4": (60, 39), "F8": (90, 54),
    "T7": (90, -90), "C3": (45, -90), "Cz": (0, 0), "C4": (45, 90), "T8": (90, 90), "P7": (90, -126),
    "P3": (60, -141), "Pz": (45, 180), "P4": (60, 141), "P8": (90, 126), "O1": (90, -162), "O2": (90, 162),
    "A1": (116, -97), "A2": (116, 97), "FCz": (22, 0),
}  # fmt: skip

LONGITUDINAL = (
    ("Fp1", "F7"), ("F7", "T7"), ("T7", "P7"), ("P7", "O1"), ("Fp1", "F3"), ("F3", "C3"), ("C3", "P3"), ("P3", "O1"),
    ("Fz", "Cz"), ("Cz", "Pz"),
    ("Fp2", "F4"), ("F4", "C4"), ("C4", "P4"), ("P4", "O2"), ("Fp2", "F8"), ("F8", "T8"), ("T8", "P8"), ("P8", "O2"),
)  # fmt: skip

_MIDDLE = {"F3", "Fz", "F4", "C3", "Cz", "C4"}


def toward(down_deg: float, azimuth_deg: float) -> Field:
    """Unit vector: degrees of arc from the vertex, and from the nose toward the right."""
    t, p = np.deg2rad((down_deg, azimuth_deg))
    return np.array([np.sin(t) * np.sin(p), np.sin(t) * np.cos(p), np.cos(t)])


PLACES = np.array([toward(*_PLACES[s]) for s in SITES])
"""Unit vectors of the sites, shape (22, 3)."""

BIPOLAR = np.array([[float(s == a) - float(s == b) for s in SITES] for a, b in LONGITUDINAL], np.float32)
CENTRAL = BIPOLAR[[bool(_MIDDLE & {a, b}) for a, b in LONGITUDINAL]]
"""From potentials at the sites to the longitudinal derivations, and to those with a frontal or central electrode."""


def row(site: str) -> int:
    """Row of a site."""
    return SITES.index(site)


def moved(at: Field, rng: np.random.Generator, degrees: float) -> Field:
    """A direction near another one."""
    v = at + np.deg2rad(degrees) * rng.standard_normal(3)
    return np.asarray(v / np.linalg.norm(v))


def cosines(at: Field) -> Field:
    """Cosine of the angle between each site and a direction."""
    return np.asarray(PLACES @ at)


def patch(at: Field, sharpness: float, floor: float = 0.0) -> Field:
    """Potentials of a patch below a direction: 1 there, falling with the angle (1: all the head, 12: one electrode).

    ``floor`` is the share that all sites see.
    """
    return np.asarray(floor + (1 - floor) * np.exp(sharpness * (cosines(at) - 1)))


def as_read(field: Field) -> Field:
    """The field scaled so that the longitudinal derivation that shows it most has 1, but no site more than 2.5."""
    return np.asarray(field / max(np.abs(BIPOLAR @ field).max(), 0.4 * np.abs(field).max()))


def coloring(length_rad: float) -> Field:
    """Matrix that gives independent noise a correlation falling exponentially with the angle; rows of unit power."""
    angle = np.arccos(np.clip(PLACES @ PLACES.T, -1, 1))
    return np.asarray(np.linalg.cholesky(np.exp(-angle / length_rad) + 1e-6 * np.eye(len(SITES))))


def swings(potentials: NDArray[np.float32], sfreq_hz: float) -> NDArray[np.float32]:
    """Peak-to-peak of the longitudinal derivations in each whole second, shape (18, n_seconds)."""
    step = round(sfreq_hz)
    n = potentials.shape[1] // step
    out = np.empty((len(LONGITUDINAL), n), np.float32)
    for k in range(n):
        out[:, k] = np.ptp(BIPOLAR @ potentials[:, k * step : (k + 1) * step], axis=1)
    return out
