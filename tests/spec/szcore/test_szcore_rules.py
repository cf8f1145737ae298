"""Rules of SzCORE event and sample scoring, one test each (Dan et al. 2025; as ``timescoring`` 0.0.7 has them)."""

from __future__ import annotations

import pytest

from westward.eeg.evaluate.szcore import SzcoreParameters, extend, merge, score_events, score_samples, split

HOUR = 3600.0


def test_the_defaults_are_those_of_the_benchmark() -> None:
    p = SzcoreParameters()
    assert (p.tolerance_before_s, p.tolerance_after_s, p.min_overlap) == (30, 60, 0)
    assert (p.max_duration_s, p.merge_closer_than_s, p.sample_hz) == (300, 90, 1)


def test_events_closer_than_90_s_become_one() -> None:
    assert merge([(0, 10), (99.9, 110)], 90) == [(0, 110)]
    assert merge([(0, 10), (100, 110)], 90) == [(0, 10), (100, 110)]
    assert merge([(0, 1), (50, 51), (100, 101)], 90) == [(0, 101)]


def test_events_longer_than_5_min_are_cut_into_5_min_and_a_rest() -> None:
    assert split([(100, 800)], 300) == [(100, 400), (400, 700), (700, 800)]
    assert split([(100, 400)], 300) == [(100, 400)]


def test_events_are_merged_before_they_are_cut() -> None:
    scores = score_events([(0, 200), (250, 500)], [], duration_s=HOUR)
    assert scores.n_reference == 2
    assert score_events([(0, 290), (400, 690)], [], duration_s=HOUR).n_reference == 2


def test_the_hypothesis_is_merged_and_cut_as_well() -> None:
    scores = score_events([], [(1000, 1010), (1050, 1060), (2000, 2700)], duration_s=HOUR)
    assert (scores.n_hypothesis, scores.false_positives) == (1 + 3, 4)


def test_the_reference_is_extended_by_30_s_before_and_60_s_after() -> None:
    assert extend([(1000, 1010)], 30, 60, HOUR) == [(970, 1070)]
    for start, found in ((960, 0), (969, 1), (1069, 1), (1070, 0)):
        scores = score_events([(1000, 1010)], [(start, start + 5)], duration_s=HOUR)
        assert scores.true_positives == found, start
        assert scores.false_positives == 1 - found, start


def test_the_extension_stays_inside_the_recording() -> None:
    assert extend([(10, 3590)], 30, 60, HOUR) == [(0, HOUR)]


def test_any_overlap_finds_an_event() -> None:
    assert score_events([(1000, 1010)], [(1069.8, 1500)], duration_s=HOUR).true_positives == 1


def test_a_hypothesis_that_touches_a_found_event_is_not_false_wherever_it_ends() -> None:
    assert score_events([(1000, 1010)], [(1069.8, 1300)], duration_s=HOUR).false_positives == 0


def test_one_hypothesis_can_find_several_events_and_several_one() -> None:
    wide = score_events([(1000, 1010), (1200, 1210)], [(1005, 1205)], duration_s=HOUR)
    assert (wide.true_positives, wide.false_positives) == (2, 0)
    many = score_events([(1000, 1290)], [(1000, 1005), (1100, 1105), (1250, 1255)], duration_s=HOUR)
    assert (many.true_positives, many.false_positives, many.n_hypothesis) == (1, 0, 3)


def test_a_minimal_overlap_is_a_share_of_the_extended_event() -> None:
    p = SzcoreParameters(min_overlap=0.5)
    assert score_events([(1000, 1010)], [(1000, 1049)], duration_s=HOUR, parameters=p).true_positives == 0
    assert score_events([(1000, 1010)], [(1000, 1052)], duration_s=HOUR, parameters=p).true_positives == 1


def test_labels_are_taken_at_10_hz() -> None:
    assert score_events([(1000, 1010)], [(1000.0, 1000.04)], duration_s=HOUR).true_positives == 0
    assert score_events([(1000, 1010)], [(1000.0, 1000.06)], duration_s=HOUR).true_positives == 1


def test_sensitivity_precision_f1_and_false_positives_per_24_h() -> None:
    scores = score_events([(1000, 1010), (2000, 2010)], [(1000, 1010), (3000, 3010)], duration_s=2 * HOUR)
    assert (scores.true_positives, scores.false_positives) == (1, 1)
    assert (scores.sensitivity, scores.precision, scores.f1) == (0.5, 0.5, 0.5)
    assert scores.false_positives_per_day == pytest.approx(12)


def test_without_reference_events_there_is_no_sensitivity() -> None:
    assert score_events([], [(10, 20)], duration_s=HOUR).sensitivity is None
    empty = score_events([], [], duration_s=HOUR)
    assert (empty.sensitivity, empty.precision, empty.f1, empty.false_positives_per_day) == (None, None, None, 0)
    assert score_events([(1, 2)], [], duration_s=0).false_positives_per_day is None


def test_samples_are_compared_at_1_hz_without_merging_or_extension() -> None:
    scores = score_samples([(10, 20)], [(15, 30)], duration_s=100)
    assert (scores.n_reference, scores.n_hypothesis) == (10, 15)
    assert (scores.true_positives, scores.false_positives) == (5, 10)
    assert (scores.sensitivity, scores.precision) == (0.5, pytest.approx(1 / 3))


def test_a_whole_cluster_of_spasms_is_one_event() -> None:
    cluster = [(100 + 15.0 * k, 101 + 15.0 * k) for k in range(15)]
    scores = score_events(cluster, [cluster[4]], duration_s=HOUR)
    assert (scores.n_reference, scores.sensitivity) == (1, 1.0)
