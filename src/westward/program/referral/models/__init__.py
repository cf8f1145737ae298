"""Facts of referral, one noun a module."""

from __future__ import annotations

from westward.program.referral.models.calendar import Appointment, Slot
from westward.program.referral.models.closing import Closing
from westward.program.referral.models.contact import Contact, Escalation, Notice, Takeover
from westward.program.referral.models.facts import ChildFact, Ownership
from westward.program.referral.models.intake import Referral, TriageRun, Upload
from westward.program.referral.models.roster import Shift
from westward.program.referral.models.watch import AtRisk, SurveillanceEeg

__all__ = [
    "Appointment",
    "AtRisk",
    "ChildFact",
    "Closing",
    "Contact",
    "Escalation",
    "Notice",
    "Ownership",
    "Referral",
    "Shift",
    "Slot",
    "SurveillanceEeg",
    "Takeover",
    "TriageRun",
    "Upload",
]
