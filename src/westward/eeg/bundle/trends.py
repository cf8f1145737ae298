"""Series for the viewer: float32 arrays at several levels of detail."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FACTOR = 4


def write(folder: Path, series: Mapping[str, tuple[NDArray[np.float32], float, str]]) -> None:
    """Write ``trends/``.

    Parameters
    ----------
    folder : Path
        The bundle.
    series : mapping of name to (values, step in seconds, unit)
        Each level is the mean of :data:`FACTOR` values of the one below, NaN ignored.
    """
    root = folder / "trends"
    root.mkdir()
    index = []
    for name, (values, step_s, unit) in series.items():
        levels: list[dict[str, object]] = []
        level = np.asarray(values, np.float32)
        while True:
            file = f"{name}_{len(levels)}.npy"
            np.save(root / file, level)
            levels.append({"file": file, "step_s": step_s * FACTOR ** len(levels), "n": len(level)})
            if len(level) <= 256:
                break
            padded = np.full(-(-len(level) // FACTOR) * FACTOR, np.nan, np.float32)
            padded[: len(level)] = level
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                level = np.nanmean(padded.reshape(-1, FACTOR), axis=1).astype(np.float32)
        index.append({"name": name, "unit": unit, "start_s": 0.0, "levels": levels})
    text = json.dumps({"schema_version": "1.0", "factor": FACTOR, "series": index}, indent=1)
    (root / "index.json").write_text(text + "\n", "utf-8")
