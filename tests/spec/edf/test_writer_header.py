"""EDF+ 2.1.3, additional specifications for the header, as written by us; one test per rule."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from tests.support.raw_edf import RawEdf, parse

from westward.core.errors import UsageError
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec

MORNING = datetime.fromisoformat("2024-03-09 07:08:09")
SPEC = SignalSpec("EEG Fp1-Ref", 100, -3000, 3000, unit="µV", prefilter="HP:0.1Hz LP:75Hz", transducer="AgAgCl cup")


def written(path: Path, spec: SignalSpec = SPEC, **options: object) -> RawEdf:
    options.setdefault("start", MORNING)
    with EdfWriter(path, [spec], **options) as writer:  # type: ignore[arg-type]
        writer.write([np.zeros(300, np.float32)])
    return parse(path)


def test_rule_1_only_printable_us_ascii(tmp_path: Path) -> None:
    raw = written(tmp_path / "a.edf")
    assert all(32 <= byte < 127 for byte in raw.head)
    with pytest.raises(UsageError, match="printable ASCII"):
        written(tmp_path / "b.edf", patient="X X X Müller")


def test_rule_2_start_date_and_time_with_dots(tmp_path: Path) -> None:
    raw = written(tmp_path / "a.edf")
    assert (raw.main["date"], raw.main["time"]) == ("09.03.24", "07.08.09")


@pytest.mark.parametrize(
    "year, yy", [(1985, "85"), (1999, "99"), (2000, "00"), (2084, "84"), (2085, "yy"), (1984, "yy")]
)
def test_rule_2_clipping_year_1985(tmp_path: Path, year: int, yy: str) -> None:
    raw = written(tmp_path / "a.edf", start=datetime.fromisoformat(f"{year}-03-09"))
    assert raw.main["date"] == f"09.03.{yy}"
    assert raw.main["recording"] == f"Startdate 09-MAR-{year} X X X"


def test_rule_3_patient_has_four_subfields(tmp_path: Path) -> None:
    assert written(tmp_path / "a.edf").main["patient"] == "X X X X"
    kept = "MCH-0234567 F 02-MAY-1951 Haagse_Harry"
    assert written(tmp_path / "b.edf", patient=kept).main["patient"] == kept
    for wrong in ("X X X", "X Q X X", "X F 02-05-1951 X", "X F 02-MEI-1951 X", "X  X X X", ""):
        with pytest.raises(UsageError, match="EDF\\+"):
            written(tmp_path / "c.edf", patient=wrong)


def test_rule_4_recording_begins_with_the_start_date_and_agrees_with_the_header(tmp_path: Path) -> None:
    assert written(tmp_path / "a.edf").main["recording"] == "Startdate 09-MAR-2024 X X X"
    kept = "Startdate 09-MAR-2024 PSG-1234/2002 NN Telemetry03"
    assert written(tmp_path / "b.edf", recording=kept).main["recording"] == kept
    for wrong in (
        "Startdate 10-MAR-2024 X X X",
        "Startdate 09-MRZ-2024 X X X",
        "09-MAR-2024 X X X X",
        "Startdate X X X",
    ):
        with pytest.raises(UsageError, match="EDF\\+"):
            written(tmp_path / "c.edf", recording=wrong)


def test_rule_4_unknown_start(tmp_path: Path) -> None:
    raw = written(tmp_path / "a.edf", start=None)
    assert (raw.main["date"], raw.main["time"]) == ("01.01.85", "00.00.00")
    assert raw.main["recording"] == "Startdate X X X X"


def test_rule_5_digital_range_upward_physical_range_may_be_reversed(tmp_path: Path) -> None:
    raw = written(tmp_path / "a.edf", SignalSpec("C3", 100, 500, -500))
    signal = raw.signals[0]
    assert int(signal["digital_min"]) < int(signal["digital_max"])
    assert float(signal["physical_min"]) > float(signal["physical_max"])


@pytest.mark.parametrize("limit", [3276.7, 1 / 3, 0.001, 1e-5, 123456.75, 8711, 1e6])
def test_rule_6_numbers_with_a_dot_and_without_grouping(tmp_path: Path, limit: float) -> None:
    raw = written(tmp_path / "a.edf", SignalSpec("C3", 100, -limit, limit))
    for name in ("physical_min", "physical_max"):
        text = raw.signals[0][name]
        assert len(text) <= 8
        assert set(text) <= set("-.0123456789")
    assert float(raw.signals[0]["physical_max"]) >= limit * (1 - 1e-12)
    assert float(raw.signals[0]["physical_max"]) == pytest.approx(limit, rel=0.15)


def test_rule_7_samples_are_little_endian_twos_complement(tmp_path: Path) -> None:
    for bdf, stored in ((False, b"\xfe\xff"), (True, b"\xfe\xff\xff")):
        path = tmp_path / f"{bdf}.edf"
        with EdfWriter(path, [SignalSpec("C3", 1, -100, 100)], start=None, bdf=bdf) as writer:
            writer.write_digital([np.array([-2])])
        assert parse(path).records[0][0] == stored


def test_rule_10_number_of_records_is_minus_one_only_while_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.edf"
    writer = EdfWriter(path, [SPEC], start=MORNING)
    writer.write([np.zeros(300, np.float32)])
    writer._file.flush()
    assert parse(next(tmp_path.iterdir())).main["n_records"] == "-1"
    assert not path.exists()
    writer.close()
    assert parse(path).main["n_records"] == "3"


def test_rule_11_filters_and_transducer_are_kept(tmp_path: Path) -> None:
    signal = written(tmp_path / "a.edf").signals[0]
    assert (signal["prefilter"], signal["transducer"]) == ("HP:0.1Hz LP:75Hz", "AgAgCl cup")


def test_micro_is_written_u(tmp_path: Path) -> None:
    assert written(tmp_path / "a.edf").signals[0]["unit"] == "uV"


@pytest.mark.parametrize("bdf, plus", [(False, "C"), (False, "D"), (True, "C"), (True, "D")])
def test_the_reserved_field_says_what_the_file_is(tmp_path: Path, bdf: bool, plus: str) -> None:
    raw = written(tmp_path / "a.edf", bdf=bdf, discontinuous=plus == "D")
    kind = "BDF" if bdf else "EDF"
    assert raw.main["reserved"] == f"{kind}+{plus}"
    assert raw.signals[-1]["label"] == f"{kind} Annotations"
    assert raw.head[:8] == (b"\xffBIOSEMI" if bdf else b"0       ")
    assert int(raw.main["header_bytes"]) == len(raw.head) == 256 * 3
