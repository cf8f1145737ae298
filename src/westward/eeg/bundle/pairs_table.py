"""``pairs.parquet``: one row per minute and pair of electrodes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from westward.eeg.biomarkers.night import Biomarkers
from westward.eeg.biomarkers.pair_measures import COLUMNS, MINUTE_S
from westward.eeg.events.hypnogram import STATES

ROWS_PER_GROUP = 50_000


def write(folder: Path, biomarkers: Biomarkers) -> None:
    """Write the table; NaN becomes null."""
    import pyarrow as pa
    from pyarrow import parquet

    pairs = biomarkers.pairs
    names, n = pairs.names, pairs.values.shape[2]
    first = [name.split("|")[0] for name in names]
    second = [name.split("|")[1] for name in names]
    state = [STATES[int(s)] for s in biomarkers.minute_state[:n]]
    columns: dict[str, object] = {
        "start_s": np.repeat(np.arange(n) * MINUTE_S, len(names)),
        "duration_s": np.full(n * len(names), MINUTE_S),
        "first": pa.array(first * n, pa.string()).dictionary_encode(),
        "second": pa.array(second * n, pa.string()).dictionary_encode(),
        "state": pa.array([s for s in state for _ in names], pa.string()),
    }
    for row, name in enumerate(COLUMNS):
        columns[name] = pa.array(pairs.values[row].T.ravel(), from_pandas=True)
    parquet.write_table(pa.table(columns), folder / "pairs.parquet", row_group_size=ROWS_PER_GROUP)
