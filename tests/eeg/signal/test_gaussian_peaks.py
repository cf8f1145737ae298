"""The compiled fit of peaks goes the way of the plain ones, at every level this processor has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.spectra import FREQUENCIES_HZ, spectra

from westward.eeg.signal import aperiodic, gaussian_peaks, kernels
from westward.eeg.signal.aperiodic import AperiodicParameters
from westward.eeg.signal.compiled import MOST_PEAKS, Compiled
from westward.eeg.signal.gaussian_peaks import PeakParameters

LEVELS = [found for level in kernels.LEVELS if (found := kernels.load(level)) is not None]
pytestmark = pytest.mark.skipif(not LEVELS, reason="the compiled kernels were not built")
at_every_level = pytest.mark.parametrize("compiled", LEVELS, ids=lambda found: found.level)

PEAKS = ((6.0, 0.6, 1.0), (11.0, 0.9, 1.5), (21.0, 0.4, 2.5))
one_peak = st.tuples(st.floats(2.5, 44.0), st.floats(0.1, 1.5), st.floats(0.6, 5.0))


def flattened(n: int, seed: int, dof: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies of the fit range, and log power above a known line."""
    return FREQUENCIES_HZ[8:181], np.log10(spectra(0.0, 0.0, PEAKS, n, seed, dof))[:, 8:181]


def hangs_on_rounding(density: np.ndarray, parameters: AperiodicParameters, apart: np.ndarray) -> np.ndarray:
    """Where the plain form itself moves as far when the last digits of the spectrum change."""
    rng = np.random.default_rng(0)
    before = aperiodic.with_peaks_by(None, FREQUENCIES_HZ, density, parameters=parameters).exponent
    moved = np.zeros(len(density))
    for digits in (1e-14, 2e-14, 3e-14, 1e-13):
        near = density * (1 + digits * rng.standard_normal(density.shape))
        after = aperiodic.with_peaks_by(None, FREQUENCIES_HZ, near, parameters=parameters).exponent
        moved = np.maximum(moved, np.abs(after - before))
    return moved > 0.03 * apart


@at_every_level
@given(
    st.floats(0.0, 3.5),
    st.lists(one_peak, max_size=5),
    st.sampled_from([6, 8, 30, 300]),
    st.integers(0, 10**6),
    st.sampled_from([0, 1, 3, 6, 9]),
    st.floats(12.0, 60.0),
)
@settings(max_examples=15, deadline=None)
def test_exponents_are_those_of_the_plain_form(
    compiled: Compiled,
    exponent: float,
    peaks: list[tuple[float, float, float]],
    dof: int,
    seed: int,
    max_n_peaks: int,
    high_hz: float,
) -> None:
    density = spectra(exponent, 2.0, tuple(peaks), 12, seed, dof)
    before = density.copy()
    parameters = AperiodicParameters(high_hz=high_hz, peaks=PeakParameters(max_n_peaks=max_n_peaks))
    got = aperiodic.with_peaks_by(compiled, FREQUENCIES_HZ, density, parameters=parameters)
    expected = aperiodic.with_peaks_by(None, FREQUENCIES_HZ, density, parameters=parameters)
    np.testing.assert_array_equal(density, before)
    np.testing.assert_array_equal(got.n_peaks, expected.n_peaks)
    apart = np.abs(got.exponent - expected.exponent)
    rows = np.flatnonzero(~(apart <= 1e-6))
    # A fit that wanders along a valley may end elsewhere after any rounding, SciPy's too: one in two thousand.
    assert len(rows) <= 2
    if len(rows):
        hanging = hangs_on_rounding(density[rows], parameters, apart[rows])
        assert (~hanging).sum() <= 1
        assert (apart[rows] < 0.1).all()
    rest = np.setdiff1d(np.arange(len(density)), rows)
    np.testing.assert_allclose(got.offset[rest], expected.offset[rest], atol=1e-5)
    np.testing.assert_allclose(got.r_squared[rest], expected.r_squared[rest], atol=1e-4)


@at_every_level
def test_nearly_all_spectra_agree_in_every_parameter_of_every_peak(compiled: Compiled) -> None:
    x, flat = flattened(300, 12)
    got, n_got = gaussian_peaks.fit_by(compiled, x, flat, PeakParameters())
    expected, n_expected = gaussian_peaks.fit_by(None, x, flat, PeakParameters())
    np.testing.assert_array_equal(n_got, n_expected)
    assert n_got.min() < n_got.max()
    assert (np.abs(got - expected).max((1, 2)) < 1e-6).mean() > 0.99
    unused = np.arange(got.shape[-1]) >= n_got[:, None]
    assert (got[:, 0][unused] == 0).all()
    assert (got[:, 1][unused] == 0).all()
    assert (got[:, 2][unused] == 1).all()


@at_every_level
@given(st.integers(0, 10**6), st.sampled_from([4, 8, 300]))
@settings(max_examples=20, deadline=None)
def test_guesses_are_those_of_the_plain_form(compiled: Compiled, seed: int, dof: int) -> None:
    x, flat = flattened(5, seed, dof)
    loose = PeakParameters(tolerance=1e9, max_evaluations=1)  # the fit then stays where it starts
    got, n_got = gaussian_peaks.fit_by(compiled, x, flat, loose)
    expected, n_expected = gaussian_peaks.guesses(x, flat, loose)
    np.testing.assert_array_equal(n_got, n_expected)
    np.testing.assert_allclose(got, expected, atol=1e-8)


@at_every_level
def test_sums_of_peaks_are_those_of_the_plain_form(compiled: Compiled) -> None:
    x, flat = flattened(20, 3)
    peaks, n_peaks = gaussian_peaks.fit_batched(x, flat, PeakParameters())
    peaks[2, 1, 1] = 0.0  # a place within that holds none
    peaks[3, 1] = 0.0
    assert n_peaks[2] > 2
    for n_bins in (2, 7, 8, 9, 173):
        got = gaussian_peaks.gaussians_by(compiled, x[:n_bins], peaks)
        np.testing.assert_allclose(got, gaussian_peaks.gaussians(x[:n_bins], peaks), atol=1e-13)


@at_every_level
def test_planted_peaks_are_found(compiled: Compiled) -> None:
    x, flat = flattened(1, 1, dof=0)
    peaks, n = gaussian_peaks.fit_by(compiled, x, flat, PeakParameters())
    assert n[0] >= 3
    highest = peaks[0][:, np.argsort(-peaks[0, 1])[:3]]
    for column, (center, height, sd) in zip(highest.T, sorted(PEAKS, key=lambda p: -p[1]), strict=True):
        np.testing.assert_allclose(column, [center, height, sd], rtol=0.1)


@at_every_level
def test_steps_stop_at_the_number_allowed(compiled: Compiled) -> None:
    x, flat = flattened(30, 5)
    few = PeakParameters(max_evaluations=4)
    got, _ = gaussian_peaks.fit_by(compiled, x, flat, few)
    expected, _ = gaussian_peaks.fit_batched(x, flat, few)
    np.testing.assert_allclose(got, expected, atol=1e-9)
    assert np.abs(got - gaussian_peaks.fit_by(compiled, x, flat, PeakParameters())[0]).max() > 1e-3


@at_every_level
def test_a_spectrum_gives_the_same_bits_in_any_company_and_any_thread(compiled: Compiled) -> None:
    x, flat = flattened(64, 9)
    together, _ = gaussian_peaks.fit_by(compiled, x, flat, PeakParameters())
    with ThreadPoolExecutor(4) as pool:
        apart = list(pool.map(lambda row: gaussian_peaks.fit_by(compiled, x, row[None], PeakParameters())[0], flat))
    np.testing.assert_array_equal(np.concatenate(apart), together)


@at_every_level
def test_no_spectra_none_wanted_and_spectra_that_are_not_finite(compiled: Compiled) -> None:
    x, flat = flattened(3, 2)
    peaks, n = gaussian_peaks.fit_by(compiled, x, flat[:0], PeakParameters())
    assert peaks.shape == (0, 3, 6)
    assert n.shape == (0,)
    peaks, n = gaussian_peaks.fit_by(compiled, x, flat, PeakParameters(max_n_peaks=0))
    assert peaks.shape == (3, 3, 0)
    assert (n == 0).all()
    assert (gaussian_peaks.gaussians_by(compiled, x, peaks) == 0).all()
    whole, _ = gaussian_peaks.fit_by(compiled, x, flat, PeakParameters())
    flat[1, 50], flat[0, 0] = np.nan, np.inf
    broken, n = gaussian_peaks.fit_by(compiled, x, flat, PeakParameters())
    assert n[:2].tolist() == [0, 0]
    np.testing.assert_array_equal(broken[2], whole[2])


@at_every_level
def test_more_peaks_than_compiled_go_the_plain_way(compiled: Compiled) -> None:
    x, flat = flattened(2, 4)
    many = PeakParameters(max_n_peaks=MOST_PEAKS + 1)
    np.testing.assert_array_equal(
        gaussian_peaks.fit_by(compiled, x, flat, many)[0], gaussian_peaks.fit_batched(x, flat, many)[0]
    )
    with pytest.raises(ValueError, match=f"{MOST_PEAKS} peaks at most"):
        compiled.gaussian_peaks(
            x, flat, (0.5, 6, 2, 1.5, 1, 0.75), tolerance=1e-5, max_evaluations=9, max_n_peaks=MOST_PEAKS + 1
        )
    with pytest.raises(ValueError, match="rising frequencies"):
        compiled.sum_peaks(x[::-1], np.zeros((1, 3, 2)))
    with pytest.raises(ValueError, match="bytes"):
        compiled.gaussian_peaks(
            x[:-1], flat, (0.5, 6, 2, 1.5, 1, 0.75), tolerance=1e-5, max_evaluations=9, max_n_peaks=6
        )
