"""``westward compare`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.compared import analyzed, bundle, side
from tests.support.light_help import check_help_is_light
from tests.support.schemas import check_comparison

from westward import cli


def compare(*arguments: object) -> int:
    return cli.main(["compare", *map(str, arguments)])


def read(out: Path) -> dict:
    told = json.loads((out / "comparison.json").read_text("utf-8"))
    check_comparison(told)
    return told


@pytest.fixture
def studies(tmp_path: Path) -> tuple[Path, Path]:
    before = side("first", level=200, score=5, age_days=196, spasms=20)
    after = side("second", level=80, score=1, age_days=210, seed=1)
    return bundle(before, tmp_path / "first.westward"), bundle(after, tmp_path / "second.westward")


def test_two_analyzed_studies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "out"
    before, after = analyzed("hypsarrhythmia"), analyzed("healthy")
    capsys.readouterr()
    assert compare(before, after, "--out", out) == 0
    printed = capsys.readouterr().out
    e = read(out)
    assert printed.splitlines()[0].startswith("BASED") or printed.splitlines()[0].startswith("At least BASED")
    assert e["follow_up"]["statement"] in printed
    assert str(out / "comparison.html") in printed
    wake = [r for r in e["differences"] if r["state"] == "nrem" and r["measure"] == "rms_uv_median"]
    assert len(wake) == 1
    assert len((out / "comparison.html").read_bytes()) < 1_000_000


def test_the_difference_is_printed_and_written(
    studies: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(*studies, "--out", tmp_path) == 0
    printed = capsys.readouterr().out
    assert "BASED 5 before, BASED 1 after; spasm candidates: 20 before, none after." in printed
    assert "root mean square" in printed
    e = read(tmp_path)
    (rms,) = [r for r in e["differences"] if r["state"] == "nrem" and r["measure"] == "rms_uv_median"]
    assert rms["difference"] == pytest.approx(-120, abs=1)
    assert rms["changed"] is True
    assert e["age_apart_days"] == 14
    assert e["before"]["name"] == "first"


def test_an_existing_comparison_is_kept(
    studies: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "comparison.json").write_text("old")
    assert compare(*studies, "--out", tmp_path) == 1
    assert "exists; give --overwrite" in capsys.readouterr().err
    assert (tmp_path / "comparison.json").read_text() == "old"
    assert compare(*studies, "--out", tmp_path, "--overwrite") == 0
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["comparison.html", "comparison.json"]


@pytest.mark.parametrize(
    "arguments, status, message",
    [
        (("none.westward", "second.westward"), 1, "none.westward: does not exist"),
        (("first.westward", "empty"), 1, "empty: is no bundle; analyze a recording first"),
        (("first.westward", "first.westward"), 2, "results of one recording"),
        (("second.westward", "first.westward"), 2, "give the earlier study first"),
        (("first.westward", "second.westward", "--out", "first.westward/events.tsv"), 2, "is not a folder"),
    ],
)
def test_errors_are_one_line_and_nothing_is_written(
    studies: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: int,
    message: str,
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert compare(*arguments) == status
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("westward: ")
    assert message in line
    assert not list(tmp_path.glob("comparison*"))


def test_help_loads_nothing_heavy() -> None:
    check_help_is_light("compare", "BEFORE")
