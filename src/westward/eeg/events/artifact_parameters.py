"""Limits of the artifact rules, each with its meaning, unit and source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactParameters:
    """Limits of the artifact rules.

    No limit here throws out a second for its amplitude alone, except the one that no scalp EEG can reach.

    Attributes
    ----------
    flat_uv : float
        A quarter second within this range, as recorded, carries no EEG, µV. Status: derived (the input noise of
        a clinical amplifier alone exceeds it).
    clip_s : float
        A plateau this long at the extreme of a second is a rail, s. Status: policy.
    clip_min_uv : float
        Rails are not looked for in seconds of a smaller range, µV. Status: policy.
    mains_uv : float
        Mains against the average reference that makes an electrode unusable, µV RMS. Status: policy (a notch
        removes less without harm).
    mains_over_eeg : float
        And this many times the electrode's range. Status: policy.
    pop_uv : float
        Step within 12 ms of one electrode alone, µV. Status: policy.
    pop_field : float
        Largest share of the step that a neighbor may show; cerebral spikes reach 40-70 %. Status: derived.
    pop_stay : float
        Share of the step that must remain 60 ms later; a spike has come back by then. Status: derived.
    loose_ratio : float
        Range of an electrode over its neighbors' and over the median electrode's. Status: policy.
    loose_correlation : float
        And largest correlation with any neighbor. Status: policy.
    loose_window_s : int
        Or, over so many seconds, s, odd: status policy (30 s hold some hundred independent values).
    loose_own_uv : float
        what the other electrodes cannot predict of it, RMS in µV: less does no harm. Status: policy.
    loose_own_ratio : float
        that over the median electrode's. Status: policy (2.9 at most in simulated hypsarrhythmia and in adult and
        ictal clips).
    loose_own_share : float
        and over all that the electrode shows (ratio of RMS). Status: policy.
    impossible_uv : float
        Peak-to-peak in one second, 0.5-70 Hz, beyond any scalp EEG, µV. Status: policy (hypsarrhythmia is
        rarely described above 1000 µV; the limit leaves a factor of four).
    muscle_uv : float
        RMS at 30-70 Hz of most of a second, µV. Status: recalled (scalp EEG without muscle stays below 5 µV).
    muscle_slope : float
        Power density above 30 Hz over that at 14-28 Hz; spikes and beta fall below. Status: derived (1/f² gives 0.2).
    muscle_over_range : float
        From half of ``muscle_uv``, share of the one-second range that is muscle too if the slope is twice the
        limit. Status: policy.
    muscle_share : float
        Share of electrodes with muscle that makes the whole second unusable. Status: policy.
    movement_sway_uv : float
        Range in 4 s of the one-second running mean, µV. Status: policy.
    movement_over_delta : float
        And at least this share of the one-second range at 0.5-70 Hz: chaotic delta has little below 1 Hz.
        Status: derived.
    movement_fast_uv : float
        RMS at 30-70 Hz that shows muscle going with the sway, µV. Status: policy.
    movement_share : float
        Share of electrodes that must show both. Status: policy.
    movement_rise, movement_rise_uv, movement_rise_s : float, float, int
        Or: one-second range over its median in the 15 s on either side (ratio), the range itself, µV, in half of
        the electrodes, and how long it must last, s (spasms are shorter). Status: policy.
    movement_emg_ratio : float
        And EMG over its median in the same surroundings (ratio), where muscle does not show on the scalp.
        Status: policy.
    cry_uv, cry_depth : float
        Muscle at the height of a burst, µV, and height over trough (ratio). Status: policy.
    cry_period_s, suck_period_s : tuple of float
        Repeat intervals of cry bursts and of sucking, s. Status: recalled (cries of 0.5-1.5 s with a breath
        between; nutritive sucking about 1 Hz, non-nutritive about 2 Hz).
    cry_rhythm, suck_rhythm : float
        Autocorrelation of the muscle envelope at the repeat interval. Status: policy.
    suck_uv, suck_depth : float
        Temporal muscle at the height of a suck, RMS at 30-70 Hz in µV, and height over trough. Status: policy.
    burst_over_range : float
        Height of the bursts over the one-second range of the EEG; less does no harm. Status: policy.
    suck_over_rest : float
        Temporal muscle over that of the other electrodes (ratio). Status: derived (the masseter and temporal
        muscles suck).
    pat_hz : tuple of float
        Repetition rates of patting. Status: recalled.
    pat_regularity : float
        Autocorrelation at one, two and three periods, the least of the three. Status: policy (rhythmic cerebral
        activity loses step sooner).
    pat_clockwork : float
        The same for waves of a smooth field: only clockwork is patting then. Status: policy.
    pat_fundamental : float
        And least share of the power at the rate itself: pulses as short as a QRS complex are not patting.
        Status: policy.
    pat_harmonics : float
        Power at two to six times the rate over that at the rate itself. Status: policy.
    pat_roughness : float
        Difference of an electrode from its neighbors' mean, relative power; a cerebral field is smooth.
        Status: policy.
    pat_uv : float
        Peak-to-peak of patting worth a flag, µV. Status: policy.
    """

    flat_uv: float = 0.3
    clip_s: float = 0.03
    clip_min_uv: float = 100.0
    mains_uv: float = 25.0
    mains_over_eeg: float = 1.0
    pop_uv: float = 60.0
    pop_field: float = 0.25
    pop_stay: float = 0.6
    loose_ratio: float = 4.0
    loose_correlation: float = 0.4
    loose_window_s: int = 31
    loose_own_uv: float = 10.0
    loose_own_ratio: float = 3.0
    loose_own_share: float = 0.35
    impossible_uv: float = 4000.0
    muscle_uv: float = 10.0
    muscle_slope: float = 0.45
    muscle_over_range: float = 0.04
    muscle_share: float = 0.5
    movement_sway_uv: float = 150.0
    movement_over_delta: float = 0.6
    movement_fast_uv: float = 6.0
    movement_share: float = 0.3
    movement_rise: float = 3.0
    movement_rise_uv: float = 120.0
    movement_rise_s: int = 3
    movement_emg_ratio: float = 3.0
    cry_uv: float = 8.0
    cry_depth: float = 3.0
    cry_period_s: tuple[float, float] = (0.75, 2.5)
    suck_period_s: tuple[float, float] = (0.375, 1.25)
    cry_rhythm: float = 0.5
    suck_rhythm: float = 0.45
    suck_uv: float = 2.5
    suck_depth: float = 1.6
    burst_over_range: float = 0.02
    suck_over_rest: float = 1.8
    pat_hz: tuple[float, float] = (1.3, 3.5)
    pat_regularity: float = 0.65
    pat_clockwork: float = 0.85
    pat_fundamental: float = 0.25
    pat_harmonics: float = 0.12
    pat_roughness: float = 0.5
    pat_uv: float = 30.0
