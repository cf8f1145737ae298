import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.eeg.simulate.timeline import NREM, REM, WAKE, timeline


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.floats(1, 36), st.integers(6, 1440), st.booleans())
def test_runs_tile_the_recording(seed: int, age: float, minutes: int, long_nrem: bool) -> None:
    line = timeline(seed=seed, age_months=age, duration_s=minutes * 60.0, long_nrem=long_nrem)
    assert line.runs[0].start_s == 0
    assert line.runs[-1].stop_s == minutes * 60
    for a, b in zip(line.runs, line.runs[1:], strict=False):
        assert a.stop_s == b.start_s
        assert a.state != b.state
    assert np.all(np.diff(line.arousals_s) >= 0)


@pytest.mark.parametrize("seed", range(5))
def test_forty_minutes_hold_a_sleep_and_an_awakening(seed: int) -> None:
    line = timeline(seed=seed, age_months=7, duration_s=2400)
    state = line.per_second()
    assert line.runs[0].state == line.runs[-1].state == WAKE
    assert (state == NREM).sum() > 900
    assert line.awakenings_s


def test_absent_spindles_need_half_an_hour_of_nrem() -> None:
    line = timeline(seed=1, age_months=7, duration_s=2400, long_nrem=True)
    assert (line.per_second() == NREM).sum() > 30 * 60


@pytest.mark.parametrize(("age", "low", "high"), [(3, 11, 18), (12, 10.5, 16), (30, 9.5, 14.5)])
def test_a_day_has_the_sleep_of_the_age(age: float, low: float, high: float) -> None:
    hours, rem = [], []
    for seed in range(8):
        state = timeline(seed=seed, age_months=age, duration_s=86400).per_second()
        asleep = np.isin(state, (NREM, REM)).sum()
        hours.append(asleep / 3600)
        rem.append((state == REM).sum() / asleep)
    assert low < np.mean(hours) < high
    assert 0.12 < np.mean(rem) < 0.45
