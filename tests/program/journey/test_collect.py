"""What the apps tell, put together."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from westward.care.clocks import DEFAULT_CONDITIONS, Milestone
from westward.care.when import on_day
from westward.program.journey import collect
from westward.program.people.marks import NextAct

A, B = on_day(date(2026, 1, 1)), on_day(date(2026, 2, 2))


def app(name: str, **told: Any) -> SimpleNamespace:
    return SimpleNamespace(
        __name__=f"westward.program.{name}.journey",
        **{key: (lambda children, _value=value, **_: _value) for key, value in told.items()},
    )


@pytest.fixture
def apps(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(*modules: SimpleNamespace) -> None:
        monkeypatch.setattr(collect, "tellers", lambda: modules)

    return use


def test_a_fact_told_twice_is_taken_from_the_first_app(apps: Any) -> None:
    first = app("referral", facts={1: {Milestone.ONSET: A}})
    apps(first, app("diagnosis", facts={1: {Milestone.ONSET: B, Milestone.EEG: B}}))
    assert collect.facts([1, 2]) == {1: {Milestone.ONSET: A, Milestone.EEG: B}, 2: {}}


def test_the_way_there_is_said_only_until_something_clinical_is(apps: Any) -> None:
    way = app("referral", lines={1: "EEG booked", 2: "EEG booked"})
    apps(way, app("diagnosis", lines={1: "BASED 4 (signed)"}), app("treatment", lines={1: "Prednisolone day 3 of 29"}))
    assert collect.lines([1, 2]) == {1: "Prednisolone day 3 of 29; BASED 4 (signed)", 2: "EEG booked"}
    confirmed = {
        1: "BASED 4 (signed); spasms confirmed",
        2: "Spasms confirmed",
        3: "BASED 4 (signed); spasms confirmed",
    }
    apps(way, app("diagnosis", lines=confirmed), app("treatment", lines={1: "ACTH day 2 of 28", 2: "ACTH day 9 of 28"}))
    assert collect.lines([1, 2, 3]) == {1: "ACTH day 2 of 28; BASED 4 (signed)", 2: "ACTH day 9 of 28", 3: confirmed[3]}


def test_an_appointment_says_more_than_the_order_it_was_made_for(apps: Any) -> None:
    booked = app("referral", lines={1: "EEG booked Tue 1 Dec 2026, 08:00"})
    apps(booked, app("diagnosis", lines={1: "EEG ordered, today"}))
    assert collect.lines([1]) == {1: "EEG booked Tue 1 Dec 2026, 08:00"}
    apps(booked, app("diagnosis", lines={1: "BASED 4 (signed)"}))
    assert collect.lines([1]) == {1: "BASED 4 (signed)"}


def test_what_is_not_booked_is_booked_before_it_is_recorded(apps: Any) -> None:
    book, record = NextAct(words="Book an EEG slot", rank=22), NextAct(words="Record EEG", rank=5)
    apps(app("referral", next_acts={1: [book]}), app("diagnosis", next_acts={1: [record]}))
    told = collect.next_acts([1, 2], now=datetime(2026, 1, 1, tzinfo=UTC))
    assert [act.words for act in sorted(told[1], key=lambda act: act.rank)] == ["Book an EEG slot", "Record EEG"]
    apps(app("referral", next_acts={1: [book]}), app("diagnosis", next_acts={1: []}))
    assert collect.next_acts([1], now=datetime(2026, 1, 1, tzinfo=UTC))[1] == [book]


def test_red_flags_are_assumed_until_triage_has_spoken(apps: Any) -> None:
    apps(app("referral", conditions={1: frozenset(), 2: frozenset({"red_flag"})}))
    assert collect.conditions([1, 2, 3]) == {
        1: DEFAULT_CONDITIONS - {"red_flag"},
        2: DEFAULT_CONDITIONS,
        3: DEFAULT_CONDITIONS,
    }


def test_an_app_that_tells_nothing_is_passed_over(apps: Any) -> None:
    apps(app("letters"), app("diagnosis", ruled_out={2}))
    assert collect.ruled_out([1, 2]) == {2}
    assert collect.lines([1]) == {}


def test_the_apps_of_the_first_half_all_tell() -> None:
    names = {module.__name__.split(".")[-2] for module in collect.tellers()}
    assert names >= {"letters", "referral", "diagnosis"}
    for module in collect.tellers():
        for ask in ("facts", "next_acts", "marks", "lines"):
            assert callable(getattr(module, ask)), (module, ask)
