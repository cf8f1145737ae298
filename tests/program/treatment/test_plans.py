"""What a next calendar rests on: what was agreed, never what was turned down or not signed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by
from tests.program.treatment import scene

from westward.program.acts import InvalidActError
from westward.program.treatment.actions.change import AdjustDays, TakeBranch
from westward.program.treatment.actions.measure import ConfirmMeasurement, RecordMeasurement
from westward.program.treatment.actions.sign import DeclinePlan
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.queries import branches_taken, newest_plan, plan_in_force, waiting_plan

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
    assert "acth natural: 60 U/mL, before 80 U/mL" in plan.words


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
