"""Exact intervals of rates and their ratio."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.compare.rates import rate, rate_ratio


@pytest.mark.parametrize("n, low, high", [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904)])
def test_the_interval_is_the_one_of_the_tables(n: int, low: float, high: float) -> None:
    found = rate(n, 2.0)
    assert found.per_hour == n / 2
    assert found.low == pytest.approx(low / 2, abs=1e-4)
    assert found.high == pytest.approx(high / 2, abs=1e-4)


def test_without_exposure_there_is_no_rate() -> None:
    assert rate(3, 0.0).per_hour is None
    assert rate_ratio(rate(3, 0.0), rate(1, 1.0)) is None


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        rate(-1, 1.0)


def test_no_event_at_all_has_no_ratio() -> None:
    assert rate_ratio(rate(0, 5.0), rate(0, 5.0)) is None


def test_none_before_leaves_the_ratio_open_above() -> None:
    found = rate_ratio(rate(0, 1.0), rate(4, 1.0))
    assert found is not None
    assert found.ratio is None
    assert found.high is None
    assert found.low > 0


@given(st.integers(1, 200), st.integers(1, 200), st.floats(0.1, 48), st.floats(0.1, 48))
def test_the_ratio_lies_in_its_interval_and_turned_round_is_its_inverse(
    a: int, b: int, hours_a: float, hours_b: float
) -> None:
    one, other = rate(a, hours_a), rate(b, hours_b)
    there, back = rate_ratio(one, other), rate_ratio(other, one)
    assert there is not None
    assert back is not None
    assert there.ratio is not None
    assert there.high is not None
    assert there.low < there.ratio < there.high
    assert back.low * there.high == pytest.approx(1, rel=1e-6)
