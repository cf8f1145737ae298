from __future__ import annotations

from typing import Any

import pytest
from tests.support.report_content import fake_summary

from westward.eeg.report import headline


def test_the_sentence_is_the_graders_without_its_grade_twice() -> None:
    head = headline.make(fake_summary())
    assert (head.grade, head.meaning) == ("BASED 4", "probable epileptic encephalopathy")
    assert head.why.startswith("3 spike foci, background waves")
    assert head.why.endswith("3 if the posterior limit were 350 µV or F8 spikes were rejected.")
    assert "38% of the seconds" in head.why
    assert head.caution == head.incomplete == ""


@pytest.mark.parametrize("score", [None, 0, 1, 2, 3])
def test_below_4_it_always_says_that_nothing_is_excluded(score: int | None) -> None:
    head = headline.make(fake_summary(score=score, advice=None))
    assert "does not exclude infantile spasms" in head.caution
    assert "up to a third" in head.caution


@pytest.mark.parametrize("score", [4, 5])
def test_from_4_on_it_does_not_say_so(score: int) -> None:
    assert headline.make(fake_summary(score=score)).caution == ""


def test_an_incomplete_study_is_said_first_and_once() -> None:
    summary = fake_summary(
        headline="Incomplete study: at least BASED 4, probable epileptic encephalopathy",
        sentence="Incomplete study (no full sleep-wake cycle): at least BASED 4 (probable): 3 spike foci.",
        why="3 spike foci",
        lower_bound=True,
    )
    summary["sleep_wake_cycles"] = 0
    head = headline.make(summary)
    assert head.incomplete == "Incomplete study: no full cycle of wakefulness and sleep was recorded."
    assert (head.grade, head.why) == ("At least BASED 4", "3 spike foci.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sleep_wake_cycles": None}, "Sleep-wake cycle not assessable: states were not assessed."),
        ({"states": {"nrem": 0}}, "no NREM sleep"),
        ({"sleep_wake_cycles": 2}, ""),
    ],
)
def test_why_a_study_is_incomplete(change: dict[str, Any], said: str) -> None:
    found = headline.make({**fake_summary(), **change}).incomplete
    assert said in found
    assert bool(found) is bool(said)


def test_without_states_it_says_why_they_are_unknown() -> None:
    summary = fake_summary()
    summary["sleep_wake_cycles"] = None
    summary["not_assessable"] = [{"what": "sleep-wake cycles", "why": "age unknown"}]
    assert headline.make(summary).incomplete == "Sleep-wake cycle not assessable: age unknown."


def test_a_reason_may_hold_a_colon() -> None:
    assert headline.make(fake_summary(why="no cycle: age unknown")).why == "No cycle: age unknown."


def test_without_a_grade_the_reasons_stand_in_its_place() -> None:
    summary = fake_summary(score=None, headline=None, sentence=None, why=None)
    summary["not_assessable"] = [
        {"what": "based", "why": "no five minutes were assessable"},
        {"what": "hfo", "why": "x"},
    ]
    head = headline.make(summary)
    assert (head.grade, head.why) == ("Not graded", "No five minutes were assessable.")
    assert head.doubt == ()


def test_doubt_names_the_other_rule_and_the_number_of_changes() -> None:
    head = headline.make(fake_summary(score_by_bin_rule=5))
    assert head.doubt[0].startswith("Counting seconds instead of pages makes it 5")
    assert head.doubt[1].startswith("2 single changes")
    assert headline.make(fake_summary(margin=[])).doubt[0].startswith("No single change")


def test_an_empty_summary_is_not_graded() -> None:
    head = headline.make({})
    assert head.grade == "Not graded"
    assert head.caution
    assert head.incomplete
