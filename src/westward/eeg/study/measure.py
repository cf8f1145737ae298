"""Stage 1: everything that needs the samples of a block, measured once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from westward.eeg.biomarkers import epoch_measures, pair_measures, segment_measures
from westward.eeg.biomarkers.epoch_measures import EpochMeasures
from westward.eeg.biomarkers.pair_measures import PairMeasures
from westward.eeg.biomarkers.segment_measures import SegmentRow
from westward.eeg.block import Block
from westward.eeg.events import artifact, attenuation, background, sleep_features, spasm, spike
from westward.eeg.events.background import Background
from westward.eeg.events.quality import Quality
from westward.eeg.events.sleep_features import SleepFeatures
from westward.eeg.events.spasm import SpasmFeatures
from westward.eeg.events.spike import SpikeParameters
from westward.eeg.events.spikes import Spikes

SPIKE_REACH_S = 3.0
"""Spikes this far outside the core are found too: their after-going waves may reach into it."""

CLEAR = SpikeParameters().operating_point
"""Waves of doubtful spikes stay background; whether such a spike counts is settled over the whole night."""


@dataclass(frozen=True, eq=False)
class Part:
    """What one block leaves behind."""

    first_quarter_second: int
    quality: Quality
    spikes: Spikes
    background: Background
    envelope_uv: NDArray[np.float32]
    spasms: SpasmFeatures
    sleep: SleepFeatures
    epochs: EpochMeasures
    pairs: PairMeasures
    segments: tuple[SegmentRow, ...]


def measure(block: Block, *, age_days: int | None) -> Part:
    """Run every detector's first stage on one block."""
    quality = artifact.scan(block)
    around = _spikes(block, quality, age_days)
    inside = (around.peak_s >= block.core_start_s) & (around.peak_s < block.core_stop_s)
    return Part(
        block.whole_cells(0.25).start,
        quality,
        around.select(inside),
        background.measure(block, spikes=around.select(around.confidence >= CLEAR), quality=quality),
        attenuation.envelope(block),
        spasm.scan(block),
        sleep_features.measure(block),
        epoch_measures.measure(block, quality),
        pair_measures.measure(block, quality),
        segment_measures.measure(block, quality),
    )


def _spikes(block: Block, quality: Quality, age_days: int | None) -> Spikes:
    if spike.refusal(block.sfreq_hz, block.electrodes, block.derivations):
        return Spikes.empty()
    wide = replace(
        block,
        core_start_s=max(block.start_s, block.core_start_s - SPIKE_REACH_S),
        core_stop_s=min(block.time(block.n_samples), block.core_stop_s + SPIKE_REACH_S),
    )
    return spike.detect(wide, quality=quality, age_days=age_days, doubtful=True)
