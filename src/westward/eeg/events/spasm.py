"""Epileptic spasms from their whole signature: slow wave, fast activity, decrement, and the burst of limb EMG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events import (
    spasm_decrement,
    spasm_emg,
    spasm_evidence,
    spasm_fast,
    spasm_judgment,
    spasm_operating,
    spasm_shape,
    spasm_surroundings,
    spasm_waves,
)
from westward.eeg.events.artifact_measures import SLOW_RATE_HZ
from westward.eeg.events.hypnogram import Hypnogram
from westward.eeg.events.quality import Quality
from westward.eeg.events.spasm_features import SpasmFeatures as SpasmFeatures
from westward.eeg.events.spasm_parameters import SpasmParameters as SpasmParameters
from westward.eeg.events.spasms import AS_MEASURED
from westward.eeg.events.spasms import Spasms as Spasms
from westward.eeg.signal.runs import runs

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
LEAST_S = 30
"""Shortest usable stretch to look in, s: background before, spasm, decrement. Status: policy."""
NAMED_FROM = 0.3
"""Evidence of fast activity from which on it is named."""


def refusal(electrodes: Iterable[str], auxiliary: Iterable[str], usable: NDArray[np.bool_]) -> str:
    """Why spasms cannot be looked for, or an empty string.

    A fall of voltage alone is no spasm: either the vertex against the rim of the head or EMG of a limb must be there,
    and a stretch long enough to hold the background before a spasm and the decrement after it.

    Parameters
    ----------
    electrodes, auxiliary : iterables of str
        Names of electrodes (of derivations where there are only these) and of the other channels.
    usable : bool array, shape (n_seconds,)
    """
    if not usable.any():
        return "no assessable second"
    if not (spasm_waves.shown(electrodes) or spasm_emg.limbs(auxiliary)):
        return "neither electrodes at vertex and rim of the head nor limb EMG"
    longest = int(np.diff(runs(usable), axis=1).max())
    return f"no {LEAST_S} s in one piece are usable ({longest} s)" if longest < LEAST_S else ""


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
    onset = _moments(waves, amplitude, bursts, seconds, p)
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
        shape=_shapes(block, waves, begin, seconds),
        emg_onset_s=burst_s,
        emg_ratio=of("ratio", nothing),
        emg_duration_s=of("duration_s", nothing),
        emg_diamond=of("diamond", unknown),
        emg_asymmetry=of("asymmetry", unknown),
    )
    return found.select(np.argsort(found.onset_s, kind="stable"))


def _moments(
    waves: spasm_waves.Waves | None,
    amplitude: FloatArray,
    bursts: Sequence[spasm_emg.Burst],
    seconds: range,
    p: SpasmParameters,
) -> NDArray[np.float64]:
    """Onsets that a wave, a burst or a fall would have, in order of time."""
    falls = spasm_decrement.starts(amplitude, len(seconds), p)
    found = [
        np.array([b.onset_s - EMG_LAG_S for b in bursts], np.float64),
        seconds.start + falls / spasm_decrement.STEPS_PER_S - DECREMENT_LAG_S,
    ]
    if waves is not None:
        at = spasm_waves.peaks(waves, p)
        rise = WAVE_RISE * np.array(p.wave_s)[waves.width[at]]
        found.append(seconds.start + (at + 0.5) / SLOW_RATE_HZ - rise)
    return np.sort(np.concatenate(found))


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

    Each candidate is weighed by its parts, against what the recording does all the time, as a member of a chain
    (those that repeat at the intervals of a cluster support one another), and by its likeness to the other spasms of
    the recording.

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
    moved = spasm_surroundings.moved(f.onset_s, motion, n_seconds)
    artifact = spasm_surroundings.in_long_runs(f.onset_s, quality, p.max_artifact_s)
    asleep = spasm_surroundings.asleep(f.onset_s, hypnogram, n_seconds)
    w = spasm_judgment.weigh(f, moved, artifact, asleep, p)
    kept = spasm_judgment.one_each(f.onset_s, w.evidence, p.refractory_s)
    f, evidence = f.select(kept), w.evidence[kept]
    # Waves alone resemble one another in sleep (K-complexes): there it takes another sign to tell how spasms look.
    telling = w.marked[kept] | spasm_surroundings.awake(f.onset_s, hypnogram, n_seconds)
    judged = spasm_judgment.judge(f, evidence, telling, spasm_surroundings.watched(quality, n_seconds), p)
    listed = judged.confidence >= p.listed_from
    own = {
        "confidence": judged.confidence,
        "confidence_alone": judged.alone,
        "evidence": evidence,
        "evidence_here": judged.here,
        "likeness": judged.likeness,
        "unlike_emg": judged.unlike_emg,
        "unlike_parts": judged.unlike_parts,
        "support": judged.support,
        "suppression": w.suppression[kept],
        "motion": moved[kept],
    }
    listing = _table(
        f.select(listed),
        {name: values[listed].astype(np.float32) for name, values in own.items()},
        in_artifact=artifact[kept][listed],
        p=p,
    )
    return listing.at_point(spasm_operating.in_use(listing, p))


def _table(
    f: SpasmFeatures,
    own: Mapping[str, Any],
    *,
    in_artifact: NDArray[np.bool_],
    p: SpasmParameters,
) -> Spasms:
    """Columns of the candidates that are listed, none counted: measured, judged (``own``), and both in words."""
    clear = _clear_wave(f)
    wave_stop = np.where(clear, f.slow_wave_peak_s + WAVE_RISE * f.slow_wave_width_s, np.nan)
    stop = np.fmax(wave_stop, np.where(f.emg_ratio > 0, f.emg_onset_s + f.emg_duration_s, np.nan))
    stop = np.where(np.isnan(stop), f.onset_s + DECREMENT_LAG_S + np.nan_to_num(f.decrement_s), stop)
    lag = f.emg_onset_s - f.slow_wave_peak_s + WAVE_RISE * f.slow_wave_width_s
    measured = {name: getattr(f, name) for name in AS_MEASURED}
    return Spasms(
        **measured,
        **own,
        duration_s=np.maximum(stop - f.onset_s, 0.1),
        slow_wave_peak_s=np.where(clear, f.slow_wave_peak_s, np.nan),
        emg_lag_s=np.asarray(np.where(clear, lag, np.nan), np.float32),
        counted=np.zeros(len(f.onset_s), np.bool_),
        in_artifact=in_artifact,
        subtype=_subtypes(f, p),
    )


def _shapes(
    block: Block, waves: spasm_waves.Waves | None, onset_s: NDArray[np.float64], seconds: range
) -> NDArray[np.float16]:
    if waves is None:
        return np.zeros((len(onset_s), *spasm_shape.SHAPE), np.float16)
    return spasm_shape.shapes(waves.means, spasm_waves.electrodes(block)[0], onset_s, seconds)


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
