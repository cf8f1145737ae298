"""Record the report of a laboratory: finding, variants, analytes, file; tell the family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.care.workup import Test
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, Told
from westward.program.etiology import choices as c
from westward.program.etiology import queries, rules
from westward.program.etiology.actions.base import OrderAct, fits, happened, in_force, one_of, reason_of, spoken
from westward.program.etiology.actions.order_test import replace_result
from westward.program.etiology.models import Analyte, Disclosure, Imaging, Report, Result, Variant
from westward.program.people.models import Child
from westward.program.referral.uploads import Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRow:
    """A variant as the report has it."""

    hgvs: str
    gene: str = ""
    zygosity: str = c.Zygosity.NOT_REPORTED
    inheritance: str = c.Inheritance.NOT_REPORTED
    classification: str
    reported_as: str = ""
    condition: str = ""
    secondary: bool = False

    def check(self) -> None:
        """A name of the variant and codes that exist."""
        if not self.hgvs.strip():
            raise InvalidActError("a variant needs its name as reported (HGVS, or the band of a copy number)")
        for words, what, most in (
            (self.gene, "the gene", 40),
            (self.hgvs, "the variant", 200),
            (self.reported_as, "the class as reported", 200),
            (self.condition, "the condition", 200),
        ):
            fits(words, what, most=most)
        one_of(self.zygosity, c.Zygosity.values, "zygosity")
        one_of(self.inheritance, c.Inheritance.values, "inheritance")
        one_of(self.classification, c.Classification.values, "classification")
        if self.classification == c.Classification.OTHER and not self.reported_as.strip():
            raise InvalidActError("give the laboratory's own words for the class of the variant")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyteRow:
    """An analyte as the report has it."""

    name: str
    flag: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordResult(OrderAct[Result]):
    """The report of a test arrived.

    Attributes
    ----------
    amendment : str
        Why a result that stands is superseded; empty for the first.
    secondary_reason : str
        Why secondary findings are recorded although the family has not asked for them.
    """

    verb = "etiology.result"
    finding: str
    reported_on: date
    summary: str = ""
    lab: str = ""
    variants: Sequence[VariantRow] = ()
    analytes: Sequence[AnalyteRow] = ()
    report: Stored | None = None
    amendment: str = ""
    secondary_reason: str = ""

    def validate(self) -> None:
        """A finding that the rows bear out, of a test whose report it can be."""
        super().validate()
        test = Test(self.order.test)
        if test is Test.MRI:
            raise InvalidActError("record the MRI under imaging; it closes the order")
        if test is Test.EXAMINATION:
            raise InvalidActError("record the examination as such")
        one_of(self.finding, c.FindingKind.values, "finding")
        happened(self.reported_on, "the report", child=self.child)
        if self.reported_on < self.order.ordered_on:
            raise InvalidActError("the report lies before the order")
        fits(self.lab, "the laboratory", most=200)
        for row in self.variants:
            row.check()
        self._analytes(test)
        self._variants(test)

    def _analytes(self, test: Test) -> None:
        if self.analytes and test is not Test.METABOLIC:
            raise InvalidActError("analytes belong to metabolic tests")
        names = [row.name for row in self.analytes]
        for row in self.analytes:
            one_of(row.flag, c.AnalyteFlag.values, "answer of the laboratory")
            fits(row.value, "the value", most=80)
            if not row.name.strip() or names.count(row.name) > 1:
                raise InvalidActError("each analyte has a name, and stands once")

    def _variants(self, test: Test) -> None:
        if self.variants and not test.genetic:
            raise InvalidActError("variants belong to genetic tests")
        primary = [row for row in self.variants if not row.secondary]
        if self.finding == c.FindingKind.CAUSE and test.genetic and not primary:
            raise InvalidActError("a genetic cause needs the variant as reported")
        if self.finding == c.FindingKind.INCIDENTAL and primary:
            raise InvalidActError("an incidental result has secondary variants only; mark them as such")
        secondary = len(primary) < len(self.variants) or self.finding == c.FindingKind.INCIDENTAL
        if test.genetic and secondary:
            why = rules.no_secondary(queries.talks(self.child), test)
            if why and not self.secondary_reason.strip():
                raise InvalidActError(f"{why}; leave them out, or give the reason to record them")

    def write(self) -> tuple[Result, Told]:
        """The result with its rows and its file; one before is superseded."""
        order = self.locked()
        old = in_force(order)
        amendment = reason_of(self.amendment, "an amended result") if old is not None else ""
        collected = [timezone.localtime(s.collected_at).date() for s in order.samples.filter(rejected_on=None)]
        if collected and self.reported_on < min(collected):
            raise InvalidActError("the report lies before the sample")
        result, told = replace_result(
            self,
            order,
            finding=self.finding,
            reported_on=self.reported_on,
            summary=self.summary.strip(),
            lab=" ".join(self.lab.split()),
            amendment=amendment,
            secondary_reason=fits(self.secondary_reason, "the reason"),
        )
        Variant.objects.bulk_create(
            Variant(result=result, **{name: getattr(row, name) for name in VariantRow.__slots__})
            for row in self.variants
        )
        Analyte.objects.bulk_create(
            Analyte(result=result, name=row.name, flag=row.flag, value=row.value) for row in self.analytes
        )
        if self.report is not None:
            keep_report(child=self.child, user=self.user, stored=self.report, result=result)
        rows = {"variants": len(self.variants), "analytes": len(self.analytes), "file": self.report is not None}
        return result, self.told(told.target, {**told.detail, **rows})


def keep_report(
    *, child: Child, user: User, stored: Stored, result: Result | None = None, imaging: Imaging | None = None
) -> Report:
    """The row of a stored report file, of a result or of an examination by imaging."""
    return Report.objects.create(
        child=child,
        result=result,
        imaging=imaging,
        path=stored.path,
        name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        by=user,
        at=timezone.now(),
    )


@dataclass(frozen=True, kw_only=True)
class Disclose(OrderAct[Disclosure]):
    """The family was told the result."""

    verb = "etiology.disclose"
    on: date
    told_whom: str
    interpreter: str
    note: str = ""

    def validate(self) -> None:
        """To somebody, on a day that can be."""
        super().validate()
        happened(self.on, "the talk", child=self.child)
        spoken(self.told_whom, self.interpreter, self.note, child=self.child)

    def write(self) -> tuple[Disclosure, Told]:
        """The talk, on the result in force."""
        order = self.locked()
        result = in_force(order)
        if result is None:
            raise InvalidActError("there is no result to tell yet")
        if self.on < result.reported_on:
            raise InvalidActError("the talk lies before the report")
        talk = Disclosure.objects.create(
            result=result,
            on=self.on,
            told=" ".join(self.told_whom.split()),
            interpreter=self.interpreter,
            note=self.note.strip(),
            by=self.user,
            at=timezone.now(),
        )
        return talk, self.told(f"disclosure:{talk.pk}", {"result": result.pk, "interpreter": self.interpreter})
