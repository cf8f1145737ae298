"""De-identification: by allow-list, bit-identical samples, and no file where there is any doubt."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.data import data_file, data_files
from tests.support.raw_edf import parse

from westward.core.errors import InputError, RefusedError, UsageError
from westward.eeg.recording import stored
from westward.eeg.recording.anonymous_text import (
    labels,
    note_vocabulary,
    own_words,
    prefilter_text,
    transducer_text,
    words_of,
)
from westward.eeg.recording.channels import recognize
from westward.eeg.recording.deidentify import deidentify
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.recording.open import open_recording

START = datetime.fromisoformat("2023-11-17 21:34:56.5")
IDENTIFYING = (
    "MRN0048213", "Wilhelmina", "Quackenbush", "17-NOV-2023", "04-APR-2023", "17.11.23", "21.34.56", "Dr_Zhivkov",
    "Telemetry7Xylo", "Xylocaine", "Grandmother", "Zeppelin", "SN99173", "Bed4",
)  # fmt: skip
SPECS = (
    SignalSpec("EEG Fp1-Ref", 200, -3276.8, 3276.7, transducer="Cup SN99173", prefilter="HP:0.1Hz LP:70Hz Bed4"),
    SignalSpec("EEG T3-Ref", 200, 3000, -3000, transducer="AgAgCl cup electrodes"),
    SignalSpec("EEG C3-Zeppelin", 200, -3, 3, unit="mV"),
    SignalSpec("LDELT", 400, -1000, 1000),
    SignalSpec("Wilhelmina", 100, -10, 10, unit="Bed4"),
    SignalSpec("SpO2", 1, 0, 100, unit="%", digital_min=0, digital_max=1000),
)


def identified(path: Path, *, bdf: bool = False, gap: bool = False) -> Path:
    rng = np.random.default_rng(5)
    with EdfWriter(
        path,
        SPECS,
        start=START,
        patient="MRN0048213 F 04-APR-2023 Wilhelmina_Quackenbush",
        recording="Startdate 17-NOV-2023 EMU-7 Dr_Zhivkov Telemetry7Xylo",
        bdf=bdf,
        discontinuous=gap,
    ) as writer:
        for k in range(2):
            if k and gap:
                writer.start_segment(100.25)
            writer.write_digital([rng.integers(0, 1000, round(spec.sfreq_hz) * 10) for spec in SPECS])
        for onset_s, text in enumerate(
            [
                "Eyes closed",
                "Xylocaine given",
                "spasm",
                "SPASM ",
                "Grandmother holds Wilhelmina",
                "photic 12 Hz",
                "push button!",
            ]
        ):
            writer.annotate(onset_s + 0.125, 0.5, text)
    return path


@pytest.mark.parametrize("bdf", [False, True])
@pytest.mark.parametrize("gap", [False, True])
def test_no_identifying_word_is_left_anywhere(tmp_path: Path, bdf: bool, gap: bool) -> None:
    source = identified(tmp_path / "Quackenbush.edf", bdf=bdf, gap=gap)
    before = source.read_bytes()
    held = before.decode("latin-1").lower()
    assert all(word.lower() in held for word in IDENTIFYING)
    target = tmp_path / ("anonymous.bdf" if bdf else "anonymous.edf")
    receipt = deidentify(source, target, tell_age=True)
    after = target.read_bytes().decode("latin-1").lower()
    shown = json.dumps(receipt.to_json()).lower() + repr(receipt).lower()
    for word in IDENTIFYING:
        assert word.lower() not in after
        assert word.lower() not in shown
    assert source.read_bytes() == before


@pytest.mark.parametrize("bdf", [False, True])
@pytest.mark.parametrize("gap", [False, True])
def test_samples_scaling_gaps_times_and_meanings_stay(tmp_path: Path, bdf: bool, gap: bool) -> None:
    source = identified(tmp_path / "s.edf", bdf=bdf, gap=gap)
    target = tmp_path / ("t.bdf" if bdf else "t.edf")
    deidentify(source, target)
    old, new = parse(source), parse(target)
    for k in range(len(SPECS)):
        assert np.array_equal(old.digital(k), new.digital(k))
        for field in ("physical_min", "physical_max", "digital_min", "digital_max", "samples"):
            assert float(old.signals[k][field]) == float(new.signals[k][field])
    with EdfRecording(source) as a, EdfRecording(target) as b:
        assert [(s.start_s, s.stop_s) for s in b.segments] == [(s.start_s, s.stop_s) for s in a.segments]
        assert len(b.segments) == (2 if gap else 1)
        assert [(n.onset_s, n.duration_s) for n in b.notes] == [(n.onset_s, n.duration_s) for n in a.notes]
        assert [n.text for n in b.notes] == [
            "eyes closed",
            "note",
            "spasm",
            "spasm",
            "note",
            "photic 12 Hz",
            "push button",
        ]
        assert [c.label for c in b.channels] == [
            "EEG Fp1-Ref", "EEG T7-Ref", "EEG C3-R1", "EMG deltoid L", "unknown 1", "unknown 2",
        ]  # fmt: skip
        assert [(c.kind, c.electrode, c.muscle, c.side) for c in b.channels] == [
            (c.kind, c.electrode, c.muscle, c.side) for c in a.channels
        ]
        assert b.read(1, 2, [0]).data.tolist() == a.read(1, 2, [0]).data.tolist()
    assert [s["unit"] for s in new.signals] == ["uV", "uV", "mV", "uV", "", "%", ""]
    assert [s["prefilter"] for s in new.signals] == ["HP:0.1Hz LP:70Hz", *[""] * 6]
    assert [s["transducer"] for s in new.signals] == ["", "AgAgCl cup electrodes", *[""] * 5]


def test_both_dates_are_the_anonymous_one(tmp_path: Path) -> None:
    source = identified(tmp_path / "s.edf")
    deidentify(source, tmp_path / "t.edf")
    main = parse(tmp_path / "t.edf").main
    assert (main["date"], main["time"]) == ("01.01.85", "00.00.00")
    assert (main["patient"], main["recording"]) == ("X X X X", "Startdate 01-JAN-1985 X X X")
    deidentify(source, tmp_path / "u.edf", keep_sex=True, keep_time_of_day=True)
    main = parse(tmp_path / "u.edf").main
    assert (main["date"], main["time"], main["patient"]) == ("01.01.85", "21.34.56", "X F X X")
    with EdfRecording(tmp_path / "u.edf") as recording:
        assert recording.facts.start == datetime.fromisoformat("1985-01-01 21:34:56.5")


def test_a_simulated_recording_stays_marked_as_one(tmp_path: Path) -> None:
    source, target = tmp_path / "s.edf", tmp_path / "t.edf"
    with EdfWriter(
        source, SPECS[:1], start=START, patient="SIMULATED X 04-APR-2023 Simulated_infant",
        recording="Startdate 17-NOV-2023 SIMULATED X WESTWARD_SIMULATED",
    ) as writer:  # fmt: skip
        writer.write([np.zeros(2000)])
    receipt = deidentify(source, target)
    main = parse(target).main
    assert (main["patient"], main["recording"]) == ("X X X X", "Startdate 01-JAN-1985 X X SIMULATED")
    assert receipt.kept == ("simulated",)
    with open_recording(target) as copied:
        assert copied.facts.simulated
    again = deidentify(target, tmp_path / "u.edf")
    assert again.kept == ("simulated",)
    deidentify(identified(tmp_path / "real.edf"), tmp_path / "v.edf")
    with open_recording(tmp_path / "v.edf") as copied:
        assert not copied.facts.simulated


def test_the_receipt_counts_and_names_fields(tmp_path: Path) -> None:
    source = identified(tmp_path / "s.edf")
    receipt = deidentify(source, tmp_path / "t.edf", keep_sex=True, tell_age=True)
    told = json.loads(json.dumps(receipt.to_json()))
    assert told["verified"] is True
    assert told["file"] == "t.edf"
    assert told["kept"] == ["sex"]
    assert set(told["removed"]) == {
        "patient code", "patient name", "birth date", "start date", "time of day", "recording field", "file name",
    }  # fmt: skip
    assert told["notes_kept"] == {"eyes closed": 1, "photic 12 Hz": 1, "push button": 1, "spasm": 2}
    assert (told["notes_replaced"], told["n_channels"], told["n_records"], told["age_days"]) == (2, 6, 20, 227)
    assert (told["units_removed"], told["transducers_removed"], told["prefilters_reduced"]) == (1, 1, 1)
    assert deidentify(source, tmp_path / "u.edf").age_days is None


def test_a_site_may_keep_phrases_of_its_own_but_no_digits(tmp_path: Path) -> None:
    source = identified(tmp_path / "s.edf")
    receipt = deidentify(source, tmp_path / "t.edf", keep_notes=["Xylocaine given"])
    assert receipt.notes_kept["Xylocaine given"] == 1
    with pytest.raises(UsageError, match="without digits"):
        deidentify(source, tmp_path / "u.edf", keep_notes=["bed 4"])
    with pytest.raises(RefusedError, match="1 words of the patient"):
        deidentify(source, tmp_path / "u.edf", keep_notes=["Grandmother holds Wilhelmina"])
    assert not (tmp_path / "u.edf").exists()


@pytest.mark.parametrize(
    "name, message",
    [
        ("quackenbush_1.edf", "holds a word"),
        ("x20231117.edf", "holds a word"),
        ("mrn0048213.edf", "holds a word"),
        ("source.edf", "is the source"),
        ("SOURCE.edf", "that of the source"),
        ("case.bdf", "16 bits"),
        ("case-7734512.edf", "long number"),
        ("case.txt", "suffix"),
        ("nowhere/case.edf", "does not exist"),
        ("there.edf", "exists already"),
    ],
)
def test_names_that_tell_something_are_refused(tmp_path: Path, name: str, message: str) -> None:
    source = identified(tmp_path / "source.edf")
    (tmp_path / "there.edf").write_text("precious")
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(RefusedError, match=message) as caught:
        deidentify(source, tmp_path / name)
    assert "uackenbush" not in str(caught.value) or name.startswith("quack")
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert (tmp_path / "there.edf").read_text() == "precious"


def test_in_a_folder_the_file_is_named_by_its_own_digest(tmp_path: Path) -> None:
    source = identified(tmp_path / "s.edf")
    folder = tmp_path / "out"
    folder.mkdir()
    receipt = deidentify(source, folder)
    assert [p.name for p in folder.iterdir()] == [receipt.file]
    assert re.fullmatch(r"[0-9a-f]{16}\.edf", receipt.file)
    with pytest.raises(RefusedError, match="exists already"):
        deidentify(source, folder)
    assert len(list(folder.iterdir())) == 1


def test_an_existing_file_is_replaced_only_when_asked(tmp_path: Path) -> None:
    source = identified(tmp_path / "s.edf")
    target = tmp_path / "t.edf"
    target.write_text("old")
    deidentify(source, target, overwrite=True)
    assert len(parse(target).records) == 20
    with pytest.raises(RefusedError, match="is the source"):
        deidentify(source, source, overwrite=True)
    assert source.exists()


@pytest.mark.parametrize("harm", ["samples", "word", "crash"])
def test_any_doubt_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str) -> None:
    source = identified(tmp_path / "s.edf")
    write, annotate = EdfWriter.write_digital, EdfWriter.annotate
    if harm == "samples":
        monkeypatch.setattr(
            EdfWriter, "write_digital", lambda self, a: write(self, [x ^ (i == 3) for i, x in enumerate(a)])
        )
    elif harm == "word":
        monkeypatch.setattr(EdfWriter, "annotate", lambda self, a, b, text: annotate(self, a, b, "quackenbush"))
    else:
        monkeypatch.setattr(stored, "_integers", _raise)
    with pytest.raises(ZeroDivisionError if harm == "crash" else RefusedError):
        deidentify(source, tmp_path / "t.edf")
    assert [p.name for p in tmp_path.iterdir()] == ["s.edf"]


def _raise(*args: object) -> None:
    raise ZeroDivisionError


def test_what_cannot_be_read_gives_an_input_error_and_no_file(tmp_path: Path) -> None:
    source = identified(tmp_path / "s.edf")
    source.write_bytes(source.read_bytes()[:700])
    with pytest.raises(InputError):
        deidentify(source, tmp_path / "t.edf")
    assert [p.name for p in tmp_path.iterdir()] == ["s.edf"]


def test_bytes_behind_the_last_record_are_not_copied(tmp_path: Path) -> None:
    source = identified(tmp_path / "s.edf")
    with source.open("ab") as file:
        file.write(b"Wilhelmina Quackenbush MRN0048213")
    deidentify(source, tmp_path / "t.edf")
    assert b"uackenbush" not in (tmp_path / "t.edf").read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        (lambda b: b.replace(b"EDF+C", b"Bed4 ", 1)),
        (lambda b: b[:236] + b"-1      " + b[244:]),
        (lambda b: b[:-3000]),
        (lambda b: b.replace(b"+3\x14\x14", b"+9\x14\x14")),
    ],
)  # fmt: skip
def test_malformed_sources_end_clean_or_refused(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    source = identified(tmp_path / "s.edf")
    source.write_bytes(change(source.read_bytes()))
    try:
        deidentify(source, tmp_path / "t.edf")
    except RefusedError:
        assert not (tmp_path / "t.edf").exists()
    else:
        after = (tmp_path / "t.edf").read_bytes().decode("latin-1").lower()
        assert not [word for word in IDENTIFYING if word.lower() in after]


_FILES = [p for p in data_files("eeg/**/*.[eEb][dD][fF]") if "layouts/data" not in str(p) or "PN16-1" in p.name]


@pytest.mark.parametrize("path", _FILES, ids=lambda p: p.name)
def test_real_files_round_trip(tmp_path: Path, path: Path) -> None:
    try:
        receipt = deidentify(path, tmp_path)
    except InputError:
        assert "malformed" in str(path)
        assert not list(tmp_path.iterdir())
        return
    with EdfRecording(path) as old, EdfRecording(tmp_path / receipt.file) as new:
        assert len(new.channels) == len(old.channels)
        assert new.duration_s == pytest.approx(old.duration_s)
        assert new.facts.patient.name == new.facts.patient.code == ""
        assert [f.kind for f in new.findings if f.repaired] == []


def test_damaged_headers_never_let_a_word_through(tmp_path: Path) -> None:
    whole = bytearray(identified(tmp_path / "s.edf", gap=True).read_bytes())
    header = 256 * (len(SPECS) + 2)
    rng = np.random.default_rng(11)
    ends = {"written": 0, "refused": 0}
    for k in range(150):
        harmed = bytearray(whole)
        for at in rng.integers(0, header, int(rng.integers(1, 4))):
            harmed[at] = int(rng.choice(np.frombuffer(b"X7 -.\x00\xff", np.uint8)))
        source, target = tmp_path / f"harmed{k}.edf", tmp_path / f"out{k}.edf"
        source.write_bytes(harmed)
        try:
            deidentify(source, target)
        except (InputError, RefusedError):
            ends["refused"] += 1
            assert not target.exists()
        else:
            ends["written"] += 1
            after = target.read_bytes().decode("latin-1").lower()
            assert not [word for word in IDENTIFYING if word.lower() in after]
    assert ends["written"] > 20
    assert not list(tmp_path.glob(".*"))


def test_other_formats_lose_their_patient_too(tmp_path: Path) -> None:
    pytest.importorskip("antio")
    source = data_file("eeg/formats/test_CA_208_amp_disconnection.cnt")
    receipt = deidentify(source, tmp_path / "case.bdf")
    assert receipt.format == "BDF+D"
    assert receipt.samples_left_out < 88 * 2 * 1000
    assert b"antio" not in (tmp_path / "case.bdf").read_bytes().lower()
    assert {"patient name", "birth date", "start date", "time of day"} <= set(receipt.removed)
    with open_recording(source) as old, EdfRecording(tmp_path / "case.bdf") as new:
        a, b = (r.read(0, 6, ["Fp1", "O2"]).data for r in (old, new))
        assert np.abs(a - b).max() < 0.01
        assert [s.start_s for s in new.segments] == pytest.approx([s.start_s for s in old.segments])
        assert [c.electrode for c in new.channels] == [c.electrode for c in old.channels]
    assert [p.name for p in tmp_path.iterdir()] == ["case.bdf"]


@pytest.mark.parametrize(
    "name",
    [
        "nihon_kohden/MB0400FU.EEG",
        "persyst/sub-pt1_ses-02_task-monitor_acq-ecog_run-01_clip2.lay",
        "brainvision/test.vhdr",
    ],
)
def test_other_formats_become_bdf(tmp_path: Path, name: str) -> None:
    pytest.importorskip("mne")
    source = data_file(f"eeg/formats/{name}")
    receipt = deidentify(source, tmp_path)
    assert receipt.file.endswith(".bdf")
    assert receipt.samples_left_out == 0
    with open_recording(source) as old, EdfRecording(tmp_path / receipt.file) as new:
        assert new.duration_s == pytest.approx(old.duration_s)
        page, same = (r.read(0, 4, [c.index for c in old.channels]).data for r in (old, new))
        step = np.ptp(page, axis=1, keepdims=True) / 2**23 + np.abs(page).max(axis=1, keepdims=True) / 2**22 + 1e-5
        assert (np.abs(page - same) <= step).all()


# ---------------------------------------------------------------------- the lists


@pytest.mark.parametrize(
    "text, kept",
    [
        ("Eyes open", "eyes open"),
        ("  ASLEEP. ", "asleep"),
        ("photic 5 Hz", "photic 5 Hz"),
        ("5Hz", "photic 5 Hz"),
        ("Photic 500 Hz", None),
        ("photic # Hz", None),
        ("eyes open Smith", None),
        ("T1", "T1"),
        ("", None),
        ("123456", None),
    ],
)
def test_notes_are_kept_only_as_whole_phrases(text: str, kept: str | None) -> None:
    assert note_vocabulary().kept(text) == kept


@given(st.text(max_size=40))
def test_a_kept_note_is_always_in_our_own_words(text: str) -> None:
    kept = note_vocabulary().kept(text)
    assert kept is None or {re.sub(r"\d+", "", w) for w in words_of([kept])} <= {
        re.sub(r"\d+", "", w) for w in own_words()
    } | {""}


@pytest.mark.parametrize(
    "text, kept",
    [
        ("HP:0.1Hz LP:75Hz N:50Hz", "HP:0.1Hz LP:75Hz N:50Hz"),
        ("HP: 0.016 Hz; LP: 70 Hz", "HP:0.016Hz LP:70Hz"),
        ("HP:0.1Hz by Dr Smith 555-1234", "HP:0.1Hz"),
        ("none", ""),
        ("LP:1234567890Hz", ""),
    ],
)
def test_filters_are_written_anew(text: str, kept: str) -> None:
    assert prefilter_text(text) == kept


def test_transducers_are_kept_when_every_word_is_known() -> None:
    assert transducer_text("Active electrode") == "Active electrode"
    assert transducer_text("Active electrode 0048213") == ""
    assert transducer_text("Smith electrode") == ""


_FOUND = (
    "Fp1 T3-A2 C3-Smith C4-Jones O1-G2 Fp1-F7 EKG LOC-A1 ROC Chin LPARASPINAL RINTERCOSTAL EMG2 Resp Anna A3 29 "
    "HEOG VEOG Photic Status FT10-TP10"
)


@given(st.lists(st.sampled_from(_FOUND.split()), max_size=25))
@example(["Fp1-F7"] * 6)
def test_labels_are_unique_fit_and_keep_the_meaning(found: list[str]) -> None:
    channels = recognize(found, [200.0] * len(found))
    written = labels(channels)
    assert len(set(written)) == len(written)
    assert all(0 < len(label) <= 16 and label.isascii() for label in written)
    assert not any(name in label for label in written for name in ("Smith", "Jones", "Anna"))
    again = recognize(written, [200.0] * len(found))
    assert [(c.kind, c.electrode, c.anode, c.side, c.muscle) for c in again] == [
        (c.kind, c.electrode, c.anode, c.side, c.muscle) for c in channels
    ]
