"""A backup comes back byte for byte, or is refused."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from westward.core.errors import InputError, RefusedError
from westward.program.backup import MANIFEST, OWN, backup, restore
from westward.program.folder import DataFolder
from westward.program.shell import site, values
from westward.program.treatment import foods


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    monkeypatch.delenv("WESTWARD_DATABASE", raising=False)
    one = DataFolder(tmp_path / "data").open()
    connection = sqlite3.connect(one.database)
    connection.executescript(
        "PRAGMA journal_mode=WAL; CREATE TABLE audit_head (id, seq, digest);"
        "INSERT INTO audit_head VALUES (1, 7, 'ab');"
        "CREATE TABLE t (x); INSERT INTO t VALUES ('acknowledged');"
    )
    connection.commit()
    connection.close()
    (one.files / "eeg").mkdir()
    (one.files / "eeg" / "a.edf").write_bytes(b"0       " * 32)
    return one


def test_round_trip_while_a_writer_is_at_work(folder: DataFolder, tmp_path: Path) -> None:
    writer = sqlite3.connect(folder.database)
    writer.execute("INSERT INTO t VALUES ('half done')")
    manifest = backup(folder, tmp_path / "copy")
    writer.rollback()
    writer.close()
    assert manifest["audit"] == {"seq": 7, "digest": "ab"}
    back = DataFolder(tmp_path / "back")
    restore(tmp_path / "copy", back)
    connection = sqlite3.connect(back.database)
    assert connection.execute("SELECT x FROM t").fetchall() == [("acknowledged",)]
    connection.close()
    assert back.read_key() == folder.read_key()
    assert (back.files / "eeg" / "a.edf").read_bytes() == (folder.files / "eeg" / "a.edf").read_bytes()
    assert back.path.stat().st_mode & 0o777 == 0o700
    assert back.key.stat().st_mode & 0o777 == 0o600


def test_restore_refuses_a_folder_that_is_not_empty(folder: DataFolder, tmp_path: Path) -> None:
    backup(folder, tmp_path / "copy")
    before = sorted(folder.path.rglob("*"))
    with pytest.raises(RefusedError, match="not empty"):
        restore(tmp_path / "copy", folder)
    assert sorted(folder.path.rglob("*")) == before


def test_backup_refuses_a_folder_that_exists(folder: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    with pytest.raises(RefusedError, match="exists"):
        backup(folder, tmp_path / "copy")


@pytest.mark.parametrize("harm", ["change", "remove", "add", "manifest"])
def test_a_harmed_backup_is_refused_and_leaves_nothing(folder: DataFolder, tmp_path: Path, harm: str) -> None:
    copy = tmp_path / "copy"
    backup(folder, copy)
    victim = copy / "files" / "eeg" / "a.edf"
    if harm == "change":
        victim.write_bytes(victim.read_bytes()[:-1] + b"1")
    elif harm == "remove":
        victim.unlink()
    elif harm == "add":
        (copy / "files" / "extra").write_text("")
    else:
        (copy / MANIFEST).write_text(json.dumps({"files": []}))
    with pytest.raises(InputError):
        restore(copy, DataFolder(tmp_path / "back"))
    assert not (tmp_path / "back").exists()


def test_everything_that_the_apps_keep_comes_back_and_what_is_still_coming_in_does_not(
    folder: DataFolder, tmp_path: Path
) -> None:
    kept = ["files/referral/3f", "files/recordings/9a/recording.edf", "files/bundles/study-1.westward/report.html"]
    kept += ["files/etiology/5c", "inbox/night.edf", *OWN]
    for name in [*kept, "files/incoming/7e/recording.edf"]:
        path = folder.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    manifest = backup(folder, tmp_path / "copy")
    assert set(kept) <= set(manifest["files"])
    assert not [name for name in manifest["files"] if "incoming" in name]
    back = DataFolder(tmp_path / "back")
    restore(tmp_path / "copy", back)
    for name in kept:
        assert (back.path / name).read_text() == name
        assert (back.path / name).stat().st_mode & 0o777 == 0o600


def test_what_a_site_writes_into_its_folder_is_in_the_backup() -> None:
    """Values that a site lowered must not be the published ones again after a restore."""
    assert set(OWN) == {site.NAME, values.NAME, foods.NAME}
