"""On which days checks are due: single days, intervals in the full dose and the taper, and after the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from westward.care.monitoring import NO_LIMIT, Span, Verdict, due, judge
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, load
from westward.evidence.monitoring import Check
from westward.evidence.monitoring import load as load_checks
from westward.evidence.status import Status

WHOLE = Span("hormone", 1, 29, 15)
"""Full dose on days 1 to 14, taper on days 15 to 29."""
_CHECK = Check(
    id="", kind="hormone", what="w", days=(), every_d=None, during="course", after_end_d=None, limit="l", act="a",
    status=Status.POLICY, source="made up",
)  # fmt: skip


def check(name: str = "one", **changes: object) -> Check:
    return replace(_CHECK, id=name, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "one, span, days",
    [
        (check(days=(1, 7, -1)), WHOLE, [1, 7, 29]),
        (check(days=(1, 7)), Span("hormone", 15, 29, None), [15, 21]),
        (check(days=(1, 15, 16)), Span("hormone", 15, 29, None), [15, 29]),
        (check(days=(1, 14, 15, 29), during="full"), WHOLE, [1, 14]),
        (check(days=(1, 14, 15, 29), during="taper"), WHOLE, [15, 29]),
        (check(days=(1, 28, 29, 30), during="full"), Span("hormone", 1, 29, None), [1, 28, 29]),
        (check(days=(28, 29, 30, 31), during="taper"), Span("hormone", 1, 29, None), []),
        (check(every_d=7), WHOLE, [8, 15, 22, 29]),
        (check(every_d=7, during="full"), WHOLE, [8]),
        (check(every_d=13, during="full"), WHOLE, [14]),
        (check(every_d=14, during="full"), WHOLE, []),
        (check(every_d=7, during="taper"), WHOLE, [21, 28]),
        (check(every_d=15, during="taper"), WHOLE, [29]),
        (check(every_d=1, during="taper"), Span("hormone", 1, 29, None), []),
        (check(after_end_d=91), WHOLE, [120]),
        (check(days=(8,), every_d=7, after_end_d=5), WHOLE, [8, 15, 22, 29, 34]),
        (check(kind="vigabatrin", days=(1,)), WHOLE, []),
    ],
)
def test_the_days_of_a_check(one: Check, span: Span, days: list[int]) -> None:
    assert due([span], checks=[one]) == dict.fromkeys(days, (one,))


def test_two_courses_ask_once_a_day_and_the_days_are_in_order() -> None:
    late, early = check("late", days=(20,)), check("early", days=(2, 20))
    found = due([WHOLE, WHOLE], checks=[late, early])
    assert list(found.items()) == [(2, (early,)), (20, (late, early))]


def test_the_shipped_checks_by_default() -> None:
    assert "day_7" in {one.id for one in due([WHOLE])[7]}
    assert due([WHOLE], checks=[]) == {}


@pytest.mark.parametrize(
    "name, value, verdict",
    [
        ("glucose", "11.1", "within"),
        ("glucose", "11.2", "beyond"),
        ("glucose", "4", "within"),
        ("potassium", "3.0", "within"),
        ("potassium", "2.9", "beyond"),
        ("temperature", "37.9", "within"),
        ("temperature", "38", "beyond"),
        ("sodium", "120", "no_limit"),
        ("systolic", "200", "no_limit"),
    ],
)
def test_a_value_is_held_against_its_limit(name: str, value: str, verdict: str) -> None:
    found = judge(name, Decimal(value))
    assert found.verdict == Verdict(verdict)
    assert (found.limit == NO_LIMIT) is (verdict == "no_limit") is (found.facts == ())


def test_a_verdict_says_limit_status_and_source() -> None:
    found = judge("glucose", Decimal("12.3"))
    assert (found.unit, found.limit, found.value) == ("mmol/L", "above 11.1 mmol/L", Decimal("12.3"))
    assert [(fact.status, fact.source[:12]) for fact in found.facts] == [(Status.POLICY, "Our proposal")]


def test_a_value_with_two_limits_says_the_one_it_is_beyond() -> None:
    sheet = load("monitoring_limits")
    above = replace(sheet["potassium.below"], key="potassium.above", value=5.5)
    both = replace(sheet, facts={**sheet.facts, "potassium.above": above})
    limits = {value: judge("potassium", Decimal(value), sheet=both) for value in ("2.0", "4.0", "6.0")}
    assert {value: (one.verdict, one.limit) for value, one in limits.items()} == {
        "2.0": (Verdict.BEYOND, "below 3.0 mmol/L"),
        "4.0": (Verdict.WITHIN, "above 5.5 mmol/L or below 3.0 mmol/L"),
        "6.0": (Verdict.BEYOND, "above 5.5 mmol/L"),
    }


@dataclass(frozen=True)
class Band:
    lower: float
    upper: float
    value: float


def pressures() -> Sheet:
    bands = (Band(0, 6, 100), Band(6, 24, 104))
    facts = {
        f"{name}.{who}": Fact(f"{name}.{who}", bands, "mmHg", Status.POLICY, "the site", "limit")  # type: ignore[arg-type]
        for name in ("systolic", "diastolic")
        for who in ("girls",)
    }
    return Sheet("blood_pressure", "Blood pressure", facts)


@pytest.mark.parametrize(
    "sex, age_days, value, verdict",
    [
        ("female", 182, "101", "beyond"),
        ("female", 182, "100", "within"),
        ("female", 183, "104", "within"),
        ("female", 183, "105", "beyond"),
        ("female", 731, "150", "no_limit"),
        ("female", None, "150", "no_limit"),
        ("male", 183, "150", "no_limit"),
        ("unknown", 183, "150", "no_limit"),
    ],
)
def test_blood_pressure_goes_by_sex_and_age_where_a_site_entered_limits(
    sex: str, age_days: int | None, value: str, verdict: str
) -> None:
    for name in ("systolic", "diastolic"):
        found = judge(name, Decimal(value), sex=sex, age_days=age_days, pressure=pressures())
        assert found.verdict == Verdict(verdict)


@pytest.mark.parametrize("name, value", [("glucose", "0"), ("glucose", "-1"), ("glucose", "NaN"), ("lactate", "2")])
def test_a_value_that_cannot_be(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be|not measured here"):
        judge(name, Decimal(value))


def test_every_value_of_a_check_has_a_unit() -> None:
    units = {fact.key.partition(".")[2] for fact in load("monitoring_limits").section("unit")}
    measured = {name for one in load_checks() for name in one.values}
    assert measured == units
