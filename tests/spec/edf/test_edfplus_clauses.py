"""Clauses of the EDF+ specification (Kemp and Olivan 2003), read side; numbers are its sections."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.edf_bytes import Signal, annotations, edf_bytes, stamp

from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.recording import Note, Segment

EEG = Signal("EEG C3-Ref", 200)


def opened(tmp_path: Path, data: bytes) -> EdfRecording:
    path = tmp_path / "x.edf"
    path.write_bytes(data)
    return EdfRecording(path)


def plus(tmp_path: Path, *tals: bytes, reserved: str = "EDF+C", **options: str) -> EdfRecording:
    data = edf_bytes([EEG, annotations(tals)], n_records=len(tals), reserved=reserved, **options)  # type: ignore[arg-type]
    return opened(tmp_path, data)


def test_2_1_1_edf_plus_c_is_one_uninterrupted_recording(tmp_path: Path) -> None:
    recording = plus(tmp_path, stamp(0), stamp(1), stamp(2))
    assert recording.segments == (Segment(0, 3),)
    assert recording.findings == ()


def test_2_1_1_edf_plus_d_may_be_interrupted(tmp_path: Path) -> None:
    recording = plus(tmp_path, stamp(0), stamp(7), stamp(8), reserved="EDF+D")
    assert recording.segments == (Segment(0, 1), Segment(7, 9))
    assert recording.findings == ()


def test_2_1_3_3_patient_subfields_are_code_sex_birthdate_name(tmp_path: Path) -> None:
    patient = plus(tmp_path, stamp(0), patient="MCH-0234567 F 02-AUG-2023 Haagse_Harry").facts.patient
    assert (patient.code, patient.sex, patient.name) == ("MCH-0234567", "F", "Haagse Harry")
    assert patient.birth_date is not None
    assert patient.birth_date.isoformat() == "2023-08-02"


def test_2_1_3_3_an_x_is_an_unknown_subfield(tmp_path: Path) -> None:
    patient = plus(tmp_path, stamp(0), patient="X X X X").facts.patient
    assert (patient.code, patient.sex, patient.name, patient.birth_date) == ("", "", "", None)


def test_2_1_3_4_the_startdate_subfield_has_the_four_digit_year(tmp_path: Path) -> None:
    recording = plus(tmp_path, stamp(0), recording="Startdate 02-MAR-1951 X X X", start_date="02.03.yy")
    assert recording.facts.start is not None
    assert recording.facts.start.year == 1951
    assert recording.findings == ()


def test_2_2_2_a_stamp_may_carry_a_duration_and_several_texts(tmp_path: Path) -> None:
    recording = plus(tmp_path, stamp(0) + stamp(0.5, "Lights off", "Close door", duration="25.5"))
    assert recording.notes == (Note(0.5, 25.5, "Lights off"), Note(0.5, 25.5, "Close door"))


def test_2_2_2_onsets_may_precede_the_start(tmp_path: Path) -> None:
    assert plus(tmp_path, stamp(0) + stamp(-5, "electrodes on")).notes == (Note(-5.0, 0.0, "electrodes on"),)


def test_2_2_3_annotations_are_utf8(tmp_path: Path) -> None:
    assert [n.text for n in plus(tmp_path, stamp(0) + stamp(1, "ça va? 발작 µ")).notes] == ["ça va? 발작 µ"]


def test_2_2_4_the_first_stamp_of_a_record_keeps_time(tmp_path: Path) -> None:
    recording = plus(tmp_path, stamp(0.5), stamp(1.5), stamp(2.5))
    assert recording.facts.start is not None
    assert recording.facts.start.microsecond == 500000
    assert recording.segments == (Segment(0, 3),)


def test_2_2_4_its_texts_after_the_empty_one_are_annotations(tmp_path: Path) -> None:
    assert [n.text for n in plus(tmp_path, stamp(0, "", "Recording starts")).notes] == ["Recording starts"]


def test_2_2_4_only_the_first_annotation_signal_keeps_time(tmp_path: Path) -> None:
    signals = [EEG, annotations([stamp(0), stamp(1)]), annotations([stamp(30, "late"), stamp(0.5, "early")])]
    recording = opened(tmp_path, edf_bytes(signals, n_records=2, reserved="EDF+C"))
    assert recording.segments == (Segment(0, 2),)
    assert [n.text for n in recording.notes] == ["early", "late"]


def test_2_2_4_a_file_may_hold_annotations_only(tmp_path: Path) -> None:
    data = edf_bytes([annotations([stamp(0) + stamp(1800, "arousal")])], n_records=1, record_s="0", reserved="EDF+C")
    recording = opened(tmp_path, data)
    assert recording.channels == ()
    assert recording.notes == (Note(1800.0, 0.0, "arousal"),)


@pytest.mark.parametrize("reserved", ["BDF+C", "BDF+D"])
def test_bdf_plus_uses_three_bytes_in_annotation_signals_too(tmp_path: Path, reserved: str) -> None:
    tals = [stamp(0) + stamp(0.5, "a text that needs more than sixty bytes of its annotation signal"), stamp(1)]
    data = edf_bytes(
        [EEG, annotations(tals, label="BDF Annotations", n_samples=30)], n_records=2, reserved=reserved, bdf=True
    )
    path = tmp_path / "x.bdf"
    path.write_bytes(data)
    recording = EdfRecording(path)
    assert recording.facts.format == reserved
    assert len(recording.notes) == 1
    assert recording.segments == (Segment(0, 2),)
