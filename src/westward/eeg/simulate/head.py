"""The head: where the electrodes are and how a cortical source is seen by them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.montage import ELECTRODES, bipolar

FloatArray = NDArray[np.float32]

SITES = (*ELECTRODES, "A1", "A2", "FCz")
"""19 scalp positions, both ears and the usual reference site: the rows of every potential array of the simulator."""

_ANGLES = {
    "Fp1": (-92, -72), "Fp2": (92, 72), "F7": (-92, -36), "F3": (-60, -51), "Fz": (46, 90), "F4": (60, 51),
    "F8": (92, 36), "T7": (-92, 0), "C3": (-46, 0), "Cz": (0, 0), "C4": (46, 0), "T8": (92, 0), "P7": (-92, 36),
    "P3": (-60, 51), "Pz": (46, -90), "P4": (60, -51), "P8": (92, -36), "O1": (-92, 72), "O2": (92, -72),
    "A1": (-118, 8), "A2": (118, -8), "FCz": (23, 90),
}  # fmt: skip
"""Inclination from the vertex and azimuth in degrees, the usual idealized 10-20 sphere."""


def direction(inclination_deg: float, azimuth_deg: float) -> NDArray[np.float64]:
    """Unit vector: x to the right ear, y to the nose, z to the vertex."""
    t, p = np.deg2rad(inclination_deg), np.deg2rad(azimuth_deg)
    return np.array([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)])


@lru_cache(maxsize=1)
def positions() -> NDArray[np.float64]:
    """Unit vectors of ``SITES``, shape (22, 3)."""
    return np.array([direction(*_ANGLES[name]) for name in SITES])


def site(name: str) -> NDArray[np.float64]:
    """Unit vector of one electrode."""
    return np.asarray(positions()[SITES.index(name)], np.float64)


def field(at: NDArray[np.float64], eccentricity: float, tangential: NDArray[np.float64] | None = None) -> FloatArray:
    """Surface potentials of a unit dipole in a homogeneous sphere, shape (22,).

    An extended cortical patch behind a skull is represented by an equivalent dipole that lies deeper than the
    cortex; eccentricities of 0.25-0.4 give the nearest 10-20 electrodes 40-65 % of the peak.

    Parameters
    ----------
    at : array, shape (3,)
        Direction of the source from the center.
    eccentricity : float
        Distance from the center in head radii, 0 < e < 1.
    tangential : array, shape (3,), optional
        Tangential part of the moment relative to a radial part of 1; its radial component is ignored.
    """
    u = at / np.linalg.norm(at)
    e = positions()
    c = e @ u
    f = float(eccentricity)
    d = np.sqrt(1 + f * f - 2 * f * c)
    v = ((1 - f * f) / d**3 - 1) / f
    if tangential is not None:
        t = tangential - (tangential @ u) * u
        v = v + (e @ t) * (2 / d**3 + (d + 1) / (d * (d + 1 - f * c)))
    return np.asarray(v, np.float32)


def turned(at: NDArray[np.float64], angle_deg: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """A direction ``angle_deg`` away from ``at``, in a random sense, kept above the ears."""
    axis = np.cross(at, rng.standard_normal(3))
    axis /= np.linalg.norm(axis)
    a = np.deg2rad(angle_deg)
    out = np.asarray(at * np.cos(a) + np.cross(axis, at) * np.sin(a), np.float64)
    out[2] = max(out[2], -0.15)
    return np.asarray(out / np.linalg.norm(out), np.float64)


def average_reference(v: NDArray[np.floating]) -> FloatArray:
    """Potentials against the mean of the 19 scalp electrodes."""
    return np.asarray(v - v[..., : len(ELECTRODES)].mean(axis=-1, keepdims=True), np.float32)


def unit_peak(v: NDArray[np.floating]) -> FloatArray:
    """Scaled so that the largest scalp potential against the average is 1 in size."""
    return np.asarray(v / np.abs(average_reference(v)[: len(ELECTRODES)]).max(), np.float32)


@lru_cache(maxsize=1)
def to_bipolar() -> FloatArray:
    """Matrix from ``SITES`` to the longitudinal bipolar montage, shape (18, 22)."""
    return bipolar(SITES).matrix


def unit_bipolar(v: NDArray[np.floating]) -> FloatArray:
    """Scaled so that the largest longitudinal bipolar derivation is 1 in size."""
    return np.asarray(v / np.abs(to_bipolar() @ v).max(), np.float32)


def peak_electrode(v: FloatArray) -> str:
    """The scalp electrode where a field against the average is largest."""
    return ELECTRODES[int(np.abs(average_reference(v)[: len(ELECTRODES)]).argmax())]


@lru_cache(maxsize=8)
def cap(n: int) -> NDArray[np.float64]:
    """Quasi-uniform directions over the part of the head above the ears, shape (n, 3)."""
    k = np.arange(n) + 0.5
    z = 1 - 1.15 * k / n
    a = np.pi * (1 + 5**0.5) * k
    r = np.sqrt(1 - z * z)
    return np.stack([r * np.cos(a), r * np.sin(a), z], axis=1)


def hemisphere_of(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """-1 far left to 1 far right, smooth across the midline; accepts shape (..., 3)."""
    return np.asarray(np.tanh(at[..., 0] * 6), np.float64)


def posterior_of(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 frontal to 1 occipital, smooth; accepts shape (..., 3)."""
    return np.asarray(0.5 * (1 - np.tanh(2.2 * at[..., 1])), np.float64)
