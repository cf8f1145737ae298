"""Make, analyze and compare one case; its result is kept, so a run can be resumed."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from acceptance.cases import Made
from acceptance.score import compare
from westward.core.ages import days_from_months
from westward.core.files import replacing
from westward.eeg.bundle.store import bundle_path
from westward.eeg.recording.open import open_recording
from westward.eeg.study import StudyOptions, analyze_to_bundle


def kept_result(name: str, results: Path) -> dict[str, Any] | None:
    """The result of an earlier run, if there is one."""
    kept = results / f"{name}.json"
    return dict(json.loads(kept.read_text("utf-8"))) if kept.exists() else None


def kept_set(group: str, folder: Path) -> list[dict[str, Any]]:
    """All results of a set in a folder, whatever it was asked for."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob(f"{group}-*.json"))]


def latest_other(group: str, results: Path, tested: str) -> Path | None:
    """The folder, named after its commit, of the newest results of a set that are not of the commit under test."""
    newest = {
        folder: max((p.stat().st_mtime for p in folder.glob(f"{group}-*.json")), default=0.0)
        for folder in (results.iterdir() if results.is_dir() else ())
        if folder.is_dir() and folder.name != tested
    }
    best = max(newest, key=lambda folder: newest[folder], default=None)
    return best if best is not None and newest[best] > 0 else None


def keep(name: str, results: Path, result: dict[str, Any]) -> None:
    """Store a result: whole or not at all."""
    results.mkdir(parents=True, exist_ok=True)
    with replacing(results / f"{name}.json") as beside:
        beside.write_text(json.dumps(result), "utf-8")


def run_case(case: Made, results: Path) -> dict[str, Any]:
    """The result of one case, from the results folder if it is there."""
    if (known := kept_result(case.name, results)) is not None:
        return known
    clock = time.monotonic()
    scratch = Path(tempfile.mkdtemp(prefix="westward-acceptance-"))
    try:
        paths = case.make(scratch)
        bundle = bundle_path(paths.edf, scratch)
        options = StudyOptions(age_days=days_from_months(case.age_months), threads=1)
        with open_recording(paths.edf) as recording:
            analyze_to_bundle(recording, bundle, options)
        result = {**asdict(case), **compare(paths.truth, bundle), "wall_s": round(time.monotonic() - clock, 1)}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    keep(case.name, results, result)
    return result
