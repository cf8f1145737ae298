"""What another operating point would cost is told from time without spasms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.eeg.events.test_cluster import spasms

from westward.eeg.events import cluster, spasm_operating
from westward.eeg.events.spasm_parameters import SpasmParameters


def test_false_alarms_are_scaled_to_a_night() -> None:
    s = spasms([100, 2000, 3000], confidence=np.array([0.4, 0.65, 0.95], np.float32))
    rows = spasm_operating.expected_false_per_night(s, np.ones(7200, bool), (0.3, 0.6, 0.9), night_h=12)
    assert [r.n_false for r in rows] == [3, 2, 1]
    assert [r.per_night for r in rows] == [18, 12, 6]
    assert all(r.low < r.per_night < r.high for r in rows)


def test_without_false_alarms_the_interval_still_has_an_upper_end() -> None:
    row = spasm_operating.expected_false_per_night(spasms([]), np.ones(36000, bool), (0.5,), night_h=10)[0]
    assert (row.per_night, row.low) == (0, 0)
    assert row.high == pytest.approx(3.69, abs=0.01)


def test_time_near_a_cluster_does_not_count() -> None:
    s = spasms([1000, 1010, 1020, 3000])
    free = spasm_operating.spasm_free(cluster.group(s), np.ones(8000, bool))
    assert not free[500:1600].any()
    row = spasm_operating.expected_false_per_night(s, free, (0.5,))[0]
    assert (row.n_counted, row.n_false) == (4, 1)


def test_less_than_an_hour_of_free_time_gives_no_table() -> None:
    assert spasm_operating.expected_false_per_night(spasms([5]), np.ones(3599, bool)) == ()
    assert spasm_operating.expected_false_per_night(spasms([5]), np.zeros(100, bool)) == ()


@pytest.mark.parametrize(
    ("emg_ratio", "point"),
    [([4.0, np.nan, np.nan], "operating_point"), ([np.nan] * 3, "operating_point_without_emg")],
)
def test_less_is_asked_without_limb_emg(emg_ratio: list[float], point: str) -> None:
    p = SpasmParameters()
    s = replace(spasms([100, 200, 300]), emg_ratio=np.array(emg_ratio, np.float32))
    assert spasm_operating.in_use(s, p) == getattr(p, point)
    assert p.listed_from < p.operating_point_without_emg < p.operating_point


def test_a_recording_without_candidates_has_the_usual_point() -> None:
    p = SpasmParameters()
    assert spasm_operating.in_use(spasms([]), p) == p.operating_point
