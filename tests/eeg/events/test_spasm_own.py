"""What is one child's own: parts of another size than those of the other spasms speak against a candidate."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from westward.eeg.events import spasm_own as own
from westward.eeg.events.spasm_features import SHAPE, SpasmFeatures
from westward.eeg.events.spasm_parameters import SpasmParameters

P = SpasmParameters()
ALIKE, N = 12, 60


def candidates(seed: int, *, emg: bool = True) -> SpasmFeatures:
    """A dozen spasms with a burst of about 1.2 s and a wave of about 6 x, and others of every size after them."""
    rng = np.random.default_rng(seed)
    size = np.exp(rng.normal(0, 0.15, (4, N)))
    size[:, ALIKE:] = np.exp(rng.normal(0, 0.9, (4, N - ALIKE)))
    columns = {f.name: np.ones(N, np.float32) for f in fields(SpasmFeatures)}
    columns |= {
        "onset_s": np.arange(N) * 20.0,
        "slow_wave_peak_s": np.arange(N) * 20.0 + 0.5,
        "emg_onset_s": np.arange(N) * 20.0 + 0.25,
        "slow_wave_ratio": 6 * size[0],
        "fast_activity_ratio": 2 * size[1],
        "decrement_ratio": np.minimum(0.4 * size[1], 1),
        "emg_ratio": 30 * size[2] if emg else np.full(N, np.nan),
        "emg_duration_s": 1.2 * size[3] if emg else np.full(N, np.nan),
        "emg_asymmetry": np.zeros(N) if emg else np.full(N, np.nan),
        "shape": np.zeros((N, *SHAPE), np.float16),
    }
    return SpasmFeatures(**columns)


def probable(n: int = ALIKE) -> np.ndarray:
    return np.where(np.arange(N) < n, 0.9, 0.01)


def together(f: SpasmFeatures, probability: np.ndarray, p: SpasmParameters) -> np.ndarray:
    burst, brain = own.evidence(f, probability, p)
    return burst + brain


@pytest.mark.parametrize("emg", [True, False])
def test_it_speaks_against_what_is_of_another_size_and_never_for_anything(emg: bool) -> None:
    told = together(candidates(1, emg=emg), probable(), P)
    assert (told <= 0).all()
    assert told.min() >= -2 * P.own.most
    assert (told[:ALIKE] > -0.5).all()
    assert (told[ALIKE:] < -1).mean() > 0.4


def test_a_startle_among_them_loses_by_its_burst() -> None:
    f = candidates(2)
    duration, lag = f.emg_duration_s.copy(), f.emg_onset_s.copy()
    duration[3], lag[3] = 0.4, lag[3] - 0.5
    told = together(replace(f, emg_duration_s=duration, emg_onset_s=lag), probable(), P)
    assert told[3] < -1
    assert told[4] > -0.5


def test_without_known_spasms_it_says_nothing() -> None:
    assert together(candidates(3), probable(0), P) == pytest.approx(0, abs=1e-9)


def test_the_more_spasms_are_known_the_more_it_says() -> None:
    f = candidates(4)
    one, many = (together(f, probable(n), P)[ALIKE:].sum() for n in (1, ALIKE))
    assert many < one < 0


def test_missing_parts_say_nothing() -> None:
    f = candidates(5)
    gone = {
        name: np.full(N, np.nan)
        for name in ("slow_wave_ratio", "fast_activity_ratio", "decrement_ratio", "emg_ratio", "emg_duration_s")
    }
    without = replace(f, **gone, emg_asymmetry=np.full(N, np.nan), emg_onset_s=np.full(N, np.nan))
    assert together(without, probable(), P) == pytest.approx(0)


def test_what_is_much_weaker_than_spasms_that_stand_for_themselves_loses() -> None:
    evidence = np.where(np.arange(N) < ALIKE, 10.0, 2.5)
    alone = np.where(np.arange(N) < ALIKE, 0.5, 0.0)
    told = own.of_strength(evidence, alone, P)
    assert told[:ALIKE] == pytest.approx(0, abs=0.3)
    assert (told[ALIKE:] < -1).all()
    assert own.of_strength(evidence + 9, alone, P).max() <= 0


def test_where_none_stands_for_itself_weakness_says_nothing() -> None:
    evidence = np.linspace(0, 6, N)
    assert own.of_strength(evidence, np.zeros(N), P) == pytest.approx(0, abs=0.05)


def test_a_missing_wave_is_held_against_a_burst_like_the_others_once() -> None:
    f = candidates(6)
    ratio, duration = f.slow_wave_ratio.copy(), f.emg_duration_s.copy()
    ratio[[3, 4]] = 1.0
    duration[4] = 0.4
    f = replace(f, slow_wave_ratio=ratio, emg_duration_s=duration)
    burst, brain = own.evidence(f, probable(), P)
    spared = own.spared(f, burst, P)
    assert brain[3] < -0.5
    assert spared[3] > 0.8, "no wave, and the burst of the others"
    assert spared[4] == 0, "no wave, and another burst: a startle"
    assert spared[:3] == pytest.approx(0), "a wave that is there is compared"


def test_without_a_burst_or_without_electrodes_nothing_is_spared() -> None:
    f = candidates(7)
    absent = replace(f, slow_wave_ratio=np.ones(N, np.float32))
    nothing = np.zeros(N)
    assert own.spared(absent, nothing, P) == pytest.approx(1)
    assert own.spared(replace(absent, emg_ratio=np.zeros(N, np.float32)), nothing, P) == pytest.approx(0)
    assert own.spared(replace(absent, emg_ratio=np.full(N, np.nan)), nothing, P) == pytest.approx(0)
    assert own.spared(replace(f, slow_wave_ratio=np.full(N, np.nan)), nothing, P) == pytest.approx(0)
