"""Where each step of a child's search stands: the rule's tiers and days, joined with orders, samples and results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from westward.care.workup import Done, Finding, Order, Progress, Step, Test, expected, mri_repeat, workup
from westward.evidence.loader import Fact, Sheet
from westward.program.etiology import queries, rules
from westward.program.etiology.choices import FindingKind, ImagingKind, ImagingOutcome, TestKind
from westward.program.etiology.models import Counseling, Imaging, Result, Sample, TestOrder, Workup
from westward.program.people.models import Child
from westward.program.shell.values import sheet as site_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One step as the page shows it.

    Attributes
    ----------
    order : TestOrder or None
        The newest one in force.
    result : Result or None
        In force.
    imaging : Imaging or None
        The newest MRI, for the step MRI.
    consent_missing : str
        Why a genetic sample may not be collected today; empty if it may or none is needed.
    to_ship : tuple of Sample
        Collected, neither shipped nor rejected.
    report_by : date or None
        Last day on which the report is in time; None unless the test is out.
    turnaround : Fact or None
        What that day rests on.
    tell_by : date or None
        Last day to tell the family a result that nobody has told.
    """

    step: Step
    order: TestOrder | None
    result: Result | None
    imaging: Imaging | None
    consent_missing: str
    to_ship: tuple[Sample, ...]
    report_by: date | None
    turnaround: Fact | None
    tell_by: date | None

    @property
    def label(self) -> str:
        """Name of the test."""
        return TestKind(self.step.test).label

    @property
    def finding(self) -> FindingKind | None:
        """What the result says of the cause; None without one."""
        found = self.result or self.imaging
        return FindingKind(found.finding) if found else None

    def late(self, on: date) -> bool:
        """Whether a step, a report or a talk is past its day."""
        days = (self.report_by, self.tell_by)
        return self.step.progress is Progress.OVERDUE or any(day is not None and day < on for day in days)


def of(child: Child, *, on: date) -> tuple[Standing, ...]:
    """The steps of one child; empty while the search is not open."""
    return many([child], on=on).get(child.pk, ())


def many(children: Sequence[Child], *, on: date) -> dict[int, tuple[Standing, ...]]:
    """The steps of many children, in as many queries as of one."""
    keys = [child.pk for child in children]
    workups = {one.child_id: one for one in Workup.objects.filter(child__in=keys)}
    sheet = site_sheet("workup")
    ordered: dict[int, list[TestOrder]] = defaultdict(list)
    for order in queries.orders(workups).filter(canceled_at=None):
        ordered[order.child_id].append(order)
    scans: dict[int, list[Imaging]] = defaultdict(list)
    for scan in Imaging.objects.filter(child__in=list(workups), kind=ImagingKind.MRI, withdrawn_at=None):
        scans[scan.child_id].append(scan)
    talks: dict[int, list[rules.Talk]] = defaultdict(list)
    for talk in Counseling.objects.filter(child__in=list(workups)):
        talks[talk.child_id].append(queries.talk_of(talk))
    return {
        child.pk: _steps(
            child, workups[child.pk], ordered[child.pk], scans[child.pk], talks[child.pk], on=on, sheet=sheet
        )
        for child in children
        if child.pk in workups
    }


def _steps(
    child: Child,
    opened: Workup,
    orders: Sequence[TestOrder],
    scans: Sequence[Imaging],
    talks: Sequence[rules.Talk],
    *,
    on: date,
    sheet: Sheet,
) -> tuple[Standing, ...]:
    newest: dict[str, TestOrder] = {}
    for order in orders:
        newest.setdefault(order.test, order)
    scan = next((one for one in scans if one.on <= on), None)
    done = {test: found for test in Test if (found := _done(test, newest.get(test), scan)) is not None}
    steps = workup(
        diagnosed=opened.diagnosed_on,
        done=done,
        on=on,
        order=Order(opened.order),
        silence=child.silence,
        sheet=sheet,
    )
    silent = child.silent(on)
    planned = {step.test for step in steps}
    extra = (_extra(order, done.get(Test(order.test)), on=on, sheet=sheet, silent=silent) for order in newest.values())
    steps = (*steps, *(step for step in extra if step.test not in planned))
    return tuple(
        _standing(step, newest.get(step.test), scan, talks, on=on, sheet=sheet, silent=silent) for step in steps
    )


def _extra(order: TestOrder, done: Done | None, *, on: date, sheet: Sheet, silent: bool) -> Step:
    """The step of a test that was ordered though the order of tests does not have it: tier 0, due from its order."""
    test = Test(order.test)
    if done is not None:
        return Step(test, 0, Progress.RESULTED if done.resulted else Progress.AWAITING_RESULT, None, ())
    if silent:
        return Step(test, 0, Progress.SILENCED, None, ())
    fact = sheet[f"due.{test}_d"]
    due = order.ordered_on + timedelta(days=sheet.integer(fact.key))
    return Step(test, 0, Progress.OVERDUE if due < on else Progress.DUE, due, (fact,))


def _done(test: Test, order: TestOrder | None, scan: Imaging | None) -> Done | None:
    """The test as the rule sees it: a sample, a scan or an examination does it, an order alone does not."""
    if test is Test.MRI:
        return Done(scan.on, scan.reported_on, _care(scan.finding)) if scan else None
    if order is None:
        return None
    result = _in_force(order)
    collected = [timezone.localtime(s.collected_at).date() for s in _usable(order)]
    if result is None:
        return Done(min(collected)) if collected else None
    return Done(min([*collected, result.reported_on]), result.reported_on, _care(result.finding))


def _standing(
    step: Step,
    order: TestOrder | None,
    scan: Imaging | None,
    talks: Sequence[rules.Talk],
    *,
    on: date,
    sheet: Sheet,
    silent: bool,
) -> Standing:
    mri = step.test is Test.MRI
    result = _in_force(order) if order and not mri else None
    usable = _usable(order) if order and result is None else ()
    shipped = [one.shipped_on for one in usable if one.shipped_on]
    due = expected(step.test, max(shipped), sheet=sheet) if shipped and not silent else None
    told = result is not None and any(result.disclosures.all())
    wait = timedelta(days=sheet.integer("turnaround.disclose_d"))
    asks = result is not None and not told and not silent and step.test is not Test.EXAMINATION
    return Standing(
        step=step,
        order=order,
        result=result,
        imaging=scan if mri else None,
        consent_missing=rules.no_consent(talks, step.test, on=on),
        to_ship=tuple(one for one in usable if one.shipped_on is None),
        report_by=due[0] if due else None,
        turnaround=due[1] if due else None,
        tell_by=result.reported_on + wait if asks and result is not None else None,
    )


def repeat_of_mri(child: Child, scans: Iterable[Imaging], *, sheet: Sheet | None = None) -> tuple[date, Fact] | None:
    """The first day on which the last MRI should be repeated, if it is a normal one of the months that hide lesions."""
    kept = [one for one in scans if one.kind == ImagingKind.MRI and one.withdrawn_at is None]
    last = max(kept, key=lambda one: (one.on, one.pk), default=None)
    if last is None:
        return None
    negative = last.outcome == ImagingOutcome.NORMAL
    return mri_repeat(birth=child.birth_date, scanned=last.on, negative=negative, sheet=sheet or site_sheet("workup"))


def _in_force(order: TestOrder) -> Result | None:
    return next((one for one in order.results.all() if one.superseded_by_id is None), None)


def _usable(order: TestOrder) -> tuple[Sample, ...]:
    return tuple(one for one in order.samples.all() if one.rejected_on is None)


def _care(finding: str) -> Finding:
    return FindingKind(finding).care
