"""A piece of a recording prepared for the detectors: montage made, filtered, with margins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

MARGIN_S = 20.0
"""Context on either side of a block's core (less at the ends of a segment). A detector that looks no further
than this from the moment it judges gives results that do not depend on the block size."""


@dataclass(frozen=True, eq=False)
class Block:
    """One stretch of one segment, the unit of streaming.

    A block owns the half-open core ``[core_start_s, core_stop_s)``: a detector reports events whose peak (or
    onset) lies in the core, and per-second or per-epoch values of cells inside it; the margins are context.
    Core edges lie on whole multiples of 30 s of recording time, except at the ends of a segment.

    Attributes
    ----------
    start_s : float
        Recording time of sample 0 (margin included).
    core_start_s, core_stop_s : float
        The core, recording time.
    sfreq_hz : float
        Common working rate of all arrays (100-300 Hz; faster files are resampled to 256 Hz).
    electrodes : tuple of str
        10-20 names of the usable electrodes (bad channels left out); may be empty.
    raw : float32 array, shape (n_electrodes, n_samples)
        As recorded against the file's reference, unfiltered, µV. For quality checks.
        For files that hold derivations only: least-squares potentials of ``bipolar``.
    potentials : float32 array, shape (n_electrodes, n_samples)
        Average reference over usable electrodes, 0.5-70 Hz (or 0.45 of the rate) zero-phase, mains removed, µV.
    derivations : tuple of str
        Longitudinal bipolar derivations that can be made, ``Fp1-F7`` style; for channels of unknown position,
        the channels themselves under their labels.
    bipolar : float32 array, shape (n_derivations, n_samples)
        Same filter, µV.
    aux : mapping of str to float32 array, shape (n_samples,)
        ``ECG``, ``EOG left``, ``EMG deltoid left`` ... at the working rate, µV, mean removed, otherwise unfiltered.
    """

    start_s: float
    core_start_s: float
    core_stop_s: float
    sfreq_hz: float
    electrodes: tuple[str, ...]
    raw: FloatArray
    potentials: FloatArray
    derivations: tuple[str, ...]
    bipolar: FloatArray
    aux: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def n_samples(self) -> int:
        """Length of every array, margins included."""
        return int(self.bipolar.shape[1])

    @property
    def core(self) -> slice:
        """The samples of the core."""
        return slice(self.sample(self.core_start_s), self.sample(self.core_stop_s))

    def sample(self, time_s: float) -> int:
        """Nearest sample to a moment of recording time, clipped to the block."""
        return min(max(round((time_s - self.start_s) * self.sfreq_hz), 0), self.n_samples)

    def time(self, sample: int | float) -> float:
        """Recording time of a sample."""
        return self.start_s + sample / self.sfreq_hz

    def whole_cells(self, length_s: float) -> range:
        """Indices k of the cells [k*length_s, (k+1)*length_s) of recording time that lie wholly in the core."""
        first = int(np.ceil(self.core_start_s / length_s - 1e-6))
        stop = int(np.floor(self.core_stop_s / length_s + 1e-6))
        return range(first, max(first, stop))
