"""``pairs.parquet``: one row per minute and pair of electrodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from westward.eeg.biomarkers.night import Biomarkers
from westward.eeg.biomarkers.pair_measures import COLUMNS, MINUTE_S
from westward.eeg.bundle import row_groups
from westward.eeg.events.hypnogram import STATES


def write(folder: Path, biomarkers: Biomarkers) -> None:
    """Write the table; NaN becomes null."""
    row_groups.write(folder / "pairs.parquet", _pieces(biomarkers))


def _pieces(biomarkers: Biomarkers) -> Iterator[dict[str, object]]:
    import pyarrow as pa

    pairs = biomarkers.pairs
    names = pairs.names
    first = [name.split("|")[0] for name in names]
    second = [name.split("|")[1] for name in names]
    state = [STATES[int(s)] for s in biomarkers.minute_state]
    for some in row_groups.stretches(pairs.values.shape[2], len(names)):
        n = some.stop - some.start
        columns: dict[str, object] = {
            "start_s": np.repeat(np.arange(some.start, some.stop) * MINUTE_S, len(names)),
            "duration_s": np.full(n * len(names), MINUTE_S),
            "first": pa.array(first * n, pa.string()).dictionary_encode(),
            "second": pa.array(second * n, pa.string()).dictionary_encode(),
            "state": pa.array([s for s in state[some] for _ in names], pa.string()),
        }
        for row, name in enumerate(COLUMNS):
            columns[name] = pa.array(pairs.values[row][:, some].T.ravel(), from_pandas=True)
        yield columns
