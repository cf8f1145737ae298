"""Blinks and eye movements per second, from EOG or from the electrodes above the eyes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block

FloatArray = NDArray[np.float32]
_BLINK_REACH_S = 0.3
_STEP_S = 0.25
_SMOOTH_S = 0.1


def measure(block: Block, seconds: NDArray[np.int64]) -> dict[str, FloatArray]:
    """Largest blink-like and eye-movement-like deflections of each second, µV.

    The cornea is positive. A blink or a downward-closing lid makes both frontopolar electrodes positive for
    0.2-0.4 s; a sideways movement makes the two sides step in opposite directions. Each is measured together
    with a control of equal shape that the eyes do not produce, so that a high-voltage background, which feeds
    both alike, is not mistaken for eyes.

    Returns
    -------
    dict of float32 arrays, shape (n_seconds,)
        ``blink_uv`` and its control ``blink_background_uv`` (same deflection, other derivations);
        ``saccade_uv`` (half the difference of the steps at F7 and F8) and its control ``inphase_uv`` (half
        the sum); the same from two EOG channels, ``eog_saccade_uv`` and ``eog_inphase_uv``.
        Absent where they cannot be measured.
    """
    out: dict[str, FloatArray] = {}
    rows = {d: block.bipolar[i] for i, d in enumerate(block.derivations)}
    left = next((rows[d] for d in ("Fp1-F3", "Fp1-F7") if d in rows), None)
    right = next((rows[d] for d in ("Fp2-F4", "Fp2-F8") if d in rows), None)
    single = next((x for d, x in rows.items() if "FP" in d.upper()), None)
    left = single if left is None else left
    right = left if right is None else right
    if left is not None and right is not None:
        both = np.minimum(_bump(left, block.sfreq_hz), _bump(right, block.sfreq_hz))
        out["blink_uv"] = _largest(both, block, seconds)
        others = [x for d, x in rows.items() if "FP" not in d.upper()][::2][:6]
        if others:
            control = np.abs(_bump(np.stack(others), block.sfreq_hz))
            out["blink_background_uv"] = np.median(_largest(control, block, seconds), axis=0)
    sides = [_side(rows, lateral, frontal) for lateral, frontal in (("F7-T7", "Fp1-F7"), ("F8-T8", "Fp2-F8"))]
    if sides[0] is not None and sides[1] is not None:
        out["saccade_uv"], out["inphase_uv"] = _steps(sides[0], sides[1], block, seconds)
    eog = {name.lower(): x for name, x in block.aux.items() if name.upper().startswith("EOG")}
    eyes = [next((x for name, x in eog.items() if side in name), None) for side in ("left", "right")]
    if eyes[0] is not None and eyes[1] is not None:
        out["eog_saccade_uv"], out["eog_inphase_uv"] = _steps(eyes[0], eyes[1], block, seconds)
    elif eog:
        step = np.abs(_step(next(iter(eog.values())), block.sfreq_hz))
        control = np.abs(_step(block.bipolar[:6], block.sfreq_hz))
        out["eog_saccade_uv"] = _largest(step, block, seconds)
        out["eog_inphase_uv"] = np.median(_largest(control, block, seconds), axis=0)
    return out


def _side(rows: dict[str, FloatArray], lateral: str, frontal: str) -> FloatArray | None:
    """F7 (F8) against its two neighbors in the chain."""
    if lateral not in rows or frontal not in rows:
        return None
    return (rows[lateral] - rows[frontal]) * np.float32(0.5)


def _smooth(x: FloatArray, n: int) -> FloatArray:
    """Centered moving average over ``n`` samples, ends held."""
    pad = [(0, 0)] * (x.ndim - 1) + [(n - n // 2, n // 2)]
    total = np.cumsum(np.pad(x, pad, mode="edge"), axis=-1, dtype=np.float64)
    return np.asarray((total[..., n:] - total[..., :-n]) / n, np.float32)


def _shift(x: FloatArray, n: int) -> FloatArray:
    """``x`` moved later by ``n`` samples (earlier when negative), ends held."""
    out = np.empty_like(x)
    if n >= 0:
        out[..., n:], out[..., :n] = x[..., : x.shape[-1] - n], x[..., :1]
    else:
        out[..., :n], out[..., n:] = x[..., -n:], x[..., -1:]
    return out


def _bump(x: FloatArray, fs: float) -> FloatArray:
    """Height of each sample over the mean of what lies 0.3 s before and after."""
    y = _smooth(x, max(1, round(_SMOOTH_S * fs)))
    reach = max(1, round(_BLINK_REACH_S * fs))
    return y - (_shift(y, reach) + _shift(y, -reach)) * np.float32(0.5)


def _step(x: FloatArray, fs: float) -> FloatArray:
    """Mean of the next quarter second minus that of the last."""
    n = max(1, round(_STEP_S * fs))
    y = _smooth(x, n)
    return _shift(y, -(n // 2)) - _shift(y, n - n // 2)


def _steps(
    left: FloatArray, right: FloatArray, block: Block, seconds: NDArray[np.int64]
) -> tuple[FloatArray, FloatArray]:
    a, b = _step(left, block.sfreq_hz), _step(right, block.sfreq_hz)
    half = np.float32(0.5)
    return _largest(np.abs(a - b) * half, block, seconds), _largest(np.abs(a + b) * half, block, seconds)


def _largest(x: FloatArray, block: Block, seconds: NDArray[np.int64]) -> FloatArray:
    length = round(block.sfreq_hz)
    first = np.round((seconds - block.start_s) * block.sfreq_hz).astype(np.intp)
    at = np.clip(first, 0, block.n_samples - length)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(x, length, axis=-1)[..., at, :].max(axis=-1))
