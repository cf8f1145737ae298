"""``westward evaluate`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.data import data_file
from tests.support.light_help import check_help_is_light
from tests.support.schemas import check_evaluation

from westward import cli

SPASMS = (10.0, 20.0, 30.0, 1000.0)


def events(path: Path, *onsets: float, kind: str = "spasm") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{t}\t1.0\t{kind}\n" for t in onsets)
    path.write_text("onset\tduration\ttrial_type\n" + rows)
    return path


def bundle(folder: Path, *onsets: float, score: int | None = 3, not_assessable: tuple[str, ...] = ()) -> Path:
    events(folder / "events.tsv", *onsets)
    (folder / "summary.json").write_text(
        json.dumps(
            {
                "simulated": True,
                "recording": {"duration_s": 7200.0},
                "based": {"score": score},
                "not_assessable": [{"what": w, "why": "not yet"} for w in not_assessable],
            }
        )
    )
    return folder


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    for name, score in (("a_1", 3), ("b_2", 5)):
        events(tmp_path / "truth" / f"{name}_events.tsv", *SPASMS)
        told = {"simulated": True, "duration_s": 7200.0, "based": {"score": score}}
        (tmp_path / "truth" / f"{name}_truth.json").write_text(json.dumps(told))
    return tmp_path / "truth"


@pytest.fixture
def found(tmp_path: Path) -> Path:
    bundle(tmp_path / "found" / "a_1.westward", *SPASMS)
    bundle(tmp_path / "found" / "b_2.westward", 10.5, 2000)
    return tmp_path / "found"


def evaluate(*arguments: object) -> int:
    return cli.main(["evaluate", *map(str, arguments)])


def read(out: Path) -> dict:
    told = json.loads((out / "evaluation.json").read_text("utf-8"))
    check_evaluation(told)
    return told


def test_folders_are_matched_by_stem_and_scored(
    truth: Path, found: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "out"
    assert evaluate(truth, found, "--out", out) == 0
    e = read(out)
    assert e["schema_version"] == "1.0"
    assert e["reference"] == {"layout": "BIDS events", "source": "truth"}
    assert e["figures"]["spasm"]["sensitivity"]["of"] == "5 of 8"
    assert [p["spasms_matched"] for p in e["patients"]] == [4, 1]
    assert e["agreement"]["based"]["with_program"][0]["exact"]["of"] == "1 of 2"
    assert e["n"]["simulated"] == "all"
    printed = capsys.readouterr().out
    assert "5 of 8 spasms found" in printed
    assert "62.5%" in printed
    assert str(out / "evaluation.html") in printed
    html = (out / "evaluation.html").read_text("utf-8")
    assert "5 of 8" in html
    assert "<script" not in html


def test_a_file_and_a_bundle_need_not_share_a_name(truth: Path, found: Path, tmp_path: Path) -> None:
    assert evaluate(truth / "a_1_events.tsv", found / "b_2.westward", "--out", tmp_path) == 0
    assert read(tmp_path)["figures"]["spasm"]["sensitivity"]["of"] == "1 of 4"


def test_events_of_a_second_reader_are_a_result(truth: Path, tmp_path: Path) -> None:
    second = events(tmp_path / "second" / "a_1_events.tsv", 10, 21)
    assert evaluate(truth / "a_1_events.tsv", second, "--out", tmp_path) == 0
    assert read(tmp_path)["figures"]["spasm"]["sensitivity"]["of"] == "2 of 4"
    assert read(tmp_path)["figures"]["samples"]["kappa"]["value"] is not None


def test_without_reference_events_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reference = events(tmp_path / "n_events.tsv")
    assert evaluate(reference, bundle(tmp_path / "n.westward", 50), "--out", tmp_path / "o") == 0
    assert "no reference events: sensitivity not assessable" in capsys.readouterr().out
    assert read(tmp_path / "o")["figures"]["spasm"]["false_per_hour"]["value"] == 0.5


def test_a_bundle_that_did_not_look_for_spasms_has_no_sensitivity(truth: Path, tmp_path: Path) -> None:
    old = bundle(tmp_path / "a_1.westward", not_assessable=("spasms",))
    assert evaluate(truth / "a_1_events.tsv", old, "--out", tmp_path) == 0
    assert read(tmp_path)["figures"]["spasm"]["sensitivity"]["value"] is None


def test_a_protocol_may_count_other_kinds_at_the_level_of_szcore(truth: Path, tmp_path: Path) -> None:
    old = bundle(tmp_path / "a_1.westward", not_assessable=("spasms",))
    events(old / "events.tsv", 12, kind="attenuation")
    file = tmp_path / "p.toml"
    file.write_text('found_kinds = ["attenuation"]\n')
    assert evaluate(truth / "a_1_events.tsv", old, "--protocol", file, "--out", tmp_path) == 0
    figures = read(tmp_path)["figures"]
    assert figures["events"]["sensitivity"]["of"] == "1 of 2"
    assert figures["spasm"]["sensitivity"]["value"] is None


def test_references_without_result_are_told(truth: Path, found: Path, tmp_path: Path) -> None:
    assert evaluate(truth, found / "a_1.westward", "--out", tmp_path) == 0
    assert read(tmp_path)["not_scored"]["references_without_result"] == ["b_2"]
    assert "no result and are not scored: b_2" in (tmp_path / "evaluation.html").read_text("utf-8")


def test_one_bad_result_does_not_stop_the_others(
    truth: Path, found: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (found / "b_2.westward" / "summary.json").write_text("{")
    bundle(found / "stranger.westward")
    assert evaluate(truth, found, "--out", tmp_path) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert "summary.json: is no JSON" in said[0]
    assert "stranger: no reference of this name" in said[1]
    assert read(tmp_path)["n"]["recordings"] == 1


def test_an_existing_evaluation_is_kept(
    truth: Path, found: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "evaluation.json").write_text("old")
    assert evaluate(truth, found, "--out", tmp_path) == 1
    assert "exists; give --overwrite" in capsys.readouterr().err
    assert (tmp_path / "evaluation.json").read_text() == "old"
    assert evaluate(truth, found, "--out", tmp_path, "--overwrite") == 0
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["evaluation.html", "evaluation.json"]


def test_the_protocol_rules_and_its_hash_is_printed(truth: Path, found: Path, tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('name = "P"\n[spasm]\ntolerance_s = 0.4\n[targets]\nmin_spasm_sensitivity = 0.9\n')
    assert evaluate(truth, found, "--protocol", file, "--out", tmp_path) == 0
    e = read(tmp_path)
    assert e["figures"]["spasm"]["sensitivity"]["of"] == "4 of 8"
    assert e["targets"][0]["met"] is False
    assert e["protocol"]["parameters"]["spasm"]["tolerance_s"] == "0.4"
    assert e["protocol"]["sha256"] in (tmp_path / "evaluation.html").read_text("utf-8")


def test_a_changed_protocol_is_refused_before_anything_is_written(
    truth: Path, found: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.toml"
    file.write_text("[spasm]\ntolerance_s = 1\n")
    assert evaluate(truth, found, "--protocol", file, "--out", tmp_path / "one") == 0
    file.write_text("[spasm]\ntolerance_s = 2\n")
    assert evaluate(truth, found, "--protocol", file, "--out", tmp_path / "two") == 1
    assert "changed after its hash" in capsys.readouterr().err
    assert not (tmp_path / "two").exists()


def test_a_protocol_that_names_patients_is_scored_whole_or_not_at_all(
    truth: Path, found: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.toml"
    file.write_text('patients = ["a_1", "b_2"]\n')
    assert evaluate(truth, found / "a_1.westward", "--protocol", file, "--out", tmp_path) == 1
    assert "choose the data after the fact" in capsys.readouterr().err
    other = tmp_path / "q.toml"
    other.write_text('patients = ["a_1"]\n')
    assert evaluate(truth, found, "--protocol", other, "--out", tmp_path) == 0
    assert read(tmp_path)["n"]["recordings"] == 1
    third = tmp_path / "r.toml"
    third.write_text('patients = ["z"]\n')
    assert evaluate(truth, found, "--protocol", third, "--out", tmp_path / "r") == 1
    assert "'z' is not among the labels" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, status, message",
    [
        (("none", "found"), 1, "none: does not exist"),
        (("truth", "none"), 1, "none: does not exist"),
        (("truth", "empty"), 1, "holds no bundle"),
        (("empty", "found"), 1, "no labels in a known layout"),
        (("truth", "other"), 1, "none of the results has a reference"),
        (("truth", "found", "--protocol", "none"), 2, "is no file"),
        (("truth", "found", "--out", "truth/a_1_events.tsv"), 2, "is not a folder"),
    ],
)
def test_errors_are_one_line(
    truth: Path,
    found: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: int,
    message: str,
) -> None:
    (tmp_path / "empty").mkdir()
    bundle(tmp_path / "other" / "x.westward")
    bundle(tmp_path / "other" / "y.westward")
    monkeypatch.chdir(tmp_path)
    assert evaluate(*arguments) == status
    lines = capsys.readouterr().err.strip().splitlines()
    assert message in lines[-1]
    assert lines[-1].startswith("westward: ")
    assert not (tmp_path / "evaluation.json").exists()


def test_two_results_of_one_recording_are_refused(
    truth: Path, found: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = bundle(tmp_path / "again" / "a_1.westward")
    assert evaluate(truth, found, again, "--out", tmp_path) == 1
    assert "both results of" in capsys.readouterr().err


def test_a_labeled_set_of_seizures(tmp_path: Path) -> None:
    labels = data_file("eeg/formats/dataset_layouts/data/chbmit")
    for name in ("chb05_06", "chb05_07"):
        bundle(tmp_path / "found" / f"{name}.westward", 450, 3000)
    assert evaluate(labels, tmp_path / "found", "--out", tmp_path) == 0
    e = read(tmp_path)
    assert e["reference"]["layout"] == "CHB-MIT"
    assert e["figures"]["spasm"]["sensitivity"]["value"] is None
    assert e["figures"]["spasm"]["false_per_hour"]["of"] == "3 in 2 h"
    assert e["figures"]["events"]["sensitivity"]["of"] == "1 of 1"
    assert len(e["not_scored"]["references_without_result"]) == 57


def test_help_and_its_arguments_load_nothing_heavy() -> None:
    check_help_is_light("evaluate", "TRUTH")


def test_further_readers_are_compared_one_by_one_and_together(
    truth: Path, found: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a_1", "b_2"):
        events(tmp_path / "second" / f"{name}_events.tsv", 10.2, 20.1, 500.0)
    out = tmp_path / "out"
    assert evaluate(truth, found, "--reader", f"second={tmp_path / 'second'}", "--out", out) == 0
    told = read(out)["agreement"]["events"]
    assert told["readers"]["authors"] == ["reference", "second"]
    assert told["readers_and_result"]["authors"] == ["reference", "second", "result"]
    (two,) = told["readers"]["spasm"]["pairs"]
    assert (two["n_first"], two["n_second"], two["n_matched"]) == (8, 6, 4)
    assert two["positive_agreement"]["value"] == pytest.approx(8 / 14)
    assert len(told["readers_and_result"]["spasm"]["pairs"]) == 3
    # Four and three marked in either recording: counts without any variation between recordings.
    assert told["readers"]["spasm"]["all"]["icc_2_1"]["value"] == pytest.approx(0, abs=1e-9)
    page = (out / "evaluation.html").read_text("utf-8")
    assert "Agreement: events" in page
    assert "reference and second" in page
    assert "Fleiss" in capsys.readouterr().out


@pytest.mark.parametrize(
    "given, said", [("second", "is not NAME=PATH"), ("reference=x", "is taken"), ("second=/none", "does not exist")]
)
def test_a_reader_that_cannot_be_read_is_one_line(
    truth: Path, found: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, said: str
) -> None:
    assert evaluate(truth, found, "--reader", given, "--out", tmp_path / "out") in (1, 2)
    assert said in capsys.readouterr().err


def test_a_reader_of_other_recordings_is_said(
    truth: Path, found: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events(tmp_path / "second" / "a_1_events.tsv", 10.2)
    events(tmp_path / "second" / "c_3_events.tsv", 10.2)
    assert evaluate(truth, found, "--reader", f"second={tmp_path / 'second'}", "--out", tmp_path / "out") == 1
    assert "c_3: no reference of this name for the reader second" in capsys.readouterr().err
