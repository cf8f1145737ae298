"""The checklist is filled from rows of the chart, each named; a person edits; a lesion opens a clock of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.diagnosis.support import a_study
from tests.program.followup.test_followup import mother
from tests.program.followup.test_next_steps import running, told
from tests.program.staff import by, signed_in
from tests.program.treatment import scene

from westward.care.answer import Answer
from westward.care.candidacy import item
from westward.evidence.loader import load
from westward.program.diagnosis.models import Assessment, Decision, Read, Study
from westward.program.etiology.models import Imaging, ImagingFinding
from westward.program.followup import journey
from westward.program.followup.candidacy import gather
from westward.program.people.marks import end_of
from westward.program.people.models import Child
from westward.program.treatment.actions.change import StopRun
from westward.program.treatment.actions.surgery import AnswerCandidacy
from westward.program.treatment.models import Candidacy, SurgeryReferral

pytestmark = pytest.mark.django_db

WORDS = "Decide: surgical referral"


def today() -> Any:
    return timezone.localdate()


def scan(child: Child, user: Any, *seen: tuple[str, str], kind: str = "mri", outcome: str = "abnormal") -> Imaging:
    made = Imaging.objects.create(
        child=child, kind=kind, on=today() - timedelta(days=4), outcome=outcome, finding="cause",
        reported_on=today() - timedelta(days=3), by=user, at=timezone.now(),
    )  # fmt: skip
    for lesion, side in seen:
        ImagingFinding.objects.create(imaging=made, lesion=lesion, side=side, lobe="frontal")
    return made


def chart(child: Child, code: str) -> Answer:
    return item(gather(child)[code]).chart


@pytest.mark.parametrize(
    ("kind", "outcome", "seen", "expected"),
    [
        ("mri", "abnormal", [("malformation", "left")], {"lesion": "yes"}),
        ("mri", "abnormal", [("malformation", "both")], {"lesion": "unknown"}),
        ("mri", "abnormal", [("tuber", "left"), ("tuber", "right")], {"lesion": "unknown"}),
        ("mri", "abnormal", [("myelination", "left")], {"lesion": "unknown"}),
        ("mri", "normal", [], {"lesion": "no", "pet": "unknown"}),
        ("mri", "not_assessable", [], {"lesion": "unknown"}),
        (
            "pet",
            "abnormal",
            [("hypometabolism", "left")],
            {"pet": "yes", "pet_bilateral": "unknown"},
        ),
        ("pet", "abnormal", [("hypometabolism", "both")], {"pet": "unknown", "pet_bilateral": "yes"}),
        ("pet", "normal", [], {"pet": "no", "pet_bilateral": "no", "lesion": "unknown"}),
    ],
)
def test_imaging_answers_what_it_saw(kind: str, outcome: str, seen: Any, expected: dict[str, str]) -> None:
    child = scene.child()
    made = scan(child, scene.team()["doc"], *seen, kind=kind, outcome=outcome)
    assert {code: str(chart(child, code)) for code in expected} == expected
    for code in expected:
        assert all(row.source == f"imaging:{made.pk}" for row in gather(child)[code])


def test_a_withdrawn_examination_says_nothing() -> None:
    child = scene.child()
    made = scan(child, scene.team()["doc"], ("malformation", "left"))
    Imaging.objects.filter(pk=made.pk).update(withdrawn_at=timezone.now())
    assert gather(child)["lesion"] == []


def read(child: Child, user: Any, *, n: int, signed: bool = True, **said: str) -> Read:
    return Read.objects.create(
        study=a_study(child, n=n), reader=user, version=1, kind="blind", stored_at=timezone.now(), based=3,
        signed_at=timezone.now() if signed else None, **said,
    )  # fmt: skip


def test_signed_reads_without_a_side_speak_and_do_not_decide_one() -> None:
    child, people = scene.child(), scene.team()
    read(child, people["doc"], n=1, signed=False, focal_or_multifocal="no")
    assert gather(child)["eeg_side"] == []
    one = read(child, people["doc"], n=2, focal_or_multifocal="yes", ictal_correlate="yes")
    (row,) = gather(child)["eeg_side"]
    assert (row.says, row.source) == (Answer.UNKNOWN, one.audit_id)
    assert "no side was said" in row.words
    assert chart(child, "ictal_side") is Answer.UNKNOWN
    Assessment.objects.create(
        child=child, part="semiology", answers={"focal": "yes", "symmetric": "no"}, stored_by=people["doc"],
        stored_at=timezone.now(),
    )  # fmt: skip
    assert "not symmetric" in gather(child)["ictal_side"][-1].words
    Study.objects.filter(pk=one.study_id).update(state="stopped")
    assert gather(child)["eeg_side"] == [], "nobody has said yet whose recording it is"
    other = scene.child(pseudonym="W-TEST-0002")
    read(other, people["doc"], n=1, focal_or_multifocal="no")
    assert chart(other, "eeg_side") is Answer.NO


@pytest.mark.parametrize(
    "side, says",
    [("left", "yes"), ("right", "yes"), ("bilateral", "no"), ("not_lateralized", "unknown"),
     ("not_assessable", "unknown")],
)  # fmt: skip
def test_a_side_that_was_signed_answers_the_item(side: str, says: str) -> None:
    child, people = scene.child(), scene.team()
    said = {"focal_or_multifocal": "yes", "multifocal": "yes", "ictal_correlate": "yes"}
    one = read(child, people["doc"], n=1, discharge_side=side, ictal_side=side, **said)
    for code, words in (("eeg_side", "Discharges: "), ("ictal_side", "Spasms begin: ")):
        (row,) = gather(child)[code]
        assert (str(row.says), row.source) == (says, one.audit_id)
        assert row.words.startswith(f"{words}{side.replace('_', ' ')}")


def test_a_side_of_an_unsigned_read_says_nothing_and_two_sides_contradict() -> None:
    child, people = scene.child(), scene.team()
    read(child, people["doc"], n=1, signed=False, focal_or_multifocal="yes", discharge_side="left")
    assert gather(child)["eeg_side"] == []
    read(child, people["doc"], n=2, focal_or_multifocal="yes", discharge_side="left")
    assert chart(child, "eeg_side") is Answer.YES
    read(child, people["doc"], n=3, focal_or_multifocal="yes", discharge_side="bilateral")
    assert chart(child, "eeg_side") is Answer.UNKNOWN


def test_two_failed_standard_drugs_answer_the_item_with_their_runs() -> None:
    child = scene.child()
    people, first = running(child, day=40)
    user = mother(child)
    told(child, user, 26, 27)
    (row,) = gather(child)["failed"]
    assert (row.says, row.source) == (Answer.UNKNOWN, first.audit_id)
    StopRun(
        **by(people["doc"]), run=first, last_dose_on=today() - timedelta(days=20), reason="failure", stress_cover="x"
    ).execute()
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    second = scene.started(people, child, "vigabatrin_standard", start=today() - timedelta(days=19))
    scene.in_force(people, second)
    from westward.program.treatment.actions.give import RecordFirstDose

    RecordFirstDose(**by(people["nurse"]), run=second, at=timezone.now() - timedelta(days=19)).execute()
    told(child, user, 6)
    rows = gather(child)["failed"]
    assert [row.source for row in rows] == [first.audit_id, second.audit_id]
    assert {row.says for row in rows} == {Answer.YES}


def test_a_person_edits_and_the_chart_keeps_its_row() -> None:
    child, people = scene.child(), scene.team()
    scan(child, people["doc"], ("malformation", "left"))
    doc = signed_in(people["doc"])
    address = f"/children/{child.pk}/treatment/other/"
    page = doc.get(address).content.decode()
    assert "MRI: malformation of cortical development, left" in page
    assert "by the chart" in page
    form = doc.get(address).context["candidacy_form"]
    sent = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    doc.post(f"{address}candidacy/", sent)
    assert not Candidacy.objects.exists(), "what was left as the chart has it is no answer of a person"
    doc.post(f"{address}candidacy/", {**sent, "lesion": "no", "lesion_words": "outside the motor cortex"})
    one = Candidacy.objects.get()
    assert (one.item, one.answer, one.by) == ("lesion", "no", people["doc"])
    page = doc.get(address).content.decode()
    assert "outside the motor cortex" in page
    assert "MRI: malformation" in page
    AnswerCandidacy(**by(people["doc"]), child=child, answers={"pet": ("yes", "")}).execute()
    assert Candidacy.objects.count() == 2


def acts(child: Child) -> dict[str, Any]:
    return {act.words: act for act in journey.next_acts([child.pk], now=timezone.now()).get(child.pk, ())}


def test_a_lesion_opens_the_clock_of_surgery_before_any_treatment() -> None:
    child, people = scene.child(), scene.team()
    assert WORDS not in acts(child)
    scan(child, people["doc"], ("malformation", "left"))
    days = load("escalation").integer("due.surgery_d")
    assert acts(child)[WORDS].due == end_of(today() - timedelta(days=3) + timedelta(days=days))
    page = signed_in(people["doc"]).get(f"/children/{child.pk}/treatment/other/").content.decode()
    assert "no surgical referral was opened" in page
    signed_in(people["doc"]).post(f"/children/{child.pk}/treatment/other/refer/", {"reason": "lesion"})
    assert WORDS not in acts(child)
    referral = SurgeryReferral.objects.get()
    assert referral.due_on == today() + timedelta(days=days)


def test_no_surgery_is_proposed_where_spasms_were_ruled_out_or_the_chart_is_closed() -> None:
    child, people = scene.child(), scene.team()
    scan(child, people["doc"], ("malformation", "left"))
    decision = Decision.objects.create(
        child=child, outcome="not", on=today(), judgment={}, decided_by=people["doc"], decided_at=timezone.now()
    )
    assert WORDS not in acts(child)
    decision.delete()
    Child.objects.filter(pk=child.pk).update(state="transferred", state_on=today())
    assert WORDS not in acts(child)
