"""Eye movements and blinks in the frontal derivations: not background, however high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.waves import Waves

FloatArray = NDArray[np.float32]

FRONTAL = frozenset({"Fp1", "Fp2", "F7", "F8", "F3", "F4", "Fz"})
"""Electrodes that the field of the eyes reaches."""

BEHIND = frozenset({"C3", "C4", "Cz", "P3", "P4", "Pz", "P7", "P8", "O1", "O2"})
"""Electrodes between which it hardly differs."""


@dataclass(frozen=True, kw_only=True)
class OcularParameters:
    """Numbers behind the recognition; all policy, on the textbook field of the corneoretinal dipole (recalled).

    Attributes
    ----------
    least_uv : float
        Deflections below this are not looked at.
    share : float
        Each frontopolar derivation must move by this share of the largest.
    posterior_share : float
        No derivation between central, parietal or occipital electrodes may move by more than this share of it.
    """

    least_uv: float = 60.0
    share: float = 0.3
    posterior_share: float = 0.3


@dataclass(frozen=True, eq=False)
class Ocular:
    """Deflections of the eyes: first and last sample of each, and the derivations they reach."""

    rows: NDArray[np.intp]
    first: NDArray[np.int32]
    last: NDArray[np.int32]


def find(x: FloatArray, derivations: Sequence[str], waves: Waves, *, parameters: OcularParameters) -> Ocular:
    """Eye movements among the waves of the frontopolar derivations.

    Up, down and blink: all derivations from Fp1 and Fp2 backward move the same way. Sideways: Fp1-F7 and Fp2-F8 move
    against each other, and each against the derivation behind it (F7 and F8 of opposite sign). In both cases what
    lies behind the central line stays nearly still, which generalized and central slow waves do not.

    Parameters
    ----------
    x : float32 array, shape (n_derivations, n_samples)
        Low-passed derivations, µV.
    waves : Waves
        Of ``x``.

    Returns
    -------
    Ocular
        Empty unless both frontopolar electrodes are there.
    """
    p = parameters
    row = {name: i for i, name in enumerate(derivations)}
    reached = np.array([i for i, d in enumerate(derivations) if FRONTAL & set(d.split("-"))], np.intp)
    none = np.zeros(0, np.int32)
    polar = [i for name, i in row.items() if name.split("-")[0] in ("Fp1", "Fp2")]
    if not any(d.startswith("Fp1-") for d in row) or not any(d.startswith("Fp2-") for d in row):
        return Ocular(reached, none, none)
    is_polar = np.isin(np.arange(len(derivations)), polar)
    candidate = (waves.amplitude >= p.least_uv) & is_polar[waves.row]
    first, last, size = waves.first[candidate], waves.last[candidate], waves.amplitude[candidate]

    def moved(rows: Sequence[int], which: NDArray[np.bool_] | slice = slice(None)) -> FloatArray:
        at = np.array(rows, np.intp)[:, None]
        return np.asarray(x[at, last[which]] - x[at, first[which]], np.float32)

    front = moved(polar)
    large = np.abs(front) >= p.share * size
    vertical = large.all(axis=0) & ((front > 0).all(axis=0) | (front < 0).all(axis=0))
    sideways = np.zeros(len(size), np.bool_)
    chain = [row.get(d) for d in ("Fp1-F7", "F7-T7", "Fp2-F8", "F8-T8")]
    if all(i is not None for i in chain):
        lateral = [polar.index(i) for i in (chain[0], chain[2]) if i is not None]
        sideways = large[lateral].all(axis=0) & (front[lateral[0]] * front[lateral[1]] < 0)
        a, b, c, d = moved([i for i in chain if i is not None], sideways)
        sideways[sideways] = (a * b < 0) & (c * d < 0)
    eye = np.asarray(vertical | sideways)
    behind = [i for d, i in row.items() if set(d.split("-")) <= BEHIND]
    if behind:
        eye[eye] = np.abs(moved(behind, eye)).max(axis=0) <= p.posterior_share * size[eye]
    return Ocular(reached, first[eye], last[eye])
