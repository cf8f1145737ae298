"""Within one reading a read asks for a child once; outside it asks every time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from tests.program.people.charts import chart_of

from westward.program.people.models import Consent, StateChange
from westward.program.people.reading import having, once, one_reading

ASKED: list[tuple[int, ...]] = []


@once
def squares(children: Sequence[int]) -> dict[int, int]:
    """Of even keys alone."""
    ASKED.append(tuple(children))
    return {key: key * key for key in children if key % 2 == 0}


def test_a_child_is_asked_for_once_within_a_reading_and_anew_after_it() -> None:
    ASKED.clear()
    with one_reading():
        assert squares([1, 2]) == {2: 4}
        assert squares([2, 1, 4]) == {2: 4, 4: 16}
        assert squares([1]) == {}
        assert ASKED == [(1, 2), (4,)]
    assert squares([2]) == {2: 4}
    assert squares([2]) == {2: 4}
    assert ASKED[2:] == [(2,), (2,)]


def test_a_reading_within_a_reading_knows_nothing_of_it() -> None:
    ASKED.clear()
    with one_reading():
        squares([2])
        with one_reading():
            squares([2])
        squares([2])
    assert ASKED == [(2,), (2,)]


@pytest.mark.django_db
def test_within_a_reading_one_query_says_whose_rows_a_table_holds(django_assert_num_queries: Any) -> None:
    first, second = chart_of("Rivera"), chart_of("Okafor")
    StateChange.objects.create(child=second, state=second.state, on=date(2026, 5, 2), at=timezone.now())
    keys = [first.pk, second.pk]
    with one_reading(), django_assert_num_queries(1):
        assert having([StateChange], keys) == [second.pk]
        assert having([Consent], keys) == []
        assert having([Consent, StateChange], [second.pk]) == [second.pk]


def test_outside_of_a_reading_every_child_may_have_rows() -> None:
    assert having([Consent], [3, 4]) == [3, 4]
    with one_reading():
        assert having([Consent], []) == []
