"""Approximate dates, and ages corrected for prematurity."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.ages import Age, age_on
from westward.care.answer import Answer, all_of, any_of
from westward.care.site import with_site_values
from westward.care.when import UNKNOWN_DAY, Days, When, days_from, month_of, on_day, week_of
from westward.core.errors import InputError, UsageError
from westward.evidence.loader import load
from westward.evidence.status import Status

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
SPANS = st.builds(lambda d, n: When(d, d + timedelta(days=n)), DAYS, st.integers(0, 40))


def test_the_week_of_a_day_is_monday_to_sunday() -> None:
    assert week_of(date(2026, 11, 25)) == When(date(2026, 11, 23), date(2026, 11, 29))
    assert month_of(2028, 2) == When(date(2028, 2, 1), date(2028, 2, 29))


def test_the_months_of_a_year() -> None:
    assert month_of(2026, 1) == When(date(2026, 1, 1), date(2026, 1, 31))
    assert month_of(2026, 12) == When(date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: month_of(2026, 0), "there is no month 0; give 1 to 12"),
        (lambda: month_of(2026, 13), "there is no month 13; give 1 to 12"),
        (
            lambda: When(date(2026, 1, 2), date(2026, 1, 1)),
            "a date cannot reach from 2026-01-02 back to 2026-01-01",
        ),
        (lambda: When(date(2026, 1, 1), None), "a date needs both ends or neither, not 2026-01-01 to None"),
        (lambda: When(None, date(2026, 1, 1)), "a date needs both ends or neither, not None to 2026-01-01"),
    ],
)
def test_impossible_dates_are_refused(make, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        make()
    assert str(caught.value) == words


def test_an_unknown_day_gives_no_days() -> None:
    assert days_from(UNKNOWN_DAY, on_day(date(2026, 1, 1))) is None
    assert days_from(on_day(date(2026, 1, 1)), UNKNOWN_DAY) is None
    assert days_from(UNKNOWN_DAY, UNKNOWN_DAY) is None


def test_an_approximate_start_gives_a_range() -> None:
    assert days_from(week_of(date(2026, 11, 25)), on_day(date(2026, 12, 1))) == Days(2, 8)


def test_overlapping_dates_are_taken_in_the_order_given() -> None:
    week = week_of(date(2026, 11, 25))
    assert days_from(week, on_day(date(2026, 11, 24))) == Days(0, 1)
    assert days_from(week, on_day(date(2026, 11, 23))) == Days(0, 0)
    assert days_from(on_day(date(2026, 12, 1)), on_day(date(2026, 12, 1))) == Days(0, 0)
    assert days_from(week, on_day(date(2026, 11, 22))) == Days(-7, -1)
    assert days_from(on_day(date(2026, 12, 1)), on_day(date(2026, 11, 28))) == Days(-3, -3)


@given(SPANS, SPANS, st.data())
def test_any_pair_of_days_in_order_lies_within_the_range(start: When, end: When, data) -> None:
    assert start.earliest is not None
    assert start.latest is not None
    assert end.earliest is not None
    assert end.latest is not None
    a = data.draw(st.dates(start.earliest, start.latest))
    b = data.draw(st.dates(end.earliest, end.latest))
    days = days_from(start, end)
    assert days is not None
    if b >= a:
        assert days.low <= (b - a).days <= days.high
    assert days.low <= days.high


def test_answers_join() -> None:
    yes, no, unknown = Answer.YES, Answer.NO, Answer.UNKNOWN
    assert any_of([no, unknown, yes]) is yes
    assert any_of([no, unknown]) is unknown
    assert any_of([no, no]) is no
    assert all_of([yes, unknown, no]) is no
    assert all_of([yes, unknown]) is unknown
    assert all_of([yes, yes]) is yes


def test_a_child_born_at_34_weeks_is_six_weeks_younger() -> None:
    age = age_on(date(2026, 7, 1), birth=date(2026, 1, 1), gestation_d=34 * 7)
    assert (age.chronological_d, age.corrected_d, age.used_d) == (181, 139, 139)
    assert "42 days early" in age.why
    assert {f.status for f in age.facts} == {Status.RECALLED}


def test_corrected_age_may_lie_before_term() -> None:
    assert age_on(date(2026, 1, 11), birth=date(2026, 1, 1), gestation_d=30 * 7).corrected_d == -60


@pytest.mark.parametrize("gestation_d, corrected", [(258, 181 - 22), (259, 181), (280, 181), (290, 181)])
def test_correction_starts_below_37_weeks(gestation_d: int, corrected: int) -> None:
    assert age_on(date(2026, 7, 1), birth=date(2026, 1, 1), gestation_d=gestation_d).corrected_d == corrected


def test_without_gestational_age_nothing_is_corrected() -> None:
    age = age_on(date(2026, 7, 1), birth=date(2026, 1, 1), gestation_d=None)
    assert (age.corrected_d, age.used_d) == (None, 181)
    assert "not known" in age.why


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 7, 1)])
def test_an_age_says_all_of_itself(day: date) -> None:
    sheet, birth = load("ages"), date(2026, 1, 1)
    days = (day - birth).days
    preterm, term, until = (
        sheet[key] for key in ("gestation.preterm_below_d", "gestation.term_d", "correction.until_months")
    )
    assert age_on(day, birth=birth, gestation_d=None) == Age(
        days, None, days, "not corrected: gestational age not known", ()
    )
    assert age_on(day, birth=birth, gestation_d=280) == Age(
        days, days, days, "born at term: nothing to correct", (preterm,)
    )
    assert age_on(day, birth=birth, gestation_d=238) == Age(
        days, days - 42, days - 42, "born 42 days early: corrected age", (preterm, term, until)
    )
    late = birth + timedelta(days=800)
    assert age_on(late, birth=birth, gestation_d=238) == Age(
        800, 758, 800, "born 42 days early; past the age where correction ends", (preterm, term, until)
    )


def test_past_two_years_the_chronological_age_is_used() -> None:
    birth = date(2024, 1, 1)
    assert age_on(birth + timedelta(days=730), birth=birth, gestation_d=210).used_d == 660
    late = age_on(birth + timedelta(days=731), birth=birth, gestation_d=210)
    assert (late.corrected_d, late.used_d) == (661, 731)


def test_ages_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError, match="before the birth date"):
        age_on(date(2025, 12, 31), birth=date(2026, 1, 1), gestation_d=280)
    sheet = load("ages")
    least, most = sheet.integer("gestation.least_d"), sheet.integer("gestation.most_d")
    for gestation in (least, most):
        assert age_on(date(2026, 7, 1), birth=date(2026, 1, 1), gestation_d=gestation).chronological_d == 181
    for gestation in (34, least - 1, most + 1):
        with pytest.raises(UsageError) as caught:
            age_on(date(2026, 7, 1), birth=date(2026, 1, 1), gestation_d=gestation)
        assert str(caught.value) == (f"a gestational age of {gestation} days makes no sense; give {least} to {most}")


def test_a_site_value_is_policy_and_names_what_it_replaces() -> None:
    sheet = with_site_values(load("ages"), {"correction.until_months": 36}, site="Example clinic")
    fact = sheet["correction.until_months"]
    assert (fact.value, fact.status) == (36, Status.POLICY)
    assert "Example clinic in place of 24 (recalled" in fact.source
    birth = date(2024, 1, 1)
    assert age_on(birth + timedelta(days=800), birth=birth, gestation_d=210, sheet=sheet).used_d == 730
    with pytest.raises(UsageError, match="cannot set it"):
        with_site_values(load("ages"), {"correction.until_months": "long"}, site="x")
    with pytest.raises(InputError, match="no fact"):
        with_site_values(load("ages"), {"correction.other": 1}, site="x")
