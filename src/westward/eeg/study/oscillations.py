"""High-frequency oscillations of a study: a pass of its own at the file's rate, where that rate allows it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events import hfo
from westward.eeg.events.hfo import HfoRates, Hfos
from westward.eeg.events.hypnogram import STATES
from westward.eeg.events.quality import bit
from westward.eeg.layout import Layout
from westward.eeg.recording.recording import Recording
from westward.eeg.stream import Span, native, plan
from westward.eeg.study.result import Night, Study

STRETCH_S = 600.0
"""The thresholds of the published detector are those of 10 minutes, here on a grid fixed to recording time."""
MIN_STRETCH_S = 60.0


def detect(recording: Recording, layout: Layout, night: Night, *, threads: int) -> Hfos | None:
    """All candidates in seconds free of artifact; None where the sampling rate does not allow any."""
    if hfo.refusal(layout.rate_hz) or not layout.derivations:
        return None
    clean = clean_seconds(night, layout.derivations)

    def one(span: Span) -> Hfos:
        # Whole seconds, so that usable seconds and samples agree.
        first, last = int(np.ceil(span.core_start_s - 1e-6)), int(span.core_stop_s + 1e-6)
        x = native(recording, layout, float(first), float(last))
        return hfo.detect(x, layout.rate_hz, start_s=first, usable=clean[:, first:last])

    spans = [s for s in plan(recording.segments, STRETCH_S, 0.0) if s.core_stop_s - s.core_start_s >= MIN_STRETCH_S]
    with ThreadPoolExecutor(max(1, threads)) as pool:
        return Hfos.concatenate(list(pool.map(one, spans)))


def clean_seconds(night: Night, derivations: Sequence[str]) -> NDArray[np.bool_]:
    """Seconds free of artifact, and of muscle on any electrode, for each derivation."""
    muscle = (night.quality.channel_flags & bit("muscle")).any(axis=0)
    return np.asarray(night.usable & ~muscle & ~night.quality.faulty(derivations)[:, : night.n_seconds])


def summary(study: Study) -> dict[str, Any] | None:
    """``hfo`` of ``summary.json``: rates per minute of interictal NREM sleep, and spikes that carry one."""
    layout, night = study.layout, study.night
    if layout is None or night.hfos is None:
        return None
    clean = clean_seconds(night, layout.derivations)
    nrem = clean & (study.facts.state == STATES.index("nrem")) & ~night.masked.mask
    found = hfo.rates(night.hfos, nrem)
    spikes = [i for i, why in enumerate(night.spike_why) if not why]
    onset = night.spikes.onset_s[spikes]
    with_one = hfo.spikes_with_hfo(onset, onset + night.spikes.duration_s[spikes], night.hfos)
    return {
        "scope": hfo.scope(layout.rate_hz),
        "n": len(night.hfos),
        "nrem_minutes": round(float(np.median(found.minutes)), 2) if len(found.minutes) else 0.0,
        "reliable": bool(found.reliable.any()),
        "per_minute": {d: _rate(found, k) for k, d in enumerate(layout.derivations)},
        "spikes": None if study.facts.spikes_refusal else with_one.spikes,
        "spikes_with_hfo": None if study.facts.spikes_refusal else with_one.with_hfo,
        "spike_share": _finite(with_one.share),
        "spike_share_by_chance": _finite(with_one.chance),
        "definition": "candidates by short-time energy, clean interictal NREM sleep; a spike carries one within 50 ms",
    }


def _rate(rates: HfoRates, k: int) -> dict[str, float | None]:
    return {name: _finite(float(getattr(rates, name)[k])) for name in ("per_minute", "low", "high")}


def _finite(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None
