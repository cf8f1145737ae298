"""EDF+ 2.2, annotations and time keeping, as written by us."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from tests.support.raw_edf import RawEdf, parse

from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec

SPEC = SignalSpec("EEG Fp1", 100, -3000, 3000)
ONSET = re.compile(r"[+-]\d+(\.\d*[1-9])?")
DURATION = re.compile(r"\d+(\.\d*[1-9])?")


def written(path: Path, *, n: int = 4, start: datetime | None = None, bdf: bool = False) -> RawEdf:
    with EdfWriter(path, [SPEC], start=start, bdf=bdf) as writer:
        writer.write([np.zeros(100 * n, np.float32)])
        for onset_s, duration_s, text in ((2.25, 1.5, "spasm"), (0.0, 0.0, "eyes open"), (-0.5, 0.0, "lamp on")):
            writer.annotate(onset_s, duration_s, text)
        writer.annotate(3.0000004, 1e-7, "Augen geöffnet, 眠")
    return parse(path)


@pytest.mark.parametrize("bdf", [False, True])
def test_2_2_1_the_annotation_signal_has_its_ranges(tmp_path: Path, bdf: bool) -> None:
    signal = written(tmp_path / "a.edf", bdf=bdf).signals[-1]
    full = 1 << (23 if bdf else 15)
    assert (int(signal["digital_min"]), int(signal["digital_max"])) == (-full, full - 1)
    assert float(signal["physical_min"]) != float(signal["physical_max"])
    assert signal["unit"] == signal["transducer"] == signal["prefilter"] == ""


def test_2_2_2_lists_are_complete_within_a_record_and_the_rest_is_zero(tmp_path: Path) -> None:
    for record in written(tmp_path / "a.edf").records:
        content = record[-1].rstrip(b"\0")
        assert (content + b"\0").endswith(b"\x14\0")
        assert b"\0\0" not in content


def test_2_2_2_onsets_are_signed_durations_are_not_and_dots_only_before_fractions(tmp_path: Path) -> None:
    lists = [item for record in written(tmp_path / "a.edf").lists() for item in record]
    assert len(lists) == 8
    for onset, duration, _ in lists:
        assert ONSET.fullmatch(onset)
        assert not duration or DURATION.fullmatch(duration)


def test_2_2_2_no_duration_without_its_mark(tmp_path: Path) -> None:
    record = written(tmp_path / "a.edf").records[0][-1]
    assert b"+0\x14eyes open\x14\0" in record


def test_2_2_3_texts_are_utf_8(tmp_path: Path) -> None:
    assert "Augen geöffnet, 眠" in {text for _, _, text in written(tmp_path / "a.edf").notes()}


def test_2_2_4_each_record_begins_with_its_time(tmp_path: Path) -> None:
    raw = written(tmp_path / "a.edf")
    assert [lists[0] for lists in raw.lists()] == [(f"+{k}", "", [""]) for k in range(4)]


def test_2_2_4_a_start_within_a_second_stands_in_the_first_time(tmp_path: Path) -> None:
    start = datetime.fromisoformat("2024-01-02 03:04:05.250000")
    raw = written(tmp_path / "a.edf", start=start)
    assert raw.main["time"] == "03.04.05"
    assert [lists[0][0] for lists in raw.lists()] == ["+0.25", "+1.25", "+2.25", "+3.25"]
    with EdfRecording(tmp_path / "a.edf") as recording:
        assert recording.facts.start == start
        assert [(n.onset_s, n.text) for n in recording.notes][:2] == [(-0.5, "lamp on"), (0.0, "eyes open")]


def test_2_2_4_times_tell_the_gaps_of_a_discontinuous_file(tmp_path: Path) -> None:
    with EdfWriter(tmp_path / "a.edf", [SPEC], start=None, discontinuous=True) as writer:
        writer.write([np.zeros(200, np.float32)])
        writer.start_segment(86400.125)
        writer.write([np.zeros(200, np.float32)])
    times = [lists[0][0] for lists in parse(tmp_path / "a.edf").lists()]
    assert times == ["+0", "+1", "+86400.125", "+86401.125"]


def test_a_file_of_annotations_only(tmp_path: Path) -> None:
    with EdfWriter(tmp_path / "a.edf", [], start=datetime.fromisoformat("2024-01-01")) as writer:
        for k in range(50):
            writer.annotate(k, 0, f"note {k}")
    raw = parse(tmp_path / "a.edf")
    assert (raw.main["n_signals"], raw.main["record_s"], raw.main["n_records"]) == ("1", "0", "1")
    assert len(raw.notes()) == 50
    with EdfRecording(tmp_path / "a.edf") as recording:
        assert len(recording.notes) == 50
        assert recording.channels == ()
