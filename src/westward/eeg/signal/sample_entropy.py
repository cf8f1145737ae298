"""Sample entropy, and sample entropy over coarser and coarser scales (multiscale entropy)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import cells, kernels
from westward.eeg.signal.compiled import Compiled

FloatArray = NDArray[np.float32]

_COMPILED_ORDER = 2


@dataclass(frozen=True)
class SampleEntropyParameters:
    """How templates are compared.

    Attributes
    ----------
    order : int
        Samples of a template (m). 2, recalled.
    tolerance_sd : float
        Two samples match when they differ by less than this many standard deviations of the original window (r).
        0.15 for multiscale entropy (Costa 2002; recalled); 0.2 is as common.
    n_scales : int
        Multiscale entropy averages 1, 2 ... up to this many neighboring samples. 20, recalled.
    fewest_samples : int
        A coarse-grained window with fewer is not assessable: 10 to the power of the order (derived).
    """

    order: int = 2
    tolerance_sd: float = 0.15
    n_scales: int = 20
    fewest_samples: int = 100

    def __post_init__(self) -> None:
        if self.order < 1 or not self.tolerance_sd > 0 or self.n_scales < 1:
            raise UsageError(f"{self!r}: order and scales must be at least 1, the tolerance positive")


def sample_entropy(
    x: FloatArray, *, sfreq_hz: float, window_s: float = 10.0, parameters: SampleEntropyParameters | None = None
) -> FloatArray:
    """Sample entropy of each window (Richman and Moorman 2000; recalled), nats.

    Minus the logarithm of the chance that two templates which match over ``order`` samples also match over one more;
    a template never matches itself. Costs about 2 ms per window of 2,560 samples.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)

    Returns
    -------
    float32 array, shape (n_channels, n_windows)
        NaN where the window is flat or not finite, too short, or no longer template recurs.
    """
    windows = cells.consecutive(x, window_s=window_s, sfreq_hz=sfreq_hz)
    return scales(windows, parameters or SampleEntropyParameters(), (1,))[..., 0]


def multiscale_entropy(
    x: FloatArray, *, sfreq_hz: float, window_s: float = 30.0, parameters: SampleEntropyParameters | None = None
) -> FloatArray:
    """Sample entropy of the means of 1, 2 ... ``n_scales`` neighboring samples, the tolerance that of the original.

    Costa 2002 (recalled). Depends on the sampling rate: scale k at 256 Hz averages k/256 s.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)

    Returns
    -------
    float32 array, shape (n_channels, n_windows, n_scales)
        NaN as in :func:`sample_entropy`, scale by scale.
    """
    parameters = parameters or SampleEntropyParameters()
    windows = cells.consecutive(x, window_s=window_s, sfreq_hz=sfreq_hz)
    return scales(windows, parameters, tuple(range(1, parameters.n_scales + 1)))


def scales(windows: FloatArray, parameters: SampleEntropyParameters, factors: tuple[int, ...]) -> FloatArray:
    """Sample entropy of windows already cut, at the wanted scales.

    Parameters
    ----------
    windows : float32 array, shape (n_channels, n_windows, n_samples)
    factors : tuple of int
        How many neighboring samples are averaged.

    Returns
    -------
    float32 array, shape (n_channels, n_windows, len(factors))
    """
    found = kernels.compiled()
    if found is not None and parameters.order == _COMPILED_ORDER:
        return _scales_compiled(found, windows, parameters, factors)
    return scales_plain(windows, parameters, factors)


def _scales_compiled(
    found: Compiled, windows: FloatArray, parameters: SampleEntropyParameters, factors: tuple[int, ...]
) -> FloatArray:
    out = np.full((*windows.shape[:2], len(factors)), np.nan, np.float32)
    good = cells.measurable(windows)
    exact = np.where(good[..., None], windows, np.float32(0)).astype(np.float64)
    exact -= exact.mean(-1, keepdims=True)
    tolerance = (parameters.tolerance_sd * exact.std(-1)).astype(np.float32)
    for i, factor in enumerate(factors):
        n = windows.shape[-1] // factor
        if n < max(parameters.fewest_samples, _COMPILED_ORDER + 2):
            continue
        coarse = exact[..., : n * factor].reshape(*good.shape, n, factor).mean(-1)
        counts = found.alike(coarse.astype(np.float32), tolerance)
        known = good & (counts[..., 1] > 0)
        out[known, i] = np.log(counts[known, 0] / counts[known, 1])
    return out


def scales_plain(windows: FloatArray, parameters: SampleEntropyParameters, factors: tuple[int, ...]) -> FloatArray:
    """:func:`scales` by NumPy."""
    out = np.full((*windows.shape[:2], len(factors)), np.nan, np.float32)
    for index in zip(*np.nonzero(cells.measurable(windows)), strict=True):
        x = windows[index].astype(np.float64)
        tolerance = parameters.tolerance_sd * x.std()
        for i, factor in enumerate(factors):
            coarse = _coarse(x, factor)
            if len(coarse) >= max(parameters.fewest_samples, parameters.order + 2):
                out[(*index, i)] = _entropy(*matches(coarse, parameters.order, tolerance))
    return out


def _coarse(x: NDArray[np.float64], factor: int) -> NDArray[np.float64]:
    n = len(x) // factor
    return np.asarray(x[: n * factor].reshape(n, factor).mean(-1))


def _entropy(longer: int, shorter: int) -> float:
    return float(np.log(shorter / longer)) if longer else float("nan")


def matches(x: NDArray[np.float64], order: int, tolerance: float) -> tuple[int, int]:
    """Pairs of templates that match over ``order + 1`` and over ``order`` samples.

    Both counts use the same ``n - order`` templates. The templates are sorted by their first sample, so that only
    neighbors in that order can match: with a tolerance of 0.15 SD a tenth of all pairs or less.
    """
    n = len(x) - order
    ranked = np.argsort(x[:n], kind="stable")
    columns = [x[shift : shift + n][ranked] for shift in range(order + 1)]
    # The farthest neighbor that can still match; differences are taken again below, so one too many does no harm.
    reach = np.searchsorted(columns[0], columns[0] + tolerance * (1 + 1e-9), side="right") - np.arange(n) - 1
    longer = shorter = 0
    for step in range(1, int(reach.max(initial=0)) + 1):
        match = columns[0][step:] - columns[0][:-step] < tolerance
        for column in columns[1:order]:
            match &= np.abs(column[step:] - column[:-step]) < tolerance
        shorter += int(np.count_nonzero(match))
        last = columns[order]
        longer += int(np.count_nonzero(match & (np.abs(last[step:] - last[:-step]) < tolerance)))
    return longer, shorter


def matches_reference(x: NDArray[np.float64], order: int, tolerance: float) -> tuple[int, int]:
    """What :func:`matches` counts, pair by pair."""
    longer = shorter = 0
    n = len(x) - order
    for i in range(n):
        for j in range(i + 1, n):
            if np.abs(x[i : i + order] - x[j : j + order]).max() < tolerance:
                shorter += 1
                longer += int(abs(x[i + order] - x[j + order]) < tolerance)
    return longer, shorter


def scales_reference(windows: FloatArray, parameters: SampleEntropyParameters, factors: tuple[int, ...]) -> FloatArray:
    """What :func:`scales` computes, with the pairs compared one by one."""
    out = np.full((*windows.shape[:2], len(factors)), np.nan, np.float32)
    for index in np.ndindex(windows.shape[:2]):
        x = windows[index].astype(np.float64)
        if not cells.measurable(windows[index]):
            continue
        for i, factor in enumerate(factors):
            coarse = np.array([x[k : k + factor].mean() for k in range(0, len(x) - factor + 1, factor)])
            if len(coarse) < max(parameters.fewest_samples, parameters.order + 2):
                continue
            longer, shorter = matches_reference(coarse, parameters.order, parameters.tolerance_sd * float(x.std()))
            out[(*index, i)] = np.log(shorter / longer) if longer else np.nan
    return out
