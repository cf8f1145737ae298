"""Clocks: one test per clause of a standard, and what they say when dates are missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.clocks import (
    OF_TREATMENT,
    ClockName,
    Milestone,
    State,
    Verdict,
    lead_time_class,
    run_clock,
    run_clocks,
)
from westward.care.overdue import Act, acts_of_clocks, overdue, to_meet
from westward.care.silence import Silence, Why
from westward.care.site import with_site_values
from westward.care.standards import standards
from westward.care.when import UNKNOWN_DAY, Days, When, on_day, week_of
from westward.core.errors import InputError
from westward.evidence.loader import load, parse
from westward.evidence.status import Status

D0 = date(2026, 11, 2)


def plus(days: int) -> date:
    return D0 + timedelta(days=days)


def verdicts(name: ClockName, days: int, **more) -> dict[str, Verdict]:
    first, last = name.ends
    clock = run_clock(name, {first: on_day(D0), last: on_day(plus(days))}, on=plus(400), **more)
    assert clock.state is State.STOPPED
    return {j.standard.fact.key.split(".")[1]: j.verdict for j in clock.judged}


@pytest.mark.parametrize(
    "name, body, last_good",
    [
        (ClockName.ONSET_TO_EFFECTIVE_PROVIDER, "assist", 7),
        (ClockName.ONSET_TO_REFERRAL, "boston", 7),
        (ClockName.REFERRAL_TO_CONTACT, "same_day_if_red_flag", 0),
        (ClockName.REFERRAL_TO_CONTACT, "boston", 7),
        (ClockName.SUSPICION_TO_EEG, "cewt", 2),
        (ClockName.REFERRAL_TO_EEG, "cewt", 2),
        (ClockName.EEG_TO_TREATMENT, "cewt_if_diagnostic_eeg", 0),
        (ClockName.DIAGNOSIS_TO_TREATMENT, "cewt_if_diagnostic_eeg", 0),
        (ClockName.DIAGNOSIS_TO_TREATMENT, "aan_cns", 7),
        (ClockName.DIAGNOSIS_TO_TREATMENT, "isan", 7),
        (ClockName.COURSE_TO_SECOND_EEG, "two_weeks", 13),
        (ClockName.FAILURE_TO_NEXT_DRUG, "program", 1),
        (ClockName.FAILURE_TO_NEXT_DRUG, "nationwide", 14),
    ],
)
def test_each_standard_holds_to_its_last_day(name: ClockName, body: str, last_good: int) -> None:
    assert verdicts(name, last_good)[body] is Verdict.WITHIN
    assert verdicts(name, last_good + 1)[body] is Verdict.EXCEEDED


def test_standards_in_words_are_shown_and_not_judged() -> None:
    found = verdicts(ClockName.SUSPICION_TO_EEG, 30)
    assert found["s3"] is found["twelve_guidelines"] is Verdict.NO_NUMBER
    assert verdicts(ClockName.DIAGNOSIS_TO_TREATMENT, 30)["s3"] is Verdict.NO_NUMBER


def test_eeg_within_24_hours_counts_only_where_a_site_adopts_it() -> None:
    assert "center_if_eeg_in_24_h" not in verdicts(ClockName.SUSPICION_TO_EEG, 2)
    assert verdicts(ClockName.SUSPICION_TO_EEG, 2, conditions={"eeg_in_24_h"})["center_if_eeg_in_24_h"] is (
        Verdict.EXCEEDED
    )


def test_same_day_contact_holds_unless_triage_found_no_red_flag() -> None:
    assert "same_day_if_red_flag" in verdicts(ClockName.REFERRAL_TO_CONTACT, 0)
    assert "same_day_if_red_flag" not in verdicts(ClockName.REFERRAL_TO_CONTACT, 0, conditions=())


def test_differing_standards_are_named_side_by_side() -> None:
    clock = run_clock(ClockName.DIAGNOSIS_TO_TREATMENT, {Milestone.DIAGNOSIS: on_day(D0)}, on=D0)
    assert clock.conflict.startswith("Standards differ: same day (CEWT")
    assert "within 7 days (AAN/CNS quality measure 2017; excerpt)" in clock.conflict
    assert run_clock(ClockName.ONSET_TO_REFERRAL, {}, on=D0).conflict == ""
    assert clock.strictest is not None
    assert clock.strictest.standard.max_d == 0


def test_standards_stand_on_a_clock_in_every_state() -> None:
    """Also before it runs, so that the limit is known; judged once it runs."""
    start = {Milestone.SUSPICION: on_day(D0)}
    sheet = with_site_values(load("clocks"), {"suspicion_to_eeg.cewt": "<= 1"}, site="Example clinic")
    for facts in ({}, start, {**start, Milestone.EEG: on_day(plus(1))}, {Milestone.SUSPICION: UNKNOWN_DAY}):
        (clock,) = (
            one
            for one in run_clocks(facts, on=plus(2), conditions={"eeg_in_24_h"}, sheet=sheet)
            if one.name is ClockName.SUSPICION_TO_EEG
        )
        known = standards(sheet, "suspicion_to_eeg", conditions={"eeg_in_24_h"})
        assert clock.standards == known
        assert [judged.standard for judged in clock.judged] == (list(known) if clock.days is not None else [])
        assert (clock.reason == "") is (clock.state in (State.RUNNING, State.STOPPED))


def test_the_words_of_what_a_clock_waits_for() -> None:
    waiting = {
        (
            ClockName.ONSET_TO_EFFECTIVE_PROVIDER,
            Milestone.EFFECTIVE_PROVIDER,
        ): "effective provider is recorded, onset is not",
        (ClockName.SUSPICION_TO_EEG, Milestone.EEG): "EEG is recorded, suspicion is not",
    }
    for (name, milestone), words in waiting.items():
        assert run_clock(name, {milestone: on_day(D0)}, on=D0).reason == words


def test_differing_standards_are_told_apart_by_a_semicolon() -> None:
    clock = run_clock(ClockName.DIAGNOSIS_TO_TREATMENT, {}, on=D0)
    numbered = [one for one in clock.standards if one.max_d is not None]
    assert clock.conflict == "Standards differ: " + "; ".join(
        f"{one.words} ({one.fact.source.split(',')[0]}; {one.fact.status})" for one in numbered
    )
    assert [(one.words, one.condition) for one in clock.standards if one.max_d is None] == [("immediately", "")]


def test_clocks_without_a_published_standard_run_all_the_same() -> None:
    for name in (ClockName.EEG_TO_DIAGNOSIS, ClockName.ONSET_TO_DIAGNOSIS, ClockName.ONSET_TO_TREATMENT):
        clock = run_clock(name, {name.ends[0]: on_day(D0)}, on=plus(9))
        assert (clock.state, clock.days, clock.judged, clock.overdue) == (State.RUNNING, Days(9, 9), (), None)


def test_a_clock_that_has_not_started_says_what_it_waits_for() -> None:
    clock = run_clock(ClockName.EEG_TO_DIAGNOSIS, {}, on=D0)
    assert (clock.state, clock.reason) == (State.NOT_STARTED, "no EEG yet")


def test_a_running_clock_counts_to_the_day_and_becomes_overdue() -> None:
    facts = {Milestone.SUSPICION: on_day(D0)}
    assert run_clock(ClockName.SUSPICION_TO_EEG, facts, on=plus(2)).overdue is False
    late = run_clock(ClockName.SUSPICION_TO_EEG, facts, on=plus(3))
    assert late.overdue is True
    assert late.strictest is not None
    assert late.strictest.due == plus(2)


def test_a_fact_of_tomorrow_has_not_happened() -> None:
    facts = {Milestone.SUSPICION: on_day(D0), Milestone.EEG: on_day(plus(5))}
    assert run_clock(ClockName.SUSPICION_TO_EEG, facts, on=plus(4)).state is State.RUNNING
    assert run_clock(ClockName.SUSPICION_TO_EEG, facts, on=plus(5)).state is State.STOPPED
    assert run_clock(ClockName.SUSPICION_TO_EEG, facts, on=plus(-1)).state is State.NOT_STARTED


def test_an_approximate_start_may_leave_the_verdict_open() -> None:
    facts = {Milestone.ONSET: week_of(D0)}  # 2-8 November
    clock = run_clock(ClockName.ONSET_TO_REFERRAL, facts, on=plus(10))
    assert clock.days == Days(4, 10)
    assert clock.overdue is None
    judged = clock.judged[0]
    assert (judged.verdict, judged.due, judged.due_latest) == (Verdict.UNCERTAIN, plus(7), plus(13))
    assert run_clock(ClockName.ONSET_TO_REFERRAL, facts, on=plus(14)).overdue is True


@pytest.mark.parametrize(
    "facts, reason",
    [
        ({Milestone.ONSET: UNKNOWN_DAY}, "the day of onset is not known"),
        ({Milestone.ONSET: on_day(D0), Milestone.REFERRAL: UNKNOWN_DAY}, "the day of referral is not known"),
        ({Milestone.REFERRAL: on_day(D0)}, "referral is recorded, onset is not"),
        (
            {Milestone.ONSET: on_day(plus(9)), Milestone.REFERRAL: on_day(D0)},
            "referral came 9 days or more before onset",
        ),
    ],
)
def test_what_cannot_be_assessed_says_why(facts, reason: str) -> None:
    clock = run_clock(ClockName.ONSET_TO_REFERRAL, facts, on=plus(30))
    assert (clock.state, clock.reason, clock.days) == (State.NOT_ASSESSABLE, reason, None)


@pytest.mark.parametrize("why", list(Why))
def test_silence_stops_running_clocks_and_leaves_results(why: Why) -> None:
    facts = {Milestone.ONSET: on_day(D0), Milestone.REFERRAL: on_day(plus(3))}
    clocks = {c.name: c for c in run_clocks(facts, on=plus(30), silence=Silence(why, plus(20)))}
    assert clocks[ClockName.ONSET_TO_REFERRAL].state is State.STOPPED
    assert {c.state for n, c in clocks.items() if n is not ClockName.ONSET_TO_REFERRAL} == {State.SILENCED}
    assert clocks[ClockName.REFERRAL_TO_EEG].reason == f"{why} since Sun 22 Nov 2026"
    before = run_clock(ClockName.REFERRAL_TO_EEG, facts, on=plus(19), silence=Silence(why, plus(20)))
    assert before.state is State.RUNNING
    assert run_clock(ClockName.REFERRAL_TO_EEG, facts, on=D0, silence=Silence(why)).state is State.SILENCED


def test_a_silenced_child_is_never_overdue() -> None:
    act = Act(child="c1", what="EEG", due=D0, owner="")
    assert overdue([act], on=plus(4))[0].days == 4
    silent = Act(child="c1", what="EEG", due=D0, owner="", silence=Silence(Why.DECEASED, plus(4)))
    assert overdue([silent], on=plus(4)) == ()
    assert len(overdue([silent], on=plus(3))) == 1


def test_overdue_is_longest_first_and_unowned_before_owned() -> None:
    acts = [
        Act(child="a", what="EEG", due=plus(2), owner="nurse"),
        Act(child="b", what="EEG", due=plus(2), owner=""),
        Act(child="c", what="EEG", due=D0, owner="nurse"),
        Act(child="d", what="EEG", due=plus(5), owner=""),
        Act(child="e", what="EEG", due=D0, owner="", done=plus(1)),
        Act(child="f", what="EEG", due=D0, owner="", done=plus(9)),
    ]
    assert [o.act.child for o in overdue(acts, on=plus(5))] == ["f", "c", "b", "a"]
    assert [o.act.child for o in overdue(acts, on=plus(9))] == ["c", "b", "a", "d"], "done today is done"


def test_running_clocks_become_acts_of_their_owner() -> None:
    facts = {Milestone.SUSPICION: on_day(D0), Milestone.REFERRAL: on_day(D0), Milestone.CONTACT: on_day(D0)}
    acts = acts_of_clocks("c1", run_clocks(facts, on=plus(1)), owner="coordinator")
    assert {(a.what, a.due) for a in acts} == {("suspicion_to_eeg", plus(2)), ("referral_to_eeg", plus(2))}
    assert {(a.owner, a.child) for a in acts} == {("coordinator", "c1")}


def test_what_can_still_be_met_runs_and_is_not_behind_a_later_fact() -> None:
    first = {Milestone.ONSET: on_day(D0), Milestone.SUSPICION: on_day(D0)}
    assert {c.name for c in to_meet(run_clocks(first, on=D0))} == {
        ClockName.ONSET_TO_EFFECTIVE_PROVIDER, ClockName.ONSET_TO_REFERRAL, ClockName.SUSPICION_TO_EEG,
        ClockName.ONSET_TO_DIAGNOSIS, ClockName.ONSET_TO_TREATMENT,
    }  # fmt: skip
    behind = run_clocks({**first, Milestone.EEG: on_day(plus(1))}, on=plus(2))
    assert ClockName.ONSET_TO_REFERRAL in {c.name for c in behind if c.state is State.RUNNING}
    assert {c.name for c in to_meet(behind)} == {
        ClockName.EEG_TO_DIAGNOSIS, ClockName.EEG_TO_TREATMENT, ClockName.ONSET_TO_DIAGNOSIS,
        ClockName.ONSET_TO_TREATMENT,
    }  # fmt: skip


def test_a_stopped_clock_and_one_in_words_are_nobodys_act() -> None:
    facts = {Milestone.SUSPICION: on_day(D0), Milestone.EEG: on_day(plus(1))}
    clocks = run_clocks(facts, on=plus(9))
    assert {c.name for c in clocks if c.state is State.RUNNING} == {
        ClockName.EEG_TO_DIAGNOSIS, ClockName.EEG_TO_TREATMENT,
    }  # fmt: skip
    assert [a.what for a in acts_of_clocks("c1", clocks, owner="")] == ["eeg_to_treatment"]


@pytest.mark.parametrize(
    "days, word",
    [
        (7, "7 days or less"),
        (8, "8-14 days"),
        (14, "8-14 days"),
        (15, "15 days to 1 month"),
        (30, "15 days to 1 month"),
        (31, "above 1 to 2 months"),
        (61, "above 1 to 2 months"),
        (62, "above 2 months"),
    ],
)
def test_lead_time_classes_of_ukiss(days: int, word: str) -> None:
    assert lead_time_class(Days(days, days)) == word


def test_lead_time_between_two_classes_is_unknown() -> None:
    assert lead_time_class(Days(5, 9)) == lead_time_class(None) == lead_time_class(Days(-3, -3)) == "unknown"
    assert lead_time_class(Days(-1, 3)) == "unknown"
    assert lead_time_class(Days(0, 0)) == lead_time_class(Days(0, 7)) == "7 days or less"


def test_a_site_changes_a_limit_and_it_is_its_policy() -> None:
    sheet = with_site_values(load("clocks"), {"suspicion_to_eeg.cewt": "<= 1"}, site="Example clinic")
    clock = run_clock(ClockName.SUSPICION_TO_EEG, {Milestone.SUSPICION: on_day(D0)}, on=plus(2), sheet=sheet)
    assert clock.overdue is True
    assert clock.strictest is not None
    assert clock.strictest.standard.fact.status is Status.POLICY


def test_every_section_of_the_evidence_belongs_to_a_clock() -> None:
    sections = {fact.key.split(".")[0] for fact in load("clocks")}
    assert sections - {"lead_time"} <= set(ClockName)


def test_a_limit_that_cannot_be_read_is_refused() -> None:
    text = 'title = "t"\n[sources]\ns = "a paper"\n[onset_to_referral]\na = {{value = "{}", unit = "d", '
    text += 'status = "excerpt", source = "s", meaning = "m"}}\n'
    for bad in ("soon", "< 0"):
        with pytest.raises(InputError):
            standards(parse("x", text.format(bad)), "onset_to_referral", conditions=())


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from(list(ClockName)))
def test_more_knowledge_of_the_start_never_contradicts_the_verdict(width: int, gone: int, name: ClockName) -> None:
    first = name.ends[0]
    vague = run_clock(name, {first: When(D0, plus(width))}, on=plus(width + gone))
    for shift in {0, width // 2, width}:
        exact = run_clock(name, {first: on_day(plus(shift))}, on=plus(width + gone))
        for a, b in zip(vague.judged, exact.judged, strict=True):
            assert a.verdict in (Verdict.UNCERTAIN, b.verdict)


def test_clocks_of_a_treatment_are_there_once_it_began() -> None:
    assert {one.name for one in run_clocks({}, on=D0)} == set(ClockName) - OF_TREATMENT
    facts = {Milestone.COURSE: on_day(D0), Milestone.FAILURE: on_day(D0)}
    assert {one.name for one in run_clocks(facts, on=plus(1))} == set(ClockName)
