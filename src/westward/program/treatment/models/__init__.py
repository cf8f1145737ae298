"""Facts of treatment, one noun a module."""

from __future__ import annotations

from westward.program.treatment.models.access import AccessNotice
from westward.program.treatment.models.alternative import Alternative
from westward.program.treatment.models.diet import Diet, DietValue
from westward.program.treatment.models.run import (
    AccessStep,
    Approval,
    Bottle,
    CheckDone,
    DayZeroTask,
    Measurement,
    Missed,
    Plan,
    Printed,
    Run,
    SafetyAnswer,
    TeachBack,
)
from westward.program.treatment.models.stimulation import Setting, Stimulator
from westward.program.treatment.models.surgery import Candidacy, Conference, Operation, SurgeryOutcome, SurgeryReferral

__all__ = [
    "AccessNotice",
    "AccessStep",
    "Alternative",
    "Approval",
    "Bottle",
    "Candidacy",
    "CheckDone",
    "Conference",
    "DayZeroTask",
    "Diet",
    "DietValue",
    "Measurement",
    "Missed",
    "Operation",
    "Plan",
    "Printed",
    "Run",
    "SafetyAnswer",
    "Setting",
    "Stimulator",
    "SurgeryOutcome",
    "SurgeryReferral",
    "TeachBack",
]
