"""Triage: each rule by name, and that not knowing never lowers a level."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.answer import Answer
from westward.care.site import with_site_values
from westward.care.triage import Level, Triage, TriageAnswers, triage
from westward.care.when import Days
from westward.core.errors import UsageError
from westward.evidence.loader import load
from westward.evidence.status import Status

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
T0 = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
QUESTIONS = [f.name for f in fields(TriageAnswers) if f.name not in ("onset_age_d", "age_d")]
NOTHING = TriageAnswers(**dict.fromkeys(QUESTIONS, NO), onset_age_d=Days(900, 900), age_d=950)
TREATED = replace(NOTHING, events=YES, diagnosed=YES, treated=YES)


def ask(answers: TriageAnswers, **more) -> Triage:
    return triage(answers, received=T0, emergency_number="911", **more)


def rules(found: Triage) -> set[str]:
    return {f.rule for f in found.fired}


@pytest.mark.parametrize("name", ["breathing", "convulsion", "unwell_on_hormone"])
@pytest.mark.parametrize("base", [NOTHING, TREATED, TriageAnswers()])
def test_danger_now_is_an_emergency_whatever_else_is_known(name: str, base: TriageAnswers) -> None:
    found = ask(replace(base, **{name: YES}))
    assert (found.level, found.emergency_number, found.contact_by) == (Level.EMERGENCY_NOW, "911", T0)
    assert found.fired[0].rule == f"emergency_now.{name}"


FLAGS = ["clusters", "regression", "known_cause", "video", "epileptic_eeg", "cry", "parent_concern"]


@pytest.mark.parametrize("name", FLAGS)
def test_any_one_red_flag_means_the_same_day(name: str) -> None:
    found = ask(replace(NOTHING, events=YES, **{name: YES}))
    assert found.level is Level.SAME_DAY
    assert rules(found) == {f"same_day.{name}", "next_days.events"}
    assert found.emergency_number == ""
    assert found.conditions == {"red_flag"}


@pytest.mark.parametrize(
    "onset, rule",
    [
        (Days(29, 29), "same_day.onset_before_range"),
        (Days(30, 30), "same_day.onset_in_range"),
        (Days(731, 731), "same_day.onset_in_range"),
        (Days(732, 732), None),
    ],
)
def test_onset_at_1_to_24_months_is_a_red_flag(onset: Days, rule: str | None) -> None:
    found = ask(replace(NOTHING, events=YES, onset_age_d=onset))
    assert rules(found) - {"next_days.events"} == ({rule} if rule else set())
    assert found.level is (Level.SAME_DAY if rule else Level.NEXT_DAYS)
    assert not any(f.assumed for f in found.fired)


def test_an_onset_that_may_lie_in_the_range_counts() -> None:
    found = ask(replace(NOTHING, events=YES, onset_age_d=Days(700, 800)))
    assert found.level is Level.SAME_DAY
    assert found.fired[0].assumed


def test_an_unknown_onset_counts_as_in_the_range_and_is_asked() -> None:
    found = ask(replace(NOTHING, events=YES, onset_age_d=None))
    assert found.fired[0].rule == "same_day.onset_in_range"
    assert [f.key for f in found.ask] == ["same_day.onset_in_range"]
    newborn = ask(replace(NOTHING, events=YES, onset_age_d=None, age_d=20))
    assert newborn.fired[0].rule == "same_day.onset_before_range"


@pytest.mark.parametrize(
    "age_d, fired",
    [
        (None, ("same_day.onset_in_range", True)),
        (31, ("same_day.onset_in_range", True)),
        (30, ("same_day.onset_in_range", True)),
        (29, ("same_day.onset_before_range", False)),
    ],
)
def test_an_unknown_onset_is_assumed_from_one_month_of_age(age_d: int | None, fired: tuple[str, bool]) -> None:
    found = ask(replace(NOTHING, events=YES, onset_age_d=None, age_d=age_d))
    assert (found.fired[0].rule, found.fired[0].assumed) == fired


@pytest.mark.parametrize(
    "events, flag, fired",
    [
        (YES, UNKNOWN, [("same_day.cry", True), ("next_days.events", False), ("next_days.incomplete", True)]),
        (UNKNOWN, UNKNOWN, [("same_day.cry", True), ("next_days.incomplete", True)]),
        (NO, UNKNOWN, [("next_days.incomplete", True)]),
        (YES, YES, [("same_day.cry", False), ("next_days.events", False)]),
        (YES, NO, [("next_days.events", False)]),
    ],
)
def test_an_open_answer_that_a_site_counts_as_yes(events: Answer, flag: Answer, fired: list[tuple[str, bool]]) -> None:
    """But not where there are no events at all."""
    sheet = with_site_values(load("triage"), {"unknown.counts_as_yes": ("cry",)}, site="Example clinic")
    found = ask(replace(NOTHING, events=events, cry=flag), sheet=sheet)
    assert [(f.rule, f.assumed) for f in found.fired] == fired
    plain = with_site_values(load("triage"), {"unknown.counts_as_yes": ("video",)}, site="Example clinic")
    assert "same_day.cry" not in rules(ask(replace(NOTHING, events=events, cry=UNKNOWN), sheet=plain))


def test_what_hangs_on_an_open_diagnosis_is_assumed() -> None:
    maybe = replace(TREATED, events=NO, diagnosed=UNKNOWN, treated=NO)
    assert [(f.rule, f.assumed) for f in ask(maybe).fired] == [
        ("same_day.untreated", True), ("next_days.incomplete", True),
    ]  # fmt: skip
    failing = replace(TREATED, events=NO, diagnosed=UNKNOWN, failing=YES)
    assert [(f.rule, f.assumed) for f in ask(failing).fired] == [
        ("next_days.failing", True), ("next_days.incomplete", True),
    ]  # fmt: skip
    sure = ask(replace(TREATED, failing=YES))
    assert [(f.rule, f.assumed) for f in sure.fired] == [
        ("next_days.failing", False), ("second_opinion.diagnosed", False),
    ]  # fmt: skip


def test_suspected_events_without_a_flag_are_seen_within_days() -> None:
    found = ask(replace(NOTHING, events=YES))
    assert (found.level, rules(found)) == (Level.NEXT_DAYS, {"next_days.events"})
    assert found.conditions == frozenset()


def test_a_known_cause_without_events_goes_to_surveillance() -> None:
    found = ask(replace(NOTHING, known_cause=YES))
    assert (found.level, rules(found)) == (Level.NEXT_DAYS, {"next_days.at_risk"})


def test_everything_asked_and_nothing_found_is_routine() -> None:
    found = ask(NOTHING)
    assert (found.level, rules(found), found.ask) == (Level.ROUTINE, {"routine.no_suspicion"}, ())


def test_one_open_question_is_never_routine() -> None:
    found = ask(replace(NOTHING, cry=UNKNOWN))
    assert (found.level, rules(found)) == (Level.NEXT_DAYS, {"next_days.incomplete"})
    assert [f.key for f in found.ask] == ["same_day.cry"]


def test_an_empty_referral_is_called_on_its_day_and_danger_is_asked_first() -> None:
    found = ask(TriageAnswers())
    assert found.level is Level.SAME_DAY
    assert [f.key for f in found.ask][:3] == [
        "emergency_now.breathing",
        "emergency_now.convulsion",
        "emergency_now.unwell_on_hormone",
    ]


def test_a_diagnosed_child_on_treatment_that_holds_is_a_second_opinion() -> None:
    found = ask(TREATED)
    assert (found.level, rules(found)) == (Level.SECOND_OPINION, {"second_opinion.diagnosed"})


@pytest.mark.parametrize("treated", [NO, UNKNOWN])
def test_a_diagnosed_child_perhaps_without_treatment_is_called_on_the_same_day(treated: Answer) -> None:
    found = ask(replace(TREATED, treated=treated))
    assert found.level is Level.SAME_DAY
    assert found.fired[0].rule == "same_day.untreated"
    assert found.fired[0].assumed is (treated is UNKNOWN)


@pytest.mark.parametrize("failing", [YES, UNKNOWN])
def test_a_treatment_that_may_fail_is_seen_within_days(failing: Answer) -> None:
    found = ask(replace(TREATED, failing=failing))
    assert found.level is Level.NEXT_DAYS
    assert "next_days.failing" in rules(found)


def test_times_follow_the_level_by_night_as_by_day() -> None:
    found = ask(replace(NOTHING, events=YES, clusters=YES))
    assert found.contact_by == T0 + timedelta(hours=8)
    assert found.escalate_at == T0 + timedelta(hours=4)
    assert {f.status for f in found.times} == {Status.POLICY}


def test_an_unanswered_referral_escalates_at_its_time() -> None:
    found = ask(replace(NOTHING, events=YES, clusters=YES))
    due = found.escalate_at
    assert not found.must_escalate(now=due - timedelta(seconds=1), contacted=None)
    assert found.must_escalate(now=due, contacted=None)
    assert not found.must_escalate(now=due, contacted=due)
    assert found.must_escalate(now=due, contacted=due + timedelta(minutes=1))


def test_escalation_never_comes_after_the_latest_contact_save_in_an_emergency() -> None:
    sheet = load("triage")
    for level in set(Level) - {Level.EMERGENCY_NOW}:
        assert sheet.number(f"escalate.{level.key}_h") <= sheet.number(f"contact.{level.key}_h")


def test_a_site_sets_its_own_hours() -> None:
    sheet = with_site_values(load("triage"), {"contact.same_day_h": 2}, site="Example clinic")
    found = ask(replace(NOTHING, events=YES, clusters=YES), sheet=sheet)
    assert found.contact_by == T0 + timedelta(hours=2)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(UsageError, match="time zone"):
        triage(NOTHING, received=T0.replace(tzinfo=None), emergency_number="911")


def test_every_rule_of_the_evidence_can_fire() -> None:
    seen = set()
    for base in (NOTHING, TREATED, replace(NOTHING, events=YES, onset_age_d=Days(90, 90)), TriageAnswers(age_d=9)):
        seen |= rules(ask(base))
        for name in QUESTIONS:
            for value in Answer:
                seen |= rules(ask(replace(base, **{name: value})))
    levels = {level.key for level in Level}
    assert seen == {f.key for f in load("triage") if f.key.split(".")[0] in levels}


ANSWERS = st.builds(
    TriageAnswers,
    **dict.fromkeys(QUESTIONS, st.sampled_from(Answer)),
    onset_age_d=st.none() | st.integers(0, 1200).map(lambda d: Days(d, d)),
    age_d=st.none() | st.just(1300),
)


@given(ANSWERS, st.sampled_from(QUESTIONS))
def test_not_knowing_never_gives_a_lower_level_than_no(answers: TriageAnswers, name: str) -> None:
    assert ask(replace(answers, **{name: UNKNOWN})).level >= ask(replace(answers, **{name: NO})).level


@given(ANSWERS)
def test_not_knowing_the_onset_never_lowers_the_level(answers: TriageAnswers) -> None:
    assert ask(replace(answers, onset_age_d=None)).level >= ask(answers).level


@given(ANSWERS, st.sampled_from(FLAGS))
def test_a_red_flag_never_lowers_the_level(answers: TriageAnswers, name: str) -> None:
    assert ask(replace(answers, **{name: YES})).level >= ask(replace(answers, **{name: NO})).level
