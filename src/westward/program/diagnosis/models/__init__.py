"""Facts of diagnosis: orders, recordings, studies, results, reads, decisions."""

from westward.program.diagnosis.models.decision import Assessment, Decision, FirstTreatment
from westward.program.diagnosis.models.order import EegOrder, TechnologistSheet
from westward.program.diagnosis.models.outside import OutsideEeg
from westward.program.diagnosis.models.read import EngineView, Handover, Read, SecondRead
from westward.program.diagnosis.models.study import Analysis, EngineResult, Identity, Recording, Study

__all__ = [
    "Analysis",
    "Assessment",
    "Decision",
    "EegOrder",
    "EngineResult",
    "EngineView",
    "FirstTreatment",
    "Handover",
    "Identity",
    "OutsideEeg",
    "Read",
    "Recording",
    "SecondRead",
    "Study",
    "TechnologistSheet",
]
