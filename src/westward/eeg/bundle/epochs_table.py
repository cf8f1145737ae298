"""``epochs.parquet``: one row per 30-s epoch and derivation."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.hypnogram import EPOCH_S, STATES

ROWS_PER_GROUP = 50_000


def write(
    folder: Path,
    *,
    state: NDArray[np.int8],
    artifact_fraction: NDArray[np.floating],
    channels: Sequence[str],
    per_second: Mapping[str, NDArray[np.float32]],
) -> None:
    """Write the table.

    Parameters
    ----------
    state : int8 array, shape (n_epochs,)
    artifact_fraction : float array, shape (n_channels, n_epochs)
        Share of seconds in which this derivation cannot be used.
    channels : sequence of str
        Rows of each entry of ``per_second``.
    per_second : mapping of name to float32 array, shape (n_channels, n_seconds)
        Written as ``<name>_median`` and ``<name>_p95`` over the seconds of the epoch, NaN ignored.
    """
    import pyarrow as pa
    from pyarrow import parquet

    n_epochs, n_channels = len(state), len(channels)
    length = int(EPOCH_S)
    columns: dict[str, object] = {
        "start_s": np.repeat(np.arange(n_epochs) * EPOCH_S, n_channels),
        "duration_s": np.full(n_epochs * n_channels, EPOCH_S),
        "channel": pa.array(list(channels) * n_epochs, pa.string()),
        "state": pa.array([STATES[int(s)] for s in state for _ in channels], pa.string()),
        "artifact_fraction": np.asarray(artifact_fraction, np.float32).T.ravel(),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for name, values in per_second.items():
            cut = values[:, : n_epochs * length].reshape(n_channels, n_epochs, length)
            for suffix, quantile in (("median", 50), ("p95", 95)):
                cells = np.nanpercentile(cut, quantile, axis=2) if cut.size else np.zeros((n_channels, n_epochs))
                columns[f"{name}_{suffix}"] = pa.array(cells.T.ravel().astype(np.float32), from_pandas=True)
    parquet.write_table(pa.table(columns), folder / "epochs.parquet", row_group_size=ROWS_PER_GROUP)
