"""The next step on the pages: proposed by rule, started by a physician, never by itself; and the two letters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from tests.program.diagnosis.support import a_study
from tests.program.followup.test_followup import entry, mother, sync
from tests.program.staff import by, signed_in
from tests.program.treatment import scene

from westward.care.answer import Answer
from westward.care.clocks import run_clocks
from westward.care.escalation import Step
from westward.evidence.loader import load
from westward.look import words
from westward.program.accounts.models import User
from westward.program.diagnosis.models import Read
from westward.program.followup import journey, letter, next_steps
from westward.program.journey import collect, standing
from westward.program.journey.models import Standing
from westward.program.letters.blocks import gaps
from westward.program.letters.models import Dispatch
from westward.program.people.marks import end_of
from westward.program.people.models import Caregiver, Child, Clinician
from westward.program.treatment import journey as start_journey
from westward.program.treatment import letter as start_letter
from westward.program.treatment import steroid_card
from westward.program.treatment.actions.again import CancelRun
from westward.program.treatment.actions.change import StopRun
from westward.program.treatment.actions.give import RecordFirstDose
from westward.program.treatment.actions.switch import SwitchRun
from westward.program.treatment.models import Run

pytestmark = pytest.mark.django_db


def today() -> Any:
    return timezone.localdate()


def running(child: Child, *, day: int, protocol: str = "prednisolone_iciss") -> tuple[dict[str, Any], Run]:
    people = scene.team()
    scene.approve(protocol, people["doc"], people["pharm"])
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child, protocol, start=today() - timedelta(days=day - 1))
    scene.in_force(people, run)
    given = timezone.now() - timedelta(days=day - 1)
    RecordFirstDose(**by(people["nurse"]), run=run, at=given).execute()
    run.refresh_from_db()
    return people, run


def told(child: Child, user: Any, *days_ago: int, count: int = 6) -> None:
    days = [(today() - timedelta(days=n)).isoformat() for n in days_ago]
    assert set(sync(user, child, *(entry(count=count, on=on) for on in days))) == {"stored"}


def test_day_7_not_free_is_proposed_and_taken_by_a_physician() -> None:
    child = scene.child()
    people, run = running(child, day=7)
    told(child, mother(child), 0)
    (found,) = next_steps.proposed(child)
    assert [one.step for one in found.proposals] == [Step.RAISE]
    assert run.plans.count() == 1, "nothing happens by itself"
    assert "Decide: raise the dose" in {a.words for a in journey.next_acts([child.pk], now=timezone.now())[child.pk]}
    base = f"/children/{child.pk}/treatment/"
    page = signed_in(people["nurse"]).get(base).content.decode()
    assert "Proposed by rule, day 7" in page
    assert "Plan this step" not in page, "a nurse does not plan it"
    doc = signed_in(people["doc"])
    assert "Plan this step from day 7" in doc.get(f"/children/{child.pk}/response/").content.decode()
    doc.post(f"{base}{run.pk}/branch/", {"branch": "spasms_on_day_7", "day": 7})
    assert run.plans.count() == 2
    (after,) = next_steps.proposed(child)
    assert after.proposals == ()


def test_day_14_not_free_switches_to_acth_in_one_step_or_not_at_all() -> None:
    child = scene.child()
    people, run = running(child, day=14)
    told(child, mother(child), 0, 1)
    (found,) = next_steps.proposed(child)
    assert [one.protocol for one in found.proposals] == ["vigabatrin_standard", "acth_label_150"]
    base = f"/children/{child.pk}/treatment/{run.pk}/switch/"
    asked = {
        "protocol": "acth_label_150", "last_dose_on": today().isoformat(), "start": today().isoformat(),
        "words": "spasms on days 13 and 14", "off_protocol": "dose reached 40 mg",
    }  # fmt: skip
    assert signed_in(people["nurse"]).post(base, asked).status_code == 403
    doc = signed_in(people["doc"])
    doc.post(base, asked | {"protocol": "none"})
    run.refresh_from_db()
    assert run.open, "a switch that fails leaves everything as it was"
    doc.post(base, asked)
    run.refresh_from_db()
    after = Run.objects.exclude(pk=run.pk).get()
    assert (run.state, run.stop_reason, after.follows_id) == ("stopped", "switch", run.pk)
    assert after.off_protocol == "dose reached 40 mg"
    assert not after.plans.get().in_force


def clocks(child: Child) -> dict[str, tuple[str, Any]]:
    """The running clocks of the board: name, and the day from which each counts."""
    found = collect.facts([child.pk])[child.pk]
    told = standing.running(run_clocks(found, on=today()))
    return {one.name.value: (one.state.value, found[one.name.ends[0]].earliest) for one in told}


@pytest.mark.board
def test_the_second_eeg_and_the_next_drug_are_clocks_of_the_board() -> None:
    child = scene.child()
    people, run = running(child, day=16)
    first = today() - timedelta(days=15)
    assert clocks(child) == {"course_to_second_eeg": ("running", first)}
    row = Standing.objects.get(child=child)
    assert (row.clock, row.clock_since, row.clock_due) == ("course_to_second_eeg", first, first + timedelta(days=13))
    assert "First dose to second EEG" in signed_in(people["co"]).get(reverse("board")).content.decode()
    told(child, mother(child), 3, 2)
    failed = first + timedelta(days=13)
    assert clocks(child)["failure_to_next_drug"] == ("running", failed)
    assert Standing.objects.get(child=child).clock == "course_to_second_eeg", "the one that is due first"
    SwitchRun(
        **by(people["doc"]), run=run, protocol="acth_label_150", start=today(),
        last_dose_on=today() - timedelta(days=1), words="simulated", off_protocol="simulated",
    ).execute()  # fmt: skip
    after = Run.objects.exclude(pk=run.pk).get()
    assert "failure_to_next_drug" in clocks(child), "an order is not a dose"
    scene.in_force(people, after)
    RecordFirstDose(**by(people["nurse"]), run=after, at=timezone.now()).execute()
    assert clocks(child) == {"course_to_second_eeg": ("running", today())}, "both begin anew with the next drug"


def test_a_treatment_ended_for_another_reason_runs_no_clock() -> None:
    child = scene.child()
    people, run = running(child, day=16)
    StopRun(
        **by(people["doc"]), run=run, reason="adverse", words="simulated", last_dose_on=today(), stress_cover="told"
    ).execute()
    assert clocks(child) == {}


def test_a_second_failure_proposes_surgery() -> None:
    child = scene.child()
    people, run = running(child, day=40)
    told(child, mother(child), 27, 26)
    SwitchRun(
        **by(people["doc"]), run=run, protocol="acth_label_150", start=today() - timedelta(days=20),
        last_dose_on=today() - timedelta(days=21), words="simulated", off_protocol="simulated",
    ).execute()  # fmt: skip
    after = Run.objects.exclude(pk=run.pk).get()
    scene.in_force(people, after)
    RecordFirstDose(**by(people["nurse"]), run=after, at=timezone.now() - timedelta(days=20)).execute()
    told(child, child.caregivers.get().user, 7, 8)
    (found,) = next_steps.proposed(child)
    assert Step.SURGERY in {one.step for one in found.proposals}
    page = signed_in(people["doc"])
    page.post(f"/children/{child.pk}/treatment/other/refer/", {"reason": "failures"})
    (found,) = next_steps.proposed(child)
    assert Step.SURGERY not in {one.step for one in found.proposals}


def test_a_lesion_is_unknown_without_imaging() -> None:
    assert next_steps.lesion_seen(scene.child()).answer is Answer.UNKNOWN


def test_the_board_counts_from_the_failure_and_says_by_what() -> None:
    child = scene.child()
    people, run = running(child, day=20)
    told(child, mother(child), 7)
    (found,) = next_steps.proposed(child)
    assert found.failed is not None
    assert (found.failed.on, found.failed.source) == (today() - timedelta(days=6), run.audit_id)
    act = next(a for a in journey.next_acts([child.pk], now=timezone.now())[child.pk] if a.words == "Decide: next drug")
    assert act.due == end_of(today() - timedelta(days=5)), "day 14, and one day to decide"
    later = journey.next_acts([child.pk], now=timezone.now() + timedelta(days=3))[child.pk]
    assert next(a for a in later if a.words == act.words).due == act.due, "the clock does not start anew every day"
    page = signed_in(people["doc"]).get(f"/children/{child.pk}/response/").content.decode()
    assert "does not work" in page
    assert "spasms witnessed on day 13 or 14, as the family told" in page
    assert "overdue since" in page


def test_a_signed_read_establishes_the_failure_on_the_day_of_its_eeg() -> None:
    child = scene.child()
    people, _ = running(child, day=17)
    study = a_study(child, recorded_on=today() - timedelta(days=3))
    told(child, mother(child), 3)
    read = Read.objects.create(
        study=study, reader=people["doc2"], version=1, kind="blind", stored_at=timezone.now(), based=4,
        sleep_recorded="yes", hypsarrhythmia="yes", event_recorded="no",
    )  # fmt: skip
    (found,) = next_steps.proposed(child)
    assert found.failed is not None
    assert found.failed.source != read.audit_id, "a read that is not signed establishes nothing"
    read.signed_at = timezone.now()
    read.save()
    (found,) = next_steps.proposed(child)
    assert found.failed is not None
    assert (found.failed.on, found.failed.source) == (study.recorded_on, read.audit_id)
    assert found.failed.words == "video-EEG, read by Doc2"
    assert found.failed.address == f"/children/{child.pk}/eeg/studies/{study.pk}/"


def test_a_treatment_ended_for_failure_keeps_its_clock_until_the_next_is_ordered() -> None:
    child = scene.child()
    people, run = running(child, day=12, protocol="vigabatrin_standard")
    StopRun(
        **by(people["doc"]), run=run, last_dose_on=today() - timedelta(days=2), reason="failure", no_wean="-"
    ).execute()
    (found,) = next_steps.proposed(child)
    assert found.failed is not None
    assert found.failed.on == today() - timedelta(days=2)
    acts = {a.words: a.due for a in journey.next_acts([child.pk], now=timezone.now())[child.pk]}
    assert acts["Decide: next drug"] == end_of(today() - timedelta(days=1))
    page = signed_in(people["doc"]).get(f"/children/{child.pk}/treatment/").content.decode()
    assert "Decide" not in page
    assert "End this treatment and order" not in page, "it has ended; the next is ordered from the shelf"
    scene.started(people, child, "prednisolone_perc")
    assert next_steps.proposed(child) == []


def text(blocks: Any) -> str:
    return "\n".join(line for block in blocks for line in block.lines)


def test_a_relapse_after_a_completed_course_asks_for_the_next_step() -> None:
    child = scene.child()
    people, run = running(child, day=60, protocol="prednisolone_perc")
    user = mother(child)
    evening = timezone.now() - timedelta(days=1)
    free = [(today() - timedelta(days=n)).isoformat() for n in range(2, 60)]
    sync(user, child, *(entry("free_day", on=on, written_at=evening.isoformat()) for on in free))
    study = a_study(child, n=1, recorded_on=today() - timedelta(days=46))
    Read.objects.create(
        study=study, reader=people["doc"], version=1, kind="blind", stored_at=timezone.now(), signed_at=timezone.now(),
        based=1, sleep_recorded="yes", hypsarrhythmia="no", event_recorded="no",
    )  # fmt: skip
    StopRun(
        **by(people["doc"]), run=run, last_dose_on=run.plans.get().last_day, reason="other", words="its last day"
    ).execute()
    assert next_steps.proposed(child) == []
    told(child, user, 0)
    (found,) = next_steps.proposed(child)
    assert found.failed is not None
    assert found.failed.on == today()
    assert Step.SWITCH in {one.step for one in found.proposals}
    words = [act.words for act in journey.next_acts([child.pk], now=timezone.now())[child.pk]]
    assert "Decide: next drug" in words


def test_a_diet_or_an_operation_answers_a_failure() -> None:
    child = scene.child()
    people, _ = running(child, day=40, protocol="vigabatrin_standard")
    told(child, mother(child), *range(26, 20, -1))
    assert "Decide: next drug" in [a.words for a in journey.next_acts([child.pk], now=timezone.now())[child.pk]]
    child.operations.create(
        kind="lesionectomy", side="left", on=today() - timedelta(days=18), by=people["doc"], at=timezone.now()
    )
    assert not [one for found in next_steps.proposed(child) for one in found.proposals if one.protocol]
    told(child, child.caregivers.get().user, 3)
    assert [one for found in next_steps.proposed(child) for one in found.proposals if one.protocol]


def test_the_letter_at_the_start_says_what_must_not_be_done() -> None:
    child = scene.child()
    _, run = running(child, day=2)
    clinician = Clinician(name="Dr. Lee")
    said = text(start_letter.compose(child, clinician, "en"))
    assert "Never stop the hormone suddenly" in said
    assert "No live vaccines until" in said
    assert "sources differ" in said
    assert "Steroid card" in said
    assert "Day 14" in said
    assert "prednisolone_iciss, version 1" in said
    assert "stress dose by the rule of the site" in " ".join(gaps(start_letter.compose(child, clinician, "en")))
    family = text(start_letter.compose(child, Caregiver(child=child, name="Rosa"), "en"))
    assert "adrenal" not in family
    assert "Fever, vomiting" in family
    assert run.plans.count() == 1


def test_the_letter_at_the_start_without_a_plan_has_gaps() -> None:
    assert gaps(start_letter.compose(scene.child(), Clinician(name="Dr. Lee"), "en"))


def test_without_a_hormone_there_is_no_word_of_steroids() -> None:
    child = scene.child()
    running(child, day=2, protocol="vigabatrin_standard")
    said = text(start_letter.compose(child, Clinician(name="Dr. Lee"), "en"))
    assert "steroid" not in said.lower()
    assert "vaccine" not in said


def test_the_letter_about_a_second_treatment_does_not_forget_the_hormone_that_goes_on() -> None:
    child = scene.child()
    people, first = running(child, day=10)
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    second = scene.started(people, child, "vigabatrin_standard", start=today(), off_protocol="both at once")
    scene.in_force(people, second)
    blocks = start_letter.compose(child, Clinician(name="Dr. Lee"), "en")
    said = text(blocks)
    assert "Goes on beside it" in [block.heading for block in blocks]
    assert "prednisolone_iciss, version 1" in said
    assert "Never stop the hormone suddenly" in said
    assert "Do not stop vigabatrin or change its dose without us." in said
    assert "Steroid card" in said
    assert "No live vaccines until" in said
    StopRun(
        **by(people["doc"]), run=first, last_dose_on=today() - timedelta(days=1), reason="adverse", words="infection",
        stress_cover="hydrocortisone",
    ).execute()  # fmt: skip
    blocks = start_letter.compose(child, Clinician(name="Dr. Lee"), "en")
    after = text(blocks)
    assert "Goes on beside it" not in [block.heading for block in blocks]
    assert "Never stop the hormone" not in after, "it has ended"
    assert "Do not stop the medicine or change its dose without us." in after
    assert "counted from the last hormone dose" in after, "and still no live vaccines"
    assert "Steroid card" in after


def test_the_letter_of_day_14_gives_every_definition_and_no_verdict_from_a_diary() -> None:
    child = scene.child()
    _, run = running(child, day=15)
    user = mother(child)
    days = [(today() - timedelta(days=n)).isoformat() for n in range(15)]
    sync(user, child, *(entry("free_day", on=on) for on in days))
    blocks = letter.compose(child, Clinician(name="Dr. Lee"), "en")
    said = text(blocks)
    for code in ("UKISS13_14", "ICISS14_42", "DELPHI_EC", "NISC_3MO", "EC14"):
        assert code in said
    assert "by witness alone, which never stands for remission" in said
    assert "a signed video-EEG of days 12 to 18" in gaps(blocks)
    assert "The treatment goes on" not in said
    family = text(letter.compose(child, Caregiver(child=child, name="Rosa"), "en"))
    assert "UKISS13_14" not in family
    assert run.audit_id in {source for block in blocks for source in block.sources}


def test_the_letter_of_day_14_without_a_dose_has_gaps() -> None:
    assert "no first dose is recorded" in gaps(letter.compose(scene.child(), Clinician(name="Dr. Lee"), "en"))


def offered(child: Child) -> dict[str, Any]:
    now = timezone.now()
    found = [*journey.next_acts([child.pk], now=now).get(child.pk, ())]
    found += start_journey.next_acts([child.pk], now=now).get(child.pk, ())
    return {act.words: act for act in found if act.words.startswith("Draft letter")}


def test_letters_are_offered_as_next_acts_until_a_person_drafts_them() -> None:
    child = scene.child()
    people, run = running(child, day=15)
    user = mother(child)
    assert set(offered(child)) == {"Draft letter: treatment started"}, "day 14 cannot be said yet"
    told(child, user, 1)
    found = offered(child)
    assert set(found) == {"Draft letter: treatment started", "Draft letter: day 14"}
    days = load("letters").integer("due.sign_d")
    assert found["Draft letter: treatment started"].due == end_of(run.start + timedelta(days=days))
    assert found["Draft letter: day 14"].due == end_of(run.start + timedelta(days=13 + days))
    assert not child.letters.exists(), "nothing is written by itself"
    doc, caregiver = signed_in(people["doc"]), child.caregivers.get()
    for kind in ("treatment_start", "day_14"):
        doc.post(f"/children/{child.pk}/letters/draft/", {"kind": kind, "recipient": f"caregiver:{caregiver.pk}"})
    assert offered(child) == {}
    letter_ = child.letters.get(kind="day_14")
    letter_.state, letter_.withdrawn_at = "withdrawn", timezone.now()
    letter_.save()
    assert set(offered(child)) == {"Draft letter: day 14"}
    assert not Dispatch.objects.exists()


def test_after_its_days_without_an_eeg_the_letter_of_day_14_is_offered_with_its_gaps() -> None:
    child = scene.child()
    running(child, day=18)
    assert "Draft letter: day 14" not in offered(child)
    other = scene.child(pseudonym="W-TEST-0002")
    User.objects.all().update(username=Concat("username", Value("1")))
    running(other, day=19)
    assert "Draft letter: day 14" in offered(other)


def test_a_treatment_ended_before_day_14_has_no_letter_of_day_14() -> None:
    child = scene.child()
    people, run = running(child, day=20, protocol="vigabatrin_standard")
    StopRun(
        **by(people["doc"]), run=run, last_dose_on=today() - timedelta(days=10), reason="adverse", no_wean="-"
    ).execute()
    assert offered(child) == {}


def test_the_letter_is_drafted_from_the_pages() -> None:
    child = scene.child()
    people, _ = running(child, day=15)
    mother(child)
    doc = signed_in(people["doc"])
    for page, kind in (("treatment", "treatment_start"), ("response", "day_14")):
        shown = doc.get(f"/children/{child.pk}/{page}/").content.decode()
        assert f'value="{kind}"' in shown
        caregiver = child.caregivers.get()
        doc.post(f"/children/{child.pk}/letters/draft/", {"kind": kind, "recipient": f"caregiver:{caregiver.pk}"})
    assert set(child.letters.values_list("kind", flat=True)) == {"treatment_start", "day_14"}


def test_an_order_that_was_canceled_takes_no_warning_from_the_letter_and_leaves_no_card() -> None:
    child = scene.child()
    people, first = running(child, day=10)
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    tomorrow = today() + timedelta(days=1)
    second = scene.started(people, child, "vigabatrin_standard", start=tomorrow, off_protocol="both")
    CancelRun(**by(people["doc"]), run=second, why="not now").execute()
    said = text(start_letter.compose(child, Clinician(name="Dr. Lee"), "en"))
    assert "prednisolone_iciss, version 1" in said
    assert "Never stop the hormone suddenly" in said
    first.plans.update(voided_at=timezone.now())
    blocks = start_letter.compose(child, Clinician(name="Dr. Lee"), "en")
    assert "the protocol; no calendar is in force" in " ".join(gaps(blocks))
    assert "Never stop the hormone suddenly" in text(blocks)
    assert "Steroid card" in text(blocks)


def test_a_hormone_that_was_never_given_leaves_no_steroid_card() -> None:
    child = scene.child()
    people = scene.team()
    for protocol in ("prednisolone_iciss", "vigabatrin_standard"):
        scene.approve(protocol, people["doc"], people["pharm"])
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child, "prednisolone_iciss")
    scene.in_force(people, run)
    CancelRun(**by(people["doc"]), run=run, why="vigabatrin instead").execute()
    second = scene.started(people, child, "vigabatrin_standard")
    scene.in_force(people, second)
    said = text(start_letter.compose(child, Clinician(name="Dr. Lee"), "en"))
    assert "teroid" not in said
    assert "hormone" not in said
    assert "no treatment with one is known" in " ".join(gaps(steroid_card.compose(child, Clinician(name="x"), "en")))


def test_the_steroid_card_speaks_to_the_family_and_to_whoever_treats_the_child() -> None:
    child = scene.child()
    people, run = running(child, day=10)
    for reader in (Clinician(name="Dr. Lee"), Caregiver(child=child, name="Rosa")):
        blocks = steroid_card.compose(child, reader, "en")
        said = text(blocks)
        assert "is given a hormone" in said
        assert f"Given: {words.day(run.start)} to {words.day(run.plans.latest('number').last_day)}, as planned" in said
        assert "Carried until" in said
        assert "Family: Fever, vomiting" in said
        assert "Whoever treats the child: Fever, vomiting, injury or surgery: stress dose" in said
        assert "Never stop the hormone suddenly" in said
        assert "No live vaccines until" in said
        assert gaps(blocks)[0] == "stress dose by the rule of the site"
    yesterday = today() - timedelta(days=1)
    StopRun(
        **by(people["doc"]), run=run, last_dose_on=yesterday, reason="adverse", words="infection",
        stress_cover="hydrocortisone",
    ).execute()  # fmt: skip
    said = text(steroid_card.compose(child, Clinician(name="Dr. Lee"), "en"))
    assert "was given a hormone" in said
    assert f"{words.day(yesterday)}, ended" in said
    assert "Never stop" not in said
    doc = signed_in(people["doc"])
    assert "steroid card" not in doc.get(f"/children/{child.pk}/treatment/").content.decode(), "nobody to hand it to"
    mother(child)
    assert "Draft letter: steroid card" in doc.get(f"/children/{child.pk}/treatment/").content.decode()
