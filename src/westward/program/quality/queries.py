"""Reads of quality: rows of children for measures, safety events."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf

from westward.care.ages import age_on
from westward.care.clocks import Milestone
from westward.care.quality import Row
from westward.care.when import When as Dated
from westward.core.errors import UsageError
from westward.program.accounts.models import User
from westward.program.accounts.policies import sites
from westward.program.diagnosis.queries import Switching
from westward.program.diagnosis.queries import switching as measured
from westward.program.journey import standing
from westward.program.journey.models import Standing
from westward.program.people.languages import LANGUAGES
from westward.program.people.models import Child
from westward.program.quality.choices import EventKind, EventState, Harm
from westward.program.quality.models import SafetyAction, SafetyEvent

HARMED = (Harm.TEMPORARY, Harm.LASTING, Harm.DEATH)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Children for measures, without names: each row with whether spasms were ruled out."""

    rows: tuple[tuple[Row, bool], ...]
    simulated: bool
    keys: tuple[int, ...]


def cohort(user: User) -> Cohort:
    """Children of the sites for which somebody may see quality; simulated ones only where there are no others."""
    within = sites(user, "quality.board")
    found = Standing.objects.select_related("child", "site").order_by("child")
    if within is not None:
        found = found.filter(site__in=within)
    every = list(found)
    real = [one for one in every if not one.child.simulated]
    chosen = real or every
    rows = tuple((_row(one), one.ruled_out) for one in chosen)
    return Cohort(rows, bool(every) and not real, tuple(one.pk for one in chosen))


def _row(one: Standing) -> Row:
    facts, child = standing.read(one.facts), one.child
    strata = {
        "language": LANGUAGES.get(child.language, child.language),
        "interpreter": "needed" if child.interpreter else "not needed",
        "sex": child.get_sex_display(),
        "site": one.site.name if one.site else "",
    }
    return Row(
        facts=facts,
        strata=strata,
        conditions=frozenset(one.conditions),
        silence=child.silence,
        age_at_diagnosis_d=_age(child, facts.get(Milestone.DIAGNOSIS)),
    )


def _age(child: Child, when: Dated | None) -> int | None:
    if when is None or when.earliest is None:
        return None
    try:
        return age_on(when.earliest, birth=child.birth_date, gestation_d=child.gestation_d).chronological_d
    except UsageError:
        return None


def events(user: User) -> QuerySet[SafetyEvent]:
    """Safety events of the sites for which somebody reviews, those that wait first, oldest first."""
    within = sites(user, "quality.review")
    found = SafetyEvent.objects.select_related("site", "child", "filed_by")
    if within is not None:
        found = found.filter(site__in=within)
    order = {EventState.FILED: 0, EventState.REVIEW: 1, EventState.CLOSED: 2}
    rank = Case(*(When(state=state, then=Value(n)) for state, n in order.items()))
    return found.annotate(
        rank=rank,
        left=Count("actions", filter=Q(actions__done_at=None)),
    ).order_by("rank", "filed_at", "pk")


def own_events(user: User) -> QuerySet[SafetyEvent]:
    """What somebody filed, newest first."""
    return SafetyEvent.objects.filter(filed_by=user).order_by("-filed_at", "-pk")


def own_actions(user: User) -> QuerySet[SafetyAction]:
    """What somebody owns and has not done, by due day."""
    return SafetyAction.objects.filter(owner=user, done_at=None).select_related("event").order_by("due", "pk")


@dataclass(frozen=True, slots=True)
class EventCount:
    """Safety events of one kind."""

    label: str
    waiting: int
    review: int
    closed: int
    harmed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.review + self.closed


def event_counts(user: User) -> list[EventCount]:
    """Events by kind; of the sites for which somebody may see quality."""
    within = sites(user, "quality.board")
    found = SafetyEvent.objects.all() if within is None else SafetyEvent.objects.filter(site__in=within)
    rows = {
        one["kind"]: one
        for one in found.annotate(reached=Coalesce(NullIf("harm_reviewed", Value("")), "harm"))
        .values("kind")
        .annotate(
            waiting=Count("pk", filter=Q(state=EventState.FILED)),
            review=Count("pk", filter=Q(state=EventState.REVIEW)),
            closed=Count("pk", filter=Q(state=EventState.CLOSED)),
            harmed=Count("pk", filter=Q(reached__in=HARMED)),
        )
    }
    return [
        EventCount(kind.label, *(rows[kind][name] for name in ("waiting", "review", "closed", "harmed")))
        for kind in EventKind
        if kind in rows
    ]


def switching(user: User) -> Switching | None:
    """How often readers moved to the engine's grade; for those who see quality of all sites, else None."""
    return measured() if sites(user, "quality.board") is None else None
