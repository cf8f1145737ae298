"""What the board and the timeline are told of people."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from tests.program.people.charts import chart_of
from tests.program.staff import by, person

from westward.program.people import journey
from westward.program.people.actions.change_state import ChangeState

pytestmark = pytest.mark.django_db


def test_birth_and_every_change_of_state_stand_on_the_axis() -> None:
    child, kim = chart_of("Rivera", gestation_d=240), person("kim", "nurse")
    ChangeState(**by(kim), child=child, state="transferred", on=date(2026, 6, 1)).execute()
    ChangeState(**by(kim), child=child, state="active", on=date(2026, 7, 1), note="back").execute()
    told = [(mark.at, mark.words) for mark in journey.marks(child, viewer=kim)]
    assert told == [
        (date(2026, 5, 1), "Born, at 34 wk 2 d"),
        (date(2026, 6, 1), "Transferred to another program"),
        (date(2026, 7, 1), "Back in care"),
    ]


def test_it_starts_no_clock_and_asks_for_nothing() -> None:
    assert journey.facts([1, 2]) == {1: {}, 2: {}}
    assert journey.next_acts([1], now=timezone.now()) == {1: []}
