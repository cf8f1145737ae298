"""The commands of the program from the outside: light, and clear when they refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from westward.cli import main


def test_help_does_not_import_django() -> None:
    code = (
        "import sys\nfrom westward.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "bad = [m for m in ('django', 'allauth', 'westward.program') if m in sys.modules]\n"
        "sys.exit(repr(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "serve" in done.stdout


def test_an_open_bind_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--data", str(tmp_path / "d"), "--bind", "0.0.0.0"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--behind-proxy" in said
    assert not (tmp_path / "d").exists()


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "allauth" else real(name, *a))
    assert main(["serve", "--data", str(tmp_path / "d")]) == 1
    assert "pip install 'westward[program]'" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["verify-audit"], ["backup", "--out", "copy"]])
def test_a_folder_without_a_program_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main([*command, "--data", str(tmp_path)]) == 1
    assert "holds no program" in capsys.readouterr().err


def test_an_anchor_that_is_none_is_a_matter_of_usage(tmp_path: Path) -> None:
    assert main(["verify-audit", "--data", str(tmp_path), "--anchor", "7"]) == 2
