"""On which days checks are due: single days, intervals in the full dose and the taper, and after the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from westward.care.monitoring import Span, due
from westward.evidence.loader import load as load_sheet
from westward.evidence.monitoring import Check, load
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


def test_every_value_of_a_check_has_a_unit() -> None:
    units = {fact.key.partition(".")[2] for fact in load_sheet("monitoring_limits").section("unit")}
    assert {name for one in load() for name in one.values} == units
