"""Coded values of referrals. A code never changes; its words may."""

from __future__ import annotations

from django.db import models

from westward.care.clocks import Milestone
from westward.care.surveillance import Risk
from westward.care.triage import Level


class Source(models.TextChoices):
    """How a referral came in."""

    PROFESSIONAL = "professional", "Form, professional"
    PARENT = "parent", "Form, parent"
    PHONE = "phone", "Phone"
    FAX = "fax", "Fax"
    SECOND_OPINION = "second_opinion", "Second opinion"
    TRANSFER = "transfer", "Transfer from a hospital"


PUBLIC = frozenset({Source.PROFESSIONAL, Source.PARENT})
"""Sources that need no account: the public form."""


class SenderRelation(models.TextChoices):
    """What the sender is to the child."""

    PARENT = "parent", "Parent"
    GUARDIAN = "guardian", "Guardian"
    RELATIVE = "relative", "Another relative"
    PEDIATRICIAN = "pediatrician", "Pediatrician"
    NEUROLOGIST = "neurologist", "Neurologist"
    EMERGENCY = "emergency", "Emergency department"
    OTHER_CLINICIAN = "other_clinician", "Another clinician"
    OTHER = "other", "Somebody else"
    UNKNOWN = "unknown", "Not known"


CLINICIANS = frozenset(
    {
        SenderRelation.PEDIATRICIAN,
        SenderRelation.NEUROLOGIST,
        SenderRelation.EMERGENCY,
        SenderRelation.OTHER_CLINICIAN,
    }
)
"""Senders who are clinicians; at acceptance they become the referring clinician of the chart."""


class Precision(models.TextChoices):
    """How exactly a day is known."""

    DAY = "day", "On this day"
    WEEK = "week", "In the week of this day"
    MONTH = "month", "In the month of this day"
    RANGE = "range", "Between two days"
    UNKNOWN = "unknown", "Not known"


class ReferralState(models.TextChoices):
    """Where a referral stands; ``open`` alone waits for a decision."""

    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    REDIRECTED = "redirected", "Sent elsewhere"
    CLOSED = "closed", "Closed"


class UploadKind(models.TextChoices):
    """What a stored file is."""

    VIDEO = "video", "Video"
    DOCUMENT = "document", "Document"


LEVELS = [(level.value, level.words.capitalize()) for level in Level]
"""Levels of triage for pages, least urgent first."""


class CloseReason(models.TextChoices):
    """Why a referral is closed without a decision about the child."""

    DUPLICATE = "duplicate", "The same child was referred before"
    WITHDRAWN = "withdrawn", "Withdrawn by the sender"
    MISTAKE = "mistake", "Sent by mistake, or no referral"
    UNREACHABLE = "unreachable", "Nobody could be reached"


class Channel(models.TextChoices):
    """How somebody was reached."""

    PHONE = "phone", "Phone"
    VIDEO_CALL = "video_call", "Video call"
    IN_PERSON = "in_person", "In person"
    MESSAGE = "message", "Secure message"
    LETTER = "letter", "Letter or fax"


class WithWhom(models.TextChoices):
    """Who was, or should have been, reached."""

    SENDER = "sender", "The sender"
    PARENT = "parent", "Parent or guardian"
    REFERRING = "referring", "Referring clinician"
    OTHER = "other", "Somebody else"


class InterpreterUse(models.TextChoices):
    """Whether an interpreter took part."""

    YES = "yes", "Used"
    NO = "no", "Needed, not used"
    NOT_NEEDED = "not_needed", "Not needed"


class AppointmentKind(models.TextChoices):
    """What an appointment is for."""

    EEG = "eeg", "Video-EEG"
    VISIT = "visit", "Clinic visit"
    CALL = "call", "Call"
    IMAGING = "imaging", "Imaging"
    GENETICS = "genetics", "Genetics"
    ADMISSION = "admission", "Admission"
    OTHER = "other", "Other"


class AppointmentState(models.TextChoices):
    """What became of an appointment."""

    BOOKED = "booked", "Booked"
    KEPT = "kept", "Came"
    RELEASED = "released", "Released"
    NO_SHOW = "no_show", "Did not come"


HOLDING = frozenset({AppointmentState.BOOKED.value, AppointmentState.KEPT.value})
"""States in which an appointment holds its slot."""


class WatchEnd(models.TextChoices):
    """Why a child leaves the surveillance list."""

    COMPLETE = "complete", "Schedule complete"
    DIAGNOSED = "diagnosed", "Spasms diagnosed"
    DECLINED = "declined", "Family declined"
    ELSEWHERE = "elsewhere", "Watched elsewhere"
    MISTAKE = "mistake", "Listed by mistake"


class FactSource(models.TextChoices):
    """Who said when something happened."""

    FAMILY = "family", "Family"
    REFERRER = "referrer", "Referring clinician"
    RECORD = "record", "Medical record"
    PROGRAM = "program", "The program itself"


MILESTONES = [
    (Milestone.ONSET.value, "First spasm"),
    (Milestone.SUSPICION.value, "Spasms first suspected"),
    (Milestone.EFFECTIVE_PROVIDER.value, "First clinician who acted on it"),
    (Milestone.REFERRAL.value, "Referral"),
    (Milestone.CONTACT.value, "First contact"),
]
"""Milestones whose day a person records here; the others come from EEG, diagnosis and treatment."""

MILESTONE_WORDS = dict(MILESTONES)

RISK_WORDS = {
    Risk.TUBEROUS_SCLEROSIS: "Tuberous sclerosis",
    Risk.TRISOMY_21: "Trisomy 21",
    Risk.HIE: "Lack of oxygen at birth (HIE)",
    Risk.MALFORMATION: "Brain malformation",
    Risk.PERINATAL_STROKE: "Perinatal stroke",
    Risk.GENETIC: "Gene known to cause spasms",
    Risk.OTHER: "Other risk",
}
"""Risks of the surveillance list as pages say them."""
