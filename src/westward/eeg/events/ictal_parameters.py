"""Limits of the search for ictal candidates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IctalParameters:
    """What makes a moment an ictal candidate.

    Attributes
    ----------
    wave_s : tuple of float
        Width of the slow wave at half height, s; a wave of 0.5-2 s. Status: recalled.
    min_wave_uv : float
        Vertex minus rim, peak to trough, µV. Status: policy.
    min_wave_ratio, alone_wave_ratio : float
        And over the median one-second range of the same signal in the 15 s on either side: with a synchronous
        burst of limb EMG, and without one (a wave of chaotic delta does not stand out of chaotic delta).
        Status: policy.
    decrement_ratio, decrement_fraction, min_decrement_s : float
        A decrement is a drop to this share of the preceding 10 s in this share of derivations for so long.
        Status: derived (ACNS attenuation, somewhat relaxed), excerpt (1 s to several seconds).
    decrement_within_s : float
        It begins within this time after the wave, s. Status: policy.
    emg_ratio, emg_s : float, tuple of float
        A burst of limb EMG over its running median, and its duration, s. Status: policy; excerpt (spasms
        0.4-3 s in 85.7 % of 681 seizures of 8 infants).
    synchrony_s : float
        The burst begins within this time of the wave, s. Status: policy.
    cluster_interval_s : tuple of float
        Candidates that repeat at such intervals form a cluster, s. Status: recalled (5-30 s typical).
    cluster_size : int
        Smallest cluster. Status: policy.
    max_movement_s : float
        A run of movement longer than this is no spasm, s. Status: policy.
    before_s, after_s : float
        Masked around each candidate, s. Status: policy.
    """

    wave_s: tuple[float, float] = (0.15, 1.1)
    min_wave_uv: float = 60.0
    min_wave_ratio: float = 1.5
    alone_wave_ratio: float = 2.2
    decrement_ratio: float = 0.6
    decrement_fraction: float = 0.6
    min_decrement_s: float = 0.75
    decrement_within_s: float = 2.0
    emg_ratio: float = 4.0
    emg_s: tuple[float, float] = (0.4, 3.0)
    synchrony_s: float = 1.0
    cluster_interval_s: tuple[float, float] = (3.0, 60.0)
    cluster_size: int = 3
    max_movement_s: float = 5.0
    before_s: float = 1.0
    after_s: float = 2.0
