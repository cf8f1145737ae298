from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.core.ages import days_from_months
from westward.look import words

T = words.THIN


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (31.2, "mg", f"31.2{T}mg"),
        (3, "", "3"),
        (3.0, "µV", f"3{T}µV"),
        (0.1234, "", "0.123"),
        (1234.5, "", "1234"),
        (250_000, "", "250,000"),
        (-2.5, "µV", f"\u22122.50{T}µV"),
        (0.0, "", "0"),
    ],
)
def test_a_number_carries_its_unit(value: float, unit: str, shown: str) -> None:
    assert words.number(value, unit) == shown


@pytest.mark.parametrize("absent", [None, float("nan"), float("inf")])
def test_what_was_not_measured_is_said_to_be_absent(absent: float | None) -> None:
    assert words.number(absent) == words.percent(absent) == words.duration(absent) == "not assessable"


def test_a_minus_sign_never_stands_before_zero() -> None:
    assert words.number(-0.001, decimals=1) == "0.0"


@pytest.mark.parametrize(
    ("fraction", "shown"), [(0.0, "0%"), (0.001, "<1%"), (0.38, "38%"), (0.999, ">99%"), (1.0, "100%")]
)
def test_a_percentage_reaches_0_and_100_only_when_exact(fraction: float, shown: str) -> None:
    assert words.percent(fraction) == shown


@given(st.floats(0, 1))
def test_percent_never_claims_none_or_all(fraction: float) -> None:
    shown = words.percent(fraction, decimals=1)
    assert (shown == "0.0%") == (fraction == 0)
    assert (shown == "100.0%") == (fraction == 1)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, f"0{T}s"),
        (1.42, f"1.4{T}s"),
        (59.97, f"1{T}min"),
        (312, f"5{T}min 12{T}s"),
        (3600, f"1{T}h"),
        (86_280, f"23{T}h 58{T}min"),
    ],
)
def test_a_duration_has_two_parts(seconds: float, shown: str) -> None:
    assert words.duration(seconds) == shown


def test_a_clock_is_cut_not_rounded() -> None:
    assert words.clock(3 * 3600 + 12 * 60 + 45.99) == "3:12:45"
    assert words.clock(90_061.239, decimals=2) == "25:01:01.23"
    assert words.clock(5400, with_seconds=False) == "1:30"


@given(st.integers(0, 10_000_000))
def test_a_clock_read_back_gives_its_hundredths(hundredths: int) -> None:
    h, m, s = words.clock(hundredths / 100, decimals=2).split(":")
    whole, part = s.split(".")
    assert ((int(h) * 60 + int(m)) * 60 + int(whole)) * 100 + int(part) == hundredths


def test_a_date_is_unambiguous() -> None:
    assert words.day(date(2026, 12, 1)) == "Tue 1 Dec 2026"


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (12, f"12{T}d"),
        (days_from_months(7), f"7{T}mo"),
        (216, f"7{T}mo 3{T}d"),
        (30, f"1{T}mo"),
        (365 * 3 + 70, f"3{T}y 2{T}mo"),
        (None, "age unknown"),
    ],
)
def test_an_age_is_said_as_clinicians_say_it(days: int | None, shown: str) -> None:
    assert words.age(days) == shown


@given(st.integers(0, 1090), st.integers(1, 5))
def test_an_older_child_never_reads_younger(days: int, more: int) -> None:
    def read(text: str) -> float:
        parts = dict(reversed(p.split(T)) for p in text.split(" "))  # type: ignore[arg-type]
        return 31 * float(parts.get("mo", 0)) + float(parts.get("d", 0))

    assert read(words.age(days)) <= read(words.age(days + more))


def test_an_interval_keeps_its_exact_value() -> None:
    assert words.interval(3600 * 3) == words.Interval("3 hours", f"3{T}h")
    assert words.interval(10_632) == words.Interval("about 3 hours", f"2{T}h 57{T}min 12{T}s")
    assert words.interval(86_400 * 2).words == "2 days"


def test_counts_and_lists_read_as_english() -> None:
    assert [words.count(n, "focus", "foci") for n in (0, 1, 3)] == ["no foci", "1 focus", "3 foci"]
    assert words.count(None, "focus", "foci") == "foci: not assessable"
    assert [words.listing(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    "code, shown",
    [
        ("acth_natural", "ACTH natural"),
        ("plp", "PLP"),
        ("polg_disease", "POLG disease"),
        ("glut1_deficiency", "GLUT1 deficiency"),
        ("kidney_disease", "kidney disease"),
        ("prednisolone_8mgkg_max60", "prednisolone 8\u202fmg/kg at most 60\u202fmg"),
        ("prednisolone_40_60mg", "prednisolone 40–60\u202fmg"),
        ("synthetic_ACTH_0.5_0.75mg_altday", "synthetic ACTH 0.5–0.75\u202fmg on alternate days"),
        ("ACTH_150Um2", "ACTH 150\u202fU/m²"),
        ("vigabatrin_100_150", "vigabatrin 100–150"),
        ("spasm_free_day14", "spasm free day 14"),
        ("EC_response", "electroclinical response"),
        ("UKISS13_14", "UKISS13 14"),
    ],
)
def test_a_code_reads_as_words_with_its_units_and_no_other(code: str, shown: str) -> None:
    assert words.coded(code) == shown
