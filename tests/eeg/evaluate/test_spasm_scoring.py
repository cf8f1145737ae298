"""Pairing of spasms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from westward.eeg.evaluate.marks import Mark
from westward.eeg.evaluate.spasm_scoring import match, near_what

onsets = st.lists(st.integers(0, 60).map(lambda n: n / 4), max_size=12)


@given(onsets, onsets, st.sampled_from([0.0, 0.25, 1.0, 2.0]))
def test_no_pairing_has_more_pairs_or_with_as_many_less_error(
    reference: list[float], found: list[float], tolerance_s: float
) -> None:
    mine = match(reference, found, tolerance_s=tolerance_s)
    best, error = 0, 0.0
    if reference and found:
        apart = np.abs(np.subtract.outer(reference, found))
        gain = np.where(apart <= tolerance_s, 1e4 - apart, 0)
        i, j = linear_sum_assignment(gain, maximize=True)
        keep = apart[i, j] <= tolerance_s
        best, error = int(keep.sum()), float(apart[i, j][keep].sum())
    assert mine.n_matched == best
    assert np.abs(mine.error_s).sum() == pytest.approx(error, abs=1e-9)


@given(onsets, onsets)
def test_a_pairing_is_one_to_one_and_within_the_tolerance(reference: list[float], found: list[float]) -> None:
    m = match(reference, found, tolerance_s=2)
    assert len(set(m.pairs[:, 0])) == len(set(m.pairs[:, 1])) == m.n_matched
    for (i, j), error in zip(m.pairs, m.error_s, strict=True):
        assert found[j] - reference[i] == pytest.approx(error)
        assert abs(error) <= 2 + 1e-9
    assert m.n_matched + m.n_missed == len(reference)
    assert m.n_matched + m.n_false == len(found)
    assert sorted({*m.unmatched_found, *m.pairs[:, 1]}) == list(range(len(found)))


@given(onsets, onsets)
def test_exchanging_the_sides_keeps_the_pairs(reference: list[float], found: list[float]) -> None:
    one, other = match(reference, found, tolerance_s=1), match(found, reference, tolerance_s=1)
    assert one.n_matched == other.n_matched
    assert np.abs(one.error_s).sum() == pytest.approx(np.abs(other.error_s).sum())


def test_a_greedy_choice_of_the_nearest_would_lose_a_pair() -> None:
    m = match([10.0, 11.9], [8.5, 10.9], tolerance_s=2)
    assert m.n_matched == 2
    assert m.error_s.tolist() == pytest.approx([-1.5, -1.0])


def test_a_detection_exactly_at_the_tolerance_counts() -> None:
    assert match([0.1], [2.1], tolerance_s=2).n_matched == 1
    assert match([0.1], [2.11], tolerance_s=2).n_matched == 0


def test_nothing_on_one_side() -> None:
    m = match([], [1.0, 2.0], tolerance_s=2)
    assert (m.n_matched, m.n_false, m.n_missed) == (0, 2, 0)
    assert match([1.0], [], tolerance_s=2).n_missed == 1


def test_senseless_input_is_refused() -> None:
    with pytest.raises(ValueError, match="tolerance"):
        match([1], [1], tolerance_s=-1)
    with pytest.raises(ValueError, match="not finite"):
        match([float("nan")], [1], tolerance_s=1)


def test_a_thousand_crowded_spasms_are_still_paired() -> None:
    times = np.arange(1000) * 1.0
    m = match(times, times + 0.3, tolerance_s=2)
    assert m.n_matched == 1000
    assert m.error_s == pytest.approx(0.3)


def test_false_detections_are_told_by_what_they_lie_on() -> None:
    marks = [Mark(10, 1, "startle"), Mark(0, 100, "movement"), Mark(200, 1, "startle")]
    assert near_what([10.5, 50, 201.5, 300], marks, tolerance_s=2) == {
        "startle": 2,
        "movement": 1,
        "nothing marked": 1,
    }
    assert near_what([1.0], [], tolerance_s=2) == {"nothing marked": 1}
