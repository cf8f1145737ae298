"""Linear-phase FIR filters evaluated only where a sample is wanted: low-pass, thin and resample in one step."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

_MIN_FRAME = 32


def evaluate(x: FloatArray, taps: FloatArray, up: int, down: int, n_out: int) -> FloatArray:
    """Samples of a filtered signal at every ``down/up``-th sample, by matrix products.

    Output m is ``sum_j x[j] * taps[half + m*down - j*up]``: the FIR at ``up`` times the rate, on the signal with
    ``up - 1`` zeros between its samples, kept at every ``down``-th place. Frames of the signal are multiplied by one
    banded matrix that holds the taps of all outputs of a frame.

    Parameters
    ----------
    x : float32 array, shape (n_rows, n_samples)
        Finite, at least one sample. The ends are continued by their edge values.
    taps : float32 array, shape (2*half + 1,)
    n_out : int
        Samples wanted.
    """
    if not n_out or not len(x):
        return np.zeros((len(x), n_out), np.float32)
    half, n = len(taps) // 2, x.shape[1]
    reach = half // up
    per_frame = up * max(1, math.ceil(max((2 * reach + 1) / down, _MIN_FRAME / up)))
    step = per_frame // up * down
    width = ((per_frame - 1) * down + half) // up + reach + 1
    at = half + np.arange(per_frame) * down - (np.arange(width)[:, None] - reach) * up
    banded = np.where((at >= 0) & (at < len(taps)), taps[np.clip(at, 0, len(taps) - 1)], np.float32(0))
    n_frames = -(-n_out // per_frame)
    y = np.empty((len(x), n_frames * per_frame), np.float32)
    total = (n_frames - 1) * step + width
    padded = np.empty(total, np.float32)
    kept = min(n, total - reach)
    frames = np.lib.stride_tricks.sliding_window_view(padded, width)[::step]
    for row, out in zip(x, y, strict=True):
        padded[:reach] = row[0]
        padded[reach : reach + kept] = row[:kept]
        padded[reach + kept :] = row[-1]
        # Overlapping frames are no matrix to BLAS; a copy is, and is many times faster.
        np.matmul(np.ascontiguousarray(frames), banded, out=out.reshape(n_frames, per_frame))
    return y[:, :n_out]
