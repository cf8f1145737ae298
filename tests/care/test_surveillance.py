"""Surveillance EEGs of infants at risk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.silence import Silence, Why
from westward.care.site import with_site_values
from westward.care.surveillance import NextEeg, Risk, Standing, next_eeg
from westward.core.errors import UsageError
from westward.evidence.loader import Sheet, load
from westward.evidence.local import LocalValue
from westward.evidence.status import Status

BIRTH = date(2026, 1, 1)
TSC = [Risk.TUBEROUS_SCLEROSIS]


def at(days: int) -> date:
    return BIRTH + timedelta(days=days)


def own(risk: str, days: int) -> Sheet:
    """The schedules with a site's own interval."""
    field = f"{risk}.interval_1_d"
    told = {"source": "Example rule", "year": 2024, "entered": "A", "approved": "B"}
    value = LocalValue(field=f"sheet:surveillance/{field}", value=days, unit="d", **told)
    return with_site_values(load("surveillance"), {field: value}, site="Example clinic")


def ask(*eegs: int, on: int, risks=TSC, listed: int = 30, **more) -> NextEeg:
    return next_eeg(birth=BIRTH, risks=risks, listed=at(listed), eegs=[at(e) for e in eegs], on=at(on), **more)


def test_the_first_eeg_is_due_on_listing() -> None:
    assert (ask(on=30).standing, ask(on=30).due) == (Standing.SCHEDULED, at(30))
    assert ask(on=31).standing is Standing.OVERDUE


def test_tuberous_sclerosis_every_6_weeks_to_12_months() -> None:
    found = ask(30, 100, on=120)
    assert (found.standing, found.due, found.risk) == (Standing.SCHEDULED, at(142), Risk.TUBEROUS_SCLEROSIS)
    assert {f.status for f in found.facts} == {Status.RECALLED}
    assert ask(365, on=370).due == at(365 + 42)


def test_tuberous_sclerosis_every_3_months_to_24_months() -> None:
    assert ask(366, on=370).due == at(366 + 91)
    assert ask(366, on=458).standing is Standing.OVERDUE


def test_no_eeg_is_due_past_the_end_of_the_schedule() -> None:
    assert ask(639, on=640).due == at(730)
    assert ask(640, on=641).standing is Standing.COMPLETE
    assert ask(300, on=731).standing is Standing.COMPLETE
    assert ask(on=900, listed=800).standing is Standing.COMPLETE


@pytest.mark.parametrize("risk", sorted(set(Risk) - set(TSC)))
def test_other_risks_have_no_published_schedule_and_say_so(risk: Risk) -> None:
    found = ask(on=60, risks=[risk])
    assert (found.standing, found.due, found.risk) == (Standing.NO_SCHEDULE, None, risk)
    assert found.facts[0].status is Status.POLICY
    assert "No published EEG schedule" in found.why


def test_a_site_sets_a_schedule_and_it_is_policy() -> None:
    sheet = own("trisomy_21", 60)
    found = ask(50, on=60, risks=[Risk.TRISOMY_21], sheet=sheet)
    assert (found.due, found.facts[0].status) == (at(110), Status.POLICY)
    assert found.facts[0].source == "Local value 1: Example rule (2024); entered by A; approved by B"


def test_with_several_risks_the_earliest_eeg_counts() -> None:
    sheet = own("hie", 28)
    found = ask(50, on=60, risks=[Risk.TUBEROUS_SCLEROSIS, Risk.HIE], sheet=sheet)
    assert (found.due, found.risk) == (at(78), Risk.HIE)
    assert ask(50, on=60, risks=[Risk.OTHER, Risk.TUBEROUS_SCLEROSIS]).risk is Risk.TUBEROUS_SCLEROSIS


def test_the_list_is_left_on_diagnosis_and_silent_after_death_or_transfer() -> None:
    assert ask(on=60, diagnosed=at(60)).standing is Standing.DIAGNOSED
    assert ask(on=59, diagnosed=at(60)).standing is Standing.OVERDUE
    silent = ask(on=60, silence=Silence(Why.DECEASED, at(60)))
    assert (silent.standing, silent.due) == (Standing.SILENCED, None)


def test_eegs_of_the_future_do_not_count() -> None:
    assert ask(100, on=60).due == at(30)


def test_what_the_list_says_is_the_whole_of_it() -> None:
    sheet = load("surveillance")
    tsc = {key.split(".")[1]: fact for key, fact in sheet.facts.items() if key.startswith("tuberous_sclerosis.")}
    first = (tsc["interval_1_d"], tsc["until_1_months"])
    second = (tsc["interval_2_d"], tsc["until_2_months"])
    risk = Risk.TUBEROUS_SCLEROSIS
    assert ask(on=30) == NextEeg(Standing.SCHEDULED, at(30), risk, first, "no EEG yet")
    assert ask(30, on=31) == NextEeg(Standing.SCHEDULED, at(72), risk, first, "every 42 days; last 2026-01-31")
    assert ask(366, on=367) == NextEeg(Standing.SCHEDULED, at(457), risk, second, "every 91 days; last 2027-01-02")
    assert ask(640, on=641) == NextEeg(Standing.COMPLETE, None, risk, second, "no further EEG before 2028-01-01")
    assert ask(300, on=731) == NextEeg(Standing.COMPLETE, None, risk, second, "schedule ended on 2028-01-01")
    assert ask(on=60, silence=Silence(Why.DECEASED, at(60))) == NextEeg(
        Standing.SILENCED, None, None, (), "deceased since Mon 2 Mar 2026"
    )
    assert ask(on=60, diagnosed=at(60)) == NextEeg(Standing.DIAGNOSED, None, None, (), "diagnosed on 2026-03-02")
    assert ask(on=60, risks=[Risk.HIE]) == NextEeg(
        Standing.NO_SCHEDULE, None, Risk.HIE, (sheet["hie.until_1_months"],),
        "No published EEG schedule was found for this cause; a site sets its own",
    )  # fmt: skip


def test_a_schedule_of_one_step_ends_as_well() -> None:
    sheet = load("surveillance")
    assert ask(on=731, risks=[Risk.HIE]) == NextEeg(
        Standing.COMPLETE, None, Risk.HIE, (sheet["hie.until_1_months"],),
        "schedule ended on 2028-01-01",
    )  # fmt: skip


def test_the_schedule_holds_on_its_last_day() -> None:
    assert ask(639, on=730).due == at(730)
    assert ask(639, on=731).standing is Standing.COMPLETE
    assert ask(0, on=20, listed=0).due == at(42), "an EEG on the day of birth is the first"


def test_a_risk_without_schedule_is_told_before_one_that_is_complete() -> None:
    sheet = with_site_values(load("surveillance"), {"trisomy_21.until_1_months": 36}, site="Example clinic")
    found = ask(300, on=731, risks=[Risk.TUBEROUS_SCLEROSIS, Risk.TRISOMY_21], sheet=sheet)
    assert (found.standing, found.risk) == (Standing.NO_SCHEDULE, Risk.TRISOMY_21)


def test_entries_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        ask(on=60, risks=[])
    assert str(caught.value) == "an infant on the surveillance list needs at least one risk"
    with pytest.raises(UsageError) as caught:
        ask(on=60, listed=-1)
    assert str(caught.value) == "listed on 2025-12-31, before the birth date"


@given(st.lists(st.integers(0, 700), max_size=6), st.integers(0, 800))
def test_an_eeg_today_never_brings_the_next_one_forward(eegs: list[int], on: int) -> None:
    before, after = ask(*eegs, on=on, listed=0), ask(*eegs, on, on=on, listed=0)
    assert after.standing is not Standing.OVERDUE
    if before.due and after.due:
        assert after.due >= before.due
