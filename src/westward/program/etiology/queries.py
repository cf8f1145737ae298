"""Reads of etiology."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from westward.care.causes import Cause, spoken_to_by, treatable
from westward.evidence.loader import Fact
from westward.program.etiology import rules
from westward.program.etiology.choices import AnalyteFlag, CauseKind, Classification, TreatableState
from westward.program.etiology.models import (
    Analyte,
    Classed,
    Counseling,
    Feature,
    Imaging,
    Report,
    Result,
    TestOrder,
    TreatableAnswer,
)
from westward.program.people.models import Child
from westward.program.shell.values import sheet


def talks(child: Child) -> list[rules.Talk]:
    """Talks before genetic tests, as the rules see them."""
    return [talk_of(one) for one in child.counselings.all()]


def talk_of(one: Counseling) -> rules.Talk:
    """A talk as the rules see it."""
    return rules.Talk(
        on=one.on, number=one.pk, tests=frozenset(one.tests), consent=one.consent, secondary=one.secondary
    )


def order(child: Child, key: int) -> TestOrder | None:
    """One order of this child with what belongs to it, and of no other."""
    return orders([child.pk]).filter(pk=key).first()


def orders(children: Iterable[int]) -> QuerySet[TestOrder]:
    """Orders with samples and results, newest first."""
    results = Result.objects.select_related("by").prefetch_related("variants", "analytes", "reports", "disclosures__by")
    return (
        TestOrder.objects.filter(child__in=list(children))
        .select_related("by")
        .prefetch_related("samples", Prefetch("results", queryset=results))
    )


def imagings(child: Child) -> QuerySet[Imaging]:
    """Examinations by imaging, newest first, withdrawn ones too."""
    return child.imagings.select_related("by", "child").prefetch_related("findings", "reports")


def features(child: Child) -> QuerySet[Feature]:
    """Features noted as present or absent."""
    return child.features.filter(withdrawn_at=None).select_related("by")


def report(child: Child, key: int) -> Report | None:
    """One report file of this child, and of no other."""
    return Report.objects.filter(child=child, pk=key).first()


CAUSAL = (Classification.PATHOGENIC, Classification.LIKELY_PATHOGENIC)
"""Classes of a variant that stand for a cause."""


def tuberous_sclerosis(child: Child) -> bool:
    """Whether the chart holds tuberous sclerosis: a causal variant of its genes, or the words of the class in force."""
    told = Q(causes__superseded_at=None) & (
        Q(causes__words__icontains="tuberous sclerosis") | Q(causes__words__icontains="TSC")
    )
    variant = Q(
        test_orders__results__superseded_by=None,
        test_orders__results__variants__gene__in=("TSC1", "TSC2"),
        test_orders__results__variants__classification__in=CAUSAL,
    )
    return Child.objects.filter(pk=child.pk).filter(told | variant).exists()


def cause(child: Child) -> Classed | None:
    """The class of the cause in force."""
    return child.causes.filter(superseded_at=None).select_related("by").first()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something in the chart that a class of cause can rest on."""

    id: str
    words: str
    on: date


def evidence(child: Child) -> list[Evidence]:
    """Results and examinations by imaging of a child, newest first, then features."""
    results = Result.objects.filter(order__child=child, superseded_by=None).select_related("order")
    found = [
        Evidence(f"result:{r.pk}", f"{r.order.get_test_display()}: {r.get_finding_display().lower()}", r.reported_on)
        for r in results
    ]
    found += [
        Evidence(f"imaging:{one.pk}", f"{one.get_kind_display()}: {one.get_outcome_display().lower()}", one.on)
        for one in child.imagings.filter(withdrawn_at=None)
    ]
    found.sort(key=lambda one: (one.on, one.id), reverse=True)
    noted = [
        Evidence(f"feature:{one.pk}", f"{one.label}: {'present' if one.present else 'absent'}", local_day(one.at))
        for one in features(child)
    ]
    return [*found, *noted]


def local_day(at: datetime) -> date:
    """The day of a moment at the site."""
    return timezone.localtime(at).date()


@dataclass(frozen=True, slots=True)
class Treatable:
    """A cause with a treatment of its own, and where it stands for a child.

    Attributes
    ----------
    name, test : str
        The cause, and what shows it, as the evidence words them.
    answer : TreatableAnswer or None
        The latest answer; None while nobody has said anything: it is open.
    analytes : tuple of Analyte
        Those of this child that speak to it, normal or not.
    awaited : tuple of str
        Analytes that speak to it and have no result.
    """

    key: str
    fact: Fact
    name: str
    test: str
    answer: TreatableAnswer | None
    analytes: tuple[Analyte, ...]
    awaited: tuple[str, ...]

    @property
    def state(self) -> TreatableState:
        """Where it stands."""
        return TreatableState(self.answer.state) if self.answer else TreatableState.OPEN

    @property
    def alarming(self) -> bool:
        """Whether an analyte that speaks to it is abnormal while nobody has answered for it."""
        abnormal = any(one.flag == AnalyteFlag.ABNORMAL for one in self.analytes)
        return abnormal and self.state is TreatableState.OPEN


def treatables(child: Child) -> list[Treatable]:
    """Every treatable cause; those that are suspected or alarming first, then the open ones, then the rest."""
    causes = sheet("causes")
    answers: dict[str, TreatableAnswer] = {}
    for answer in child.treatable_answers.select_related("by"):
        answers.setdefault(answer.cause, answer)
    have = Analyte.objects.filter(result__order__child=child, result__superseded_by=None).exclude(
        flag=AnalyteFlag.NOT_DONE
    )
    by_name: dict[str, list[Analyte]] = {}
    for one in have.select_related("result"):
        by_name.setdefault(one.name, []).append(one)
    found = []
    for fact in treatable(sheet=causes):
        key = fact.key.partition(".")[2]
        speak = spoken_to_by(key, sheet=causes)
        names = tuple(map(str, speak.value)) if speak and isinstance(speak.value, tuple) else ()
        name, _, test = fact.meaning.partition(";")
        known = tuple(one for wanted in names for one in by_name.get(wanted, ()))
        awaited = tuple(wanted for wanted in names if wanted not in by_name)
        found.append(Treatable(key, fact, name.strip(), test.strip(), answers.get(key), known, awaited))
    order = [TreatableState.CONFIRMED, TreatableState.SUSPECTED, TreatableState.OPEN, TreatableState.EXCLUDED]
    return sorted(found, key=lambda one: (not one.alarming, order.index(one.state)))


def cause_labels(children: Sequence[int]) -> dict[int, str]:
    """Class of the cause in force in words, by child; those not classified are absent."""
    found = Classed.objects.filter(child__in=children, superseded_at=None).values_list("child", "cause")
    return {child: CauseKind(cause).label for child, cause in found}


def own_causes(within: frozenset[int] | None) -> list[Cause | None]:
    """Class of the cause of each diagnosed child, None while not classified; for the shares of the program."""
    children = Child.objects.exclude(state="merged").filter(workup__isnull=False)
    if within is not None:
        children = children.filter(site__in=within)
    keys = list(children.values_list("pk", flat=True))
    latest = dict(Classed.objects.filter(child__in=keys, superseded_at=None).values_list("child", "cause"))
    return [Cause(latest[key]) if key in latest else None for key in keys]
