"""How electrodes go together: phase lag and coherence of every pair and minute, stage 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from westward.eeg.biomarkers.epoch_measures import clean_seconds
from westward.eeg.block import Block
from westward.eeg.events.quality import Quality
from westward.eeg.signal import coherence, epoch_spectra, phase_lag
from westward.eeg.signal.epoch_spectra import BANDS_HZ
from westward.eeg.signal.epochs import pairs

FloatArray = NDArray[np.float32]
MINUTE_S = 60.0
MEASURES: Mapping[str, str] = MappingProxyType({"wpli": "wpli", "pli": "wpli", "coherence": "coherence"})
"""What is measured in every band, and the id of what is published."""
COLUMNS = tuple(f"{name}_{band}" for name in MEASURES for band in BANDS_HZ)
_SECONDS_PER_EPOCH = 2


@dataclass(frozen=True, eq=False)
class PairMeasures:
    """Values per pair and minute; NaN where a second of either electrode is flagged.

    Attributes
    ----------
    first_minute : int
        Number of the first column.
    electrodes : tuple of str
    values : float32 array, shape (len(COLUMNS), n_pairs, n_minutes)
        Pairs as in :func:`westward.eeg.signal.epochs.pairs`.
    """

    first_minute: int
    electrodes: tuple[str, ...]
    values: FloatArray

    @property
    def names(self) -> tuple[str, ...]:
        """``Fp1|Fp2`` of each pair, in the order of the electrodes."""
        i, j = pairs(len(self.electrodes))
        return tuple(f"{self.electrodes[b]}|{self.electrodes[a]}" for a, b in zip(i, j, strict=True))

    @classmethod
    def concatenate(cls, parts: Iterable[PairMeasures], n_minutes: int) -> PairMeasures:
        """The whole recording; minutes of no part are NaN."""
        parts = [p for p in parts if p.electrodes]
        electrodes = parts[0].electrodes if parts else ()
        values = np.full((len(COLUMNS), len(pairs(len(electrodes))[0]), n_minutes), np.nan, np.float32)
        for part in parts:
            n = max(0, min(part.values.shape[2], n_minutes - part.first_minute))
            values[..., part.first_minute : part.first_minute + n] = part.values[..., :n]
        return cls(0, electrodes, values)


def measure(block: Block, quality: Quality) -> PairMeasures:
    """Phase lag and coherence of the minutes that lie in the block's core, average reference, 0.5-70 Hz."""
    cells = block.whole_cells(MINUTE_S)
    if len(block.electrodes) < 2 or not len(cells):
        return PairMeasures(cells.start, (), np.zeros((len(COLUMNS), 0, 0), np.float32))
    start, stop = (block.sample(MINUTE_S * edge) for edge in (cells.start, cells.stop))
    minute = round(MINUTE_S)
    clean = clean_seconds(block.electrodes, quality, range(minute * cells.start, minute * cells.stop))
    usable = np.asarray(clean.reshape(len(clean), -1, _SECONDS_PER_EPOCH).all(axis=-1))
    spectra = epoch_spectra.measure(block.potentials[:, start:stop], block.sfreq_hz, usable=usable)
    lag = phase_lag.of_spectra(spectra)
    # Each of shape (n_minutes, n_pairs, n_bands).
    found = np.stack([lag.wpli, lag.pli, coherence.of_spectra(spectra)])
    values = found.transpose(0, 3, 2, 1).reshape(len(COLUMNS), found.shape[2], found.shape[1])
    return PairMeasures(cells.start, block.electrodes, np.asarray(values, np.float32))
