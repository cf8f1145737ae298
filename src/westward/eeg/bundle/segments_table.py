"""``segments.parquet``: measures of 5-min segments with their intervals, one row per segment, channel and measure."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from westward.eeg.biomarkers.night import Biomarkers
from westward.eeg.biomarkers.segment_measures import SEGMENT_S
from westward.eeg.events.hypnogram import STATES


def write(folder: Path, biomarkers: Biomarkers) -> None:
    """Write the table; NaN becomes null."""
    import pyarrow as pa
    from pyarrow import parquet

    rows = biomarkers.segments
    states = biomarkers.segment_state
    state = [STATES[int(states[r.segment])] if r.segment < len(states) else "unknown" for r in rows]
    table = {
        "start_s": np.array([r.segment * SEGMENT_S for r in rows], np.float64),
        "duration_s": np.full(len(rows), SEGMENT_S),
        "channel": pa.array([r.channel for r in rows], pa.string()),
        "state": pa.array(state, pa.string()),
        "measure": pa.array([r.measure for r in rows], pa.string()),
        "value": pa.array(np.array([r.value for r in rows], np.float64), from_pandas=True),
        "low": pa.array(np.array([r.low for r in rows], np.float64), from_pandas=True),
        "high": pa.array(np.array([r.high for r in rows], np.float64), from_pandas=True),
        "clean_s": np.array([r.clean_s for r in rows], np.int32),
    }
    parquet.write_table(pa.table(table), folder / "segments.parquet")
