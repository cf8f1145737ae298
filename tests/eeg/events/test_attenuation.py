"""Attenuations are found where planted and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import infant_signals as s
from tests.support.memory_recording import MemoryRecording, blocks_of

from westward.eeg.events import attenuation
from westward.eeg.events.event import Event
from westward.eeg.signal.montage import ELECTRODES

RATE = s.RATE_HZ


def envelope_of(x: np.ndarray, *, block_s: float = 240.0) -> tuple[np.ndarray, tuple[str, ...]]:
    recording = MemoryRecording(ELECTRODES, x, RATE)
    blocks = blocks_of(recording, block_s=block_s)
    parts = [(b.whole_cells(0.25), attenuation.envelope(b)) for b in blocks]
    return attenuation.assemble(parts, int(recording.duration_s)), blocks[0].derivations


def found_in(x: np.ndarray, usable: np.ndarray | None = None, **more: object) -> list[Event]:
    envelope, derivations = envelope_of(x)
    usable = np.ones(envelope.shape[1] // 4, bool) if usable is None else usable
    return attenuation.find(envelope, usable, derivations, **more)


def damp(x: np.ndarray, onset_s: float, duration_s: float, depth: float, rows: np.ndarray | None = None) -> np.ndarray:
    t = np.arange(x.shape[1]) / RATE
    gain = np.where((t >= onset_s) & (t < onset_s + duration_s), depth, 1.0)
    gain = np.convolve(gain, np.ones(25) / 25, "same")
    return x * gain if rows is None else np.where(rows[:, None], x * gain, x)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["background", "hypsarrhythmia"])
def test_planted_attenuations_are_found_with_their_times(seed: int, kind: str) -> None:
    rng = np.random.default_rng([seed, 1])
    x = s.background(rng, 150) if kind == "background" else s.chaotic_delta(rng, 150, 400)
    truth = [(20.3, 1.5), (50.9, 3.0), (85.1, 2.2), (120.6, 4.0)]
    for onset, duration in truth:
        x = damp(x, onset, duration, 0.25)
    events = found_in(x)
    assert len(events) == len(truth)
    for event, (onset, duration) in zip(events, truth, strict=True):
        assert abs(event.onset_s - onset) <= 0.4
        assert abs(event.duration_s - duration) <= 0.6
        assert event.trial_type == "attenuation"
        assert event.counted
        assert "of the preceding 10 s" in event.reason
    assert np.median([abs(e.onset_s - o) for e, (o, _) in zip(events, truth, strict=True)]) <= 0.25


@pytest.mark.parametrize("seed", range(3))
def test_background_alone_has_none(seed: int) -> None:
    rng = np.random.default_rng([seed, 2])
    assert found_in(s.background(rng, 300)) == []
    assert found_in(s.chaotic_delta(rng, 300, 500)) == []


def _base(seconds: float = 90) -> np.ndarray:
    return s.background(np.random.default_rng(5), seconds, 15)


def test_a_drop_shorter_than_a_second_does_not_count() -> None:
    assert found_in(damp(_base(), 40, 0.5, 0.1)) == []


def test_a_drop_of_one_region_does_not_count() -> None:
    left = np.array([e[-1] in "1357" for e in ELECTRODES])
    assert found_in(damp(_base(), 40, 3, 0.1, left)) == []


def test_a_lasting_drop_is_a_change_of_state() -> None:
    assert found_in(damp(_base(), 40, 50, 0.3)) == []
    assert found_in(damp(_base(), 40, 28, 0.3)) == []


def test_a_slow_fade_is_no_attenuation() -> None:
    x = _base()
    t = np.arange(x.shape[1]) / RATE
    assert found_in(x * (1 - 0.8 * np.exp(-0.5 * ((t - 45) / 6) ** 2))) == []


def test_quiet_after_an_artifact_does_not_count() -> None:
    x = damp(_base(), 40, 3, 0.2)
    usable = np.ones(90, bool)
    assert len(found_in(x, usable)) == 1
    usable[35:40] = False
    assert found_in(x, usable) == []


def test_unusable_time_holds_no_attenuation() -> None:
    usable = np.ones(90, bool)
    usable[41] = False
    assert found_in(damp(_base(), 40, 3, 0.2), usable) == []


def test_a_disconnection_is_no_attenuation() -> None:
    assert found_in(damp(_base(), 40, 3, 0.0)) == []


def test_quiet_after_an_arousal_is_listed_but_not_counted() -> None:
    events = found_in(damp(_base(), 40, 3, 0.2), arousal_s=[37.0])
    assert [e.counted for e in events] == [False]
    assert "arousal" in events[0].reason


def test_gaps_are_not_crossed() -> None:
    x = damp(_base(), 40, 3, 0.2)
    envelope, derivations = envelope_of(x)
    envelope[:, 4 * 34 : 4 * 39] = np.nan
    usable = np.ones(90, bool)
    usable[34:39] = False
    assert attenuation.find(envelope, usable, derivations) == []


def test_few_derivations_are_refused() -> None:
    assert "needed" in attenuation.refusal(("Fz-Cz", "Cz-Pz"))
    assert attenuation.refusal(tuple("abcdef")) == ""
    assert attenuation.find(np.ones((2, 400), np.float32), np.ones(100, bool)) == []


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6), block_s=st.sampled_from([30.0, 60.0, 120.0]))
def test_envelope_does_not_depend_on_block_size(seed: int, block_s: float) -> None:
    x = s.background(np.random.default_rng(seed), 150)
    np.testing.assert_allclose(envelope_of(x)[0], envelope_of(x, block_s=block_s)[0], atol=0.05)


def test_envelope_is_the_range_of_the_half_second() -> None:
    x = np.zeros((19, round(20 * RATE)))
    t = np.arange(x.shape[1]) / RATE
    x[ELECTRODES.index("Fz")] = 50 * np.sin(2 * np.pi * 6 * t)
    envelope, derivations = envelope_of(x)
    assert envelope[derivations.index("Fz-Cz"), 20:60] == pytest.approx(100, rel=0.05)
    assert envelope[derivations.index("T7-P7"), 20:60] == pytest.approx(0, abs=0.01)


def test_pauses_of_minutes_of_movement_are_no_attenuations() -> None:
    """Movement that was not recognized raises the background of the minutes around; farther away it is as before."""
    rng = np.random.default_rng(5)
    n = 1500
    amplitude = 50 * np.exp(0.15 * rng.standard_normal((10, 4 * n))).astype(np.float32)
    for start in range(600, 840, 18):
        amplitude[:, 4 * start : 4 * (start + 13)] *= 6
    names = [f"D{k}" for k in range(10)]
    assert not attenuation.find(amplitude, np.ones(n, bool), names)
    # The same falls out of a background that is high throughout are attenuations.
    high = amplitude.copy()
    high[:, : 4 * 600] *= 6
    high[:, 4 * 840 :] *= 6
    assert len(attenuation.find(high, np.ones(n, bool), names)) >= 5
