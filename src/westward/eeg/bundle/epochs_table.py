"""``epochs.parquet``: one row per 30-s epoch and channel; derivations first, then electrodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from westward.eeg.bundle import row_groups
from westward.eeg.events.hypnogram import EPOCH_S, STATES


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
    row_groups.write(folder / "epochs.parquet", _pieces(state, groups))


def _pieces(state: NDArray[np.int8], groups: Sequence[Channels]) -> Iterator[dict[str, object]]:
    import pyarrow as pa

    names = list(dict.fromkeys(name for group in groups for name in group.columns))
    for group in groups:
        k = len(group.names)
        for some in row_groups.stretches(len(state), k):
            n = some.stop - some.start
            columns: dict[str, object] = {
                "start_s": np.repeat(np.arange(some.start, some.stop) * EPOCH_S, k),
                "duration_s": np.full(n * k, EPOCH_S),
                "channel": pa.array(list(group.names) * n, pa.string()),
                "state": pa.array([STATES[int(s)] for s in state[some] for _ in range(k)], pa.string()),
                "artifact_fraction": np.asarray(group.artifact_fraction[:, some], np.float32).T.ravel(),
            }
            for name in names:
                values = group.columns.get(name)
                flat = (
                    np.full(n * k, np.nan, np.float32)
                    if values is None
                    else np.asarray(values[:, some], np.float32).T.ravel()
                )
                columns[name] = pa.array(flat, from_pandas=True)
            yield columns
