"""Limits and weights of the spasm detector, each with its meaning, unit and source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SpasmParameters:
    """What is looked for around a moment, and how much each part speaks for or against a spasm.

    Evidence is a logarithm (base e) of a likelihood ratio, "spasm" over "something else". Each ``..._evidence``
    field holds pairs (measure, evidence) between which the evidence is interpolated; outside them it stays
    constant. The pairs are set by reasoning from the published ranges, not fitted.

    Attributes
    ----------
    wave_s : tuple of float
        Widths at half height of the slow waves looked for, s. Status: recalled (slow waves of 0.5-2 s).
    sharp_s : float
        Width of the transients a slow wave must not be, s: vertex waves and spikes. Status: derived.
    template_width_deg : float
        Width of the broad field around the vertex that the wave is compared with, degrees. Status: policy
        (generalized, largest at the vertex: excerpt).
    min_wave_uv, min_wave_ratio : float
        Least height, vertex over rim, µV, and over the usual waves of that width in the surroundings, of a wave
        that is looked at on its own. Status: policy.
    surroundings_s : int
        How far the surroundings of waves reach on either side, s. Status: policy.
    baseline_s : int
        Length of the background before, s. Status: derived (ACNS attenuation: the preceding background).
    baseline_percentile : float
        Percentile of the amplitudes in it, robust against decrements of earlier spasms. Status: policy.
    decrement_ratio, decrement_end_ratio : float
        A decrement begins below this share of the background and ends above that one. Status: derived (ACNS
        attenuation: below 50 %; relaxed, as half a second of chance and fast activity fill it up).
    decrement_within_s : tuple of float
        It begins between these times after the onset, s. Status: derived (it follows a slow wave of 0.5-2 s).
    min_decrement_s, max_decrement_s : float
        Duration, s; what is low for longer is another state. Status: excerpt (1 s to several seconds), the
        lower limit relaxed.
    min_background_uv : float
        Median background of the derivations below which a decrement cannot be told from noise, µV. Status: policy.
    fast_hz, muscle_hz : tuple of float
        Fast activity on the wave, and the band that tells muscle from it, Hz. Status: recalled (14-30 Hz),
        derived.
    emg_hz : float
        High-pass before the envelope of limb EMG, Hz. Status: policy.
    emg_surroundings_s : int
        How far the usual EMG level is looked for on either side, s. Status: policy.
    emg_start_ratio : float
        A burst begins above this multiple of the usual level. Status: policy.
    min_emg_ratio, min_emg_uv : float
        And it reaches this multiple, and rises by so much, µV RMS. Status: policy.
    min_emg_noise_uv : float
        A channel that is usually below this is not connected, µV RMS above 20 Hz. Status: policy.
    emg_edge : float
        Duration is measured at this share of the height. Status: policy.
    emg_max_s : float
        Bursts are followed no longer than this, s. Status: policy (tonic seizures last longer than 3 s).
    synchrony_s : tuple of float
        EMG onset after the onset of the slow wave, s, between these. Status: excerpt (onsets of muscles differ by up
        to 100-200 ms), widened as the onset of a slow wave is blurred.
    wave_ratio_evidence, field_evidence, wave_absent_evidence : pairs, pairs, float
        The slow wave: over the surroundings, agreement of its field with the broad vertex field. Status: policy
        (the slow wave is practically always present: excerpt).
    decrement_evidence : pairs
        Decrement: its depth below the background (as a power of two) times its duration, s, up to 3 s.
        Status: policy.
    decrement_duration_evidence : pairs
        And its duration, s: commonly 1-5 s (recalled); what stays low for longer is rather an arousal. Status: policy.
    no_background_evidence : float
        Instead, where the background before is too low to fall any further. Status: policy.
    habit_minutes, habit_least_minutes, habit_percentile, habit_weight : int, int, float, float
        Where waves or decrements about as large recur in most minutes of so many on either side (suppression-burst,
        frequent attenuations) they are a habit of the background: the logarithm of one plus the weight times this
        percentile of their number per minute is taken off. A cluster of spasms is too short to become one; a
        recording shorter than the least number of minutes is filled up with empty ones. Status: policy.
    habit_ratio, habit_depth : tuple of float
        Steps of size within which waves and decrements are compared. Status: policy.
    fast_evidence : pairs
        Fast activity over its background. Status: policy (weak: muscle mimics it).
    emg_ratio_evidence, emg_duration_evidence, emg_diamond_evidence, emg_absent_evidence : pairs, ..., float
        EMG: height, duration (0.4-3 s in 85.7 %, 3-7 s in 14.3 % of 681 seizures of 8 infants; myoclonus below
        0.1-0.2 s: excerpt), shape, and its absence where limb EMG was recorded (subtle spasms). Status: policy.
    motion_evidence : pairs
        Motion in the video over its usual level, where it is given. Status: policy.
    sleep_evidence : float
        Added in NREM and REM sleep. Status: recalled (spasms are rare in sleep), small as staging of these EEGs
        is uncertain.
    prior : float
        Evidence of any moment before it is looked at. Status: policy.
    artifact_evidence, max_artifact_s : float
        Added within a run of movement, crying or other unusable seconds longer than this, s. Status: policy.
    cluster_interval_s : tuple of float
        Intervals at which spasms of a cluster repeat, s. Status: recalled (5-30 s typical), widened.
    support_confidence : tuple of float
        A neighbor supports from the lower confidence of its own on, and fully from the upper one. Status: policy.
    support_evidence : pairs
        Evidence from the number of supporting neighbors. Status: excerpt (78.3 % of seizures in clusters), the
        weights policy.
    clear_evidence, unclear_support : float
        A part of this evidence is clear; without a clear one, or without a burst where limb EMG was recorded, only
        this share of the support is added. Status: policy.
    refractory_s : float
        Two candidates closer than this are one, s. Status: derived.
    operating_point : float
        Confidence from which a candidate is counted; may be set per site. Status: policy.
    listed_from : float
        Candidates from this confidence on are kept as near-misses. Status: policy.
    """

    wave_s: tuple[float, ...] = (0.25, 0.5, 1.0)
    sharp_s: float = 0.09
    template_width_deg: float = 55.0
    min_wave_uv: float = 20.0
    min_wave_ratio: float = 2.0
    surroundings_s: int = 13
    baseline_s: int = 12
    baseline_percentile: float = 65.0
    decrement_ratio: float = 0.62
    decrement_end_ratio: float = 0.75
    decrement_within_s: tuple[float, float] = (0.2, 2.5)
    min_decrement_s: float = 0.5
    max_decrement_s: float = 12.0
    min_background_uv: float = 12.0
    fast_hz: tuple[float, float] = (14.0, 30.0)
    muscle_hz: tuple[float, float] = (36.0, 70.0)
    emg_hz: float = 20.0
    emg_surroundings_s: int = 10
    emg_start_ratio: float = 2.0
    min_emg_ratio: float = 3.0
    min_emg_uv: float = 5.0
    min_emg_noise_uv: float = 0.25
    emg_edge: float = 0.2
    emg_max_s: float = 8.0
    synchrony_s: tuple[float, float] = (-0.5, 0.8)
    wave_ratio_evidence: tuple[tuple[float, float], ...] = ((1.3, -1.0), (1.8, 0.0), (2.8, 1.3), (4.5, 2.4), (7.0, 3.0))
    field_evidence: tuple[tuple[float, float], ...] = ((0.2, -1.5), (0.45, -0.5), (0.7, 0.0), (0.9, 0.4))
    wave_absent_evidence: float = -1.5
    decrement_evidence: tuple[tuple[float, float], ...] = (
        (0.0, -1.2),
        (0.25, -0.3),
        (0.6, 1.0),
        (1.2, 2.3),
        (2.5, 3.2),
    )
    decrement_duration_evidence: tuple[tuple[float, float], ...] = ((6.0, 0.0), (12.0, -1.5))
    no_background_evidence: float = -0.4
    habit_minutes: int = 10
    habit_least_minutes: int = 12
    habit_percentile: float = 40.0
    habit_weight: float = 3.0
    habit_ratio: tuple[float, ...] = (4.0, 8.0)
    habit_depth: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0)
    fast_evidence: tuple[tuple[float, float], ...] = ((1.0, -0.3), (1.6, 0.0), (2.5, 0.6), (4.0, 1.0))
    emg_ratio_evidence: tuple[tuple[float, float], ...] = ((3.0, 0.3), (6.0, 1.5), (12.0, 2.5), (30.0, 3.0))
    emg_duration_evidence: tuple[tuple[float, float], ...] = (
        (0.15, -6.0), (0.25, -3.0), (0.45, 0.0), (3.0, 0.0), (4.0, -1.0), (7.0, -3.5),
    )  # fmt: skip
    emg_diamond_evidence: tuple[tuple[float, float], ...] = ((0.5, -1.0), (0.8, 0.0), (0.95, 0.5))
    emg_absent_evidence: float = -1.3
    motion_evidence: tuple[tuple[float, float], ...] = ((1.0, -1.0), (2.0, 0.0), (4.0, 1.0), (8.0, 1.5))
    sleep_evidence: float = -0.4
    prior: float = -5.0
    artifact_evidence: float = -2.5
    max_artifact_s: float = 5.0
    cluster_interval_s: tuple[float, float] = (3.0, 60.0)
    support_confidence: tuple[float, float] = (0.05, 0.5)
    support_evidence: tuple[tuple[float, float], ...] = (
        (0.0, 0.0),
        (1.0, 1.0),
        (2.0, 2.2),
        (3.0, 3.2),
        (5.0, 4.5),
        (7.0, 5.0),
    )
    clear_evidence: float = 0.7
    unclear_support: float = 0.6
    refractory_s: float = 2.5
    operating_point: float = 0.6
    listed_from: float = 0.15
