"""Letters to a payer: from rows of the chart, with gaps where facts are missing, signed as the others."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, signed_in
from tests.program.treatment import scene

from westward.evidence.loader import load
from westward.evidence.predictors import predictors
from westward.program.diagnosis.models import Decision
from westward.program.letters.blocks import Slot, gaps
from westward.program.letters.models import Letter
from westward.program.people.models import Clinician, ClinicianTie
from westward.program.treatment import journey, necessity
from westward.program.treatment.actions.change import StopRun
from westward.program.treatment.actions.day_zero import RecordAccess
from westward.program.treatment.actions.give import RecordFirstDose

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


@pytest.fixture
def child(people: dict[str, Any]) -> Any:
    made = scene.child()
    scene.measured(people["nurse"], made)
    scene.cleared(people["nurse"], made)
    return made


@pytest.fixture
def payer(child: Any) -> Clinician:
    made = Clinician.objects.create(name="Valley Health Plan", kind="payer", fax="555")
    ClinicianTie.objects.create(child=child, clinician=made, role="other")
    return made


def decided(people: dict[str, Any], child: Any, outcome: str = "confirmed", days: int = 2) -> None:
    item = {"role": "mandatory", "present": "yes", "fact": {"value": "epileptic spasms"}}
    Decision.objects.create(
        child=child,
        outcome=outcome,
        on=TODAY() - timedelta(days=days),
        judgment={"items": [item], "missing": []},
        decided_by=people["doc"],
        decided_at=timezone.now(),
    )


def text(blocks: Any) -> str:
    return "\n".join(f"{block.heading}\n{block.text}" for block in blocks)


def asked(people: dict[str, Any], child: Any, stage: str, words: str = "") -> None:
    step = {"drug": "prednisolone", "stage": stage, "owner": people["co"], "words": words}
    RecordAccess(**by(people["co"]), child=child, **step).execute()


def test_an_empty_chart_gives_gaps_and_no_invented_fact(child: Any, payer: Clinician) -> None:
    blocks = necessity.compose(child, payer, "en")
    missing = " ".join(gaps(blocks))
    assert "which drug" in missing
    assert "a decision on the diagnosis" in missing
    assert "acth" not in text(blocks).lower().split("why it cannot wait")[0]


def test_it_says_diagnosis_drug_weight_and_how_long_it_waits(
    people: dict[str, Any], child: Any, payer: Clinician
) -> None:
    decided(people, child)
    run = scene.started(people, child)
    scene.in_force(people, run)
    said = text(necessity.compose(child, payer, "en"))
    assert "Infantile epileptic spasms syndrome" in said
    assert "Criteria met (ILAE 2022): epileptic spasms" in said
    assert "authorize prednisolone for Ana Rivera" in said
    assert f"({run.protocol}, version {run.version})" in said
    assert "7000 g" in said
    assert "2 days since the diagnosis; no dose has been given." in said
    assert "day of the video-EEG" in " ".join(gaps(necessity.compose(child, payer, "en"))), "no signed EEG is told of"


def test_each_published_fact_carries_source_and_status_and_recalled_ones_are_left_out(
    people: dict[str, Any], child: Any, payer: Clinician
) -> None:
    scene.started(people, child)
    blocks = {block.heading: block for block in necessity.compose(child, payer, "en")}
    urgent = blocks["Why it cannot wait"].lines
    assert any("-3.9 points (-7.3 to -0.4)" in line and "O'Callaghan 2011; excerpt" in line for line in urgent)
    assert any("no association" in line for line in urgent), "what found nothing is told as well"
    assert any("at the latest 1 week after" in line and "Patel" in line for line in urgent)
    results = blocks["Published results, not pooled"].lines
    assert any("UKISS" in line and "21 of 30" in line for line in results)
    assert all(re.search(r"\([^()]*(excerpt|derived|verified)[^()]*\)\.$", line) for line in results)
    assert all(re.search(r"(excerpt|derived|verified)\)\.$", line) for line in urgent)


def test_the_rows_that_are_cited_exist() -> None:
    wanted = load("necessity")["delay.predictors"].value
    assert isinstance(wanted, tuple)
    assert set(wanted) <= {one.predictor for one in predictors()}


def test_an_unconfirmed_diagnosis_is_a_gap(people: dict[str, Any], child: Any, payer: Clinician) -> None:
    decided(people, child, "suspected")
    scene.started(people, child)
    assert "a confirmed diagnosis" in " ".join(gaps(necessity.compose(child, payer, "en")))


def test_what_was_given_before_stands_with_its_end(people: dict[str, Any], child: Any, payer: Clinician) -> None:
    first = scene.started(people, child)
    scene.in_force(people, first)
    scene.bottle(people, first)
    scene.in_force(people, first)
    RecordFirstDose(**by(people["nurse"]), run=first, at=timezone.now()).execute()
    StopRun(
        **by(people["doc"]), run=first, last_dose_on=TODAY(), reason="failure", words="spasms", stress_cover="given"
    ).execute()
    said = text(necessity.compose(child, payer, "en"))
    assert "Given before" in said
    assert "Spasms or hypsarrhythmia persist" in said
    assert "no dose has been given" not in said


def test_an_appeal_names_the_denial_and_leaves_the_answer_to_a_person(
    people: dict[str, Any], child: Any, payer: Clinician
) -> None:
    decided(people, child)
    scene.started(people, child)
    assert "none is recorded" in " ".join(gaps(necessity.appeal(child, payer, "en")))
    asked(people, child, "denied", "step therapy first")
    blocks = necessity.appeal(child, payer, "en")
    said = text(blocks)
    assert "I appeal the denial of prednisolone" in said
    assert "step therapy first" in said
    assert "the answer to this reason" in " ".join(gaps(blocks))
    assert "Reverse the denial" in said
    assert {block.slot for block in blocks} >= {Slot.FOUND, Slot.NEXT, Slot.CALL}


def test_an_appeal_is_of_a_denied_drug_of_the_treatment(people: dict[str, Any], child: Any, payer: Clinician) -> None:
    decided(people, child)
    scene.started(people, child)
    step = {"drug": "acth_natural", "stage": "denied", "owner": people["co"], "words": "not medically necessary"}
    RecordAccess(**by(people["co"]), child=child, **step).execute()
    blocks = necessity.appeal(child, payer, "en")
    assert "not medically necessary" not in text(blocks)
    assert "acth" not in text(blocks).split("Why it cannot wait")[0].lower()
    assert "none is recorded" in " ".join(gaps(blocks))
    asked(people, child, "denied", "step therapy first")
    assert "step therapy first" in text(necessity.appeal(child, payer, "en"))


def test_figures_come_from_a_calendar_in_force_alone(people: dict[str, Any], child: Any, payer: Clinician) -> None:
    run = scene.started(people, child)

    def letter() -> tuple[str, str]:
        blocks = necessity.compose(child, payer, "en")
        return text(blocks), " ".join(gaps(blocks))

    said, missing = letter()
    assert "7000 g" not in said
    assert "In all" not in said
    assert "a calendar in force" in missing
    scene.in_force(people, run)
    said, missing = letter()
    assert "7000 g" in said
    assert "In all" in said
    assert "a calendar in force" not in missing
    run.start += timedelta(days=1)
    run.save(update_fields=["start"])
    assert "a calendar in force" in letter()[1], "its days count from another day than the first dose"


def test_the_letter_is_offered_until_it_is_drafted(people: dict[str, Any], child: Any, payer: Clinician) -> None:
    scene.started(people, child)

    def acts() -> list[str]:
        return [act.words for act in journey.next_acts([child.pk], now=timezone.now())[child.pk]]

    assert not [words for words in acts() if words.startswith("Draft letter: necessity")]
    asked(people, child, "authorization")
    assert "Draft letter: necessity of the drug" in acts()
    doc = signed_in(people["doc"])
    page = doc.get(f"/children/{child.pk}/treatment/").content.decode()
    assert "Draft letter: necessity of the drug" in page
    assert "Draft letter: appeal of a denial" not in page
    answer = doc.post(
        f"/children/{child.pk}/letters/draft/", {"kind": "necessity", "recipient": f"clinician:{payer.pk}"}, follow=True
    )
    assert answer.status_code == 200
    letter = Letter.objects.get(kind="necessity")
    assert letter.state == "draft"
    assert "Draft letter: necessity of the drug" not in acts()
    asked(people, child, "denied", "not on the list")
    assert "Draft letter: appeal of a denial" in acts()
    assert "Draft letter: appeal of a denial" in doc.get(f"/children/{child.pk}/treatment/").content.decode()
