"""Epileptic spasms from their whole signature: slow wave, fast activity, decrement, and the burst of limb EMG."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events import (
    spasm_chain,
    spasm_decrement,
    spasm_emg,
    spasm_evidence,
    spasm_fast,
    spasm_habit,
    spasm_likeness,
    spasm_waves,
)
from westward.eeg.events.artifact_measures import SLOW_RATE_HZ
from westward.eeg.events.hypnogram import STATES, Hypnogram
from westward.eeg.events.quality import Quality, bit
from westward.eeg.events.spasm_features import SpasmFeatures as SpasmFeatures
from westward.eeg.events.spasm_parameters import SpasmParameters as SpasmParameters
from westward.eeg.events.spasms import Spasms as Spasms

FloatArray = NDArray[np.float32]
WAVE_RISE = 0.85
"""A slow wave begins this many widths at half height before its peak."""
EMG_LAG_S = 0.1
DECREMENT_LAG_S = 0.8
"""A decrement begins about this long after the onset."""
TO_PEAK_S = 0.5
"""Where the peak would lie if there is no wave to be seen."""
CLEAR_WAVE = 2.0
"""From here on the wave tells when a candidate begins."""
NAMED_FROM = 0.3
MARKED_FROM = 0.5
"""Evidence from which on a decrement is a sign of its own."""
ROUNDS = 5
LIKENESS_ROUNDS = 3
SETTLED = 1e-3


def scan(block: Block, *, parameters: SpasmParameters | None = None) -> SpasmFeatures:
    """Measure every part around every moment of the core that one part makes worth a look.

    Three things call for a look: a slow wave that stands out at the vertex, a burst of limb EMG, and a fall of the
    voltage of most derivations. All parts are then measured around each; :func:`find` judges.

    Without electrodes at vertex and rim the slow wave is not assessable (NaN), without limb EMG the burst.
    """
    p = parameters or SpasmParameters()
    first = int(np.ceil(block.start_s - 1e-6))
    seconds = range(first, max(first, int(np.floor(block.time(block.n_samples) + 1e-6))))
    if len(seconds) < 4 or not len(block.derivations):
        return SpasmFeatures.empty()
    waves = spasm_waves.measure(block, seconds, p)
    amplitude = spasm_decrement.amplitude(spasm_waves.cell_means(block, block.bipolar, seconds))
    names = spasm_emg.limbs(block.aux)
    level = spasm_emg.envelope(block, names, seconds, p) if names else None
    bursts = spasm_emg.bursts(level, names, seconds, p) if level is not None else []
    falls = spasm_decrement.starts(amplitude, len(seconds), p)
    at = spasm_waves.peaks(waves, p) if waves is not None else np.zeros(0, np.intp)
    anchors = [
        np.array([b.onset_s - EMG_LAG_S for b in bursts], np.float64),
        seconds.start + falls / spasm_decrement.STEPS_PER_S - DECREMENT_LAG_S,
    ]
    if waves is not None:
        rise = WAVE_RISE * np.array(p.wave_s)[waves.width[at]]
        anchors.append(seconds.start + (at + 0.5) / SLOW_RATE_HZ - rise)
    onset = np.sort(np.concatenate(anchors))
    onset = onset[(onset >= block.core_start_s) & (onset < block.core_stop_s)]
    if not len(onset):
        return SpasmFeatures.empty()
    wave = spasm_waves.parts(waves, onset, seconds, p)
    wave_onset = wave.peak_s - WAVE_RISE * wave.width_s
    clear = np.nan_to_num(wave.ratio) >= CLEAR_WAVE
    begin = np.where(clear, wave_onset, onset)
    # The wave that stands out most may be another than that of the burst.
    pairs = zip(spasm_emg.near(bursts, begin, p), spasm_emg.near(bursts, onset, p), strict=True)
    emg = [a or b for a, b in pairs]
    burst_s = np.array([b.onset_s if b else np.nan for b in emg], np.float64)
    earliest = np.where(clear, np.fmin(begin, burst_s), np.where(np.isnan(burst_s), onset, burst_s))
    peak = np.where(np.isnan(wave.peak_s), onset + TO_PEAK_S, wave.peak_s)
    fall = spasm_decrement.parts(amplitude, begin, seconds, p)
    nothing = np.full(len(onset), np.nan)
    if level is not None:
        nothing[spasm_emg.recorded(level, begin, seconds, p)] = 0.0
    unknown = np.full(len(onset), np.nan)

    def of(name: str, absent: NDArray[np.float64]) -> FloatArray:
        return np.array([getattr(b, name) if b else x for b, x in zip(emg, absent, strict=True)], np.float32)

    found = SpasmFeatures(
        onset_s=np.maximum(earliest, block.start_s),
        slow_wave_uv=wave.height_uv,
        slow_wave_ratio=wave.ratio,
        slow_wave_width_s=wave.width_s,
        slow_wave_peak_s=wave.peak_s,
        sharpness=wave.sharpness,
        vertex_share=wave.vertex_share,
        field_share=wave.field_share,
        unlike=wave.unlike,
        repeats=wave.repeats,
        fast_activity_ratio=spasm_fast.ratio(block, peak, seconds, p),
        decrement_ratio=fall.ratio,
        decrement_s=fall.duration_s,
        decrement_share=fall.share,
        early_change=spasm_decrement.early_change(amplitude, peak, seconds, p),
        burst_contrast=spasm_decrement.burst_contrast(amplitude, onset, seconds, p),
        shape=_shapes(block, waves, onset, seconds),
        emg_onset_s=burst_s,
        emg_ratio=of("ratio", nothing),
        emg_duration_s=of("duration_s", nothing),
        emg_diamond=of("diamond", unknown),
        emg_asymmetry=of("asymmetry", unknown),
    )
    return found.select(np.argsort(found.onset_s, kind="stable"))


def find(
    features: SpasmFeatures,
    *,
    quality: Quality | None,
    hypnogram: Hypnogram | None,
    n_seconds: int,
    motion: NDArray[np.floating] | None = None,
    parameters: SpasmParameters | None = None,
) -> Spasms:
    """Judge the candidates of a whole recording.

    Each candidate is weighed by its parts, against what the recording does all the time, and as a member of a chain:
    those that repeat at the intervals of a cluster support one another. The last two depend on each other and are
    settled in a few rounds.

    Parameters
    ----------
    features : SpasmFeatures
        Of the whole recording.
    quality : Quality, optional
        A candidate within a long run of unusable seconds is part of that movement or crying.
    hypnogram : Hypnogram, optional
    n_seconds : int
        Whole seconds of the recording.
    motion : array, shape (n_seconds,), optional
        Motion in the video, any unit, one value a second, NaN where there is none.
    parameters : SpasmParameters, optional
    """
    p = parameters or SpasmParameters()
    f = features
    moved = _motion(f.onset_s, motion, n_seconds)
    artifact = _in_long_runs(f.onset_s, quality, p.max_artifact_s)
    evidence = spasm_evidence.total(f, p) + spasm_evidence.interpolated(moved, p.motion_evidence)
    evidence += p.artifact_evidence * artifact
    fall = np.maximum(spasm_evidence.decrement(f, p), 0)
    marked = (fall > MARKED_FROM) | (np.nan_to_num(f.emg_ratio) > 0)
    asleep = _asleep(f.onset_s, hypnogram, n_seconds)
    evidence += np.where(asleep, p.sleep_evidence, 0.0) + np.where(marked, 0.0, p.wave_alone_evidence)
    takes = np.where(np.isnan(f.emg_ratio), p.suppression_takes[1], p.suppression_takes[0])
    evidence -= takes * spasm_habit.suppression(f.onset_s, f.burst_contrast, p) * fall
    kept = _one_each(f.onset_s, evidence, p.refractory_s)
    f, evidence, moved, artifact, marked = f.select(kept), evidence[kept], moved[kept], artifact[kept], marked[kept]
    links = spasm_chain.links(f.onset_s, p)
    confidence = spasm_chain.probabilities(f.onset_s, evidence, p, between=links)
    weight = evidence
    watched = _watched(quality, n_seconds)
    for _ in range(ROUNDS):
        before = confidence
        weight = spasm_habit.against_habit(f.onset_s, evidence, confidence, watched, p)
        confidence = spasm_chain.probabilities(f.onset_s, weight, p, between=links)
        if np.abs(confidence - before).max(initial=0) < SETTLED:
            break
    likely = spasm_chain.probabilities(f.onset_s, weight + p.seed_lift, p, between=links)
    alike = np.zeros(len(f))
    for _ in range(LIKENESS_ROUNDS):
        alike = spasm_likeness.evidence(f.shape, f.slow_wave_ratio, likely, marked, p)
        alike += spasm_likeness.of_emg(f.emg_ratio, likely, p)
        weight = spasm_habit.against_habit(f.onset_s, evidence, confidence, watched, p) + alike
        confidence = likely = spasm_chain.probabilities(f.onset_s, weight, p, between=links)
    alone = spasm_chain.alone(weight - np.maximum(alike, 0), p)
    support = _support(f.onset_s, confidence, p)
    listed = confidence >= p.listed_from
    f = f.select(listed)
    clear = _clear_wave(f)
    wave_stop = np.where(clear, f.slow_wave_peak_s + WAVE_RISE * f.slow_wave_width_s, np.nan)
    stop = np.fmax(wave_stop, np.where(f.emg_ratio > 0, f.emg_onset_s + f.emg_duration_s, np.nan))
    stop = np.where(np.isnan(stop), f.onset_s + DECREMENT_LAG_S + np.nan_to_num(f.decrement_s), stop)
    return Spasms(
        onset_s=f.onset_s,
        duration_s=np.maximum(stop - f.onset_s, 0.1),
        confidence=confidence[listed].astype(np.float32),
        confidence_alone=alone[listed].astype(np.float32),
        counted=np.asarray(confidence[listed] >= p.operating_point),
        slow_wave_uv=f.slow_wave_uv,
        slow_wave_ratio=f.slow_wave_ratio,
        slow_wave_width_s=f.slow_wave_width_s,
        slow_wave_peak_s=np.where(clear, f.slow_wave_peak_s, np.nan),
        sharpness=f.sharpness,
        vertex_share=f.vertex_share,
        field_share=f.field_share,
        unlike=f.unlike,
        fast_activity_ratio=f.fast_activity_ratio,
        decrement_ratio=f.decrement_ratio,
        decrement_s=f.decrement_s,
        decrement_share=f.decrement_share,
        early_change=f.early_change,
        emg_ratio=f.emg_ratio,
        emg_duration_s=f.emg_duration_s,
        emg_diamond=f.emg_diamond,
        emg_asymmetry=f.emg_asymmetry,
        emg_lag_s=np.asarray(
            np.where(clear, f.emg_onset_s - f.slow_wave_peak_s + WAVE_RISE * f.slow_wave_width_s, np.nan), np.float32
        ),
        motion=moved[listed].astype(np.float32),
        evidence=evidence[listed].astype(np.float32),
        evidence_here=(weight - alike)[listed].astype(np.float32),
        likeness=alike[listed].astype(np.float32),
        support=support[listed].astype(np.float32),
        in_artifact=artifact[listed],
        subtype=_subtypes(f, p),
    )


def _shapes(
    block: Block, waves: spasm_waves.Waves | None, onset_s: NDArray[np.float64], seconds: range
) -> NDArray[np.float16]:
    if waves is None:
        return np.zeros((len(onset_s), *spasm_likeness.SHAPE), np.float16)
    return spasm_likeness.shapes(waves.means, spasm_waves.electrodes(block)[0], onset_s, seconds)


def _clear_wave(f: SpasmFeatures) -> NDArray[np.bool_]:
    return np.asarray(np.nan_to_num(f.slow_wave_ratio) >= CLEAR_WAVE)


def _subtypes(f: SpasmFeatures, p: SpasmParameters) -> NDArray[np.object_]:
    """Which parts speak for a spasm, in words; a burst of limb EMG is named wherever there is one."""
    out = np.empty(len(f), object)
    shown = (
        ("slow wave", spasm_evidence.slow_wave(f, p) > 0),
        ("fast activity", spasm_evidence.fast_activity(f, p) > NAMED_FROM),
        ("decrement", (f.decrement_s > 0) & (spasm_evidence.decrement(f, p) > 0)),
        ("EMG", np.nan_to_num(f.emg_ratio) > 0),
    )
    for k in range(len(f)):
        parts = [name for name, there in shown if there[k]]
        words = " + ".join(parts) if len(parts) > 1 else f"{parts[0]} only" if parts else "no clear part"
        out[k] = f"subtle: {words}" if f.emg_ratio[k] == 0 else words
    return out


def _motion(onset_s: NDArray[np.float64], motion: NDArray[np.floating] | None, n_seconds: int) -> NDArray[np.float64]:
    """Largest motion of the two seconds from each onset over the median of the minute around; NaN without."""
    if motion is None or not len(onset_s):
        return np.full(len(onset_s), np.nan)
    trace = np.full(n_seconds, np.nan)
    n = min(n_seconds, len(motion))
    trace[:n] = np.asarray(motion, np.float64)[:n]
    out = np.full(len(onset_s), np.nan)
    for k, t in enumerate(onset_s):
        now, around = trace[max(0, int(t)) : int(t) + 3], trace[max(0, int(t) - 30) : int(t) + 31]
        if np.isfinite(now).any():
            out[k] = np.nanmax(now) / (np.nanmedian(around) + 1e-9)
    return out


def _in_long_runs(onset_s: NDArray[np.float64], quality: Quality | None, longest_s: float) -> NDArray[np.bool_]:
    """Moments that lie in a run of unusable seconds longer than a spasm."""
    out = np.zeros(len(onset_s), np.bool_)
    if quality is None or not quality.n_seconds:
        return out
    flagged = np.concatenate([[False], quality.global_flags > 0, [False]])
    for a, b in np.flatnonzero(np.diff(flagged.astype(np.int8))).reshape(-1, 2) + quality.first_second:
        if b - a > longest_s:
            out |= (onset_s >= a) & (onset_s < b)
    return out


def _watched(quality: Quality | None, n_seconds: int) -> NDArray[np.bool_]:
    """Seconds that were recorded: not in a gap."""
    out = np.ones(n_seconds, np.bool_)
    if quality is not None and quality.n_seconds:
        flags = quality.global_flags & bit("gap")
        out[quality.first_second : quality.first_second + len(flags)] = (
            flags[: max(0, n_seconds - quality.first_second)] == 0
        )
    return out


def _asleep(onset_s: NDArray[np.float64], hypnogram: Hypnogram | None, n_seconds: int) -> NDArray[np.bool_]:
    if hypnogram is None or not len(onset_s) or not n_seconds:
        return np.zeros(len(onset_s), np.bool_)
    state = hypnogram.per_second(n_seconds)[np.clip(onset_s.astype(np.intp), 0, n_seconds - 1)]
    return np.isin(state, (STATES.index("nrem"), STATES.index("rem")))


def _one_each(onset_s: NDArray[np.float64], evidence: NDArray[np.float64], apart_s: float) -> NDArray[np.intp]:
    """The strongest candidates so far apart, in order of time."""
    kept = np.zeros(len(onset_s), np.bool_)
    taken = np.zeros(len(onset_s), np.bool_)
    for k in np.argsort(-evidence, kind="stable"):
        if taken[k]:
            continue
        kept[k] = True
        a, b = np.searchsorted(onset_s, (onset_s[k] - apart_s, onset_s[k] + apart_s))
        taken[a:b] = True
    return np.flatnonzero(kept)


def _support(onset_s: NDArray[np.float64], confidence: NDArray[np.float64], p: SpasmParameters) -> NDArray[np.float64]:
    """Expected number of spasms among the neighbors that could be of the same cluster."""
    before = np.concatenate([[0.0], np.cumsum(confidence)])
    low, high = p.interval_range_s

    def within(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(before[np.searchsorted(onset_s, b, "right")] - before[np.searchsorted(onset_s, a)])

    return within(onset_s - high, onset_s - low) + within(onset_s + low, onset_s + high)
