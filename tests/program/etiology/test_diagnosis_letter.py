"""The letter on the diagnosis: from the decision, the signed reads and what is due; asked for until it is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.program.diagnosis.support import a_study, reader
from tests.program.diagnosis.test_decide import DECIDED, HISTORY, assess, decide, doctor, ready, signed
from tests.program.etiology.bench import ordered
from tests.program.letters.desk import a_doctor, a_draft, a_mother, physician
from tests.program.staff import by, signed_in

from westward.look.words import day
from westward.program.diagnosis.actions.decide import RecordFirstTreatment, Revise
from westward.program.diagnosis.models import SecondRead
from westward.program.etiology import journey
from westward.program.etiology.actions.open_workup import OpenWorkup
from westward.program.etiology.diagnosis_letter import gather
from westward.program.letters.actions.edit import Withdraw
from westward.program.letters.blocks import Block, Slot, gaps
from westward.program.letters.models import Letter
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


def text(blocks: Any) -> str:
    return "\n".join(block.text for block in blocks)


def due(child: Child) -> dict[str, Any]:
    told = journey.next_acts([child.pk], now=timezone.now()).get(child.pk, [])
    return {act.words: act for act in told}


def test_a_confirmed_diagnosis_is_told_with_grade_criteria_and_the_tests_due() -> None:
    child = ready()
    decision = decide(child)
    OpenWorkup(**by(physician()), child=child, diagnosed_on=DECIDED, order="exome_first").execute()
    mri = ordered(child, "mri", on=DECIDED)
    RecordFirstTreatment(**by(doctor()), child=child, on=DECIDED, what="prednisolone").execute()
    blocks = gather(child, a_doctor(child), "en")
    words = text(blocks)
    assert blocks[0].text.startswith(f"{child.name} has infantile epileptic spasms syndrome")
    assert blocks[0].sources == (decision.audit_id,)
    assert "BASED" in words
    assert "first given on Mon 6 Oct 2025 (prednisolone)" in words
    assert "MRI: no date set yet." in words, "a day that has passed is no promise"
    following = next(block for block in blocks if block.slot is Slot.NEXT)
    assert mri.audit_id in following.sources
    criteria = next(block for block in blocks if block.heading.startswith("Criteria"))
    assert len(criteria.lines) >= 3


def test_a_day_to_come_is_told() -> None:
    child = ready()
    decide(child)
    today = timezone.localdate()
    OpenWorkup(**by(physician()), child=child, diagnosed_on=today, order="exome_first").execute()
    assert f"MRI: due by {day(today + timedelta(days=7))}." in text(gather(child, a_doctor(child), "en"))


def test_a_family_reads_everyday_words_with_the_clinical_term() -> None:
    child = ready()
    decide(child)
    words = text(gather(child, a_mother(child), "en"))
    assert "a very disorganized pattern (hypsarrhythmia)" in words
    assert "on a scale from 0, normal, to 5 (BASED)" in words


def test_before_a_decision_the_letter_claims_nothing() -> None:
    child = ready()
    blocks = gather(child, a_doctor(child), "en")
    assert "what was found" in gaps(blocks)
    assert "has infantile" not in text(blocks)


def test_what_is_still_suspected_says_what_is_missing_and_never_that_the_child_has_it() -> None:
    child = ready()
    decide(child, "suspected", words="waiting for a longer study")
    blocks = gather(child, a_mother(child), "en")
    assert "could not yet say whether" in blocks[0].text


def test_an_unsigned_read_stands_in_no_letter() -> None:
    child = ready()
    decide(child)
    child.studies.get().reads.update(signed_at=None)
    assert "what the EEG showed" in gaps(gather(child, a_doctor(child), "en"))


def test_a_blind_second_reader_learns_no_grade_from_a_draft() -> None:
    child = ready()
    decide(child)
    study = child.studies.get()
    second = reader("second")
    SecondRead.objects.create(study=study, reader=second, asked_by=second, asked_at=timezone.now())
    blocks = gather(child, a_doctor(child), "en")
    assert "BASED" not in text(blocks)
    assert "what the EEG showed" in gaps(blocks)


def test_a_study_that_was_not_assessable_has_no_grade_in_numbers() -> None:
    from tests.program.diagnosis.support import a_child

    child = a_child()
    signed(a_study(child), based=None, not_assessable_because="movement throughout")
    assess(child, answers=HISTORY)
    decide(child, "suspected", words="no grade")
    words = text(gather(child, a_doctor(child), "en"))
    assert "not assessable: movement throughout" in words
    assert "BASED" not in words


def test_the_letter_is_asked_for_until_it_is_drafted_and_again_after_a_revision() -> None:
    child = ready()
    assert "Draft letter: diagnosis" not in due(child)
    decision = decide(child)
    act = due(child)["Draft letter: diagnosis"]
    assert act.address == reverse("child-letters", args=[child.pk])
    assert act.owner == "Coordinator"
    letter = a_draft(child, kind="diagnosis")
    assert "Draft letter: diagnosis" not in due(child)
    Withdraw(**by(physician()), letter=letter, reason="wrong recipient").execute()
    assert "Draft letter: diagnosis" in due(child)
    a_draft(child, kind="diagnosis")
    Revise(**by(doctor()), child=child, outcome="not", on=decision.on, words="mimic", reason="second EEG").execute()
    assert "Draft letter: diagnosis" in due(child)


def test_the_button_drafts_it() -> None:
    child = ready()
    decide(child)
    pediatrician = a_doctor(child)
    signed_in(physician()).post(
        reverse("letter-draft", args=[child.pk]), {"kind": "diagnosis", "recipient": f"clinician:{pediatrician.pk}"}
    )
    blocks: list[Block] = Letter.objects.get().versions.get().blocks
    assert blocks[0]["lines"][0].startswith(f"{child.name} has infantile epileptic spasms syndrome")  # type: ignore[index]
