"""The command line: exit statuses, one line per error, a fast start."""

from __future__ import annotations

import argparse
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.simulated import simulated

from westward import cli
from westward.eeg.signal import kernels


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from westward import cli\ntry: cli.main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = set(out.splitlines()[-1].split())
    assert not loaded & {"numpy", "scipy", "pyarrow", "jinja2", "vl_convert", "rich", "mne"}


def test_usage_errors_exit_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(["analyze"])
    assert exit_.value.code == 2
    (tmp_path / "x.westward").mkdir()
    assert cli.main(["analyze", str(tmp_path / "x.edf"), "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") >= 1


def test_one_refused_input_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = simulated("healthy", minutes=6.0).edf
    broken = tmp_path / "broken.edf"
    broken.write_bytes(b"\x89PNG\r\n" + bytes(400))
    status = cli.main(["analyze", str(broken), str(good), "--age-months", "7", "--out", str(tmp_path), "--quiet"])
    said = capsys.readouterr()
    assert status == 1
    assert (tmp_path / f"{good.stem}.westward" / "summary.json").exists()
    lines = [line for line in said.err.splitlines() if "broken.edf" in line]
    assert len(lines) == 1
    assert "Traceback" not in said.err


def test_a_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["analyze", str(tmp_path / "none.edf"), "--out", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_ages_in_months_are_rounded_to_days(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = simulated("healthy", minutes=6.0).edf
    assert cli.main(["analyze", str(good), "--age-months", "3.5", "--out", str(tmp_path), "--quiet"]) == 0
    summary = json.loads((tmp_path / f"{good.stem}.westward" / "summary.json").read_text("utf-8"))
    assert summary["age_days"] == 107
    assert summary["based"]["advice"]
    assert summary["based"]["advice"] in capsys.readouterr().out


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupting_leaves_nothing_half_written(tmp_path: Path, sent: signal.Signals, status: int) -> None:
    good = simulated("healthy", minutes=60.0).edf
    command = [sys.executable, "-m", "westward", "analyze", str(good), "--age-months", "7", "--out", str(tmp_path)]

    def listening() -> None:
        # A shell that runs the tests in the background leaves its children deaf to SIGINT.
        signal.signal(sent, signal.SIG_DFL)

    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=listening)
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(sent)
    _, err = process.communicate(timeout=60)
    # Python itself ends by the signal where SIGINT came while a class was being made: to a shell that is 130, too.
    assert process.returncode in (status, -sent), err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_simulate_lists_its_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["simulate", "--list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert {"healthy", "spasms", "based_3a", "based_5"} <= set(names)


def test_an_unknown_scenario_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["simulate", "--scenario", "helthy"]) == 2
    assert "did you mean healthy" in capsys.readouterr().err


def test_the_plain_form_is_called_plain(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(kernels, "compiled", lambda: None)
    assert cli.main(["info", "--kernels"]) == 0
    assert capsys.readouterr().out == "kernels: reference (plain NumPy and SciPy: slower, the same numbers)\n"


def test_kernels_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["info", "--kernels"]) == 0
    shown = capsys.readouterr().out.strip()
    plain = "kernels: reference (plain NumPy and SciPy: slower, the same numbers)"
    assert shown == plain or re.fullmatch(r"kernels: compiled \((avx512|avx2|baseline)\)", shown)


@pytest.mark.parametrize(
    "option",
    [
        ("--mask-after-arousal-s", "-5"),
        ("--mask-after-arousal-s", "nan"),
        ("--mask-after-arousal-s", "inf"),
        ("--threads", "-1"),
        ("--threads", "0"),
    ],
)
def test_numbers_that_make_no_sense_are_usage_errors(option: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(["analyze", str(tmp_path / "x.edf"), f"{option[0]}={option[1]}"])
    assert exit_.value.code == 2


def test_an_output_folder_under_a_file_is_refused_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    assert cli.main(["analyze", str(tmp_path / "x.edf"), "--out", str(tmp_path / "file" / "sub")]) == 2
    assert f"{tmp_path / 'file'} is not a folder" in capsys.readouterr().err


def test_a_reader_that_went_away_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "westward", "simulate", "--list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert err == b""


def test_every_option_has_a_help_text() -> None:
    def missing(parser: argparse.ArgumentParser) -> list[str]:
        out = []
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                out += [m for sub in action.choices.values() for m in missing(sub)]
            elif not action.help:
                out.append(f"{parser.prog} {action.dest}")
        return out

    assert missing(cli._parser()) == []
