"""Steps of the search for the cause: examination, imaging, metabolic tests, exome, and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from westward.program.demo.stage import Stage
from westward.program.demo.stories import decision
from westward.program.etiology.actions.classify import AssignCause
from westward.program.etiology.actions.counsel import RecordCounseling
from westward.program.etiology.actions.imaging import FindingRow, RecordImaging
from westward.program.etiology.actions.open_workup import OpenWorkup
from westward.program.etiology.actions.order_test import OrderTest, RecordExamination
from westward.program.etiology.actions.result import AnalyteRow, Disclose, RecordResult, VariantRow
from westward.program.etiology.actions.sample import RecordSample, ShipSample
from westward.program.etiology.models import Imaging, TestOrder
from westward.program.people.models import Child as Chart
from westward.program.treatment.actions.surgery import RecordConference, ReferToSurgery

TSC2 = VariantRow(
    gene="TSC2",
    hgvs="NM_000548.5:c.5238_5255del p.(His1746_Arg1751del)",
    zygosity="heterozygous",
    inheritance="de_novo",
    classification="pathogenic",
    condition="Tuberous sclerosis 2",
)
DYSPLASIA = FindingRow(lesion="malformation", malformation="fcd_2", side="left", lobe="frontal")
NORMAL = (
    AnalyteRow(name="Lactate", flag="normal"),
    AnalyteRow(name="Amino acids", flag="normal"),
    AnalyteRow(name="Organic acids, urine", flag="normal"),
)


def begin(stage: Stage, chart: Chart) -> Iterator[datetime]:
    """Opened and examined; MRI, metabolic tests and exome are ordered."""
    day = timezone.localdate()
    OpenWorkup(**stage.by("physician"), child=chart, diagnosed_on=day, order="exome_first").execute()
    yield stage.now() + timedelta(minutes=15)
    RecordExamination(
        **stage.by("physician"), child=chart, on=day, finding="negative", summary="No skin signs under Wood's lamp."
    ).execute()
    for test in ("mri", "metabolic", "exome"):
        OrderTest(**stage.by("physician"), child=chart, test=test, ordered_on=day).execute()


def order_of(chart: Chart, test: str) -> TestOrder:
    """The order of a test."""
    return TestOrder.objects.filter(child=chart, test=test).latest("pk")


def image(stage: Stage, chart: Chart, *, lesion: bool = False) -> Imaging:
    """The MRI and its report."""
    day = timezone.localdate()
    return RecordImaging(
        **stage.by("physician"),
        child=chart,
        kind="mri",
        on=day,
        reported_on=day,
        outcome="abnormal" if lesion else "normal",
        finding="cause" if lesion else "negative",
        findings=(DYSPLASIA,) if lesion else (),
        protocol="3 T, epilepsy protocol",
        summary="Simulated report.",
    ).execute()


def metabolic(stage: Stage, chart: Chart) -> Iterator[datetime]:
    """Normal, told to the family the day after."""
    RecordResult(
        **stage.by("physician"),
        child=chart,
        order=order_of(chart, "metabolic"),
        finding="negative",
        reported_on=timezone.localdate(),
        lab="Simulated Laboratory",
        analytes=NORMAL,
    ).execute()
    yield stage.after(days=1)
    disclose(stage, chart, "metabolic")


def disclose(stage: Stage, chart: Chart, test: str) -> None:
    """The family is told a result."""
    Disclose(
        **stage.by("genetics"),
        child=chart,
        order=order_of(chart, test),
        on=timezone.localdate(),
        told_whom="mother and father",
        interpreter="used" if chart.interpreter else "not_needed",
    ).execute()


def negative(stage: Stage, chart: Chart, test: str) -> Iterator[datetime]:
    """A genetic test ordered, agreed to, drawn, sent; negative two weeks later, and told."""
    day = timezone.localdate()
    order = OrderTest(**stage.by("physician"), child=chart, test=test, ordered_on=day).execute()
    _counsel(stage, chart, test)
    yield stage.now() + timedelta(minutes=30)
    _send(stage, chart, order)
    yield stage.after(days=13)
    RecordResult(
        **stage.by("genetics"),
        child=chart,
        order=order,
        finding="negative",
        reported_on=timezone.localdate(),
        lab="Simulated Laboratory",
    ).execute()
    yield stage.after(days=1)
    disclose(stage, chart, test)


def surgery(stage: Stage, chart: Chart) -> Iterator[datetime]:
    """A lesion on one side: referred to the surgical conference, which sits ten days later."""
    ReferToSurgery(**stage.by("physician"), child=chart, reason="lesion").execute()
    yield stage.after(days=10)
    RecordConference(
        **stage.by("physician"),
        child=chart,
        on=timezone.localdate(),
        present="Neurology, neurosurgery, radiology, EEG",
        note="Focal cortical dysplasia, left frontal; the spasms have stopped under treatment.",
        plan="Again after the video-EEG at three months; at once if spasms come back.",
    ).execute()


def send_exome(stage: Stage, chart: Chart) -> Iterator[datetime]:
    """Explained, agreed to, drawn and sent."""
    _counsel(stage, chart, "exome")
    yield stage.now() + timedelta(minutes=30)
    _send(stage, chart, order_of(chart, "exome"))


def _counsel(stage: Stage, chart: Chart, test: str) -> None:
    RecordCounseling(
        **stage.by("genetics"),
        child=chart,
        on=timezone.localdate(),
        tests=(test,),
        consent="given",
        secondary=stage.rng.choice(("opt_in", "opt_out")),
        told_whom="mother",
        interpreter="used" if chart.interpreter else "not_needed",
    ).execute()


def _send(stage: Stage, chart: Chart, order: TestOrder) -> None:
    sample = RecordSample(
        **stage.by("nurse"), child=chart, order=order, material="blood", collected_at=stage.now()
    ).execute()
    ShipSample(
        **stage.by("nurse"),
        child=chart,
        order=order,
        sample=sample,
        shipped_on=timezone.localdate(),
        lab="Simulated Laboratory",
        accession=f"SL-{order.pk:04d}",
    ).execute()


def exome(stage: Stage, chart: Chart, *, found: bool) -> Iterator[datetime]:
    """The report, told to the family the day after."""
    order = order_of(chart, "exome")
    RecordResult(
        **stage.by("genetics"),
        child=chart,
        order=order,
        finding="cause" if found else "negative",
        reported_on=timezone.localdate(),
        lab="Simulated Laboratory",
        variants=(TSC2,) if found else (),
    ).execute()
    yield stage.after(days=1)
    disclose(stage, chart, "exome")


def classed(stage: Stage, chart: Chart, cause: str, words: str, evidence: tuple[str, ...] = ()) -> None:
    """The class of the cause, and a letter about it."""
    AssignCause(
        **stage.by("physician"),
        child=chart,
        cause=cause,
        words=words,
        reason="On the results of the work-up together.",
        evidence=evidence,
    ).execute()
    decision.letter(stage, chart, "cause")
