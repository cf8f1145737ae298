"""Many spikes as columns: a night of hypsarrhythmia has hundreds of thousands."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.signal.scalp import flat


@dataclass(frozen=True, eq=False)
class Spikes:
    """Columns of equal length, sorted by ``peak_s``.

    Attributes
    ----------
    peak_s : float64
        Recording time of the peak.
    onset_s : float64
        Start of the spike.
    duration_s : float32
        Start to end of the sharp wave, without the after-going slow wave.
    slow_stop_s : float64
        End of the after-going slow wave (end of the spike if there is none).
    electrode : int16
        Index into :data:`ELECTRODES` of the peak, or ``-1 - d`` for derivation ``d`` of a recording without
        known positions.
    amplitude_uv : float32
        Peak-to-peak of the sharp wave at the peak electrode's largest longitudinal derivation, µV.
    prominence : float32
        Amplitude over the local background (ratio).
    confidence : float32
        0-1.
    field : uint32
        Bit i is set when electrode i takes part (at least half of the peak).
    center : float32, shape (n, 2)
        Center of the field on the flat head (:func:`westward.eeg.signal.scalp.flat`: right, front; 1 is the
        distance of 10-20 neighbors); left out, it is the place of the peak electrode. NaN without positions.
    """

    peak_s: NDArray[np.float64]
    onset_s: NDArray[np.float64]
    duration_s: NDArray[np.float32]
    slow_stop_s: NDArray[np.float64]
    electrode: NDArray[np.int16]
    amplitude_uv: NDArray[np.float32]
    prominence: NDArray[np.float32]
    confidence: NDArray[np.float32]
    field: NDArray[np.uint32]
    center: NDArray[np.float32] = dataclasses.field(default_factory=lambda: np.zeros((0, 2), np.float32))

    def __post_init__(self) -> None:
        if len(self.center) != len(self.electrode):
            known = self.electrode >= 0
            where = flat().astype(np.float32)[np.where(known, self.electrode, 0)]
            object.__setattr__(self, "center", np.where(known[:, None], where, np.float32(np.nan)))

    def __len__(self) -> int:
        return len(self.peak_s)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Spikes:
        """The chosen rows."""
        return Spikes(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def empty(cls) -> Spikes:
        """No spikes."""
        f64, f32 = np.zeros(0), np.zeros(0, np.float32)
        return cls(f64, f64, f32, f64, np.zeros(0, np.int16), f32, f32, f32, np.zeros(0, np.uint32))

    @classmethod
    def concatenate(cls, parts: Iterable[Spikes]) -> Spikes:
        """All parts in order of time."""
        parts = [p for p in parts if len(p)]
        if not parts:
            return cls.empty()
        joined = cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))
        return joined.select(np.argsort(joined.peak_s, kind="stable"))

    def electrodes_of(self, row: int) -> tuple[str, ...]:
        """Names of the electrodes that take part in one spike."""
        return tuple(name for i, name in enumerate(ELECTRODES) if int(self.field[row]) >> i & 1)
