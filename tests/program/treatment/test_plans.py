"""What a next calendar rests on: what was agreed, never what was turned down or not signed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.etiology import bench
from tests.program.staff import by, signed_in
from tests.program.treatment import scene

from westward.care.answer import Answer
from westward.core.ages import days_from_months
from westward.evidence.safety import load
from westward.look import words
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.people.models import Child, Clinician
from westward.program.treatment.actions.again import CancelRun, ProposeAgain
from westward.program.treatment.actions.change import AdjustDays, StopRun, TakeBranch
from westward.program.treatment.actions.give import RecordFirstDose
from westward.program.treatment.actions.measure import ConfirmMeasurement, RecordMeasurement
from westward.program.treatment.actions.sign import DeclinePlan, SignPlan
from westward.program.treatment.actions.switch import SwitchRun
from westward.program.treatment.ending import hormone_days
from westward.program.treatment.letter import compose
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.planning import protocol_day
from westward.program.treatment.queries import branches_taken, newest_plan, plan_in_force, safety_answers, waiting_plan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DRUGS = {"acth_label_150": ("acth_natural", "80 U/mL"), "vigabatrin_standard": ("vigabatrin", "50 mg/mL")}


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def ago(days: int) -> date:
    return TODAY() - timedelta(days=days)


def running(people: dict[str, Any], protocol: str = "acth_label_150", *, days: int = 0) -> Run:
    child, (drug, strength) = scene.child(), DRUGS.get(protocol, ("prednisolone", "15 mg/5 mL"))
    scene.measured(people["nurse"], child, on=ago(days))
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child, protocol, start=ago(days))
    scene.in_force(people, run)
    scene.bottle(people, run, strength, drug)
    scene.in_force(people, run)
    return run


def weigh(people: dict[str, Any], run: Run, grams: int, *, on: date | None = None) -> Plan | None:
    scene.measured(people["nurse"], run.child, weight=grams, length=None, on=on)
    return waiting_plan(run)


def decline(people: dict[str, Any], run: Run) -> None:
    plan = waiting_plan(run)
    assert plan is not None
    DeclinePlan(**by(people["doc"]), run=run, plan=plan, why="not now").execute()


def current(run: Run) -> Plan:
    plan = newest_plan(run)
    assert plan is not None
    return plan


def test_a_weight_that_was_turned_down_does_not_come_back_with_a_bottle(people: dict[str, Any]) -> None:
    run = running(people, days=12)
    assert weigh(people, run, 7900) is not None
    decline(people, run)
    scene.bottle(people, run, "60 U/mL", "acth_natural")
    plan = current(run)
    assert (plan.weight_g, plan.reason) == (7000, "strength")
    assert "7900" not in plan.words


def test_after_a_refusal_the_next_weight_is_compared_with_what_is_dosed_by(people: dict[str, Any]) -> None:
    run = running(people, days=12)
    weigh(people, run, 7900)
    decline(people, run)
    plan = weigh(people, run, 8000)
    assert plan is not None
    assert plan.weight_g == 8000
    assert "7000 g to 8000 g (+14%)" in plan.words


def test_a_weight_that_waits_is_told_in_the_words_of_the_next_plan_and_is_void(people: dict[str, Any]) -> None:
    run = running(people, days=12)
    waits = weigh(people, run, 7900)
    assert waits is not None
    scene.bottle(people, run, "60 U/mL", "acth_natural")
    plan = current(run)
    assert plan.weight_g == 7900
    assert "60 U/mL" in plan.words
    assert "7000 g to 7900 g" in plan.words
    waits.refresh_from_db()
    assert waits.voided_why == f"taken up in calendar {plan.number}"
    decline(people, run)
    weigh(people, run, 7010)
    scene.bottle(people, run, "40 U/mL", "acth_natural")
    assert current(run).weight_g == 7000


def test_a_weight_that_waits_goes_out_of_date_with_the_next(people: dict[str, Any]) -> None:
    run = running(people, days=12)
    weigh(people, run, 7900)
    weigh(people, run, 7050)
    lighter = run.child.measurements.get(value=7050)
    ConfirmMeasurement(**by(people["pharm"]), child=run.child, measurement=lighter, why="weighed again").execute()
    plan = current(run)
    assert (plan.weight_g, plan.words.count(" g to ")) == (7050, 1)


def test_days_that_were_turned_down_do_not_come_back(people: dict[str, Any]) -> None:
    run = running(people)
    AdjustDays(**by(people["doc"]), run=run, kind="extend", day=14, days=3, why="EEG is late").execute()
    decline(people, run)
    scene.bottle(people, run, "60 U/mL", "acth_natural")
    assert current(run).adjustments == []
    assert plan_in_force(run) is None


def test_a_bottle_that_was_turned_down_is_told_with_the_next_change(people: dict[str, Any]) -> None:
    run = running(people)
    scene.bottle(people, run, "60 U/mL", "acth_natural")
    decline(people, run)
    plan = AdjustDays(**by(people["doc"]), run=run, kind="extend", day=14, days=1, why="EEG is late").execute()
    assert plan.strengths == {"acth_natural": "60 U/mL"}
    assert "ACTH natural: 60 U/mL, before 80 U/mL" in plan.words


def test_a_change_waits_for_the_signature_of_the_one_before(people: dict[str, Any]) -> None:
    run = running(people, days=12)
    asked: dict[str, Any] = {"run": run, "kind": "extend", "day": 14, "days": 1, "why": "EEG is late"}
    plan = AdjustDays(**by(people["doc"]), **asked).execute()
    with pytest.raises(InvalidActError, match=f"calendar {plan.number} waits"):
        AdjustDays(**by(people["doc"]), **asked).execute()
    scene.bottle(people, run, "60 U/mL", "acth_natural")
    assert "EEG is late" in current(run).words
    assert current(run).adjustments == [{"kind": "extend", "day": 14, "days": 1}]


def test_a_step_that_was_turned_down_may_be_taken_later(people: dict[str, Any]) -> None:
    scene.approve("prednisolone_iciss", people["doc"], people["pharm"])
    run = running(people, "prednisolone_iciss", days=7)
    asked: dict[str, Any] = {"run": run, "branch": "spasms_on_day_7", "day": 8}
    TakeBranch(**by(people["doc"]), **asked).execute()
    assert branches_taken(run) == {"spasms_on_day_7"}
    decline(people, run)
    assert branches_taken(run) == frozenset()
    TakeBranch(**by(people["doc"]), **asked).execute()
    scene.in_force(people, run)
    with pytest.raises(InvalidActError, match="taken already"):
        TakeBranch(**by(people["doc"]), **asked).execute()


def test_a_step_may_be_taken_once_its_text_is_approved_though_the_run_began_without(people: dict[str, Any]) -> None:
    run = running(people, "prednisolone_iciss", days=7)
    assert not run.approved
    assert any("not approved here yet" in words for words in current(run).document["warnings"])
    asked: dict[str, Any] = {"run": run, "branch": "spasms_on_day_7", "day": 8}
    scene.approve("prednisolone_iciss", people["doc"])
    with pytest.raises(InvalidActError, match="not sourced well enough"):
        TakeBranch(**by(people["doc"]), **asked).execute()
    scene.approve("prednisolone_iciss", people["pharm"])
    plan = TakeBranch(**by(people["doc"]), **asked).execute()
    assert plan.document["days"][8]["doses"][0]["amount"] == 20_000
    assert not any("not approved" in words for words in plan.document["warnings"])


def test_entering_a_doubted_weight_again_confirms_nothing(people: dict[str, Any]) -> None:
    run = running(people)
    for _ in range(2):
        asked: dict[str, Any] = {"child": run.child, "kind": "weight", "value": 9800, "again": 9800, "on": TODAY()}
        made = RecordMeasurement(**by(people["nurse"]), **asked).execute()
        assert not made.usable
        assert any("rose from 7000" in words for words in made.doubts)
    assert waiting_plan(run) is None
    ConfirmMeasurement(**by(people["pharm"]), child=run.child, measurement=made, why="weighed again").execute()
    plan = waiting_plan(run)
    assert plan is not None
    assert plan.weight_g == 9800


def test_a_weight_of_an_earlier_day_proposes_nothing(people: dict[str, Any]) -> None:
    run = running(people)
    assert weigh(people, run, 6000, on=ago(20)) is None
    made = run.child.measurements.get(value=6000)
    assert made.usable


def second_hormone(people: dict[str, Any], *, gap: int = 0) -> tuple[Run, Run]:
    """Prednisolone for 12 days, then ACTH since three days."""
    run = running(people, "prednisolone_perc", days=14 + gap)
    scene.measured(people["nurse"], run.child, on=ago(2))
    made = SwitchRun(
        **by(people["doc"]), run=run, protocol="acth_label_150", start=ago(2), last_dose_on=ago(3 + gap),
        words="spasms", off_protocol="conference", stress_cover="hydrocortisone" if gap else "",
    ).execute()  # fmt: skip
    scene.in_force(people, made)
    return run, made


def test_hormone_days_count_over_the_treatment_that_was_followed(people: dict[str, Any]) -> None:
    first, second = second_hormone(people)
    assert (hormone_days(first, ago(3)), hormone_days(second, TODAY())) == (12, 15)
    assert hormone_days(second, ago(3)) == 0, "before its first day"
    stop: dict[str, Any] = {"run": second, "last_dose_on": TODAY(), "reason": "adverse"}
    with pytest.raises(InvalidActError, match="never stopped suddenly after 15 days"):
        StopRun(**by(people["doc"]), **stop).execute()
    pause: dict[str, Any] = {"run": second, "kind": "pause", "day": 4, "days": 1, "why": "no vial"}
    with pytest.raises(InvalidActError, match="not paused suddenly after 15 days"):
        AdjustDays(**by(people["doc"]), **pause).execute()
    StopRun(**by(people["doc"]), **stop, stress_cover="hydrocortisone").execute()


@pytest.mark.parametrize("gap, days", [(7, 15), (8, 3)])
def test_only_a_gap_longer_than_the_sheet_says_is_a_break(people: dict[str, Any], gap: int, days: int) -> None:
    _, second = second_hormone(people, gap=gap)
    assert hormone_days(second, TODAY()) == days


def test_three_days_of_a_first_hormone_end_without_stress_cover(people: dict[str, Any]) -> None:
    run = running(people, days=2)
    StopRun(**by(people["doc"]), run=run, last_dose_on=TODAY(), reason="adverse").execute()


def test_after_its_taper_a_hormone_asks_nothing_and_vigabatrin_beside_it_asks_for_its_wean(
    people: dict[str, Any],
) -> None:
    run = scene.combined(people, start=ago(60))
    scene.in_force(people, run)
    asked: dict[str, Any] = {"run": run, "last_dose_on": TODAY(), "reason": "family"}
    with pytest.raises(InvalidActError, match="vigabatrin would end without the wean"):
        StopRun(**by(people["doc"]), **asked).execute()
    StopRun(**by(people["doc"]), **asked, no_wean="visual field loss").execute()
    assert Run.objects.get().stop_words == "visual field loss"


def test_vigabatrin_ends_by_its_wean_or_with_a_reason(people: dict[str, Any]) -> None:
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    run = running(people, "vigabatrin_standard", days=30)
    asked: dict[str, Any] = {"run": run, "last_dose_on": TODAY(), "reason": "family"}
    with pytest.raises(InvalidActError, match="without the wean"):
        StopRun(**by(people["doc"]), **asked, words="no effect").execute()
    switch: dict[str, Any] = {
        "run": run, "protocol": "prednisolone_perc", "start": TODAY(), "last_dose_on": TODAY(), "words": "no effect",
    }  # fmt: skip
    with pytest.raises(InvalidActError, match="without the wean"):
        SwitchRun(**by(people["doc"]), **switch).execute()
    with pytest.raises(InvalidActError, match="too old to dose by"):
        SwitchRun(**by(people["doc"]), **switch, no_wean="MRI changes").execute()
    weigh(people, run, 7100)
    run.refresh_from_db()
    SwitchRun(**by(people["doc"]), **switch, no_wean="MRI changes").execute()
    run.refresh_from_db()
    assert "MRI changes" in run.stop_words


def test_a_late_first_dose_moves_day_1_and_waits_for_signature(people: dict[str, Any]) -> None:
    run = running(people, days=6)
    before = plan_in_force(run)
    assert before is not None
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    run.refresh_from_db()
    assert (run.start, run.state) == (TODAY(), "running")
    assert plan_in_force(run) == before, "until it is signed, nothing changes by itself"
    before.refresh_from_db()
    assert Plan.objects.get(pk=before.pk).moved
    plan = waiting_plan(run)
    assert plan is not None
    assert "6 d after the planned day 1" in plan.words
    left = [day for day in plan.document["days"] if day["step"] == "full dose" and day["date"] >= TODAY().isoformat()]
    assert len(left) == 14
    assert not scene.in_force(people, run).moved


def test_a_first_dose_on_day_1_makes_no_plan(people: dict[str, Any]) -> None:
    run = running(people)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    assert waiting_plan(run) is None


def test_a_late_first_dose_is_told_on_the_page_until_it_is_signed(people: dict[str, Any]) -> None:
    run = running(people, days=2)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    doc = signed_in(people["doc"])
    page = f"/children/{run.child_id}/treatment/"
    words = "counts from another day than the first dose"
    assert words in doc.get(page).content.decode()
    scene.in_force(people, run)
    assert words not in doc.get(page).content.decode()


def test_after_a_pause_a_step_begins_on_the_day_that_was_asked(people: dict[str, Any]) -> None:
    scene.approve("prednisolone_iciss", people["doc"], people["pharm"])
    run = running(people, "prednisolone_iciss", days=3)
    AdjustDays(**by(people["doc"]), run=run, kind="pause", day=4, days=4, why="vomiting").execute()
    scene.in_force(people, run)
    asked: dict[str, Any] = {"run": run, "branch": "spasms_on_day_7"}
    with pytest.raises(InvalidActError, match="day 10 of the calendar is day 6 of the protocol"):
        TakeBranch(**by(people["doc"]), **asked, day=10).execute()
    plan = TakeBranch(**by(people["doc"]), **asked, day=11).execute()
    raised = [day["day"] for day in plan.document["days"] if day["doses"] and len(day["doses"]) == 3]
    assert raised[0] == 11
    assert plan.branches == [{"branch": "spasms_on_day_7", "day": 7}]


def test_a_step_and_days_put_in_are_not_dated_back(people: dict[str, Any]) -> None:
    scene.approve("prednisolone_iciss", people["doc"], people["pharm"])
    run = running(people, "prednisolone_iciss", days=8)
    with pytest.raises(InvalidActError, match=r"day 8 of the calendar was .* today is day 9"):
        TakeBranch(**by(people["doc"]), run=run, branch="spasms_on_day_7", day=8).execute()
    asked: dict[str, Any] = {"run": run, "days": 1, "why": "x", "stress_cover": "hydrocortisone"}
    for kind, day in (("pause", 8), ("extend", 7)):
        with pytest.raises(InvalidActError, match="has passed"):
            AdjustDays(**by(people["doc"]), **asked, kind=kind, day=day).execute()
    AdjustDays(**by(people["doc"]), **asked, kind="extend", day=8).execute()


@pytest.mark.parametrize(
    "put_in, day, found",
    [
        ([], 9, 9),
        ([("pause", 4, 2)], 3, 3),
        ([("pause", 4, 2)], 6, 4),
        ([("extend", 4, 2)], 4, 4),
        ([("extend", 4, 2)], 7, 5),
        ([("pause", 4, 2), ("extend", 9, 1)], 11, 8),
        ([("extend", 9, 1), ("pause", 4, 2)], 13, 10),
        ([("pause", 4, 2)], 5, "is in a pause"),
        ([("extend", 4, 2)], 6, "repeats day 4"),
    ],
)
def test_a_day_of_the_calendar_is_read_back(put_in: list[Any], day: int, found: int | str) -> None:
    done = [{"kind": kind, "day": at, "days": days} for kind, at, days in put_in]
    if isinstance(found, str):
        with pytest.raises(InvalidActError, match=found):
            protocol_day(done, day)
    else:
        assert protocol_day(done, day) == found


def ordered(people: dict[str, Any], *, days: int = 0, **answers: str) -> Run:
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child, **answers)
    return scene.started(people, child, start=ago(days))


def test_an_order_for_tomorrow_is_cancelled_with_a_reason(people: dict[str, Any]) -> None:
    run = ordered(people, days=-1)
    scene.in_force(people, run)
    with pytest.raises(InvalidActError, match="why it is cancelled"):
        CancelRun(**by(people["doc"]), run=run, why=" ").execute()
    with pytest.raises(NotAllowedError):
        CancelRun(**by(people["nurse"]), run=run, why="wrong child").execute()
    CancelRun(**by(people["doc"]), run=run, why="wrong child").execute()
    run.refresh_from_db()
    assert (run.state, run.stopped_on) == ("stopped", TODAY())
    assert plan_in_force(run) is None
    assert hormone_days(run, TODAY()) == 0
    scene.started(people, run.child)


def test_what_was_given_is_not_cancelled(people: dict[str, Any]) -> None:
    run = running(people)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    with pytest.raises(InvalidActError, match="first dose was given"):
        CancelRun(**by(people["doc"]), run=run, why="x").execute()


def test_a_first_calendar_that_was_turned_down_is_proposed_again(people: dict[str, Any]) -> None:
    run = ordered(people)
    with pytest.raises(InvalidActError, match="calendar 1 waits"):
        ProposeAgain(**by(people["doc"]), run=run).execute()
    decline(people, run)
    plan = ProposeAgain(**by(people["doc"]), run=run).execute()
    assert (plan.number, plan.reason, plan.weight_g) == (2, "start", 7000)
    assert scene.in_force(people, run).in_force
    with pytest.raises(InvalidActError, match="nothing to propose"):
        ProposeAgain(**by(people["doc"]), run=run).execute()


def test_a_refill_that_was_turned_down_is_proposed_again(people: dict[str, Any]) -> None:
    run = running(people)
    scene.bottle(people, run, "60 U/mL", "acth_natural")
    decline(people, run)
    assert plan_in_force(run) is None
    page = signed_in(people["doc"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "Propose the calendar again" in page
    signed_in(people["doc"]).post(f"/children/{run.child_id}/treatment/{run.pk}/again/")
    plan = waiting_plan(run)
    assert plan is not None
    assert (plan.reason, plan.strengths) == ("strength", {"acth_natural": "60 U/mL"})


def test_a_joined_sequence_is_no_order_of_its_own_even_when_approved(people: dict[str, Any]) -> None:
    name = "prednisolone_ucla_then_acth"
    scene.approve(name, people["doc"], people["pharm"])
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    with pytest.raises(InvalidActError, match="order its first part"):
        scene.started(people, child, name)
    page = signed_in(people["doc"]).get(f"/children/{child.pk}/treatment/").content.decode()
    assert f'value="{name}"' not in page
    assert 'value="prednisolone_perc"' in page


def test_a_warning_is_acknowledged_with_the_order_and_shown_at_the_signature(people: dict[str, Any]) -> None:
    with pytest.raises(InvalidActError, match=r"weigh and acknowledge first: tuberous sclerosis: .*excerpt; Chiron"):
        ordered(people, tuberous_sclerosis="yes")
    child = Child.objects.get()
    page = f"/children/{child.pk}/treatment/"
    doc = signed_in(people["doc"])
    assert "in tuberous sclerosis vigabatrin comes first" in doc.get(page).content.decode()
    asked = {"protocol": "prednisolone_perc", "start": TODAY().isoformat()}
    doc.post(f"{page}start/", asked)
    assert not Run.objects.exists()
    doc.post(f"{page}start/", asked | {"weighed": "on"})
    run = Run.objects.get()
    assert run.overrides == {"tsc_hormone": "acknowledged"}
    text = doc.get(page).content.decode()
    assert "TSC hormone: warning acknowledged" in text
    assert "▲ tuberous sclerosis</span> in tuberous sclerosis vigabatrin comes first" in text
    assert scene.in_force(people, run).in_force


def test_a_warning_that_came_after_the_order_is_acknowledged_with_the_signature(people: dict[str, Any]) -> None:
    run = ordered(people)
    scene.cleared(people["nurse"], run.child, tuberous_sclerosis="yes")
    plan = current(run)
    with pytest.raises(InvalidActError, match="weigh and acknowledge first: tuberous"):
        SignPlan(**by(people["doc"]), run=run, plan=plan).execute()
    signed_in(people["doc"]).post(
        f"/children/{run.child_id}/treatment/{run.pk}/plans/{plan.pk}/sign/", {"weighed": "on"}
    )
    plan.refresh_from_db()
    run.refresh_from_db()
    assert plan.signed_at is not None
    assert run.overrides == {"tsc_hormone": "acknowledged"}


def test_every_fact_that_a_rule_asks_has_a_field(people: dict[str, Any]) -> None:
    page = signed_in(people["nurse"]).get(f"/children/{scene.child().pk}/treatment/").content.decode()
    asked = {rule.when for rule in load().rules if rule.when} - {"ketogenic_diet"}
    assert {"tuberous_sclerosis", "trisomy_21", "glut1_deficiency", "polg_disease"} <= asked
    assert not [fact for fact in asked if f'name="{fact}"' not in page]


@pytest.mark.parametrize("words, held", [("Tuberous sclerosis, TSC2", True), ("focal cortical dysplasia", False)])
def test_the_cause_of_the_chart_answers_for_tuberous_sclerosis(people: dict[str, Any], words: str, held: bool) -> None:
    child = scene.child()
    scene.cleared(people["nurse"], child)
    child.causes.create(
        number=1, cause="genetic", words=words, evidence=[], reason="gene", by=people["doc"], at=timezone.now()
    )
    assert (safety_answers(child)["tuberous_sclerosis"] is Answer.YES) is held
    child.causes.update(superseded_at=timezone.now())
    assert safety_answers(child)["tuberous_sclerosis"] is Answer.NO


def test_a_switch_may_set_a_contraindication_aside(people: dict[str, Any]) -> None:
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    run = running(people, "prednisolone_perc", days=3)
    scene.measured(people["nurse"], run.child)
    scene.cleared(people["nurse"], run.child, kidney_disease="yes")
    asked = {
        "protocol": "vigabatrin_standard", "start": TODAY().isoformat(), "last_dose_on": TODAY().isoformat(),
        "words": "adverse event",
    }  # fmt: skip
    doc, address = signed_in(people["doc"]), f"/children/{run.child_id}/treatment/{run.pk}/switch/"
    doc.post(address, asked)
    assert Run.objects.count() == 1
    doc.post(address, asked | {"rule": "vigabatrin_kidney", "why": "nephrology set the dose"})
    assert Run.objects.exclude(pk=run.pk).get().overrides == {"vigabatrin_kidney": "nephrology set the dose"}


@pytest.mark.parametrize(
    "gene, said, held", [("TSC2", "pathogenic", True), ("TSC2", "uncertain", False), ("CDKL5", "pathogenic", False)]
)
def test_a_causal_variant_answers_for_tuberous_sclerosis(gene: str, said: str, held: bool) -> None:
    child = bench.in_search()
    result = bench.examined(child)
    result.variants.create(gene=gene, hgvs="c.1A>G", zygosity="het", inheritance="de_novo", classification=said)
    assert (safety_answers(child).get("tuberous_sclerosis") is Answer.YES) is held


def test_vigabatrin_does_not_pause_without_a_word_on_its_wean(people: dict[str, Any]) -> None:
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    run = running(people, "vigabatrin_standard", days=30)
    asked: dict[str, Any] = {"run": run, "kind": "pause", "day": 32, "days": 60, "why": "visual field"}
    with pytest.raises(InvalidActError, match="vigabatrin would pause without the wean of its protocol"):
        AdjustDays(**by(people["doc"]), **asked).execute()
    address = f"/children/{run.child_id}/treatment/{run.pk}/adjust/"
    form = {name: str(value) for name, value in asked.items() if name != "run"} | {"no_wean": "the eye clinic asks"}
    signed_in(people["doc"]).post(address, form)
    plan = newest_plan(run)
    assert plan is not None
    assert plan.words.endswith("visual field · the eye clinic asks")


def test_the_steroid_card_counts_from_the_last_dose_of_the_hormone(people: dict[str, Any]) -> None:
    scene.approve("hormone_plus_vigabatrin", people["doc"], people["pharm"])
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child, "hormone_plus_vigabatrin")
    plan = scene.in_force(people, run)
    last = max(day["date"] for day in plan.document["days"] if any(d["drug"] == "prednisolone" for d in day["doses"]))
    assert date.fromisoformat(last) < plan.last_day, "vigabatrin goes on"
    until = date.fromisoformat(last) + timedelta(days=days_from_months(12))
    said = [line for block in compose(child, Clinician(name="Dr. Lee"), "en") for line in map(str, block.lines)]
    (card,) = (line for line in said if line.startswith("Steroid card: "))
    assert f"carried until {words.day(until)} (12 months after the last dose" in card


def test_where_the_child_died_nobody_is_asked_for_a_taper(people: dict[str, Any]) -> None:
    run = scene.combined(people, start=ago(12))
    scene.in_force(people, run)
    child = run.child
    child.state, child.state_on = "deceased", TODAY()
    child.save()
    run = Run.objects.get()
    StopRun(**by(people["doc"]), run=run, last_dose_on=ago(1), reason="other", words="the child died").execute()
    assert Run.objects.get().state == "stopped"
