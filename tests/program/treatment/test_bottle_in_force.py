"""The milliliters in force are those of the bottle that is in the family's hands; two people, one calendar."""

from __future__ import annotations

import importlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene
from tests.program.treatment.test_past import ago, running, weigh

from westward.program.acts import InvalidActError
from westward.program.audit.models import Entry
from westward.program.treatment import journey
from westward.program.treatment.actions.change import AdjustDays, StopRun
from westward.program.treatment.actions.dispense import PrintCalendar, RecordBottle
from westward.program.treatment.actions.give import RecordFirstDose
from westward.program.treatment.actions.monitor import RecordCheck
from westward.program.treatment.actions.product import ChangeProduct
from westward.program.treatment.actions.sign import CheckPlan, DeclinePlan, SignPlan
from westward.program.treatment.actions.wean import BeginWean
from westward.program.treatment.expiry import short
from westward.program.treatment.icalendar_file import icalendar
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.queries import checks, newest_plan, plan_in_force

pytestmark = pytest.mark.django_db
TODAY, NOW = timezone.localdate, timezone.now
ACTH = "acth_natural"


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def ahead(days: int) -> date:
    return TODAY() + timedelta(days=days)


def newest(run: Run) -> Plan:
    plan = newest_plan(run)
    assert plan is not None
    return plan


def given(plan: Plan, on: date) -> tuple[str, int | None]:
    """Product and microliters of the first dose of a day."""
    day = plan.day(on)
    assert day is not None
    return day["doses"][0]["product"], day["doses"][0]["volume_ul"]


def dispense(people: dict[str, Any], run: Run, product: str, strength: str) -> None:
    read = {"product": product, "strength": strength, "strength_again": strength, "expires_on": ahead(100)}
    RecordBottle(**by(people["nurse"]), run=run, drug=ACTH, **read).execute()


def to_cortrophin(people: dict[str, Any], run: Run, *, on: date) -> Plan:
    asked = {"drug": ACTH, "product": "cortrophin_gel", "from_on": on, "why": "supply"}
    return ChangeProduct(**by(people["doc"]), run=run, **asked).execute()


def page(run: Run) -> str:
    return f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/"


def test_another_strength_is_not_signed_from_a_later_day(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    scene.bottle(people, run, "40 U/mL", ACTH)
    plan = newest(run)
    with pytest.raises(InvalidActError, match="another strength was dispensed"):
        SignPlan(**by(people["doc"]), run=run, plan=plan, from_on=ahead(5)).execute()
    SignPlan(**by(people["doc"]), run=run, plan=plan, from_on=TODAY()).execute()
    CheckPlan(**by(people["pharm"]), run=run, plan=plan).execute()
    assert [given(plan, ahead(n)) for n in (0, 5)] == [("acth_gel_80", 680)] * 2
    PrintCalendar(**by(people["nurse"]), run=run).execute()


def test_a_weight_after_a_bottle_that_was_turned_down_is_measured_from_today(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    scene.bottle(people, run, "40 U/mL", ACTH)
    DeclinePlan(**by(people["doc"]), run=run, plan=newest(run), why="later").execute()
    plan = weigh(people, run, 7900)
    assert plan.from_on == TODAY(), "and not from tomorrow: the bottle of before is gone"
    signed = scene.in_force(people, run)
    assert given(signed, TODAY())[1] == given(signed, ahead(1))[1]


def test_nothing_of_another_strength_is_shown_or_printed(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    run.bottles.update(strength="40 U/mL")
    with pytest.raises(InvalidActError, match="not of the strength on the bottle"):
        PrintCalendar(**by(people["nurse"]), run=run).execute()
    run.bottles.update(strength="80 U/mL")
    assert "0.34" in signed_in(people["co"]).get(page(run)).content.decode()
    run.bottles.update(strength="40 U/mL")
    answer = signed_in(people["co"]).get(page(run))
    assert answer.status_code == 409
    assert "0.34" not in answer.content.decode()


def test_the_page_of_an_expired_bottle_shows_no_milliliters(people: dict[str, Any]) -> None:
    run = running(people, days=3)
    assert "0.34" in signed_in(people["co"]).get(page(run)).content.decode()
    run.bottles.update(expires_on=ago(1))
    answer = signed_in(people["co"]).get(page(run))
    assert answer.status_code == 409
    assert "0.34" not in answer.content.decode()
    assert "expired on" in answer.content.decode()


def test_a_product_that_was_turned_down_rules_no_bottle(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    plan = to_cortrophin(people, run, on=TODAY())
    DeclinePlan(**by(people["doc"]), run=run, plan=plan, why="no").execute()
    with pytest.raises(InvalidActError, match="not interchangeable"):
        dispense(people, run, "cortrophin_gel", "40 U/mL")
    dispense(people, run, "acth_gel_80", "40 U/mL")
    assert given(scene.in_force(people, run), TODAY()) == ("acth_gel_80", 680)


def test_the_strength_of_a_product_that_was_turned_down_does_not_stay(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    plan = to_cortrophin(people, run, on=TODAY())
    dispense(people, run, "cortrophin_gel", "40 U/mL")
    plan = newest(run)
    DeclinePlan(**by(people["doc"]), run=run, plan=plan, why="no").execute()
    plan = weigh(people, run, 7900)
    assert (plan.products, plan.strengths) == ({}, {})
    assert given(plan, plan.from_on or TODAY()) == ("acth_gel_80", None)


def test_until_a_product_changes_the_one_of_before_is_refilled(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    to_cortrophin(people, run, on=ahead(4))
    scene.in_force(people, run)
    number = newest(run).number
    dispense(people, run, "acth_gel_80", "80 U/mL")
    assert newest(run).number == number, "the same strength changes nothing"
    dispense(people, run, "acth_gel_80", "40 U/mL")
    assert plan_in_force(run) is None
    plan = scene.in_force(people, run)
    assert [given(plan, ahead(n)) for n in (0, 3, 4)] == [("acth_gel_80", 680)] * 2 + [("cortrophin_gel", None)]
    dispense(people, run, "cortrophin_gel", "80 U/mL")
    plan = scene.in_force(people, run)
    assert plan.from_on == ahead(4)
    assert [given(plan, ahead(n)) for n in (0, 3, 4)] == [("acth_gel_80", 680)] * 2 + [("cortrophin_gel", 340)]
    PrintCalendar(**by(people["nurse"]), run=run).execute()
    dispense(people, run, "acth_gel_80", "80 U/mL")
    plan = scene.in_force(people, run)
    assert [given(plan, ahead(n)) for n in (0, 3, 4)] == [("acth_gel_80", 340)] * 2 + [("cortrophin_gel", 340)]


def test_a_weight_does_not_bring_a_change_of_product_forward(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    to_cortrophin(people, run, on=ahead(4))
    scene.in_force(people, run)
    weigh(people, run, 7900)
    plan = scene.in_force(people, run)
    assert plan.from_on == ahead(1)
    assert [given(plan, ahead(n))[0] for n in (0, 1, 3, 4)] == ["acth_gel_80"] * 3 + ["cortrophin_gel"]
    assert given(plan, ahead(3))[1] is not None


def test_days_that_are_counted_anew_are_counted_from_today(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=13)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now() - timedelta(days=6)).execute()
    plan = newest(run)
    with pytest.raises(InvalidActError, match="counted anew"):
        SignPlan(**by(people["doc"]), run=run, plan=plan, from_on=ahead(6)).execute()
    DeclinePlan(**by(people["doc"]), run=run, plan=plan, why="wrong").execute()
    AdjustDays(**by(people["doc"]), run=run, kind="extend", day=14, days=2, why="more").execute()
    plan = scene.in_force(people, run)
    assert plan.from_on == TODAY()
    assert [day["step"] for day in plan.document["days"]][6:16] == ["full dose"] * 10


def stale(people: dict[str, Any]) -> tuple[Run, Plan, Plan]:
    """A first calendar as two requests have read it."""
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child)
    return run, newest(run), newest(run)


def test_who_signed_does_not_check_by_a_page_from_before(people: dict[str, Any]) -> None:
    run, first, second = stale(people)
    SignPlan(**by(people["doc"]), run=run, plan=first).execute()
    with pytest.raises(InvalidActError, match="a second person has to check it"):
        CheckPlan(**by(people["doc"]), run=run, plan=second).execute()


def test_a_check_by_a_page_from_before_voids_what_was_in_force(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    weigh(people, run, 7900)
    first, second = newest(run), newest(run)
    SignPlan(**by(people["doc"]), run=run, plan=first).execute()
    CheckPlan(**by(people["pharm"]), run=run, plan=second).execute()
    assert [plan.number for plan in run.plans.all() if plan.in_force] == [first.number]


def test_the_database_keeps_one_calendar_in_force_by_two_people(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    mine = run.plans.filter(voided_at=None)
    for change in ({"checked_by": people["doc"]}, {"signed_by": people["pharm"]}):
        with pytest.raises(IntegrityError, match=r"two|CHECK"), transaction.atomic():
            mine.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        run.plans.filter(voided_at__isnull=False).update(voided_at=None)


def test_a_late_first_dose_loses_no_check_of_the_first_days(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=4)
    planned = [one for one in checks(run, plan_in_force(run)) if one.on == ago(4)]
    done, *open_ = planned
    assert open_
    answer = {
        "check_id": done.check["id"],
        "due_on": done.on,
        "done_on": ago(4),
        "result": "done",
        "outcome": "not_judged",
    }
    RecordCheck(**by(people["nurse"]), run=run, **answer).execute()
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now() - timedelta(days=2)).execute()
    plan = scene.in_force(people, run)
    kept = {one.check["id"] for one in checks(run, plan) if ago(2) <= one.on < TODAY()}
    today = {one.check["id"] for one in checks(run, plan) if one.on == TODAY()}
    assert {one.check["id"] for one in open_} <= kept | today
    assert done.check["id"] not in today
    scene.bottle(people, run, "5 mg/mL", "prednisolone")
    again = scene.in_force(people, run)
    assert {one.check["id"] for one in checks(run, again) if one.on == TODAY()} == today, "nor with the next bottle"


def test_the_file_of_an_ended_treatment_is_audited_and_needs_the_verb_of_a_print(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=2)
    StopRun(**by(people["doc"]), run=run, last_dose_on=ago(1), reason="failure").execute()
    other = signed_in(person("tech", "technologist"))
    address = f"{page(run)}file/"
    assert other.post(address).status_code == 302
    assert Entry.objects.filter(verb="treatment.print", outcome="refused").count() == 1
    answer = signed_in(people["co"]).post(address)
    assert answer["Content-Type"].startswith("text/calendar")
    (row,) = Entry.objects.filter(verb="treatment.print", outcome="done")
    assert row.target == run.audit_id


def test_what_was_stored_before_the_rule_is_settled(people: dict[str, Any]) -> None:
    migration = importlib.import_module("westward.program.treatment.migrations.0009_one_plan_in_force")
    run = running(people, days=5)
    old, new = run.plans.order_by("number")
    migration.settle(apps, None)
    assert plan_in_force(run) == new, "what is right stays"
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX treatment_plan_in_force")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = 1")
        else:
            cursor.execute("ALTER TABLE treatment_plan DROP CONSTRAINT treatment_plan_by_two")
        try:
            run.plans.update(voided_at=None)
            migration.settle(apps, None)
            assert [plan.in_force for plan in run.plans.order_by("number")] == [False, True]
            run.plans.filter(pk=new.pk).update(checked_by=people["doc"])
            migration.settle(apps, None)
            new.refresh_from_db()
            assert (new.in_force, new.voided_why) == (False, "signed and checked by the same person")
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = 0")
    old.refresh_from_db()
    assert old.voided_why == "a later calendar is in force"


def test_what_was_to_be_repeated_later_does_not_repeat_the_taper(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=5)
    AdjustDays(**by(people["doc"]), run=run, kind="extend", day=14, days=7, why="more").execute()
    scene.in_force(people, run)
    plan = BeginWean(**by(people["doc"]), run=run, kind="hormone", day=8, why="pressure").execute()
    steps = [day["step"] for day in plan.document["days"] if day["doses"]]
    assert [steps.count(f"taper {n}") for n in (1, 2, 3)] == [5, 5, 5]
    assert plan.adjustments == []
    assert plan.words == "pressure · the 7 d that were to repeat day 14 are left out"


def test_a_refill_of_the_strength_that_the_next_product_has_voids_what_is_in_force(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    to_cortrophin(people, run, on=ahead(4))
    scene.in_force(people, run)
    dispense(people, run, "cortrophin_gel", "40 U/mL")
    scene.in_force(people, run)
    dispense(people, run, "acth_gel_80", "40 U/mL")
    assert plan_in_force(run) is None, "0.34 mL are half of the dose from the bottle in the family's hands"
    plan = scene.in_force(people, run)
    assert [given(plan, ahead(n)) for n in (0, 4)] == [("acth_gel_80", 680), ("cortrophin_gel", 680)]


def test_the_bottle_of_the_next_product_does_not_keep_the_one_of_now_in_date(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    to_cortrophin(people, run, on=ahead(6))
    scene.in_force(people, run)
    dispense(people, run, "cortrophin_gel", "80 U/mL")
    plan = scene.in_force(people, run)
    assert signed_in(people["co"]).get(page(run)).status_code == 200
    run.bottles.filter(product="acth_gel_80").update(expires_on=ahead(2))
    (one,) = short(plan, run.bottles.all(), today=TODAY())
    assert (one.expires_on, one.last_dose_on) == (ahead(2), ahead(5))
    assert "New bottle: ACTH natural" in [
        act.words for act in journey.next_acts([run.child_id], now=NOW())[run.child_id]
    ]
    answer = signed_in(people["co"]).get(page(run)).content.decode()
    assert answer.count("New bottle needed") == 3, "days 3 to 5 from now, and none of the other product"
    assert icalendar(plan, language="en").count(b"New bottle needed") == 6
    run.bottles.filter(product="acth_gel_80").update(expires_on=ago(1))
    with pytest.raises(InvalidActError, match="expired on"):
        PrintCalendar(**by(people["nurse"]), run=run).execute()
    assert signed_in(people["co"]).get(page(run)).status_code == 409


def bottle_warnings(plan: Plan) -> list[str]:
    return [words for words in plan.document["warnings"] if "bottle" in words]


def test_days_until_a_product_changes_keep_the_warning_of_their_unusual_bottle(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    scene.bottle(people, run, "40 U/mL", ACTH)
    unusual = f"{ACTH}: the bottle says 40 U/mL, acth_gel_80 usually has 80 U/mL; check the product on the label"
    without = f"{ACTH}: no milliliters until the strength on the bottle dispensed is given"
    assert bottle_warnings(scene.in_force(people, run)) == [f"day 1 to 5: {without}", f"day 6 to 28: {unusual}"]
    plan = to_cortrophin(people, run, on=ahead(4))
    assert [given(plan, ahead(n)) for n in (0, 3, 4)] == [("acth_gel_80", 680)] * 2 + [("cortrophin_gel", None)]
    assert bottle_warnings(plan) == [f"day 6 to 9: {unusual}", f"day 1 to 5 and 10 to 28: {without}"]


def test_a_step_that_is_not_approved_yet_is_told_once_and_without_days(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_iciss", days=3)
    AdjustDays(**by(people["doc"]), run=run, kind="pause", day=5, days=1, why="ill").execute()
    told = [words for words in scene.in_force(people, run).document["warnings"] if "not approved" in words]
    assert len(told) == 1
    assert told[0].startswith("not approved here yet: ")
