"""The real recordings of the shared data as they are: candidates found where no spasms are known to be."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from acceptance.clips import DATA, as_edf
from acceptance.run import keep, kept_result
from westward.core.ages import days_from_months
from westward.core.errors import WestwardError
from westward.eeg.bundle.store import bundle_path
from westward.eeg.evaluate import found
from westward.eeg.evaluate.marks import CLUSTER, SPASM
from westward.eeg.recording.open import open_recording
from westward.eeg.study import StudyOptions, analyze_to_bundle

PATTERNS = (
    "clinical/*.edf", "clinical/*.bdf", "seizure/chb01/ictal/*.npy", "seizure/chb01/preictal_10s/*.npy",
    "formats/*.edf", "formats/*.bdf", "formats/nihon_kohden/*.EDF", "formats/dataset_layouts/*.edf",
)  # fmt: skip
NO_CLUSTERS = ("neonat", "chb")
"""Files of the neonate and of CHB-MIT must give no cluster."""
AGE_MONTHS = {"neonat": 1.0}
_OTHER_AGE_MONTHS = 12.0


@dataclass(frozen=True)
class RealFile:
    """One file, by its path below the folder of recordings."""

    path: str
    group: str = "realfiles"
    minutes: float = 5.0

    @property
    def name(self) -> str:
        """File name of the result."""
        return f"{self.group}-{self.path.replace('/', '_')}"

    @property
    def age_months(self) -> float:
        """Age given to the analysis, nominal."""
        return next((age for word, age in AGE_MONTHS.items() if word in self.path), _OTHER_AGE_MONTHS)

    @property
    def no_clusters(self) -> bool:
        """Whether the bar on clusters holds for it."""
        return any(word in self.path for word in NO_CLUSTERS)


def real_files() -> tuple[list[RealFile], list[str]]:
    """Every file there is; and what is left out and why."""
    paths = sorted({p for pattern in PATTERNS for p in DATA.glob(pattern) if p.is_file()})
    skipped = [] if paths else [f"real recordings: none below {DATA} (set WESTWARD_DATA)"]
    return [RealFile(p.relative_to(DATA).as_posix()) for p in paths], skipped


def run_file(file: RealFile, results: Path) -> dict[str, Any]:
    """Candidates of one file, from the results folder if they are there; a refusal is a result with its reason."""
    if (known := kept_result(file.name, results)) is not None:
        return known
    clock = time.monotonic()
    scratch = Path(tempfile.mkdtemp(prefix="westward-acceptance-"))
    try:
        result = {**asdict(file), "no_clusters": file.no_clusters, **_analyzed(file, scratch)}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    result["wall_s"] = round(time.monotonic() - clock, 1)
    keep(file.name, results, result)
    return result


def _analyzed(file: RealFile, scratch: Path) -> dict[str, Any]:
    path = DATA / file.path
    nothing: dict[str, Any] = {"duration_s": None, "usable_s": None, "n": None, "clusters": None, "with_emg": None}
    try:
        source = as_edf(path, scratch) if path.suffix == ".npy" else path
        bundle = bundle_path(scratch / source.name, scratch)
        options = StudyOptions(age_days=days_from_months(file.age_months), threads=1)
        with open_recording(source) as recording:
            analyze_to_bundle(recording, bundle, options)
    except WestwardError as error:
        return nothing | {"why": str(error).splitlines()[0].replace(str(DATA), "")}
    summary = json.loads((bundle / "summary.json").read_text("utf-8"))
    spasms = summary["spasms"]
    length = {"duration_s": summary["recording"]["duration_s"], "usable_s": summary["recording"]["assessed_s"]}
    if spasms is None:
        whys = [x["why"] for x in summary["not_assessable"] if x["what"] == "spasms"]
        return nothing | length | {"why": f"not assessable: {'; '.join(whys) or 'no reason given'}"}
    counted = [m for m in found.read(bundle).marks if m.counted]
    return length | {
        "n": sum(m.kind == SPASM for m in counted),
        "at_s": [round(m.onset_s, 2) for m in counted if m.kind == SPASM],
        "clusters": sum(m.kind == CLUSTER for m in counted),
        "near_misses": spasms["near_misses"],
        "with_emg": spasms["with_emg"],
        "why": "",
    }
