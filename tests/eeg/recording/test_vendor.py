"""Recorders' own formats: identified by content, gaps found, refused in one line where nothing reads them."""

from __future__ import annotations

import builtins
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.data import data_file

from westward.core.errors import UnreadableRecordingError, UnsupportedFormatError, UsageError
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.open import open_recording
from westward.eeg.recording.recording import Note
from westward.eeg.recording.vendor import identify, open_vendor
from westward.eeg.recording.vendor_breaks import Break, brainvision_breaks, cut, noted_breaks, persyst_breaks, shift

NK = "eeg/formats/nihon_kohden/MB0400FU"


def test_native_nihon_kohden_equals_its_own_edf_export() -> None:
    pytest.importorskip("mne")
    with open_vendor(data_file(f"{NK}.EEG")) as native, EdfRecording(data_file(f"{NK}.EDF")) as export:
        assert native.duration_s == export.duration_s == 29
        assert native.facts.start == export.facts.start
        assert [c.electrode for c in native.channels] == [c.electrode for c in export.channels]
        assert len([c for c in native.channels if c.electrode]) == 21
        for channel in native.channels:
            if channel.name.startswith("$"):  # the export declares a range of its own for these
                continue
            a, b = (r.read(0, 29, [channel.index]).data[0] for r in (native, export))
            assert np.abs(a - b).max() < 0.01  # µV; the export rounds its physical range to 0.1 µV
        assert "A1+A2 OFF" in {note.text for note in native.notes}


def test_samples_are_microvolts_of_the_file() -> None:
    pytest.importorskip("mne")
    header = data_file("eeg/formats/brainvision/test.vhdr")
    stored = np.fromfile(header.with_suffix(".eeg"), "<i2").reshape(-1, 32)
    with open_vendor(header) as recording:
        page = recording.read(1.0, 2.0, ["Fp1", "O2"])
        assert page.data[0] == pytest.approx(stored[1000:2000, 0] * 0.5)
        assert page.data[1] == pytest.approx(stored[1000:2000, 9] * 0.5)


def brainvision(folder: Path, markers: str) -> Path:
    """Six seconds at 100 Hz, one channel whose value is the sample number."""
    (folder / "a.vhdr").write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n\n[Common Infos]\nCodepage=UTF-8\nDataFile=a.eeg\n"
        "MarkerFile=a.vmrk\nDataFormat=BINARY\nDataOrientation=MULTIPLEXED\nNumberOfChannels=1\n"
        "SamplingInterval=10000\n\n[Binary Infos]\nBinaryFormat=INT_16\n\n[Channel Infos]\nCh1=Cz,,1,µV\n",
        "utf-8",
    )
    (folder / "a.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n\n[Common Infos]\nCodepage=UTF-8\nDataFile=a.eeg\n\n"
        f"[Marker Infos]\n{markers}",
        "utf-8",
    )
    np.arange(600, dtype="<i2").tofile(folder / "a.eeg")
    return folder / "a.vhdr"


def test_a_pause_of_brainvision_becomes_a_gap_and_shifts_what_follows(tmp_path: Path) -> None:
    pytest.importorskip("mne")
    header = brainvision(
        tmp_path,
        "Mk1=New Segment,,1,1,0,20240101120000000000\nMk2=Comment,before,101,1,0\n"
        "Mk3=New Segment,,201,1,0,20240101120012500000\nMk4=Comment,after,301,1,0\n",
    )
    with open_vendor(header) as recording:
        assert [(s.start_s, s.stop_s) for s in recording.segments] == [(0, 2), (12.5, 16.5)]
        assert [(n.onset_s, n.text) for n in recording.notes if "Comment" in n.text] == [
            (1.0, "Comment/before"), (13.5, "Comment/after"),
        ]  # fmt: skip
        page = recording.read(1, 13)
        assert page.gaps == ((2, 12.5),)
        assert page.data[0, :100].tolist() == list(range(100, 200))
        assert np.isnan(page.data[0, 100:1150]).all()
        assert page.data[0, 1150:].tolist() == list(range(200, 250))
        assert recording.read_block(1, 5, 3, ["Cz"]).tolist() == [[205, 206, 207]]
        assert recording.segment_samples(1, "Cz") == 400
        with pytest.raises(UsageError, match="do not lie in a segment of 200"):
            recording.read_block(0, 199, 2, ["Cz"])


def test_a_pause_of_unknown_length_is_a_border_and_a_finding(tmp_path: Path) -> None:
    pytest.importorskip("mne")
    header = brainvision(tmp_path, "Mk1=New Segment,,1,1,0,20240101120000000000\nMk2=New Segment,,201,1,0\n")
    with open_vendor(header) as recording:
        assert [(s.start_s, s.stop_s) for s in recording.segments] == [(0, 2), (2, 6)]
        assert [f.kind for f in recording.findings] == ["gap_of_unknown_length"]
        assert recording.read(1.5, 2.5).data[0].tolist() == list(range(150, 250))


def test_a_clock_that_goes_back_is_a_finding_not_an_overlap(tmp_path: Path) -> None:
    pytest.importorskip("mne")
    header = brainvision(
        tmp_path, "Mk1=New Segment,,1,1,0,20240101120000000000\nMk2=New Segment,,201,1,0,20240101120001000000\n"
    )
    with open_vendor(header) as recording:
        assert [(s.start_s, s.stop_s) for s in recording.segments] == [(0, 2), (2, 6)]
        assert [(f.kind, f.repaired) for f in recording.findings] == [("clock_went_back", True)]


def test_an_amplifier_that_was_disconnected_parts_the_recording() -> None:
    pytest.importorskip("antio")
    with open_vendor(data_file("eeg/formats/test_CA_208_amp_disconnection.cnt")) as recording:
        assert [(round(s.start_s, 3), round(s.stop_s, 3)) for s in recording.segments] == [(0, 6.073), (6.075, 9.572)]
        assert [f.kind for f in recording.findings] == ["gap_of_unknown_length"]
        assert recording.facts.start is not None
        assert recording.facts.start.tzinfo is None


def test_sample_times_of_persyst_tell_gaps_past_midnight(tmp_path: Path) -> None:
    layout = tmp_path / "a.lay"
    layout.write_text("[FileInfo]\nFile=a.dat\n[SampleTimes]\n0=86390.0\n1000=86395.000\n2000=30.0\n[Comments]\n")
    assert persyst_breaks(layout, 200) == [Break(2000, pytest.approx(30.0))]
    layout.write_text("[FileInfo]\nFile=a.dat\n")
    assert persyst_breaks(layout, 200) == []


def test_segments_between_breaks_keep_every_sample_that_is_not_dropped() -> None:
    pieces = cut(1000, 100, [Break(600, 1.5, dropped=100), Break(300, None), Break(0, 3.0), Break(1000, 3.0)])
    assert [(p.first_sample, p.n_samples) for p in pieces] == [(0, 300), (300, 200), (600, 400)]
    assert [(p.segment.start_s, p.segment.stop_s) for p in pieces] == [(0, 3), (3, 5), (7.5, 11.5)]
    assert [shift(t, pieces, 100) for t in (0, 2.99, 3.0, 6.0, 7.0)] == pytest.approx([0, 2.99, 3.0, 7.5, 8.5])


def test_boundaries_among_the_notes_are_breaks() -> None:
    notes = [
        Note(1.0, 0, "BAD boundary"),
        Note(1.0, 0, "EDGE boundary"),
        Note(3.0, 0, "9001, off"),
        Note(4.0, 0, "9002"),
    ]
    assert noted_breaks(notes, 100) == [Break(100, None), Break(400, None, dropped=100)]


def test_a_missing_marker_file_is_no_break(tmp_path: Path) -> None:
    header = brainvision(tmp_path, "")
    (tmp_path / "a.vmrk").unlink()
    assert brainvision_breaks(header, 100) == []


@pytest.mark.parametrize(
    "name, head, kind",
    [
        ("a.lay", b"[FileInfo]", "Persyst"),
        ("a.VHDR", b"Brain Vision", "BrainVision"),
        ("a.cnt", b"RIFF....", "ANT eego"),
        ("a.cnt", b"Version 3.0\0", "Neuroscan"),
        ("a.EEG", b"EEG-1100A V01.00", "Nihon Kohden"),
        ("a.set", b"MATLAB", "EEGLAB"),
        ("a.cdt", b"\0", "Curry"),
    ],
)
def test_identified_by_content_where_a_suffix_has_several_meanings(
    tmp_path: Path, name: str, head: bytes, kind: str
) -> None:
    path = tmp_path / name
    path.write_bytes(head)
    assert identify(path)[1].name == kind


def test_data_files_of_a_set_lead_to_their_header(tmp_path: Path) -> None:
    for data, header in (("a.eeg", "a.vhdr"), ("b.dat", "b.LAY"), ("c.vmrk", "c.vhdr"), ("d.dat", "d.dap")):
        (tmp_path / data).write_bytes(b"\0")
        (tmp_path / header).write_bytes(b"\0")
        assert identify(tmp_path / data)[0] == tmp_path / header


@pytest.mark.parametrize("suffix", [".erd", ".stc", ".snc", ".ent", ".vtc", ".etc"])
def test_natus_is_refused_with_what_to_ask_for(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"study{suffix}"
    path.write_bytes(b"\xca\x4e\x80\x10")
    with pytest.raises(UnsupportedFormatError) as caught:
        open_recording(path)
    assert str(caught.value) == f"study{suffix}: Natus/XLTEK recordings cannot be read; ask for EDF + video export"
    (tmp_path / "study.eeg").write_bytes(b"\xca\x4e\x80\x11")
    with pytest.raises(UnsupportedFormatError, match="Natus"):
        open_recording(tmp_path / "study.eeg")


@pytest.mark.parametrize(
    "name, message",
    [
        ("a.e", "Nicolet One recordings cannot be read; ask for an EDF export"),
        ("a.trc", "Micromed recordings cannot be read"),
        ("a.docx", "not a recording of a known format"),
        ("a.eeg", "not a recording of a known format"),
        ("a.cnt", "not a recording of a known format"),
    ],
)
def test_other_formats_are_refused_in_one_line(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 whatever")
    with pytest.raises(UnsupportedFormatError, match=message) as caught:
        open_recording(tmp_path / name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.vhdr", "a.lay", "a.set", "a.cdt", "a.cnt", "a.eeg", "a.data", "a.gdf", "a.raw"])
def test_garbage_is_one_clear_line_never_another_error(tmp_path: Path, name: str) -> None:
    pytest.importorskip("mne")
    heads = {"a.cnt": b"RIFF", "a.eeg": b"EEG-1100A V01.00"}
    (tmp_path / name).write_bytes(heads.get(name, b"") + bytes(range(256)) * 20)
    with pytest.raises((UnreadableRecordingError, UnsupportedFormatError)) as caught:
        open_recording(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_a_missing_companion_is_named(tmp_path: Path) -> None:
    pytest.importorskip("mne")
    header = brainvision(tmp_path, "Mk1=New Segment,,1,1,0,20240101120000000000\n")
    (tmp_path / "a.eeg").unlink()
    with pytest.raises(UnreadableRecordingError, match=r"a\.eeg"):
        open_vendor(header)
    with pytest.raises(UnreadableRecordingError, match="does not exist"):
        open_vendor(tmp_path / "nowhere.vhdr")


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = brainvision(tmp_path, "")
    real = builtins.__import__

    def without_mne(name: str, *args: Any, **options: Any) -> Any:
        if name.split(".")[0] == "mne":
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without_mne)
    with pytest.raises(UnsupportedFormatError, match=r"install westward\[vendor\]"):
        open_vendor(header)


def test_a_library_that_only_one_format_needs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mne = pytest.importorskip("mne")

    def without_antio(*args: Any, **options: Any) -> None:
        raise RuntimeError("the module antio is needed, but it could not be imported")

    monkeypatch.setattr(mne.io, "read_raw_ant", without_antio)
    (tmp_path / "a.cnt").write_bytes(b"RIFF")
    with pytest.raises(UnsupportedFormatError, match="ANT eego needs an optional library; install antio"):
        open_vendor(tmp_path / "a.cnt")


def test_a_set_cut_short_after_opening_is_an_unreadable_recording(tmp_path: Path) -> None:
    pytest.importorskip("mne")
    header = brainvision(tmp_path, "Mk1=New Segment,,1,1,0,20240101120000000000\n")
    shutil.copy(tmp_path / "a.eeg", tmp_path / "whole")
    with open_vendor(header) as recording:
        (tmp_path / "a.eeg").write_bytes(b"")
        with pytest.raises(UnreadableRecordingError, match="reading failed"):
            recording.read(0, 6)
