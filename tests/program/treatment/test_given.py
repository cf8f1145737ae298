"""What was given beside what was planned; weans begun early, other products, values beyond their limits, vaccines."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene
from tests.program.treatment.test_past import ago, days_of, running

from westward.evidence.shelf import texts
from westward.look.words import day as day_words
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.letters.blocks import gaps
from westward.program.people.models import Caregiver, Clinician
from westward.program.treatment import journey, letter, vaccines, wording
from westward.program.treatment.actions.change import AdjustDays, StopRun, TakeBranch
from westward.program.treatment.actions.dispense import PrintCalendar, RecordBottle
from westward.program.treatment.actions.give import RecordFirstDose, RecordMissed
from westward.program.treatment.actions.monitor import AnswerAlert, RecordCheck
from westward.program.treatment.actions.product import ChangeProduct
from westward.program.treatment.actions.review_words import ReviewWords
from westward.program.treatment.actions.sign import SignPlan
from westward.program.treatment.actions.wean import BeginWean
from westward.program.treatment.ending import hormone_days
from westward.program.treatment.exposure import totals
from westward.program.treatment.family import in_words
from westward.program.treatment.family_section import vaccines_section
from westward.program.treatment.models import CheckDone, Plan, Run
from westward.program.treatment.queries import newest_plan, plan_in_force, waiting_plan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def given_since(people: dict[str, Any], days: int, protocol: str = "prednisolone_perc") -> Run:
    """A run whose first dose was given so many days ago, on its day 1."""
    run = running(people, protocol, days=days)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now() - timedelta(days=days)).execute()
    run.refresh_from_db()
    return run


def miss(people: dict[str, Any], run: Run, on: date, time: str, part: str = "0") -> None:
    RecordMissed(
        **by(people["nurse"]), run=run, on=on, time_of_day=time, drug="prednisolone", why="vomited", part=Decimal(part)
    ).execute()


def test_cumulative_dose_is_told_as_planned_and_as_given(people: dict[str, Any]) -> None:
    run = given_since(people, 3)
    for time in ("morning", "noon", "afternoon", "evening"):
        miss(people, run, ago(2), time)
    miss(people, run, ago(1), "noon", "4.5")
    plan = plan_in_force(run)
    assert plan is not None
    (found,) = totals(run, plan, until=TODAY())
    assert (found.planned, found.planned_days) == (860_000, 29)
    assert (found.due, found.due_days) == (160_000, 4)
    assert (found.given, found.given_days) == (160_000 - 40_000 - 5500, 3)
    page = signed_in(people["doc"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "<strong>114.5\u2009mg</strong>" in page
    assert "860\u2009mg" in page


def test_without_any_record_what_was_given_is_not_recorded(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=9)
    plan = plan_in_force(run)
    assert plan is not None
    assert totals(run, plan, until=TODAY())[0].given is None
    page = signed_in(people["doc"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "not recorded what was given" in page
    with pytest.raises(InvalidActError, match=r"after 10 days \(as planned; not recorded what was given\)"):
        StopRun(**by(people["doc"]), run=run, last_dose_on=TODAY(), reason="adverse").execute()


def test_hormone_days_are_those_on_which_it_was_given(people: dict[str, Any]) -> None:
    run = given_since(people, 7)
    assert hormone_days(run, TODAY()) == 8
    for time in ("morning", "noon", "afternoon"):
        miss(people, run, ago(3), time)
    assert hormone_days(run, TODAY()) == 8, "one dose of the day was given"
    miss(people, run, ago(3), "evening")
    assert hormone_days(run, TODAY()) == 7
    StopRun(**by(people["doc"]), run=run, last_dose_on=TODAY(), reason="adverse").execute()


@pytest.mark.parametrize("part, words", [("10", "from 0 to less than that"), ("-1", "from 0"), ("0.0001", "from 0")])
def test_a_part_is_less_than_the_dose(people: dict[str, Any], part: str, words: str) -> None:
    run = given_since(people, 1)
    with pytest.raises(InvalidActError, match=words):
        miss(people, run, TODAY(), "noon", part)


def test_a_day_that_was_missed_may_be_made_up_below_the_ceiling_of_full_days(people: dict[str, Any]) -> None:
    """14 days at the highest dose and 14 more are the ceiling; a fifteenth is allowed for one that was missed."""
    run = given_since(people, 5)
    asked: dict[str, Any] = {"run": run, "kind": "extend", "day": 14, "why": "no response"}
    with pytest.raises(InvalidActError, match="at most 14"):
        AdjustDays(**by(people["doc"]), **asked, days=15).execute()
    plan = AdjustDays(**by(people["doc"]), **asked, days=14).execute()
    assert plan.document["cumulative"][0]["days"] == 43


def test_a_fixed_dose_without_a_weight_is_not_started(people: dict[str, Any]) -> None:
    child = scene.child()
    scene.cleared(people["nurse"], child)
    with pytest.raises(InvalidActError, match="ceiling by weight of prednisolone is not assessable without a weight"):
        scene.started(people, child)
    scene.measured(people["nurse"], child, on=ago(60), length=None)
    with pytest.raises(InvalidActError, match="too old to dose by"):
        scene.started(people, child)
    scene.measured(people["nurse"], child, weight=2600, length=None, on=ago(1))
    doubted = child.measurements.get(value=2600)
    child.measurements.filter(pk=doubted.pk).update(doubts=[])
    with pytest.raises(InvalidActError, match=r"15\.38 mg/kg a day is above the ceiling"):
        scene.started(people, child)


def test_a_plan_without_a_weight_is_not_signed(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=2)
    scene.bottle(people, run, "10 mg/5 mL")
    plan = waiting_plan(run)
    assert plan is not None
    Plan.objects.filter(pk=plan.pk).update(weight_g=None)
    plan.refresh_from_db()
    with pytest.raises(InvalidActError, match="not assessable: no weight is on file"):
        SignPlan(**by(people["doc"]), run=run, plan=plan).execute()


def test_a_fixed_dose_is_held_against_the_newest_weight(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=12)
    scene.measured(people["nurse"], run.child, weight=7300, length=None)
    assert waiting_plan(run) is None, "no dose hangs on it"
    scene.bottle(people, run, "10 mg/5 mL")
    plan = waiting_plan(run)
    assert plan is not None
    assert plan.weight_g == 7300
    assert [day["weight_g"] for day in plan.document["days"][11:13]] == [7000, 7300]


def test_a_wean_begins_early_with_a_reason_and_two_signatures(people: dict[str, Any]) -> None:
    run = given_since(people, 8)
    before = plan_in_force(run)
    assert before is not None
    asked: dict[str, Any] = {"run": run, "kind": "hormone", "day": 10}
    with pytest.raises(InvalidActError, match="why the wean begins early"):
        BeginWean(**by(people["doc"]), **asked, why=" ").execute()
    with pytest.raises(NotAllowedError):
        BeginWean(**by(people["nurse"]), **asked, why="blood pressure").execute()
    with pytest.raises(InvalidActError, match="has passed"):
        BeginWean(**by(people["doc"]), **asked | {"day": 8}, why="blood pressure").execute()
    with pytest.raises(InvalidActError, match="known: hormone"):
        BeginWean(**by(people["doc"]), **asked | {"kind": "vigabatrin"}, why="x").execute()
    plan = BeginWean(**by(people["doc"]), **asked, why="blood pressure").execute()
    assert (plan.reason, plan.from_on, plan.words) == ("wean", ago(-1), "blood pressure")
    assert plan_in_force(run) == before
    signed = scene.in_force(people, run)
    assert days_of(signed, before=ago(-1)) == days_of(before, before=ago(-1))
    steps = [(day["day"], day["step"]) for day in signed.document["days"] if day["doses"]]
    assert steps[8:11] == [(9, "full dose"), (10, "taper 1"), (11, "taper 1")]
    assert signed.last_day == run.start + timedelta(days=23)
    assert signed.document["inputs"]["weans"] == ["hormone@10"]
    row = Entry.objects.filter(verb="treatment.change", outcome="done").get()
    assert '"kind":"hormone"' in row.detail.replace(" ", "")
    with pytest.raises(InvalidActError, match="no drug of it can be weaned early any more"):
        BeginWean(**by(people["doc"]), **asked | {"day": 12}, why="x").execute()


def test_a_hormone_without_a_taper_is_not_weaned_by_invention(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=2)
    Run.objects.filter(pk=run.pk).update(protocol="acth_natural_low", texts=texts("acth_natural_low"))
    run.refresh_from_db()
    with pytest.raises(InvalidActError, match="not weaned early here"):
        BeginWean(**by(people["doc"]), run=run, kind="hormone", day=5, why="x").execute()


def test_after_the_wean_has_begun_nothing_is_raised(people: dict[str, Any]) -> None:
    scene.approve("prednisolone_iciss", people["doc"], people["pharm"])
    run = given_since(people, 5, "prednisolone_iciss")
    BeginWean(**by(people["doc"]), run=run, kind="hormone", day=7, why="glucose").execute()
    scene.in_force(people, run)
    with pytest.raises(InvalidActError, match="weaned already"):
        TakeBranch(**by(people["doc"]), run=run, branch="spasms_on_day_7", day=8).execute()


def test_the_combination_raises_prednisolone_by_rule(people: dict[str, Any]) -> None:
    run = scene.combined(people, start=ago(7))
    before = scene.in_force(people, run)
    TakeBranch(**by(people["doc"]), run=run, branch="spasms_on_day_7", day=8).execute()
    plan = scene.in_force(people, run)
    assert days_of(plan, before=TODAY()) == days_of(before, before=TODAY())
    today = plan.day(TODAY())
    assert today is not None
    assert [(d["drug"], d["amount"]) for d in today["doses"]] == [("prednisolone", 20_000)] * 3 + [
        ("vigabatrin", 350_000)
    ] * 2


def change_product(people: dict[str, Any], run: Run, product: str = "cortrophin_gel", *, ahead: int = 1) -> Plan:
    asked: dict[str, Any] = {"run": run, "drug": "acth_natural", "product": product, "from_on": ago(-ahead)}
    return ChangeProduct(**by(people["doc"]), **asked, why="out of stock").execute()


def test_another_product_voids_the_strength_and_needs_its_own_bottle(people: dict[str, Any]) -> None:
    run = running(people, days=3)
    before = plan_in_force(run)
    assert before is not None
    plan = change_product(people, run)
    assert (plan.reason, plan.products, plan.strengths) == ("product", {"acth_natural": "cortrophin_gel"}, {})
    assert "cortrophin" in plan.words.lower()
    signed = scene.in_force(people, run)
    assert days_of(signed, before=ago(-1)) == days_of(before, before=ago(-1))
    new = signed.day(ago(-1))
    assert new is not None
    assert {(d["product"], d["volume_ul"]) for d in new["doses"]} == {("cortrophin_gel", None)}
    assert [d["amount"] for d in new["doses"]] == [d["amount"] for d in before.day(ago(-1))["doses"]]  # type: ignore[index]
    with pytest.raises(InvalidActError, match="no milliliters yet"):
        PrintCalendar(**by(people["nurse"]), run=run).execute()
    bottle: dict[str, Any] = {
        "run": run, "drug": "acth_natural", "strength": "80 U/mL", "expires_on": ago(-200),
    }  # fmt: skip
    with pytest.raises(InvalidActError, match="products are not interchangeable"):
        RecordBottle(**by(people["nurse"]), **bottle, product="acth_z").execute()
    RecordBottle(**by(people["nurse"]), **bottle, product="acth_gel_80").execute()
    assert plan_in_force(run) == signed, "a refill of what is given until then changes nothing"
    RecordBottle(**by(people["nurse"]), **bottle, product="cortrophin_gel").execute()
    measured = waiting_plan(run)
    assert measured is not None
    assert measured.from_on == ago(-1)
    done = scene.in_force(people, run)
    assert days_of(done, before=ago(-1)) == days_of(before, before=ago(-1))
    PrintCalendar(**by(people["nurse"]), run=run).execute()


@pytest.mark.parametrize(
    "product, words",
    [
        ("tetracosactide_depot", "units and milligrams are not interchangeable, order another protocol"),
        ("acth_z", "not interchangeable"),
        ("acth_gel_80", "gives .* already"),
        ("other", "there is no product"),
    ],
)
def test_units_never_become_milligrams_by_another_product(people: dict[str, Any], product: str, words: str) -> None:
    run = running(people, days=3)
    with pytest.raises(InvalidActError, match=words):
        change_product(people, run, product)


def test_a_product_changes_from_today_on_at_the_earliest(people: dict[str, Any]) -> None:
    run = running(people, days=3)
    with pytest.raises(InvalidActError, match="from today on"):
        change_product(people, run, ahead=-1)
    with pytest.raises(InvalidActError, match="at the latest"):
        change_product(people, run, ahead=60)
    with pytest.raises(NotAllowedError):
        ChangeProduct(
            **by(people["pharm"]), run=run, drug="acth_natural", product="cortrophin_gel", from_on=TODAY(), why="x"
        ).execute()


def test_wean_and_product_by_forms(people: dict[str, Any]) -> None:
    run = running(people, days=3)
    doc, base = signed_in(people["doc"]), f"/children/{run.child_id}/treatment/"
    page = doc.get(base).content.decode()
    assert "Begin the wean early" in page
    assert "Change the product" in page
    doc.post(f"{base}{run.pk}/product/", {
        "drug": "acth_natural", "product": "cortrophin_gel", "from_on": ago(-1).isoformat(), "why": "stock",
    })  # fmt: skip
    plan = waiting_plan(run)
    assert plan is not None
    assert plan.reason == "product"
    doc.post(f"{base}{run.pk}/plans/{plan.pk}/decline/", {"why": "found some"})
    doc.post(f"{base}{run.pk}/wean/", {"kind": "hormone", "day": 6, "why": "glucose"})
    plan = waiting_plan(run)
    assert plan is not None
    assert plan.weans == [{"kind": "hormone", "day": 6}]
    assert "every day before it stays as it was" in doc.get(base).content.decode()
    assert 'name="from_on"' not in doc.get(base).content.decode().split("Sign calendar")[0].rsplit("<form", 1)[1]


def blood(run: Run) -> dict[str, Any]:
    return {"run": run, "check_id": "blood", "due_on": run.start, "done_on": TODAY(), "result": "", "outcome": "within"}


def test_a_value_beyond_its_limit_opens_an_alert_whatever_is_ticked(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc")
    high = {"glucose": Decimal("12.3"), "potassium": Decimal("4.1"), "sodium": Decimal(140)}
    with pytest.raises(InvalidActError, match=r"glucose 12.3 mmol/L, limit glucose above 11.1 mmol/L \(policy: Our"):
        RecordCheck(**by(people["nurse"]), **blood(run), values=high).execute()
    made = RecordCheck(**by(people["nurse"]), **blood(run), values=high, act="called Dr. Lee").execute()
    assert (made.outcome, made.alert) == ("over", True)
    assert made.result == "glucose 12.3 mmol/L, potassium 4.1 mmol/L, sodium 140 mmol/L"
    assert [one["verdict"] for one in made.verdicts] == ["beyond", "no_limit", "no_limit"]
    acts = {act.words: act for act in journey.next_acts([run.child_id], now=timezone.now())[run.child_id]}
    assert acts["Beyond the limit: glucose, potassium, sodium"].owner == "Physician"
    doc, nurse = signed_in(people["doc"]), signed_in(people["nurse"])
    base = f"/children/{run.child_id}/treatment/"
    page = doc.get(base).content.decode()
    assert "no limit set: enter your local value" in page
    assert "limit above 11.1 mmol/L" in page
    assert nurse.post(f"{base}{run.pk}/checks/{made.pk}/decided/", {"decided": "x"}).status_code == 403
    with pytest.raises(InvalidActError, match="what was decided"):
        AnswerAlert(**by(people["doc"]), run=run, check=made, decided=" ").execute()
    doc.post(f"{base}{run.pk}/checks/{made.pk}/decided/", {"decided": "insulin, endocrinology called"})
    made.refresh_from_db()
    assert (made.alert, made.decided_by) == (False, people["doc"])
    with pytest.raises(InvalidActError, match="no open alert"):
        AnswerAlert(**by(people["doc"]), run=run, check=made, decided="again").execute()
    later = journey.next_acts([run.child_id], now=timezone.now())[run.child_id]
    assert "Beyond the limit: glucose, potassium, sodium" not in {act.words for act in later}


def test_values_that_have_no_limit_on_one_side_are_not_within(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc")
    asked = blood(run) | {"values": {"potassium": Decimal("7.9")}}
    with pytest.raises(InvalidActError, match=r"potassium 7.9 mmol/L: below 3.0 mmol/L; no upper limit set: choose"):
        RecordCheck(**by(people["nurse"]), **asked).execute()
    asked |= {"outcome": "not_judged"}
    with pytest.raises(InvalidActError, match="why it is not judged"):
        RecordCheck(**by(people["nurse"]), **asked).execute()
    made = RecordCheck(**by(people["nurse"]), **asked | {"result": "hemolyzed, drawn again"}).execute()
    assert (made.outcome, made.alert) == ("not_judged", False)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"values": {"systolic": Decimal(90)}}, "measures glucose, potassium, sodium, not systolic"),
        ({"values": {"glucose": Decimal(0)}}, "cannot be"),
        ({"values": {"glucose": Decimal(5)}, "outcome": "not_done"}, "so the check was done"),
        ({}, "what was found"),
        ({"result": "all fine", "outcome": "over"}, "beyond the limit: say what was done"),
    ],
)
def test_an_answer_that_makes_no_sense(people: dict[str, Any], change: dict[str, Any], words: str) -> None:
    run = running(people, "prednisolone_perc")
    with pytest.raises(InvalidActError, match=words):
        RecordCheck(**by(people["nurse"]), **blood(run) | change).execute()


def test_values_are_entered_on_the_page(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc")
    nurse, base = signed_in(people["nurse"]), f"/children/{run.child_id}/treatment/"
    page = nurse.get(base).content.decode()
    assert 'name="value_glucose"' in page
    assert "above 11.1 mmol/L (policy)" in page
    asked = {
        "check_id": "blood", "due_on": run.start.isoformat(), "done_on": TODAY().isoformat(),
        "outcome": "not_judged", "value_glucose": "5.2", "value_potassium": "", "result": "fasting",
    }  # fmt: skip
    nurse.post(f"{base}{run.pk}/monitor/", asked)
    assert CheckDone.objects.get().values == {"glucose": "5.2"}


def test_live_vaccines_wait_to_a_day_that_stands_in_chart_calendar_and_letter(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=3)
    until = run.start + timedelta(days=28 + 92)
    doc, base = signed_in(people["doc"]), f"/children/{run.child_id}/treatment/"
    page = doc.get(base).content.decode()
    words = day_words(until)
    assert f"None until {words}" in page
    assert "The sources differ" in page
    family = doc.get(f"{base}{run.pk}/calendar/en/").content.decode()
    assert f"{until.day} {until:%B} {until.year}, if the last dose is on the day planned" in family
    ReviewWords(**by(people["doc"]), language="es", digest=wording.digest("es")).execute()
    assert (
        f"hasta el {in_words(until, wording.words('es'))}, si"
        in doc.get(f"{base}{run.pk}/calendar/es/").content.decode()
    )
    said = "\n".join(
        line for block in letter.compose(run.child, Clinician(name="Dr. Lee"), "en") for line in block.lines
    )
    assert f"No live vaccines until {words}" in said


def test_after_an_early_end_vaccines_wait_from_the_last_dose_given(people: dict[str, Any]) -> None:
    run = given_since(people, 6)
    StopRun(**by(people["doc"]), run=run, last_dose_on=ago(1), reason="adverse").execute()
    found = vaccines.latest(run.child)
    assert found is not None
    assert found[0].until == ago(1) + timedelta(days=92)
    page = signed_in(people["doc"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "counted from the last hormone dose" in page


def test_a_cancelled_order_and_a_drug_that_is_no_hormone_block_no_vaccine(people: dict[str, Any]) -> None:
    run = running(people, "vigabatrin_standard")
    assert vaccines.latest(run.child) is None
    page = signed_in(people["doc"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "Live vaccines" not in page


def test_a_letter_names_no_day_of_a_calendar_that_will_move(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=4)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    blocks = letter.compose(run.child, Clinician(name="Dr. Lee"), "en")
    assert any("its days move with the first dose" in one for one in gaps(blocks))
    assert newest_plan(run) != plan_in_force(run)


def test_the_familys_own_page_says_until_when_live_vaccines_wait(people: dict[str, Any]) -> None:
    run = given_since(people, 6)
    caregiver = person("mother")
    Caregiver.objects.create(child=run.child, user=caregiver, name="Rosa", language="es")
    until = run.start + timedelta(days=28 + 92)
    section = vaccines_section(run.child, caregiver)
    assert section is not None
    assert f"{until.day} {until:%B} {until.year}, if" in section["no_live_vaccines"]["en"]
    assert f"hasta el {in_words(until, wording.words('es'))}, si" in section["no_live_vaccines"]["es"]
    StopRun(**by(people["doc"]), run=run, last_dose_on=ago(1), reason="adverse").execute()
    section = vaccines_section(run.child, caregiver)
    assert section is not None
    assert "if the last dose" not in section["no_live_vaccines"]["en"]
    run.child.runs.update(stopped_on=ago(100))
    assert vaccines_section(run.child, caregiver) is None


def test_a_first_dose_that_nobody_recorded_is_told(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_perc", days=2)
    doc, base = signed_in(people["doc"]), f"/children/{run.child_id}/treatment/"
    words = "no first dose is recorded"
    assert words in doc.get(base).content.decode()
    assert words in doc.get(f"{base}{run.pk}/calendar/en/").content.decode()
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now() - timedelta(days=2)).execute()
    assert words not in doc.get(base).content.decode()
