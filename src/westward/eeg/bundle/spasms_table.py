"""``spasms.parquet``: every candidate with the parts measured; near-misses have ``counted`` false."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from westward.eeg.events.cluster import Cluster, cluster_ids
from westward.eeg.events.spasm_gamma import SpasmGamma
from westward.eeg.events.spasms import Spasms


def write(
    folder: Path, spasms: Spasms, clusters: Sequence[Cluster], gamma: SpasmGamma | None, derivations: Sequence[str]
) -> None:
    """Write the table; NaN (not assessable) becomes null. Gamma is told of the derivation where it comes first."""
    import pyarrow as pa
    from pyarrow import parquet

    columns: dict[str, object] = {}
    for name, values in spasms.columns().items():
        if values.dtype == np.object_:
            columns[name] = pa.array([str(v) for v in values], pa.string())
        else:
            columns[name] = pa.array(values, from_pandas=True)
    ids = cluster_ids(clusters, len(spasms))
    columns["cluster_id"] = pa.array([str(i) or None for i in ids], pa.string())
    if gamma is not None:
        first = gamma.first_channel()
        lead = np.array([gamma.lead_s[k, c] if c >= 0 else np.nan for k, c in enumerate(first)], np.float32)
        columns["gamma_lead_s"] = pa.array(lead, from_pandas=True)
        columns["gamma_first"] = pa.array([derivations[c] if c >= 0 else None for c in first], pa.string())
    columns["reason"] = pa.array([spasms.reason(k) for k in range(len(spasms))], pa.string())
    parquet.write_table(pa.table(columns), folder / "spasms.parquet")
