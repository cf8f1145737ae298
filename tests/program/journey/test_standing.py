"""What a row says of a child: step, clock, next act, urgency."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from westward.care.clocks import ClockName, Milestone, run_clocks
from westward.care.silence import Silence, Why
from westward.care.when import UNKNOWN_DAY, When, month_of, on_day
from westward.program.journey import standing
from westward.program.journey.choices import Stage
from westward.program.people.marks import NextAct

TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)


def ago(days: int) -> When:
    return on_day(TODAY - timedelta(days=days))


@pytest.mark.parametrize(
    "facts, step",
    [
        ((), Stage.REFERRED),
        (("onset", "referral"), Stage.REFERRED),
        (("referral", "contact"), Stage.EEG),
        (("referral", "eeg"), Stage.DIAGNOSIS),
        (("eeg", "diagnosis"), Stage.TREATMENT),
        (("diagnosis",), Stage.TREATMENT),
        (("treatment",), Stage.FOLLOW_UP),
    ],
)
def test_a_step_lasts_until_the_fact_that_ends_it(facts: tuple[str, ...], step: Stage) -> None:
    assert standing.stage([Milestone(name) for name in facts]) == step


def clocks(**facts: When) -> list[ClockName]:
    told = {Milestone(name): when for name, when in facts.items()}
    return [clock.name for clock in standing.running(run_clocks(told, on=TODAY))]


def test_the_clock_to_work_by_is_the_one_of_the_program_that_is_due_first() -> None:
    found = clocks(onset=ago(30), suspicion=ago(1), referral=ago(1))
    assert found[0] is ClockName.REFERRAL_TO_CONTACT
    assert found.index(ClockName.SUSPICION_TO_EEG) < found.index(ClockName.ONSET_TO_DIAGNOSIS)


def test_a_clock_that_was_overtaken_is_no_aim_any_more() -> None:
    found = clocks(onset=ago(30), referral=ago(3), eeg=ago(1))
    assert ClockName.REFERRAL_TO_CONTACT not in found
    assert ClockName.ONSET_TO_EFFECTIVE_PROVIDER not in found
    assert found[0] is ClockName.EEG_TO_TREATMENT


def test_after_treatment_no_clock_runs() -> None:
    assert clocks(onset=ago(30), referral=ago(9), treatment=ago(1)) == []


def row(
    facts: dict[Milestone, When] | None = None,
    acts: tuple[NextAct, ...] = (),
    silence: Silence | None = None,
) -> dict[str, object]:
    return standing.row(facts=facts or {}, acts=acts, line="", silence=silence, today=TODAY, now=NOW, zone=UTC)


def test_urgency_is_the_earlier_of_act_and_clock() -> None:
    soon, late = datetime(2026, 11, 30, 9, tzinfo=UTC), datetime(2026, 12, 9, 9, tzinfo=UTC)
    facts = {Milestone.SUSPICION: ago(0)}
    assert row(facts, (NextAct(words="Call", due=soon),))["sort_at"] == soon
    assert row(facts, (NextAct(words="Call", due=late),))["sort_at"] == datetime(2026, 12, 3, tzinfo=UTC)
    assert row()["sort_at"] == standing.NEVER


def test_a_limit_holds_to_the_end_of_its_day() -> None:
    found = row({Milestone.REFERRAL: ago(0)})
    assert found["clock_due"] == TODAY
    assert found["sort_at"] == datetime(2026, 12, 1, tzinfo=UTC)


def test_the_limit_carries_its_source_and_status_and_says_when_standards_differ() -> None:
    found = row({Milestone.REFERRAL: ago(0)})
    assert (found["clock_limit"], found["clock_status"], found["clock_conflict"]) == ("same day", "policy", True)
    assert found["clock_source"]


def test_an_approximate_start_keeps_both_ends() -> None:
    found = row({Milestone.SUSPICION: month_of(2026, 11)})
    assert (found["clock_since"], found["clock_since_latest"]) == (date(2026, 11, 1), date(2026, 11, 30))
    assert found["clock_due"] == date(2026, 11, 3)


def test_facts_survive_storing() -> None:
    facts = {Milestone.ONSET: month_of(2026, 2), Milestone.EEG: ago(2), Milestone.SUSPICION: UNKNOWN_DAY}
    assert standing.read(standing.stored(facts)) == facts


def test_silence_is_a_day_not_a_verdict() -> None:
    assert row(silence=Silence(Why.TRANSFERRED, TODAY))["silent_from"] == TODAY
    assert row(silence=Silence(Why.DECEASED))["silent_from"] == standing.ALWAYS
    assert row()["silent_from"] is None


def test_an_act_without_a_moment_is_bounded_by_the_clock() -> None:
    facts = {Milestone.SUSPICION: ago(2), Milestone.CONTACT: ago(2)}
    treat, letter = NextAct(words="Order EEG", rank=20), NextAct(words="Letter", due=datetime(2026, 12, 9, tzinfo=UTC))
    call = NextAct(words="Call", due=datetime(2026, 11, 30, 12, tzinfo=UTC), rank=90)
    assert row(facts, (letter, treat))["act"] == "Order EEG"
    assert row(facts, (letter, treat, call))["act"] == "Call"
    assert row({}, (treat, letter))["act"] == "Letter"


def test_no_clock_runs_for_a_child_without_spasms() -> None:
    facts = {Milestone.REFERRAL: ago(9), Milestone.EEG: ago(3)}
    told = standing.row(facts=facts, acts=(), line="", silence=None, today=TODAY, now=NOW, zone=UTC, ruled_out=True)
    assert (told["clock"], told["sort_at"]) == ("", standing.NEVER)


def test_of_what_is_late_the_gravest_comes_first() -> None:
    letter = NextAct(words="Sign letter", due=datetime(2026, 11, 1, tzinfo=UTC), rank=40)
    order = NextAct(words="Order EEG", rank=20)
    told = row({Milestone.SUSPICION: ago(9), Milestone.CONTACT: ago(9)}, (letter, order))
    assert told["act"] == "Order EEG"
    assert told["sort_at"] == letter.due


@pytest.mark.parametrize("received", [0, 1])
def test_a_first_call_goes_before_what_its_clock_bounds_though_its_hours_end_after_midnight(received: int) -> None:
    call = NextAct(words="Call the family", due=datetime(2026, 12, 1, 0, 17, tzinfo=UTC), rank=0)
    order = NextAct(words="Order EEG", rank=20)
    told = row({Milestone.REFERRAL: ago(received)}, (order, call))
    assert told["clock"] == ClockName.REFERRAL_TO_CONTACT
    assert told["act"] == "Call the family"
    assert told["act_due"] == call.due
