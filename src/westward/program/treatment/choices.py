"""Coded values of treatment. A code never changes; its words may."""

from __future__ import annotations

from django.db import models


class MeasuredKind(models.TextChoices):
    """What was measured."""

    WEIGHT = "weight", "Weight"
    LENGTH = "length", "Length"


class RunState(models.TextChoices):
    """Where a protocol run stands.

    There is no state of pause: a pause is days without drug put into the calendar, signed and checked as every version
    of it, so that the family's calendar says the same.
    """

    PLANNED = "planned", "Planned"
    RUNNING = "running", "Running"
    STOPPED = "stopped", "Stopped"
    COMPLETED = "completed", "Completed"


OPEN = (RunState.PLANNED, RunState.RUNNING)  # neither stopped nor completed


class PlanReason(models.TextChoices):
    """Why a plan was made."""

    START = "start", "Start"
    WEIGHT = "weight", "New weight"
    STRENGTH = "strength", "Another strength dispensed"
    BRANCH = "branch", "Next step of the protocol"
    ADJUST = "adjust", "Days put in"
    WEAN = "wean", "Wean begun early"
    PRODUCT = "product", "Another product"


class StopReason(models.TextChoices):
    """Why a run ended before its last day."""

    FAILURE = "failure", "Spasms or hypsarrhythmia persist"
    ADVERSE = "adverse", "Adverse event"
    FAMILY = "family", "The family's wish"
    SWITCH = "switch", "Another protocol follows"
    OTHER = "other", "Other"


class AccessStage(models.TextChoices):
    """Where getting the drug stands; the treatment clock stops at the first dose alone."""

    REMS = "rems", "REMS enrollment"
    AUTHORIZATION = "authorization", "Prior authorization asked"
    DENIED = "denied", "Denied"
    APPEAL = "appeal", "Appealed"
    APPROVED = "approved", "Approved"
    SHIPPED = "shipped", "Shipped"
    IN_HAND = "in_hand", "In the family's hands"


class DayZeroStep(models.TextChoices):
    """What one act opens on the day of the diagnosis."""

    BASELINE = "baseline", "Baseline checks"
    PROTOCOL = "protocol", "Choose and sign the protocol"
    ACCESS = "access", "Get the drug"
    TEACHING = "teaching", "Teach the family"
    MRI = "mri", "MRI by the epilepsy protocol"
    GENETICS = "genetics", "Genetic tests"
    EYES = "eyes", "Eye examination"
    EARLY_INTERVENTION = "early_intervention", "Early-intervention referral"


class Outcome(models.TextChoices):
    """How a check came out."""

    WITHIN = "within", "Within the limit"
    OVER = "over", "Beyond the limit"
    NOT_JUDGED = "not_judged", "Done, not judged"
    NOT_DONE = "not_done", "Not done"


class DietValueKind(models.TextChoices):
    """What is measured under a ketogenic diet."""

    KETONES_BLOOD = "ketones_blood", "Ketones, blood"
    KETONES_URINE = "ketones_urine", "Ketones, urine"
    GLUCOSE = "glucose", "Glucose"
    BICARBONATE = "bicarbonate", "Bicarbonate"
    LIPIDS = "lipids", "Lipids"
    CARNITINE = "carnitine", "Carnitine"
    FLUID = "fluid", "Fluid drunk"
    OTHER = "other", "Other"


class ReferralReason(models.TextChoices):
    """Why surgery is thought of."""

    LESION = "lesion", "Lesion on one side"
    FAILURES = "failures", "Second failure"
    BOTH = "both", "Lesion and second failure"
    OTHER = "other", "Other"


class Finding(models.TextChoices):
    """Items of the candidacy checklist."""

    LESION = "lesion", "A lesion on one side, on imaging"
    EEG_SIDE = "eeg_side", "Interictal EEG on one side or in one place"
    ICTAL_SIDE = "ictal_side", "Spasms begin on one side or in one place"
    PET = "pet", "PET with a focus"
    PET_BILATERAL = "pet_bilateral", "PET abnormal on both sides"
    SEMIOLOGY = "semiology", "Signs of one side when examined"
    FAILED = "failed", "Two standard drugs failed"
    CAUSE_DIFFUSE = "cause_diffuse", "A cause that concerns the whole brain"


class OperationKind(models.TextChoices):
    """What was done."""

    LESIONECTOMY = "lesionectomy", "Lesionectomy"
    LOBECTOMY = "lobectomy", "Lobar resection"
    MULTILOBAR = "multilobar", "Multilobar resection or disconnection"
    HEMISPHERE = "hemisphere", "Hemispherectomy or hemispherotomy"
    CALLOSOTOMY = "callosotomy", "Corpus callosotomy"
    TUBER = "tuber", "Tuberectomy"
    OTHER = "other", "Other"


class OutcomeClass(models.TextChoices):
    """Engel's classes."""

    I = "engel_1", "Engel I"  # noqa: E741  the class is called so
    II = "engel_2", "Engel II"
    III = "engel_3", "Engel III"
    IV = "engel_4", "Engel IV"
    UNKNOWN = "unknown", "Not known"


class StimulatorKind(models.TextChoices):
    """What sort of device."""

    VNS = "vns", "Vagus nerve stimulator"
    RNS = "rns", "Responsive neurostimulator"
    DBS = "dbs", "Deep brain stimulator"
    OTHER = "other", "Other"


class StimulatorResponse(models.TextChoices):
    """How it went under the settings before, in the eyes of who records."""

    FREE = "free", "No spasms seen"
    FEWER = "fewer", "Fewer"
    SAME = "same", "The same"
    MORE = "more", "More"
    UNKNOWN = "unknown", "Not known"


class AlternativeKind(models.TextChoices):
    """What families use beside the treatment."""

    HERBAL = "herbal", "Herbal"
    CANNABIS = "cannabis", "Artisanal cannabis"
    ACUPUNCTURE = "acupuncture", "Acupuncture"
    SUPPLEMENT = "supplement", "Vitamins or supplements"
    DIET = "diet", "Diet of one's own"
    OTHER = "other", "Other"
