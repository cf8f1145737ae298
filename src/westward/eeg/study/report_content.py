"""What the report shows of a study; reads the few pages of EEG it draws."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events import waves
from westward.eeg.events.background import BackgroundParameters
from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import STATES
from westward.eeg.grading.based_grade import GradedEpoch
from westward.eeg.grading.rules import BasedRules
from westward.eeg.report import content as c
from westward.eeg.signal.lowpass import decimated
from westward.eeg.stream import BAND_HZ, MAINS_HZ, Span, make_block
from westward.eeg.study import ictal, ictal_pages, parameters
from westward.eeg.study.events import spikes_with_peaks
from westward.eeg.study.naming import shown_name
from westward.eeg.study.result import Study, unstaged

PAGE_S = 15
Marked = Sequence[tuple[float, Event]]
"""Peak time and row of each spike."""
SHOWN_AS_SPAN: Mapping[str, c.SpanKind] = {
    "attenuation": "attenuation",
    "grouped_multifocal_spikes": "grouped_multifocal_spikes",
    "artifact": "artifact",
    "spasm": "spasm",
}


def build(study: Study, name: str, summary: Mapping[str, Any], events: Sequence[Event]) -> c.ReportContent:
    """Gather the content of one report."""
    rules = BasedRules.from_evidence()
    return c.ReportContent(
        name=shown_name(study.recording, name),
        summary=summary,
        night=_night(study, rules, summary),
        pages=_pages(study, events, rules),
        amplitudes=_amplitudes(study),
        parameters=parameters.rows(study.options),
        ictal_pages=ictal_pages.build(study),
        spasms=tuple(e for e in events if e.trial_type == "spasm"),
        notes=tuple(e for e in events if e.trial_type == "note"),
        vigilance=_vigilance(study),
        display_filter=f"{BAND_HZ[0]:g}-{BAND_HZ[1]:g} Hz, notch {' and '.join(f'{m:g}' for m in MAINS_HZ)} Hz",
    )


def _vigilance(study: Study) -> c.Vigilance:
    night = study.night
    usable = float(night.usable.sum()) / 60 if study.layout is not None else None
    if unstaged(study) or (night.hypnogram.state == STATES.index("unknown")).all():
        return c.Vigilance(usable)
    awake_s = ictal.awakenings(night.hypnogram)
    after = np.zeros(night.n_seconds, np.bool_)
    for t in awake_s:
        after[int(t) : int(t) + 60 * ictal.REVIEW_AFTER_AWAKENING_MINUTES] = True
    asleep = sum(night.hypnogram.minutes(name) for name in ("nrem", "rem"))
    return c.Vigilance(usable, asleep, len(awake_s), float((after & night.usable).sum()) / 60)


def _night(study: Study, rules: BasedRules, summary: Mapping[str, Any]) -> c.Night | None:
    night, facts = study.night, study.facts
    if study.layout is None or not night.n_seconds:
        return None
    n = night.n_seconds
    has_spike = np.zeros(n, np.float64)
    at = facts.spike_s.astype(np.intp)
    has_spike[at[at < n]] = 1
    has_spike[~facts.assessable | bool(facts.spikes_refusal)] = np.nan
    recorded = facts.contiguous >= 0
    lost = np.where(recorded, (~night.usable).astype(np.float64), np.nan)
    posterior = np.array([bool({"O1", "O2"} & set(d.split("-"))) for d in facts.derivations], np.bool_)
    background = np.where(facts.assessable, facts.background_uv, np.nan)
    segments = study.recording.segments
    return c.Night(
        duration_s=study.recording.duration_s,
        state=night.hypnogram.state,
        spike_bin_fraction=_per_minute(has_spike[None]),
        artifact_fraction=_per_minute(lost[None]),
        anterior_uv=_per_minute(background[~posterior], np.nanmedian),
        posterior_uv=_per_minute(background[posterior], np.nanmedian),
        attenuation_s=facts.attenuation_s[:, 0],
        grouped_s=facts.grouped_s[:, 0],
        spasm_s=night.spasms.onset_s[night.spasms.counted],
        arousal_s=np.asarray(night.hypnogram.arousal_s, np.float64),
        gaps=tuple((a.stop_s, b.start_s) for a, b in pairwise(segments)),
        epochs=tuple((e.start_s, e.end_s) for e in study.grade.worst_epochs),
        near_miss_s=night.spasms.onset_s[~night.spasms.counted],
        clusters=tuple((k.onset_s, k.stop_s, k.n) for k in night.clusters),
        review=tuple((float(r["start_s"]), float(r["end_s"])) for r in summary.get("review") or ()),
        spasms_assessed=summary.get("spasms") is not None,
        stands_out=study.grade.worst_epoch is None or study.grade.worst_epoch.stands_out,
        limit_anterior_uv=rules.anterior_uv if study.layout.positions_known else None,
        limit_posterior_uv=rules.posterior_uv if study.layout.positions_known else None,
    )


def _per_minute(x: NDArray[np.floating], measure: Any = np.nanmean) -> NDArray[np.float64]:
    rows, n = x.shape
    minutes = -(-n // 60)
    padded = np.full((rows, minutes * 60), np.nan, np.float32)
    padded[:, :n] = x
    cells = padded.reshape(rows, minutes, 60).transpose(1, 0, 2).reshape(minutes, rows * 60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(measure(cells, axis=1), np.float64) if rows else np.full(minutes, np.nan)


def _amplitudes(study: Study) -> tuple[c.ChannelAmplitude, ...]:
    worst = study.grade.worst_epoch
    if worst is None:
        return ()
    inside = slice(int(worst.start_s), int(worst.end_s))
    waves_uv = np.where(study.facts.assessable[inside], study.facts.background_uv[:, inside], np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        p95 = np.nanpercentile(waves_uv, 95, axis=1)
    return tuple(
        c.ChannelAmplitude(
            d.name, d.median_uv, d.limit_uv, d.bin_fraction, d.high, float(high) if np.isfinite(high) else None
        )
        for d, high in zip(study.grade.derivations, p95, strict=True)
    )


def _pages(study: Study, events: Sequence[Event], rules: BasedRules) -> tuple[c.EegPage, ...]:
    if study.layout is None:
        return ()
    drawn: list[c.EegPage] = []
    epochs = study.grade.worst_epochs
    marked = spikes_with_peaks(study)
    if not epochs:
        return tuple(_first_minute(study, marked, events, rules))
    for rank, epoch in enumerate(epochs, start=1):
        starts = np.arange(epoch.start_s, epoch.end_s - 0.5, PAGE_S)
        if rank > 1:
            starts = np.array([_busiest(study, epoch)])
        drawn += _draw(study, starts, marked, events, rules, rank=rank, score=epoch.level or study.grade.score)
    return tuple(drawn)


def _first_minute(study: Study, marked: Marked, events: Sequence[Event], rules: BasedRules) -> list[c.EegPage]:
    """Without an epoch to grade, the first minute of signal, so that there is something to see."""
    segment = study.recording.segments[0]
    stop = min(segment.stop_s, segment.start_s + 60)
    starts = np.arange(segment.start_s, stop - 1.0, PAGE_S)
    return _draw(study, starts, marked, events, rules, rank=1, score=None) if len(starts) else []


def _busiest(study: Study, epoch: GradedEpoch) -> float:
    """Start of the page of an epoch with the most positive seconds."""
    at = study.facts.spike_s
    inside = at[(at >= epoch.start_s) & (at < epoch.end_s)] - epoch.start_s
    seconds = np.unique(inside.astype(np.intp))
    counts = np.bincount(seconds // PAGE_S, minlength=int((epoch.end_s - epoch.start_s) // PAGE_S))
    return float(epoch.start_s + PAGE_S * int(counts.argmax()))


def _draw(
    study: Study,
    starts: NDArray[np.float64],
    marked: Marked,
    events: Sequence[Event],
    rules: BasedRules,
    *,
    rank: int,
    score: int | None,
) -> list[c.EegPage]:
    layout = study.layout
    assert layout is not None
    recording = study.recording
    first, last = float(starts[0]), float(starts[-1]) + PAGE_S
    segment = next(s for s in recording.segments if s.start_s - 1e-6 <= first < s.stop_s)
    last = min(last, segment.stop_s)
    span = Span(max(segment.start_s, first - 5), first, last, min(segment.stop_s, last + 5))
    block = make_block(recording, layout, span)
    near = [e for e in events if e.onset_s < last and e.onset_s + e.duration_s >= first]
    spikes = [(t, e) for t, e in marked if first <= t < last]
    high = _high_waves(study, block, rules)
    return [_page(study, block, float(t), near, spikes, high, rank=rank, score=score) for t in starts]


def _page(
    study: Study,
    block: Block,
    start: float,
    events: Sequence[Event],
    spikes: Marked,
    high: Sequence[c.WaveMark],
    *,
    rank: int,
    score: int | None,
) -> c.EegPage:
    stop = min(start + PAGE_S, block.core_stop_s)
    inside = [e for e in events if e.onset_s < stop and e.onset_s + e.duration_s >= start]
    facts = study.facts
    seconds = range(int(np.ceil(start - 1e-6)), min(int(np.floor(stop + 1e-6)), facts.n_seconds))
    states = np.bincount(facts.state[seconds.start : seconds.stop], minlength=len(STATES))
    return c.EegPage(
        start_s=start,
        sfreq_hz=block.sfreq_hz,
        derivations=block.derivations,
        data=block.bipolar[:, block.sample(start) : block.sample(stop)],
        spikes=tuple(_spike_mark(t, e) for t, e in spikes if start <= t < stop),
        waves=tuple(w for w in high if start <= 0.5 * (w.start_s + w.stop_s) < stop),
        spans=tuple(
            c.Span(
                e.onset_s, e.onset_s + e.duration_s, SHOWN_AS_SPAN[e.trial_type],
                e.subtype.replace("_", " "), e.counted, e.event_id,
            )
            for e in inside
            if e.trial_type in SHOWN_AS_SPAN and not (e.trial_type == "artifact" and e.channels)
        ),
        excluded_seconds=tuple(k for k in seconds if not facts.assessable[k]),
        state=STATES[int(states.argmax())] if len(seconds) and not study.night.hypnogram.refusal else "",
        rank=rank,
        score=score,
    )  # fmt: skip


def _spike_mark(peak_s: float, e: Event) -> c.SpikeMark:
    known = "-" not in e.channels[0]
    return c.SpikeMark(
        time_s=peak_s,
        electrode=e.channels[0] if known else "",
        derivation="" if known else e.channels[0],
        amplitude_uv=e.amplitude_uv,
        confidence=e.confidence,
        focus=e.focus,
        counted=e.counted,
        reason=e.reason,
        event_id=e.event_id,
    )


def _high_waves(study: Study, block: Block, rules: BasedRules) -> list[c.WaveMark]:
    """The wave of each second and derivation that reached its limit, where it lies on the page."""
    if study.layout is None or not study.layout.positions_known:
        return []
    p = BackgroundParameters()
    low = decimated(block.bipolar, block.sfreq_hz, high_hz=p.high_hz)
    rate = low.sfreq_hz
    found = waves.find(low.data, longest=round(p.longest_wave_s * rate), ripple=p.ripple)
    facts = study.facts
    second = (block.start_s + 0.5 * (found.first + found.last) / rate).astype(np.intp)
    inside = (second >= 0) & (second < facts.n_seconds)
    limit = np.array([rules.limit_uv(d) for d in block.derivations])[found.row]
    best: dict[tuple[int, int], int] = {}
    for i in np.flatnonzero(inside & (found.amplitude >= limit)):
        row, k = int(found.row[i]), int(second[i])
        measured = facts.background_uv[row, k]
        if not facts.assessable[k] or not measured >= limit[i] or found.amplitude[i] > measured * 1.02:
            continue
        if (row, k) not in best or found.amplitude[i] > found.amplitude[best[row, k]]:
            best[row, k] = int(i)
    return [
        c.WaveMark(
            block.derivations[row],
            block.start_s + float(found.first[i]) / rate,
            block.start_s + float(found.last[i]) / rate,
            float(found.amplitude[i]),
            float(limit[i]),
        )
        for (row, _), i in sorted(best.items(), key=lambda item: item[1])
    ]
