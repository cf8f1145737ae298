"""The survey of bad channels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import infant_signals as s
from tests.support.memory_recording import MemoryRecording

from westward.eeg.events import bad_channels
from westward.eeg.signal.montage import ELECTRODES

RATE = s.RATE_HZ


def survey(x: np.ndarray, names: tuple[str, ...] = ELECTRODES, **more: object) -> dict[str, str]:
    found = bad_channels.survey(MemoryRecording(names, x, RATE, **more), names)
    assert all(0 < b.fraction <= 1 for b in found)
    return {b.name: b.reason for b in found}


def spoil(rng: np.random.Generator, x: np.ndarray, electrode: str, how: str) -> None:
    row, n = ELECTRODES.index(electrode), x.shape[1]
    if how == "flat":
        x[row] = 0
    elif how == "mains":
        x[row] += 300 * np.sin(2 * np.pi * 50 * np.arange(n) / RATE)
    elif how == "noise":
        x[row] = 60 * rng.standard_normal(n)
    else:
        x[row] = 2000 * s.colored(rng, 1, n, 1.0, 0.2, 30)[0]


@pytest.mark.parametrize("how", ["flat", "mains", "noise", "loose_electrode"])
@pytest.mark.parametrize("electrode", ["C3", "T8"])
@pytest.mark.parametrize("seconds", [12, 300])
def test_a_bad_electrode_is_found_for_its_reason(how: str, electrode: str, seconds: int) -> None:
    rng = np.random.default_rng(1)
    x = s.background(rng, seconds)
    x -= 0.8 * x[ELECTRODES.index("Fp1")]
    spoil(rng, x, electrode, how)
    assert survey(x) == {electrode: how}


def test_several_bad_electrodes_are_found_together() -> None:
    rng = np.random.default_rng(2)
    x = s.chaotic_delta(rng, 120, 400)
    x -= 0.8 * x[ELECTRODES.index("Fp1")]
    spoil(rng, x, "O1", "flat")
    spoil(rng, x, "T8", "loose_electrode")
    assert survey(x) == {"O1": "flat", "T8": "loose_electrode"}


@pytest.mark.parametrize("peak_uv", [300, 1000])
@pytest.mark.parametrize("independent", [False, True])
def test_hypsarrhythmia_is_never_thrown_out(peak_uv: float, independent: bool) -> None:
    assert survey(s.chaotic_delta(np.random.default_rng(3), 120, peak_uv, independent=independent)) == {}


def test_one_hemisphere_of_high_voltage_is_kept() -> None:
    rng = np.random.default_rng(4)
    right = np.array([e[-1] in "2468" for e in ELECTRODES])
    x = s.background(rng, 120, 8) + np.where(right, 1.0, 0.1)[:, None] * s.chaotic_delta(rng, 120, 600)
    assert survey(x) == {}


def test_an_electrode_bad_for_a_short_while_is_kept() -> None:
    rng = np.random.default_rng(5)
    x = s.background(rng, 200)
    x[3, : round(60 * RATE)] = 0
    assert survey(x) == {}


def test_the_reference_electrode_is_kept() -> None:
    x = s.background(np.random.default_rng(6), 60)
    assert survey(x - x[ELECTRODES.index("Cz")]) == {}


def test_survey_is_the_same_every_time_and_passes_gaps() -> None:
    rng = np.random.default_rng(7)
    x = s.background(rng, 200)
    x -= 0.8 * x[ELECTRODES.index("Fp1")]
    spoil(rng, x, "P4", "flat")
    segments = [(0.0, 30.0), (90.0, 91.0), (120.0, 200.0)]
    assert survey(x, segments=segments) == survey(x, segments=segments) == {"P4": "flat"}


def test_too_few_good_channels_are_said_to_be_not_assessable() -> None:
    rng = np.random.default_rng(8)
    x = s.background(rng, 60)
    for electrode in ELECTRODES[:12]:
        spoil(rng, x, electrode, "flat")
    x[12:] += 20 * s.background(rng, 60)[:7]
    found = bad_channels.survey(MemoryRecording(ELECTRODES, x, RATE), ELECTRODES)
    assert {b.name for b in found} >= set(ELECTRODES[:11])
    assert "unusable" in bad_channels.refusal(found, ELECTRODES)
    assert bad_channels.refusal(found[:2], ELECTRODES) == ""
    assert bad_channels.refusal((), ()) == "no EEG channels"


def test_channels_of_unknown_position_are_surveyed() -> None:
    rng = np.random.default_rng(9)
    x = s.background(rng, 60)[:6]
    x[2] = 0
    assert survey(x, tuple(f"X{k}" for k in range(6)), reference=None) == {"X2": "flat"}


@given(
    st.lists(st.tuples(st.floats(0.2, 4000), st.floats(0.1, 500)), min_size=1, max_size=6),
    st.integers(1, 90),
)
def test_snippets_lie_whole_inside_segments(lengths: list[tuple[float, float]], count: int) -> None:
    segments, at = [], 0.0
    for length, gap in lengths:
        segments.append((at, at + length))
        at += length + gap
    starts = bad_channels.snippet_starts(segments, count, 4.0)
    assert len(starts) <= count
    for start in starts:
        a, b = next((a, b) for a, b in segments if a <= start < b)
        assert start >= a
        assert b - start >= 4.0 - 1e-6 or start == a
