"""A row of samples as the smallest path that looks the same: extremes per device column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from westward.eeg.signal.runs import runs

UNIT_MM = 0.05
"""Paths are written in whole units of this size (0.19 CSS px)."""


def extremes(y: NDArray[np.floating], columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """Indices, in order of time, of the smallest and the largest sample of each column.

    Parameters
    ----------
    y : float array, shape (n_samples,)
        Finite.
    columns : int array, shape (n_samples,)
        Non-decreasing column of each sample.
    """
    order = np.lexsort((y, columns))
    column = columns[order]
    first = np.flatnonzero(np.r_[True, column[1:] != column[:-1]])
    last = np.r_[first[1:], len(y)] - 1
    ends = np.array([0, len(y) - 1])
    return np.unique(np.concatenate([order[first], order[last], ends]))


def thin(x: NDArray[np.floating], y: NDArray[np.floating], tolerance: float) -> NDArray[np.intp]:
    """Indices of the points that stay when every other point close to its neighbors' chord is left out, thrice.

    No left-out point lies further than three tolerances from the remaining line.
    """
    kept = np.arange(len(x))
    for phase in (1, 2, 1):
        if len(kept) < 4:
            break
        middle = np.arange(phase, len(kept) - 1, 2)
        a, b, c = kept[middle - 1], kept[middle], kept[middle + 1]
        chord = y[a] + (y[c] - y[a]) * (x[b] - x[a]) / np.maximum(x[c] - x[a], 1e-9)
        drop = middle[np.abs(y[b] - chord) < tolerance]
        kept = np.delete(kept, drop)
    return kept


def trace_path(
    data_uv: NDArray[np.floating],
    *,
    sfreq_hz: float,
    mm_per_s: float,
    uv_per_mm: float,
    column_mm: float = 0.2,
    tolerance_mm: float = 0.02,
) -> str:
    """SVG path data of one trace in units of :data:`UNIT_MM`, its zero line at y = 0, negative up.

    Parameters
    ----------
    data_uv : float array, shape (n_samples,)
        NaN breaks the line.
    column_mm : float
        Width of a device column; each keeps at most its two extremes.
    tolerance_mm : float
        How far a left-out point may lie from the line.
    """
    paths = []
    for start, stop in runs(np.isfinite(data_uv)):
        t_mm = np.arange(start, stop) / sfreq_hz * mm_per_s
        y_mm = np.asarray(data_uv[start:stop], np.float64) / uv_per_mm
        chosen = extremes(y_mm, (t_mm / column_mm).astype(np.intp))
        t, y = t_mm[chosen], y_mm[chosen]
        chosen = thin(t, y, tolerance_mm)
        px = np.rint(t[chosen] / UNIT_MM).astype(np.int64)
        py = np.rint(y[chosen] / UNIT_MM).astype(np.int64)
        deltas = np.stack([np.diff(px), np.diff(py)], axis=1).ravel().tolist()
        tail = "l" + " ".join(map(str, deltas)).replace(" -", "-") if deltas else "h1"
        paths.append(f"M{px[0]} {py[0]}{tail}")
    return "".join(paths)
