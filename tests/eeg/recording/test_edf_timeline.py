from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.recording.edf_timeline import Timeline, from_onsets
from westward.eeg.recording.recording import Segment

TOLERANCE_S = 0.5 / 256


def timeline(onsets: list[float], *, continuous: bool = False, record_s: float = 1.0) -> tuple[Timeline, list[str]]:
    result, findings = from_onsets(
        np.array(onsets, float), record_s, declared_continuous=continuous, tolerance_s=TOLERANCE_S
    )
    return result, [f.kind for f in findings]


@given(st.lists(st.tuples(st.integers(2, 20), st.floats(0.1, 1e5)), min_size=1, max_size=8), st.floats(0, 0.99))
def test_gaps_of_any_length_are_kept(stretches: list[tuple[int, float]], origin: float) -> None:
    onsets, expected, at = list[float](), list[float](), origin
    for count, gap in stretches:
        onsets += [at + k for k in range(count)]
        expected += [at - origin, at - origin + count]
        at += count + gap
    result, kinds = timeline(onsets)
    assert [e for s in result.segments for e in (s.start_s, s.stop_s)] == pytest.approx(expected, abs=1e-6)
    assert result.origin_s == pytest.approx(origin)
    assert not kinds


@given(st.lists(st.floats(-0.24, 0.24), min_size=3, max_size=50))
def test_jitter_below_half_a_sample_is_none(jitter: list[float]) -> None:
    onsets = [k + j / 256 for k, j in enumerate(jitter)]
    result, kinds = timeline(onsets)
    assert len(result.segments) == 1
    assert set(kinds) <= {"clock_drift"}


def test_a_clumsy_clock_makes_no_gaps() -> None:
    late = np.random.default_rng(1).uniform(-0.01, 0.01, 200)
    for continuous in (True, False):
        result, kinds = timeline(list(np.arange(200) + late), continuous=continuous)
        assert len(result.segments) == 1
        assert "timekeeping_jitter" in kinds


def test_a_short_gap_of_a_discontinuous_file_is_a_gap() -> None:
    onsets = np.arange(200.0)
    onsets[100:] += 0.02
    result, kinds = timeline(list(onsets))
    assert len(result.segments) == 2
    assert result.segments[1].start_s == 100.02
    assert not kinds


def test_lasting_jumps_of_a_continuous_file_become_gaps() -> None:
    result, kinds = timeline([0, 1, 2, 10, 11, 12], continuous=True)
    assert result.segments == (Segment(0, 3), Segment(10, 13))
    assert kinds == ["gaps_in_continuous_file"]


@pytest.mark.parametrize("odd", [0, 3, 5])
def test_one_odd_onset_of_a_continuous_file_is_repaired(odd: int) -> None:
    onsets = [float(k) for k in range(6)]
    onsets[odd] += 70
    result, kinds = timeline(onsets, continuous=True)
    assert result.segments == (Segment(0, 6),)
    assert kinds == ["timekeeping_outlier"]


def test_records_that_go_back_in_time_are_left_out() -> None:
    result, kinds = timeline([0, 1, 2, 3, 1, 2, 3, 4, 5])
    assert kinds == ["overlapping_records"]
    assert result.segments == (Segment(0, 4), Segment(4, 6))
    assert [r.first_record for r in result.runs] == [0, 7]


def test_segments_never_overlap_whatever_the_onsets() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        onsets = np.cumsum(rng.choice([1.0, 1.0, 1.0, 1.3, 5.0, -2.0, 0.6], 12))
        if rng.random() < 0.3:
            onsets[rng.integers(12)] = np.nan
        result, _ = timeline(list(onsets))
        edges = [e for s in result.segments for e in (s.start_s, s.stop_s)]
        assert edges == sorted(edges)
        assert edges[0] == 0
        assert sum(r.n_records for r in result.runs) <= 12


def test_a_wrong_record_duration_is_told_by_the_onsets() -> None:
    result, kinds = timeline([0, 0.5, 1, 1.5, 2], continuous=True)
    assert result.record_s == 0.5
    assert result.segments == (Segment(0, 2.5),)
    assert kinds == ["record_duration"]


def test_records_without_onset_follow_the_one_before() -> None:
    result, kinds = timeline([0, 1, np.nan, 3, 9, np.nan])
    assert result.segments == (Segment(0, 4), Segment(9, 11))
    assert kinds == ["timekeeping_missing"]


def test_no_onset_at_all_means_continuous() -> None:
    result, kinds = timeline([np.nan] * 3)
    assert result.segments == (Segment(0, 3),)
    assert kinds == ["timekeeping_missing"]
