"""Gamma before the slow wave of spasms: a closer look at the moments found."""

from __future__ import annotations

from typing import Any

import numpy as np

from westward.eeg.events import spasm_gamma
from westward.eeg.events.spasm_gamma import SpasmGamma
from westward.eeg.events.spasms import Spasms
from westward.eeg.grading.verdict import side_of
from westward.eeg.layout import Layout
from westward.eeg.recording.recording import Recording
from westward.eeg.signal.long_run import median_interval
from westward.eeg.stream import Span, make_block
from westward.eeg.study import ictal
from westward.eeg.study.result import Study

BEFORE_S, AFTER_S, MARGIN_S = 8.0, 3.0, 7.0
"""Read around a slow wave; the filter of the stream settles within the margin."""


def measure(recording: Recording, layout: Layout | None, spasms: Spasms) -> SpasmGamma:
    """One row per candidate; only counted ones with a slow wave are looked at, the others stay NaN."""
    n = len(layout.derivations) if layout else 0
    lead, peak = (np.full((len(spasms), n), np.nan, np.float32) for _ in range(2))
    if layout is None or not n or spasm_gamma.refusal(layout.working_rate_hz):
        return SpasmGamma(lead, peak)
    for k in np.flatnonzero(spasms.counted & np.isfinite(spasms.slow_wave_peak_s)):
        at = float(spasms.slow_wave_peak_s[k])
        segment = next((s for s in recording.segments if s.start_s <= at < s.stop_s), None)
        if segment is None:
            continue
        start, stop = max(segment.start_s, at - BEFORE_S - MARGIN_S), min(segment.stop_s, at + AFTER_S + MARGIN_S)
        start = segment.start_s + np.floor(start - segment.start_s)
        block = make_block(recording, layout, Span(start, start, stop, stop))
        found = spasm_gamma.measure(block.bipolar, block.sfreq_hz, np.array([block.sample(at)]))
        lead[k], peak[k] = found.lead_s[0], found.peak_sd[0]
    return SpasmGamma(lead, peak)


def why(study: Study) -> str:
    """Why gamma around spasms is not assessable, or an empty string."""
    if study.layout is None:
        return study.refusal or "no EEG"
    return ictal.refusal(study) or spasm_gamma.refusal(study.layout.working_rate_hz)


def summary(study: Study) -> dict[str, Any] | None:
    """``spasm_gamma`` of ``summary.json``: the lead over the counted candidates, and the side it begins on."""
    found = study.night.gamma
    if found is None or study.layout is None or why(study):
        return None
    first = found.first_channel()
    risen = first >= 0
    lead = found.lead_s[np.flatnonzero(risen), first[risen]].astype(np.float64)
    median, low, high = (round(float(v), 4) if np.isfinite(v) else None for v in median_interval(lead))
    sides = [side_of(study.layout.derivations[c]) for c in first[risen]]
    return {
        "n": int(study.night.spasms.counted.sum()),
        "n_measured": int(np.isfinite(found.peak_sd).any(axis=1).sum()),
        "n_with_rise": int(risen.sum()),
        "lead_s": median,
        "low": low,
        "high": high,
        "first": {name: sides.count(name) for name in ("left", "right", "midline")},
        "definition": (
            "median over counted candidates of the start of the rise of 35-70 Hz before the peak of the slow wave, "
            "on the derivation where it comes first, which favors early ones; muscle fills the same band"
        ),
    }
