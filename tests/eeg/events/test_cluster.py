"""Clusters follow the stated grammar and say what a reader wants to know."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.events import cluster
from westward.eeg.events.cluster import ClusterRules
from westward.eeg.events.hypnogram import STATES, Hypnogram
from westward.eeg.events.spasms import UNCONFIRMED, Spasms


def spasms(onset_s: list[float], **columns: object) -> Spasms:
    n = len(onset_s)
    base = {name: np.full(n, np.nan, np.float32) for name in Spasms.empty().columns()}
    base |= {
        "onset_s": np.array(onset_s, float),
        "duration_s": np.full(n, 1.0),
        "confidence": np.full(n, 0.9, np.float32),
        "confidence_alone": np.full(n, 0.9, np.float32),
        "counted": np.ones(n, bool),
        "in_artifact": np.zeros(n, bool),
        "subtype": np.full(n, "EMG", object),
    }
    return Spasms(**(base | {k: np.asarray(v) for k, v in columns.items()}))


def awake_after(sleep_epochs: int, arousals: list[float]) -> Hypnogram:
    state = np.array([STATES.index("nrem")] * sleep_epochs + [STATES.index("wake")] * 40, np.int8)
    return Hypnogram(state, np.ones(len(state), np.float32), np.array(arousals), 1)


def test_three_spasms_within_a_minute_of_one_another_are_a_cluster() -> None:
    found = cluster.group(spasms([100, 110, 130, 500, 900, 950]))
    assert len(found) == 1
    c = found[0]
    assert (c.onset_s, c.stop_s, c.n) == (100, 131, 3)
    assert c.interval_s.tolist() == [10, 20]
    assert c.event.trial_type == "spasm_cluster"
    assert c.event.reason.endswith(UNCONFIRMED)


def test_the_gap_runs_from_the_end_of_one_to_the_onset_of_the_next() -> None:
    assert len(cluster.group(spasms([0, 61, 122]))) == 1
    assert len(cluster.group(spasms([0, 61.1, 122.2]))) == 0
    assert len(cluster.group(spasms([0, 61.1, 122.2]), rules=ClusterRules(max_gap_s=90))) == 1


def test_two_are_a_cluster_where_the_rules_say_so() -> None:
    assert cluster.group(spasms([0, 10])) == ()
    assert cluster.group(spasms([0, 10]), rules=ClusterRules(min_spasms=2))[0].n == 2
    assert cluster.group(Spasms.empty()) == ()


def test_near_misses_are_not_members() -> None:
    s = spasms([0, 10, 20, 30], counted=[True, False, True, True])
    assert cluster.group(s)[0].members.tolist() == [0, 2, 3]
    ids = cluster.cluster_ids(cluster.group(s), len(s))
    assert ids.tolist() == ["cluster_1", "", "cluster_1", "cluster_1"]


def test_intervals_are_counted_in_the_bins_asked_for() -> None:
    c = cluster.group(spasms([0, 4, 11, 30, 88]))[0]
    assert c.interval_counts.sum() == 4
    assert dict(zip(c.interval_edges_s, c.interval_counts.tolist(), strict=False)) == {
        0.0: 1, 5.0: 1, 10.0: 0, 15.0: 1, 20.0: 0, 30.0: 0, 45.0: 1,
    }  # fmt: skip


def test_intensity_rises_and_falls() -> None:
    uv = [100.0, 150, 220, 300, 220, 150, 100]
    c = cluster.group(spasms(list(np.arange(7) * 10.0), slow_wave_uv=uv, emg_ratio=[5, 8, 11, 15, 11, 8, 5]))[0]
    assert c.intensity.argmax() == 3
    assert c.intensity_peak == pytest.approx(0.5)
    assert "strongest" in c.reason


def test_what_cannot_be_assessed_is_not_a_number() -> None:
    c = cluster.group(spasms([0, 10, 20, 30, 40]))[0]
    assert np.isnan([c.intensity_peak, c.since_awakening_s, c.asymmetry]).all()
    assert np.isnan(c.intensity).all()
    assert c.state == ""


def test_a_lean_to_one_side_is_told() -> None:
    c = cluster.group(spasms([0, 10, 20], emg_asymmetry=[0.5, 0.4, np.nan]))[0]
    assert c.asymmetry == pytest.approx(0.45)
    assert "EMG stronger on the left (45 %)" in c.reason


def test_time_since_the_last_awakening() -> None:
    s = spasms([330, 340, 350])
    assert cluster.group(s, hypnogram=awake_after(10, [200.0, 300.0, 900.0]))[0].since_awakening_s == 30
    assert cluster.group(s, hypnogram=awake_after(10, [345.0]))[0].since_awakening_s == -15
    assert np.isnan(cluster.group(s, hypnogram=awake_after(10, [900.0]))[0].since_awakening_s)
    refused = replace(awake_after(10, [300.0]), refusal="age unknown")
    assert np.isnan(cluster.group(s, hypnogram=refused)[0].since_awakening_s)
    assert cluster.group(s, hypnogram=awake_after(10, [300.0]))[0].state == "wake"


def test_confidence_is_that_of_at_least_three_members() -> None:
    few = cluster.group(spasms([0, 10, 20], confidence=np.array([0.8, 0.8, 0.8], np.float32)))[0]
    many = cluster.group(spasms([0, 10, 20, 30, 40], confidence=np.full(5, 0.8, np.float32)))[0]
    assert few.confidence == pytest.approx(0.512, abs=1e-4)
    assert many.confidence > 0.9


@given(st.lists(st.floats(0, 5000), max_size=40), st.integers(2, 5), st.floats(5, 120))
def test_clusters_are_maximal_and_apart(moments: list[float], least: int, gap_s: float) -> None:
    s = spasms(sorted(moments))
    found = cluster.group(s, rules=ClusterRules(min_spasms=least, max_gap_s=gap_s))
    for a, b in pairwise(found):
        assert b.onset_s - a.stop_s > gap_s
    for c in found:
        assert c.n >= least
        assert (np.diff(s.onset_s[c.members]) - 1 <= gap_s + 1e-9).all()
    inside = {int(k) for c in found for k in c.members}
    assert len(inside) == sum(c.n for c in found)
