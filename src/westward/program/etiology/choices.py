"""Coded values of etiology. A code never changes; its words may."""

from __future__ import annotations

from django.db import models

from westward.care.causes import Cause
from westward.care.workup import Finding, Order, Test


class TestKind(models.TextChoices):
    """A step of the work-up; the codes of :class:`westward.care.workup.Test`."""

    EXAMINATION = Test.EXAMINATION, "Examination"
    MRI = Test.MRI, "MRI"
    METABOLIC = Test.METABOLIC, "Metabolic tests"
    MICROARRAY = Test.MICROARRAY, "Microarray"
    PANEL = Test.PANEL, "Epilepsy gene panel"
    EXOME = Test.EXOME, "Exome"
    GENOME = Test.GENOME, "Genome"


class OrderKind(models.TextChoices):
    """In which order the tests come; the codes of :class:`westward.care.workup.Order`."""

    EXOME_FIRST = Order.EXOME_FIRST, "Exome first"
    NISC_2015 = Order.NISC_2015, "NISC 2015: array, panel, metabolic"


class FindingKind(models.TextChoices):
    """What a result says of the cause."""

    CAUSE = "cause", "Cause found"
    NEGATIVE = "negative", "Negative"
    UNCERTAIN = "uncertain", "Uncertain"
    INCIDENTAL = "incidental", "Incidental only: no cause, another finding"

    @property
    def care(self) -> Finding:
        """As the rules of the work-up see it: an incidental finding alone is no cause."""
        return {FindingKind.CAUSE: Finding.CAUSE, FindingKind.UNCERTAIN: Finding.UNCERTAIN}.get(self, Finding.NEGATIVE)


class CauseKind(models.TextChoices):
    """Class of cause; the codes of :class:`westward.care.causes.Cause`."""

    STRUCTURAL_ACQUIRED = Cause.STRUCTURAL_ACQUIRED, "Structural, acquired"
    STRUCTURAL_CONGENITAL = Cause.STRUCTURAL_CONGENITAL, "Structural, congenital"
    GENETIC = Cause.GENETIC, "Genetic"
    GENETIC_STRUCTURAL = Cause.GENETIC_STRUCTURAL, "Genetic-structural"
    METABOLIC = Cause.METABOLIC, "Metabolic"
    INFECTIOUS = Cause.INFECTIOUS, "Infectious"
    UNKNOWN = Cause.UNKNOWN, "Unknown after the work-up"


class ConsentKind(models.TextChoices):
    """Answer to the genetic tests that were explained."""

    GIVEN = "given", "Given"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SecondaryKind(models.TextChoices):
    """Whether findings without bearing on the spasms are to be told."""

    OPT_IN = "opt_in", "Wants to know"
    OPT_OUT = "opt_out", "Does not want to know"


class InterpreterKind(models.TextChoices):
    """Whether a professional interpreter took part."""

    USED = "used", "Interpreter took part"
    NOT_NEEDED = "not_needed", "Not needed"
    NOT_AVAILABLE = "not_available", "Needed, not available"


class Person(models.TextChoices):
    """Whose sample it is."""

    CHILD = "child", "Child"
    MOTHER = "mother", "Mother"
    FATHER = "father", "Father"
    SIBLING = "sibling", "Sibling"


class Material(models.TextChoices):
    """What was collected."""

    BLOOD = "blood", "Blood"
    DRIED_BLOOD = "dried_blood", "Dried blood spot"
    SALIVA = "saliva", "Saliva"
    BUCCAL = "buccal", "Buccal swab"
    URINE = "urine", "Urine"
    CSF = "csf", "CSF"
    SKIN = "skin", "Skin"
    TISSUE = "tissue", "Brain or other tissue"


class Zygosity(models.TextChoices):
    """As the laboratory reported it."""

    HETEROZYGOUS = "heterozygous", "Heterozygous"
    HOMOZYGOUS = "homozygous", "Homozygous"
    HEMIZYGOUS = "hemizygous", "Hemizygous"
    COMPOUND = "compound", "Compound heterozygous"
    MOSAIC = "mosaic", "Mosaic"
    NOT_REPORTED = "not_reported", "Not reported"


class Inheritance(models.TextChoices):
    """From whom the variant came, as reported."""

    DE_NOVO = "de_novo", "De novo"
    MATERNAL = "maternal", "Maternal"
    PATERNAL = "paternal", "Paternal"
    BIPARENTAL = "biparental", "Both parents"
    NOT_TESTED = "not_tested", "Parents not tested"
    NOT_REPORTED = "not_reported", "Not reported"


class Classification(models.TextChoices):
    """Class as the laboratory reported it."""

    PATHOGENIC = "pathogenic", "Pathogenic"
    LIKELY_PATHOGENIC = "likely_pathogenic", "Likely pathogenic"
    UNCERTAIN = "uncertain", "Uncertain significance"
    LIKELY_BENIGN = "likely_benign", "Likely benign"
    BENIGN = "benign", "Benign"
    RISK = "risk", "Risk factor or association"
    OTHER = "other", "Other words"


class AnalyteFlag(models.TextChoices):
    """What the laboratory said of an analyte."""

    NORMAL = "normal", "Normal"
    ABNORMAL = "abnormal", "Abnormal"
    UNCLEAR = "unclear", "Unclear, to repeat"
    NOT_DONE = "not_done", "Not done"


class ImagingKind(models.TextChoices):
    """Kind of imaging."""

    MRI = "mri", "MRI"
    PET = "pet", "PET"
    SPECT = "spect", "SPECT"
    FMRI = "fmri", "Functional MRI"
    DTI = "dti", "Diffusion tensor imaging"
    MEG = "meg", "MEG"
    CT = "ct", "CT"
    ULTRASOUND = "ultrasound", "Ultrasound"


class ImagingOutcome(models.TextChoices):
    """The result in one word."""

    NORMAL = "normal", "Normal"
    ABNORMAL = "abnormal", "Abnormal"
    UNCERTAIN = "uncertain", "Uncertain"
    NOT_ASSESSABLE = "not_assessable", "Not assessable"


class Lesion(models.TextChoices):
    """What was seen."""

    MALFORMATION = "malformation", "Malformation of cortical development"
    TUBER = "tuber", "Cortical tuber"
    NODULE = "nodule", "Subependymal nodule"
    HYPOXIC = "hypoxic", "Hypoxic-ischemic injury"
    STROKE = "stroke", "Stroke"
    HEMORRHAGE = "hemorrhage", "Hemorrhage"
    LEUKOMALACIA = "leukomalacia", "Periventricular leukomalacia"
    INFECTION = "infection", "Sequel of infection"
    TRAUMA = "trauma", "Sequel of trauma"
    TUMOR = "tumor", "Tumor"
    VASCULAR = "vascular", "Vascular malformation"
    CALLOSUM = "callosum", "Corpus callosum absent or abnormal"
    ATROPHY = "atrophy", "Atrophy"
    MYELINATION = "myelination", "Delayed or absent myelination"
    METABOLIC = "metabolic", "Pattern of a metabolic disease"
    DRUG = "drug", "Signal change that a drug may explain"
    HYPOMETABOLISM = "hypometabolism", "Hypometabolism"
    HYPERMETABOLISM = "hypermetabolism", "Hypermetabolism"
    PERFUSION = "perfusion", "Perfusion change"
    DIPOLE = "dipole", "Dipole cluster or activation"
    OTHER = "other", "Other"


class Malformation(models.TextChoices):
    """Type of a malformation of cortical development."""

    FCD_1 = "fcd_1", "Focal cortical dysplasia type I"
    FCD_2 = "fcd_2", "Focal cortical dysplasia type II"
    FCD_3 = "fcd_3", "Focal cortical dysplasia type III"
    HEMIMEGALENCEPHALY = "hemimegalencephaly", "Hemimegalencephaly"
    LISSENCEPHALY = "lissencephaly", "Lissencephaly or pachygyria"
    BAND = "band", "Subcortical band heterotopia"
    HETEROTOPIA = "heterotopia", "Nodular heterotopia"
    POLYMICROGYRIA = "polymicrogyria", "Polymicrogyria"
    SCHIZENCEPHALY = "schizencephaly", "Schizencephaly"
    OTHER = "other", "Other"


class Side(models.TextChoices):
    """Side."""

    LEFT = "left", "Left"
    RIGHT = "right", "Right"
    BOTH = "both", "Both sides"
    MIDLINE = "midline", "Midline"
    NOT_STATED = "not_stated", "Not stated"


class Lobe(models.TextChoices):
    """Where."""

    FRONTAL = "frontal", "Frontal"
    TEMPORAL = "temporal", "Temporal"
    PARIETAL = "parietal", "Parietal"
    OCCIPITAL = "occipital", "Occipital"
    INSULA = "insula", "Insula"
    HEMISPHERE = "hemisphere", "Hemisphere"
    DEEP = "deep", "Deep gray matter"
    BRAINSTEM = "brainstem", "Brainstem or cerebellum"
    DIFFUSE = "diffuse", "Diffuse"
    NOT_STATED = "not_stated", "Not stated"


class TreatableState(models.TextChoices):
    """Where a treatable cause stands; open until a person says otherwise."""

    OPEN = "open", "Open"
    SUSPECTED = "suspected", "Suspected"
    EXCLUDED = "excluded", "Excluded"
    CONFIRMED = "confirmed", "Confirmed"
