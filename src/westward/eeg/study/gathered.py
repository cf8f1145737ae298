"""What all blocks leave behind, joined as it comes: the large arrays of the night are filled in place."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from westward.eeg.biomarkers.epoch_measures import EpochMeasures
from westward.eeg.biomarkers.pair_measures import PairMeasures
from westward.eeg.biomarkers.segment_measures import SegmentRow
from westward.eeg.events.background import Background
from westward.eeg.events.quality import Quality
from westward.eeg.events.sleep_features import SleepFeatures
from westward.eeg.events.spasm import SpasmFeatures
from westward.eeg.events.spikes import Spikes
from westward.eeg.study.measure import Part

PER_SECOND = 4
"""Values of the attenuation envelope in a second."""


@dataclass(eq=False)
class Gathered:
    """The parts of one recording in order of time.

    Attributes
    ----------
    envelope_uv : float32 array, shape (n_derivations, 4 * n_seconds)
        NaN where no part has any.
    background : Background
        Of the whole recording.
    quality, spikes, spasms, sleep, epochs, pairs : list
        One entry per part.
    segments : list of SegmentRow
    """

    envelope_uv: NDArray[np.float32]
    background: Background
    quality: list[Quality] = field(default_factory=list)
    spikes: list[Spikes] = field(default_factory=list)
    spasms: list[SpasmFeatures] = field(default_factory=list)
    sleep: list[SleepFeatures] = field(default_factory=list)
    epochs: list[EpochMeasures] = field(default_factory=list)
    pairs: list[PairMeasures] = field(default_factory=list)
    segments: list[SegmentRow] = field(default_factory=list)

    @classmethod
    def nothing(cls, derivations: tuple[str, ...], n_seconds: int) -> Gathered:
        """Of no part yet."""
        envelope = np.full((len(derivations), n_seconds * PER_SECOND), np.nan, np.float32)
        return cls(envelope, Background.empty(derivations, n_seconds))

    def __len__(self) -> int:
        return len(self.quality)

    def add(self, part: Part) -> None:
        """Take over what one block left."""
        start = part.first_quarter_second
        stop = min(start + part.envelope_uv.shape[1], self.envelope_uv.shape[1])
        self.envelope_uv[:, start:stop] = part.envelope_uv[:, : max(0, stop - start)]
        self.background.put(part.background)
        self.quality.append(part.quality)
        self.spikes.append(part.spikes)
        self.spasms.append(part.spasms)
        self.sleep.append(part.sleep)
        self.epochs.append(part.epochs)
        self.pairs.append(part.pairs)
        self.segments += part.segments
