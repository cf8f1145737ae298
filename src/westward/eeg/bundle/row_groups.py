"""Parquet tables written piece by piece: what is in memory is one piece, not the night."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROWS_PER_GROUP = 50_000


def write(path: Path, pieces: Iterable[Mapping[str, object]]) -> None:
    """Write one row group per piece.

    Parameters
    ----------
    pieces : iterable of mappings of column to array
        At least one, all with the same columns of the same types.
    """
    import pyarrow as pa
    from pyarrow import parquet

    writer = None
    try:
        for columns in pieces:
            table = pa.table(dict(columns))
            if writer is None:
                writer = parquet.ParquetWriter(path, table.schema)
            writer.write_table(table, row_group_size=max(len(table), 1))
    finally:
        if writer is not None:
            writer.close()
        pa.default_memory_pool().release_unused()


def stretches(n: int, rows_each: int) -> Iterator[slice]:
    """Cut ``n`` epochs of so many rows into pieces of about :data:`ROWS_PER_GROUP` rows; one empty piece of nothing."""
    step = max(1, ROWS_PER_GROUP // max(rows_each, 1))
    for first in range(0, max(n, 1), step):
        yield slice(first, min(first + step, n))
