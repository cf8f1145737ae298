"""Spasms of one child are alike; what is not, or only resembles itself, gains nothing from it."""

from __future__ import annotations

import numpy as np
import pytest

from westward.eeg.events import spasm_likeness as likeness
from westward.eeg.events import spasm_shape
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.events.spasm_shape import Whitened

P = SpasmParameters()
N, ALIKE = 300, 12


def drawn(seed: int, size: float = 3.0, shift: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shapes of a background with a dozen alike among them, which these are, and clear waves everywhere."""
    rng = np.random.default_rng(seed)
    smooth = np.apply_along_axis(np.convolve, 2, rng.standard_normal((N, 9, 64)), np.ones(9) / 9, "valid")
    shapes = 50 * smooth
    pattern = np.outer(np.linspace(1, 0.2, 9), np.sin(np.linspace(0, 4, 56)) * np.hanning(56))
    who = np.arange(N) % (N // ALIKE) == 5
    for k in np.flatnonzero(who):
        shapes[k] += size * 40 * np.roll(pattern, rng.integers(-shift, shift + 1), axis=1)
    return shapes.astype(np.float16), who, np.full(N, 4.0, np.float32)


def told_of(shapes: np.ndarray, ratio: np.ndarray, probability: np.ndarray, telling: np.ndarray) -> np.ndarray:
    return likeness.evidence(whitened(shapes, probability), ratio, probability, telling, P)


def whitened(shapes: np.ndarray, probability: np.ndarray) -> Whitened:
    return Whitened.by(shapes, probability < P.likeness.alike_background, P.likeness.alike_shrinkage)


def probable(who: np.ndarray, value: float = 0.9) -> np.ndarray:
    return np.where(who, value, 0.01)


@pytest.mark.parametrize("shift", [0, 6])
def test_those_alike_gain_and_the_rest_loses(shift: int) -> None:
    shapes, who, ratio = drawn(1, shift=shift)
    told = told_of(shapes, ratio, probable(who), who)
    assert np.median(told[who]) > 1
    assert np.median(told[~who]) < -1
    assert told.max() <= P.most_likeness
    assert told.min() >= np.log(P.unlike_spasms) - 0.01


def test_one_of_them_that_was_overlooked_gains_too() -> None:
    shapes, who, ratio = drawn(2)
    probability, one = probable(who), int(np.flatnonzero(who)[4])
    probability[one] = 0.01
    assert told_of(shapes, ratio, probability, who)[one] > 1


def test_a_startle_among_them_loses() -> None:
    shapes, who, ratio = drawn(3)
    probability, other = probable(who), int(np.flatnonzero(~who)[7])
    probability[other] = 0.9
    telling = who.copy()
    telling[other] = True
    assert told_of(shapes, ratio, probability, telling)[other] < -1


def test_nothing_is_like_itself_alone() -> None:
    shapes, _, ratio = drawn(4)
    chosen = np.arange(N) < ALIKE
    told = told_of(shapes, ratio, probable(chosen), chosen)
    assert np.abs(np.median(told[chosen])) < 1
    assert np.median(whitened(shapes, probable(chosen)).along(probable(chosen) * chosen)[chosen]) < 0.4


def test_what_tells_nothing_makes_no_mean_shape() -> None:
    shapes, who, ratio = drawn(5)
    assert (told_of(shapes, ratio, probable(who), np.zeros(N, bool)) == 0).all()


def test_where_there_is_no_wave_likeness_adds_nothing() -> None:
    shapes, who, _ = drawn(6)
    for ratio in (np.full(N, 0.8, np.float32), np.full(N, np.nan, np.float32)):
        assert told_of(shapes, ratio, probable(who), who).max() <= 0


@pytest.mark.parametrize("n", [0, 1, 2, 30])
def test_few_candidates_or_no_electrodes_say_nothing(n: int) -> None:
    shapes = np.zeros((n, *spasm_shape.SHAPE), np.float16)
    told = told_of(shapes, np.full(n, 4, np.float32), np.full(n, 0.9), np.ones(n, bool))
    assert told.shape == (n,)
    assert (told == 0).all()


def test_a_spasm_without_emg_is_unlikely_where_all_others_have_it() -> None:
    with_it, without = np.full(20, 15.0, np.float32), np.zeros(3, np.float32)
    ratio, probability = np.concatenate([with_it, without]), np.full(23, 0.05)
    probability[:20] = 0.95
    told = likeness.of_emg(ratio, probability, P)
    assert (told[20:] < -1).all()
    assert (told[:20] == 0).all()


def test_many_without_emg_do_not_call_for_more() -> None:
    ratio = np.zeros(20, np.float32)
    assert (likeness.of_emg(ratio, np.full(20, 0.95), P) == 0).all()
    assert (likeness.of_emg(np.full(4, np.nan, np.float32), np.full(4, 0.95), P) == 0).all()


def test_an_electrode_that_comes_off_does_not_silence_the_rest() -> None:
    """Beyond half precision a shape would be infinite, and no likeness of the recording known any more."""
    means = np.zeros((1, 60 * 32), np.float32)
    means[0, 30 * 32 :] = 3e5
    off = spasm_shape.shapes(means, ("Cz",), np.array([29.5]), range(60))
    assert np.isfinite(off).all()
    shapes, who, ratio = drawn(7)
    shapes[int(np.flatnonzero(~who)[3])] = off[0]
    assert np.median(told_of(shapes, ratio, probable(who), who)[who]) > 1


def test_few_of_the_rest_are_held_to_what_is_usual() -> None:
    shapes, who, ratio = drawn(8)
    kept = who | (np.cumsum(~who) <= P.likeness.alike_enough // 2)
    told = told_of(shapes[kept], ratio[kept], probable(who[kept]), who[kept])
    assert np.isfinite(told).all()
    assert np.median(told[who[kept]]) > np.median(told[~who[kept]]) + 1


@pytest.mark.parametrize("rest", [0, 5, 15, 30, 45, 60, 120, 280])
def test_what_is_unrelated_gains_nothing_however_little_background_there_is(rest: int) -> None:
    medians = []
    for seed in range(4):
        shapes, _, ratio = drawn(20 + seed, size=0.0)
        chosen, n = np.arange(N) < 8, 8 + rest
        medians.append(np.median(told_of(shapes[:n], ratio[:n], probable(chosen, 0.7)[:n], chosen[:n])[:8]))
    assert np.mean(medians) < 0.5


def test_a_shape_that_is_no_number_silences_likeness_and_nothing_else() -> None:
    shapes, who, ratio = drawn(9)
    shapes[3, 2, 5] = np.nan
    assert (told_of(shapes, ratio, probable(who), who) == 0).all()


def test_one_sure_spasm_says_nothing_of_the_others() -> None:
    shapes, who, ratio = drawn(10)
    one = np.arange(N) == np.flatnonzero(who)[0]
    assert (told_of(shapes, ratio, probable(one), one) == 0).all()


def test_where_all_are_probable_there_is_no_rest_to_compare_with() -> None:
    shapes, who, ratio = drawn(11)
    assert (told_of(shapes[who], ratio[who], np.full(ALIKE, 0.9), np.ones(ALIKE, bool)) == 0).all()
