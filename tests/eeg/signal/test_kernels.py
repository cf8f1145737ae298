"""Each compiled function equals its plain reference."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.eeg.signal import filters, kernels
from westward.eeg.signal.compiled import Compiled

COMPILED = [found for level in kernels.LEVELS if (found := kernels.load(level)) is not None]
needs_compiler = pytest.mark.skipif(not COMPILED, reason="the compiled kernels were not built")
at_every_level = pytest.mark.parametrize("compiled", COMPILED, ids=lambda found: found.level)


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    """Rows, sections and a pad that fit each other."""
    n = draw(st.one_of(st.integers(1, 40), st.integers(500, 1100)))
    shape = draw(st.sampled_from([(n,), (1, n), (3, n), (15, n), (16, n), (17, n), (33, n), (2, 3, n), (0, n)]))
    pad = draw(st.integers(0, n - 1))
    scale, offset = draw(st.sampled_from([(1, 0), (50, 1000), (1e-3, 0), (1e5, -1e6)]))
    x = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).standard_normal(shape) * scale + offset
    sections = draw(
        st.lists(
            st.sampled_from(
                [
                    filters.butterworth(0.5, 70.0, 256.0),
                    filters.butterworth(None, 30.0, 200.0),
                    filters.butterworth(1.0, None, 100.0, 3),
                    filters.notch(50.0, 256.0),
                    filters.butterworth(None, None, 256.0),
                ]
            ),
            min_size=1,
            max_size=3,
        )
    )
    return x.astype(np.float32), np.concatenate(sections), pad


@at_every_level
@settings(deadline=None)
@given(problem=problems())
def test_sosfiltfilt_equals_its_reference(compiled: Compiled, problem: tuple[np.ndarray, np.ndarray, int]) -> None:
    x, sos, pad = problem
    before = x.copy()
    got = kernels.sosfiltfilt_by(compiled, x, sos, pad)
    expected = kernels.sosfiltfilt_reference(x, sos, pad)
    assert got.shape == x.shape
    assert got.dtype == np.float32
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(got, expected)


@needs_compiler
def test_rows_may_lie_anyhow_in_memory() -> None:
    x = np.random.default_rng(1).standard_normal((500, 20)).astype(np.float32)
    sos = filters.butterworth(0.5, 30.0, 100.0)
    expected = kernels.sosfiltfilt_reference(x.T, sos, 60)
    np.testing.assert_allclose(kernels.sosfiltfilt(x.T, sos, 60), expected, rtol=1.2e-7, atol=1e-12)
    thinned = kernels.sosfiltfilt(x.T[::2], sos, 60)
    np.testing.assert_array_equal(thinned, kernels.sosfiltfilt(x.T, sos, 60)[::2])


@needs_compiler
def test_a_row_does_not_depend_on_its_neighbors() -> None:
    x = np.random.default_rng(2).standard_normal((18, 700)).astype(np.float32)
    sos = filters.butterworth(0.5, 70.0, 256.0)
    whole = kernels.sosfiltfilt(x, sos, 100)
    x[5] = np.nan
    broken = kernels.sosfiltfilt(x, sos, 100)
    keep = np.arange(18) != 5
    np.testing.assert_array_equal(broken[keep], whole[keep])
    np.testing.assert_array_equal(
        kernels.sosfiltfilt(whole[17], sos, 100), kernels.sosfiltfilt(whole[17:], sos, 100)[0]
    )


@pytest.mark.parametrize("function", [kernels.sosfiltfilt, kernels.sosfiltfilt_reference])
def test_empty_and_single_samples(function: object) -> None:
    sos = filters.butterworth(0.5, 30.0, 100.0)
    for shape in ((0, 100), (3, 0), (0,), (0, 0)):
        assert function(np.zeros(shape, np.float32), sos, 0).shape == shape  # type: ignore[operator]
    one = function(np.full((2, 1), 7, np.float32), filters.butterworth(None, 30.0, 100.0), 0)  # type: ignore[operator]
    np.testing.assert_allclose(one, 7, rtol=1e-6)


@pytest.mark.parametrize("function", [kernels.sosfiltfilt, kernels.sosfiltfilt_reference])
def test_what_does_not_fit_is_refused(function: object) -> None:
    x, sos = np.zeros((2, 50), np.float32), np.array(filters.butterworth(0.5, 30.0, 100.0))
    for pad in (-1, 50, 51):
        with pytest.raises(ValueError, match="pad"):
            function(x, sos, pad)  # type: ignore[operator]
    for wrong in (sos[0], sos[:, :5], sos[:0]):
        with pytest.raises(ValueError, match="shape"):
            function(x, wrong, 10)  # type: ignore[operator]
    with pytest.raises(ValueError, match="normalized"):
        function(x, 2 * sos, 10)  # type: ignore[operator]


@at_every_level
def test_buffers_that_do_not_agree_are_refused(compiled: Compiled) -> None:
    x, sos, zi = np.zeros((2, 50), np.float32), np.array([[1.0, 0, 0, 1, 0, 0]]), np.zeros((1, 2))
    for rows, n, sections, pad in ((3, 50, sos, 5), (2, 49, sos, 5), (2, 50, sos[:, :5].copy(), 5), (2, 50, sos, 50)):
        with pytest.raises(ValueError, match="sosfiltfilt"):
            compiled.module.sosfiltfilt(
                x, np.empty_like(x), rows, n, sections, zi, 1, pad, np.zeros((n + 2 * pad + 1, 24))
            )


@pytest.mark.parametrize("level", ["reference", *(found.level for found in COMPILED)])
def test_a_form_can_be_forced(level: str) -> None:
    code = "from westward.eeg.signal import kernels; print(kernels.in_use())"
    environment = os.environ | {"WESTWARD_KERNELS": level}
    made = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == (level if level == "reference" else f"compiled ({level})")


def test_a_form_that_is_unknown_or_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    kernels.compiled.cache_clear()
    try:
        monkeypatch.setenv("WESTWARD_KERNELS", "avx1024")
        with pytest.raises(UsageError, match="avx1024"):
            kernels.compiled()
        monkeypatch.setenv("WESTWARD_KERNELS", "avx512")
        monkeypatch.setattr(kernels, "load", lambda level: None)
        with pytest.raises(UsageError, match="not built"):
            kernels.compiled()
    finally:
        kernels.compiled.cache_clear()


@needs_compiler
def test_the_best_form_is_used_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WESTWARD_KERNELS", raising=False)
    kernels.compiled.cache_clear()
    try:
        assert kernels.compiled() is COMPILED[0]
    finally:
        kernels.compiled.cache_clear()
