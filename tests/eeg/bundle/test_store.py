"""A bundle appears whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from westward.core.errors import UsageError
from westward.eeg.bundle import store


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a.westward"

    def interrupted() -> None:
        with store.building(target, overwrite=False) as folder:
            (folder / "half").write_text("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_failure_keeps_the_old_bundle(tmp_path: Path) -> None:
    target = tmp_path / "a.westward"
    target.mkdir()
    (target / "old").write_text("kept")
    with pytest.raises(RuntimeError), store.building(target, overwrite=True):
        raise RuntimeError("disk full")
    assert [p.name for p in tmp_path.iterdir()] == ["a.westward"]
    assert (target / "old").read_text() == "kept"


def test_overwriting_swaps_the_whole_bundle(tmp_path: Path) -> None:
    target = tmp_path / "a.westward"
    target.mkdir()
    (target / "old").write_text("x")
    with store.building(target, overwrite=True) as folder:
        (folder / "new").write_text("y")
    assert [p.name for p in target.iterdir()] == ["new"]
    assert [p.name for p in tmp_path.iterdir()] == ["a.westward"]


def test_interrupted_between_the_renames_the_old_bundle_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.westward"
    target.mkdir()
    (target / "old").write_text("kept")
    rename, calls = Path.rename, []

    def interrupted(self: Path, to: Path) -> Path:
        calls.append(self)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), store.building(target, overwrite=True) as folder:
        (folder / "new").write_text("x")
    assert [p.name for p in tmp_path.iterdir()] == ["a.westward"]
    assert (target / "old").read_text() == "kept"


def test_stems_that_differ_in_case_alone_collide(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="would both become"):
        store.check_targets([Path("a/Night.edf"), Path("b/night.edf")], tmp_path, overwrite=True)


def test_two_inputs_with_one_stem_are_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"would both become night\.westward"):
        store.check_targets([Path("a/night.edf"), Path("b/night.bdf")], tmp_path, overwrite=True)


def test_an_existing_bundle_is_refused_unless_overwritten(tmp_path: Path) -> None:
    (tmp_path / "night.westward").mkdir()
    with pytest.raises(UsageError, match="--overwrite"):
        store.check_targets([Path("night.edf")], tmp_path, overwrite=False)
    store.check_targets([Path("night.edf")], tmp_path, overwrite=True)
