from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.edf_bytes import stamp

from westward.eeg.recording.edf_tal import Tal, parse_tals, record_onsets


def rows(*records: bytes, width: int = 40) -> np.ndarray:
    return np.frombuffer(b"".join(r.ljust(width, b"\0") for r in records), np.uint8).reshape(-1, width)


def reference(record: bytes) -> float:
    match = re.match(rb"([+-](?:\d+(?:\.\d*)?|\.\d+))\x14\x14", record)
    return float(match[1]) if match else np.nan


@given(st.lists(st.floats(-1e6, 1e9, allow_nan=False).map(lambda t: round(t, 6)), min_size=1, max_size=20))
def test_onsets_equal_those_of_a_regular_expression(onsets: list[float]) -> None:
    records = [f"{t:+f}".rstrip("0").encode() + b"\x14\x14\0" for t in onsets]
    assert record_onsets(rows(*records)) == pytest.approx([reference(r) for r in records], rel=1e-12, abs=1e-9)


@given(st.lists(st.binary(max_size=12), min_size=1, max_size=20))
def test_arbitrary_bytes_give_the_reference_onset_or_none(records: list[bytes]) -> None:
    mixed = [b"+12\x14\x14" + r for r in records] + [b"+1" + r for r in records] + records
    expected = [reference(r.ljust(40, b"\0")) for r in mixed]
    np.testing.assert_allclose(record_onsets(rows(*mixed)), expected, rtol=1e-12)


@given(st.lists(st.binary(max_size=30), max_size=20))
def test_arbitrary_bytes_never_raise(records: list[bytes]) -> None:
    tals, _ = parse_tals(rows(*records), timekeeping=True)
    assert all(np.isfinite(t.onset_s) and t.duration_s >= 0 for t in tals)


def test_timekeeping_stamps_are_no_annotations() -> None:
    assert parse_tals(rows(stamp(0), stamp(1)), timekeeping=True) == ([], [])


def test_texts_behind_the_timekeeping_stamp_count() -> None:
    tals, problems = parse_tals(rows(stamp(0, "", "Recording starts") + stamp(0.5, "Eyes open")), timekeeping=True)
    assert tals == [Tal(0.0, 0.0, "Recording starts"), Tal(0.5, 0.0, "Eyes open")]
    assert not problems


def test_duration_and_several_texts_of_one_stamp() -> None:
    tals, _ = parse_tals(rows(stamp(3.25, "Apnea", "left", duration="22.5")), timekeeping=False)
    assert tals == [Tal(3.25, 22.5, "Apnea"), Tal(3.25, 22.5, "left")]


@pytest.mark.parametrize(
    "raw, text", [("Müdigkeit".encode(), "Müdigkeit"), (b"M\xfcdigkeit", "Müdigkeit"), ("β波".encode(), "β波")]
)
def test_texts_are_utf8_else_latin1(raw: bytes, text: str) -> None:
    tals, _ = parse_tals(rows(b"+1\x14" + raw + b"\x14\0"), timekeeping=False)
    assert [t.text for t in tals] == [text]


@pytest.mark.parametrize("raw", [b"Eyes open\x14\0", b"+x\x14Eyes open\x14\0", b"\xff\xfe\x14\x14", b"+5 Eyes open"])
def test_what_is_no_stamp_is_reported(raw: bytes) -> None:
    tals, problems = parse_tals(rows(raw), timekeeping=False)
    assert not tals
    assert [p.repaired for p in problems] == [False]


def test_a_missing_sign_is_repaired() -> None:
    tals, problems = parse_tals(rows(b"5\x14Eyes open\x14\0"), timekeeping=False)
    assert tals == [Tal(5.0, 0.0, "Eyes open")]
    assert [p.repaired for p in problems] == [True]
