"""Films that no entry points to are removed after their time, and nothing else ever is."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from tests.program.followup.test_films import kept, media, send, told  # noqa: F401  the folder of films is a fixture
from tests.program.followup.test_followup import mother
from tests.program.treatment import scene

from westward.evidence.loader import load
from westward.program.audit.models import Entry
from westward.program.followup.models import DiaryEntry
from westward.program.followup.sweeping import VERB, sweep
from westward.program.shell import ticks

pytestmark = pytest.mark.django_db
HOURS = load("diary").number("clip.orphan_h")


def orphan(media: Path, hours: float, name: str = "lost.mp4") -> Path:  # noqa: F811
    (media / "diary").mkdir(exist_ok=True)
    path = media / "diary" / name
    path.write_bytes(b"x")
    _age(path, hours)
    return path


def _age(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def test_an_orphan_goes_after_its_time_and_the_sweep_is_logged(media: Path) -> None:  # noqa: F811
    young, old = orphan(media, HOURS - 0.1, "young.mp4"), orphan(media, HOURS + 0.1)
    assert sweep() == 1
    assert young.exists()
    assert not old.exists()
    row = Entry.objects.get(verb=VERB)
    assert (row.actor, row.target) == ("system", "diary:films")
    assert row.detail.replace(" ", "") == '{"removed":1}'
    assert "mp4" not in row.detail


def test_a_film_of_an_entry_stays_whatever_its_age(media: Path) -> None:  # noqa: F811
    child = scene.child()
    user = mother(child)
    one = told(child, user)
    assert send(user, child, one.client_id).status_code == 200
    (path,) = kept(media)
    _age(path, HOURS * 100)
    assert sweep() == 0
    DiaryEntry.objects.update(withdrawn_at=one.written_at)
    assert sweep() == 0, "a withdrawn entry keeps its film"
    assert path.exists()
    assert not Entry.objects.filter(verb=VERB).exists(), "a sweep that removes nothing says nothing"


def test_other_folders_are_not_touched(media: Path) -> None:  # noqa: F811
    (media / "referral").mkdir()
    other = media / "referral" / "lost.mp4"
    other.write_bytes(b"x")
    _age(other, HOURS * 100)
    assert sweep() == 0
    assert other.exists()


def test_without_a_folder_there_is_nothing_to_sweep(media: Path) -> None:  # noqa: F811
    assert sweep() == 0


def test_the_worker_sweeps(media: Path) -> None:  # noqa: F811
    assert "followup.sweep" in ticks._TICKS
    path = orphan(media, HOURS + 1)
    ticks._TICKS["followup.sweep"].do()
    assert not path.exists()
