"""Which form of the hot functions is in use: compiled, or the plain reference.

Each compiled function equals its reference on finite input (``tests/eeg/signal/test_kernels.py``). Setting the
environment variable ``WESTWARD_KERNELS=reference`` forces the plain forms.
"""

from __future__ import annotations

import os
from functools import lru_cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def _load() -> ModuleType | None:
    if os.environ.get("WESTWARD_KERNELS") == "reference":
        return None
    try:
        from westward.eeg.signal import _kernels  # type: ignore[attr-defined, unused-ignore]
    except ImportError:
        return None
    return _kernels  # type: ignore[no-any-return, unused-ignore]


_COMPILED = _load()


def in_use() -> str:
    """``compiled`` or ``reference``."""
    return "compiled" if _COMPILED is not None else "reference"


@lru_cache(maxsize=64)
def _steady_state(sos: bytes) -> bytes:
    from scipy import signal

    return np.asarray(signal.sosfilt_zi(np.frombuffer(sos).reshape(-1, 6)), np.float64).tobytes()


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
    if _COMPILED is None:
        return sosfiltfilt_reference(x, sos, pad)
    _check(x, sos, pad)
    rows = np.ascontiguousarray(x, np.float32)
    n = rows.shape[-1]
    out = np.empty_like(rows)
    if rows.size:
        sections = np.ascontiguousarray(sos, np.float64)
        _COMPILED.sosfiltfilt(rows, out, rows.size // n, n, sections, _steady_state(sections.tobytes()), pad)
    return out
