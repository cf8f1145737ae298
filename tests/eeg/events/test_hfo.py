"""Rates and refusals of high-frequency oscillations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.eeg.signal.test_short_time_energy import add_ripple, background

from westward.core.errors import UsageError
from westward.eeg.events import hfo
from westward.eeg.events.event import TRIAL_TYPES
from westward.eeg.events.hfo import Hfos
from westward.eeg.events.hypnogram import STATES, Hypnogram

NREM = STATES.index("nrem")


def hfos(onset_s: list[float], channel: list[int] | None = None, hz: float = 120.0, duration_s: float = 0.03) -> Hfos:
    n = len(onset_s)
    fill = np.full(n, 1, np.float32)
    where = np.array(channel or [0] * n, np.int16)
    return Hfos(np.array(onset_s, float), duration_s * fill, where, hz * fill, 9 * fill)


def hypnogram(epochs: int) -> Hypnogram:
    return Hypnogram(np.full(epochs, NREM, np.int8), np.ones(epochs, np.float32), np.zeros(0), 0)


def test_below_512_samples_per_second_nothing_is_said_but_why() -> None:
    assert hfo.refusal(256.0).startswith("not assessable")
    assert hfo.scope(256.0) == hfo.refusal(256.0)
    assert "fast ripples not assessable" in hfo.scope(512.0)
    assert hfo.scope(2000.0) == "ripples and fast ripples of 80 to 500 Hz"
    with pytest.raises(UsageError, match="not assessable"):
        hfo.detect(np.zeros((1, 5120), np.float32), 256.0)


def test_planted_ripples_become_events_in_their_state() -> None:
    fs = 1000.0
    x = background(1, 2, 60, fs)
    for at in range(3500, 57000, 5000):
        add_ripple(x[1], at, fs)
    found = hfo.detect(x, fs, start_s=3600.0)
    made = hfo.events(found, ("C3-P3", "C4-P4"), hypnogram(122))
    right = [e for e in made if e.channels == ("C4-P4",)]
    assert len(right) == 11
    assert all(e.trial_type == "hfo" and e.trial_type in TRIAL_TYPES and e.state == "nrem" for e in right)
    assert {e.subtype for e in right} == {"ripple"}
    assert 3603.4 < right[0].onset_s < 3603.6
    assert hfo.events(hfos([4000.0], hz=300), ("C3-P3",), hypnogram(1))[0].subtype == "fast_ripple"
    assert hfo.events(hfos([4000.0]), ("C3-P3",), hypnogram(1))[0].state == "unknown"


def test_rates_count_usable_time_only() -> None:
    usable = np.ones((2, 1200), bool)
    usable[0, 600:] = False
    usable[1] = False
    made = hfo.rates(hfos([1.0, 2.0, 3.0, 700.0, 5000.0, -5.0], [0, 0, 0, 0, 0, 0]), usable)
    assert made.per_minute[0] == pytest.approx(0.3)
    assert made.reliable.tolist() == [True, False]
    assert np.isnan([made.per_minute[1], made.low[1], made.high[1]]).all()
    # Exact Poisson limits of three events: 0.619 and 8.767.
    np.testing.assert_allclose([made.low[0], made.high[0]], [0.0619, 0.8767], rtol=1e-3)
    none = hfo.rates(hfos([]), usable)
    assert (none.per_minute[0], none.low[0]) == (0, 0)
    assert none.high[0] == pytest.approx(0.3689, rel=1e-3)
    later = hfo.rates(hfos([3601.0]), usable, first_second=3600)
    assert later.per_minute[0] == pytest.approx(0.1)


def test_spikes_with_an_oscillation_stand_beside_chance() -> None:
    onset = np.arange(20.0, 320.0, 3.7)
    carried = [float(s) + 0.02 for s in onset[::4]]
    made = hfo.spikes_with_hfo(onset, onset + 0.06, hfos(carried))
    assert made.with_hfo == len(carried)
    assert made.share == pytest.approx(len(carried) / len(onset))
    assert made.chance < 0.05
    rng = np.random.default_rng(0)
    busy = hfo.spikes_with_hfo(onset, onset + 0.06, hfos(sorted(rng.uniform(0, 340, 3000).tolist())))
    assert abs(busy.share - busy.chance) < 0.1
    assert np.isnan(hfo.spikes_with_hfo(np.zeros(0), np.zeros(0), hfos([1.0])).share)
    assert hfo.spikes_with_hfo(onset, onset + 0.06, hfos([])).share == 0


def test_only_oscillations_of_near_channels_count_where_these_are_given() -> None:
    onset = np.array([10.0, 20.0, 30.0])
    h = hfos([10.0, 20.0, 30.0], [0, 1, 1])
    near = np.array([[True, False], [True, False], [False, True]])
    assert hfo.spikes_with_hfo(onset, onset + 0.06, h).with_hfo == 3
    assert hfo.spikes_with_hfo(onset, onset + 0.06, h, near=near).with_hfo == 2


@given(
    spikes=st.lists(st.floats(0, 10), max_size=12),
    starts=st.lists(st.tuples(st.floats(0, 10), st.floats(0.01, 3)), max_size=12),
)
def test_overlap_equals_the_plain_comparison(spikes: list[float], starts: list[tuple[float, float]]) -> None:
    starts = sorted(starts)
    h = hfos([s for s, _ in starts])
    h = Hfos(h.onset_s, np.array([d for _, d in starts], np.float32), h.channel, h.frequency_hz, h.amplitude_uv)
    onset = np.array(sorted(spikes))
    made = hfo.spikes_with_hfo(onset, onset + 0.06, h)
    plain = sum(any(s <= a + 0.06 + 0.05 and s + np.float32(d) >= a - 0.05 for s, d in starts) for a in onset)
    assert made.with_hfo == plain


def test_parts_join_in_order_of_time() -> None:
    joined = Hfos.concatenate([hfos([5.0, 9.0]), hfos([1.0, 7.0])])
    assert joined.onset_s.tolist() == [1, 5, 7, 9]
    assert len(Hfos.concatenate([])) == 0
