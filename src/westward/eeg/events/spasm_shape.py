"""Shapes of candidates: potentials of regions around the onset, and how like one another they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.artifact_measures import SLOW_RATE_HZ
from westward.eeg.events.spasm_features import SHAPE as SHAPE

Floats = NDArray[np.float32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Shapes = NDArray[np.float16]
REGIONS = (
    ("Fp1", "F7", "F3"), ("Fz",), ("Fp2", "F8", "F4"), ("T7", "C3"), ("Cz",), ("T8", "C4"), ("P7", "P3", "O1"),
    ("Pz",), ("P8", "P4", "O2"),
)  # fmt: skip
"""Electrodes whose mean is one row of a shape."""
RATE_HZ = 16
BEFORE, AFTER = 16, 40
"""Steps of a sixteenth of a second before and after the onset that a shape holds."""
SHIFTS = 8
"""Two shapes are laid over one another up to so many steps apart."""
N_SHIFTS = 2 * SHIFTS + 1
LENGTH = BEFORE + AFTER - 2 * SHIFTS
"""Steps of what is compared."""
_SIZE = len(REGIONS) * LENGTH
_ROUNDS = 5
"""So often the shapes are laid over their mean anew."""
_MOST_UV = 3e4
"""Half precision ends at 65,504: an electrode that comes off can be beyond."""
_AT_ONCE = 64
"""Shapes whose windows are held at a time."""
_MOST_MEANT = 2000
"""Of more shapes that could make the mean only those of most weight do: it is known well enough, and memory bounded."""
_EVERY, _MOST_WINDOWS = 4, 8000
"""Windows of the background: at every fourth shift, and so many at most."""
_FLAT_UV = 1e-3
_NOTHING = 1e-9


def shapes(means: Floats, names: tuple[str, ...], onset_s: FloatArray, seconds: range) -> Shapes:
    """Potentials of nine regions around each onset at 16 Hz, less their means, shape (n, 9, 56); 0 without electrodes.

    Parameters
    ----------
    means : float32 array, shape (n_electrodes, n_cells)
        At 32 Hz, from the first of ``seconds`` on.
    names : tuple of str
    onset_s : float array, shape (n,)
    seconds : range
    """
    per = SLOW_RATE_HZ // RATE_HZ
    n = means.shape[1] // per
    slow = means[:, : n * per].reshape(len(means), n, per).mean(axis=2)
    rows = np.zeros((len(REGIONS), n), np.float32)
    for k, region in enumerate(REGIONS):
        members = [i for i, name in enumerate(names) if name in region]
        if members:
            rows[k] = slow[members].mean(axis=0)
    at = np.rint((onset_s - seconds.start) * RATE_HZ).astype(np.intp)[:, None] + np.arange(-BEFORE, AFTER)
    made = rows[:, np.clip(at, 0, n - 1)].transpose(1, 0, 2)
    made -= made.mean(axis=2, keepdims=True)
    return np.asarray(np.clip(made, -_MOST_UV, _MOST_UV), np.float16)


@dataclass(frozen=True, eq=False)
class Whitened:
    """Shapes seen through the inverse of the background's covariance over regions and time.

    What the background does all the time (its rhythms, their fields) counts little there, and what it never does counts
    much. The correlation with a mean shape is then the adaptive cosine estimator (Kraut, Scharf and McWhorter, IEEE
    Trans Signal Process 49:1-16, 2001), which does not depend on how large the background is at the moment.

    Attributes
    ----------
    shape : float16 array, shape (n, 9, 56)
    filter : float32 array, shape (360, 360)
        Takes a window to one whose values are uncorrelated and of equal variance in the background.
    """

    shape: Shapes
    filter: Floats

    @classmethod
    def by(cls, shape: Shapes, background: BoolArray, shrinkage: float) -> Whitened:
        """Learn the covariance from those shapes that are ``background``.

        Parameters
        ----------
        shape : float16 array, shape (n, 9, 56)
        background : bool array, shape (n,)
        shrinkage : float
            Share of the mean variance in the covariance.
        """
        return cls(shape, _whitening(shape[background], shrinkage))

    @cached_property
    def size(self) -> Floats:
        """Norm of each shape's window at each shift, so seen, shape (n, 17); asked for only where there are spasms."""
        size = np.empty((len(self.shape), N_SHIFTS), np.float32)
        for at, windows in _windows(self.shape):
            size[at] = np.linalg.norm(windows @ self.filter.T, axis=2) + _NOTHING
        return size

    def along(self, weight: FloatArray) -> FloatArray:
        """Correlation of each shape, where it fits best, with the weighted mean of all the others; shape (n,).

        Parameters
        ----------
        weight : float array, shape (n,)
            More than one is above zero.
        """
        used = np.sort(np.argsort(-weight, kind="stable")[: min(np.count_nonzero(weight), _MOST_MEANT)])
        w, k, best = weight[used, None].astype(np.float32), np.arange(len(used)), np.full(len(used), SHIFTS)
        unit = np.empty((len(used), N_SHIFTS, _SIZE), np.float32)
        for at, windows in _windows(self.shape[used]):
            unit[at] = windows @ self.filter.T
        unit /= self.size[used][:, :, None]
        mean = (w * unit[k, best]).sum(axis=0)
        for _ in range(_ROUNDS):
            own = np.einsum("ksj,kj->ks", unit, unit[k, best])
            best = (unit @ mean - w * own).argmax(axis=1)
            mean = (w * unit[k, best]).sum(axis=0)
        pattern = mean @ self.filter
        out = np.empty(len(self.shape))
        for at, windows in _windows(self.shape):
            out[at] = (windows @ pattern / self.size[at]).max(axis=1)
        out /= np.linalg.norm(mean) + _NOTHING
        others = mean - w * unit[k, best]
        each = np.einsum("ksj,kj->ks", unit, others)
        out[used] = each.max(axis=1) / (np.linalg.norm(others, axis=1) + _NOTHING)
        return out


def _windows(shape: Shapes, every: int = 1) -> Iterator[tuple[slice, Floats]]:
    """Some shapes at a time: which, and their windows, shape (n, n_shifts, 360)."""
    for start in range(0, len(shape), _AT_ONCE):
        some = shape[start : start + _AT_ONCE].astype(np.float32)
        seen = np.lib.stride_tricks.sliding_window_view(some, LENGTH, axis=2)[:, :, ::every]
        yield slice(start, start + len(some)), seen.transpose(0, 2, 1, 3).reshape(len(some), -1, _SIZE)


def _whitening(background: Shapes, shrinkage: float) -> Floats:
    """Inverse square root of the covariance of windows of equal size, whatever the background's was."""
    total, n = np.zeros((_SIZE, _SIZE)), 0
    thin = max(1, -(-len(background) * len(range(0, N_SHIFTS, _EVERY)) // _MOST_WINDOWS))
    for _, windows in _windows(background[::thin], _EVERY):
        flat = windows.reshape(-1, _SIZE)
        level = np.sqrt((flat**2).mean(axis=1, keepdims=True))
        seen = level[:, 0] > _FLAT_UV
        equal = flat[seen] / level[seen]
        total += equal.T @ equal
        n += len(equal)
    covariance = (1 - shrinkage) * total / max(n, 1) + shrinkage * np.eye(_SIZE)
    return np.asarray(np.linalg.inv(np.linalg.cholesky(covariance)), np.float32)
