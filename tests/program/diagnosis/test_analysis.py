"""The engine in its own process: what happens when it is killed, breaks, runs twice or is not wanted any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.program.diagnosis.support import a_child, a_study, by, person
from tests.program.staff import signed_in

from westward.program.audit.models import Entry
from westward.program.diagnosis import analyzing
from westward.program.diagnosis.actions.analysis import AskAnalysis
from westward.program.diagnosis.actions.identity import withdraw
from westward.program.diagnosis.actions.result import FailAnalysis, StoreResult
from westward.program.diagnosis.inspecting import engine, inspect
from westward.program.diagnosis.models import Analysis, EngineResult, Study

pytestmark = pytest.mark.django_db


def waiting(study: Study, **fields: Any) -> Analysis:
    given = {"age_d": 218, "age_why": "term", "asked_at": timezone.now()}
    return Analysis.objects.create(study=study, **(given | fields))


def stub(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a script in the place of the engine."""

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", script, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    monkeypatch.setattr(analyzing, "engine", start)


def run(study: Study) -> Analysis:
    analysis = waiting(study)
    analyzing.run(analysis.pk)
    analysis.refresh_from_db()
    study.refresh_from_db()
    return analysis


def test_a_killed_engine_fails_in_one_line_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    child, doctor = a_child(), person("d", "physician")
    study = a_study(child, state="waiting")
    stub(monkeypatch, "import os; os.kill(os.getpid(), 9)")
    analysis = run(study)
    assert (analysis.state, study.state, analysis.failure) == ("failed", "failed", analyzing.KILLED)
    page = signed_in(doctor).get(f"/children/{child.pk}/eeg/studies/{study.pk}/").content.decode()
    assert analyzing.KILLED in page
    assert "Try again" in page
    AskAnalysis(**by(doctor), child=child, study=study).execute()
    study.refresh_from_db()
    assert (study.state, study.analyses.count()) == ("waiting", 2)


def test_what_the_engine_says_of_a_broken_file_is_shown(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    stub(monkeypatch, "import json; print(json.dumps({'failed': 'only 3 bytes'})); raise SystemExit(1)")
    assert run(a_study(a_child(), state="waiting")).failure == "only 3 bytes"


def test_an_engine_that_dies_without_words_is_told(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    stub(monkeypatch, "raise SystemExit(7)")
    assert "broke" in run(a_study(a_child(), state="waiting")).failure


def test_noise_on_its_output_breaks_nothing(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    stub(monkeypatch, "print('library says hello'); print('{'); raise SystemExit(1)")
    assert run(a_study(a_child(), state="waiting")).state == "failed"


def test_progress_is_written_while_it_runs(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    monkeypatch.setattr(analyzing, "BEAT_S", 0.0)
    script = "import json\nprint(json.dumps({'done':0.4,'doing':'reading the EEG'}), flush=True);raise SystemExit(1)"
    stub(monkeypatch, script)
    analysis = run(a_study(a_child(), state="waiting"))
    assert (analysis.doing, analysis.done) == ("reading the EEG", 0.4)


def test_two_workers_run_it_once(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    analysis = waiting(a_study(a_child(), state="waiting"))
    assert analyzing.claim(analysis.pk) is not None
    assert analyzing.claim(analysis.pk) is None
    assert analyzing.run(analysis.pk) == ""


def test_a_run_lost_without_a_word_begins_again_once_and_then_fails(media: Path) -> None:
    from django_tasks_db.models import DBTaskResult

    study = a_study(a_child(), state="analyzing")
    lost = timezone.now() - timedelta(seconds=analyzing.SILENT_S + 5)
    analysis = waiting(study, state="running", heard_at=lost)
    assert analyzing.recover() == 1
    analysis.refresh_from_db()
    study.refresh_from_db()
    assert (analysis.state, analysis.attempt, study.state) == ("queued", 2, "waiting")
    assert DBTaskResult.objects.count() == 1
    Analysis.objects.filter(pk=analysis.pk).update(state="running", heard_at=lost)
    Study.objects.filter(pk=study.pk).update(state="analyzing")
    analyzing.recover()
    analysis.refresh_from_db()
    study.refresh_from_db()
    assert (analysis.state, analysis.failure, study.state) == ("failed", analyzing.LOST, "failed")


def test_a_run_that_lives_is_left_alone(media: Path) -> None:
    waiting(a_study(a_child(), state="analyzing"), state="running", heard_at=timezone.now())
    assert analyzing.recover() == 0


def test_a_study_withdrawn_meanwhile_ends_the_run_and_stores_nothing(
    monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    monkeypatch.setattr(analyzing, "BEAT_S", 0.05)
    study = a_study(a_child(), state="waiting")
    stub(monkeypatch, "import time; time.sleep(60)")
    told = analyzing._tell

    def withdrawn(analysis: Analysis, last: dict[str, Any]) -> bool:
        withdraw(Study.objects.get(pk=study.pk))
        return told(analysis, last)

    monkeypatch.setattr(analyzing, "_tell", withdrawn)
    began = time.monotonic()
    analysis = run(study)
    assert time.monotonic() - began < 20
    assert (analysis.failure, study.state) == ("withdrawn from this chart", "withdrawn")
    assert not EngineResult.objects.exists()


SUMMARY = {
    "based": {"score": None, "rule": None, "sentence": "Not graded."}, "spasms": None,
    "states": {"nrem": None, "rem": None},
    "not_assessable": [{"what": "grade", "why": "no EEG"}], "warnings": [], "provenance": {"version": "0.1.0"},
}  # fmt: skip


def stored(study: Study, media: Path, summary: dict[str, Any]) -> EngineResult:
    (media / "bundles/x").mkdir(parents=True, exist_ok=True)
    (media / "bundles/x/summary.json").write_text("{}")
    analysis = waiting(study, state="running")
    StoreResult(analysis=analysis, bundle="bundles/x", summary=summary).execute()
    return EngineResult.objects.get(analysis=analysis)


def test_what_was_not_assessed_is_none_never_zero(media: Path) -> None:
    study = a_study(a_child(), state="analyzing")
    result = stored(study, media, SUMMARY)
    assert (result.score, result.spasms, result.clusters, result.sleep_min) == (None, None, None, None)
    study.refresh_from_db()
    assert (study.state, study.urgent_suggested) == ("analyzed", False)


def test_a_later_result_never_moves_a_study_down_the_queue(media: Path) -> None:
    study = a_study(a_child(), state="analyzing")
    stored(study, media, SUMMARY | {"spasms": {"n": 5, "n_clusters": 1, "n_likely_clusters": 1}})
    stored(study, media, SUMMARY | {"spasms": {"n": 3, "n_clusters": 1, "n_likely_clusters": 0}})
    study.refresh_from_db()
    assert study.urgent_suggested


def test_a_possible_cluster_suggests_no_urgent_read(media: Path) -> None:
    study = a_study(a_child(), state="analyzing")
    stored(study, media, SUMMARY | {"spasms": {"n": 3, "n_clusters": 1, "n_likely_clusters": 0}})
    study.refresh_from_db()
    assert not study.urgent_suggested


def test_the_audit_row_of_a_result_holds_no_figure(media: Path) -> None:
    stored(a_study(a_child(), state="analyzing"), media, SUMMARY | {"spasms": {"n": 4242, "n_clusters": 31}})
    row = Entry.objects.get(verb="diagnosis.store_result")
    assert (row.actor, row.outcome) == ("system", "done")
    assert "4242" not in row.detail


def test_only_the_program_stores_results() -> None:
    from westward.program.accounts.actions.base import who
    from westward.program.acts import NotAllowedError

    analysis = waiting(a_study(a_child(), state="analyzing"), state="running")
    with pytest.raises(NotAllowedError):
        FailAnalysis(who=who(person("d", "physician")), analysis=analysis, failure="x").execute()


def test_the_real_engine_is_killed_and_leaves_no_bundle(edf: Path, tmp_path: Path) -> None:
    target = tmp_path / "study.westward"
    with engine("analyze", str(edf), str(target), "218") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert not target.exists()
    assert all(path.name.startswith(".") for path in tmp_path.iterdir())


def test_the_engine_leaves_when_whoever_started_it_is_gone(edf: Path, tmp_path: Path) -> None:
    process = engine("analyze", str(edf), str(tmp_path / "study.westward"), "218")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    process.stdin.close()
    timer = threading.Timer(20, process.kill)
    timer.start()
    assert process.wait() == 3
    timer.cancel()
    process.stdout.close()


def test_a_header_is_read_in_a_process_of_its_own(edf: Path, tmp_path: Path) -> None:
    found = inspect(edf)
    assert found.readable
    assert (found.header.name, found.header.code, found.header.sex) == ("Rivera Ana", "77", "F")
    assert (str(found.header.birth), str(found.header.recorded)) == ("2025-03-01", "2025-10-05")
    assert (found.facts["limb_emg"], found.facts["simulated"]) == (True, True)
    broken = tmp_path / "broken.edf"
    broken.write_bytes(os.urandom(2000))
    assert not inspect(broken).readable
    assert inspect(broken).why
