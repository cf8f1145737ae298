from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.edf_bytes import Signal, annotations, edf_bytes, stamp

from westward.core.errors import UnreadableRecordingError
from westward.eeg.recording.edf_header import EdfHeader, parse_header
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_text import last_decimal, number
from westward.eeg.recording.finding import Finding

CAP = ("Fp1", "Fp2", "C3", "C4", "O1", "O2")


def sound(**options: object) -> bytes:
    return edf_bytes([Signal(f"EEG {e}-Ref", 100) for e in CAP], n_records=2, **options)  # type: ignore[arg-type]


def parse(data: bytes, name: str = "x.edf") -> tuple[EdfHeader, list[Finding]]:
    return parse_header(data, path=Path(name), file_bytes=len(data))


def put(data: bytes, at: int, text: str, width: int = 8) -> bytes:
    return data[:at] + text.encode("latin-1").ljust(width) + data[at + width :]


def field_at(name: str, signal: int, n: int = len(CAP)) -> int:
    offsets = {"unit": (96, 8), "physical_min": (104, 8), "physical_max": (112, 8), "digital_max": (128, 8),
               "n_samples": (216, 8)}  # fmt: skip
    base, width = offsets[name]
    return 256 + base * n + signal * width


def test_a_sound_header_has_no_findings() -> None:
    header, findings = parse(sound())
    assert findings == []
    assert (header.format, header.n_records, header.record_s, len(header.signals)) == ("EDF", 2, 1.0, 6)
    assert header.record_bytes == 1200
    assert header.signals[2].gain == pytest.approx(0.1)


@pytest.mark.parametrize(
    "data, match",
    [
        (b"", "only 0 bytes"),
        (b"0       " * 20, "only 160 bytes"),
        (b"\x89PNG\r\n\x1a\n" + bytes(4000), "not an EDF or BDF file"),
        (sound()[:1000], "number of signals|inside its header"),
        (put(sound(), 252, "abcd", 4)[:500], "number of signals"),
        (put(sound(), 244, "?"), "duration of a data record is '\\?'"),
        (put(sound(), 244, "-1"), "duration of a data record"),
        (put(sound(), field_at("n_samples", 3), "1e2x"), "samples per record of signal 4"),
        (put(sound(), field_at("n_samples", 3), "-5"), "samples per record of signal 4"),
    ],
)
def test_what_cannot_be_repaired_is_one_line(data: bytes, match: str) -> None:
    with pytest.raises(UnreadableRecordingError, match=match) as caught:
        parse(data)
    assert "\n" not in str(caught.value)
    assert caught.value.where
    assert caught.value.remedy


@pytest.mark.parametrize(
    "data, kind",
    [
        (put(sound(), 184, "1"), "header_bytes"),
        (put(sound(), 252, "5", 4), "signal_count"),
        (b"1" + sound()[1:], "version_field"),
        (put(sound(), 192, "something", 44), "reserved_field"),
        (put(sound(), field_at("physical_min", 1), "-3276,8"), "decimal_comma"),
        (put(sound(), field_at("physical_max", 1), "32\xff6.7"), "malformed_number"),
        (put(sound(), field_at("digital_max", 1), " 32767"), "number_form"),
        (put(sound(), 168, "02-03-24"), "start_date_form"),
        (put(sound(), 168, "99.99.99"), "start_date"),
        (put(sound(), 176, "25.61.00"), "start_time"),
        (put(sound(), 88, "Startdate 02-MAR-2023 X X X", 80), "start_date"),
        (put(sound(), 8, "J\xfcrgen", 80), "non_ascii_header"),
    ],
)
def test_what_can_be_repaired_is_a_finding(data: bytes, kind: str) -> None:
    header, findings = parse(data)
    assert kind in {f.kind for f in findings}
    assert len(header.signals) == 6


def test_an_unreadable_range_takes_that_of_the_others() -> None:
    header, _ = parse(put(sound(), field_at("physical_max", 1), "garbage"))
    assert header.signals[1].physical_max == 3276.7


def test_an_unreadable_range_that_others_do_not_share_gives_no_scale() -> None:
    signals = [Signal("EEG C3", 4, physical_max="oops"), Signal("EEG C4", 4)]
    header, findings = parse(edf_bytes(signals, n_records=1))
    assert not header.signals[0].calibrated
    assert "not_calibrated" in {f.kind for f in findings}


@pytest.mark.parametrize("label", ["EDF Annotation5", "EDF ANNOTATIONS", "edf annotations", "XDF Annotations"])
def test_a_misspelled_annotation_signal_is_still_one(label: str) -> None:
    tal = annotations([stamp(0)], label=label)
    header, findings = parse(edf_bytes([Signal(n_samples=4), tal], n_records=1, reserved="EDF+C"))
    assert header.signals[1].is_annotation
    assert [f.kind for f in findings] == ["annotation_label"]


def test_a_damaged_reserved_field_does_not_hide_annotations() -> None:
    header, findings = parse(edf_bytes([Signal(n_samples=4), annotations([stamp(0)])], n_records=1, reserved="?DF+D"))
    assert header.format == "EDF+D"
    assert [f.kind for f in findings] == ["reserved_field"]


def test_years_clip_at_1985() -> None:
    for text, year in (("02.03.85", 1985), ("02.03.99", 1999), ("02.03.00", 2000), ("02.03.84", 2084)):
        header, _ = parse(sound(start_date=text, recording="ward 3"))
        assert header.start is not None
        assert header.start.year == year


@pytest.mark.parametrize("text, value", [("1", 1.0), ("-1.5", -1.5), ("1E3", 1000.0), (".5", 0.5), ("2,5", 2.5)])
def test_numbers(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "nan", "inf", "1_0", "0x10", "1 2", "--1", "1e999", "٣"])
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None


def test_weight_of_the_last_decimal() -> None:
    assert [last_decimal(t) for t in ("800", "-3.25", "1.0")] == [1, 0.01, 0.1]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3000), st.booleans())
def test_no_bytes_give_another_exception(tmp_path_factory: pytest.TempPathFactory, tail: bytes, magic: bool) -> None:
    path = tmp_path_factory.getbasetemp() / "any.edf"
    path.write_bytes((b"0       " if magic else b"") + tail)
    with pytest.raises(UnreadableRecordingError):
        EdfRecording(path)


def test_a_header_that_claims_the_world_allocates_nothing(tmp_path: Path) -> None:
    for at, text in ((field_at("n_samples", 0), "99999999"), (236, "99999999"), (252, "9999")):
        path = tmp_path / "x.edf"
        path.write_bytes(put(sound(), at, text, 4 if at == 252 else 8))
        if at == field_at("n_samples", 0):
            with pytest.raises(UnreadableRecordingError, match="not one whole data record"):
                EdfRecording(path)
            continue
        with EdfRecording(path) as recording:
            assert recording.findings
            assert recording.read(0, 2).data.shape == (6, 200)
