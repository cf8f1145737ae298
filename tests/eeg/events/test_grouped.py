"""Grouped multifocal spikes: runs that crowd, on both sides, from several foci."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from westward.eeg.events import grouped
from westward.eeg.events.focus import Focus
from westward.eeg.events.spikes import Spikes

FOCI = tuple(
    Focus(name, name, (name,), side, 50)
    for name, side in (("C3", "left"), ("O1", "left"), ("F4", "right"), ("P4", "right"))
)


def study(*runs: tuple[float, float, int, tuple[int, ...]], every_s: float = 2.0) -> tuple[Spikes, np.ndarray]:
    """One spike every so often, and runs of (onset, stop, spikes, foci)."""
    t = [(x, k % 4) for k, x in enumerate(np.arange(0.7, 120, every_s))]
    for onset, stop, n, of in runs:
        t += [(x, of[k % len(of)]) for k, x in enumerate(np.linspace(onset, stop, n))]
    t.sort()
    peak = np.array([x for x, _ in t])
    f32 = np.ones(len(t), np.float32)
    electrode = np.zeros(len(t), np.int16)
    spikes = Spikes(peak, peak, f32, peak, electrode, f32, f32, f32, np.zeros(len(t), np.uint32))
    return spikes, np.array([f for _, f in t], np.int32)


def test_a_crowd_of_three_foci_on_both_sides_is_found():
    spikes, index = study((30, 31.5, 12, (0, 1, 2)), (80, 82, 14, (0, 2, 3)))
    found = grouped.find(spikes, index, FOCI)
    assert [round(e.onset_s) for e in found] == [30, 80]
    for event in found:
        assert event.trial_type == "grouped_multifocal_spikes"
        assert 1.0 <= event.duration_s <= 3.0
        assert 0.5 <= (event.confidence or 0) <= 1
        assert "foci" in event.reason


@pytest.mark.parametrize(
    "run",
    [
        pytest.param((30, 31.5, 12, (0, 2)), id="two foci"),
        pytest.param((30, 30.6, 12, (0, 1, 2)), id="too short"),
        pytest.param((30, 31.5, 12, (0, 1)), id="one hemisphere"),
    ],
)
def test_what_lacks_a_criterion_is_none(run):
    spikes, index = study(run, every_s=1000)
    assert grouped.find(spikes, index, FOCI) == []


def test_three_foci_of_one_hemisphere_are_none_unless_that_is_allowed():
    left = (*FOCI[:2], replace(FOCI[2], hemisphere="left"), FOCI[3])
    spikes, index = study((30, 31.5, 12, (0, 1, 2)), every_s=1000)
    assert grouped.find(spikes, index, left) == []
    assert grouped.find(spikes, index, left, parameters=grouped.GroupedParameters(both_hemispheres=False))


def test_no_run_where_spikes_are_everywhere_as_dense():
    spikes, index = study((30, 31.5, 12, (0, 1, 2)), every_s=0.15)
    assert grouped.find(spikes, index, FOCI) == []


def test_chance_clumps_are_rare():
    rng = np.random.default_rng(1)
    hours = 4
    total = 0
    for rate in (0.5, 2.0):
        peak = np.sort(rng.uniform(0, hours * 3600, int(rate * hours * 3600)))
        f32 = np.ones(len(peak), np.float32)
        spikes = Spikes(peak, peak, f32, peak, f32.astype(np.int16), f32, f32, f32, f32.astype(np.uint32))
        total += len(grouped.find(spikes, rng.integers(0, 4, len(peak)).astype(np.int32), FOCI))
    assert total <= 2 * hours


def test_a_run_outside_assessable_time_is_none():
    spikes, index = study((30, 31.5, 12, (0, 1, 2)))
    assessable = np.ones(120, bool)
    assert len(grouped.find(spikes, index, FOCI, assessable=assessable)) == 1
    assessable[30] = False
    assert grouped.find(spikes, index, FOCI, assessable=assessable) == []


def test_spikes_of_no_focus_do_not_count():
    spikes, index = study((30, 31.5, 12, (0, 1, 2)))
    assert grouped.find(spikes, np.full_like(index, -1), FOCI) == []
