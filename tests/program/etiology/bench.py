"""A child whose search is open, and short ways to the acts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from tests.program.letters.desk import a_child, physician
from tests.program.staff import by

from westward.program.accounts.models import User
from westward.program.etiology.actions.counsel import RecordCounseling
from westward.program.etiology.actions.imaging import FindingRow, RecordImaging
from westward.program.etiology.actions.open_workup import OpenWorkup
from westward.program.etiology.actions.order_test import OrderTest, RecordExamination
from westward.program.etiology.actions.result import Disclose, RecordResult, VariantRow
from westward.program.etiology.actions.sample import RecordSample, ShipSample
from westward.program.etiology.models import Counseling, Imaging, Result, Sample, TestOrder
from westward.program.people.models import Child

TSC2 = VariantRow(
    gene="TSC2",
    hgvs="NM_000548.5:c.5238_5255del p.(His1746_Arg1751del)",
    zygosity="heterozygous",
    inheritance="de_novo",
    classification="pathogenic",
    condition="Tuberous sclerosis 2",
)


def today() -> date:
    return timezone.localdate()


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), timezone.get_current_timezone()) if day < today() else timezone.now()


def in_search(
    *, diagnosed: date | None = None, order: str = "exome_first", user: User | None = None, **child: Any
) -> Child:
    one = a_child(**child)
    OpenWorkup(**by(user or physician()), child=one, diagnosed_on=diagnosed or days_ago(10), order=order).execute()
    return one


def ordered(child: Child, test: str = "exome", *, on: date | None = None, **more: Any) -> TestOrder:
    return OrderTest(**by(physician()), child=child, test=test, ordered_on=on or days_ago(10), **more).execute()


def consented(child: Child, *tests: str, on: date | None = None, **more: Any) -> Counseling:
    fields = {
        "tests": tests or ("exome",),
        "consent": "given",
        "secondary": "opt_out",
        "told_whom": "mother",
        "interpreter": "not_needed",
        **more,
    }
    return RecordCounseling(**by(physician()), child=child, on=on or days_ago(10), **fields).execute()


def sampled(order: TestOrder, *, on: date | None = None, user: User | None = None, **more: Any) -> Sample:
    fields = {"material": "blood", "collected_at": at_noon(on or days_ago(9)), **more}
    return RecordSample(**by(user or physician()), child=order.child, order=order, **fields).execute()


def shipped(sample: Sample, *, on: date | None = None, **more: Any) -> Sample:
    fields = {"lab": "Reference Laboratory", "accession": "A-1", **more}
    order = sample.order
    return ShipSample(
        **by(physician()), child=order.child, order=order, sample=sample, shipped_on=on or days_ago(9), **fields
    ).execute()


def resulted(order: TestOrder, finding: str = "negative", *, on: date | None = None, **more: Any) -> Result:
    return RecordResult(
        **by(physician()), child=order.child, order=order, finding=finding, reported_on=on or days_ago(2), **more
    ).execute()


def examined(child: Child, finding: str = "negative", *, on: date | None = None) -> Result:
    return RecordExamination(
        **by(physician()), child=child, on=on or days_ago(9), finding=finding, summary="no skin signs under Wood's lamp"
    ).execute()


def scanned(child: Child, finding: str = "negative", *, on: date | None = None, **more: Any) -> Imaging:
    day = on or days_ago(8)
    rows = (FindingRow(lesion="malformation", malformation="fcd_2", side="left", lobe="frontal"),)
    outcome = "abnormal" if finding == "cause" else "normal"
    fields = {
        "kind": "mri",
        "outcome": outcome,
        "findings": rows if outcome == "abnormal" else (),
        "protocol": "3 T, HARNESS",
        **more,
    }
    return RecordImaging(
        **by(physician()), child=child, on=day, reported_on=fields.pop("reported_on", day), finding=finding, **fields
    ).execute()


def told_family(order: TestOrder, *, on: date | None = None, **more: Any) -> Any:
    fields = {"told_whom": "mother and father", "interpreter": "not_needed", **more}
    return Disclose(**by(physician()), child=order.child, order=order, on=on or days_ago(1), **fields).execute()
