"""Montages: which electrode is compared with which. Each is a linear map from electrodes to derivations."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal.electrodes import ELECTRODES, LEFT_EAR, NEIGHBORS, RIGHT_EAR, hemisphere
from westward.eeg.signal.laplacian import weights

__all__ = [
    "ELECTRODES", "LINKED_EARS", "LONGITUDINAL", "NAMES", "NEIGHBORS", "TRANSVERSE", "Montage", "average", "bipolar",
    "hemisphere", "laplacian", "make", "referential",
]  # fmt: skip

FloatArray = NDArray[np.float32]

LONGITUDINAL = (
    "Fp1-F7", "F7-T7", "T7-P7", "P7-O1", "Fp1-F3", "F3-C3", "C3-P3", "P3-O1", "Fz-Cz", "Cz-Pz",
    "Fp2-F4", "F4-C4", "C4-P4", "P4-O2", "Fp2-F8", "F8-T8", "T8-P8", "P8-O2",
)  # fmt: skip
"""Longitudinal bipolar ("double banana"), left to right."""

TRANSVERSE = (
    "Fp1-Fp2", "F7-F3", "F3-Fz", "Fz-F4", "F4-F8", "T7-C3", "C3-Cz", "Cz-C4", "C4-T8",
    "P7-P3", "P3-Pz", "Pz-P4", "P4-P8", "O1-O2",
)  # fmt: skip

NAMES = ("longitudinal", "transverse", "average", "laplacian", "referential")
"""What :func:`make` knows."""

_OLD_NAMES = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}

LINKED_EARS = "LE"
"""The reference that is the mean of A1 and A2."""


@dataclass(frozen=True, eq=False)
class Montage:
    """A linear map from electrodes to derivations.

    Attributes
    ----------
    electrodes : tuple of str
        Inputs, one per column.
    derivations : tuple of str
        Outputs, one per row: ``Fp1-F7``, ``C3-AVG``, ``C3-LAP``, ``C3-Cz``, ``C3-LE``.
    matrix : float32 array, shape (n_derivations, n_electrodes)
        ``output = matrix @ input``.
    """

    electrodes: tuple[str, ...]
    derivations: tuple[str, ...]
    matrix: FloatArray

    @cached_property
    def inverse(self) -> FloatArray:
        """Least-squares way back from derivations to electrode potentials (mean zero within each chain)."""
        return np.linalg.pinv(self.matrix.astype(np.float64)).astype(np.float32)

    def apply(self, x: FloatArray) -> FloatArray:
        """Derivations of electrode potentials.

        Parameters
        ----------
        x : float32 array, shape (n_electrodes, n_samples)
            Against any common reference, µV.

        Returns
        -------
        float32 array, shape (n_derivations, n_samples)

        Raises
        ------
        UsageError
            If the rows are not the electrodes of this montage.
        """
        if x.ndim != 2 or len(x) != len(self.electrodes):
            raise UsageError(f"a montage of {len(self.electrodes)} electrodes cannot be applied to shape {x.shape}")
        # What an electrode that is left out holds (even NaN) must not reach the others.
        used = np.flatnonzero(self.matrix.any(axis=0))
        return np.asarray(self.matrix[:, used] @ x[used], np.float32)


def make(name: str, electrodes: Sequence[str], *, bad: Sequence[str] = (), reference: str = LINKED_EARS) -> Montage:
    """A montage by its name.

    Parameters
    ----------
    name : str
        One of :data:`NAMES`.
    electrodes : sequence of str
        What was recorded, canonical names (T7/T8/P7/P8); they become the columns.
    bad : sequence of str
        Electrodes that take no part: neither in a derivation nor in a mean.
    reference : str
        For ``referential``: an electrode, or ``LE`` for the mean of A1 and A2.

    Raises
    ------
    UsageError
        If the name, a bad electrode or the reference is unknown (the message names the nearest), or an electrode
        is there twice.
    """
    if name not in NAMES:
        raise UsageError(f"there is no montage {name!r}{_nearest(name, NAMES)}")
    repeated = sorted({e for e in electrodes if list(electrodes).count(e) > 1})
    if repeated:
        raise UsageError(f"electrode {repeated[0]!r} is there more than once")
    for e in bad:
        if e not in electrodes:
            raise UsageError(f"there is no electrode {e!r} to leave out{_nearest(e, electrodes)}")
    if name == "referential":
        return referential(electrodes, reference, bad)
    if name == "average":
        return average(electrodes, bad)
    if name == "laplacian":
        return laplacian(electrodes, bad)
    return bipolar(electrodes, LONGITUDINAL if name == "longitudinal" else TRANSVERSE, bad)


def bipolar(electrodes: Sequence[str], derivations: Sequence[str] = LONGITUDINAL, bad: Sequence[str] = ()) -> Montage:
    """The derivations that these electrodes can make, in the given order."""
    pairs = [d.split("-") for d in derivations]
    good = set(electrodes) - set(bad)
    made = [(a, c) for a, c in pairs if a in good and c in good]
    return _montage(electrodes, {f"{a}-{c}": {a: 1.0, c: -1.0} for a, c in made})


def average(electrodes: Sequence[str], bad: Sequence[str] = ()) -> Montage:
    """Average reference; bad electrodes are left out of the mean and of the result.

    Ear electrodes are left out as well: they are not on the scalp.
    """
    good = [e for e in electrodes if e not in (*bad, LEFT_EAR, RIGHT_EAR)]
    mean = dict.fromkeys(good, -1 / max(1, len(good)))
    return _montage(electrodes, {f"{e}-AVG": mean | {e: 1 + mean[e]} for e in good})


def laplacian(electrodes: Sequence[str], bad: Sequence[str] = ()) -> Montage:
    """Each 10-20 electrode against its neighbors (:func:`westward.eeg.signal.laplacian.weights`).

    Electrodes on other positions are left out, and so is all when fewer than three are good.
    """
    good = [e for e in electrodes if e in ELECTRODES and e not in bad]
    return _montage(
        electrodes,
        {
            f"{e}-LAP": dict(zip(good, row, strict=True))
            for e, row in zip(good, weights(good), strict=True)
            if row.any()
        },
    )


def referential(electrodes: Sequence[str], reference: str = LINKED_EARS, bad: Sequence[str] = ()) -> Montage:
    """Every good electrode against one of them, or against the mean of both ears (``LE``).

    Raises
    ------
    UsageError
        If the reference was not recorded or is bad.
    """
    good = [e for e in electrodes if e not in bad]
    ends = (LEFT_EAR, RIGHT_EAR) if reference == LINKED_EARS else (reference,)
    for e in ends:
        if e not in electrodes:
            hint = _nearest(e, electrodes) if e == reference else "; take one electrode as the reference instead"
            raise UsageError(f"the reference {e!r} was not recorded{hint}")
        if e in bad:
            raise UsageError(f"the reference {e!r} is bad; take another one")
    minus = dict.fromkeys(ends, -1 / len(ends))
    return _montage(electrodes, {f"{e}-{reference}": minus | {e: 1.0} for e in good if e not in ends})


def _montage(electrodes: Sequence[str], rows: dict[str, dict[str, float]]) -> Montage:
    column = {name: i for i, name in enumerate(electrodes)}
    matrix = np.zeros((len(rows), len(electrodes)), np.float32)
    for row, parts in zip(matrix, rows.values(), strict=True):
        for e, weight in parts.items():
            row[column[e]] = weight
    return Montage(tuple(electrodes), tuple(rows), matrix)


def _nearest(wanted: str, known: Sequence[str]) -> str:
    lower = {name.casefold(): name for name in known}
    meant = _OLD_NAMES.get(wanted.upper(), wanted).casefold()
    near = difflib.get_close_matches(meant, list(lower), 1, 0.4)
    return f"; did you mean {lower[near[0]]!r}?" if near else f"; there are {', '.join(known) or 'none'}"
