"""The mutation set: broken copies of real files, in batches, each batch a process with its own limits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.support import mutations

from acceptance.cases import seed_of
from acceptance.clips import DATA
from acceptance.run import keep, kept_result

PATTERNS = (
    "clinical/*", "formats/*.edf", "formats/*.bdf", "formats/nihon_kohden/*.EDF", "formats/dataset_layouts/*.edf",
    "malformed/duplicate*",
)  # fmt: skip
BATCH = 100
SECONDS_LIMIT, MEMORY_LIMIT_MB = float(mutations.SECONDS_LIMIT), mutations.MEMORY_LIMIT_BYTES / (1 << 20)
KEEPS_THE_RULE = frozenset({"error", "finding", "identical", "names", "start"})
"""An error, a finding, or the same samples at the same times from the start. ``names``: only a channel's name or unit
changed into another plausible one; ``start``: only the date or time of day: no header could tell, both are listed."""


@dataclass(frozen=True)
class MutationBatch:
    """One batch of mutations."""

    number: int
    seed: int
    size: int = BATCH
    group: str = "mutations"
    minutes: float = 0.0

    @property
    def name(self) -> str:
        """File name of the result."""
        return f"{self.group}-{self.number:03d}-{self.size}-{self.seed}"


def files() -> list[Path]:
    """The real files that are broken."""
    return sorted({p for pattern in PATTERNS for p in DATA.glob(pattern) if p.is_file()})


def batches(commit: str, total: int = 2000) -> list[MutationBatch]:
    """Enough batches for ``total`` mutations."""
    return [MutationBatch(k, seed_of(commit, "mutations", k)) for k in range(-(-total // BATCH))]


def run_batch(batch: MutationBatch, results: Path) -> dict[str, Any]:
    """Outcomes of one batch, from the results folder if they are there."""
    if (known := kept_result(batch.name, results)) is not None:
        return known
    outcomes, peak_mb = mutations.run(files(), number=batch.size, seed=batch.seed)
    result = {**asdict(batch), "peak_mb": peak_mb, "outcomes": [asdict(o) for o in outcomes]}
    keep(batch.name, results, result)
    return result
