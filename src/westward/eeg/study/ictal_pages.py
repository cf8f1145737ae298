"""The pages of EEG and limb EMG that show the clearest cluster."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.cluster import Cluster
from westward.eeg.events.hypnogram import STATES
from westward.eeg.events.spasm_emg import limbs
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.report import content as c
from westward.eeg.signal import filters
from westward.eeg.stream import MAINS_HZ, Span, make_block
from westward.eeg.study.result import Study

PAGE_S, LEAD_S = 15.0, 2.0
N_PAGES = 2


def build(study: Study) -> tuple[c.EegPage, ...]:
    """One or two pages of the cluster with most spasms, or one of the clearest single spasm; none without any."""
    night = study.night
    counted = np.flatnonzero(night.spasms.counted)
    if study.layout is None or not len(counted):
        return ()
    if night.clusters:
        shown = max(night.clusters, key=lambda k: (k.n, k.confidence))
        number = night.clusters.index(shown) + 1
        starts = _fullest(study, shown)
        return tuple(_page(study, t, f"Cluster {number} of {len(night.clusters)}") for t in starts)
    clearest = int(counted[night.spasms.confidence[counted].argmax()])
    start = _inside(study, float(night.spasms.onset_s[clearest]))
    return (_page(study, start, "Single candidate"),)


def _fullest(study: Study, cluster: Cluster) -> list[float]:
    """Starts of the pages that hold most of the cluster, whole with their decrement, without overlap, in order."""
    spasms = study.night.spasms
    onset = spasms.onset_s[cluster.members]
    stop = spasms.end_of_decrement_s[cluster.members]
    weight = 1 + spasms.confidence[cluster.members].astype(np.float64)
    starts = np.array([_inside(study, float(t)) for t in onset])
    inside = (onset[None] >= starts[:, None]) & (stop[None] <= starts[:, None] + PAGE_S)
    value = inside @ weight
    chosen: list[float] = []
    for k in np.argsort(-value, kind="stable"):
        if all(abs(starts[k] - t) >= PAGE_S for t in chosen):
            chosen.append(float(starts[k]))
        if len(chosen) == N_PAGES:
            break
    return sorted(chosen)


def _inside(study: Study, onset_s: float) -> float:
    """Start of a page that begins shortly before a moment, on a whole second, inside its segment where it can."""
    segment = next((s for s in study.recording.segments if s.start_s - 1e-6 <= onset_s < s.stop_s), None)
    start = float(np.floor(onset_s - LEAD_S))
    if segment is None:
        return start
    return max(min(start, float(np.floor(segment.stop_s - PAGE_S))), float(np.ceil(segment.start_s)))


def _page(study: Study, start: float, name: str) -> c.EegPage:
    assert study.layout is not None
    segment = next(s for s in study.recording.segments if s.start_s - 1e-6 <= start < s.stop_s)
    stop = min(start + PAGE_S, segment.stop_s)
    span = Span(max(segment.start_s, start - 5), start, stop, min(segment.stop_s, stop + 5))
    block = make_block(study.recording, study.layout, span)
    inside = slice(block.sample(start), block.sample(stop))
    states = np.bincount(study.facts.state[int(start) : int(stop)], minlength=len(STATES))
    return c.EegPage(
        start_s=start,
        sfreq_hz=block.sfreq_hz,
        derivations=block.derivations,
        data=block.bipolar[:, inside],
        state=STATES[int(states.argmax())] if not study.night.hypnogram.refusal else "",
        spasms=_marks(study, start, stop),
        emg=_emg(block, inside),
        ictal=name,
    )


def _marks(study: Study, start: float, stop: float) -> tuple[c.SpasmMark, ...]:
    spasms = study.night.spasms
    number = np.where(spasms.counted, np.cumsum(spasms.counted), 0)
    return tuple(
        c.SpasmMark(
            int(number[k]),
            float(spasms.onset_s[k]),
            float(spasms.stop_s[k]),
            float(spasms.end_of_decrement_s[k]),
            float(spasms.confidence[k]),
            spasms.reason(k),
        )
        for k in range(len(spasms))
        if start <= spasms.onset_s[k] < stop
    )


def _emg(block: Block, inside: slice) -> tuple[c.EmgTrace, ...]:
    names = limbs(block.aux)
    if not names or block.sfreq_hz <= 2 * SpasmParameters().emg_hz:
        return ()
    rows: NDArray[np.float32] = np.stack([block.aux[name] for name in names])
    rate = block.sfreq_hz
    sections = [filters.butterworth(SpasmParameters().emg_hz, None, rate), *(filters.notch(f, rate) for f in MAINS_HZ)]
    fast = filters.zero_phase(rows, np.concatenate(sections))
    return tuple(c.EmgTrace(name, row[inside]) for name, row in zip(names, fast, strict=True))
