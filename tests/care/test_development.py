"""When a developmental assessment and an outcome are due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from westward.care.development import Assessed, OutcomeState, next_assessment, outcomes_at
from westward.core.ages import days_from_months
from westward.evidence.loader import load

FIRST = date(2026, 1, 1)
RULES = load("development")
MONTHS = (3, 6, 12, 24)


def at(days: int) -> date:
    return FIRST + timedelta(days=days)


def made(instrument: str, on: int, again: int | None = None) -> Assessed:
    return Assessed(instrument, at(on), None if again is None else at(again))


def months(key: str) -> int:
    return days_from_months(RULES.number(f"assessment.{key}"))


def test_every_time_is_policy_and_says_so() -> None:
    assert {fact.status.value for fact in RULES} == {"policy"}


def test_the_first_is_due_some_months_after_the_first_dose() -> None:
    found = next_assessment([], since=FIRST)
    assert found is not None
    assert (found.due, found.first, found.instrument) == (at(months("first_months")), True, "")
    assert found.tell_from == found.due - timedelta(days=RULES.integer("assessment.tell_before_d"))
    assert next_assessment([], since=None) is None


def test_a_day_agreed_on_is_the_day_with_or_without_a_treatment() -> None:
    for since in (FIRST, None):
        found = next_assessment([made("bayley_4", 10, 200)], since=since)
        assert found is not None
        assert (found.due, found.instrument, found.first) == (at(200), "bayley_4", False)


def test_only_the_latest_of_an_instrument_speaks_and_the_earliest_day_comes_first() -> None:
    history = [made("bayley_4", 100, 400), made("bayley_4", 10, 90), made("asq", 100, 300)]
    found = next_assessment(history, since=FIRST)
    assert found is not None
    assert (found.due, found.instrument) == (at(300), "asq")


@pytest.mark.parametrize(("on", "answers"), [(169, False), (170, True), (260, True)])
def test_another_instrument_answers_only_from_the_time_it_is_told_of(on: int, answers: bool) -> None:
    found = next_assessment([made("bayley_4", 10, 200), made("asq", on)], since=FIRST)
    assert found is not None
    assert found.due == (at(on + months("next_months")) if answers else at(200))


def test_without_a_day_one_follows_another_until_follow_up_ends() -> None:
    last = months("until_months") - months("next_months")
    found = next_assessment([made("asq", last)], since=FIRST)
    assert found is not None
    assert found.due == at(months("until_months"))
    assert next_assessment([made("asq", last + 1)], since=FIRST) is None
    assert next_assessment([made("asq", last)], since=None) is None


def states(on: int, *recorded: int) -> str:
    found = outcomes_at(MONTHS, recorded=recorded, first_dose=FIRST, on=at(on))
    assert sum(one.state is OutcomeState.DUE for one in found) <= 1
    return " ".join(one.state.value for one in found)


@pytest.mark.parametrize(
    ("on", "recorded", "told"),
    [
        (76, (), "comes comes comes comes"),
        (77, (), "due comes comes comes"),
        (77, (3,), "recorded comes comes comes"),
        (168, (), "due comes comes comes"),
        (169, (), "missed due comes comes"),
        (169, (6,), "missed recorded comes comes"),
        (351, (3, 6), "recorded recorded due comes"),
        (365 + 180, (), "missed missed due comes"),
        (365 + 181, (), "missed missed missed comes"),
        (730 + 180, (3, 6, 12), "recorded recorded recorded due"),
        (730 + 181, (3, 6, 12), "recorded recorded recorded missed"),
    ],
)
def test_an_outcome_is_due_around_its_day_until_the_next_one_is(on: int, recorded: tuple[int, ...], told: str) -> None:
    assert states(on, *recorded) == told


def test_an_outcome_is_in_time_for_some_days_after_its_day() -> None:
    (three, *_) = outcomes_at(MONTHS, recorded=(), first_dose=FIRST, on=at(91))
    assert (three.day, three.due) == (at(91), at(91 + RULES.integer("outcome.late_after_d")))


def test_a_day_agreed_on_is_told_before_it_and_its_own_assessment_does_not_answer_it() -> None:
    lead = timedelta(days=RULES.integer("assessment.tell_before_d"))
    found = next_assessment([made("bayley_4", 10, 30)], since=FIRST)
    assert found is not None
    assert lead > timedelta(days=20), "the day of the assessment lies in the time it is told of"
    assert (found.due, found.tell_from) == (at(30), at(30) - lead)


def test_of_two_times_the_first_is_missed_once_the_second_stands_on_the_board() -> None:
    second = at(days_from_months(6)) - timedelta(days=RULES.integer("outcome.tell_before_d"))
    found = outcomes_at((6, 3), recorded=(), first_dose=FIRST, on=second)
    assert [(one.months, one.state) for one in found] == [(3, OutcomeState.MISSED), (6, OutcomeState.DUE)]
