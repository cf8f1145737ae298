"""``epochs.parquet``: one row per 30-s epoch and channel; derivations first, then electrodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.hypnogram import EPOCH_S, STATES

ROWS_PER_GROUP = 50_000


@dataclass(frozen=True, eq=False)
class Channels:
    """Channels that are measured alike.

    Attributes
    ----------
    names : sequence of str
    artifact_fraction : float array, shape (n_channels, n_epochs)
        Share of seconds in which the channel cannot be used.
    columns : mapping of str to float32 array, shape (n_channels, n_epochs)
        NaN becomes null; a column that other channels have and these lack is null.
    """

    names: Sequence[str]
    artifact_fraction: NDArray[np.floating]
    columns: Mapping[str, NDArray[np.float32]]


def write(folder: Path, *, state: NDArray[np.int8], groups: Sequence[Channels]) -> None:
    """Write the table; ``state`` has shape (n_epochs,)."""
    import pyarrow as pa
    from pyarrow import parquet

    names = list(dict.fromkeys(name for group in groups for name in group.columns))
    n = len(state)
    pieces = []
    for group in groups:
        k = len(group.names)
        columns: dict[str, object] = {
            "start_s": np.repeat(np.arange(n) * EPOCH_S, k),
            "duration_s": np.full(n * k, EPOCH_S),
            "channel": pa.array(list(group.names) * n, pa.string()),
            "state": pa.array([STATES[int(s)] for s in state for _ in range(k)], pa.string()),
            "artifact_fraction": np.asarray(group.artifact_fraction, np.float32).T.ravel(),
        }
        for name in names:
            values = group.columns.get(name)
            flat = np.full(n * k, np.nan, np.float32) if values is None else np.asarray(values, np.float32).T.ravel()
            columns[name] = pa.array(flat, from_pandas=True)
        pieces.append(pa.table(columns))
    parquet.write_table(pa.concat_tables(pieces), folder / "epochs.parquet", row_group_size=ROWS_PER_GROUP)
