"""Gaussian peaks on a flattened spectrum: found one after another, then fitted together within bounds.

The peaks of one spectrum are fitted by the trust-region reflective method (Branch, Coleman and Li 1999) with the
constants of SciPy, but for many spectra at once and from the normal matrix. The path of the iteration is kept, not
only its aim: with the loose tolerance in use it matters where it stops. The compiled form (``native/peaks.h``) goes
the same way curve by curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal import kernels
from westward.eeg.signal.compiled import MOST_PEAKS, Compiled

Array = NDArray[np.float64]

_PER_FWHM = 1 / (2 * np.sqrt(2 * np.log(2)))


@dataclass(frozen=True)
class PeakParameters:
    """How peaks are found and bounded. Those of specparam (Donoghue 2020; excerpt) unless said.

    Attributes
    ----------
    max_n_peaks : int
        At most so many. 6, as measured in the speed comparison (policy).
    width_hz : (float, float)
        Limits of the width, Hz, twice the standard deviation of the Gaussian. 1 to 12 (policy: twice the resolution).
    threshold_sd : float
        A peak rises above so many standard deviations of what is left of the flattened spectrum.
    center_sd : float
        The center may move from the guess by twice so many standard deviations.
    edge_sd : float
        A peak nearer to an end of the range than so many standard deviations is dropped.
    overlap_sd : float
        Of two neighbors that touch within so many standard deviations the lower is dropped.
    tolerance : float
        The fit stops when cost, step or gradient change by less.
    max_evaluations : int
        And after so many evaluations.
    """

    max_n_peaks: int = 6
    width_hz: tuple[float, float] = (1.0, 12.0)
    threshold_sd: float = 2.0
    center_sd: float = 1.5
    edge_sd: float = 1.0
    overlap_sd: float = 0.75
    tolerance: float = 1e-5
    max_evaluations: int = 5000


def gaussians(frequencies_hz: Array, peaks: Array) -> Array:
    """Sum of Gaussians.

    Parameters
    ----------
    peaks : float64 array, shape (n_spectra, 3, n_peaks)
        Centers, heights and standard deviations; a height of 0 for no peak.

    Returns
    -------
    float64 array, shape (n_spectra, n_frequencies)
    """
    z = (frequencies_hz - peaks[:, 0, :, None]) / peaks[:, 2, :, None]
    return np.asarray((peaks[:, 1, :, None] * np.exp(-0.5 * z * z)).sum(1))


def guesses(frequencies_hz: Array, flat: Array, parameters: PeakParameters) -> tuple[Array, NDArray[np.intp]]:
    """First guesses of the peaks of flattened spectra.

    Parameters
    ----------
    flat : float64 array, shape (n_spectra, n_frequencies)
        log10 power above the aperiodic line.

    Returns
    -------
    peaks : float64 array, shape (n_spectra, 3, max_n_peaks)
        By center; unused places last, with height 0 and standard deviation 1.
    n_peaks : int array, shape (n_spectra,)
    """
    n, n_bins = flat.shape
    low_sd, high_sd = parameters.width_hz[0] / 2, parameters.width_hz[1] / 2
    step = float(frequencies_hz[1] - frequencies_hz[0])
    left = flat.copy()
    peaks = np.zeros((n, 3, parameters.max_n_peaks))
    peaks[:, 0], peaks[:, 2] = np.inf, 1.0
    searching = np.arange(n)
    position = np.arange(n_bins)
    for k in range(parameters.max_n_peaks):
        rest = left[searching]
        top = rest.argmax(-1)
        height = rest[np.arange(len(rest)), top]
        found = (height > parameters.threshold_sd * rest.std(-1)) & (height > 0)
        searching, rest, top, height = searching[found], rest[found], top[found], height[found]
        if not len(searching):
            break
        under = rest <= 0.5 * height[:, None]
        # The shorter side counts; the first bin is never looked at on the left.
        below = np.where(under & (position < top[:, None]) & (position > 0), position, -n_bins).max(-1)
        above = np.where(under & (position > top[:, None]), position, 2 * n_bins + 1).min(-1)
        side = np.minimum(top - below, above - top)
        sd = np.where(side < n_bins, side * 2 * step * _PER_FWHM, (low_sd + high_sd))
        sd = np.maximum(sd, low_sd)
        sd = np.where(sd > high_sd, low_sd, sd)
        center = frequencies_hz[top]
        peaks[searching, :, k] = np.stack([center, height, sd], -1)
        z = (frequencies_hz - center[:, None]) / sd[:, None]
        left[searching] -= height[:, None] * np.exp(-0.5 * z * z)
    return _kept(peaks, frequencies_hz, parameters)


def _kept(peaks: Array, frequencies_hz: Array, parameters: PeakParameters) -> tuple[Array, NDArray[np.intp]]:
    """Without peaks at the ends of the range or too close to a higher neighbor; sorted by center."""
    reach = parameters.edge_sd * peaks[:, 2]
    inside = (peaks[:, 0] - frequencies_hz[0] > reach) & (frequencies_hz[-1] - peaks[:, 0] > reach)
    peaks = _sorted(peaks, inside)
    used = np.isfinite(peaks[:, 0])
    upper = peaks[:, 0] + parameters.overlap_sd * peaks[:, 2]
    lower = peaks[:, 0] - parameters.overlap_sd * peaks[:, 2]
    with np.errstate(invalid="ignore"):
        touch = (upper[:, :-1] > lower[:, 1:]) & used[:, 1:]
    first_lower = peaks[:, 1, :-1] <= peaks[:, 1, 1:]
    keep = used.copy()
    keep[:, :-1] &= ~(touch & first_lower)
    keep[:, 1:] &= ~(touch & ~first_lower)
    peaks = _sorted(peaks, keep)
    n_peaks = keep.sum(-1)
    unused = np.arange(peaks.shape[-1]) >= n_peaks[:, None]
    peaks[:, 0][unused] = 0.0
    return peaks, n_peaks


def _sorted(peaks: Array, keep: NDArray[np.bool_]) -> Array:
    """By center; dropped ones get an infinite center, no height, and go last."""
    center = np.where(keep, peaks[:, 0], np.inf)
    order = np.argsort(center, axis=-1, kind="stable")[:, None]
    fill = np.array([np.inf, 0.0, 1.0])[None, :, None]
    return np.take_along_axis(np.where(keep[:, None], peaks, fill), order, axis=-1)


def bounds(peaks: Array, frequencies_hz: Array, parameters: PeakParameters) -> tuple[Array, Array]:
    """Lower and upper bounds of the parameters of guessed peaks, in the shape of ``peaks``."""
    lower, upper = np.zeros_like(peaks), np.full_like(peaks, np.inf)
    reach = 2 * parameters.center_sd * peaks[:, 2]
    lower[:, 0] = np.maximum(peaks[:, 0] - reach, frequencies_hz[0])
    upper[:, 0] = np.minimum(peaks[:, 0] + reach, frequencies_hz[-1])
    lower[:, 2], upper[:, 2] = parameters.width_hz[0] / 2, parameters.width_hz[1] / 2
    return lower, upper


def fit(frequencies_hz: Array, flat: Array, parameters: PeakParameters) -> tuple[Array, NDArray[np.intp]]:
    """Peaks of flattened spectra, fitted together.

    Parameters
    ----------
    frequencies_hz : float64 array, shape (n_frequencies,)
        Evenly spaced.
    flat : float64 array, shape (n_spectra, n_frequencies)
        Finite.

    Returns
    -------
    peaks, n_peaks
        As from :func:`guesses`, not sorted after the fit.
    """
    return fit_by(kernels.compiled(), frequencies_hz, flat, parameters)


def fit_by(
    compiled: Compiled | None, frequencies_hz: Array, flat: Array, parameters: PeakParameters
) -> tuple[Array, NDArray[np.intp]]:
    """As :func:`fit`, by the given kernels (None: by NumPy)."""
    if compiled is None or parameters.max_n_peaks > MOST_PEAKS:
        return fit_batched(frequencies_hz, flat, parameters)
    low, high = parameters.width_hz
    sds = (parameters.threshold_sd, parameters.center_sd, parameters.edge_sd, parameters.overlap_sd)
    return compiled.gaussian_peaks(
        frequencies_hz,
        flat,
        (low / 2, high / 2, *sds),
        tolerance=parameters.tolerance,
        max_evaluations=parameters.max_evaluations,
        max_n_peaks=parameters.max_n_peaks,
    )


def gaussians_by(compiled: Compiled | None, frequencies_hz: Array, peaks: Array) -> Array:
    """As :func:`gaussians`, by the given kernels (None: by NumPy)."""
    if compiled is None or peaks.shape[-1] > MOST_PEAKS:
        return gaussians(frequencies_hz, peaks)
    return compiled.sum_peaks(frequencies_hz, peaks)


def fit_batched(frequencies_hz: Array, flat: Array, parameters: PeakParameters) -> tuple[Array, NDArray[np.intp]]:
    """What :func:`fit` computes, by NumPy, many spectra at once."""
    from westward.eeg.signal import trust_region

    peaks, n_peaks = guesses(frequencies_hz, flat, parameters)
    for k in range(1, parameters.max_n_peaks + 1):
        rows = np.flatnonzero(n_peaks == k)
        if len(rows):
            start = peaks[rows, :, :k]
            peaks[rows, :, :k] = trust_region.fit_gaussians(
                frequencies_hz,
                flat[rows],
                start,
                bounds(start, frequencies_hz, parameters),
                tolerance=parameters.tolerance,
                max_evaluations=parameters.max_evaluations,
            )
    return peaks, n_peaks


def fit_reference(frequencies_hz: Array, flat: Array, parameters: PeakParameters) -> tuple[Array, NDArray[np.intp]]:
    """What :func:`fit` computes, spectrum by spectrum with SciPy's least squares."""
    from scipy import optimize

    low_sd, high_sd = parameters.width_hz[0] / 2, parameters.width_hz[1] / 2
    step = float(frequencies_hz[1] - frequencies_hz[0])
    peaks = np.zeros((len(flat), 3, parameters.max_n_peaks))
    peaks[:, 2] = 1.0
    n_peaks = np.zeros(len(flat), np.intp)
    for row, spectrum in enumerate(flat):
        left = spectrum.copy()
        found: list[tuple[float, float, float]] = []
        while len(found) < parameters.max_n_peaks:
            top = int(left.argmax())
            height = float(left[top])
            if height <= parameters.threshold_sd * left.std() or height <= 0:
                break
            below = [i for i in range(1, top) if left[i] <= 0.5 * height]
            above = [i for i in range(top + 1, len(left)) if left[i] <= 0.5 * height]
            sides = [top - below[-1]] if below else []
            sides += [above[0] - top] if above else []
            sd = min(sides) * 2 * step * _PER_FWHM if sides else low_sd + high_sd
            sd = max(sd, low_sd)
            sd = low_sd if sd > high_sd else sd
            found.append((float(frequencies_hz[top]), height, sd))
            left = left - height * np.exp(-((frequencies_hz - frequencies_hz[top]) ** 2) / (2 * sd**2))
        reach = parameters.edge_sd
        found = sorted(
            (c, h, s) for c, h, s in found if c - frequencies_hz[0] > reach * s and frequencies_hz[-1] - c > reach * s
        )
        dropped = set()
        for i in range(len(found) - 1):
            (c0, h0, s0), (c1, h1, s1) = found[i], found[i + 1]
            if c0 + parameters.overlap_sd * s0 > c1 - parameters.overlap_sd * s1:
                dropped.add(i if h0 <= h1 else i + 1)
        start = np.array([peak for i, peak in enumerate(found) if i not in dropped]).reshape(-1, 3).T
        n_peaks[row] = k = start.shape[1]
        if not k:
            continue
        lower, upper = bounds(start[None], frequencies_hz, parameters)

        def residual(p: Array, k: int = k, spectrum: Array = spectrum) -> Array:
            return np.asarray(gaussians(frequencies_hz, p.reshape(1, 3, k))[0] - spectrum)

        def jacobian(p: Array, k: int = k) -> Array:
            return np.asarray(_jacobian(frequencies_hz, p.reshape(1, 3, k))[0].T)

        result = optimize.least_squares(
            residual,
            start.ravel(),
            jac=jacobian,
            bounds=(lower.ravel(), upper.ravel()),
            method="trf",
            x_scale=1.0,
            ftol=parameters.tolerance,
            xtol=parameters.tolerance,
            gtol=parameters.tolerance,
            max_nfev=parameters.max_evaluations,
        )
        peaks[row, :, :k] = result.x.reshape(3, k)
    return peaks, n_peaks


def _jacobian(frequencies_hz: Array, peaks: Array) -> Array:
    """Derivatives by centers, heights and deviations, shape (n_spectra, 3 * n_peaks, n_frequencies)."""
    sd = peaks[:, 2, :, None]
    z = (frequencies_hz - peaks[:, 0, :, None]) / sd
    bell = np.exp(-0.5 * z * z)
    by_center = bell * z * (peaks[:, 1, :, None] / sd)
    return np.concatenate([by_center, bell, by_center * z], axis=1)
