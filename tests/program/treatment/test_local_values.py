"""Where a site's own values reach the treatment: limits of a check, a lower dose, the stress dose, settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, signed_in
from tests.program.treatment import scene

from westward.program.acts import InvalidActError
from westward.program.local.actions.decide import ApproveValue
from westward.program.local.actions.enter import EnterValue
from westward.program.people.models import Caregiver, Clinician
from westward.program.treatment.actions.monitor import RecordCheck
from westward.program.treatment.letter import compose
from westward.program.treatment.models import Run
from westward.program.treatment.queries import newest_plan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def own(people: dict[str, Any], field: str, value: Any, unit: str) -> None:
    said = {"source": "Example table of the unit", "year": 2024}
    made = EnterValue(**by(people["doc"]), field=field, value=value, unit=unit, **said).execute()
    ApproveValue(**by(people["pharm"]), entry=made).execute()


def bands(*rows: tuple[float, float, float]) -> list[dict[str, float]]:
    return [{"lower": low, "upper": high, "value": at} for low, high, at in rows]


@pytest.fixture
def run(people: dict[str, Any]) -> Run:
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    found = scene.started(people, child)
    scene.in_force(people, found)
    return found


def answer(people: dict[str, Any], run: Run, result: str, outcome: str = "within", act: str = "") -> Any:
    said = {"check_id": "blood_pressure_start", "due_on": run.start, "done_on": TODAY()}
    return RecordCheck(**by(people["nurse"]), run=run, **said, result=result, outcome=outcome, act=act).execute()


def test_without_a_limit_the_page_says_so_and_nothing_is_within(people: dict[str, Any], run: Run) -> None:
    page = signed_in(people["nurse"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "no limit set" in page
    with pytest.raises(InvalidActError, match=r"no limit set.*choose beyond the limit, or not"):
        answer(people, run, "180/100")
    with pytest.raises(InvalidActError, match="no value of systolic, diastolic is given"):
        answer(people, run, "150 over 95")
    made = answer(people, run, "180/100", "not_judged")
    assert (made.outcome, made.alert) == ("not_judged", False)
    assert [one["verdict"] for one in made.verdicts] == ["no_limit", "no_limit"]


def test_no_outcome_is_chosen_before_a_person_chooses(people: dict[str, Any], run: Run) -> None:
    nurse = signed_in(people["nurse"])
    page = nurse.get(f"/children/{run.child_id}/treatment/").content.decode()
    choice = page.split('name="outcome"', 1)[1].split("</select>")[0]
    assert "required" in choice.split(">")[0]
    assert choice.index('<option value="">') < choice.index('<option value="within">')
    assert "selected" not in choice
    said = {"check_id": "blood_pressure_start", "due_on": run.start.isoformat(), "done_on": TODAY().isoformat()}
    nurse.post(f"/children/{run.child_id}/treatment/{run.pk}/monitor/", {**said, "result": "90/50", "outcome": ""})
    assert not run.checks_done.exists()


@pytest.mark.parametrize(
    "words, value",
    [("01/12: 150/95 right arm", None), ("calm 100/60, crying 150/95", None), ("crying 150/95", "90")],
)
def test_every_pressure_in_the_words_is_judged(people: dict[str, Any], run: Run, words: str, value: str | None) -> None:
    for part, limit in (("systolic", 110), ("diastolic", 70)):
        own(people, f"sheet:blood_pressure/{part}.girls", bands((0, 24, limit)), "mmHg")
    said = {"run": run, "check_id": "blood_pressure_start", "due_on": run.start, "done_on": TODAY(), "result": words}
    said |= {"outcome": "within", "values": {} if value is None else {"systolic": Decimal(value)}}
    with pytest.raises(InvalidActError, match="systolic 150 mmHg, limit systolic above 110 mmHg"):
        RecordCheck(**by(people["nurse"]), **said).execute()
    made = RecordCheck(**by(people["nurse"]), **said, act="repeated at rest, physician called").execute()
    assert (made.outcome, made.alert, made.values) == ("over", True, {"systolic": "150", "diastolic": "95"})


def test_a_pressure_below_the_only_limit_that_is_asked_for_is_taken_and_says_so(
    people: dict[str, Any], run: Run
) -> None:
    for part, limit in (("systolic", 110), ("diastolic", 70)):
        own(people, f"sheet:blood_pressure/{part}.girls", bands((0, 24, limit)), "mmHg")
    made = answer(people, run, "90/50")
    assert [(one["verdict"], one["limit"]) for one in made.verdicts] == [
        ("one_sided", "above 110 mmHg; no lower limit set"), ("one_sided", "above 70 mmHg; no lower limit set"),
    ]  # fmt: skip
    page = signed_in(people["nurse"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "not judged to both sides: above 110 mmHg; no lower limit set" in page


def test_a_pressure_above_the_limit_is_not_within_it(people: dict[str, Any], run: Run) -> None:
    own(people, "sheet:blood_pressure/systolic.girls", bands((0, 24, 100)), "mmHg")
    page = signed_in(people["nurse"]).get(f"/children/{run.child_id}/treatment/").content.decode()
    assert "systolic <strong>above 100 mmHg</strong>" in page
    assert "Example table of the unit" in page
    with pytest.raises(InvalidActError, match=r"limit systolic above 100 mmHg \(policy: .*: say what was done"):
        answer(people, run, "101/60")
    made = answer(people, run, "101/60", "within", "repeated at rest, physician called")
    assert made.outcome == "over"


def test_with_kidney_disease_vigabatrin_is_lowered_by_the_site_s_table_alone(people: dict[str, Any]) -> None:
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child, kidney_disease="yes")
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    with pytest.raises(InvalidActError, match="kidney disease"):
        scene.started(people, child, "vigabatrin_standard")
    with pytest.raises(InvalidActError, match="no table of vigabatrin"):
        scene.started(people, child, "vigabatrin_standard", clearance=20)
    own(people, "sheet:renal/vigabatrin.share", bands((10, 30, 0.25), (30, 50, 0.5)), "1")
    with pytest.raises(InvalidActError, match="kidney disease"):
        scene.started(people, child, "vigabatrin_standard")
    with pytest.raises(InvalidActError, match="no row for a clearance of 60"):
        scene.started(people, child, "vigabatrin_standard", clearance=60)
    run = scene.started(people, child, "vigabatrin_standard", clearance=20)
    plan = newest_plan(run)
    assert plan is not None
    dose = plan.document["days"][0]["doses"][0]
    assert dose["amount"] == round(50_000 * 7 / 2 / 4)
    assert dose["status"] == "policy"
    assert "clearance 20" in dose["source"]
    assert "Example table of the unit" in dose["source"]
    assert run.approved
    scene.in_force(people, run)
    scene.bottle(people, run, "50 mg/mL", "vigabatrin")
    assert newest_plan(run).document["days"][0]["doses"][0]["volume_ul"] is not None  # type: ignore[union-attr]


def test_a_clearance_lowers_nothing_without_kidney_disease(people: dict[str, Any]) -> None:
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    with pytest.raises(InvalidActError, match="lowers no dose"):
        scene.started(people, child, clearance=20)


def test_the_letter_names_the_stress_dose_of_the_site_or_leaves_a_gap(people: dict[str, Any], run: Run) -> None:
    doctor = Clinician.objects.create(name="Dr. Fields")

    def said() -> str:
        return " ".join(line for block in compose(run.child, doctor, "en") for line in map(str, block.lines))

    assert "stress dose by the rule of the site" in said()
    own(people, "sheet:stress/dose.fever_mg_m2_d", 50, "mg/m2/d")
    assert "hydrocortisone by mouth in fever or illness: 50 mg/m2/d (policy: Local value 1: Example table" in said()
    assert "stress dose by the rule of the site" not in said()
    family = Caregiver.objects.create(child=run.child, name="Pat", relation="mother")
    told = " ".join(line for block in compose(run.child, family, "en") for line in map(str, block.lines))
    assert "mg/m2" not in told, "a family calls; it reckons nothing"


def test_settings_of_a_stimulator_stand_beside_the_devices(people: dict[str, Any]) -> None:
    child = scene.child()
    page = signed_in(people["doc"]).get(f"/children/{child.pk}/treatment/other/").content.decode()
    assert "no settings of this site" in page
    own(people, "sheet:stimulation/vns.start_ma", 0.25, "mA")
    page = signed_in(people["doc"]).get(f"/children/{child.pk}/treatment/other/").content.decode()
    assert "output current at the start 0.25 mA (policy: Local value 1: Example table of the unit (2024)" in page
