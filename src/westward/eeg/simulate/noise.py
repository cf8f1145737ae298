"""Endless colored noise that can be computed anywhere: independent cells joined with equal power."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from westward.eeg.simulate.randomness import generator

FloatArray = NDArray[np.float32]
Spectrum = Callable[[NDArray[np.float64]], NDArray[np.float64]]

CELL_S = 60.0
"""Length of one cell."""
JOIN_S = 4.0
"""Two neighboring cells overlap by this much; cosine and sine weights keep the power constant."""
_GRID_HZ = 4.0


def band(low_hz: float, high_hz: float) -> Spectrum:
    """Amplitude spectrum with soft edges."""

    def shape(f: NDArray[np.float64]) -> NDArray[np.float64]:
        safe = np.maximum(f, 1e-3)
        return np.asarray(1 / np.sqrt(1 + (low_hz / safe) ** 6) / np.sqrt(1 + (safe / high_hz) ** 8), np.float64)

    return shape


def peak(center_hz: float, sd_hz: float) -> Spectrum:
    """Amplitude spectrum of a rhythm."""
    return lambda f: np.exp(-0.5 * ((f - center_hz) / sd_hz) ** 2)


def power_law(exponent: float, low_hz: float = 0.5, high_hz: float = 75.0) -> Spectrum:
    """Amplitude spectrum of power ``f ** -exponent`` between two frequencies."""
    inner = band(low_hz, high_hz)
    return lambda f: inner(f) * np.maximum(f, low_hz / 2) ** (-exponent / 2)


@dataclass(frozen=True, eq=False)
class NoiseSource:
    """Independent rows of unit-variance colored noise whose size waxes and wanes.

    Attributes
    ----------
    seed : int
        Master seed.
    name : str
        What the noise is for; sets the random stream.
    n_rows : int
        Number of rows.
    spectrum : callable
        Amplitude against frequency in Hz; the scale does not matter.
    waxing_sd : float
        SD of the natural logarithm of the envelope; 0 for none.
    waxing_hz : float
        Corner of the envelope's own fluctuation.
    shared_waxing : float
        Share of the envelope (0-1) common to all rows.
    sfreq_hz : float
        Sampling rate.
    """

    seed: int
    name: str
    n_rows: int
    spectrum: Spectrum
    sfreq_hz: float
    waxing_sd: float = 0.0
    waxing_hz: float = 0.1
    shared_waxing: float = 0.5
    _cells: OrderedDict[int, Future[FloatArray]] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def read(self, start: int, stop: int) -> FloatArray:
        """Samples ``start`` (inclusive) to ``stop`` of all rows, shape (n_rows, stop - start)."""
        out = np.zeros((self.n_rows, stop - start), np.float32)
        cell_n, join_n = self._lengths
        half = join_n // 2
        first, last = (start - half) // cell_n, (stop + half - 1) // cell_n
        for k in range(first, last + 1):
            a = k * cell_n - half
            lo, hi = max(a, start), min(a + cell_n + join_n, stop)
            if lo < hi:
                out[:, lo - start : hi - start] += self._cell(k)[:, lo - a : hi - a]
        return out

    @property
    def _lengths(self) -> tuple[int, int]:
        return round(CELL_S * self.sfreq_hz), 2 * round(JOIN_S * self.sfreq_hz / 2)

    def _cell(self, k: int) -> FloatArray:
        with self._lock:
            mine = k not in self._cells
            if mine:
                self._cells[k] = Future()
                while len(self._cells) > 6:
                    self._cells.popitem(last=False)
            else:
                self._cells.move_to_end(k)
            future = self._cells[k]
        if mine:
            try:
                future.set_result(self._make(k))
            except BaseException as error:
                future.set_exception(error)
                raise
        return future.result()

    def _make(self, k: int) -> FloatArray:
        cell_n, join_n = self._lengths
        n = cell_n + join_n
        rng = generator(self.seed, "noise", self.name, k)
        x = _colored(rng, self.n_rows, n, self.sfreq_hz, self.spectrum)
        if self.waxing_sd:
            x *= self._envelope(rng, n)
        ramp = np.sin(np.linspace(0, np.pi / 2, join_n, endpoint=False)).astype(np.float32)
        x[:, :join_n] *= ramp
        x[:, n - join_n :] *= np.sqrt(1 - ramp**2)
        return x

    def _envelope(self, rng: np.random.Generator, n: int) -> FloatArray:
        m = int(np.ceil(n / self.sfreq_hz * _GRID_HZ)) + 2
        slow = _colored(rng, self.n_rows + 1, m, _GRID_HZ, band(0.02, self.waxing_hz))
        mix = np.sqrt(self.shared_waxing) * slow[:1] + np.sqrt(1 - self.shared_waxing) * slow[1:]
        grid = np.exp(self.waxing_sd * mix - self.waxing_sd**2).astype(np.float32)
        return resample(grid, np.arange(n) * (_GRID_HZ / self.sfreq_hz))


def resample(grid: FloatArray, at: NDArray[np.floating]) -> FloatArray:
    """Linear interpolation of the last axis of a regular grid at fractional indices (held flat outside)."""
    i = np.clip(at.astype(np.int64), 0, grid.shape[-1] - 2)
    w = np.clip(at - i, 0, 1).astype(np.float32)
    left, right = grid[..., i], grid[..., i + 1]
    right -= left
    right *= w
    right += left
    return np.asarray(right, np.float32)


def _colored(rng: np.random.Generator, rows: int, n: int, sfreq_hz: float, spectrum: Spectrum) -> FloatArray:
    f = np.asarray(np.fft.rfftfreq(n, 1 / sfreq_hz), np.float64)
    a = spectrum(f)
    a[0] = 0
    if n % 2 == 0:
        a[-1] = 0
    used = np.flatnonzero(a > 1e-3 * a.max())
    lo, hi = int(used[0]), int(used[-1]) + 1
    a = a[lo:hi] * (n / (2 * np.sqrt(np.sum(a[lo:hi] ** 2))))
    z = np.zeros((rows, len(f)), np.complex64)
    draws = rng.standard_normal((rows, 2 * (hi - lo)), np.float32).view(np.complex64)
    z[:, lo:hi] = draws * a.astype(np.float32)
    return np.asarray(fft.irfft(z, n, axis=-1), np.float32)


@dataclass(frozen=True, eq=False)
class ScaledNoise:
    """A noise source with a fixed size in µV RMS."""

    source: NoiseSource
    rms_uv: float

    def read(self, start: int, stop: int) -> FloatArray:
        """Samples ``start`` to ``stop``, shape (n_rows, stop - start)."""
        return self.source.read(start, stop) * np.float32(self.rms_uv)
