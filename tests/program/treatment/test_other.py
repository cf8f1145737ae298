"""Diet, surgery, devices, what families use besides: acts, what they refuse, the page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.care.answer import Answer
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.people.models import Child
from westward.program.treatment import journey, queries
from westward.program.treatment.actions.alternative import EndAlternative, RecordAlternative
from westward.program.treatment.actions.diet import CheckDiet, PrescribeDiet, RecordDietValue, StopDiet
from westward.program.treatment.actions.stimulation import EndStimulator, RecordSetting, RecordStimulator
from westward.program.treatment.actions.surgery import (
    AnswerCandidacy,
    CloseSurgeryReferral,
    RecordConference,
    RecordOperation,
    RecordSurgeryOutcome,
    ReferToSurgery,
)
from westward.program.treatment.models import Diet

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
ASKED: dict[str, Any] = {
    "ratio": Decimal(3), "kcal": 620, "protein_mg": 12000, "meals": 4, "fluid_ml": 700,
    "supplements": "simulated", "source": "simulated local protocol",
}  # fmt: skip


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


@pytest.fixture
def child(people: dict[str, Any]) -> Child:
    made = scene.child()
    scene.measured(people["nurse"], made)
    scene.cleared(people["nurse"], made)
    return made


def prescribed(people: dict[str, Any], child: Child, **changes: Any) -> Diet:
    return PrescribeDiet(**by(people["doc"]), child=child, start=TODAY(), **(ASKED | changes)).execute()


def test_a_prescription_waits_for_a_second_person(people: dict[str, Any], child: Child) -> None:
    diet = prescribed(people, child)
    assert not diet.in_force
    with pytest.raises(InvalidActError, match="second person"):
        CheckDiet(**by(people["doc"]), child=child, diet=diet).execute()
    CheckDiet(**by(people["nurse"]), child=child, diet=diet).execute()
    diet.refresh_from_db()
    assert diet.in_force
    assert diet.day["protein_mg"] == 12000
    assert diet.day["fat_mg"] == int(3 * 620_000 / 31)
    assert diet.meal["fat_mg"] == diet.day["fat_mg"] // 4
    assert diet.ratio == "3 : 1"


def test_contraindications_come_first(people: dict[str, Any]) -> None:
    made = scene.child(pseudonym="W-TEST-0003")
    scene.measured(people["nurse"], made)
    with pytest.raises(InvalidActError, match=r"exclude first: .*porphyria"):
        prescribed(people, made)
    scene.cleared(people["nurse"], made, porphyria="yes")
    with pytest.raises(InvalidActError, match="not with porphyria"):
        prescribed(people, made)
    diet = prescribed(people, made, overrides={"diet_porphyria": "simulated reason"})
    assert diet.overrides == {"diet_porphyria": "simulated reason"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"source": " "}, "where the numbers come from"),
        ({"supplements": ""}, "supplements"),
        ({"protein_mg": 30000}, "more than a ratio"),
        ({"ratio": Decimal(0)}, "above 0"),
        ({"ratio": Decimal("3.123")}, "two decimals"),
        ({"fluid_ml": 0}, "fluids"),
    ],
)
def test_a_prescription_that_makes_no_sense_is_refused(
    people: dict[str, Any], child: Child, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidActError, match=said):
        prescribed(people, child, **wrong)


def test_without_a_weight_no_diet(people: dict[str, Any]) -> None:
    made = scene.child(pseudonym="W-TEST-0004")
    scene.cleared(people["nurse"], made)
    with pytest.raises(InvalidActError, match="measure it first"):
        prescribed(people, made)


def test_a_new_prescription_takes_the_place_and_stopping_ends(people: dict[str, Any], child: Child) -> None:
    first = prescribed(people, child)
    second = prescribed(people, child, kcal=700)
    first.refresh_from_db()
    assert first.superseded_by == second
    with pytest.raises(InvalidActError, match="does not stand"):
        CheckDiet(**by(people["nurse"]), child=child, diet=first).execute()
    assert queries.safety_answers(child)["ketogenic_diet"] is Answer.YES
    StopDiet(**by(people["doc"]), child=child, diet=second, on=TODAY(), words="simulated").execute()
    assert queries.safety_answers(child)["ketogenic_diet"] is not Answer.YES


def test_values_of_the_diet(people: dict[str, Any], child: Child) -> None:
    diet = prescribed(people, child)
    asked = {**by(people["nurse"]), "child": child, "diet": diet, "kind": "ketones_blood", "unit": "mmol/L"}
    RecordDietValue(**asked, value="3.1", on=TODAY()).execute()
    with pytest.raises(InvalidActError, match="cannot be"):
        RecordDietValue(**asked, value="3.1", on=TODAY() + timedelta(days=1)).execute()
    with pytest.raises(InvalidActError, match="unit"):
        RecordDietValue(**(asked | {"unit": ""}), value="3.1", on=TODAY()).execute()


def test_a_surgical_referral_has_a_clock_and_ends_with_the_conference(people: dict[str, Any], child: Child) -> None:
    doc = by(people["doc"])
    made = ReferToSurgery(**doc, child=child, reason="failures").execute()
    assert made.due_on == TODAY() + timedelta(days=14)
    assert "Surgical conference" in {a.words for a in journey.next_acts([child.pk], now=timezone.now())[child.pk]}
    with pytest.raises(InvalidActError, match="open already"):
        ReferToSurgery(**doc, child=child, reason="lesion").execute()
    RecordConference(**doc, child=child, on=TODAY(), present="A, B", note="said", plan="PET first").execute()
    made.refresh_from_db()
    assert made.closed_at is not None
    again = ReferToSurgery(**doc, child=child, reason="other", words="new finding").execute()
    CloseSurgeryReferral(**doc, child=child, referral=again, why="the family declines").execute()
    assert child.pk not in journey.next_acts([child.pk], now=timezone.now())


def test_the_checklist_keeps_answers_and_gives_no_verdict(people: dict[str, Any], child: Child) -> None:
    doc = by(people["doc"])
    AnswerCandidacy(**doc, child=child, answers={"lesion": ("yes", "left frontal")}).execute()
    AnswerCandidacy(**doc, child=child, answers={"lesion": ("no", "read again")}).execute()
    assert child.candidacy.count() == 2
    with pytest.raises(InvalidActError, match="no answer"):
        AnswerCandidacy(**doc, child=child, answers={"verdict": ("yes", "")}).execute()
    page = signed_in(people["doc"]).get(f"/children/{child.pk}/treatment/other/").content.decode()
    assert "no score and no verdict" in page
    assert "read again" in page


def test_an_outcome_follows_its_operation(people: dict[str, Any], child: Child) -> None:
    doc, before = by(people["doc"]), TODAY() - timedelta(days=30)
    op = RecordOperation(**doc, child=child, kind="lobectomy", side="left", on=before).execute()
    with pytest.raises(InvalidActError, match="follows the operation"):
        RecordSurgeryOutcome(**doc, child=child, operation=op, on=before, outcome="engel_1").execute()
    RecordSurgeryOutcome(**doc, child=child, operation=op, on=TODAY(), outcome="engel_1").execute()
    other = scene.child(pseudonym="W-TEST-0005")
    with pytest.raises(InvalidActError, match="another child"):
        RecordSurgeryOutcome(**doc, child=other, operation=op, on=TODAY(), outcome="engel_1").execute()


def test_settings_of_a_device_over_time(people: dict[str, Any], child: Child) -> None:
    nurse = by(people["nurse"])
    device = RecordStimulator(**nurse, child=child, kind="vns", model="simulated", implanted_on=TODAY()).execute()
    asked = {**nurse, "child": child, "stimulator": device, "values": "0.25 mA", "source": "simulated"}
    RecordSetting(**asked, on=TODAY(), response="unknown").execute()
    with pytest.raises(InvalidActError, match="no answer"):
        RecordSetting(**asked, on=TODAY(), response="cured").execute()
    EndStimulator(**nurse, child=child, stimulator=device, on=TODAY(), words="simulated").execute()
    with pytest.raises(InvalidActError, match="not in place"):
        RecordSetting(**asked, on=TODAY(), response="same").execute()


def test_what_a_family_uses_is_weighed_against_the_drugs(people: dict[str, Any], child: Child) -> None:
    co = by(people["co"])
    one = RecordAlternative(**co, child=child, kind="herbal", what="tea", from_on=TODAY(), told_by="mother").execute()
    doc = signed_in(people["doc"])
    address = f"/children/{child.pk}/treatment/other/"
    assert "ask a pharmacist" in doc.get(address).content.decode()
    EndAlternative(**co, child=child, alternative=one, on=TODAY()).execute()
    assert "ask a pharmacist" not in doc.get(address).content.decode()
    with pytest.raises(InvalidActError, match="ended already"):
        EndAlternative(**co, child=child, alternative=one, on=TODAY()).execute()


def test_who_may_not_is_refused_and_audited(people: dict[str, Any], child: Child) -> None:
    with pytest.raises(NotAllowedError):
        PrescribeDiet(**by(people["nurse"]), child=child, start=TODAY(), **ASKED).execute()
    with pytest.raises(NotAllowedError):
        ReferToSurgery(**by(people["co"]), child=child, reason="failures").execute()
    with pytest.raises(NotAllowedError):
        RecordStimulator(**by(people["pharm"]), child=child, kind="vns", model="x", implanted_on=TODAY()).execute()
    assert Entry.objects.filter(outcome="refused").count() == 3


def test_the_page_by_forms_with_the_meal_of_the_sites_foods(people: dict[str, Any], child: Child) -> None:
    doc, nurse = signed_in(people["doc"]), signed_in(people["nurse"])
    base = f"/children/{child.pk}/treatment/other/"
    assert "no table of foods" not in doc.get(base).content.decode()
    answer = doc.post(
        f"{base}diet/", {"start": TODAY().isoformat(), **{k: str(v) for k, v in ASKED.items()}}, follow=True
    )
    assert "waits for a second person" in answer.content.decode()
    diet = Diet.objects.get()
    nurse.post(f"{base}diet-check/{diet.pk}/")
    file = settings.FOLDER.path / "foods.csv"
    file.write_text(
        "food,fat_mg_per_g,protein_mg_per_g,carbohydrate_mg_per_g,source\nSimulated cream,360,20,30,simulated\n"
    )
    try:
        page = nurse.post(f"{base}meal/", {"food0": "50"}).content.decode()
        file.write_text("food\nx\n")
        broken = nurse.get(base).content.decode()
    finally:
        file.unlink()
    assert "18.0" in page
    assert "7.2 : 1" in page or "7.2" in page
    assert "needs the columns" in broken
    assert "no table of foods" in nurse.get(base).content.decode()


def test_another_childs_diet_is_not_reached_and_strangers_stay_out(people: dict[str, Any], child: Child) -> None:
    diet = prescribed(people, child)
    other = scene.child(pseudonym="W-TEST-0006")
    assert (
        signed_in(people["nurse"]).post(f"/children/{other.pk}/treatment/other/diet-check/{diet.pk}/").status_code
        == 404
    )
    assert signed_in(person("caller", "quality")).get(f"/children/{child.pk}/treatment/other/").status_code == 403
    assert signed_in(people["doc"]).post(f"/children/{child.pk}/treatment/other/none/").status_code == 404
