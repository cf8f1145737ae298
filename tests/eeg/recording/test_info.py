"""What a recording holds, told without its patient."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np

from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.recording.info import describe, render


def recorded(path: Path, *labels: str, gap: bool = True, patient: str = "X X X X") -> EdfRecording:
    specs = [SignalSpec(label, 200, -3000, 3000) for label in labels]
    with EdfWriter(
        path, specs, start=datetime.fromisoformat("2024-06-10 22:00:00"), patient=patient, discontinuous=gap
    ) as writer:
        writer.write([np.zeros(200 * 10, np.float32)] * len(labels))
        if gap:
            writer.start_segment(3600)
            writer.write([np.zeros(200 * 5, np.float32)] * len(labels))
        writer.annotate(2, 0, "Quackenbush moves")
    return EdfRecording(path)


def test_facts(tmp_path: Path) -> None:
    with recorded(
        tmp_path / "a.edf", "EEG C3-A2", "EEG T3-A2", "LDELT", patient="MRN77 F 10-JAN-2024 Quackenbush"
    ) as r:
        facts = describe(r)
    assert facts["format"] == "EDF+D"
    assert (facts["duration_s"], facts["recorded_s"]) == (3605, 15)
    assert facts["gaps"] == [{"start_s": 10, "stop_s": 3600}]
    assert facts["age_months"] == 5.0
    assert facts["reference"] == "A2"
    assert facts["kinds"] == {"EEG": 2, "EMG": 1}
    assert [c["name"] for c in facts["channels"]] == ["C3", "T7", "EMG deltoid left"]
    assert facts["notes"] == 1


def test_never_the_patient(tmp_path: Path) -> None:
    with recorded(tmp_path / "a.edf", "EEG C3-A2", patient="MRN77 F 10-JAN-2024 Quackenbush") as r:
        facts = describe(r)
    shown = json.dumps(facts) + render(facts)
    for word in ("Quackenbush", "MRN77", "10-JAN-2024", "2024-01-10", "152"):
        assert word not in shown


def test_references(tmp_path: Path) -> None:
    cases = {
        "mixed": ("EEG C3-A2", "EEG C4-A1"),
        "Ref": ("C3-Ref", "C4-Ref", "F3-Ref", "F4-Ref", "O1"),
        "bipolar": ("Fp1-F7", "F7-T7"),
        None: ("C3", "C4"),
    }
    for k, (expected, labels) in enumerate(cases.items()):
        with recorded(tmp_path / f"{k}.edf", *labels) as r:
            assert describe(r)["reference"] == expected


def test_the_terminal_text_names_what_matters(tmp_path: Path) -> None:
    with recorded(tmp_path / "a.edf", "EEG C3-A2", "EEG T3-A2", "X1") as r:
        text = render(describe(r))
    lines = text.splitlines()
    assert lines[0] == "a.edf  EDF+D"
    assert "duration   1:00:05, 0:59:50 of it in 1 gap" in text
    assert "segments   0:00:00 to 0:00:10, 1:00:00 to 1:00:05" in text
    assert "age        not stated" in text
    assert "EEG        2 at 200 Hz" in text
    assert "    C3  T7" in lines
    assert "unknown    1 at 200 Hz" in text
    assert "findings   none" in text
    with recorded(tmp_path / "b.edf", "C3", "C3", gap=False) as r:
        assert "repaired  duplicate_label" in render(describe(r))
