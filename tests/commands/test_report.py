"""``westward report``: PDF from a bundle."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from westward import cli
from westward.commands import report
from westward.core.errors import RefusedError, UsageError
from westward.eeg.report import pdf


def options(bundle: Path, target: Path, *, overwrite: bool = False) -> Namespace:
    return Namespace(bundle=bundle, pdf=target, overwrite=overwrite)


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "a.westward"
    folder.mkdir()
    (folder / "report.html").write_text("<html>")
    monkeypatch.setattr(pdf, "write", lambda source, target: target.write_bytes(b"%PDF-" + source.read_bytes()))
    return folder


def test_it_prints_the_report_of_the_bundle(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = bundle / "report.pdf"
    assert report.run(options(bundle, target)) == 0
    assert target.read_bytes() == b"%PDF-<html>"
    assert capsys.readouterr().out == f"{target}\n"


def test_an_existing_file_is_replaced_only_when_told(bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.pdf"
    target.write_text("old")
    with pytest.raises(RefusedError, match="exists; give --overwrite"):
        report.run(options(bundle, target))
    assert target.read_text() == "old"
    assert report.run(options(bundle, target, overwrite=True)) == 0
    assert target.read_bytes().startswith(b"%PDF-")


def test_what_is_no_bundle_or_no_place_is_refused(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no report\.html"):
        report.run(options(tmp_path, tmp_path / "x.pdf"))
    with pytest.raises(UsageError, match="is a folder"):
        report.run(options(bundle, tmp_path))
    with pytest.raises(RefusedError, match="does not exist"):
        report.run(options(bundle, tmp_path / "none" / "x.pdf"))


def test_the_command_line_knows_it(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "x.pdf"
    assert cli.main(["report", str(bundle), "--pdf", str(target)]) == 0
    assert cli.main(["report", str(bundle), "--pdf", str(target)]) == 1
    assert "exists; give --overwrite" in capsys.readouterr().err
    assert cli.main(["report", str(tmp_path), "--pdf", str(target)]) == 2
