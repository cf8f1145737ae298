"""What whoever signs has to see: the warnings of the very calendar that waits, before the signature."""

from __future__ import annotations

from typing import Any

import pytest
from tests.program.staff import by, signed_in
from tests.program.treatment import scene
from tests.program.treatment.test_past import running, weigh

from westward.program.treatment.actions.change import TakeBranch
from westward.program.treatment.models import Run

pytestmark = pytest.mark.django_db
HIGH = "prednisolone: 8.571 mg/kg a day on day 7; at most 8 mg/kg a day"
APPETITE = "Under a hormone weight rises by appetite and water"


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def shown(people: dict[str, Any], run: Run) -> tuple[str, str]:
    """What stands before the first button that signs or checks, and what stands after it."""
    page = signed_in(people["doc"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    before, button, after = page.partition(">Sign calendar")
    return before, button and after


def test_the_warnings_of_a_proposal_stand_before_its_signature(people: dict[str, Any]) -> None:
    scene.approve("prednisolone_iciss", people["doc"], people["pharm"])
    run = running(people, "prednisolone_iciss", days=6)
    before, after = shown(people, run)
    assert HIGH not in before + after, "the calendar in force is not warned of"
    plan = TakeBranch(**by(people["doc"]), run=run, branch="spasms_on_day_7", day=7).execute()
    assert plan.document["warnings"]
    before, after = shown(people, run)
    box = before.split('<div class="proposal">', 1)[1]
    assert HIGH in box
    assert all(warning in box for warning in plan.document["warnings"]), "coarse marks of the syringe, too"
    assert HIGH not in after, "it is no warning of the calendar in force"


def test_once_in_force_the_warnings_stand_by_the_calendar(people: dict[str, Any]) -> None:
    scene.approve("prednisolone_iciss", people["doc"], people["pharm"])
    run = running(people, "prednisolone_iciss", days=6)
    TakeBranch(**by(people["doc"]), run=run, branch="spasms_on_day_7", day=7).execute()
    scene.in_force(people, run)
    page, _ = shown(people, run)
    assert f'<p class="soft">{HIGH}' in page
    assert '<ul class="plan-warnings">' not in page


def test_the_first_calendar_tells_its_warnings_once(people: dict[str, Any]) -> None:
    child = scene.child()
    scene.measured(people["nurse"], child, weight=7000)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child)
    plan = run.plans.get()
    plan.document["warnings"] = ["prednisolone, full dose: coarse marks"]
    plan.save(update_fields=["document"])
    before, after = shown(people, run)
    assert (before.count("coarse marks"), after.count("coarse marks")) == (1, 0)


@pytest.mark.parametrize(("protocol", "hormone"), [("acth_label_150", True), ("vigabatrin_standard", False)])
def test_appetite_and_water_are_named_where_a_hormone_is_given(
    people: dict[str, Any], protocol: str, hormone: bool
) -> None:
    run = running(people, protocol, days=6)
    plan = weigh(people, run, 7900)
    assert "7000 g to 7900 g (+13%)" in plan.words
    assert (APPETITE in plan.words) is hormone
