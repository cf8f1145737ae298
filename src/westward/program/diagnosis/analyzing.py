"""One analysis from the queue to its stored result, with the engine in a process of its own."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from westward.program.acts import InvalidActError
from westward.program.diagnosis import files
from westward.program.diagnosis.actions.result import FailAnalysis, StoreResult
from westward.program.diagnosis.choices import AnalysisState, StudyState
from westward.program.diagnosis.inspecting import engine
from westward.program.diagnosis.models import Analysis, Study

BEAT_S = 2.0
"""How often the row says that the engine lives."""
SILENT_S = 60
"""Seconds without a word after which a run counts as lost (policy of ours)."""
LIMIT_S = 12 * 3600
"""Longest run (policy of ours)."""
ATTEMPTS = 2
"""How often a run that was lost without a word is begun by itself."""
KILLED = "the engine was stopped from outside before it was done"
LOST = "the analysis stopped without a word; the machine or the worker went down"


@task()
def analyze(key: int) -> None:
    """The job: one analysis by its key."""
    run(key)


def run(key: int) -> str:
    """Claim and run an analysis; returns its last state. Whoever comes second leaves it alone."""
    analysis = claim(key)
    if analysis is None:
        return ""
    recording, bundle = analysis.study.recording, bundle_of(analysis.study)
    failure = _drive(analysis, files.root() / recording.folder / recording.main, files.root() / bundle)
    with suppress(InvalidActError):  # withdrawn meanwhile: nothing is stored
        if failure:
            FailAnalysis(analysis=analysis, failure=failure).execute()
        else:
            summary = json.loads((files.root() / bundle / "summary.json").read_text("utf-8"))
            StoreResult(analysis=analysis, bundle=bundle, summary=summary).execute()
    analysis.refresh_from_db()
    return analysis.state


def claim(key: int) -> Analysis | None:
    """Take a waiting analysis; None if somebody has it, or it is not wanted any more."""
    now = timezone.now()
    with transaction.atomic():
        taken = Analysis.objects.filter(pk=key, state=AnalysisState.QUEUED).update(
            state=AnalysisState.RUNNING, started_at=now, heard_at=now, done=0, doing="starting"
        )
        if not taken:
            return None
        analysis = Analysis.objects.select_related("study__recording", "study__child").get(pk=key)
        moved = Study.objects.filter(pk=analysis.study_id, state=StudyState.WAITING).update(state=StudyState.ANALYZING)
        if not moved and analysis.study.state != StudyState.ANALYZING:
            Analysis.objects.filter(pk=key).update(state=AnalysisState.FAILED, failure="withdrawn", ended_at=now)
            return None
    return analysis


def bundle_of(study: Study) -> str:
    """Where the bundle of a study lies, relative to the folder of files; the same for every run."""
    return f"{files.BUNDLES}/study-{study.pk}-{Path(study.recording.folder).name[:8]}.westward"


def recover() -> int:
    """Begin again, or give up with a line, what was lost without a word; returns how many."""
    lost = Analysis.objects.filter(
        state=AnalysisState.RUNNING, heard_at__lt=timezone.now() - timedelta(seconds=SILENT_S)
    ).select_related("study__child")
    n = 0
    for analysis in lost:
        n += 1
        if analysis.attempt >= ATTEMPTS:
            with suppress(InvalidActError):
                FailAnalysis(analysis=analysis, failure=LOST).execute()
            continue
        with transaction.atomic():
            again = Analysis.objects.filter(
                pk=analysis.pk, state=AnalysisState.RUNNING, heard_at=analysis.heard_at
            ).update(state=AnalysisState.QUEUED, attempt=analysis.attempt + 1, done=0, doing="")
            if again:
                Study.objects.filter(pk=analysis.study_id, state=StudyState.ANALYZING).update(state=StudyState.WAITING)
                analyze.enqueue(analysis.pk)
    return n


def _drive(analysis: Analysis, path: Path, target: Path) -> str:
    """Run the engine and pass on how far it is; one line if it fails, else empty."""
    files.root().joinpath(files.BUNDLES).mkdir(parents=True, exist_ok=True, mode=0o700)
    with engine("analyze", str(path), str(target), str(analysis.age_d)) as process:
        return _follow(process, analysis)


def _follow(process: subprocess.Popen[str], analysis: Analysis) -> str:
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_listen, args=(process, lines), daemon=True).start()
    last: dict[str, Any] = {}
    began, told = time.monotonic(), 0.0
    while True:
        try:
            line = lines.get(timeout=BEAT_S)
        except queue.Empty:
            line = ""
        if line is None:
            break
        if line:
            last = _parse(line) or last
        if time.monotonic() - told >= BEAT_S:
            told = time.monotonic()
            if not _tell(analysis, last):
                _end(process)
                return "withdrawn"
        if time.monotonic() - began > LIMIT_S:
            _end(process)
            return f"the analysis took more than {LIMIT_S // 3600} hours and was stopped"
    code = process.wait()
    if code == 0:
        return ""
    if last.get("failed"):
        return str(last["failed"])[:500]
    return KILLED if code < 0 else "the engine broke on this recording"


def _listen(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    with suppress(ValueError):  # closed meanwhile: the run was given up
        for line in process.stdout or ():
            lines.put(line)
    lines.put(None)


def _parse(line: str) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(line)
    except ValueError:
        return {}
    return said


def _tell(analysis: Analysis, last: dict[str, Any]) -> bool:
    """Say that it lives and how far it is; False if the run is not wanted any more."""
    far = {"done": last["done"], "doing": str(last["doing"])[:100]} if "done" in last else {}
    return bool(
        Analysis.objects.filter(pk=analysis.pk, state=AnalysisState.RUNNING, attempt=analysis.attempt).update(
            heard_at=timezone.now(), **far
        )
    )


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
