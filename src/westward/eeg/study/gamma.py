"""Gamma before the slow wave of spasms: a closer look at the moments found."""

from __future__ import annotations

import numpy as np

from westward.eeg.events import spasm_gamma
from westward.eeg.events.spasm_gamma import SpasmGamma
from westward.eeg.events.spasms import Spasms
from westward.eeg.layout import Layout
from westward.eeg.recording.recording import Recording
from westward.eeg.stream import Span, make_block

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
