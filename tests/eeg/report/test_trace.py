from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.eeg.report.trace import UNIT_MM, extremes, thin, trace_path

SFREQ_HZ = 256.0


def points(path: str) -> list[np.ndarray]:
    """Absolute points (mm) of each piece of a path."""
    pieces = []
    for piece in path.split("M")[1:]:
        head, _, tail = piece.partition("l")
        numbers = [int(v) for v in re.findall(r"-?\d+", tail)]
        start = np.array([int(v) for v in re.findall(r"-?\d+", head)][:2])
        deltas = np.array(numbers, int).reshape(-1, 2)
        pieces.append(np.vstack([start, start + np.cumsum(deltas, axis=0)]) * UNIT_MM)
    return pieces


def draw(data: np.ndarray, **options: float) -> str:
    return trace_path(data, sfreq_hz=SFREQ_HZ, mm_per_s=15, uv_per_mm=10, **options)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 2000))
def test_no_column_loses_its_extremes(seed: int, n: int) -> None:
    data = np.random.default_rng(seed).normal(scale=80, size=n)
    (drawn,) = points(draw(data))
    t, y = np.arange(n) / SFREQ_HZ * 15, data / 10
    column = (t / 0.2).astype(int)
    line = np.interp(t, drawn[:, 0], drawn[:, 1])
    keep = extremes(y, column)
    assert np.abs(line[keep] - y[keep]).max() <= 0.06 + UNIT_MM + _slope(drawn) * UNIT_MM


def _slope(drawn: np.ndarray) -> float:
    d = np.diff(drawn, axis=0)
    d = d[d[:, 0] > 0]
    return float(np.abs(d[:, 1] / d[:, 0]).max()) if len(d) else 0.0


def test_a_positive_voltage_points_down() -> None:
    (drawn,) = points(draw(np.array([0.0, 100.0, 0.0])))
    assert drawn[:, 1].max() == pytest.approx(10.0, abs=UNIT_MM)


def test_a_gap_breaks_the_line() -> None:
    data = np.sin(np.arange(512) / 9) * 50
    data[200:260] = np.nan
    first, second = points(draw(data))
    assert first[-1, 0] <= 199 / SFREQ_HZ * 15 + UNIT_MM
    assert second[0, 0] >= 260 / SFREQ_HZ * 15 - UNIT_MM
    assert draw(np.full(10, np.nan)) == ""


def test_a_column_keeps_two_points_at_most() -> None:
    data = np.random.default_rng(1).normal(size=15 * 4096)
    path = trace_path(data, sfreq_hz=4096, mm_per_s=15, uv_per_mm=1, column_mm=0.2)
    assert len(points(path)[0]) <= 2 * 15 * 15 / 0.2 + 2


def test_a_straight_line_needs_few_points() -> None:
    x = np.arange(1000.0)
    assert len(thin(x, 3 * x, 0.01)) <= 300


@given(st.integers(0, 2**32 - 1))
def test_what_thinning_leaves_out_stays_near_the_line(seed: int) -> None:
    x = np.arange(300.0)
    y = np.cumsum(np.random.default_rng(seed).normal(scale=0.1, size=300))
    kept = thin(x, y, 0.05)
    assert np.abs(np.interp(x, x[kept], y[kept]) - y).max() <= 3 * 0.05 + 1e-9
