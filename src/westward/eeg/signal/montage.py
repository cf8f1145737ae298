"""Montages: which electrode is subtracted from which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

ELECTRODES = (
    "Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz", "C4", "T8", "P7", "P3", "Pz", "P4", "P8", "O1", "O2",
)  # fmt: skip
"""The 19 scalp positions of the 10-20 system."""

LONGITUDINAL = (
    "Fp1-F7", "F7-T7", "T7-P7", "P7-O1", "Fp1-F3", "F3-C3", "C3-P3", "P3-O1", "Fz-Cz", "Cz-Pz",
    "Fp2-F4", "F4-C4", "C4-P4", "P4-O2", "Fp2-F8", "F8-T8", "T8-P8", "P8-O2",
)  # fmt: skip
"""Longitudinal bipolar ("double banana"), left to right."""

TRANSVERSE = (
    "Fp1-Fp2", "F7-F3", "F3-Fz", "Fz-F4", "F4-F8", "T7-C3", "C3-Cz", "Cz-C4", "C4-T8",
    "P7-P3", "P3-Pz", "Pz-P4", "P4-P8", "O1-O2",
)  # fmt: skip

NEIGHBORS: dict[str, tuple[str, ...]] = {
    "Fp1": ("Fp2", "F7", "F3", "Fz"), "Fp2": ("Fp1", "F8", "F4", "Fz"),
    "F7": ("Fp1", "F3", "T7", "C3"), "F8": ("Fp2", "F4", "T8", "C4"),
    "F3": ("Fp1", "F7", "Fz", "C3"), "F4": ("Fp2", "F8", "Fz", "C4"),
    "Fz": ("F3", "F4", "Cz", "Fp1", "Fp2"), "Cz": ("Fz", "C3", "C4", "Pz"),
    "T7": ("F7", "C3", "P7"), "T8": ("F8", "C4", "P8"),
    "C3": ("F3", "T7", "Cz", "P3", "F7", "P7"), "C4": ("F4", "T8", "Cz", "P4", "F8", "P8"),
    "P7": ("T7", "P3", "O1", "C3"), "P8": ("T8", "P4", "O2", "C4"),
    "P3": ("C3", "P7", "Pz", "O1"), "P4": ("C4", "P8", "Pz", "O2"),
    "Pz": ("Cz", "P3", "P4", "O1", "O2"), "O1": ("P7", "P3", "O2", "Pz"), "O2": ("P8", "P4", "O1", "Pz"),
}  # fmt: skip
"""10-20 neighbors of each electrode."""

_LEFT = frozenset({"Fp1", "F7", "F3", "T7", "C3", "P7", "P3", "O1"})
_RIGHT = frozenset({"Fp2", "F8", "F4", "T8", "C4", "P8", "P4", "O2"})


def hemisphere(electrode: str) -> str:
    """``left``, ``right`` or ``midline``."""
    return "left" if electrode in _LEFT else "right" if electrode in _RIGHT else "midline"


@dataclass(frozen=True)
class Montage:
    """A linear map from electrodes to derivations.

    Attributes
    ----------
    electrodes : tuple of str
        Inputs, one per column.
    derivations : tuple of str
        Outputs, one per row, ``Fp1-F7`` style.
    matrix : float32 array, shape (n_derivations, n_electrodes)
        ``output = matrix @ input``.
    """

    electrodes: tuple[str, ...]
    derivations: tuple[str, ...]
    matrix: NDArray[np.float32]

    @cached_property
    def inverse(self) -> NDArray[np.float32]:
        """Least-squares way back from derivations to electrode potentials (mean zero within each chain)."""
        return np.linalg.pinv(self.matrix.astype(np.float64)).astype(np.float32)


def bipolar(electrodes: Sequence[str], derivations: Sequence[str] = LONGITUDINAL) -> Montage:
    """The derivations that these electrodes can make, in the given order."""
    at = {name: i for i, name in enumerate(electrodes)}
    pairs = [(d, *d.split("-")) for d in derivations]
    made = [(d, at[a], at[c]) for d, a, c in pairs if a in at and c in at]
    matrix = np.zeros((len(made), len(at)), np.float32)
    for row, (_, a, c) in enumerate(made):
        matrix[row, a], matrix[row, c] = 1, -1
    return Montage(tuple(electrodes), tuple(d for d, _, _ in made), matrix)


def average(electrodes: Sequence[str], bad: Sequence[str] = ()) -> Montage:
    """Average reference; bad electrodes are left out of the mean and of the result."""
    good = [e for e in electrodes if e not in set(bad)]
    matrix = np.zeros((len(good), len(electrodes)), np.float32)
    column = {name: i for i, name in enumerate(electrodes)}
    for row, e in enumerate(good):
        for other in good:
            matrix[row, column[other]] = -1 / len(good)
        matrix[row, column[e]] += 1
    return Montage(tuple(electrodes), tuple(f"{e}-AVG" for e in good), matrix)
