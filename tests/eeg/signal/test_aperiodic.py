"""Exponent and offset of spectra, with and without peaks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.spectra import FREQUENCIES_HZ, spectra

from westward.core.errors import UsageError
from westward.eeg.signal import aperiodic, gaussian_peaks, trust_region
from westward.eeg.signal.aperiodic import AperiodicParameters
from westward.eeg.signal.gaussian_peaks import PeakParameters

PEAKS = ((6.0, 0.6, 1.0), (11.0, 0.9, 1.5), (21.0, 0.4, 2.5))

one_peak = st.tuples(st.floats(2.5, 44.0), st.floats(0.1, 1.5), st.floats(0.6, 5.0))


@given(
    st.floats(0.0, 3.5),
    st.lists(one_peak, max_size=5),
    st.sampled_from([6, 8, 30, 300]),
    st.integers(0, 10**6),
    st.sampled_from([1, 3, 6]),
)
@settings(max_examples=25, deadline=None)
def test_the_batched_fit_equals_the_reference(
    exponent: float, peaks: list[tuple[float, float, float]], dof: int, seed: int, max_n_peaks: int
) -> None:
    density = spectra(exponent, 2.0, tuple(peaks), 6, seed, dof)
    parameters = AperiodicParameters(peaks=PeakParameters(max_n_peaks=max_n_peaks))
    got = aperiodic.with_peaks_by(None, FREQUENCIES_HZ, density, parameters=parameters)
    expected = aperiodic.with_peaks_reference(FREQUENCIES_HZ, density, parameters=parameters)
    np.testing.assert_array_equal(got.n_peaks, expected.n_peaks)
    np.testing.assert_allclose(got.exponent, expected.exponent, atol=1e-3)
    np.testing.assert_allclose(got.offset, expected.offset, atol=1e-3)
    np.testing.assert_allclose(got.r_squared, expected.r_squared, atol=1e-3)


@given(st.integers(0, 10**6), st.floats(0.0, 3.0))
@settings(max_examples=20, deadline=None)
def test_guesses_of_peaks_are_those_of_the_reference(seed: int, exponent: float) -> None:
    x = FREQUENCIES_HZ[8:181]
    flat = np.log10(spectra(0.0, 0.0, PEAKS, 5, seed))[:, 8:181]
    loose = PeakParameters(tolerance=1e9, max_evaluations=1)  # the reference then stays where it starts
    got, n_got = gaussian_peaks.guesses(x, flat, loose)
    expected, n_expected = gaussian_peaks.fit_reference(x, flat, loose)
    np.testing.assert_array_equal(n_got, n_expected)
    np.testing.assert_allclose(got, expected, atol=1e-8)


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0, 3.0])
def test_a_power_law_has_its_exponent_and_offset(exponent: float) -> None:
    density = spectra(exponent, 1.5, (), 40, 0, dof=300)
    for fit in (aperiodic.line, aperiodic.with_peaks):
        got = fit(FREQUENCIES_HZ, density)
        assert got.exponent.mean() == pytest.approx(exponent, abs=0.05)
        assert got.offset.mean() == pytest.approx(1.5, abs=0.06)
    exact = aperiodic.line(FREQUENCIES_HZ, spectra(exponent, 1.5, (), 1, 0, dof=0))
    assert exact.exponent[0] == pytest.approx(exponent, abs=1e-9)
    assert exact.offset[0] == pytest.approx(1.5, abs=1e-9)


def test_planted_peaks_are_found_and_do_not_move_the_exponent() -> None:
    density = spectra(1.6, 2.0, PEAKS, 50, 1, dof=300)
    got = aperiodic.with_peaks(FREQUENCIES_HZ, density)
    assert np.median(got.exponent) == pytest.approx(1.6, abs=0.1)
    assert abs(np.median(aperiodic.line(FREQUENCIES_HZ, density).exponent) - 1.6) > 0.1
    assert np.median(got.r_squared) > 0.99
    x = FREQUENCIES_HZ[8:181]
    flat = np.log10(spectra(0.0, 0.0, PEAKS, 1, 1, dof=0))[:, 8:181]
    peaks, n = gaussian_peaks.fit(x, flat, PeakParameters())
    assert n[0] >= 3
    highest = peaks[0][:, np.argsort(-peaks[0, 1])[:3]]
    for column, (center, height, sd) in zip(highest.T, sorted(PEAKS, key=lambda p: -p[1]), strict=True):
        np.testing.assert_allclose(column, [center, height, sd], rtol=0.1)


def test_a_scaled_spectrum_moves_the_offset_alone() -> None:
    density = spectra(1.2, 2.0, PEAKS, 5, 3)
    one, hundred = (aperiodic.with_peaks(FREQUENCIES_HZ, density * scale) for scale in (1.0, 100.0))
    np.testing.assert_allclose(hundred.exponent, one.exponent, atol=1e-6)
    np.testing.assert_allclose(hundred.offset, one.offset + 2, atol=1e-6)


def test_a_spectrum_gives_the_same_in_any_company() -> None:
    density = spectra(1.2, 2.0, PEAKS, 120, 4)
    together = aperiodic.with_peaks(FREQUENCIES_HZ, density)
    for rows in (slice(0, 1), slice(17, 60), slice(100, 120)):
        np.testing.assert_allclose(
            aperiodic.with_peaks(FREQUENCIES_HZ, density[rows]).exponent, together.exponent[rows], atol=1e-9
        )


def test_spectra_that_are_missing_or_empty_are_not_assessed_and_do_not_spread() -> None:
    density = spectra(1.0, 1.0, PEAKS, 6, 5).reshape(2, 3, -1).astype(np.float32)
    density[0, 1] = np.nan
    density[1, 0, 20] = 0
    density[1, 2, 10] = np.inf
    for fit in (aperiodic.line, aperiodic.with_peaks, aperiodic.with_peaks_reference):
        got = fit(FREQUENCIES_HZ, density)
        for value in (got.exponent, got.offset, got.r_squared):
            assert np.isnan(value).tolist() == [[False, True, False], [True, False, True]]
        assert (got.n_peaks[np.isnan(got.exponent)] == 0).all()


def test_no_spectra_give_none_and_too_narrow_a_range_is_refused() -> None:
    assert aperiodic.with_peaks(FREQUENCIES_HZ, np.zeros((3, 0, 513))).exponent.shape == (3, 0)
    with pytest.raises(UsageError, match="bins"):
        aperiodic.line(FREQUENCIES_HZ, np.ones((1, 513)), parameters=AperiodicParameters(2.0, 3.0))


def test_steps_from_singular_values_lead_where_those_from_the_normal_matrix_lead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    density = spectra(1.2, 2.0, PEAKS, 12, 6)
    usual = aperiodic.with_peaks_by(None, FREQUENCIES_HZ, density)
    taken = []
    careful = trust_region._careful_step

    def counted(*arguments: object) -> object:
        taken.append(1)
        return careful(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(trust_region, "_WORST_CONDITION", 0.0)
    monkeypatch.setattr(trust_region, "_careful_step", counted)
    got = aperiodic.with_peaks_by(None, FREQUENCIES_HZ, density)
    assert len(taken) > 100
    np.testing.assert_allclose(got.exponent, usual.exponent, atol=1e-4)
