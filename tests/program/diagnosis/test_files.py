"""Recordings on disk: streamed with their hash, kept unchanged, nothing half-written."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload
from django.test import RequestFactory
from tests.program.diagnosis.support import a_child, looked, person, rewritten
from tests.program.staff import by, signed_in

from westward.core.digest import sha256_of
from westward.core.errors import InputError
from westward.program.acts import InvalidActError
from westward.program.diagnosis import files, receiving
from westward.program.diagnosis.actions.attach import AttachUpload, with_file
from westward.program.diagnosis.models import Recording, Study

pytestmark = pytest.mark.django_db


def empty(folder: Path) -> bool:
    return not any(path.is_file() for path in folder.rglob("*"))


def dropped(tmp_path: Path, name: str = "a.edf", data: bytes = b"x" * 3000) -> files.Arrival:
    source = tmp_path / name
    source.write_bytes(data)
    return files.copy_in([source])


def test_a_file_alone_loses_its_name_and_keeps_its_bytes(tmp_path: Path, media: Path) -> None:
    arrival = dropped(tmp_path, "Rivera Ana 2025.EDF")
    assert (arrival.main, arrival.original_name) == ("recording.edf", "Rivera Ana 2025.EDF")
    assert arrival.sha256 == hashlib.sha256(b"x" * 3000).hexdigest() == sha256_of(arrival.path)
    assert oct(arrival.path.stat().st_mode)[-3:] == "600"
    assert oct(arrival.folder.stat().st_mode)[-3:] == "700"


def test_a_set_keeps_its_names_and_has_one_hash_in_any_order(tmp_path: Path, media: Path) -> None:
    for name, data in (("n1.vhdr", b"head"), ("n1.eeg", b"data"), ("n1.vmrk", b"marks")):
        (tmp_path / name).write_bytes(data)
    one = files.copy_in([tmp_path / "n1.vhdr", tmp_path / "n1.eeg", tmp_path / "n1.vmrk"])
    two = files.copy_in([tmp_path / "n1.vmrk", tmp_path / "n1.vhdr", tmp_path / "n1.eeg"])
    assert one.main == "n1.vhdr"
    assert one.sha256 == two.sha256


def test_files_that_are_not_one_set_are_refused_and_nothing_stays(tmp_path: Path, media: Path) -> None:
    for name in ("a.edf", "b.edf"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match="one recording at a time"):
        files.copy_in([tmp_path / "a.edf", tmp_path / "b.edf"])
    assert empty(media)


@pytest.mark.parametrize("name", ["", ".hidden", "a\0b", "a:b", "x" * 151, "bell\x07"])
def test_names_that_cannot_be_kept(name: str) -> None:
    with pytest.raises(InputError, match="cannot be kept"):
        files.check_name(name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\data\\night.eeg", "/abs/night.eeg"])
def test_a_path_is_cut_to_its_last_part(name: str) -> None:
    assert files.check_name(name) in ("passwd", "night.eeg")


def test_a_full_disk_leaves_nothing(tmp_path: Path, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.DiskFullError, match="No space left"):
        dropped(tmp_path)
    monkeypatch.setattr(os, "fsync", real)
    assert empty(media)


def test_what_cannot_fit_is_refused_before_a_byte_is_written(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SPARE_BYTES", 1 << 60)
    with pytest.raises(files.DiskFullError, match="no room"):
        files.check_room(1)


def test_a_recording_that_is_too_large_is_refused(tmp_path: Path, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    with pytest.raises(InputError, match="larger than"):
        dropped(tmp_path)
    assert empty(media)


def upload_handler() -> receiving.RecordingHandler:
    return receiving.listen(RequestFactory().post("/"))


def begin(handler: receiving.RecordingHandler, name: str = "night.edf") -> None:
    handler.new_file("recording", name, "application/octet-stream", None, None, None)


def test_an_interrupted_upload_leaves_nothing(media: Path) -> None:
    handler = upload_handler()
    begin(handler)
    handler.receive_data_chunk(b"half of it", 0)
    assert not empty(media)
    handler.upload_interrupted()
    assert empty(media)


def test_a_disk_that_fills_while_an_upload_comes_stops_it_with_one_line(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = upload_handler()
    begin(handler)

    def full(self: Any, data: bytes) -> None:
        raise files.full(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    monkeypatch.setattr(files.Writer, "write", full)
    with pytest.raises(StopUpload):
        handler.receive_data_chunk(b"x", 0)
    assert "No space left" in handler.problem
    assert empty(media)


def test_what_never_came_in_whole_is_swept_after_a_day(media: Path) -> None:
    _, folder = files.fresh_folder()
    assert files.sweep() == 0
    bundles = media / "bundles"
    for name in (".study-1.westward-x", "study-1.westward"):
        (bundles / name).mkdir(parents=True)
    assert files.sweep(now=folder.stat().st_mtime + files.STALE_S + 60) == 2
    assert not folder.exists()
    assert [path.name for path in bundles.iterdir()] == ["study-1.westward"]


def test_a_row_that_is_not_stored_takes_its_file_back(tmp_path: Path, media: Path) -> None:
    arrival = dropped(tmp_path)
    there = []

    def fail() -> None:
        there.extend(media.rglob("recordings/*/recording.edf"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        with_file(arrival, fail)
    assert len(there) == 1
    assert empty(media)


def test_the_same_file_twice_is_told(tmp_path: Path, media: Path) -> None:
    child, other, user = (
        a_child(1),
        a_child(2, family_name="Okafor", birth_date="2025-02-01"),
        person("t", "technologist"),
    )
    AttachUpload(**by(user), child=child, arrival=dropped(tmp_path), inspected=looked()).execute()
    with pytest.raises(InvalidActError, match="here already, on this chart"):
        AttachUpload(**by(user), child=child, arrival=dropped(tmp_path), inspected=looked()).execute()
    with pytest.raises(InvalidActError, match="on another chart") as told:
        AttachUpload(**by(user), child=other, arrival=dropped(tmp_path), inspected=looked()).execute()
    assert "Rivera" not in str(told.value)
    assert Recording.objects.count() == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_an_upload_that_cannot_be_read_is_refused_in_one_line(media: Path) -> None:
    child = a_child()
    client = signed_in(person("t", "technologist"))
    wrong = SimpleUploadedFile("night.erd", b"a recorder's own format")
    page = client.post(f"/children/{child.pk}/eeg/upload/", {"recording": wrong}, follow=True).content.decode()
    assert "ask for EDF + video export" in page
    assert (Study.objects.count(), empty(media)) == (0, True)


def test_no_file_is_told(media: Path) -> None:
    child = a_child()
    page = signed_in(person("t", "technologist")).post(f"/children/{child.pk}/eeg/upload/", {}, follow=True)
    assert "No file came" in page.content.decode()


def test_an_upload_without_its_token_is_refused(edf: Path, media: Path) -> None:
    from django.test import Client

    child, user = a_child(), person("t", "technologist")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    signed_in(user)  # has a second factor
    sent = SimpleUploadedFile("night.edf", edf.read_bytes())
    assert client.post(f"/children/{child.pk}/eeg/upload/", {"recording": sent}).status_code == 403
    assert empty(media)


def test_somebody_who_may_not_attach_uploads_nothing(edf: Path, media: Path) -> None:
    child = a_child()
    client = signed_in(person("p", "pharmacist"))
    sent = SimpleUploadedFile("night.edf", edf.read_bytes())
    assert client.post(f"/children/{child.pk}/eeg/upload/", {"recording": sent}).status_code == 403
    assert empty(media)


def test_the_raw_file_is_served_as_it_came(edf: Path, tmp_path: Path, media: Path) -> None:
    child, user = a_child(), person("t", "technologist")
    copied = rewritten(edf, tmp_path / "night.edf", patient="77 F 01-MAR-2025 Rivera_Ana")
    study = AttachUpload(**by(user), child=child, arrival=files.copy_in([copied]), inspected=looked()).execute()
    answer = signed_in(user).get(f"/children/{child.pk}/eeg/studies/{study.pk}/raw/")
    assert b"".join(answer.streaming_content) == copied.read_bytes()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    for part in ("0", "7", "\u00b2", "\u0664", "9" * 5000, "-1", "x"):
        other = signed_in(user).get(f"/children/{child.pk}/eeg/studies/{study.pk}/raw/", {"part": part})
        assert b"".join(other.streaming_content) == copied.read_bytes()
