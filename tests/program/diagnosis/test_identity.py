"""Whose recording it is: every clause that stops, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from westward.program.diagnosis.rules.identity import Header, Person, birth_fit, check, could_be, sex_fit
from westward.program.diagnosis.rules.names import Fit

TODAY = date(2025, 12, 1)
CHART = Person(key=1, family="Rivera", given="Ana", birth=date(2025, 3, 1), sex="female", record_number="0077")
FILE = Header(name="Rivera Ana", code="77", sex="F", birth=date(2025, 3, 1), recorded=date(2025, 10, 5))


def stops(header: Header = FILE, chart: Person = CHART, others: tuple[Person, ...] = (), **options: object) -> str:
    return "; ".join(check(header, chart, others=others, today=TODAY, **options).stops)  # type: ignore[arg-type]


def fits(header: Header = FILE, chart: Person = CHART, expected: date | None = None) -> dict[str, Fit]:
    return {line.field: line.fit for line in check(header, chart, others=(), today=TODAY, expected=expected).lines}


def test_all_the_same_goes_on() -> None:
    assert stops() == ""
    assert fits(expected=date(2025, 10, 5)) == dict.fromkeys(
        ["name", "birth date", "sex", "recording date", "record number"], Fit.SAME
    )


def test_another_name_stops() -> None:
    assert "name in the file is not that of the chart" in stops(replace(FILE, name="Smith Ana"))


def test_another_birth_date_stops() -> None:
    assert "birth date in the file is not" in stops(replace(FILE, birth=date(2025, 3, 2)))


def test_a_birth_date_with_day_and_month_swapped_stops_and_is_told_as_such() -> None:
    assert "day and month swapped" in stops(replace(FILE, birth=date(2025, 1, 3)))
    assert birth_fit(date(2025, 1, 3), date(2025, 3, 1)) is Fit.SWAPPED
    assert birth_fit(date(2025, 3, 3), date(2025, 3, 3)) is Fit.SAME


def test_another_sex_stops() -> None:
    assert "sex in the file" in stops(replace(FILE, sex="M"))


@pytest.mark.parametrize(
    "in_file, on_chart, fit",
    [
        ("M", "male", Fit.SAME), ("female", "female", Fit.SAME), ("", "male", Fit.ABSENT), ("X", "male", Fit.ABSENT),
        ("F", "unknown", Fit.UNKNOWN), ("F", "other", Fit.UNKNOWN), ("F", "male", Fit.DIFFERS),
    ],
)  # fmt: skip
def test_sex(in_file: str, on_chart: str, fit: Fit) -> None:
    assert sex_fit(in_file, on_chart) is fit


def test_a_recording_before_birth_stops() -> None:
    assert "before the birth" in stops(replace(FILE, recorded=date(2025, 2, 28)))


def test_a_recording_in_the_future_stops() -> None:
    assert "in the future" in stops(replace(FILE, recorded=date(2025, 12, 2)))


def test_a_recording_of_another_day_than_the_order_says_stops() -> None:
    assert "not the day it was recorded" in stops(expected=date(2025, 10, 9))


@pytest.mark.parametrize("day", [4, 5, 6])
def test_a_night_may_begin_a_day_before_or_after(day: int) -> None:
    assert stops(expected=date(2025, 10, day)) == ""


def test_absent_fields_are_never_a_match() -> None:
    bare = Header()
    assert set(fits(bare).values()) == {Fit.ABSENT}
    assert "neither a name nor a birth date" in stops(bare)
    assert "neither" in stops(replace(FILE, name="XXX", birth=None))


@pytest.mark.parametrize("kept", [{"birth": None}, {"sex": ""}, {"recorded": None}, {"code": ""}])
def test_one_absent_field_does_not_stop(kept: dict[str, object]) -> None:
    assert stops(replace(FILE, **kept)) == ""


@pytest.mark.parametrize("day", [date(1985, 1, 1), date(1900, 1, 1)])
def test_days_that_anonymizers_write_are_absent(day: date) -> None:
    assert fits(replace(FILE, recorded=day, birth=day))["recording date"] is Fit.ABSENT
    assert fits(replace(FILE, birth=day))["birth date"] is Fit.ABSENT


def test_another_code_is_a_caution_only() -> None:
    found = check(replace(FILE, code="B-12"), CHART, others=(), today=TODAY)
    assert (found.stops, "record number" in found.cautions[0]) == ((), True)


def test_a_name_that_fits_in_part_is_a_caution_with_a_birth_date() -> None:
    found = check(replace(FILE, name="Rivera A"), CHART, others=(), today=TODAY)
    assert (found.stops, "in part" in found.cautions[0]) == ((), True)


def test_twins_always_stop() -> None:
    assert "twins or more" in stops(chart=replace(CHART, multiple_birth=True))


def test_a_sibling_of_the_same_day_stops_though_not_marked_as_twin() -> None:
    other = Person(key=2, family="RIVERA", given="Luz", birth=CHART.birth, sex="female")
    assert "same family name and birth date" in stops(others=(other,))


def test_a_file_that_fits_another_chart_as_well_stops() -> None:
    other = Person(key=2, family="Rivera", given="Ana", birth=date(2025, 3, 1))
    assert stops(others=(other,)) != ""
    nameless = replace(FILE, name="Lopez")
    there = Person(key=3, family="Lopez", given="Eva", birth=CHART.birth)
    assert "fits another chart" in stops(nameless, others=(there,))


@pytest.mark.parametrize("name", ["", "X", "XXX X", "anonymous", "Patient^Name", "X_X"])
def test_a_file_without_a_name_stops_until_a_person_confirms(name: str) -> None:
    assert "no name" in stops(replace(FILE, name=name))


@pytest.mark.parametrize("name", ["Rivera", "RIVERA^A", "Rivera, Baby Girl", "Rivera Ana Luz"])
def test_a_name_in_part_and_no_birth_date_stops(name: str) -> None:
    assert "fits only in part and the file holds no birth date" in stops(replace(FILE, name=name, birth=None))


SISTER = Person(key=2, family="Rivera", given="Luz", birth=date(2023, 6, 1), sex="female")
BROTHER = replace(SISTER, given="Luis", sex="male")


@pytest.mark.parametrize(
    "said, stopped",
    [
        ({}, False),  # name and birth date fit this child alone
        ({"name": "Rivera"}, False),  # the birth date tells
        ({"birth": None}, False),  # the given name tells
        ({"birth": None, "name": "RIVERA^ANA^^"}, False),
        ({"birth": None, "name": "rivera,  ána"}, False),
        ({"birth": None, "name": "Rivera"}, True),
        ({"birth": None, "name": "Rivera^L"}, True),
        ({"birth": None, "name": "Rivera Baby Girl", "sex": ""}, True),
        ({"birth": date(2025, 1, 6), "name": "Rivera"}, True),
    ],
)
def test_a_sister_of_another_day_stops_where_the_file_cannot_tell(said: dict[str, Any], stopped: bool) -> None:
    assert bool(stops(replace(FILE, **said), others=(SISTER,))) is stopped


def test_what_does_not_tell_them_apart_is_named() -> None:
    bare = replace(FILE, birth=None, sex="", name="Rivera")
    assert "does not tell this child from another of the program" in stops(bare, others=(SISTER,))
    assert "no given name, no birth date and no sex" in stops(bare, others=(SISTER,))


def test_a_brother_is_told_apart_by_sex_a_chart_without_sex_is_not() -> None:
    said = replace(FILE, birth=None, name="Rivera")
    assert "does not tell" not in stops(said, others=(BROTHER,))
    assert "does not tell" in stops(said, others=(replace(BROTHER, sex="unknown"),))


def test_namesakes_are_told_apart_by_the_birth_date_only() -> None:
    other = replace(SISTER, given="Ana")
    assert stops(others=(other,)) == ""
    assert "does not tell" in stops(replace(FILE, birth=None), others=(other,))
    both = replace(other, family="Rivera López")
    assert "does not tell" in stops(replace(FILE, birth=None), others=(both,))
    assert "does not tell" in stops(
        replace(FILE, birth=date(2025, 1, 3)), others=(replace(both, birth=date(2025, 3, 1)),)
    )


def test_an_anonymous_file_of_a_day_on_which_two_were_born_names_both_reasons() -> None:
    other = Person(key=2, family="Okafor", given="Ada", birth=CHART.birth)
    assert "does not tell" in stops(replace(FILE, name="X"), others=(other,))


def test_twins_are_known_by_their_caregiver_and_by_a_birth_across_midnight() -> None:
    born_later = Person(key=2, family="Rivera", given="Luz", birth=date(2025, 3, 2))
    assert "same family name" in stops(others=(born_later,))
    other_name = Person(key=2, family="Lopez", given="Luz", birth=CHART.birth)
    assert stops(others=(other_name,)) == ""
    assert "sibling" in stops(others=(replace(other_name, sibling=True),))


def test_the_record_number_of_another_chart_stops() -> None:
    other = Person(key=2, family="Okafor", given="Ada", birth=date(2020, 1, 1), record_number="00448812")
    assert "record number of another chart" in stops(replace(FILE, code="448812"), others=(other,))
    assert stops(replace(FILE, code="448813"), others=(other,)) == ""


def test_the_charts_that_could_be_meant_are_kept_by_key() -> None:
    found = check(replace(FILE, birth=None, name="Rivera"), CHART, others=(SISTER, BROTHER), today=TODAY)
    assert (found.others, found.to_json()["others"]) == ((2,), [2])


def test_other_children_of_the_day_and_the_chart_itself_do_not_stop() -> None:
    other = Person(key=2, family="Okafor", given="Ada", birth=CHART.birth)
    assert stops(others=(other, CHART)) == ""


def test_a_file_is_matched_by_name_and_birth_date_both() -> None:
    assert could_be(FILE, CHART)
    assert not could_be(replace(FILE, birth=None), CHART)
    assert not could_be(replace(FILE, name=""), CHART)
    assert not could_be(replace(FILE, sex="M"), CHART)


def test_the_comparison_as_plain_values_holds_no_other_child() -> None:
    other = Person(key=2, family="Rivera", given="Luz", birth=CHART.birth)
    assert "Luz" not in str(check(FILE, CHART, others=(other,), today=TODAY).to_json())


@pytest.mark.parametrize(
    "name, sex, on_chart, fit",
    [
        ("Rivera Baby Girl", "", "male", Fit.DIFFERS), ("Rivera Baby Boy", "", "female", Fit.DIFFERS),
        ("Rivera Baby Girl", "X", "male", Fit.DIFFERS), ("Rivera Girl A", "", "female", Fit.SAME),
        ("Rivera Baby Girl", "", "unknown", Fit.UNKNOWN), ("Rivera Baby Girl", "M", "male", Fit.SAME),
        ("Rivera Baby", "", "male", Fit.ABSENT), ("Rivera Boy Girl", "", "male", Fit.ABSENT),
    ],
)  # fmt: skip
def test_baby_girl_in_place_of_a_name_says_the_sex_where_the_field_is_empty(
    name: str, sex: str, on_chart: str, fit: Fit
) -> None:
    chart = replace(CHART, given="Luis", sex=on_chart)
    assert fits(replace(FILE, name=name, sex=sex), chart)["sex"] is fit
    assert ("sex in the file" in stops(replace(FILE, name=name, sex=sex), chart)) == (fit is Fit.DIFFERS)


def test_it_tells_look_alikes_apart_and_a_family_name_says_no_sex() -> None:
    girl = replace(FILE, name="Rivera Baby Girl", sex="")
    assert could_be(girl, replace(CHART, given="Ana"))
    assert not could_be(girl, replace(CHART, given="Luis", sex="male"))
    brother = Person(key=2, family="Rivera", given="Luis", birth=date(2023, 1, 1), sex="male")
    assert stops(replace(girl, birth=None), CHART, (brother,)).count("does not tell") == 0
    boy = Person(key=1, family="Boy", given="Ana", birth=date(2025, 3, 1), sex="female")
    assert fits(replace(FILE, name="Boy Ana", sex=""), boy)["sex"] is Fit.ABSENT
