"""Spasms of a whole recording as columns, near-misses included, and as rows of the event table."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import EPOCH_S, STATES, Hypnogram

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
UNCONFIRMED = "candidate, not video-confirmed"
"""Every row's reason ends with these words."""
AS_MEASURED = (
    "onset_s", "slow_wave_uv", "slow_wave_ratio", "slow_wave_width_s", "sharpness", "vertex_share", "field_share",
    "unlike", "repeats", "fast_activity_ratio", "decrement_ratio", "decrement_s", "decrement_share", "early_change",
    "burst_contrast", "emg_ratio", "emg_duration_s", "emg_diamond", "emg_asymmetry",
)  # fmt: skip
"""Columns taken over from the features of a candidate."""
RHYTHM_FROM, SUPPRESSION_FROM, LIKENESS_FROM = 0.8, 0.5, 1.0
"""From here on a reason names a rhythm, suppression-burst, and likeness (policy)."""


@dataclass(frozen=True, eq=False)
class Spasms:
    """Candidates judged over the whole night, sorted by onset.

    Measured parts are NaN where they could not be assessed, and 0 where they were looked for and not found.

    Attributes
    ----------
    onset_s, duration_s : float64
        Recording time of the earliest part, and to the end of slow wave and EMG burst (of the decrement where
        there is nothing else).
    confidence, confidence_alone : float32
        0-1, with and without what its neighbors add.
    counted : bool
        At or above the operating point; the others are near-misses.
    slow_wave_uv, slow_wave_ratio, slow_wave_width_s, slow_wave_peak_s, sharpness, vertex_share, field_share, unlike,
    repeats, fast_activity_ratio, decrement_ratio, decrement_s, decrement_share, early_change, burst_contrast,
    emg_ratio, emg_duration_s, emg_diamond, emg_asymmetry : float32 (the peak float64, NaN where no wave is clear)
        As in :class:`~westward.eeg.events.spasm_features.SpasmFeatures`.
    emg_lag_s : float32
        Onset of the burst after that of the slow wave.
    motion : float32
        Motion of the video over its usual level; NaN without video.
    evidence, evidence_here : float32
        Of all parts together, and as it weighs against what this recording does all the time.
    suppression : float32
        How far the background of the minutes around is suppression-burst, 0-1.
    likeness, unlike_emg, unlike_parts : float32
        Evidence of the likeness of its wave to the other spasms of the recording (negative: unlike them), of having no
        burst of limb EMG where they have one, and of parts of another size than theirs (neither ever positive).
    support : float32
        Expected number of spasms among the neighbors at cluster intervals.
    in_artifact : bool
        Within a long run of movement, crying or other unusable seconds.
    subtype : object (str)
        Which parts were found.
    """

    onset_s: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    confidence: FloatArray
    confidence_alone: FloatArray
    counted: BoolArray
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
    emg_ratio: FloatArray
    emg_duration_s: FloatArray
    emg_diamond: FloatArray
    emg_asymmetry: FloatArray
    emg_lag_s: FloatArray
    motion: FloatArray
    evidence: FloatArray
    evidence_here: FloatArray
    suppression: FloatArray
    likeness: FloatArray
    unlike_emg: FloatArray
    unlike_parts: FloatArray
    support: FloatArray
    in_artifact: BoolArray
    subtype: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.onset_s)

    @property
    def stop_s(self) -> NDArray[np.float64]:
        """End of each."""
        return self.onset_s + self.duration_s

    @property
    def end_of_decrement_s(self) -> NDArray[np.float64]:
        """When the background is back: the end of the decrement, else of the spasm.

        Without wave and burst the spasm itself reaches to the end of its decrement.
        """
        whole = ~np.isfinite(self.slow_wave_peak_s) & ~(self.emg_ratio > 0)
        fall = np.where(whole, 0, np.nan_to_num(self.decrement_s.astype(np.float64)))
        return np.asarray(self.stop_s + fall, np.float64)

    @property
    def with_emg(self) -> bool | None:
        """Whether limb EMG was recorded; None without any candidate."""
        return bool(np.isfinite(self.emg_ratio).any()) if len(self) else None

    def select(self, which: BoolArray | NDArray[np.intp]) -> Spasms:
        """Some of them."""
        return Spasms(*(getattr(self, f.name)[which] for f in fields(self)))

    def at_point(self, operating_point: float) -> Spasms:
        """The same candidates counted from another confidence on."""
        return replace(self, counted=np.asarray(self.confidence >= operating_point))

    @classmethod
    def empty(cls) -> Spasms:
        """No candidates."""
        kinds = {
            "onset_s": float,
            "duration_s": float,
            "slow_wave_peak_s": float,
            "counted": bool,
            "in_artifact": bool,
            "subtype": object,
        }
        return cls(*(np.zeros(0, kinds.get(f.name, np.float32)) for f in fields(cls)))

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """All columns by name, for ``spasms.parquet``."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def reason(self, k: int) -> str:
        """The parts measured of one candidate in plain words."""
        parts = []
        if np.isnan(self.slow_wave_ratio[k]):
            parts.append("slow wave not assessable")
        else:
            stands = f"stands out {self.slow_wave_ratio[k]:.1f} x the usual waves of the 25 s around"
            parts.append(f"vertex wave {self.slow_wave_uv[k]:.0f} µV, {stands}")
        if self.decrement_s[k] > 0:
            depth = "" if np.isnan(self.decrement_ratio[k]) else f" to {self.decrement_ratio[k]:.0%}".replace("%", " %")
            parts.append(f"decrement {self.decrement_s[k]:.1f} s{depth}")
        elif np.isnan(self.decrement_s[k]):
            parts.append("decrement not assessable")
        else:
            parts.append("no decrement")
        if np.isnan(self.emg_ratio[k]):
            parts.append("limb EMG not recorded or not connected")
        elif self.emg_ratio[k] > 0:
            parts.append(f"EMG burst {self.emg_duration_s[k]:.1f} s, {self.emg_ratio[k]:.0f} x")
        else:
            others = ", unlike the other spasms of this recording" if self.unlike_emg[k] <= -LIKENESS_FROM else ""
            parts.append(f"no EMG burst{others}")
        if self.fast_activity_ratio[k] >= 1.5:
            muscle = ", rather muscle" if self.fast_activity_ratio[k] > 5 else ""
            parts.append(f"fast activity {self.fast_activity_ratio[k]:.1f} x{muscle}")
        if self.repeats[k] >= RHYTHM_FROM and np.isfinite(self.slow_wave_peak_s[k]) and not self.decrement_s[k] > 0:
            parts.append("waves of its size beside it")
        if self.suppression[k] >= SUPPRESSION_FROM:
            parts.append("in suppression-burst")
        if self.evidence_here[k] < self.evidence[k] - 1:
            parts.append("usual in this recording")
        if abs(self.likeness[k]) >= LIKENESS_FROM:
            alike = "like" if self.likeness[k] > 0 else "unlike"
            parts.append(f"wave {alike} the other spasms of this recording")
        if self.unlike_parts[k] <= -LIKENESS_FROM:
            parts.append("parts of another size than those of the other spasms")
        if np.isfinite(self.motion[k]):
            parts.append(f"motion {self.motion[k]:.1f} x")
        if self.in_artifact[k]:
            parts.append("within movement or other artifact")
        if not self.counted[k]:
            parts.append("below the operating point")
        return "; ".join([*parts, UNCONFIRMED])

    def events(
        self, *, hypnogram: Hypnogram | None = None, cluster_ids: NDArray[np.object_] | None = None
    ) -> list[Event]:
        """Rows of the event table, near-misses with ``counted`` false."""
        out = []
        for k in range(len(self)):
            onset = float(self.onset_s[k])
            size = float(self.slow_wave_uv[k])
            out.append(
                Event(
                    round(onset, 3),
                    round(float(self.duration_s[k]), 3),
                    "spasm",
                    (),
                    round(float(self.confidence[k]), 3),
                    subtype=str(self.subtype[k]),
                    amplitude_uv=round(size, 1) if np.isfinite(size) else None,
                    state=state_at(hypnogram, onset),
                    cluster_id=str(cluster_ids[k]) if cluster_ids is not None else "",
                    counted=bool(self.counted[k]),
                    reason=self.reason(k),
                )
            )
        return out


def state_at(hypnogram: Hypnogram | None, moment_s: float) -> str:
    """State of the epoch that holds a moment; empty where nothing was staged."""
    if hypnogram is None or not len(hypnogram.state):
        return ""
    epoch = int(moment_s // EPOCH_S)
    return STATES[int(hypnogram.state[epoch])] if 0 <= epoch < len(hypnogram.state) else "unknown"
