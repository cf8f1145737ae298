"""What was measured around each moment that may be a spasm: small columns, no samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
SHAPE = (9, 56)
"""Regions and steps of a sixteenth of a second of a shape."""


@dataclass(frozen=True, eq=False)
class SpasmFeatures:
    """Candidate moments as columns sorted by time; NaN where a part could not be looked at.

    Attributes
    ----------
    onset_s : float64
        Recording time at which the earliest part begins.
    slow_wave_uv, slow_wave_ratio, slow_wave_width_s : float32
        Height over the rim of the head in a broad vertex field; the wave, seen through the weights that show such a
        field best over the activity around, over the usual ones of these 25 s (at the width that stands out
        most); and its width at half height (the width of the tallest).
    slow_wave_peak_s : float64
        Recording time of its peak (NaN if none).
    sharpness : float32
        Share of the wave's height that a transient of 0.09 s would have at its place; near 1 it is no slow wave.
    vertex_share, field_share : float32
        Correlation of the field with the broad field at or in front of the vertex (without sign), and share of
        electrodes that take part with at least a quarter of the largest deflection.
    unlike : float32
        What of the wave's moment this field does not explain, in variances of the surroundings per electrode.
    repeats : float32
        The largest wave 0.75-1.75 s before or after over the wave itself: about 1 in a rhythm.
    fast_activity_ratio : float32
        Rhythms of 14-30 Hz near the vertex, less what muscle explains, over the preceding background.
    decrement_ratio, decrement_s : float32
        Median amplitude in the decrement over the preceding background and its duration; NaN and 0 if none.
    decrement_share : float32
        Share of derivations that fall; NaN if none.
    early_change : float32
        Amplitude 1-2 s after the peak of the wave over that of the seconds before, a power of two.
    burst_contrast : float32
        Amplitude of the upper fifth of the seconds before over that of their lowest third, a power of two: large in
        suppression-burst.
    shape : float16, shape (n, 9, 56)
        Potentials of nine regions around the onset of the wave (without a clear one, of the candidate) at 16 Hz, µV
        (:mod:`westward.eeg.events.spasm_shape`); 0 without electrodes.
    emg_onset_s : float64
        Recording time (NaN if no burst).
    emg_ratio, emg_duration_s, emg_diamond, emg_asymmetry : float32
        Limb EMG: height over the usual level, duration, how like one rise and fall (-1 to 1), and left against right
        (-1 all right to 1 all left; NaN unless both sides are recorded). Without a burst 0, 0, NaN, NaN; without
        limb EMG all NaN.
    """

    onset_s: NDArray[np.float64]
    slow_wave_uv: FloatArray
    slow_wave_ratio: FloatArray
    slow_wave_width_s: FloatArray
    slow_wave_peak_s: NDArray[np.float64]
    sharpness: FloatArray
    vertex_share: FloatArray
    field_share: FloatArray
    unlike: FloatArray
    repeats: FloatArray
    fast_activity_ratio: FloatArray
    decrement_ratio: FloatArray
    decrement_s: FloatArray
    decrement_share: FloatArray
    early_change: FloatArray
    burst_contrast: FloatArray
    shape: NDArray[np.float16]
    emg_onset_s: NDArray[np.float64]
    emg_ratio: FloatArray
    emg_duration_s: FloatArray
    emg_diamond: FloatArray
    emg_asymmetry: FloatArray

    def __len__(self) -> int:
        return len(self.onset_s)

    def select(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> SpasmFeatures:
        """Some of the candidates."""
        return SpasmFeatures(*(getattr(self, f.name)[which] for f in fields(self)))

    @classmethod
    def empty(cls) -> SpasmFeatures:
        """No candidates."""
        made: dict[str, Any] = {
            f.name: np.zeros(0, np.float64 if f.name.endswith(_TIMES) else np.float32) for f in fields(cls)
        }
        return cls(**(made | {"shape": np.zeros((0, *SHAPE), np.float16)}))

    @classmethod
    def concatenate(cls, parts: Iterable[SpasmFeatures]) -> SpasmFeatures:
        """All parts in order of time."""
        kept = [p for p in parts if len(p)]
        if not kept:
            return cls.empty()
        whole = cls(*(np.concatenate([getattr(p, f.name) for p in kept]) for f in fields(cls)))
        in_order = bool((np.diff(whole.onset_s) >= 0).all())
        return whole if in_order else whole.select(np.argsort(whole.onset_s, kind="stable"))


_TIMES = ("onset_s", "peak_s")
