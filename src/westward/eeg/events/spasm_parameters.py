"""Limits and weights of the spasm detector, each with its meaning, unit and source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Pairs = tuple[tuple[float, float], ...]


class PartSpread(NamedTuple):
    """A part of spasms: its mean over children, and its SD between children and within one.

    Ratios and durations as natural logarithms, lag and asymmetry as they are.
    """

    name: str
    usual: float
    between: float
    within: float


_ALIKE = PartSpread("likeness", 0.5, 0.45, 0.23)


@dataclass(frozen=True, slots=True, kw_only=True)
class LikenessParameters:
    """How the likeness of the spasms of a recording to one another is told.

    Attributes
    ----------
    alike_from : float
        Candidates from this probability on enter the mean shape, by it; the others are the rest. Status: policy.
    alike_background : float
        Candidates less probable than this at the first look are the background whose covariance is learned; from
        ``alike_from`` on they can be both. Status: policy.
    alike_known : float
        Spasms that what is usual of the spread of likeness, and of absent EMG, counts as; and so many make likeness
        count by half. Status: policy.
    alike_spasms, alike_rest : PartSpread, (float, float, float)
        Likeness (inverse hyperbolic tangent of a correlation) before any is known: of spasms, and of the rest median
        and the two ``alike_tail`` quantiles where the covariance is learned from few. Status: derived (simulated
        recordings; the mean of spasms taken lower, as in hypsarrhythmia).
    alike_spread : (float, float)
        Least SD of the likeness of spasms, and of the rest. Status: policy.
    alike_tail : (float, float)
        Quantiles of the likeness of the rest that tell its SD; the wider one counts. Status: policy.
    alike_enough : int
        Candidates of the rest from which on their own likeness is used; with fewer, likeness counts in their share.
        Status: policy.
    alike_anything : float
        Share of the rest whose likeness may be anything. Status: policy.
    alike_shrinkage : float
        Share of the mean variance in the covariance of the background. Status: policy.
    """

    alike_from: float = 0.1
    alike_background: float = 0.5
    alike_known: float = 4.0
    alike_spasms: PartSpread = _ALIKE
    alike_rest: tuple[float, float, float] = (0.17, 0.33, 0.37)
    alike_spread: tuple[float, float] = (0.1, 0.06)
    alike_tail: tuple[float, float] = (0.9, 0.95)
    alike_enough: int = 100
    alike_anything: float = 0.01
    alike_shrinkage: float = 0.05


_STRENGTH = PartSpread("evidence", 5.5, 2.6, 2.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnParameters:
    """How far the parts of a spasm may differ from those of the other spasms of the recording.

    Attributes
    ----------
    burst, brain : tuple of PartSpread
        Of the burst of limb EMG, and of the EEG. Status: derived (rounded from simulated recordings of two generators
        and real clips with planted spasms).
    strength : PartSpread
        Of what the parts say together. Status: derived (as above), the SD within a child widened.
    known : float
        Spasms that the usual SD within a child counts as. Status: policy.
    anything : float
        Share of spasms whose part may be as in any child. Status: policy.
    no_wave : tuple of float
        Below the first ratio of the slow wave there is none, from the second on there is one. Status: policy.
    burst_unlike : float
        A burst that takes off so much is unlike those of the others. Status: policy.
    most, most_for : float, float
        The burst, and the EEG, take off the first at most; a part makes up for others by the second at most. Status:
        policy.
    """

    burst: tuple[PartSpread, ...] = (
        PartSpread("emg_ratio", 3.0, 0.55, 0.4),
        PartSpread("emg_duration_s", -0.2, 0.3, 0.25),
        PartSpread("emg_lag_s", -0.25, 0.2, 0.2),
        PartSpread("emg_asymmetry", 0.0, 0.25, 0.15),
    )
    brain: tuple[PartSpread, ...] = (
        PartSpread("slow_wave_ratio", 1.2, 0.75, 0.4),
        PartSpread("fast_activity_ratio", 0.65, 0.4, 0.3),
        PartSpread("decrement_ratio", -1.0, 0.3, 0.25),
    )
    strength: PartSpread = _STRENGTH
    known: float = 6.0
    anything: float = 0.1
    no_wave: tuple[float, float] = (2.0, 4.0)
    burst_unlike: float = 1.0
    most: float = 4.0
    most_for: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class SpasmParameters:
    """What is looked for around a moment, and how much each part speaks for or against a spasm.

    Evidence is a logarithm (base e) of a likelihood ratio, "spasm" over "something else". Each ``..._evidence``
    field holds pairs (measure, evidence) between which the evidence is interpolated; outside them it stays
    constant. Which measures there are and which way each points follows from the published signature; the sizes of
    the weights ("derived, see above") are rounded from an additive logistic model of simulated recordings of two
    generators that share no shapes and of real clips with planted spasms, and hold where these agree. No recording of
    a child with spasms was used.

    Attributes
    ----------
    wave_s : tuple of float
        Widths at half height of the slow waves looked for, s. Status: recalled (slow waves of 0.5-2 s).
    sharp_s : float
        Width of the transients a slow wave must not be, s: vertex waves and spikes. Status: derived.
    wave_places : tuple of (float, float, float)
        Centers of the broad fields that the wave is compared with, degrees to the right and to the front of the
        vertex, and their width, degrees; the first alone where there are few electrodes. Status: policy (generalized,
        largest at the vertex: excerpt; or frontocentral: recalled).
    min_wave_uv, min_wave_ratio : float
        Least height, vertex over rim, µV, and how far it must stand out from the usual waves of the 25 s around, of
        a wave that calls for a look on its own. Status: policy.
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
    wave_ratio_evidence, unlike_evidence, field_evidence, sharpness_evidence, wave_absent_evidence : pairs, ..., float
        The slow wave: how it stands out; what its field leaves over; agreement with the field looked for; a sharp
        transient instead (vertex waves, spikes); and what all that takes off at most where there is a decrement, as
        spasms of a decrement alone exist, though the wave is practically always there (excerpt). Status: derived (see
        above).
    repeats_evidence, repeats_ratio : pairs, (float, float)
        Another wave of that size 0.75-1.75 s away, no decrement: a rhythm (hypnagogic hypersynchrony: recalled, 3-5 Hz
        for a second to several). Counts in part from the first, fully from the second ratio on at which the wave
        stands out. Status: policy.
    wave_unknown_evidence, wave_alone_evidence : float, float
        Added where the electrodes show no slow wave; and where there is neither decrement nor EMG beside it, as in
        vertex waves and K-complexes. Status: policy.
    unlike_share : (float, float)
        What is left over counts in part from the first, and fully from the second share of the wave's own strength
        on. Status: policy.
    field_ratio, least_field : (float, float), float
        Field and sharpness count fully for waves that stand out by the second ratio, less for smaller ones, at least
        by the last number. Status: policy (the field of a small wave is mostly that of the background).
    decrement_evidence, decrement_share_evidence, decrement_duration_evidence, early_change_evidence : pairs
        The decrement: its depth (a fall to almost nothing is rather a lost signal or suppression), share of
        derivations, duration in s (commonly 1-5 s: recalled; what stays low for longer is rather an arousal), and
        the change of amplitude 1-2 s after the peak of the wave. Status: derived (see above).
    fast_evidence : pairs
        Fast activity over its background; a great deal is muscle. Status: derived (see above).
    emg_ratio_evidence, emg_duration_evidence, emg_diamond_evidence, emg_lag_evidence, emg_absent_evidence : ..., float
        EMG: height, duration (0.4-3 s in 85.7 %, 3-7 s in 14.3 % of 681 seizures of 8 infants; myoclonus below
        0.1-0.2 s: excerpt; at a fifth of its height a burst is a fifth shorter), shape, onset after the peak of the
        wave in s, and its absence where limb EMG was recorded (subtle spasms). Status: derived (see above).
    most_emg, emg_asymmetry_evidence : float, pairs
        The course of a burst says no more than this, as a startle's can be the same; and a burst on one side alone,
        by its asymmetry without sign, is rather a movement of one arm. Status: policy.
    motion_evidence : pairs
        Motion in the video over its usual level, where it is given. Status: policy.
    sleep_evidence : float
        Added in NREM and REM sleep. Status: recalled (spasms are rare in sleep), small as staging of these EEGs
        is uncertain.
    burst_contrast, suppressed_share, suppressed_known, suppression_takes : float, (float, float), float, ...
        Suppression-burst: the upper fifth of the 12 s before a candidate is above their lowest third by this power of
        two, and that before so large a share of the candidates of ``habit_minutes`` around (in part, fully; so many
        candidates without are added). This share of what the decrement says is then taken off, with limb EMG and
        without. Status: policy (in suppression-burst most of the record is suppressed: ACNS).
    prior : float
        Sets the evidence to the rate of candidates: its zero is one of a background a second. Status: derived.
    artifact_evidence, max_artifact_s : float
        Added within a run of movement, crying or other unusable seconds longer than this, s. Status: policy.
    habit_from, habit_fall, habit_minutes, habit_known_minutes, habit_lift : float, float, float, float, float
        What a recording shows of its own: candidates of the background with evidence above the first number are
        counted (each less its probability of being a spasm) in so many minutes on either side, with so many minutes
        of the recording's mean added; their number falls with evidence like an exponential whose scale is fitted,
        beginning with ``habit_fall``. The evidence of a recording may surpass that of all recordings by
        ``habit_lift`` at most. Status: policy.
    spasm_evidence : (float, float)
        Mean and SD of the evidence of spasms. Status: derived (simulated recordings).
    starts_per_hour : float
        Spasms that begin a cluster or stand alone, per hour of EEG. Status: policy (a few per day: excerpt).
    goes_on : (float, float)
        Chance that another spasm follows a first one, and a later one. Status: excerpt (78.3 % of seizures come in
        clusters), the second policy (some ten per cluster).
    interval_s, interval_spread, interval_range_s : float, float, (float, float)
        Time between onsets in a cluster: median, SD of its logarithm, limits, s. Status: recalled (5-30 s typical),
        widened.
    interval_known, interval_from, interval_least_spread : float
        The time between spasms as the recording shows it: so many intervals count as the usual ones; candidates from
        this probability on make intervals; and the least SD of its logarithm. Status: policy.
    seed_lift : float
        Added to the evidence of all before the first look for those that are alike. Status: policy.
    unlike_spasms, most_likeness, likeness_ratio : float, float, (float, float)
        Likeness: share of spasms that need not resemble the others (those without any correlate in the EEG are spared
        by their burst: ``own``); the most that likeness can add; and the ratios by which a wave must stand out for
        that, in part and fully. Status: policy.
    likeness : LikenessParameters
        How it is told.
    own : OwnParameters
        How far the parts of a spasm may differ from those of the others.
    marked_from : float
        Evidence of the decrement from which on it is a sign beside the wave, as a burst of EMG always is. Status:
        policy.
    subtle_spasms : float
        Share of spasms without a burst of EMG before the recording is known. Status: policy.
    refractory_s : float
        Two candidates closer than this are one, s. Status: derived.
    operating_point : float
        Confidence from which a candidate is counted; may be set per site. Status: policy.
    operating_point_without_emg : float
        The same in a recording without limb EMG, where spasms have less to show. Status: policy.
    listed_from : float
        Candidates from this confidence on are kept as near-misses. Status: policy.
    """

    wave_s: tuple[float, ...] = (0.25, 0.5, 1.0, 1.5)
    sharp_s: float = 0.09
    wave_places: tuple[tuple[float, float, float], ...] = (
        (0.0, 0.0, 55.0),
        (0.0, 30.0, 45.0),
    )
    min_wave_uv: float = 20.0
    min_wave_ratio: float = 2.0
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
    emg_max_s: float = 7.0
    synchrony_s: tuple[float, float] = (-0.5, 0.8)
    wave_ratio_evidence: Pairs = (
        (0.8, -2.6), (1.2, -2.4), (1.6, -1.8), (2.2, -0.7), (3.0, 0.2), (4.5, 1.0), (7.0, 1.9), (12.0, 2.6),
        (20.0, 3.2),
    )  # fmt: skip
    unlike_evidence: Pairs = ((2.0, 0.3), (10.0, -1.2), (40.0, -2.3), (200.0, -4.2))
    unlike_share: tuple[float, float] = (0.2, 0.8)
    field_evidence: Pairs = ((0.2, -2.2), (0.5, -1.3), (0.7, -0.8), (0.85, 0.3), (0.95, 1.3))
    field_ratio: tuple[float, float] = (1.5, 4.0)
    least_field: float = 0.3
    sharpness_evidence: Pairs = ((0.2, 0.9), (0.45, -0.2), (0.65, -1.5), (0.8, -2.8))
    repeats_evidence: Pairs = ((0.6, 0.0), (0.8, -1.0), (1.0, -3.0))
    repeats_ratio: tuple[float, float] = (3.0, 6.0)
    wave_absent_evidence: float = -3.5
    wave_unknown_evidence: float = -2.0
    decrement_evidence: Pairs = ((0.05, -0.7), (0.15, -0.2), (0.3, 2.0), (0.45, 1.9), (0.6, 0.0))
    decrement_share_evidence: Pairs = ((0.5, -0.3), (0.7, -0.3), (0.9, 0.0), (1.0, 0.9))
    decrement_duration_evidence: Pairs = ((0.5, 0.0), (1.0, 0.4), (2.0, 0.9), (3.5, 0.7), (6.0, -0.5), (9.0, -1.1))
    early_change_evidence: Pairs = (
        (-2.5, 1.5), (-1.5, 1.7), (-0.8, 0.6), (-0.4, -0.2), (0.0, -0.4), (0.5, -0.7), (2.0, -1.3),
    )  # fmt: skip
    fast_evidence: Pairs = ((1.1, 0.0), (1.5, 0.2), (2.0, 1.0), (3.0, 0.6), (5.0, -1.1), (10.0, -1.7))
    emg_ratio_evidence: Pairs = ((3.0, -1.3), (6.0, -0.3), (12.0, 1.0), (30.0, 1.8))
    emg_duration_evidence: Pairs = (
        (0.15, -6.0), (0.25, -3.0), (0.35, -0.8), (0.45, 0.4), (0.8, 1.4), (1.5, 1.1), (3.0, -0.3), (7.0, -3.5),
    )  # fmt: skip
    emg_diamond_evidence: Pairs = ((0.5, -1.1), (0.8, -0.2), (0.9, 0.6), (0.97, 1.8))
    emg_lag_evidence: Pairs = ((-1.2, 0.0), (-0.6, 0.2), (-0.2, 0.8), (0.1, 0.4), (0.4, -0.2))
    emg_asymmetry_evidence: Pairs = ((0.6, 0.0), (0.75, -1.0), (0.9, -2.5))
    emg_absent_evidence: float = -2.3
    most_emg: float = 2.5
    motion_evidence: Pairs = ((1.0, -1.0), (2.0, 0.0), (4.0, 1.0), (8.0, 1.5))
    sleep_evidence: float = -0.4
    wave_alone_evidence: float = -0.9
    prior: float = 2.8
    artifact_evidence: float = -2.5
    max_artifact_s: float = 5.0
    burst_contrast: float = 1.3
    suppressed_share: tuple[float, float] = (0.5, 0.8)
    suppressed_known: float = 5.0
    suppression_takes: tuple[float, float] = (0.8, 0.5)
    habit_from: float = 1.0
    habit_fall: float = 1.2
    habit_minutes: float = 20.0
    habit_known_minutes: float = 10.0
    habit_lift: float = 1.5
    spasm_evidence: tuple[float, float] = (5.0, 2.6)
    starts_per_hour: float = 0.5
    goes_on: tuple[float, float] = (0.7, 0.92)
    interval_s: float = 11.0
    interval_spread: float = 0.75
    interval_range_s: tuple[float, float] = (2.5, 75.0)
    interval_known: float = 5.0
    interval_from: float = 0.3
    interval_least_spread: float = 0.35
    refractory_s: float = 2.5
    operating_point: float = 0.5
    operating_point_without_emg: float = 0.3
    seed_lift: float = 1.5
    subtle_spasms: float = 0.1
    unlike_spasms: float = 0.02
    most_likeness: float = 4.0
    likeness_ratio: tuple[float, float] = (1.0, 2.0)
    likeness: LikenessParameters = LikenessParameters()
    own: OwnParameters = OwnParameters()
    marked_from: float = 0.5
    listed_from: float = 0.05
