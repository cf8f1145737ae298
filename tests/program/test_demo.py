"""The demo: made by acts, open without a password in a marked folder alone, and never anywhere else."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from westward.care.diet import meal, read_foods
from westward.cli import main
from westward.core.errors import RefusedError
from westward.program.accounts.models import Site, User
from westward.program.audit.queries import walk
from westward.program.demo import marker, play, story
from westward.program.demo.cast import ACCOUNTS, CHILDREN, LATE
from westward.program.demo.eegs import Recorder
from westward.program.demo.stage import Stage
from westward.program.demo.stories import decision
from westward.program.folder import DataFolder
from westward.program.journey import collect
from westward.program.journey.board import overdue, silent
from westward.program.journey.models import Standing
from westward.program.letters.blocks import Block, Shape, Slot, gap
from westward.program.letters.models import Letter
from westward.program.people.models import Child
from westward.program.people.reading import having, one_reading
from westward.program.referral.calendar import unsettled
from westward.program.referral.choices import AppointmentState
from westward.program.referral.late import late as late_list
from westward.program.referral.models import Appointment, Referral
from westward.program.treatment import foods

TODAY = date(2026, 12, 1)


def test_a_folder_that_is_no_demo_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "charts").write_text("of a clinic")
    with pytest.raises(RefusedError, match="no demo"):
        marker.clear(DataFolder(tmp_path), today=TODAY, fresh=True)
    assert [path.name for path in tmp_path.iterdir()] == ["charts"]
    (tmp_path / "demo.json").write_text("{}")
    with pytest.raises(RefusedError, match="no marker"):
        marker.clear(DataFolder(tmp_path), today=TODAY, fresh=True)
    assert (tmp_path / "charts").exists()


def test_a_finished_demo_is_kept_and_a_half_made_one_is_made_anew(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "demo")
    assert marker.clear(folder, today=TODAY, fresh=False)
    (folder.path / "half").write_text("")
    assert marker.clear(folder, today=TODAY, fresh=False)
    assert not (folder.path / "half").exists()
    marker.Marker(made="2026-12-01", finished=True).write(folder)
    (folder.path / "mine").write_text("")
    assert not marker.clear(folder, today=TODAY, fresh=False)
    assert (folder.path / "mine").exists()
    assert marker.clear(folder, today=TODAY, fresh=True)
    assert not (folder.path / "mine").exists()


def test_a_folder_that_was_half_emptied_is_a_demo_still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = DataFolder(tmp_path / "demo")
    marker.clear(folder, today=TODAY, fresh=False)
    marker.Marker(made="2026-12-01", finished=True).write(folder)
    (folder.files / "recording").write_text("")

    def interrupted(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", interrupted)
        with pytest.raises(KeyboardInterrupt):
            marker.clear(folder, today=TODAY, fresh=True)
    assert (folder.files / "recording").exists()
    assert marker.clear(folder, today=TODAY, fresh=True)
    assert not (folder.files / "recording").exists()


def test_the_settings_of_a_demo_load_in_no_other_folder(tmp_path: Path) -> None:
    def load() -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "WESTWARD_FOLDER": str(tmp_path), "WESTWARD_DATABASE": ""}
        code = "import westward.program.demo.settings as s; print(s.ROOT_URLCONF)"
        return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)

    assert "is no demo" in load().stderr
    marker.Marker(made="2026-12-01", finished=True).write(DataFolder(tmp_path))
    assert load().stdout.strip() == "westward.program.demo.urls"


def test_serve_refuses_a_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    marker.clear(DataFolder(tmp_path / "demo"), today=TODAY, fresh=False)
    assert main(["serve", "--data", str(tmp_path / "demo")]) == 1
    assert "holds a demo" in capsys.readouterr().err


def test_a_demo_refuses_a_database_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WESTWARD_DATABASE", "postgresql://x@localhost/x")
    assert main(["demo", "--data", str(tmp_path / "demo")]) == 1
    assert "unset WESTWARD_DATABASE" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_the_program_itself_knows_no_sign_in_without_a_password() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("demo")
    assert Client().get("/demo/").status_code == 404
    assert Client().post("/demo/sign-in/coordinator/").status_code == 404


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """The story is told once for this module, in a transaction that is undone."""
    said: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic():
        story.play(say=said.append, eegs=False)
        yield said
        transaction.set_rollback(True)


@pytest.fixture
def demo(told: list[str], db: Any) -> Iterator[list[str]]:
    templates = [{**settings.TEMPLATES[0], "DIRS": [Path(story.__file__).with_name("templates")]}]
    with override_settings(ROOT_URLCONF="westward.program.demo.urls", DEMO=True, TEMPLATES=templates):
        yield told


def test_every_role_signs_in_by_a_button(demo: list[str]) -> None:
    page = Client().get("/demo/").content.decode()
    for one in ACCOUNTS:
        client = Client()
        assert reverse("demo-sign-in", args=[one.username]) in page
        assert client.post(f"/demo/sign-in/{one.username}/").status_code == 302
        assert client.get("/api/me").json()["name"] == one.name
        assert is_mfa_enabled(User.objects.get(username=one.username)) is (one.role != "caregiver")


def test_nobody_else_signs_in_and_nobody_from_elsewhere(demo: list[str]) -> None:
    User.objects.make("stranger", name="Stranger")
    assert Client().post("/demo/sign-in/stranger/").status_code == 404
    assert Client(REMOTE_ADDR="192.0.2.7").post("/demo/sign-in/coordinator/").status_code == 403
    assert Client().get("/demo/sign-in/coordinator/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/demo/sign-in/coordinator/").status_code == 403
    assert "_auth_user_id" not in Client().session


def test_everything_in_it_is_marked_as_simulated_and_was_audited(demo: list[str]) -> None:
    assert Referral.objects.count() >= len(CHILDREN) - 3
    assert not Referral.objects.filter(simulated=False).exists()
    assert Child.objects.count() >= 30
    assert not Child.objects.filter(simulated=False).exists()
    assert walk().whole
    assert walk().rows >= Referral.objects.count() + Child.objects.count()


def test_nothing_that_is_over_waits_to_be_closed(demo: list[str]) -> None:
    assert not unsettled(timezone.now()).exists()
    assert set(Appointment.objects.values_list("state", flat=True)) == set(AppointmentState.values)
    sent = Letter.objects.filter(state="signed")
    assert sent.count() >= 40
    assert all(letter.dispatches.filter(confirmed_at__isnull=False).exists() for letter in sent)


def test_the_board_is_that_of_a_program_that_is_run_well(demo: list[str]) -> None:
    rows, now = Standing.objects.exclude(silent(timezone.localdate())).select_related("child"), timezone.now()
    late = {row.child.name for row in rows.filter(overdue(now))}
    assert late <= set(LATE)
    assert 3 <= len(late) < rows.count() / 3
    shown = {row.name for row in late_list(User.objects.get(username="coordinator"), now=now) if row.child}
    assert shown == late


@pytest.mark.parametrize("hours", range(0, 24 * 7, 5))
def test_it_can_be_made_at_any_hour_of_any_weekday(hours: int) -> None:
    moment = timezone.localtime().replace(hour=0, minute=25) + timedelta(hours=hours)
    begins = story.week_on_duty(moment)
    assert (begins.weekday(), begins.hour, begins.minute) == (0, 8, 0)
    assert begins <= moment < begins + timedelta(days=7)
    stage = Stage(today=moment, site=Site(), people={}, recorder=Recorder(Path(), on=False, say=print))
    weighed = stage.earlier_today(0.2)
    assert timezone.localdate(weighed) == timezone.localdate(moment)
    assert timedelta(0) <= moment - weighed <= timedelta(days=0.2)


def test_apps_whose_tables_hold_nothing_of_a_child_have_nothing_to_tell(demo: list[str]) -> None:
    keys, now = list(Child.objects.order_by("pk").values_list("pk", flat=True)), timezone.now()

    def all_told() -> tuple[Any, ...]:
        return collect.facts(keys), collect.next_acts(keys, now=now), collect.lines(keys), collect.conditions(keys)

    asked_of_all = all_told()
    with one_reading():
        assert any(
            len(having(teller.TABLES, keys)) < len(keys) for teller in collect.tellers() if hasattr(teller, "TABLES")
        )
        assert all_told() == asked_of_all


def test_whom_is_told_as_late_is_a_child_of_the_cast() -> None:
    assert set(LATE) <= {f"{child.given} {child.family}" for child in CHILDREN}


def test_a_gap_in_a_steroid_card_costs_no_other_word_of_it() -> None:
    lines = ("Steroid card: carried until spring.", f"Fever: stress dose {gap('by the site')}, and a call.")
    block = Block(slot=Slot.MORE, heading="Stress dose", shape=Shape.LIST, lines=lines, sources=("plan:1",))
    told = decision._written("treatment_start", block)
    assert told == f"{lines[0]}\nFever: stress dose {decision.RULE}, and a call."


def test_an_escalated_referral_was_told_to_the_back_up(demo: list[str]) -> None:
    hazel = Referral.objects.get(family_name="Hawthorn")
    assert [step.to.username for step in hazel.escalations.all() if step.to] == ["nurse"]
    assert [(one.to.username, one.step) for one in hazel.notices.all()] == [("coordinator", 0), ("nurse", 1)]


def test_a_meal_of_three_to_one_can_be_made_of_the_simulated_foods(tmp_path: Path) -> None:
    """Every food says that it is none; cream, egg, oil and berries make a fifth of the diet of the cast."""
    folder = DataFolder(tmp_path)
    play.put_foods(folder)
    table = read_foods((folder.path / foods.NAME).read_text("utf-8"))
    assert all(one.name.startswith("SIMULATED") and "no real food" in one.source for one in table.values())
    oil, cream, egg, berry = (f"SIMULATED {one}" for one in ("comet oil", "moon cream", "star egg", "nebula berry"))
    held = meal({oil: 2000, cream: 27_000, egg: 12_000, berry: 14_000}, table)
    assert held.ratio is not None
    assert 2.8 < float(held.ratio) < 3.3
    assert 110 < float(held.kcal) < 145


@pytest.mark.skipif(bool(os.environ.get("WESTWARD_TEST_POSTGRESQL")), reason="the demo stands on SQLite")
def test_the_command_makes_it_answers_once_and_leaves(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = str(free.getsockname()[1])
    options = ["--data", str(tmp_path / "demo"), "--port", port, "--without-eegs"]
    command = [sys.executable, "-m", "westward", "demo", *options]
    environment = {**os.environ, "WESTWARD_DEMO_ONCE": "1", "WESTWARD_DATABASE": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    assert f"http://localhost:{port}/demo/" in done.stdout
    assert done.stderr == ""
    assert json.loads((tmp_path / "demo" / "demo.json").read_text())["finished"] is True
    assert (tmp_path / "demo" / foods.NAME).is_file()
