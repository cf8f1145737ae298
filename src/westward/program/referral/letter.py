"""The letter ``referral received``, composed from what the referral and the calendar say now."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from westward.care.answer import Answer
from westward.care.triage import Level
from westward.program.letters.blocks import Block
from westward.program.letters.choices import LetterKind
from westward.program.letters.compose import referral_received
from westward.program.letters.compose.said import Known, Reader
from westward.program.letters.hooks import Recipient, offer
from westward.program.letters.letterhead import contact
from westward.program.people.models import Caregiver, Child
from westward.program.referral.choices import AppointmentKind, AppointmentState, ReferralState
from westward.program.referral.models import Appointment, Referral, TriageRun

URGENCY = {
    Level.EMERGENCY_NOW: "danger now, contact at once",
    Level.SAME_DAY: "contact on the same day",
    Level.NEXT_DAYS: "contact within the next days",
    Level.SECOND_OPINION: "a second opinion",
    Level.ROUTINE: "routine",
}
_ANSWERED = {
    "events": "events that may be infantile spasms",
    "clusters": "clusters of brief jerks or nods that look alike, mainly on waking",
    "regression": "loss or plateau of skills, or less eye contact",
    "known_cause": "a known cause of spasms",
    "video": "events seen by a clinician, live or on video, and taken for spasms",
    "cry": "crying after the events",
    "parent_concern": "parents who feel that something is wrong",
    "epileptic_eeg": "an EEG with hypsarrhythmia or another epileptiform pattern",
    "diagnosed": "infantile spasms diagnosed already",
    "failing": "spasms or an abnormal EEG under treatment",
}


def gather(child: Child, recipient: Recipient, language: str) -> Sequence[Block]:
    """The blocks of the letter to a clinician or a caregiver; what is not known is a gap to fill in."""
    reader = Reader.FAMILY if isinstance(recipient, Caregiver) else Reader.CLINICIAN
    one = Referral.objects.filter(child=child, state=ReferralState.ACCEPTED).order_by("-received_at").first()
    if one is None:
        opened = timezone.localtime(child.created_at).date()
        facts = referral_received.ReferralReceived(
            child=child.name, received_on=Known(opened, child.audit_id), contact=contact()
        )
        return referral_received.compose(facts, reader=reader)
    run = one.triages.first()
    source = one.audit_id
    eeg = (
        Appointment.objects.filter(
            child=child, kind=AppointmentKind.EEG, state=AppointmentState.BOOKED, starts__gt=timezone.now()
        )
        .order_by("starts")
        .first()
    )
    reached = timezone.localtime(one.contacted_at).date() if one.contacted_at else None
    facts = referral_received.ReferralReceived(
        child=child.name,
        received_on=Known(timezone.localtime(one.received_at).date(), source),
        reported=_reported(run, source),
        urgency=Known(URGENCY[one.urgency], source),
        contacted_on=Known(reached, source) if reached else None,
        eeg_at=Known(timezone.localtime(eeg.starts), eeg.audit_id) if eeg else None,
        eeg_place=Known(eeg.place, eeg.audit_id) if eeg and eeg.place else None,
        contact=contact(),
    )
    return referral_received.compose(facts, reader=reader)


def _reported(run: TriageRun | None, source: str) -> tuple[Known[str], ...]:
    """What was answered with yes; an answer nobody gave is not reported."""
    given = run.answers if run else {}
    said = [words for name, words in _ANSWERED.items() if given.get(name) == Answer.YES]
    return tuple(Known(words[:1].upper() + words[1:], source) for words in said)


def register() -> None:
    """Offer the composer to letters."""
    offer(LetterKind.REFERRAL_RECEIVED, gather)
