"""The surgical checklist: rows decide only where they agree, a person stands before the chart, nothing adds up."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from westward.care.answer import Answer
from westward.care.candidacy import Evidence, Item, item

DAY = date(2026, 3, 2)
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def rows(*says: Answer, on: date = DAY) -> tuple[Evidence, ...]:
    return tuple(Evidence(says=one, words="x", on=on) for one in says)


@pytest.mark.parametrize(
    ("says", "chart", "contradicted"),
    [
        ((), UNKNOWN, False),
        ((UNKNOWN,), UNKNOWN, False),
        ((YES,), YES, False),
        ((NO, UNKNOWN), NO, False),
        ((YES, YES, UNKNOWN), YES, False),
        ((YES, NO), UNKNOWN, True),
    ],
)
def test_the_chart_answers_only_where_its_rows_agree(
    says: tuple[Answer, ...], chart: Answer, contradicted: bool
) -> None:
    found = item(rows(*says))
    assert (found.chart, found.contradicted, found.answer) == (chart, contradicted, chart)


def test_a_person_stands_before_the_chart_and_what_came_later_is_said() -> None:
    found = item(rows(YES), person=NO, person_on=DAY)
    assert found.answer is NO
    assert len(found.newer) == 1
    assert item(rows(YES), person=NO, person_on=date(2026, 3, 3)).newer == ()
    assert item(rows(YES), person=YES, person_on=DAY).newer == ()
    assert item(rows(UNKNOWN), person=NO, person_on=DAY).newer == ()


def test_there_is_no_score_and_no_verdict() -> None:
    assert {one.name for one in fields(Item)} == {"chart", "contradicted", "evidence", "person", "person_on"}
