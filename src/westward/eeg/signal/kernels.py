"""Which form of the hot functions is in use: compiled for this processor, or the plain reference.

Each compiled function equals its reference (``tests/eeg/signal/test_kernels*.py``). The environment
variable ``WESTWARD_KERNELS`` forces a form: ``avx512``, ``avx2``, ``baseline`` or ``reference``.
"""

from __future__ import annotations

import os
from functools import lru_cache
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal.compiled import Compiled

FloatArray = NDArray[np.float32]

LEVELS = ("avx512", "avx2", "baseline")
"""Best first."""

_VARIABLE = "WESTWARD_KERNELS"
_PREFIX = "westward.eeg.signal._kernels"


@lru_cache(maxsize=8)
def load(level: str) -> Compiled | None:
    """The kernels of one level; None where they were not built or this processor does not run them."""
    try:
        baseline = import_module(_PREFIX)
        if not hasattr(baseline, "supports") or not baseline.supports(level):
            return None
        return Compiled(level, baseline if level == "baseline" else import_module(f"{_PREFIX}_{level}"))
    except ImportError:
        return None


@lru_cache(maxsize=1)
def compiled() -> Compiled | None:
    """The kernels in use; None: the plain forms are.

    Raises
    ------
    UsageError
        If ``WESTWARD_KERNELS`` names a form that is unknown or cannot be had here.
    """
    wanted = os.environ.get(_VARIABLE, "")
    if wanted == "reference":
        return None
    if wanted:
        if wanted not in LEVELS:
            raise UsageError(f"{_VARIABLE}={wanted!r}; give one of {', '.join(LEVELS)}, reference, or nothing")
        found = load(wanted)
        if found is None:
            raise UsageError(f"{_VARIABLE}={wanted!r}: not built here, or this processor does not have it")
        return found
    return next((found for level in LEVELS if (found := load(level)) is not None), None)


def in_use() -> str:
    """``compiled (avx512)``, ``compiled (avx2)``, ``compiled (baseline)`` or ``reference``."""
    found = compiled()
    return "reference" if found is None else f"compiled ({found.level})"


@lru_cache(maxsize=64)
def _steady_state(sos: bytes) -> NDArray[np.float64]:
    from scipy import signal

    return np.ascontiguousarray(signal.sosfilt_zi(np.frombuffer(sos).reshape(-1, 6)), np.float64)


def sosfiltfilt_reference(x: FloatArray, sos: NDArray[np.float64], pad: int) -> FloatArray:
    """Zero-phase filtering by SciPy; ``x`` has shape (..., n_samples), odd extension by ``pad`` samples."""
    from scipy import signal

    _check(x, sos, pad)
    if not x.size:
        return np.array(x, np.float32)
    sections = np.array(sos, np.float64)
    return np.asarray(signal.sosfiltfilt(sections, x.astype(np.float64), axis=-1, padlen=pad), np.float32)


def _check(x: FloatArray, sos: NDArray[np.float64], pad: int) -> None:
    if sos.ndim != 2 or not len(sos) or sos.shape[1] != 6:
        raise ValueError(f"sos must have shape (n_sections, 6), not {sos.shape}")
    if not (sos[:, 3] == 1).all():
        raise ValueError("each section must be normalized: sos[:, 3] is 1")
    if x.size and not 0 <= pad < x.shape[-1]:
        raise ValueError(f"a pad of {pad} samples does not fit {x.shape[-1]} samples; it must be shorter")


def sosfiltfilt(x: FloatArray, sos: NDArray[np.float64], pad: int) -> FloatArray:
    """Zero-phase second-order sections along the last axis, float64 inside, float32 out.

    The same bits at every level, and as SciPy's.

    Parameters
    ----------
    x : float32 array, shape (..., n_samples)
    sos : float64 array, shape (n_sections, 6)
    pad : int
        Length of the odd extension at both ends, below n_samples.

    Raises
    ------
    ValueError
        If the sections are not normalized or the pad does not fit.
    """
    found = compiled()
    if found is None:
        return sosfiltfilt_reference(x, sos, pad)
    return sosfiltfilt_by(found, x, sos, pad)


def sosfiltfilt_by(found: Compiled, x: FloatArray, sos: NDArray[np.float64], pad: int) -> FloatArray:
    """As :func:`sosfiltfilt`, by the given kernels."""
    _check(x, sos, pad)
    rows = np.ascontiguousarray(x, np.float32)
    if not rows.size:
        return np.array(rows)
    sections = np.ascontiguousarray(sos, np.float64)
    return found.sosfiltfilt(rows, sections, _steady_state(sections.tobytes()), pad)
