"""Composers: the right words for the right reader, each block with its facts, gaps where nothing is known."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from westward.program.letters.blocks import Block, Slot, gaps, unsaid
from westward.program.letters.compose import blank, diagnosis, referral_received
from westward.program.letters.compose.diagnosis import Diagnosis, Outcome
from westward.program.letters.compose.referral_received import ReferralReceived
from westward.program.letters.compose.said import Contact, Known, Reader

WHOM = Contact(who="Spasms line", phone="+1 555 0100", hours="day and night, every day", emergency="911")
RECEIVED = ReferralReceived(
    child="Luz Rivera",
    received_on=Known(date(2026, 11, 28), "referral:4"),
    reported=(Known("clusters of brief jerks on waking", "referral:4"),),
    contact=WHOM,
)
CONFIRMED = Diagnosis(
    child="Luz Rivera",
    outcome=Known(Outcome.CONFIRMED, "diagnosis:2"),
    decided_on=Known(date(2026, 12, 1), "diagnosis:2"),
    eeg_on=Known(date(2026, 11, 30), "study:7"),
    findings=(Known("hypsarrhythmia", "read:3"), Known("epileptic spasms in clusters", "read:3")),
    contact=WHOM,
)


def text(blocks: tuple[Block, ...]) -> str:
    return "\n".join(block.text for block in blocks)


def test_a_referral_received_says_all_three_and_claims_no_diagnosis() -> None:
    blocks = referral_received.compose(RECEIVED)
    assert (unsaid(blocks), gaps(blocks)) == ((), ())
    assert "Thank you for referring Luz Rivera" in text(blocks)
    assert "not a diagnosis" in text(blocks)
    assert "no date is set yet" in text(blocks)


def test_a_booked_eeg_is_named_with_its_place_and_source() -> None:
    facts = ReferralReceived(
        child="Luz",
        received_on=RECEIVED.received_on,
        reported=RECEIVED.reported,
        contact=WHOM,
        eeg_at=Known(datetime(2026, 12, 1, 14, 5, tzinfo=UTC), "slot:9"),
        eeg_place=Known("EEG unit, 4 West", "slot:9"),
    )
    following = next(b for b in referral_received.compose(facts) if b.slot is Slot.NEXT)
    assert following.lines[0] == "A video-EEG with sleep is booked: Tue 1 Dec 2026, 14:05, EEG unit, 4 West."
    assert following.sources == ("slot:9",)


def test_what_was_not_reported_is_a_gap_not_silence() -> None:
    facts = ReferralReceived(child="Luz", received_on=RECEIVED.received_on, contact=WHOM)
    assert gaps(referral_received.compose(facts)) == ("what was reported",)


def test_a_family_reads_everyday_words_with_the_clinical_term() -> None:
    words = text(referral_received.compose(RECEIVED, reader=Reader.FAMILY))
    assert "recording of brain waves with video" in words
    assert "(video-EEG)" in words
    assert "the child" not in words.lower()
    assert "the family" not in words.lower()


def test_a_confirmed_diagnosis_is_the_first_sentence() -> None:
    blocks = diagnosis.compose(CONFIRMED)
    assert blocks[0].lines[0].startswith("Luz Rivera has infantile epileptic spasms syndrome")
    assert blocks[0].sources == ("diagnosis:2",)
    assert "Video-EEG: Mon 30 Nov 2026" in text(blocks)


def test_a_confirmed_diagnosis_without_a_treatment_has_a_gap_for_it() -> None:
    assert gaps(diagnosis.compose(CONFIRMED)) == ("what was started, or why not yet",)


@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("outcome", [Outcome.NOT_CONFIRMED, Outcome.OPEN])
def test_what_is_not_confirmed_never_says_that_the_child_has_it(outcome: Outcome, reader: Reader) -> None:
    facts = Diagnosis(
        child="Luz",
        outcome=Known(outcome, "diagnosis:2"),
        decided_on=CONFIRMED.decided_on,
        eeg_on=CONFIRMED.eeg_on,
        findings=(Known("normal awake and asleep", "read:3"),),
        next_steps=(Known("Repeat of the video-EEG", "order:1"),),
        contact=WHOM,
    )
    blocks = diagnosis.compose(facts, reader=reader)
    assert "has infantile" not in blocks[0].text.replace("whether Luz has infantile", "")
    assert (gaps(blocks), unsaid(blocks)) == ((), ())
    assert "lose" in blocks[-2].text or "loss of skills" in blocks[-2].text


def test_steps_with_and_without_a_day() -> None:
    facts = Diagnosis(
        child="Luz",
        outcome=CONFIRMED.outcome,
        decided_on=CONFIRMED.decided_on,
        eeg_on=CONFIRMED.eeg_on,
        findings=CONFIRMED.findings,
        treatment=Known("started on the day of the diagnosis", "treatment:1"),
        steps=(Known(("MRI", date(2026, 12, 8)), "order:2"), Known(("Exome", None), "order:3")),
        contact=WHOM,
    )
    following = next(b for b in diagnosis.compose(facts) if b.slot is Slot.NEXT)
    assert "MRI: due by Tue 8 Dec 2026." in following.lines
    assert "Exome: no date set yet." in following.lines
    assert following.sources == ("treatment:1", "order:2", "order:3")


def test_criteria_and_grade_go_to_clinicians_alone() -> None:
    facts = Diagnosis(
        child="Luz",
        outcome=CONFIRMED.outcome,
        decided_on=CONFIRMED.decided_on,
        eeg_on=CONFIRMED.eeg_on,
        grade=Known("BASED 5", "read:3"),
        criteria=(Known(("Epileptic spasms", "yes"), "criteria:1"),),
        contact=WHOM,
    )
    assert "Epileptic spasms: yes" in text(diagnosis.compose(facts))
    assert "Epileptic spasms: yes" not in text(diagnosis.compose(facts, reader=Reader.FAMILY))


def test_whom_to_call_is_a_gap_until_the_site_has_said() -> None:
    blocks = blank.compose("Luz", contact=Contact())
    assert gaps(blocks) == ("what was found", "what is next", "who answers", "phone number", "hours")
