"""A day that has passed stands as it was in every later version of the calendar."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, signed_in
from tests.program.treatment import scene

from westward.look.words import day as dated
from westward.program.acts import InvalidActError
from westward.program.treatment import journey
from westward.program.treatment.actions.again import ProposeAgain
from westward.program.treatment.actions.change import AdjustDays, StopRun, TakeBranch
from westward.program.treatment.actions.dispense import PrintCalendar
from westward.program.treatment.actions.give import RecordFirstDose, RecordMissed
from westward.program.treatment.actions.measure import ConfirmMeasurement, RecordMeasurement
from westward.program.treatment.actions.product import ChangeProduct
from westward.program.treatment.actions.sign import CheckPlan, DeclinePlan, SignPlan
from westward.program.treatment.actions.wean import BeginWean
from westward.program.treatment.icalendar_file import icalendar
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.queries import newest_plan, plan_in_force, waiting_plan
from westward.program.treatment.steps import lines

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
BOTTLES = {"acth_label_150": ("acth_natural", "80 U/mL"), "vigabatrin_standard": ("vigabatrin", "50 mg/mL")}


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def ago(days: int) -> date:
    return TODAY() - timedelta(days=days)


def running(people: dict[str, Any], protocol: str = "acth_label_150", *, days: int = 0) -> Run:
    child, (drug, strength) = scene.child(), BOTTLES.get(protocol, ("prednisolone", "15 mg/5 mL"))
    if protocol == "vigabatrin_standard":
        scene.approve(protocol, people["doc"], people["pharm"])
    scene.measured(people["nurse"], child, on=ago(days))
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child, protocol, start=ago(days))
    scene.in_force(people, run)
    scene.bottle(people, run, strength, drug)
    scene.in_force(people, run)
    return run


def weigh(people: dict[str, Any], run: Run, grams: int) -> Plan:
    scene.measured(people["nurse"], run.child, weight=grams, length=None)
    made = run.child.measurements.get(value=grams)
    if not made.usable:
        ConfirmMeasurement(**by(people["pharm"]), child=run.child, measurement=made, why="weighed again").execute()
    plan = waiting_plan(run)
    assert plan is not None
    return plan


def days_of(plan: Plan, *, before: date | None = None, since: date | None = None) -> list[Any]:
    return [
        day
        for day in plan.document["days"]
        if (before is None or day["date"] < before.isoformat()) and (since is None or day["date"] >= since.isoformat())
    ]


def dated_back(plan: Plan, days: int) -> None:
    """As if it had been proposed so many days ago."""
    assert plan.from_on is not None
    Plan.objects.filter(pk=plan.pk).update(from_on=plan.from_on - timedelta(days=days))
    plan.refresh_from_db()


def test_a_new_weight_counts_from_the_day_after_it_is_signed(people: dict[str, Any]) -> None:
    run = running(people, days=6)
    before = plan_in_force(run)
    assert before is not None
    proposed = weigh(people, run, 7900)
    tomorrow = TODAY() + timedelta(days=1)
    assert proposed.from_on == tomorrow
    plan = scene.in_force(people, run)
    assert days_of(plan, before=tomorrow) == days_of(before, before=tomorrow)
    heavier, lighter = plan.day(tomorrow), before.day(tomorrow)
    assert heavier is not None
    assert lighter is not None
    assert heavier["doses"][0]["amount"] > lighter["doses"][0]["amount"]
    assert [day["weight_g"] for day in plan.document["days"][6:8]] == [7000, 7900]
    assert [one["weight_g"] for one in plan.document["inputs"]["since"]] == [7000, 7000, 7900], "a bottle between"


def test_the_page_the_phone_and_the_lines_show_the_days_before_as_they_were(people: dict[str, Any]) -> None:
    run = running(people, days=6)
    before = plan_in_force(run)
    assert before is not None
    weigh(people, run, 7900)
    plan = scene.in_force(people, run)
    rows = lines(plan)
    assert [(row.first, row.last) for row in rows[:3]] == [(1, 6), (7, 7), (8, 14)], "the bottle was read today"
    assert rows[0] == lines(before)[0]
    assert _fields(rows[1]) == {**_fields(lines(before)[1]), "last": 7, "ends": TODAY()}
    assert (rows[1].measure, rows[1].per_kg) != (rows[2].measure, rows[2].per_kg)
    old, new = icalendar(before, language="en"), icalendar(plan, language="en")
    amount, measure = (f"SUMMARY:ACTH gel (injection): {one}".encode() for one in (rows[0].each, rows[1].measure))
    assert (new.count(amount), new.count(measure)) == (12, 2)
    assert (old.count(amount), old.count(measure)) == (12, 16)
    page = signed_in(people["doc"]).get(f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/").content.decode()
    assert page.count(f"<strong>{rows[0].each}</strong>") == 12
    (found,) = signed_in(people["doc"]).get(f"/api/children/{run.child_id}/runs").json()
    assert found["calendar"]["days"][:7] == before.document["days"][:7]


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def test_where_the_next_day_has_no_dose_the_next_dose_day_is_named(people: dict[str, Any]) -> None:
    """ACTH every other morning: days 24, 26 and 28."""
    run = running(people, days=23)
    assert weigh(people, run, 7900).from_on == ago(-2)


def test_a_physician_may_name_another_day(people: dict[str, Any]) -> None:
    run = running(people, days=6)
    before = plan_in_force(run)
    assert before is not None
    proposed = weigh(people, run, 7900)
    with pytest.raises(InvalidActError, match="takes effect from today on"):
        SignPlan(**by(people["doc"]), run=run, plan=proposed, from_on=ago(1)).execute()
    with pytest.raises(InvalidActError, match="at the latest"):
        SignPlan(**by(people["doc"]), run=run, plan=proposed, from_on=proposed.last_day + timedelta(days=1)).execute()
    signed = SignPlan(**by(people["doc"]), run=run, plan=proposed, from_on=ago(-4)).execute()
    assert (signed.number, signed.from_on) == (proposed.number + 1, ago(-4))
    proposed.refresh_from_db()
    assert proposed.voided_why == f"taken up in calendar {signed.number}"
    assert days_of(signed, before=ago(-4)) == days_of(before, before=ago(-4))
    CheckPlan(**by(people["pharm"]), run=run, plan=signed).execute()
    assert plan_in_force(run) == signed


def test_a_proposal_signed_days_later_counts_from_the_day_after_its_signature(people: dict[str, Any]) -> None:
    run = running(people, days=6)
    before = plan_in_force(run)
    assert before is not None
    proposed = weigh(people, run, 7900)
    dated_back(proposed, 4)
    signed = SignPlan(**by(people["doc"]), run=run, plan=proposed).execute()
    assert signed.from_on == ago(-1)
    assert days_of(signed, before=ago(-1)) == days_of(before, before=ago(-1))


def test_a_check_that_comes_too_late_changes_no_day_that_has_passed(people: dict[str, Any]) -> None:
    run = running(people, days=6)
    proposed = weigh(people, run, 7900)
    signed = SignPlan(**by(people["doc"]), run=run, plan=proposed).execute()
    dated_back(signed, 3)
    with pytest.raises(InvalidActError, match="which has passed: a physician signs it again"):
        CheckPlan(**by(people["pharm"]), run=run, plan=signed).execute()
    page = signed_in(people["doc"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "which has passed" in page
    again = SignPlan(**by(people["doc2"]), run=run, plan=signed).execute()
    assert again.from_on == ago(-1)
    CheckPlan(**by(people["pharm"]), run=run, plan=again).execute()
    assert plan_in_force(run) == again


def test_a_new_bottle_is_measured_from_today_on_and_no_day_before(people: dict[str, Any]) -> None:
    run = running(people, days=6)
    before = plan_in_force(run)
    assert before is not None
    scene.bottle(people, run, "40 U/mL", "acth_natural")
    plan = scene.in_force(people, run)
    assert plan.from_on == TODAY()
    assert days_of(plan, before=TODAY()) == days_of(before, before=TODAY())
    assert plan.document["days"][6]["doses"][0]["volume_ul"] == 2 * before.document["days"][6]["doses"][0]["volume_ul"]


def test_days_before_the_first_bottle_had_no_milliliters_and_stop_no_print(people: dict[str, Any]) -> None:
    child = scene.child()
    scene.measured(people["nurse"], child, on=ago(3))
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child, start=ago(3))
    scene.in_force(people, run)
    scene.bottle(people, run)
    plan = scene.in_force(people, run)
    volumes = [day["doses"][0]["volume_ul"] for day in plan.document["days"][:5]]
    assert volumes == [None, None, None, 3400, 3400]
    PrintCalendar(**by(people["nurse"]), run=run).execute()


def test_a_step_that_was_not_signed_in_time_is_planned_again(people: dict[str, Any]) -> None:
    scene.approve("prednisolone_iciss", people["doc"], people["pharm"])
    run = running(people, "prednisolone_iciss", days=7)
    asked: dict[str, Any] = {"run": run, "branch": "spasms_on_day_7", "day": 8}
    plan = TakeBranch(**by(people["doc"]), **asked).execute()
    assert plan.from_on == TODAY()
    with pytest.raises(InvalidActError, match="was planned for"):
        SignPlan(**by(people["doc"]), run=run, plan=plan, from_on=ago(-1)).execute()
    dated_back(plan, 1)
    with pytest.raises(InvalidActError, match="turn it down and plan the step again"):
        SignPlan(**by(people["doc"]), run=run, plan=plan).execute()
    scene.bottle(people, run, "10 mg/5 mL")
    taken_up = newest_plan(run)
    assert taken_up is not None
    assert taken_up.branches == []
    assert "were not signed in time: plan them again" in taken_up.words
    scene.in_force(people, run)
    TakeBranch(**by(people["doc"]), **asked).execute()
    assert scene.in_force(people, run).branches == [{"branch": "spasms_on_day_7", "day": 8}]


def test_after_a_late_first_dose_days_that_have_passed_say_what_was_in_force(people: dict[str, Any]) -> None:
    """Planned for six days ago, first given three days ago, recorded today: those days stand as they were ordered."""
    run = running(people, "vigabatrin_standard", days=6)
    before = plan_in_force(run)
    assert before is not None
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now() - timedelta(days=3)).execute()
    run.refresh_from_db()
    plan = scene.in_force(people, run)
    assert [(day["date"], day["day"]) for day in plan.document["days"][:4]] == [
        (ago(3 - n).isoformat(), n + 1) for n in range(4)
    ]
    kept = [day["doses"] for day in days_of(before, before=TODAY(), since=ago(3))]
    assert [day["doses"] for day in plan.document["days"][:3]] == kept
    assert plan.document["days"][3]["step"] == "second week" or plan.document["days"][3]["doses"] != kept[0]


def test_nothing_is_handed_out_while_the_days_will_move(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=4)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    run.refresh_from_db()
    with pytest.raises(InvalidActError, match=r"counts from another day than the first dose, .*: every day of it will"):
        PrintCalendar(**by(people["nurse"]), run=run).execute()
    doc, base = signed_in(people["doc"]), f"/children/{run.child_id}/treatment/"
    shown = doc.get(f"{base}{run.pk}/calendar/en/")
    assert shown.status_code == 409
    said = shown.content.decode()
    assert "The days of this calendar will change" in said
    assert "10\u2009mg" not in said
    assert "mL" not in said
    file = doc.post(f"{base}{run.pk}/calendar/en/file/", follow=True)
    assert "text/html" in file["Content-Type"]
    assert "every day of it will move" in file.content.decode()
    page = doc.get(base).content.decode()
    assert "no dose of it is shown" in page
    assert "Print family calendar" not in page
    (found,) = doc.get(f"/api/children/{run.child_id}/runs").json()
    assert (found["calendar"], found["calendar_moves"]) == (None, True)
    scene.in_force(people, run)
    PrintCalendar(**by(people["nurse"]), run=run).execute()
    assert doc.get(f"{base}{run.pk}/calendar/en/").status_code == 200
    (found,) = doc.get(f"/api/children/{run.child_id}/runs").json()
    assert found["calendar"]["inputs"]["start"] == TODAY().isoformat()
    assert found["calendar_moves"] is False


def _weight(people: dict[str, Any], run: Run, dice: random.Random) -> None:
    made = RecordMeasurement(
        **by(people["nurse"]), child=run.child, kind="weight", value=(grams := dice.choice([6000, 7000, 7900])),
        again=grams, on=TODAY(),
    ).execute()  # fmt: skip
    if not made.usable:
        ConfirmMeasurement(**by(people["pharm"]), child=run.child, measurement=made, why="weighed again").execute()


def _bottle(people: dict[str, Any], run: Run, dice: random.Random) -> None:
    scene.bottle(people, run, dice.choice(["80 U/mL", "60 U/mL", "40 U/mL"]), "acth_natural")


def _days(people: dict[str, Any], run: Run, dice: random.Random) -> None:
    day = (TODAY() - run.start).days + 1 + dice.randrange(3)
    AdjustDays(
        **by(people["doc"]), run=run, kind=dice.choice(["pause", "extend"]), day=day, days=dice.randrange(1, 4),
        why="x", stress_cover="hydrocortisone",
    ).execute()  # fmt: skip


def _product(people: dict[str, Any], run: Run, dice: random.Random) -> None:
    ChangeProduct(
        **by(people["doc"]), run=run, drug="acth_natural", product=dice.choice(["acth_gel_80", "cortrophin_gel"]),
        from_on=ago(-dice.randrange(3)), why="supply",
    ).execute()  # fmt: skip


def _wean(people: dict[str, Any], run: Run, dice: random.Random) -> None:
    day = (TODAY() - run.start).days + 1 + dice.randrange(3)
    BeginWean(**by(people["doc"]), run=run, kind="hormone", day=day, why="blood pressure").execute()


def _again(people: dict[str, Any], run: Run, dice: random.Random) -> None:
    ProposeAgain(**by(people["doc"]), run=run).execute()


def _first_dose(people: dict[str, Any], run: Run, dice: random.Random) -> None:
    at = timezone.now() - timedelta(days=dice.randrange(3))
    RecordFirstDose(**by(people["nurse"]), run=run, at=at).execute()


ACTS = (_weight, _bottle, _days, _product, _wean, _again, _first_dose)


@pytest.mark.parametrize("seed", range(12))
def test_for_any_sequence_of_acts_the_past_never_changes(people: dict[str, Any], seed: int) -> None:
    """Acts of every kind, signed, turned down or left waiting, while days go by; what a day in force said stays."""
    dice = random.Random(seed)
    run = running(people, days=5)
    done = 0
    for _ in range(7):
        run.refresh_from_db()
        agreed = plan_in_force(run) or run.plans.filter(checked_at__isnull=False).order_by("-number").first()
        last = newest_plan(run)
        assert last is not None
        try:
            dice.choice(ACTS)(people, run, dice)
        except (InvalidActError, AssertionError):
            continue
        done += 1
        run.refresh_from_db()
        waits = waiting_plan(run)
        assert agreed is not None
        for plan in run.plans.filter(number__gt=last.number):
            was = {day["date"]: (day["doses"], day["step"]) for day in days_of(agreed, before=TODAY())}
            now = {day["date"]: (day["doses"], day["step"]) for day in days_of(plan, before=TODAY())}
            assert now == {on: day for on, day in was.items() if on >= run.start.isoformat()}
        if waits is None:
            continue
        if dice.random() < 0.3:
            dated_back(waits, dice.randrange(1, 4))
        choice = dice.random()
        try:
            if choice < 0.7:
                signed = SignPlan(**by(people["doc"]), run=run, plan=waits).execute()
                CheckPlan(**by(people["pharm"]), run=run, plan=signed).execute()
                assert signed.from_on is not None
                assert signed.from_on >= min(TODAY(), run.start) or signed.from_on == run.start
            elif choice < 0.85:
                DeclinePlan(**by(people["doc"]), run=run, plan=waits, why="no").execute()
        except InvalidActError:
            DeclinePlan(**by(people["doc"]), run=run, plan=waits, why="late").execute()
    assert done > 0


def board(run: Run) -> dict[str, tuple[str, date]]:
    """The acts of a run on the board, by words: whose they are and the day they are due."""
    found = journey.next_acts([run.child_id], now=timezone.now()).get(run.child_id, [])
    return {act.words: (act.owner, timezone.localtime(act.due).date()) for act in found if act.due is not None}


def given(people: dict[str, Any], run: Run, days: int) -> Run:
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now() - timedelta(days=days)).execute()
    run.refresh_from_db()
    return run


def turned_down(people: dict[str, Any], run: Run, days: int = 0) -> None:
    plan = newest_plan(run)
    assert plan is not None
    DeclinePlan(**by(people["doc"]), run=run, plan=plan, why="wrong bottle").execute()
    Plan.objects.filter(pk=plan.pk).update(voided_at=timezone.now() - timedelta(days=days))


AGAIN = "No calendar in force: propose again"


def test_a_running_treatment_without_a_calendar_stands_on_the_board(people: dict[str, Any]) -> None:
    run = given(people, running(people, days=9), 9)
    scene.bottle(people, run, "40 U/mL", "acth_natural")
    assert "no calendar in force, waits for signature" in journey.lines([run.child_id])[run.child_id]
    assert AGAIN not in board(run)
    turned_down(people, run, days=2)
    assert plan_in_force(run) is None
    assert board(run)[AGAIN] == ("Physician", ago(2)), "due on the day it was turned down, not tonight"
    assert journey.lines([run.child_id])[run.child_id].endswith(": no calendar in force")
    ProposeAgain(**by(people["doc"]), run=run).execute()
    assert AGAIN not in board(run)
    assert board(run)["Sign calendar"] == ("Physician", TODAY())


def test_a_moved_calendar_that_was_turned_down_is_none_in_force(people: dict[str, Any]) -> None:
    run = given(people, running(people, "prednisolone_perc", days=4), 1)
    turned_down(people, run)
    assert board(run)[AGAIN][0] == "Physician"
    assert journey.lines([run.child_id])[run.child_id] == "Prednisolone: no calendar in force"


def test_nobody_is_told_to_give_a_first_dose_without_a_calendar(people: dict[str, Any]) -> None:
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child)
    turned_down(people, run)
    assert "Give the first dose" not in board(run)
    assert AGAIN in board(run)
    ProposeAgain(**by(people["doc"]), run=run).execute()
    scene.in_force(people, run)
    assert "Give the first dose" in board(run)


def test_a_signed_calendar_whose_day_has_passed_is_signed_again_by_a_physician(people: dict[str, Any]) -> None:
    run = running(people, days=6)
    signed = SignPlan(**by(people["doc"]), run=run, plan=weigh(people, run, 7900)).execute()
    assert board(run)["Check calendar"] == ("Pharmacist", TODAY())
    dated_back(signed, 5)
    Plan.objects.filter(pk=signed.pk).update(made_at=timezone.now() - timedelta(days=5))
    acts = board(run)
    assert "Check calendar" not in acts
    assert acts["Sign again: the day of the calendar has passed"] == ("Physician", ago(5))


def test_what_waits_is_due_from_the_day_it_was_made(people: dict[str, Any]) -> None:
    run = given(people, running(people, days=6), 6)
    plan = weigh(people, run, 7900)
    Plan.objects.filter(pk=plan.pk).update(made_at=timezone.now() - timedelta(days=3))
    assert board(run)["Sign calendar"] == ("Physician", ago(3))


def test_no_dose_of_an_unsigned_calendar_stands_in_the_box_of_today(people: dict[str, Any]) -> None:
    run = given(people, running(people, days=9), 9)
    nurse, address = signed_in(people["nurse"]), f"/children/{run.child_id}/treatment/"

    def box() -> str:
        return nurse.get(address).content.decode().split('class="today"', 1)[1].split("</div>", 1)[0]

    assert "mL" in box()
    scene.bottle(people, run, "40 U/mL", "acth_natural")
    assert plan_in_force(run) is None
    assert "mL" not in box()
    assert "doses" not in box()
    assert "no calendar in force</span> Give nothing from this page; call the physician." in box()


def test_a_step_whose_day_has_passed_is_turned_down_and_planned_again(people: dict[str, Any]) -> None:
    run = given(people, running(people, "prednisolone_perc", days=6), 6)
    AdjustDays(**by(people["doc"]), run=run, kind="extend", day=9, days=3, why="more").execute()
    plan = waiting_plan(run)
    assert plan is not None
    signed = SignPlan(**by(people["doc"]), run=run, plan=plan).execute()
    assert "Check calendar" in board(run)
    dated_back(signed, 9)
    assert board(run)["Calendar too late: turn it down and plan the step again"][0] == "Physician"
    assert "Check calendar" not in board(run)


def test_a_taper_that_a_gain_of_weight_would_raise_is_told(people: dict[str, Any]) -> None:
    run = running(people, days=14)
    plan = weigh(people, run, 8400)
    assert "ACTH natural, taper 1, rises from 10.828\u2009U to 11.862\u2009U a day: a taper falls" in plan.words
    page = signed_in(people["doc"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "turn this down unless it is meant" in page


@pytest.mark.parametrize(("days", "grams"), [(13, 8400), (6, 8400), (14, 6200)])
def test_a_step_down_or_a_dose_before_the_taper_is_no_rise(people: dict[str, Any], days: int, grams: int) -> None:
    assert "a taper falls" not in weigh(people, running(people, days=days), grams).words


def test_what_was_missed_is_told_while_the_next_calendar_waits(people: dict[str, Any]) -> None:
    run = given(people, running(people, days=3), 3)
    scene.bottle(people, run, "40 U/mL", "acth_natural")
    assert plan_in_force(run) is None
    asked: dict[str, Any] = {"run": run, "time_of_day": "evening", "drug": "acth_natural", "why": "vomited"}
    page = signed_in(people["nurse"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "Record a dose missed" in page
    RecordMissed(**by(people["nurse"]), on=ago(1), **asked).execute()
    StopRun(**by(people["doc"]), run=run, last_dose_on=ago(1), reason="failure").execute()
    RecordMissed(**by(people["nurse"]), on=ago(2), **asked).execute()
    with pytest.raises(InvalidActError, match="no such dose"):
        RecordMissed(**by(people["nurse"]), on=TODAY(), **asked).execute()


@pytest.mark.parametrize(("days", "told"), [(7, False), (8, True)])
def test_a_weight_that_is_too_old_for_a_late_first_dose_is_told(people: dict[str, Any], days: int, told: bool) -> None:
    run = given(people, running(people, days=days), 0)
    plan = waiting_plan(run)
    assert plan is not None
    assert (
        f"the last weight is of {dated(ago(days))}, too old to dose by on day 1: weigh before this is signed"
        in plan.words
    ) is told
    assert "the last length" not in plan.words


def test_a_weight_is_not_signed_while_a_newer_one_against_it_is_doubted(people: dict[str, Any]) -> None:
    run = running(people, days=6)
    plan = weigh(people, run, 7900)
    scene.measured(people["nurse"], run.child, weight=7050, length=None)
    with pytest.raises(InvalidActError, match=r"doses by 7900 g, and the last weight, 7050 g on .* is doubted"):
        SignPlan(**by(people["doc"]), run=run, plan=plan).execute()
    doubted = run.child.measurements.get(value=7050)
    ConfirmMeasurement(**by(people["pharm"]), child=run.child, measurement=doubted, why="7900 was a slip").execute()
    plan = scene.in_force(people, run)
    assert plan.weight_g == 7050
