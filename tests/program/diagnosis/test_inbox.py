"""The inbox folder: whole files are taken once, what fits one chart is put on it, the rest waits for a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from tests.program.diagnosis.support import a_child, a_site, looked

from westward.program.audit.models import Entry
from westward.program.diagnosis import files, inbox
from westward.program.diagnosis.inspecting import Inspected
from westward.program.diagnosis.models import Recording, Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(inbox, "folder", lambda: tmp_path / "inbox")
    monkeypatch.setattr(inbox, "inspect", lambda path: looked())
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def rounds(watch: inbox.Watch, *times: float) -> list[int]:
    return [inbox.look_in(now=at, watch=watch) for at in times]


def test_a_growing_file_waits_until_it_stands_still(box: Path) -> None:
    watch, file = inbox.Watch(), box / "night.edf"
    file.write_bytes(b"1")
    assert rounds(watch, 0, 5) == [0, 0]
    file.write_bytes(b"12")
    assert rounds(watch, 11, 20) == [0, 0]
    assert rounds(watch, 22, 40) == [1, 0]
    assert not file.exists()
    recording = Recording.objects.get()
    assert (recording.source, recording.size_bytes) == ("folder", 2)


def test_what_fits_exactly_one_chart_is_put_on_it_and_queued(box: Path) -> None:
    child = a_child()
    (box / "night.edf").write_bytes(b"1")
    rounds(inbox.Watch(), 0, 20)
    study = Study.objects.get()
    assert (study.child, study.state) == (child, "waiting")
    row = Entry.objects.get(verb="diagnosis.take_in")
    assert (row.actor, "Rivera" in row.detail) == ("system", False)


@pytest.mark.parametrize(
    "facts", [{"birth": None}, {"name": ""}, {"name": "Okafor Ada"}, {"birth": "2025-03-02"}, {"sex": "M"}]
)
def test_what_fits_none_is_unassigned(box: Path, monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any]) -> None:
    a_child()
    monkeypatch.setattr(inbox, "inspect", lambda path: looked(**facts))
    (box / "night.edf").write_bytes(b"1")
    rounds(inbox.Watch(), 0, 20)
    assert (Recording.objects.get().state, Study.objects.count()) == ("unassigned", 0)


def test_what_fits_two_charts_is_unassigned(box: Path) -> None:
    a_child(1)
    a_child(2, given_name="")
    (box / "night.edf").write_bytes(b"1")
    rounds(inbox.Watch(), 0, 20)
    assert Recording.objects.get().state == "unassigned"


def test_a_twin_is_attached_and_stopped(box: Path) -> None:
    a_child(1, multiple_birth=True)
    (box / "night.edf").write_bytes(b"1")
    rounds(inbox.Watch(), 0, 20)
    assert Study.objects.get().state == "stopped"


def test_what_cannot_be_read_is_kept_and_told(box: Path, monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    monkeypatch.setattr(inbox, "inspect", lambda path: Inspected(False, "ask for EDF"))
    (box / "night.erd").write_bytes(b"1")
    rounds(inbox.Watch(), 0, 20)
    recording = Recording.objects.get()
    assert (recording.readable, recording.unreadable_because) == (False, "ask for EDF")
    assert (media / recording.folder / recording.main).read_bytes() == b"1"


def test_the_same_file_again_is_taken_away_and_stored_once(box: Path, media: Path) -> None:
    watch = inbox.Watch()
    (box / "night.edf").write_bytes(b"1")
    rounds(watch, 0, 20)
    (box / "copy.edf").write_bytes(b"1")
    assert rounds(watch, 30, 50)[1] == 1
    assert not (box / "copy.edf").exists()
    assert Recording.objects.count() == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_a_subfolder_is_one_set_and_one_named_by_a_site_belongs_to_it(box: Path) -> None:
    site = a_site("north")
    a_site("south")
    (box / "north" / "night").mkdir(parents=True)
    for name in ("n.vhdr", "n.eeg", "n.vmrk"):
        (box / "north" / "night" / name).write_bytes(name.encode())
    watch = inbox.Watch()
    assert rounds(watch, 0, 20) == [0, 1]
    recording = Recording.objects.get()
    assert (recording.site, recording.n_files, recording.main) == (site, 3, "n.vhdr")
    assert (box / "north").is_dir()
    assert not (box / "north" / "night").exists()


def test_two_recordings_in_one_subfolder_stay_where_they_are(box: Path) -> None:
    (box / "mixed").mkdir()
    for name in ("a.edf", "b.edf"):
        (box / "mixed" / name).write_bytes(name.encode())
    assert rounds(inbox.Watch(), 0, 20, 40) == [0, 0, 0]
    assert (box / "mixed" / "a.edf").exists()
    assert inbox.left() == 1
    assert not Recording.objects.exists()


def test_hidden_and_partial_files_are_ignored(box: Path) -> None:
    for name in (".DS_Store", "night.edf.part", "night.tmp"):
        (box / name).write_bytes(b"1")
    assert rounds(inbox.Watch(), 0, 20, 40) == [0, 0, 0]


def test_a_link_is_never_followed(box: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.edf").write_bytes(b"1")
    (box / "night.edf").symlink_to(tmp_path / "secret.edf")
    assert rounds(inbox.Watch(), 0, 20) == [0, 0]
    assert (tmp_path / "secret.edf").exists()


def test_a_link_inside_a_set_is_never_followed(box: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"secret")
    (box / "night").mkdir()
    (box / "night" / "night.edf").write_bytes(b"1")
    (box / "night" / "more.dat").symlink_to(tmp_path / "elsewhere")
    rounds(inbox.Watch(), 0, 20)
    assert Recording.objects.get().n_files == 1
    assert (tmp_path / "elsewhere").read_bytes() == b"secret"


def test_a_file_that_may_not_be_read_holds_no_other_up(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, watch = Path.open, inbox.Watch()

    def refusing(path: Path, *more: Any, **named: Any) -> Any:
        if path.name == "a.edf":
            raise PermissionError(13, "Permission denied")
        return opened(path, *more, **named)

    for name in ("a.edf", "b.edf"):
        (box / name).write_bytes(name.encode())
    monkeypatch.setattr(Path, "open", refusing)
    assert rounds(watch, 0, 20) == [0, 1]
    assert [one.original_name for one in Recording.objects.all()] == ["b.edf"]
    assert (box / "a.edf").exists()


def test_what_came_while_the_disk_was_full_is_taken_when_there_is_room(
    box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = inbox.Watch()
    (box / "night.edf").write_bytes(b"1")
    with monkeypatch.context() as full:
        full.setattr(files, "SPARE_BYTES", 1 << 60)
        assert rounds(watch, 0, 20) == [0, 0]
    assert (box / "night.edf").exists()
    assert rounds(watch, 25) == [1]


def test_the_inbox_lies_in_the_data_folder() -> None:
    assert inbox.folder() == Path(live.FOLDER.path) / "inbox"
