"""Record an examination by imaging, or withdraw one that stands in the wrong chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.etiology import choices as c
from westward.program.etiology.actions.base import fits, happened, one_of, reason_of
from westward.program.etiology.actions.order_test import waiting
from westward.program.etiology.actions.result import keep_report
from westward.program.etiology.models import Imaging, ImagingFinding
from westward.program.people.actions.base import ChildAct
from westward.program.referral.uploads import Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One thing that was seen, and where."""

    lesion: str
    malformation: str = ""
    side: str = c.Side.NOT_STATED
    lobe: str = c.Lobe.NOT_STATED
    words: str = ""

    def check(self) -> None:
        """Codes that exist; a type where there is a malformation, and only there."""
        one_of(self.lesion, c.Lesion.values, "finding of imaging")
        one_of(self.side, c.Side.values, "side")
        one_of(self.lobe, c.Lobe.values, "place")
        if self.lesion == c.Lesion.MALFORMATION:
            if not self.malformation:
                raise InvalidActError("give the type of the malformation")
            one_of(self.malformation, c.Malformation.values, "type of malformation")
        elif self.malformation:
            raise InvalidActError("a type of malformation belongs to a malformation")
        if self.lesion == c.Lesion.OTHER and not self.words.strip():
            raise InvalidActError("say in words what the other finding is")
        fits(self.words, "the words of a finding")


@dataclass(frozen=True, kw_only=True)
class RecordImaging(ChildAct[Imaging]):
    """An examination by imaging and its report. An MRI closes the order that waits for it.

    Attributes
    ----------
    outcome : str
        The result in one word.
    finding : str
        What it says of the cause, which a physician judges.
    """

    verb = "etiology.imaging"
    kind: str
    on: date
    reported_on: date
    outcome: str
    finding: str
    protocol: str = ""
    summary: str = ""
    findings: Sequence[FindingRow] = ()
    report: Stored | None = None

    def validate(self) -> None:
        """Codes, days, and rows that fit the one word."""
        one_of(self.kind, c.ImagingKind.values, "kind of imaging")
        one_of(self.outcome, c.ImagingOutcome.values, "result")
        one_of(self.finding, c.FindingKind.values, "finding")
        happened(self.on, "the examination", child=self.child)
        happened(self.reported_on, "the report", child=self.child)
        fits(self.protocol, "the protocol", most=200)
        if self.reported_on < self.on:
            raise InvalidActError("the report lies before the examination")
        for row in self.findings:
            row.check()
        if self.outcome == c.ImagingOutcome.NORMAL and self.findings:
            raise InvalidActError("a normal examination has no findings; call it abnormal or take them out")
        if self.outcome == c.ImagingOutcome.ABNORMAL and not self.findings:
            raise InvalidActError("an abnormal examination needs at least one finding")
        if self.finding == c.FindingKind.CAUSE and self.outcome != c.ImagingOutcome.ABNORMAL:
            raise InvalidActError("only an abnormal examination can show the cause")
        if self.outcome == c.ImagingOutcome.NOT_ASSESSABLE and self.finding != c.FindingKind.UNCERTAIN:
            raise InvalidActError("what is not assessable says nothing of the cause; call it uncertain")

    def write(self) -> tuple[Imaging, Told]:
        """The examination with its findings and its file."""
        order = waiting(self.child, "mri") if self.kind == c.ImagingKind.MRI else None
        if order is not None and self.on < order.ordered_on:
            order = None
        imaging = Imaging.objects.create(
            child=self.child,
            order=order,
            kind=self.kind,
            on=self.on,
            reported_on=self.reported_on,
            outcome=self.outcome,
            finding=self.finding,
            protocol=" ".join(self.protocol.split()),
            summary=self.summary.strip(),
            by=self.user,
            at=timezone.now(),
        )
        ImagingFinding.objects.bulk_create(
            ImagingFinding(imaging=imaging, **{name: getattr(row, name) for name in FindingRow.__slots__})
            for row in self.findings
        )
        if self.report is not None:
            keep_report(child=self.child, user=self.user, stored=self.report, imaging=imaging)
        detail = {
            "kind": self.kind,
            "outcome": self.outcome,
            "finding": self.finding,
            "rows": len(self.findings),
            "order": order.pk if order else None,
        }
        return imaging, self.told(f"imaging:{imaging.pk}", detail)


@dataclass(frozen=True, kw_only=True)
class WithdrawImaging(ChildAct[Imaging]):
    """An examination was recorded in error; it stays visible as withdrawn and counts for nothing."""

    verb = "etiology.imaging"
    imaging: Imaging
    reason: str

    def validate(self) -> None:
        """Of this child."""
        if self.imaging.child_id != self.child.pk:
            raise InvalidActError("the examination belongs to another child")

    def write(self) -> tuple[Imaging, Told]:
        """The examination, withdrawn."""
        reason = reason_of(self.reason, "withdrawing an examination")
        imaging = Imaging.objects.select_for_update().get(pk=self.imaging.pk)
        if imaging.withdrawn_at is not None:
            raise InvalidActError("the examination was withdrawn already")
        imaging.withdrawn_at, imaging.withdrawn_by, imaging.withdrawal = timezone.now(), self.user, reason
        imaging.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal"])
        return imaging, self.told(f"imaging:{imaging.pk}", {"withdrawn": True})
