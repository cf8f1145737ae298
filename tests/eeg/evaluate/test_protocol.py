"""The protocol file: what it may say, and that it cannot change afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path

import pytest

from westward.core.errors import InputError, RefusedError
from westward.eeg.evaluate.protocol import Protocol, Targets, read, stated

TEXT = """name = "Set A"
patients = ["sub-01", "sub-02"]
[spasm]
tolerance_s = 1
[cluster]
min_spasms = 5
from_rows = false
[szcore]
merge_closer_than_s = 60
[intervals]
confidence = 0.9
[targets]
min_spasm_sensitivity = 0.9
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "protocol.toml"
    path.write_text(TEXT)
    return path


def test_it_says_what_it_says_and_defaults_hold_for_the_rest(file: Path) -> None:
    p = read(file)
    assert (p.name, p.patients) == ("Set A", ("sub-01", "sub-02"))
    assert (p.spasm.tolerance_s, p.cluster.min_spasms, p.cluster.from_rows) == (1.0, 5, False)
    assert (p.szcore.merge_closer_than_s, p.intervals.confidence) == (60.0, 0.9)
    assert p.targets == Targets(min_spasm_sensitivity=0.9)
    assert p.spasm.strict_tolerance_s == Protocol().spasm.strict_tolerance_s


def test_the_hash_is_of_the_file_and_is_recorded_at_first_use(file: Path) -> None:
    first = read(file)
    assert first.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert "first use" in first.fixed
    assert (file.parent / "protocol.toml.sha256").read_text() == f"{first.sha256}  protocol.toml\n"
    assert "unchanged since" in read(file).fixed


def test_a_protocol_changed_after_its_hash_was_recorded_is_refused(file: Path) -> None:
    read(file)
    file.write_text(TEXT.replace("tolerance_s = 1", "tolerance_s = 5"))
    with pytest.raises(RefusedError, match="changed after its hash was recorded"):
        read(file)
    file.write_text(TEXT)
    assert read(file).name == "Set A"


def test_an_empty_record_is_no_permission(file: Path) -> None:
    (file.parent / "protocol.toml.sha256").write_text("")
    with pytest.raises(RefusedError):
        read(file)


@pytest.mark.parametrize(
    "text, message",
    [
        ("[spasm]\ntolerence_s = 1", "did you mean tolerance_s"),
        ("[spasms]\ntolerance_s = 1", "did you mean spasm"),
        ("spasm = 3", "not a section"),
        ("[spasm]\ntolerance_s = -1", "makes no sense"),
        ("[spasm]\ntolerance_s = nan", "makes no sense"),
        ("[spasm]\ntolerance_s = true", "makes no sense"),
        ("[spasm]\nmin_confidence = 1.5", "makes no sense"),
        ("[cluster]\nmin_spasms = 3.5", "makes no sense"),
        ("[cluster]\nfrom_rows = 1", "makes no sense"),
        ("[szcore]\nmax_duration_s = 0", "makes no sense"),
        ("[intervals]\nconfidence = 1", "makes no sense"),
        ("patients = 'sub-01'", "list of texts"),
        ("name = 3", "is not a text"),
        ("name = ", "no TOML"),
    ],
)
def test_what_makes_no_sense_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read(path)
    assert not (tmp_path / "p.toml.sha256").exists()


def test_every_parameter_is_stated(file: Path) -> None:
    p = read(file)
    names = {(section, name) for section, name, _ in stated(p)}
    for section in ("spasm", "cluster", "szcore", "intervals"):
        assert {(section, f.name) for f in fields(getattr(p, section))} <= names
    assert ("targets", "min_spasm_sensitivity") in names
    assert ("targets", "max_count_ratio") not in names
