"""What the forms of treatment say, and what they never answer for a person."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone
from tests.program.staff import by, signed_in
from tests.program.treatment import scene

from westward.look.words import day
from westward.program.followup.forms import AdverseForm, CallForm
from westward.program.treatment.actions.dispense import product_words
from westward.program.treatment.actions.sign import CheckPlan, SignPlan
from westward.program.treatment.forms import BottleForm, StopForm
from westward.program.treatment.models import Measurement
from westward.program.treatment.other_forms import OperationForm, SurgeryOutcomeForm, SurgeryReferralForm
from westward.program.treatment.queries import newest_plan

pytestmark = pytest.mark.django_db


def weigh(value: int) -> list[tuple[str, str]]:
    """The messages after a weight of a child who weighed 7000 g."""
    people, child = scene.team(), scene.child()
    scene.measured(people["nurse"], child)
    asked = {"kind": "weight", "value": value, "again": value, "on": timezone.localdate().isoformat()}
    answer = signed_in(people["nurse"]).post(f"/children/{child.pk}/treatment/measure/", asked)
    return [(one.level_tag, str(one)) for one in get_messages(answer.wsgi_request)]


def test_a_weight_that_nobody_doubts_is_recorded() -> None:
    assert weigh(7050) == [("success", "The measurement is recorded.")]


@pytest.mark.parametrize("value", [700, 70_000])
def test_a_weight_that_cannot_be_is_never_called_recorded_alone(value: int) -> None:
    ((level, words),) = weigh(value)
    assert level == "warning"
    assert words.startswith("Recorded, but doubted and not dosed by: weight is ")
    assert Measurement.objects.get(value=value).doubts


@pytest.mark.parametrize(
    "form, name",
    [
        (StopForm(), "reason"),
        (OperationForm(), "kind"),
        (OperationForm(), "side"),
        (SurgeryOutcomeForm(), "outcome"),
        (SurgeryReferralForm(), "reason"),
        (CallForm(), "answer"),
        (AdverseForm(), "severity"),
        (BottleForm(drugs=("prednisolone", "vigabatrin")), "drug"),
    ],
)
def test_a_finding_is_chosen_by_a_person(form: Any, name: str) -> None:
    assert form.fields[name].choices[0] == ("", "Choose")
    assert re.search(r'<option value="" selected>Choose</option>', str(form[name]))
    assert form.fields[name].required


def test_the_only_drug_of_a_run_needs_no_choice() -> None:
    assert BottleForm(drugs=("prednisolone",)).fields["drug"].choices == [("prednisolone", "prednisolone")]


def test_a_question_before_a_start_names_the_drugs_it_is_about() -> None:
    people, child = scene.team(), scene.child()
    shown = signed_in(people["nurse"]).get(f"/children/{child.pk}/treatment/").content.decode()
    assert "POLG disease" in shown
    assert "GLUT1 deficiency" in shown
    assert "ACTH natural: contraindication of the label (excerpt)" in shown
    assert "valproate: contraindicated with POLG disease (excerpt)" in shown


def test_a_refusal_names_its_day_as_people_do() -> None:
    people, child = scene.team(), scene.child()
    scene.approve("prednisolone_perc", people["doc"], people["pharm"])
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child)
    past = timezone.localdate() - timedelta(days=1)
    read = {"drug": "prednisolone", "product": "prednisolone_oral", "strength": "15 mg/5 mL"}
    asked = {**read, "expires_on": past.isoformat()}
    answer = signed_in(people["nurse"]).post(f"/children/{child.pk}/treatment/{run.pk}/bottle/", asked)
    (said,) = get_messages(answer.wsgi_request)
    assert str(said) == f"the bottle expired on {day(past)}; it is not used"
    later = timezone.localdate() + timedelta(days=3)
    asked = {"kind": "weight", "value": 7000, "again": 7000, "on": later.isoformat()}
    answer = signed_in(people["nurse"]).post(f"/children/{child.pk}/treatment/measure/", asked)
    assert f"{day(later)} lies before birth or in the future" in [str(one) for one in get_messages(answer.wsgi_request)]


def test_the_doses_stand_above_the_signature_and_each_of_two_people_sees_one_button() -> None:
    people, child = scene.team(), scene.child()
    scene.approve("prednisolone_perc", people["doc"], people["pharm"])
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child)
    plan, address = newest_plan(run), f"/children/{child.pk}/treatment/"
    assert plan is not None
    shown = signed_in(people["doc"]).get(address).content.decode()
    assert shown.index("<strong>10\u2009mg</strong>") < shown.index("Sign calendar 1")
    assert shown.count('class="cards dose-lines"') == 1
    SignPlan(**by(people["doc"]), run=run, plan=plan).execute()
    assert "I have checked every dose" not in signed_in(people["doc"]).get(address).content.decode()
    assert "I have checked every dose" in signed_in(people["doc2"]).get(address).content.decode()
    CheckPlan(**by(people["pharm"]), run=run, plan=plan).execute()
    scene.bottle(people, run)
    waits = newest_plan(run)
    assert waits is not None
    CheckPlan(**by(people["doc"]), run=run, plan=waits).execute()
    shown = signed_in(people["doc"]).get(address).content.decode()
    assert "Calendar 2 waits: strength of the bottle dispensed" in shown
    assert "Sign calendar 2" not in shown
    assert "Sign calendar 2" in signed_in(people["doc2"]).get(address).content.decode()
    scene.bottle(people, run, "5 mg/mL")
    assert "waits: another strength dispensed" in signed_in(people["doc2"]).get(address).content.decode()


def test_a_refused_bottle_is_named_in_words_alone() -> None:
    assert product_words("acth_gel_80") == "Natural ACTH gel, 80 U/mL"
