"""At acceptance a letter to the sender is drafted from what was told; nothing is said that nobody answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.program.referral.scene import by, child, person, referral, slot

from westward.program.letters.actions.draft import drafts
from westward.program.letters.models import Letter
from westward.program.people.models import Clinician, ClinicianTie
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.appointments import BookSlot
from westward.program.referral.letter import gather

pytestmark = pytest.mark.django_db
DOCTOR = {"source": "professional", "sender_name": "Dr. Chu", "sender_relation": "pediatrician"}


def text(blocks: object) -> str:
    return "\n".join(line for block in blocks for line in block.lines)  # type: ignore[attr-defined]


def test_a_draft_to_the_referring_doctor_says_what_was_answered_and_cites_the_referral() -> None:
    nurse = person("nurse", "nurse")
    one = referral(**DOCTOR)
    chart = Accept(**by(nurse), referral=one).execute()
    letter = Letter.objects.get()
    assert (letter.kind, letter.clinician, letter.state) == ("referral_received", Clinician.objects.get(), "draft")
    said = letter.versions.get().blocks
    words = str(said)
    assert "Luz Rivera" in words
    assert "clusters of brief jerks" in words.lower()
    assert one.audit_id in words
    for unasked in ("loss or plateau", "crying after", "hypsarrhythmia"):
        assert unasked not in words.lower()
    assert drafts(chart, "referral_received", Clinician.objects.get()).count() == 1


def test_a_parent_gets_the_letter_in_the_family_s_words() -> None:
    Accept(**by(person("nurse", "nurse")), referral=referral(sender_relation="parent")).execute()
    letter = Letter.objects.get()
    assert letter.caregiver is not None
    assert not letter.caregiver.decides
    assert "brain waves" in str(letter.versions.get().blocks)


def test_a_second_referral_of_the_same_doctor_does_not_draft_twice() -> None:
    nurse = person("nurse", "nurse")
    chart = Accept(**by(nurse), referral=referral(**DOCTOR)).execute()
    Accept(**by(nurse), referral=referral(**DOCTOR), child=chart).execute()
    assert Letter.objects.count() == 1
    assert ClinicianTie.objects.count() == 1


def test_a_booked_eeg_and_the_call_stand_in_a_letter_composed_later() -> None:
    nurse = person("nurse", "nurse")
    chart = Accept(**by(nurse), referral=referral(**DOCTOR)).execute()
    doctor = Clinician.objects.get()
    assert "no date is set yet" in text(gather(chart, doctor, "en"))
    booked = BookSlot(**by(nurse), child=chart, slot=slot()).execute()
    said = text(gather(chart, doctor, "en"))
    assert f"{timezone.localtime(booked.starts):%H:%M}, EEG 1" in said


def test_a_chart_without_a_referral_gets_gaps_not_inventions() -> None:
    chart = child()
    doctor = Clinician.objects.create(name="Dr. Chu")
    assert "what was reported" in text(gather(chart, doctor, "en"))
    assert timezone.now() - chart.created_at < timedelta(minutes=5)
