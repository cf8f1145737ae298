"""Biomarkers of every 30-s epoch and electrode: stage 1, from the samples of a block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events.hypnogram import EPOCH_S
from westward.eeg.events.quality import Quality
from westward.eeg.signal import aperiodic, dfa, entropy, phase_amplitude, sample_entropy, spectrum, time_domain
from westward.eeg.signal.spectrum import BANDS_HZ, Spectra

FloatArray = NDArray[np.float32]

SECONDS = ("amplitude_range_uv", "rms_uv", "line_length_uv_s", "hjorth_activity_uv2", "hjorth_mobility_rad_s",
           "hjorth_complexity")  # fmt: skip
"""Measured each second; an epoch keeps ``_median`` and ``_p95``."""

COUPLING_EVERY, MULTISCALE_EVERY = 10, 40
"""Phase-amplitude coupling is measured in every 10th epoch, multiscale entropy in every 40th (policy: their cost)."""
MULTISCALE_S = 10.0

_IDS = ("amplitude_range", "rms", "line_length", "hjorth", "hjorth", "hjorth")

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        **{f"{name}_{suffix}": id_ for name, id_ in zip(SECONDS, _IDS, strict=True) for suffix in ("median", "p95")},
        **{f"power_{band}_uv2": "band_power" for band in BANDS_HZ},
        **{f"relative_power_{band}": "band_power_relative" for band in BANDS_HZ},
        "spectral_edge_95_hz": "spectral_edge",
        "spectral_entropy": "spectral_entropy",
        "aperiodic_exponent": "aperiodic",
        "aperiodic_offset_log10_uv2_hz": "aperiodic",
        "shannon_entropy_bit": "shannon_entropy",
        "permutation_entropy": "permutation_entropy",
        "dfa_exponent_broadband": "dfa_signal",
        "sample_entropy_nat": "sample_entropy",
        "multiscale_entropy_nat": "multiscale_entropy",
        "coupling_3_35_mvl_uv": "phase_amplitude",
        "coupling_3_35_mvl_z": "phase_amplitude",
        "coupling_3_35_modulation_index": "phase_amplitude",
        "coupling_3_35_modulation_z": "phase_amplitude",
    }
)
"""Columns of ``epochs.parquet``, unit at the end of the name (none: a ratio), and the id of what is published."""


@dataclass(frozen=True, eq=False)
class EpochMeasures:
    """Values per electrode and 30-s epoch; NaN where an epoch has no clean window.

    Attributes
    ----------
    first_epoch : int
        Number of the first column.
    electrodes : tuple of str
    values : mapping of str to float32 array, shape (n_electrodes, n_epochs)
        One entry per name of :data:`COLUMNS`.
    """

    first_epoch: int
    electrodes: tuple[str, ...]
    values: Mapping[str, FloatArray]

    @classmethod
    def concatenate(cls, parts: Iterable[EpochMeasures], n_epochs: int) -> EpochMeasures:
        """The whole recording; epochs of no part are NaN."""
        parts = [p for p in parts if p.electrodes]
        electrodes = parts[0].electrodes if parts else ()
        values = {name: np.full((len(electrodes), n_epochs), np.nan, np.float32) for name in COLUMNS}
        for part in parts:
            for name, column in values.items():
                n = max(0, min(part.values[name].shape[1], n_epochs - part.first_epoch))
                column[:, part.first_epoch : part.first_epoch + n] = part.values[name][:, :n]
        return cls(0, electrodes, values)


def measure(block: Block, quality: Quality) -> EpochMeasures:
    """All biomarkers of the epochs that lie in the block's core, average reference, 0.5-70 Hz.

    A window counts when no second of it is flagged, for all electrodes or for its own. Spectra of the clean 10-s
    windows of an epoch are averaged before bands and exponents are taken.
    """
    cells = block.whole_cells(EPOCH_S)
    n_rows, n = len(block.electrodes), len(cells)
    if not n_rows or not n:
        return EpochMeasures(cells.start, (), {})
    rate = block.sfreq_hz
    start, stop = (block.sample(EPOCH_S * edge) for edge in (cells.start, cells.stop))
    x = np.ascontiguousarray(block.potentials[:, start:stop])
    clean = clean_seconds(block.electrodes, quality, range(round(EPOCH_S) * cells.start, round(EPOCH_S) * cells.stop))
    out: dict[str, FloatArray] = _of_seconds(x, rate, clean, n)
    out |= _of_spectra(x, rate, clean, n)
    ten = _whole(clean, 10)
    for name, values in (
        ("shannon_entropy_bit", entropy.shannon_entropy(x, sfreq_hz=rate)),
        ("permutation_entropy", entropy.permutation_entropy(x, sfreq_hz=rate)),
    ):
        out[name] = _median(np.where(ten, values, np.nan), n)
    whole = _whole(clean, 30)
    exponent = dfa.dfa_exponent(x, sfreq_hz=rate)
    out["dfa_exponent_broadband"] = np.asarray(np.where(whole, exponent, np.nan), np.float32)
    out |= _coupling(block, cells, whole)
    out["sample_entropy_nat"], out["multiscale_entropy_nat"] = _multiscale(x, rate, cells, ten)
    return EpochMeasures(cells.start, block.electrodes, {name: out[name] for name in COLUMNS})


def clean_seconds(channels: Sequence[str], quality: Quality, seconds: range) -> NDArray[np.bool_]:
    """Which seconds of each electrode or derivation carry no flag, shape (n_channels, n_seconds)."""
    at = slice(seconds.start - quality.first_second, seconds.stop - quality.first_second)
    return np.asarray((quality.global_flags[at] == 0) & ~quality.faulty(channels)[:, at])


def _whole(clean: NDArray[np.bool_], seconds: int) -> NDArray[np.bool_]:
    return np.asarray(clean.reshape(len(clean), -1, seconds).all(axis=-1))


def _of_seconds(x: FloatArray, rate: float, clean: NDArray[np.bool_], n: int) -> dict[str, FloatArray]:
    found = time_domain.time_domain(x, sfreq_hz=rate)
    columns = (found.range_uv, found.rms_uv, found.line_length_uv, found.activity_uv2, found.mobility_per_s,
               found.complexity)  # fmt: skip
    out = {}
    for name, values in zip(SECONDS, columns, strict=True):
        kept = np.where(clean, values, np.nan)
        out[f"{name}_median"] = _median(kept, n)
        out[f"{name}_p95"] = quantile(kept.reshape(len(kept), n, -1), 0.95)
    return out


def _of_spectra(x: FloatArray, rate: float, clean: NDArray[np.bool_], n: int) -> dict[str, FloatArray]:
    each = spectrum.welch(x, sfreq_hz=rate)
    density = np.where(_whole(clean, 10)[..., None], each.density_uv2_hz, np.nan).reshape(len(x), n, 3, -1)
    spectra = Spectra(each.frequencies_hz, _mean(density))
    out = {f"power_{band}_uv2": spectrum.band_power(spectra, *edges) for band, edges in BANDS_HZ.items()}
    out |= {f"relative_power_{band}": spectrum.relative_band_power(spectra, *edges) for band, edges in BANDS_HZ.items()}
    line = aperiodic.line(spectra.frequencies_hz, spectra.density_uv2_hz)
    return out | {
        "spectral_edge_95_hz": spectrum.spectral_edge(spectra),
        "spectral_entropy": spectrum.spectral_entropy(spectra),
        "aperiodic_exponent": line.exponent.astype(np.float32),
        "aperiodic_offset_log10_uv2_hz": line.offset.astype(np.float32),
    }


def _coupling(block: Block, cells: range, whole: NDArray[np.bool_]) -> dict[str, FloatArray]:
    names = ("mvl_uv", "mvl_z", "modulation_index", "modulation_z")
    out = {f"coupling_3_35_{name}": np.full(whole.shape, np.nan, np.float32) for name in names}
    if phase_amplitude.refusal(block.sfreq_hz):
        return out
    for k in (k for k in cells if k % COUPLING_EVERY == 0 and whole[:, k - cells.start].any()):
        first = np.array([block.sample(EPOCH_S * k)], np.intp)
        found = phase_amplitude.measure(block.potentials, block.sfreq_hz, first=first, first_window=k)
        for name in names:
            value = np.where(whole[:, k - cells.start], getattr(found, name)[0], np.nan)
            out[f"coupling_3_35_{name}"][:, k - cells.start] = value
    return out


def _multiscale(x: FloatArray, rate: float, cells: range, ten: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Sample entropy of the first clean 10-s window of an epoch, and its mean over 20 scales."""
    single = np.full((len(x), len(cells)), np.nan, np.float32)
    mean = single.copy()
    for k in (k for k in cells if k % MULTISCALE_EVERY == 0):
        column = k - cells.start
        good = ten[:, 3 * column : 3 * column + 3]
        for window in range(3):
            rows = np.flatnonzero(good[:, window] & ~good[:, :window].any(axis=1))
            if len(rows):
                at = round((EPOCH_S * column + MULTISCALE_S * window) * rate)
                piece = x[rows, at : at + round(MULTISCALE_S * rate)]
                scales = sample_entropy.multiscale_entropy(piece, sfreq_hz=rate, window_s=MULTISCALE_S)
                single[rows, column], mean[rows, column] = scales[:, 0, 0], scales[:, 0].mean(axis=-1)
    return single, mean


def _mean(values: NDArray[np.floating]) -> FloatArray:
    """Mean over the third axis of what is finite; NaN where nothing is."""
    finite = np.isfinite(values)
    count = finite.sum(axis=2)
    total = np.where(finite, values, 0).sum(axis=2)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0), np.float32)


def _median(values: NDArray[np.floating], n: int) -> FloatArray:
    return quantile(values.reshape(len(values), n, -1), 0.5)


def quantile(values: NDArray[np.floating], share: float) -> FloatArray:
    """Quantile over the last axis of what is finite (linear between neighbors); NaN where nothing is."""
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=-1)
    count = np.isfinite(ordered).sum(axis=-1)
    at = share * np.maximum(count - 1, 0)
    low = np.floor(at).astype(np.intp)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    a, b = (np.take_along_axis(ordered, k[..., None], axis=-1)[..., 0] for k in (low, high))
    return np.asarray(np.where(count > 0, a + (b - a) * (at - low), np.nan), np.float32)
