"""Stage 2: the parts of all blocks become one night, judged as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.biomarkers import night as biomarkers
from westward.eeg.events import (
    artifact,
    attenuation,
    background,
    cluster,
    foci,
    grouped,
    sleep,
    spasm,
    spasm_mask,
    spike,
    spindle,
)
from westward.eeg.events.event import Event
from westward.eeg.events.focus import Focus
from westward.eeg.events.hypnogram import EPOCH_S
from westward.eeg.events.quality import REASONS, Quality
from westward.eeg.events.sleep_features import SleepFeatures
from westward.eeg.events.spasm import SpasmFeatures
from westward.eeg.events.spasm_mask import SpasmMask
from westward.eeg.events.spikes import Spikes
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.layout import Layout
from westward.eeg.recording.recording import Segment
from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.study.gathered import Gathered
from westward.eeg.study.measure import CLEAR
from westward.eeg.study.options import StudyOptions
from westward.eeg.study.result import Night
from westward.evidence.loader import load


def assemble(
    parts: Gathered,
    *,
    n_seconds: int,
    derivations: tuple[str, ...],
    age_days: int | None,
    options: StudyOptions,
) -> Night:
    """Join the parts and run every detector's second stage.

    The background of the parts becomes the night's, and their candidates of spasms are let go.
    """
    quality = artifact.finalize(parts.quality, n_seconds)
    usable = quality.usable()
    features = SleepFeatures.concatenate(parts.sleep)
    n_epochs = int(n_seconds // EPOCH_S)
    hypnogram = (
        sleep.classify(features, quality=quality, age_days=age_days, n_epochs=n_epochs)
        if n_epochs
        else sleep.refused(0, "shorter than one 30-s epoch")
    )
    drops = attenuation.find(parts.envelope_uv, usable, derivations, arousal_s=hypnogram.arousal_s)
    candidates = SpasmFeatures.concatenate(parts.spasms)
    parts.spasms.clear()
    spasms = spasm.find(
        candidates,
        quality=quality,
        hypnogram=hypnogram,
        n_seconds=n_seconds,
        motion=None if options.motion is None else options.motion.per_second(n_seconds),
        parameters=options.spasms,
    )
    del candidates
    clusters = cluster.group(spasms, hypnogram=hypnogram, rules=options.clusters)
    mask_after_arousal_s = options.mask_after_arousal_s
    if mask_after_arousal_s is None:
        mask_after_arousal_s = load("based_2021").number("interictal.mask_after_arousal_s")
    masked = spasm_mask.mask(
        spasms, clusters, hypnogram.arousal_s, n_seconds, mask_after_arousal_s=mask_after_arousal_s
    )
    background.blank(parts.background, quality)
    measured = biomarkers.assemble(
        parts.epochs,
        parts.pairs,
        parts.segments,
        quality=quality,
        assessable=usable & ~masked.mask,
        hypnogram=hypnogram,
    )
    found = Spikes.concatenate(parts.spikes)
    judged = _interictal_events(found, drops, quality, usable, masked.mask, derivations)
    return Night(
        quality=quality,
        usable=usable,
        hypnogram=hypnogram,
        **judged,
        background=parts.background,
        spindles=tuple(spindle.events(features.spindles, hypnogram)),
        spasms=spasms,
        clusters=clusters,
        masked=masked,
        biomarkers=measured,
        spindle_rows=features.spindles,
    )


def with_ictal(night: Night, spikes: Sequence[Spikes], derivations: tuple[str, ...]) -> Night:
    """The same night as if nothing were ictal: what the grade would be without leaving spasms out."""
    nothing = SpasmMask(np.zeros(night.n_seconds, np.bool_), 0.0, 0.0)
    found = Spikes.concatenate(spikes)
    drops = [replace(e, counted=True) for e in night.attenuations]
    judged = _interictal_events(found, drops, night.quality, night.usable, nothing.mask, derivations)
    return replace(night, masked=nothing, **judged)


def _interictal_events(
    found: Spikes,
    drops: Sequence[Event],
    quality: Quality,
    usable: NDArray[np.bool_],
    masked: NDArray[np.bool_],
    derivations: tuple[str, ...],
) -> dict[str, Any]:
    """Spikes, foci, attenuations and grouped runs with what the mask leaves of them; attributes of the night."""
    assessable = usable & ~masked
    spikes, why, places, focus = _settle(found, quality, usable, masked, derivations)
    entering = np.array([not w for w in why], np.bool_)
    runs = grouped.find(spikes.select(entering), focus[entering], places, assessable=assessable)
    return {
        "spikes": spikes,
        "spike_why": why,
        "foci": places,
        "focus": focus,
        "attenuations": tuple(_interictal(drops, assessable, masked)),
        "grouped": tuple(_interictal(runs, assessable, masked)),
    }


def facts_of(
    night: Night, segments: Sequence[Segment], *, age_days: int | None, layout: Layout | None = None
) -> StudyFacts:
    """What the grading rules see."""
    entering = np.array([not w for w in night.spike_why], np.bool_)
    hypnogram = night.hypnogram
    return StudyFacts(
        assessable=night.usable & ~night.masked.mask,
        contiguous=contiguous(segments, night.n_seconds),
        state=hypnogram.per_second(night.n_seconds),
        spike_s=night.spikes.peak_s[entering],
        spike_focus=night.focus[entering],
        foci=night.foci,
        derivations=night.background.derivations,
        background_uv=night.background.wave_uv,
        faulty=night.quality.faulty(night.background.derivations),
        attenuation_s=_spans(night.attenuations),
        grouped_s=_spans(night.grouped),
        age_days=age_days,
        nrem_minutes=hypnogram.minutes("nrem"),
        sleep_wake_cycles=hypnogram.sleep_wake_cycles,
        states_assessable=not hypnogram.refusal,
        states_refusal=hypnogram.refusal,
        spikes_refusal=""
        if layout is None
        else spike.refusal(layout.working_rate_hz, layout.electrodes, layout.derivations),
    )


def contiguous(segments: Sequence[Segment], n_seconds: int) -> NDArray[np.int32]:
    """Number of the segment that each whole second lies in, -1 for seconds that touch a gap."""
    out = np.full(n_seconds, -1, np.int32)
    for k, segment in enumerate(segments):
        out[int(np.ceil(segment.start_s - 1e-6)) : int(np.floor(segment.stop_s + 1e-6))] = k
    return out


def _spans(events: Sequence[Event]) -> NDArray[np.float64]:
    rows = [(e.onset_s, e.onset_s + e.duration_s) for e in events if e.counted]
    return np.array(rows, np.float64).reshape(-1, 2)


def _interictal(events: Sequence[Event], assessable: NDArray[np.bool_], masked: NDArray[np.bool_]) -> list[Event]:
    """Only what begins in assessable time is counted; the rest keeps its row with the reason."""
    out = []
    for event in events:
        second = min(int(event.onset_s), len(assessable) - 1)
        if event.counted and not assessable[second]:
            why = "not interictal (masked time)" if masked[second] else "begins in an artifact"
            event = replace(event, counted=False, reason=f"{why}; {event.reason}" if event.reason else why)
        out.append(event)
    return out


def _settle(
    spikes: Spikes,
    quality: Quality,
    usable: NDArray[np.bool_],
    masked: NDArray[np.bool_],
    derivations: tuple[str, ...],
) -> tuple[Spikes, NDArray[np.object_], tuple[Focus, ...], NDArray[np.int32]]:
    """Spikes that enter the grade with their foci, and the clear ones left out with the reason, in order of time."""
    why = _why_not(spikes, quality, usable, masked, derivations)
    entering = np.array([not w for w in why], np.bool_)
    accepted, found, index = foci.settle(spikes.select(entering), derivations=derivations)
    left_out = ~entering & (spikes.confidence >= CLEAR)
    others = spikes.select(left_out)
    both = Spikes.concatenate([accepted, others])
    order = np.argsort(np.concatenate([accepted.peak_s, others.peak_s]), kind="stable")
    reasons = np.concatenate([np.full(len(accepted), "", object), why[left_out]])[order]
    focus = np.concatenate([index, np.full(len(others), -1, np.int32)])[order]
    return both, reasons, found, focus


def _why_not(
    spikes: Spikes,
    quality: Quality,
    usable: NDArray[np.bool_],
    masked: NDArray[np.bool_],
    derivations: tuple[str, ...],
) -> NDArray[np.object_]:
    why = np.full(len(spikes), "", object)
    if not len(spikes):
        return why
    second = np.clip(spikes.peak_s.astype(np.intp), 0, len(usable) - 1)
    why[masked[second]] = "not interictal (masked time)"
    flags = quality.global_flags[second].astype(np.int64)
    row = {name: i for i, name in enumerate(quality.channels)}
    names = [ELECTRODES[e] if e >= 0 else derivations[-1 - e] for e in spikes.electrode]
    at = np.array([row.get(name, -1) for name in names], np.intp)
    known = at >= 0
    flags[known] |= quality.channel_flags[at[known], second[known]]
    few = ~usable[second]
    for i, reason in enumerate(REASONS):
        why[(flags >> i & 1).astype(bool)] = f"in an artifact ({reason.replace('_', ' ')})"
    why[few & (why == "")] = "in an artifact (too few clean channels)"
    return why
