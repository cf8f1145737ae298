"""What the background of a recording is like, second by second: waves, bands, symmetry, suppression."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events import ocular, waves
from westward.eeg.events.ocular import OcularParameters
from westward.eeg.events.quality import Quality
from westward.eeg.events.spikes import Spikes
from westward.eeg.signal.homologs import homologous_pairs
from westward.eeg.signal.lowpass import decimated
from westward.eeg.signal.montage import ELECTRODES

FloatArray = NDArray[np.float32]

BANDS = (("delta", 0.5, 4.0), ("theta", 4.0, 8.0), ("alpha", 8.0, 13.0), ("beta", 13.0, 30.0))
"""Names and edges in Hz, lower edge included."""


@dataclass(frozen=True, kw_only=True)
class BackgroundParameters:
    """Numbers behind the measurement.

    Attributes
    ----------
    high_hz : float
        Upper edge of the band in which waves are measured (policy on an excerpt); the lower, 0.5 Hz, is the block's.
    longest_wave_s : float
        Longest half-wave: half a period at 0.5 Hz (derived).
    ripple : float
        Reversals below this share of a wave do not end it (policy).
    min_left_s : float
        What spikes and after-going waves must leave of a second for it to be measured (policy).
    spike_margin_s : float
        Removed on either side of a spike and its slow wave (policy).
    spectrum_s : float
        Window of the band powers, centered on the second (policy).
    suppression_derivations : float
        Share of derivations that must be low together to call half a second suppressed (policy).
    ocular : OcularParameters
        How eye movements are told from background (policy).
    """

    high_hz: float = 30.0
    longest_wave_s: float = 1.0
    ripple: float = 0.25
    min_left_s: float = 0.5
    spike_margin_s: float = 0.02
    spectrum_s: float = 2.0
    suppression_derivations: float = 0.8
    ocular: OcularParameters = field(default_factory=OcularParameters)


@dataclass(frozen=True, eq=False)
class Background:
    """Measures per second of recording time; column j belongs to second ``first_second + j``.

    Attributes
    ----------
    first_second : int
    derivations : tuple of str
    wave_uv : float32 array, shape (n_derivations, n_seconds)
        Largest half-wave with its middle in the second, µV; NaN where nothing was left to measure.
    band_power : float32 array, shape (4, n_derivations, n_seconds)
        Power in :data:`BANDS`, µV²; spikes included; NaN where there is no signal.
    pair_products : float32 array, shape (3, n_pairs, n_seconds)
        Mean of left x right, left squared, right squared of homologous derivations, µV², 0.5-30 Hz.
    generalized_uv : float32 array, shape (2, n_seconds)
        Peak to peak that all but a fifth of the derivations stay within, in each half of the second, µV.
    """

    first_second: int
    derivations: tuple[str, ...]
    wave_uv: FloatArray
    band_power: FloatArray
    pair_products: FloatArray
    generalized_uv: FloatArray

    @property
    def n_seconds(self) -> int:
        """Number of columns."""
        return int(self.wave_uv.shape[1])

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Rows (left, right) behind ``pair_products``."""
        return homologous_pairs(self.derivations)

    @classmethod
    def empty(cls, derivations: tuple[str, ...], n_seconds: int, first_second: int = 0) -> Background:
        """Nothing measured."""
        n, m = len(derivations), len(homologous_pairs(derivations))
        shapes = ((n, n_seconds), (len(BANDS), n, n_seconds), (3, m, n_seconds), (2, n_seconds))
        return cls(first_second, derivations, *(np.full(shape, np.nan, np.float32) for shape in shapes))

    @classmethod
    def concatenate(cls, parts: Iterable[Background], n_seconds: int) -> Background:
        """The whole recording from its parts; seconds of no part are NaN.

        Raises
        ------
        ValueError
            If the parts have different derivations.
        """
        whole: Background | None = None
        for part in parts:
            if whole is None:
                whole = cls.empty(part.derivations, n_seconds)
            whole.put(part)
        return cls.empty((), n_seconds) if whole is None else whole

    def put(self, part: Background) -> None:
        """Write a part into this one, which begins at second 0; what lies beyond its end is left out.

        Raises
        ------
        ValueError
            If the part has other derivations.
        """
        if part.derivations != self.derivations:
            raise ValueError(f"parts differ in derivations: {part.derivations} and {self.derivations}")
        to = slice(part.first_second, min(part.first_second + part.n_seconds, self.n_seconds))
        n = max(to.stop - to.start, 0)
        for name in ("wave_uv", "band_power", "pair_products", "generalized_uv"):
            getattr(self, name)[..., to] = getattr(part, name)[..., :n]


def measure(
    block: Block,
    *,
    spikes: Spikes | None = None,
    quality: Quality | None = None,
    parameters: BackgroundParameters | None = None,
) -> Background:
    """Measure the background of a block's core.

    Waves are measured from one extremum to the next opposite one in 0.5-30 Hz of the longitudinal bipolar
    derivations. Waves that touch a spike or its after-going slow wave are left out on the derivations that share an
    electrode with the spike's field; so are waves of frontal derivations that touch an eye movement. A second of
    which less than half is left is not measured.

    Parameters
    ----------
    block : Block
    spikes : Spikes, optional
        Spikes of the block, those of its margins included where known.
    quality : Quality, optional
        Seconds it flags (all channels, or an electrode of the derivation) are not measured.
    """
    p = BackgroundParameters() if parameters is None else parameters
    cells = block.whole_cells(1.0)
    if not block.derivations or not len(cells):
        return Background.empty(block.derivations, len(cells), cells.start)
    low = decimated(block.bipolar, block.sfreq_hz, high_hz=p.high_hz)
    removed = _removed(block, spikes, p)
    out = Background(
        cells.start,
        block.derivations,
        _largest_waves(low.data, low.sfreq_hz, block, removed, cells, p),
        _band_power(low.data, low.sfreq_hz, block.start_s, cells, p),
        _pair_products(low.data, low.sfreq_hz, block, cells),
        _generalized(low.data, low.sfreq_hz, block.start_s, cells, p),
    )
    if quality is not None:
        blank(out, quality)
    return out


@dataclass(frozen=True, eq=False)
class _Removed:
    """Stretches taken out of derivations: row, start and stop in seconds from the block's start."""

    row: NDArray[np.intp]
    start_s: NDArray[np.float64]
    stop_s: NDArray[np.float64]


def _removed(block: Block, spikes: Spikes | None, p: BackgroundParameters) -> _Removed:
    if spikes is None or not len(spikes):
        return _Removed(np.zeros(0, np.intp), np.zeros(0), np.zeros(0))
    near = (spikes.slow_stop_s > block.start_s) & (spikes.onset_s < block.time(block.n_samples))
    spikes = spikes.select(near)
    touched = np.zeros((len(block.derivations), len(spikes)), np.bool_)
    for row, name in enumerate(block.derivations):
        bits = sum(1 << ELECTRODES.index(e) for e in name.split("-") if e in ELECTRODES)
        touched[row] = ((spikes.field & np.uint32(bits)) != 0) | (spikes.electrode == -1 - row)
    rows, spike = np.nonzero(touched)
    onset, stop = spikes.onset_s[spike], np.maximum(spikes.slow_stop_s[spike], spikes.peak_s[spike])
    return _Removed(rows, onset - block.start_s - p.spike_margin_s, stop - block.start_s + p.spike_margin_s)


def _largest_waves(
    x: FloatArray, rate: float, block: Block, removed: _Removed, cells: range, p: BackgroundParameters
) -> FloatArray:
    n_rows, n = x.shape
    out = np.full((n_rows, len(cells)), np.nan, np.float32)
    found = waves.find(x, longest=round(p.longest_wave_s * rate), ripple=p.ripple)
    column = np.floor(block.start_s + (found.first + found.last) / (2 * rate) + 1e-9).astype(np.intp) - cells.start
    good = (column >= 0) & (column < len(cells))
    eyes = ocular.find(x, block.derivations, found, parameters=p.ocular)
    if len(removed.row) or len(eyes.first):
        gone = np.zeros((n_rows, n + 1), np.int32)
        first = np.clip(np.floor(removed.start_s * rate), 0, n).astype(np.intp)
        last = np.clip(np.ceil(removed.stop_s * rate) + 1, 0, n).astype(np.intp)
        np.add.at(gone, (removed.row, first), 1)
        np.add.at(gone, (removed.row, last), -1)
        np.add.at(gone, (eyes.rows[:, None], eyes.first), 1)
        np.add.at(gone, (eyes.rows[:, None], eyes.last), -1)
        lost = np.zeros((n_rows, n + 1), np.int32)
        inside = np.cumsum(gone[:, :-1], axis=1, dtype=np.int32) > 0
        np.cumsum(inside, axis=1, dtype=np.int32, out=lost[:, 1:])
        good &= lost[found.row, found.last + 1] == lost[found.row, found.first]
        edges = _edges(block.start_s, rate, cells, n)
        left = np.diff(edges) - np.diff(lost[:, edges], axis=1)
    row, column = found.row[good], column[good]
    flat = np.full(out.size, -np.inf, np.float32)
    np.maximum.at(flat, row * len(cells) + column, found.amplitude[good])
    np.copyto(out, flat.reshape(out.shape), where=np.isfinite(flat.reshape(out.shape)))
    if len(removed.row) or len(eyes.first):
        out[left < p.min_left_s * rate] = np.nan
    return out


def _edges(start_s: float, rate: float, cells: range, n: int) -> NDArray[np.intp]:
    """First sample of each second of the core, and one past the last."""
    seconds = np.arange(cells.start, cells.stop + 1)
    return np.asarray(np.clip(np.rint((seconds - start_s) * rate), 0, n), np.intp)


def _band_power(x: FloatArray, rate: float, start_s: float, cells: range, p: BackgroundParameters) -> FloatArray:
    from scipy import fft

    n_rows, n = x.shape
    width = round(p.spectrum_s * rate)
    out = np.full((len(BANDS), n_rows, len(cells)), np.nan, np.float32)
    if n < width:
        return out
    first = np.rint((np.arange(cells.start, cells.stop) + 0.5 - start_s) * rate).astype(np.intp) - width // 2
    first = np.clip(first, 0, n - width)
    window = np.hanning(width + 1)[:-1].astype(np.float32)
    scale = 2 / (width * float((window**2).sum()))
    windows = np.lib.stride_tricks.sliding_window_view(x, width, axis=1)
    hz = fft.rfftfreq(width, 1 / rate)
    edges = np.searchsorted(hz, [low for _, low, _ in BANDS] + [BANDS[-1][2]], side="left")
    for row in range(n_rows):
        piece = windows[row, first]
        piece = (piece - piece.mean(axis=1, keepdims=True)) * window
        spectrum = fft.rfft(piece, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        out[:, row] = scale * np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1).T
    return out


def _pair_products(x: FloatArray, rate: float, block: Block, cells: range) -> FloatArray:
    pairs = homologous_pairs(block.derivations)
    edges = _edges(block.start_s, rate, cells, x.shape[1])
    out = np.full((3, len(pairs), len(cells)), np.nan, np.float32)
    length = np.maximum(np.diff(edges), 1)
    for i, (a, b) in enumerate(pairs):
        core = slice(edges[0], edges[-1])
        left, right = x[a, core], x[b, core]
        for k, product in enumerate((left * right, left * left, right * right)):
            out[k, i] = np.add.reduceat(product, edges[:-1] - edges[0]) / length
    return out


def _generalized(x: FloatArray, rate: float, start_s: float, cells: range, p: BackgroundParameters) -> FloatArray:
    halves = np.arange(2 * cells.start, 2 * cells.stop + 1) / 2
    edges = np.clip(np.rint((halves - start_s) * rate), 0, x.shape[1]).astype(np.intp)
    core = x[:, edges[0] : edges[-1]]
    at = edges[:-1] - edges[0]
    span = np.maximum.reduceat(core, at, axis=1) - np.minimum.reduceat(core, at, axis=1)
    rank = min(int(np.ceil(p.suppression_derivations * len(x))), len(x)) - 1
    return np.asarray(np.partition(span, rank, axis=0)[rank].reshape(-1, 2).T, np.float32)


def blank(out: Background, quality: Quality) -> None:
    """Put NaN, in place, where a derivation is unusable."""
    to = np.arange(out.first_second, out.first_second + out.n_seconds) - quality.first_second
    known = (to >= 0) & (to < quality.n_seconds)
    everywhere = np.zeros(out.n_seconds, np.bool_)
    everywhere[known] = quality.global_flags[to[known]] != 0
    faulty = quality.faulty(out.derivations)
    for i in range(len(out.derivations)):
        bad = everywhere.copy()
        bad[known] |= faulty[i, to[known]]
        out.wave_uv[i, bad] = np.nan
        out.band_power[:, i, bad] = np.nan
        for k, pair in enumerate(out.pairs):
            if i in pair:
                out.pair_products[:, k, bad] = np.nan
    out.generalized_uv[:, everywhere] = np.nan
