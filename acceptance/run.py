"""Make, analyze and compare one case; its result is kept, so a run can be resumed."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from acceptance.cases import Case
from acceptance.score import compare
from westward.core.ages import days_from_months
from westward.eeg.bundle.store import bundle_path
from westward.eeg.recording.open import open_recording
from westward.eeg.simulate.generate import simulate
from westward.eeg.study import StudyOptions, analyze_to_bundle


def run_case(case: Case, results: Path) -> dict[str, Any]:
    """The result of one case, from the results folder if it is there."""
    kept = results / f"{case.name}.json"
    if kept.exists():
        return dict(json.loads(kept.read_text("utf-8")))
    results.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="westward-acceptance-"))
    try:
        paths = simulate(
            case.scenario,
            age_months=case.age_months,
            minutes=case.minutes,
            seed=case.seed,
            out_dir=scratch,
            threads=1,
        )
        bundle = bundle_path(paths.edf, scratch)
        with open_recording(paths.edf) as recording:
            analyze_to_bundle(
                recording, bundle, StudyOptions(age_days=days_from_months(case.age_months), threads=1)
            )
        result = {**asdict(case), **compare(paths.truth, bundle)}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    temporary = kept.with_suffix(".tmp")
    temporary.write_text(json.dumps(result), "utf-8")
    temporary.replace(kept)
    return result
