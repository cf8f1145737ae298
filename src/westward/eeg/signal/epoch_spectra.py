"""Tapered spectra of short epochs: the common ground of phase lag and coherence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import kernels, order
from westward.eeg.signal.compiled import transformable
from westward.eeg.signal.epochs import cut

FloatArray = NDArray[np.float32]
ComplexArray = NDArray[np.complex64]

_BLOCK_SAMPLES = 1 << 15

BANDS_HZ: Mapping[str, tuple[float, float]] = {
    "delta": (1.0, 4.0),
    "theta": (4.0, 8.0),
    "alpha": (8.0, 13.0),
    "beta": (13.0, 30.0),
}
"""The bands of the published recipes; a bin on an edge belongs to both neighbors, as in MNE."""


@dataclass(frozen=True, slots=True)
class EpochParameters:
    """How cross-spectra are taken.

    Attributes
    ----------
    bands_hz : mapping of str to (float, float)
        Bands, both edges included (recalled).
    epoch_s : float
        Hann-tapered epochs without mean; 2 s (derived: 2-5 s is common), so bins lie 0.5 Hz apart.
    epochs_per_window : int
        Epochs that make one value; 30. Phase-lag indices and coherence fall with their number, so it is the same for
        every window and subject (derived).
    min_epochs : int
        Fewer usable epochs in a window: no value. By default all 30, for the reason above (policy).
    """

    bands_hz: Mapping[str, tuple[float, float]] = field(default_factory=lambda: BANDS_HZ)
    epoch_s: float = 2.0
    epochs_per_window: int = 30
    min_epochs: int = 30


@dataclass(frozen=True, eq=False)
class EpochSpectra:
    """Spectra of whole windows of epochs.

    Attributes
    ----------
    spectrum : complex64 array, shape (n_windows, n_channels, n_epochs, n_bins)
        Zero where an epoch is not usable.
    usable : bool array, shape (n_windows, n_channels, n_epochs)
    frequency_hz : float64 array, shape (n_bins,)
        From the lowest edge of any band to the highest.
    bands : tuple of slice
        Bins of each band.
    """

    spectrum: ComplexArray
    usable: NDArray[np.bool_]
    frequency_hz: NDArray[np.float64]
    bands: tuple[slice, ...]

    def shared(self) -> NDArray[np.float32]:
        """Number of epochs usable in both channels, shape (n_windows, n_channels, n_channels)."""
        u = self.usable.astype(np.float32)
        return np.asarray(u @ u.swapaxes(1, 2), np.float32)


DEFAULT = EpochParameters()


def measure(
    x: FloatArray,
    sfreq_hz: float,
    *,
    usable: NDArray[np.bool_] | None = None,
    parameters: EpochParameters = DEFAULT,
) -> EpochSpectra:
    """Spectra of the whole windows of a record.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        Starts where a window starts; an incomplete window at the end is dropped.
    usable : bool array, shape (n_channels, n_epochs), optional
        Epochs to leave out are False; epochs that are flat or not finite always are.

    Raises
    ------
    UsageError
        If a band reaches half the sampling rate, or the mask has another shape.
    """
    p = parameters
    highest = max(high for _, high in p.bands_hz.values())
    if highest >= sfreq_hz / 2:
        raise UsageError(f"a band up to {highest!r} Hz cannot be measured at {sfreq_hz!r} samples per second")
    epochs = cut(x, sfreq_hz, p.epoch_s)
    n_channels, n_epochs, n = epochs.shape
    if usable is not None and usable.shape != (n_channels, n_epochs):
        raise UsageError(f"the mask of epochs has shape {usable.shape}, not {(n_channels, n_epochs)}")
    n_windows = n_epochs // p.epochs_per_window
    epochs = epochs[:, : n_windows * p.epochs_per_window]
    lowest = min(low for low, _ in p.bands_hz.values())
    frequency = np.arange(n // 2 + 1) * sfreq_hz / n
    kept = slice(int(np.searchsorted(frequency, lowest - 1e-9)), int(np.searchsorted(frequency, highest + 1e-9)))
    frequency = frequency[kept]
    found = kernels.compiled()
    if found is not None and transformable(n):
        spectrum, ok = found.transforms(epochs, np.hanning(n).astype(np.float32), kept.start, kept.stop)
    else:
        spectrum, ok = _transforms_plain(epochs, kept)
    if usable is not None:
        ok &= usable[:, : ok.shape[1]]
        spectrum[~ok] = 0
    shape = (n_channels, n_windows, p.epochs_per_window)
    bands = tuple(
        slice(int(np.searchsorted(frequency, low - 1e-9)), int(np.searchsorted(frequency, high + 1e-9)))
        for low, high in p.bands_hz.values()
    )
    if any(b.stop <= b.start for b in bands):
        raise UsageError(f"epochs of {p.epoch_s!r} s have no bin in one of the bands {dict(p.bands_hz)!r}")
    return EpochSpectra(
        np.ascontiguousarray(spectrum.reshape(*shape, len(frequency)).swapaxes(0, 1), np.complex64),
        np.ascontiguousarray(ok.reshape(shape).swapaxes(0, 1)),
        frequency,
        bands,
    )


def _transforms_plain(epochs: FloatArray, kept: slice) -> tuple[ComplexArray, NDArray[np.bool_]]:
    """Transforms of the tapered epochs by SciPy, zero where an epoch is flat or not finite, and which are not."""
    from scipy import fft

    n_channels, n_epochs, n = epochs.shape
    taper = np.hanning(n).astype(np.float32)
    out = np.empty((n_channels, n_epochs, kept.stop - kept.start), np.complex64)
    usable = np.empty((n_channels, n_epochs), np.bool_)
    step = max(1, _BLOCK_SAMPLES // n)
    room = np.empty((min(step, n_epochs), n), np.float32)
    for channel in range(n_channels):
        for first in range(0, n_epochs, step):
            some = slice(first, first + step)
            x = epochs[channel, some]
            centered = room[: len(x)]
            low, high = order.extremes(x)
            with np.errstate(invalid="ignore", over="ignore"):
                mean = x.mean(axis=-1)
                np.subtract(x, mean[:, None], out=centered)
                swing, size = np.maximum(high - mean, mean - low), np.maximum(high, -low)
                ok = np.isfinite(low) & np.isfinite(high) & np.isfinite(mean) & (swing > 1e-6 * size)
            centered[~ok] = 0
            centered -= centered.mean(axis=-1, keepdims=True)  # what rounding left of a large offset
            centered *= taper
            out[channel, some], usable[channel, some] = np.asarray(fft.rfft(centered, axis=-1))[:, kept], ok
    return out, usable


def cross_spectra(spectra: EpochSpectra, window: int) -> tuple[NDArray[np.complex64], FloatArray]:
    """Summed cross-spectrum of every two channels in one window, and each one's power over the epochs they share.

    Returns
    -------
    cross : complex64 array, shape (n_bins, n_channels, n_channels)
        ``sum_e X_i conj(X_j)``.
    power : float32 array, shape (n_bins, n_channels, n_channels)
        ``sum_e |X_i|^2`` over the epochs in which channel j is usable too.
    """
    z = spectra.spectrum[window].transpose(2, 0, 1)
    return z @ z.conj().swapaxes(1, 2), shared_power(spectra, window)


def shared_power(spectra: EpochSpectra, window: int) -> FloatArray:
    """The second result of :func:`cross_spectra` by itself."""
    z = spectra.spectrum[window]
    own = np.square(z.real) + np.square(z.imag)
    usable = spectra.usable[window]
    if usable.all():
        total = own.sum(axis=1).T[..., None]
        return np.broadcast_to(total, (*total.shape[:2], len(z)))
    return np.asarray(own.transpose(2, 0, 1) @ usable.astype(np.float32).T, np.float32)


def band_means(values: FloatArray, bands: tuple[slice, ...]) -> FloatArray:
    """Mean over the bins of each band along the last axis."""
    return np.stack([values[..., b].mean(axis=-1) for b in bands], axis=-1)
