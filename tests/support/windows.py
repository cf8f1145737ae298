"""Random windows for property tests of the measures: several kinds of signal, some flat or broken."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

KINDS = ("noise", "walk", "sine", "coarse", "offset")


def window(kind: str, n_samples: int, rng: np.random.Generator) -> np.ndarray:
    """One signal in µV."""
    if kind == "walk":
        return np.cumsum(rng.standard_normal(n_samples)) * 10
    if kind == "sine":
        return 100 * np.sin(2 * np.pi * rng.uniform(0.01, 0.4) * np.arange(n_samples)) + rng.standard_normal(n_samples)
    if kind == "coarse":
        return np.round(rng.standard_normal(n_samples) * 2)
    if kind == "offset":
        return rng.standard_normal(n_samples) * 5 + 2000
    return rng.standard_normal(n_samples) * 50


@st.composite
def windows(draw: st.DrawFn, *, n_samples: int | None = None, longest: int = 400) -> np.ndarray:
    """float32 array, shape (n_channels, n_windows, n_samples); now and then a flat, NaN or infinite window."""
    shape = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    length = n_samples or draw(st.integers(8, longest))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = np.empty((*shape, length), np.float32)
    for index in np.ndindex(shape):
        x[index] = window(draw(st.sampled_from(KINDS)), length, rng)
        fault = draw(st.sampled_from(("none",) * 6 + ("flat", "zero", "nan", "inf")))
        if fault in ("flat", "zero"):
            x[index] = 0.0 if fault == "zero" else 37.3
        elif fault != "none":
            x[(*index, draw(st.integers(0, length - 1)))] = np.nan if fault == "nan" else np.inf
    return x


def broken(n_samples: int) -> np.ndarray:
    """Four channels: noise, flat, noise with one NaN in its second half, noise with one infinity in its first."""
    x = np.random.default_rng(5).standard_normal((4, n_samples)).astype(np.float32) * 30
    x[1] = 12.5
    x[2, -3] = np.nan
    x[3, 2] = np.inf
    return x
