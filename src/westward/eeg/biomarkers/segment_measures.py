"""What needs minutes to be measured: fluctuations, networks, the spectrum's line, of every 5-min segment. Stage 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from westward.eeg.biomarkers.epoch_measures import clean_seconds
from westward.eeg.block import Block
from westward.eeg.events.quality import Quality
from westward.eeg.signal import aperiodic, crosscorrelation, dfa, envelope, network, spectrum, synchrony
from westward.eeg.signal.homologs import homologous_pairs
from westward.eeg.signal.spectrum import BANDS_HZ

Array = NDArray[np.float64]
SEGMENT_S = 300.0
MIN_CLEAN_S = 240
"""Clean seconds without which a segment is not assessable (policy; about 5 min give a stable exponent, Smith 2020)."""
NETWORK = "all electrodes"
HEMISPHERES = "left|right"

MEASURES: Mapping[str, str] = MappingProxyType(
    {
        **{f"dfa_exponent_{band}": "dfa_exponent" for band in BANDS_HZ},
        **{f"dfa_intercept_{band}_log10_uv_s": "dfa_intercept" for band in BANDS_HZ},
        "aperiodic_exponent_without_peaks": "aperiodic",
        "aperiodic_offset_without_peaks_log10_uv2_hz": "aperiodic",
        "network_strength": "cross_correlation",
        "network_stability": "cross_correlation",
        "interhemispheric_correlation": "synchrony",
        "brain_symmetry_index": "synchrony",
    }
)
"""Rows of ``segments.parquet`` and the id of what is published."""


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One value of one segment; ``low`` and ``high`` are a 95 % interval, NaN where there is none."""

    segment: int
    channel: str
    measure: str
    value: float
    low: float
    high: float
    clean_s: int


def measure(block: Block, quality: Quality) -> tuple[SegmentRow, ...]:
    """All rows of the segments that lie in the block's core, average reference, 0.5-70 Hz.

    Artifacts are cut out and what is left is joined (fluctuations, spectra) or left out (networks, symmetry).
    """
    rows: list[SegmentRow] = []
    for k in block.whole_cells(SEGMENT_S) if len(block.electrodes) >= 2 else ():
        clean = clean_seconds(block.electrodes, quality, _seconds(k))
        for piece in (
            _fluctuations(block, k, clean),
            _line(block, k, clean),
            _network(block, k, clean),
            _hemispheres(block, k, quality),
        ):
            rows += piece
    return tuple(rows)


def _seconds(k: int) -> range:
    return range(round(SEGMENT_S) * k, round(SEGMENT_S) * (k + 1))


def _samples(block: Block, k: int) -> slice:
    return slice(block.sample(SEGMENT_S * k), block.sample(SEGMENT_S * (k + 1)))


def _fluctuations(block: Block, k: int, clean: NDArray[np.bool_]) -> Iterable[SegmentRow]:
    per_second = round(1 / envelope.STEP_S)
    reach = round(envelope.filter_s(min(low for low, _ in BANDS_HZ.values())) / 2 + 1)
    lead = min(reach, int(SEGMENT_S * k - block.start_s))
    around = slice(block.sample(SEGMENT_S * k - lead), block.sample(SEGMENT_S * (k + 1) + reach))
    steps = envelope.band_envelopes(block.potentials[:, around], sfreq_hz=block.sfreq_hz)
    steps = steps[:, :, lead * per_second : (lead + round(SEGMENT_S)) * per_second]
    counts: NDArray[np.intp] = np.asarray(clean.sum(axis=1))
    enough = np.flatnonzero(counts >= MIN_CLEAN_S)
    found: dict[int, tuple[dfa.SegmentDfa, int]] = {}
    # Electrodes that are clean at the same time are measured together.
    for pattern in {clean[row].tobytes(): clean[row] for row in enough}.values():
        alike = enough[(clean[enough] == pattern).all(axis=1)]
        kept = steps[:, alike][..., np.repeat(pattern, per_second)[: steps.shape[2]]]
        together = dfa.segment_dfa(kept.reshape(-1, kept.shape[-1]), step_s=envelope.STEP_S, seed=k)
        found |= {int(row): (together, at) for at, row in enumerate(alike)}
    for row in enough:
        measured, at = found[int(row)]
        step = len(measured.exponent) // len(BANDS_HZ)
        for i, band in enumerate(BANDS_HZ):
            one = i * step + at
            for what, value, interval in (
                (f"dfa_exponent_{band}", measured.exponent[one], measured.exponent_interval[one]),
                (f"dfa_intercept_{band}_log10_uv_s", measured.intercept[one], measured.intercept_interval[one]),
            ):
                low, high = (float(edge) for edge in interval)
                yield SegmentRow(k, block.electrodes[row], what, float(value), low, high, int(counts[row]))


def _line(block: Block, k: int, clean: NDArray[np.bool_]) -> Iterable[SegmentRow]:
    found = spectrum.welch(block.potentials[:, _samples(block, k)], sfreq_hz=block.sfreq_hz)
    clean_windows = np.asarray(clean.reshape(len(clean), -1, 10).all(axis=-1))
    good = np.asarray(clean_windows & np.isfinite(found.density_uv2_hz).all(axis=-1))
    rows = np.flatnonzero(good.sum(axis=1) >= MIN_CLEAN_S // 20)
    if not len(rows):
        return
    mean = np.stack([found.density_uv2_hz[row, good[row]].mean(axis=0, dtype=np.float64) for row in rows])
    fit = aperiodic.with_peaks(found.frequencies_hz, mean)
    nothing = float("nan")
    for at, row in enumerate(rows):
        name, seconds = block.electrodes[row], 10 * int(good[row].sum())
        for what, value in (
            ("aperiodic_exponent_without_peaks", fit.exponent[at]),
            ("aperiodic_offset_without_peaks_log10_uv2_hz", fit.offset[at]),
        ):
            yield SegmentRow(k, name, what, float(value), nothing, nothing, seconds)


def _network(block: Block, k: int, clean: NDArray[np.bool_]) -> Iterable[SegmentRow]:
    x = block.potentials[:, _samples(block, k)].copy()
    width = x.shape[1] // clean.shape[1]
    for row, column in zip(*np.nonzero(~clean), strict=True):
        x[row, column * width : (column + 1) * width] = np.nan
    seconds = int(clean.all(axis=0).sum())
    if seconds < MIN_CLEAN_S // 2:
        return
    p = crosscorrelation.DEFAULT
    first_cell = round(SEGMENT_S * k / p.cell_s)
    found = network.network(
        crosscorrelation.measure(x, block.sfreq_hz),
        crosscorrelation.surrogates(x, block.sfreq_hz, first_cell=first_cell),
    )
    nothing = float("nan")
    yield SegmentRow(k, NETWORK, "network_strength", found.mean_strength, nothing, nothing, seconds)
    yield SegmentRow(k, NETWORK, "network_stability", found.stability, nothing, nothing, seconds)


def _hemispheres(block: Block, k: int, quality: Quality) -> Iterable[SegmentRow]:
    pairs = homologous_pairs(block.derivations)
    if not pairs:
        return
    found = synchrony.measure(block.bipolar[:, _samples(block, k)], block.sfreq_hz, pairs)
    seconds = clean_seconds(block.derivations, quality, _seconds(k))
    clean = np.asarray(seconds.reshape(len(seconds), -1, 10).all(axis=-1))
    both = np.stack([clean[a] & clean[b] for a, b in pairs], axis=1)
    counts = 10 * int(both.all(axis=1).sum())
    if 10 * both.sum(axis=0).max() < MIN_CLEAN_S // 2:
        return
    nothing = float("nan")
    correlation = np.where(both, found.correlation, np.nan)
    yield SegmentRow(k, HEMISPHERES, "interhemispheric_correlation", _middle(correlation), nothing, nothing, counts)
    whole = np.where(both.all(axis=1), found.brain_symmetry_index, np.nan)
    yield SegmentRow(k, HEMISPHERES, "brain_symmetry_index", _middle(whole), nothing, nothing, counts)


def _middle(values: NDArray[np.floating]) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else float("nan")
