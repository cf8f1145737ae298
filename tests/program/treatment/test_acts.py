"""From the approval of a protocol to its last dose: what is allowed, what is stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.audit.queries import walk
from westward.program.treatment import journey
from westward.program.treatment.actions.again import CancelRun
from westward.program.treatment.actions.approve import ApproveProtocol, WithdrawApproval
from westward.program.treatment.actions.change import AdjustDays, StopRun, TakeBranch
from westward.program.treatment.actions.day_zero import FinishTask, OpenDayZero, RecordAccess
from westward.program.treatment.actions.dispense import PrintCalendar, RecordBottle, RecordTeachBack
from westward.program.treatment.actions.give import RecordFirstDose, RecordMissed
from westward.program.treatment.actions.measure import ConfirmMeasurement, RecordMeasurement
from westward.program.treatment.actions.monitor import RecordCheck
from westward.program.treatment.actions.sign import CheckPlan, DeclinePlan, SignPlan
from westward.program.treatment.actions.start import StartRun
from westward.program.treatment.actions.switch import SwitchRun
from westward.program.treatment.family import family_calendar
from westward.program.treatment.models import Measurement, Plan, Run
from westward.program.treatment.queries import newest_plan, plan_in_force, shelved

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def ready(people: dict[str, Any], **answers: str) -> Any:
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child, **answers)
    return child


def test_two_different_people_approve_the_very_text(people: dict[str, Any]) -> None:
    name = "prednisolone_ucla_8mgkg"
    scene.approve(name, people["doc"])
    assert not shelved(name).approved
    with pytest.raises(InvalidActError, match="second person"):
        scene.approve(name, people["doc"])
    with pytest.raises(InvalidActError, match="has changed"):
        ApproveProtocol(**by(people["pharm"]), protocol=name, digest="0" * 64).execute()
    with pytest.raises(NotAllowedError):
        scene.approve(name, people["nurse"])
    scene.approve(name, people["pharm"])
    assert shelved(name).approved
    WithdrawApproval(**by(people["pharm"]), approval=shelved(name).approvals[1]).execute()
    assert not shelved(name).approved


def test_a_protocol_with_empty_steps_is_not_approved(people: dict[str, Any]) -> None:
    with pytest.raises(InvalidActError, match="without a number"):
        scene.approve("acth_natural_low", people["doc"])


def test_what_is_not_sourced_starts_only_when_approved(people: dict[str, Any]) -> None:
    child = ready(people)
    with pytest.raises(InvalidActError, match="two named people"):
        scene.started(people, child, "prednisolone_ucla_8mgkg")
    scene.approve("prednisolone_ucla_8mgkg", people["doc"], people["pharm"])
    assert scene.started(people, child, "prednisolone_ucla_8mgkg").approved


def test_a_nurse_orders_nothing(people: dict[str, Any]) -> None:
    child = ready(people)
    with pytest.raises(NotAllowedError):
        StartRun(**by(people["nurse"]), child=child, protocol="prednisolone_perc", start=TODAY()).execute()


def test_what_is_not_known_is_asked_before_a_start(people: dict[str, Any]) -> None:
    child = scene.child()
    with pytest.raises(InvalidActError, match=r"answer first: .*active infection"):
        scene.started(people, child)


def test_a_contraindication_stops_unless_a_physician_writes_why(people: dict[str, Any]) -> None:
    child = ready(people, heart_failure="yes")
    with pytest.raises(InvalidActError, match="not with heart failure"):
        scene.started(people, child)
    run = scene.started(people, child, overrides={"heart_failure": "echo normal, cardiology agrees"})
    assert Entry.objects.filter(verb="treatment.start", detail__contains="heart_failure").exists()
    assert run.overrides == {"heart_failure": "echo normal, cardiology agrees"}


def test_weights_are_entered_twice_and_doubted_ones_are_not_dosed_by(people: dict[str, Any]) -> None:
    child = ready(people)
    asked = {"child": child, "kind": "weight", "on": TODAY()}
    with pytest.raises(InvalidActError, match="7000 and 7100"):
        RecordMeasurement(**by(people["nurse"]), **asked, value=7000, again=7100).execute()
    doubted = RecordMeasurement(**by(people["nurse"]), **asked, value=15_000, again=15_000).execute()
    assert not doubted.usable
    assert any("SD" in words for words in doubted.doubts)
    assert any("rose" in words for words in doubted.doubts)
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    with pytest.raises(InvalidActError, match="doubted"):
        scene.started(people, child, "vigabatrin_standard")
    with pytest.raises(InvalidActError, match="second person"):
        ConfirmMeasurement(**by(people["nurse"]), child=child, measurement=doubted, why="again").execute()
    ConfirmMeasurement(**by(people["pharm"]), child=child, measurement=doubted, why="weighed again").execute()
    with pytest.raises(InvalidActError, match="15000 g does not go with a length of 670 mm"):
        scene.started(people, child, "vigabatrin_standard")
    RecordMeasurement(**by(people["nurse"]), child=child, kind="length", value=720, again=720, on=TODAY()).execute()
    assert scene.started(people, child, "vigabatrin_standard")


def test_an_old_weight_is_not_dosed_by(people: dict[str, Any]) -> None:
    child = scene.child()
    scene.measured(people["nurse"], child, on=TODAY() - timedelta(days=8))
    scene.cleared(people["nurse"], child)
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    with pytest.raises(InvalidActError, match="too old"):
        scene.started(people, child, "vigabatrin_standard")


def test_a_drug_is_not_given_twice(people: dict[str, Any]) -> None:
    child = ready(people)
    scene.started(people, child)
    with pytest.raises(InvalidActError, match="given already"):
        scene.started(people, child)


def test_two_people_stand_for_a_plan(people: dict[str, Any]) -> None:
    run = scene.started(people, ready(people))
    plan = newest_plan(run)
    assert plan is not None
    SignPlan(**by(people["doc"]), run=run, plan=plan).execute()
    assert plan_in_force(run) is None
    with pytest.raises(InvalidActError, match="second person"):
        CheckPlan(**by(people["doc"]), run=run, plan=plan).execute()
    CheckPlan(**by(people["nurse"]), run=run, plan=plan).execute()
    assert plan_in_force(run) == plan


def test_milliliters_come_with_the_bottle_and_a_refill_of_another_strength_voids(people: dict[str, Any]) -> None:
    run = scene.started(people, ready(people))
    first = scene.in_force(people, run)
    assert first.document["days"][0]["doses"][0]["volume_ul"] is None
    with pytest.raises(InvalidActError, match="no milliliters yet"):
        PrintCalendar(**by(people["nurse"]), run=run).execute()
    scene.bottle(people, run)
    second = scene.in_force(people, run)
    assert second.document["days"][0]["doses"][0]["volume_ul"] == 3400
    printed = PrintCalendar(**by(people["nurse"]), run=run).execute()
    scene.bottle(people, run, "3 mg/mL")
    assert newest_plan(run) == second
    scene.bottle(people, run, "5 mg/mL")
    assert plan_in_force(run) is None
    printed.plan.refresh_from_db()
    assert "5 mg/mL" in printed.plan.voided_why
    third = scene.in_force(people, run)
    assert third.document["days"][0]["doses"][0]["volume_ul"] == 2000


@pytest.mark.parametrize(
    "change, words",
    [
        ({"strength": "80 U/mL"}, "unit of the dose"),
        ({"strength": "strong"}, "not understood"),
        ({"drug": "vigabatrin"}, "gives prednisolone"),
        ({"product": "acth_z"}, "not interchangeable"),
        ({"product": "none"}, "not interchangeable"),
        ({"strength": "5 mg/mL"}, "enter the strength a second time"),
        ({"strength": "5 mg/mL", "strength_again": "15 mg/5 mL"}, "usually has 15 mg/5 mL"),
        ({"expires_on": timezone.localdate() - timedelta(days=1)}, "expired"),
    ],
)
def test_a_wrong_bottle_is_stopped(people: dict[str, Any], change: dict[str, Any], words: str) -> None:
    run = scene.started(people, ready(people))
    bottle = {"drug": "prednisolone", "product": "prednisolone_oral", "strength": "3 mg/mL", "expires_on": TODAY()}
    asked: dict[str, Any] = bottle | change
    with pytest.raises(InvalidActError, match=words):
        RecordBottle(**by(people["nurse"]), run=run, **asked).execute()


def test_the_first_dose_needs_a_plan_in_force_and_is_recorded_once(people: dict[str, Any]) -> None:
    run = scene.started(people, ready(people))
    now = timezone.now()
    with pytest.raises(InvalidActError, match="signed and checked"):
        RecordFirstDose(**by(people["nurse"]), run=run, at=now).execute()
    scene.in_force(people, run)
    with pytest.raises(InvalidActError, match="future"):
        RecordFirstDose(**by(people["nurse"]), run=run, at=now + timedelta(hours=1)).execute()
    RecordFirstDose(**by(people["nurse"]), run=run, at=now).execute()
    assert Run.objects.get().state == "running"
    with pytest.raises(InvalidActError, match="already"):
        RecordFirstDose(**by(people["nurse"]), run=run, at=now).execute()


def test_a_new_weight_proposes_and_changes_nothing_by_itself(people: dict[str, Any]) -> None:
    child = ready(people)
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    run = scene.started(people, child, "vigabatrin_standard")
    first = scene.in_force(people, run)
    RecordMeasurement(**by(people["nurse"]), child=child, kind="weight", value=7100, again=7100, on=TODAY()).execute()
    assert newest_plan(run) == first
    weight = Measurement.objects.get(value=7100)
    Measurement.objects.filter(pk=weight.pk).update(on=TODAY() - timedelta(days=12))
    heavier = RecordMeasurement(
        **by(people["nurse"]), child=child, kind="weight", value=7800, again=7800, on=TODAY()
    ).execute()
    if not heavier.usable:
        ConfirmMeasurement(**by(people["pharm"]), child=child, measurement=heavier, why="weighed again").execute()
    proposed = newest_plan(run)
    assert proposed is not None
    assert (proposed.number, proposed.reason, proposed.weight_g) == (2, "weight", 7800)
    assert "7000 g to 7800 g (+11%)" in proposed.words
    assert plan_in_force(run) == first
    scene.in_force(people, run)
    first.refresh_from_db()
    assert first.voided_why == "replaced by calendar 2"
    doses = [[dose["amount"] for dose in day["doses"]] for day in proposed.document["days"][:2]]
    assert doses == [[175_000, 175_000], [195_000, 195_000]], "from the next day on"


def test_a_proposal_may_be_turned_down(people: dict[str, Any]) -> None:
    run = scene.started(people, ready(people))
    scene.in_force(people, run)
    scene.bottle(people, run)
    plan = newest_plan(run)
    assert plan is not None
    with pytest.raises(InvalidActError, match="why"):
        DeclinePlan(**by(people["doc"]), run=run, plan=plan, why=" ").execute()
    DeclinePlan(**by(people["doc"]), run=run, plan=plan, why="wrong bottle").execute()
    current = plan_in_force(run)
    assert current is not None
    assert current.number == 1


def test_the_next_step_of_the_protocol_by_rule(people: dict[str, Any]) -> None:
    child = ready(people)
    scene.approve("prednisolone_iciss", people["doc"], people["pharm"])
    run = scene.started(people, child, "prednisolone_iciss")
    scene.in_force(people, run)
    with pytest.raises(InvalidActError, match="day 7 to 14"):
        TakeBranch(**by(people["doc"]), run=run, branch="spasms_on_day_7", day=6).execute()
    plan = TakeBranch(**by(people["doc"]), run=run, branch="spasms_on_day_7", day=7).execute()
    assert [len(day["doses"]) for day in plan.document["days"][5:8]] == [4, 3, 3]
    assert plan.document["days"][6]["doses"][0]["amount"] == 20_000
    with pytest.raises(InvalidActError, match="taken already"):
        TakeBranch(**by(people["doc"]), run=run, branch="spasms_on_day_7", day=8).execute()


def test_a_step_that_is_not_sourced_is_not_taken_in_a_run_without_approval(people: dict[str, Any]) -> None:
    run = scene.started(people, ready(people), "prednisolone_iciss")
    scene.in_force(people, run)
    with pytest.raises(InvalidActError, match="not sourced well enough"):
        TakeBranch(**by(people["doc"]), run=run, branch="spasms_on_day_7", day=7).execute()


def test_days_put_in_move_everything_after(people: dict[str, Any]) -> None:
    run = scene.started(people, ready(people))
    scene.in_force(people, run)
    asked = {"run": run, "kind": "pause", "day": 15, "days": 2}
    with pytest.raises(InvalidActError, match="stress cover"):
        AdjustDays(**by(people["doc"]), **asked, why="vomiting").execute()
    with pytest.raises(InvalidActError, match="stress cover"):
        AdjustDays(**by(people["doc"]), **asked, why="vomiting, no word of stress").execute()
    plan = AdjustDays(**by(people["doc"]), **asked, why="vomiting", stress_cover="hydrocortisone by vein").execute()
    assert plan.words == "vomiting · hydrocortisone by vein"
    assert run.open, "a pause is days put in; the run goes on"
    assert [day["step"] for day in plan.document["days"][13:17]] == ["full dose", "pause", "pause", "taper 1"]


def test_a_hormone_is_never_stopped_suddenly(people: dict[str, Any]) -> None:
    child = ready(people)
    run = scene.started(people, child, start=TODAY() - timedelta(days=8))
    asked = {"run": run, "last_dose_on": TODAY(), "reason": "adverse"}
    with pytest.raises(InvalidActError, match="never stopped suddenly"):
        StopRun(**by(people["doc"]), **asked).execute()
    StopRun(**by(people["doc"]), **asked, stress_cover="hydrocortisone by the ward's rule, endocrinology").execute()
    stopped = Run.objects.get()
    assert stopped.state == "stopped"
    assert not Plan.objects.filter(voided_at=None).exists()


def test_a_switch_follows_without_taper_and_names_what_it_follows(people: dict[str, Any]) -> None:
    child = ready(people)
    run = scene.started(people, child, start=TODAY() - timedelta(days=13))
    SwitchRun(
        **by(people["doc"]), run=run, protocol="acth_label_150", start=TODAY(), last_dose_on=TODAY(),
        words="spasms on day 14", off_protocol="the family has ACTH at hand",
    ).execute()  # fmt: skip
    following = Run.objects.exclude(pk=run.pk).get()
    assert following.follows == run
    assert following.sequence == ""


def test_a_hormone_does_not_end_by_being_called_a_switch(people: dict[str, Any]) -> None:
    child = ready(people)
    run = scene.started(people, child, start=TODAY() - timedelta(days=13))
    with pytest.raises(InvalidActError, match="never stopped suddenly after 14 days"):
        StopRun(**by(people["doc"]), run=run, last_dose_on=TODAY(), reason="switch").execute()
    asked: dict[str, Any] = {
        "run": run, "protocol": "vigabatrin_standard", "start": TODAY(), "last_dose_on": TODAY(), "words": "day 14",
    }  # fmt: skip
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    with pytest.raises(InvalidActError, match="never stopped suddenly"):
        SwitchRun(**by(people["doc"]), **asked).execute()
    run.refresh_from_db()
    assert run.open
    made = SwitchRun(**by(people["doc"]), **asked, stress_cover="taper over 14 days, hydrocortisone card").execute()
    assert made.follows == run
    assert made.sequence == "", "another mechanism is no joined sequence and needs no reason"


def test_a_gap_before_the_next_hormone_is_a_sudden_stop(people: dict[str, Any]) -> None:
    child = ready(people)
    run = scene.started(people, child, start=TODAY() - timedelta(days=13))
    asked: dict[str, Any] = {"run": run, "protocol": "acth_label_150", "words": "day 14", "off_protocol": "x"}
    day = TODAY()
    with pytest.raises(InvalidActError, match="never stopped suddenly"):
        SwitchRun(**by(people["doc"]), **asked, last_dose_on=day, start=day + timedelta(days=2)).execute()
    SwitchRun(**by(people["doc"]), **asked, last_dose_on=day, start=day + timedelta(days=1)).execute()


def ucla(people: dict[str, Any]) -> tuple[Any, Run]:
    child = ready(people)
    scene.approve("prednisolone_ucla_8mgkg", people["doc"], people["pharm"])
    return child, scene.started(people, child, "prednisolone_ucla_8mgkg", start=TODAY() - timedelta(days=13))


SEQUENCE = "prednisolone_ucla_then_acth"


def test_a_joined_sequence_is_taken_only_when_approved_as_such(people: dict[str, Any]) -> None:
    _, run = ucla(people)
    asked: dict[str, Any] = {
        "run": run, "protocol": "acth_label_150", "start": TODAY() + timedelta(days=1), "last_dose_on": TODAY(),
        "words": "hypsarrhythmia on day 14",
    }  # fmt: skip
    with pytest.raises(InvalidActError, match=f"sequence {SEQUENCE}, version 1: two named people"):
        SwitchRun(**by(people["doc"]), **asked).execute()
    scene.approve(SEQUENCE, people["doc"])
    run.refresh_from_db()
    with pytest.raises(InvalidActError, match="two named people"):
        SwitchRun(**by(people["doc"]), **asked).execute()
    run.refresh_from_db()
    assert run.open, "a switch that is refused leaves everything as it was"
    scene.approve(SEQUENCE, people["pharm"])
    made = SwitchRun(**by(people["doc"]), **asked).execute()
    assert (made.sequence, made.sequence_version, made.off_protocol) == (SEQUENCE, "1", "")
    assert Entry.objects.filter(verb="treatment.start", detail__contains=f'"sequence":"{SEQUENCE}"').exists()


def test_off_protocol_stays_possible_with_a_reason(people: dict[str, Any]) -> None:
    _, run = ucla(people)
    asked: dict[str, Any] = {"run": run, "protocol": "acth_label_150", "start": TODAY(), "last_dose_on": TODAY()}
    made = SwitchRun(**by(people["doc"]), **asked, words="x", off_protocol="decided in conference").execute()
    assert (made.sequence, made.off_protocol) == ("", "decided in conference")


def test_a_stop_and_a_start_do_not_go_around_the_sequence(people: dict[str, Any]) -> None:
    child, run = ucla(people)
    StopRun(
        **by(people["doc"]), run=run, last_dose_on=TODAY(), reason="failure", stress_cover="hydrocortisone"
    ).execute()
    with pytest.raises(InvalidActError, match=SEQUENCE):
        scene.started(people, child, "acth_label_150")
    with pytest.raises(InvalidActError, match="no protocol provides prednisolone_perc after"):
        scene.started(people, child, "prednisolone_perc")
    assert scene.started(people, child, "acth_label_150", off_protocol="reason").follows == run


def test_a_check_beyond_its_limit_needs_what_was_done(people: dict[str, Any]) -> None:
    run = scene.started(people, ready(people))
    scene.in_force(people, run)
    asked = {
        "run": run, "check_id": "blood_pressure_start", "due_on": TODAY(), "done_on": TODAY(), "result": "118/78 mmHg",
        "outcome": "over",
    }  # fmt: skip
    with pytest.raises(InvalidActError, match="what was done"):
        RecordCheck(**by(people["nurse"]), **asked).execute()
    RecordCheck(**by(people["nurse"]), **asked, act="repeated at rest, physician called").execute()
    with pytest.raises(InvalidActError, match="answered already"):
        RecordCheck(**by(people["nurse"]), **asked, act="x").execute()
    with pytest.raises(InvalidActError, match="no such check"):
        RecordCheck(**by(people["nurse"]), **{**asked, "check_id": "x"}, act="x").execute()


def test_a_missed_dose_stands_in_the_calendar(people: dict[str, Any]) -> None:
    run = scene.started(people, ready(people))
    scene.in_force(people, run)
    asked = {"run": run, "on": TODAY(), "drug": "prednisolone", "why": "vomited"}
    RecordMissed(**by(people["nurse"]), **asked, time_of_day="noon").execute()
    with pytest.raises(InvalidActError, match="already"):
        RecordMissed(**by(people["nurse"]), **asked, time_of_day="noon").execute()
    with pytest.raises(InvalidActError, match="no such dose"):
        RecordMissed(**by(people["nurse"]), **asked, time_of_day="midnight").execute()


def test_day_0_opens_everything_at_once_and_once(people: dict[str, Any]) -> None:
    child = scene.child()
    tasks = OpenDayZero(**by(people["doc"]), child=child).execute()
    assert {task.step for task in tasks} >= {"baseline", "protocol", "mri", "genetics", "early_intervention"}
    with pytest.raises(InvalidActError, match="already"):
        OpenDayZero(**by(people["doc"]), child=child).execute()
    FinishTask(**by(people["nurse"]), child=child, task=tasks[0], on=TODAY()).execute()
    with pytest.raises(InvalidActError, match="done already"):
        FinishTask(**by(people["nurse"]), child=child, task=tasks[0], on=TODAY()).execute()


def test_access_moves_by_steps_with_an_owner_and_a_time(people: dict[str, Any]) -> None:
    child = scene.child()
    asked = {"child": child, "drug": "acth_natural", "owner": people["co"]}
    first = RecordAccess(**by(people["co"]), **asked, stage="authorization").execute()
    assert first.due_at - first.at == timedelta(hours=24)
    with pytest.raises(InvalidActError, match="why it was denied"):
        RecordAccess(**by(people["co"]), **asked, stage="denied").execute()
    RecordAccess(**by(people["co"]), **asked, stage="denied", words="step therapy asked").execute()
    first.refresh_from_db()
    assert first.closed_at is not None


def test_teaching_is_shown_by_somebody(people: dict[str, Any]) -> None:
    run = scene.started(people, ready(people))
    with pytest.raises(InvalidActError, match="who has shown"):
        RecordTeachBack(**by(people["nurse"]), run=run, what="syringe", shown_by=" ").execute()
    RecordTeachBack(**by(people["nurse"]), run=run, what="syringe", shown_by="mother").execute()


def test_a_closed_chart_starts_nothing_and_other_sites_do_nothing(people: dict[str, Any]) -> None:
    from westward.program.accounts.models import Site

    child = ready(people)
    away = person("away", "physician", site=Site.objects.create(code="south", name="South"))
    with pytest.raises(NotAllowedError):
        StartRun(**by(away), child=child, protocol="prednisolone_perc", start=TODAY()).execute()
    child.state, child.state_on = "deceased", TODAY()
    child.save()
    with pytest.raises(InvalidActError, match="closed"):
        scene.started(people, child)
    assert walk().whole


def test_a_run_keeps_its_version_whatever_is_shipped_later(people: dict[str, Any], monkeypatch: Any) -> None:
    run = scene.started(people, ready(people))
    scene.in_force(people, run)
    from westward.evidence import shelf

    monkeypatch.setattr(shelf, "texts", lambda name: {name: "broken"})
    scene.bottle(people, run)
    plan = newest_plan(run)
    assert plan is not None
    assert plan.document["days"][0]["doses"][0]["amount"] == 10_000


def with_bottle(people: dict[str, Any], *, expires: int) -> Run:
    run = scene.started(people, ready(people))
    scene.in_force(people, run)
    scene.bottle(people, run)
    scene.in_force(people, run)
    run.bottles.update(expires_on=TODAY() + timedelta(days=expires))
    return run


def test_the_product_is_kept_and_synthetic_units_are_never_natural_ones(people: dict[str, Any]) -> None:
    child = ready(people)
    run = scene.started(people, child, "acth_label_150")
    asked = {"run": run, "drug": "acth_natural", "expires_on": TODAY()}
    for product, strength, words in (
        ("acth_gel_80", "40 IU/mL", "international units"),
        ("tetracosactide_depot", "80 U/mL", "not interchangeable"),
        ("acth_z", "80 U/mL", "not interchangeable"),
        ("cortrophin_gel", "80 U/mL", "not interchangeable"),
    ):
        with pytest.raises(InvalidActError, match=words):
            RecordBottle(**by(people["nurse"]), **asked, product=product, strength=strength).execute()
    made = RecordBottle(**by(people["nurse"]), **asked, product="acth_gel_80", strength="80 U/mL").execute()
    assert made.product == "acth_gel_80"


def test_nothing_is_printed_from_an_expired_bottle(people: dict[str, Any]) -> None:
    run = with_bottle(people, expires=-1)
    with pytest.raises(InvalidActError, match="expired on"):
        PrintCalendar(**by(people["nurse"]), run=run).execute()
    run.bottles.update(expires_on=TODAY())
    PrintCalendar(**by(people["nurse"]), run=run).execute()


@pytest.mark.parametrize("expires, told", [(3, True), (7, True), (8, False), (60, False)])
def test_a_new_bottle_is_asked_for_before_the_old_one_expires(people: dict[str, Any], expires: int, told: bool) -> None:
    run = with_bottle(people, expires=expires)
    acts = journey.next_acts([run.child_id], now=timezone.now())[run.child_id]
    assert any(act.words == "New bottle: prednisolone" for act in acts) is told


def test_days_after_the_expiry_are_marked(people: dict[str, Any]) -> None:
    run = with_bottle(people, expires=3)
    plan = plan_in_force(run)
    assert plan is not None
    made = family_calendar(plan, language="en", today=TODAY())
    cells = [cell for month in made.months for week in month.weeks for cell in week if cell.number]
    assert [cell.number for cell in cells if cell.new_bottle] == list(range(5, 30))


@pytest.mark.parametrize("state", ["deceased", "transferred"])
def test_in_a_closed_chart_a_treatment_is_only_ended(people: dict[str, Any], state: str) -> None:
    child = ready(people)
    run = scene.started(people, child)
    scene.in_force(people, run)
    scene.bottle(people, run)
    waits = newest_plan(run)
    assert waits is not None
    child.state, child.state_on = state, TODAY()
    child.save()
    run = Run.objects.get(pk=run.pk)
    adjust = {"kind": "extend", "day": 9, "days": 3, "why": "more"}
    for act in (
        SignPlan(**by(people["doc"]), run=run, plan=waits),
        AdjustDays(**by(people["doc"]), run=run, **adjust),
        PrintCalendar(**by(people["nurse"]), run=run),
    ):
        with pytest.raises(InvalidActError, match="closed"):
            act.execute()
    with pytest.raises(InvalidActError, match="closed"):
        scene.bottle(people, run, "5 mg/mL")
    base = f"/children/{child.pk}/treatment/"
    today = signed_in(people["nurse"]).get(base).content.decode().split('class="today"', 1)[1].split("</div>", 1)[0]
    assert "the chart is closed" in today
    assert "10\u2009mg" not in today
    assert signed_in(people["nurse"]).get(f"{base}{run.pk}/calendar/en/").status_code == 409
    StopRun(**by(people["doc"]), run=run, last_dose_on=TODAY(), reason="other", words="the chart was closed").execute()


def test_two_hormones_are_not_given_together(people: dict[str, Any]) -> None:
    child = ready(people)
    run = scene.started(people, child)
    with pytest.raises(InvalidActError, match="prednisolone is being given already, and acth_natural is a hormone"):
        scene.started(people, child, "acth_label_150", weighed=True, off_protocol="both")
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    scene.started(people, child, "vigabatrin_standard", weighed=True)
    CancelRun(**by(people["doc"]), run=run, why="the other one").execute()
    assert scene.started(people, child, "acth_label_150", weighed=True, off_protocol="ordered anew").open
