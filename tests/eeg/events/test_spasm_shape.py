"""Shapes of candidates, and their likeness through the background's covariance, beside a plain form of it."""

from __future__ import annotations

import numpy as np
import pytest

from westward.eeg.events import spasm_shape
from westward.eeg.events.spasm_shape import LENGTH, N_SHIFTS, SHAPE, SHIFTS, Whitened

N, ALIKE = 240, 10
SHRINKAGE = 0.05


def drawn(seed: int, size: float) -> tuple[np.ndarray, np.ndarray]:
    """A rhythm of the front in every shape, and in some a bump of the vertex smaller than the rhythm."""
    rng = np.random.default_rng(seed)
    t = np.arange(SHAPE[1]) / spasm_shape.RATE_HZ
    phase, uv = rng.uniform(0, 2 * np.pi, (N, 1, 1)), rng.uniform(60, 200, (N, 1, 1))
    front = np.array([1, 1, 1, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1])[:, None]
    shapes = uv * front * np.sin(2 * np.pi * 2.5 * t + phase) + 8 * rng.standard_normal((N, *SHAPE))
    who = np.arange(N) % (N // ALIKE) == 3
    bump = np.array([0, 0.2, 0, 0.6, 1, 0.6, 0, 0.4, 0])[:, None] * np.exp(-(((t - 1.5) / 0.35) ** 2))
    shapes[who] += size * bump
    return shapes.astype(np.float16), who


def plainly(w: Whitened, weight: np.ndarray) -> np.ndarray:
    """The same in loops: lay all over their mean, then each over the mean of the others."""
    seen = {
        (k, s): w.filter @ w.shape[k, :, s : s + LENGTH].astype(np.float32).ravel()
        for k in range(len(w.shape))
        for s in range(N_SHIFTS)
    }
    unit = {at: x / (np.linalg.norm(x) + 1e-9) for at, x in seen.items()}
    used = np.flatnonzero(weight)
    best = dict.fromkeys(used, SHIFTS)
    for _ in range(5):
        mean = sum(weight[k] * unit[k, best[k]] for k in used)
        best = {
            k: int(np.argmax([unit[k, s] @ (mean - weight[k] * unit[k, best[k]]) for s in range(N_SHIFTS)]))
            for k in used
        }
    mean = sum(weight[k] * unit[k, best[k]] for k in used)
    out = np.empty(len(w.shape))
    for k in range(len(out)):
        others = mean - weight[k] * unit[k, best[k]] if k in best else mean
        out[k] = max(unit[k, s] @ others for s in range(N_SHIFTS)) / np.linalg.norm(others)
    return out


def test_it_is_what_it_says_in_loops() -> None:
    shapes, who = drawn(1, 60)
    w = Whitened.by(shapes[:60], ~who[:60], SHRINKAGE)
    weight = np.where(who[:60], np.linspace(0.3, 1, 60), 0.0)
    np.testing.assert_allclose(w.along(weight), plainly(w, weight), atol=2e-4)


def test_a_rhythm_of_the_background_hides_no_wave_of_another_field() -> None:
    shapes, who = drawn(2, 60)
    told = Whitened.by(shapes, ~who, SHRINKAGE).along(who.astype(float))
    assert told[who].min() > told[~who].max()
    plain = Whitened.by(shapes, ~who, 1.0).along(who.astype(float))
    assert plain[who].min() < plain[~who].max()


def test_the_size_of_a_shape_does_not_matter() -> None:
    shapes, who = drawn(3, 60)
    weight = who.astype(float)
    w = Whitened.by(shapes, ~who, SHRINKAGE)
    larger = Whitened(w.shape * np.float16(4), w.filter)
    np.testing.assert_allclose(larger.along(weight), w.along(weight), atol=1e-5)
    again = Whitened.by(np.asarray(shapes * np.float16(0.25)), ~who, SHRINKAGE)
    np.testing.assert_allclose(again.along(weight), w.along(weight), atol=2e-2)


def test_of_very_many_those_of_most_weight_make_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes, who = drawn(5, 60)
    w = Whitened.by(shapes, ~who, SHRINKAGE)
    weight = np.where(who, 0.9, 0.1)
    monkeypatch.setattr(spasm_shape, "_MOST_MEANT", ALIKE)
    np.testing.assert_allclose(w.along(weight), w.along(np.where(who, 0.9, 0.0)))


@pytest.mark.parametrize("background", [0, 3])
def test_hardly_any_background_is_enough_for_a_correlation(background: int) -> None:
    shapes, who = drawn(4, 60)
    w = Whitened.by(shapes, np.arange(N) < background, SHRINKAGE)
    told = w.along(who.astype(float))
    assert np.isfinite(told).all()
    assert np.abs(told).max() <= 1 + 1e-4
    assert background or np.allclose(w.filter, w.filter[0, 0] * np.eye(len(w.filter)))


def test_a_shape_has_a_row_for_each_region_and_a_column_for_each_step() -> None:
    assert (len(spasm_shape.REGIONS), spasm_shape.BEFORE + spasm_shape.AFTER) == SHAPE


def test_a_shape_holds_the_regions_around_the_onset() -> None:
    means = np.zeros((2, 60 * 32), np.float32)
    means[0, 30 * 32 : 31 * 32] = 100
    made = spasm_shape.shapes(means, ("Cz", "O1"), np.array([29.5]), range(60))
    vertex, back = made[0, 4].astype(float), made[0, 6].astype(float)
    assert vertex.argmax() == spasm_shape.BEFORE + 8
    assert vertex.max() - vertex.min() == pytest.approx(100, rel=0.01)
    assert (back == 0).all()
    assert (made[0, 0] == 0).all()
