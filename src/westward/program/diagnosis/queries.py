"""Reads of diagnosis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from westward.core.proportion import wilson
from westward.program.accounts.choices import Kind, Role
from westward.program.accounts.models import User
from westward.program.accounts.policies import sites
from westward.program.diagnosis.choices import (
    URGENCY_RANK,
    OrderState,
    RecordingState,
    StudyState,
    Urgency,
)
from westward.program.diagnosis.models import Analysis, EegOrder, EngineView, Read, Recording, SecondRead, Study
from westward.program.diagnosis.rules.reading import toward
from westward.program.people.choices import ChildState
from westward.program.people.models import Child
from westward.program.referral.choices import AppointmentKind, AppointmentState
from westward.program.referral.models import Appointment


def orders(child: Child) -> QuerySet[EegOrder]:
    """Orders of a child, newest first."""
    return child.eeg_orders.select_related("owner", "ordered_by", "ended_by")


def studies(child: Child) -> QuerySet[Study]:
    """Studies on a chart, newest first, those withdrawn left out."""
    return Study.objects.on_charts().filter(child=child).select_related("recording", "order", "owner", "child")


def study(child: Child, key: int) -> Study | None:
    """One study of a chart; None if it is not on it."""
    return studies(child).filter(pk=key).first()


def meant(keys: Iterable[int], user: User) -> tuple[list[Child], int]:
    """Of other charts that a recording could mean, those somebody may open, and how many more there are."""
    found = list(Child.objects.filter(pk__in=list(keys)).exclude(state=ChildState.MERGED).order_by("pk"))
    within = sites(user, "people.read")
    near = [child for child in found if within is None or child.site_id in within]
    return near, len(found) - len(near)


def last_analysis(one: Study) -> Analysis | None:
    """The newest run of the engine on a study."""
    return one.analyses.first()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One study in the reading queue.

    Attributes
    ----------
    rank : int
        Place of its urgency, least first; a suggestion of the engine only ever lowers it.
    asked : bool
        It waits for a second read, by ``reader``.
    """

    study: Study
    urgency: str
    suggested: bool
    rank: int
    since: datetime
    reader: User | None
    asked: bool = False


def reading_queue(user: User, *, mine: bool = False) -> list[Waiting]:
    """Studies that wait for a read, the most urgent first, then the longest waiting."""
    within = sites(user, "diagnosis.queue")
    found = (
        Study.objects.filter(reads=None, child__state=ChildState.ACTIVE)
        .exclude(state__in=[StudyState.WITHDRAWN, StudyState.STOPPED])
        .select_related("child__site", "order", "owner", "recording")
    )
    second = SecondRead.objects.filter(
        stored_at=None, withdrawn_at=None, study__child__state=ChildState.ACTIVE
    ).exclude(study__state=StudyState.WITHDRAWN)
    if within is not None:
        found = found.filter(child__site__in=within)
        second = second.filter(study__child__site__in=within)
    out = [_waiting(one) for one in found]
    for asked in second.select_related("reader", "study__child__site", "study__order", "study__recording"):
        one = _waiting(asked.study)
        out.append(Waiting(one.study, one.urgency, one.suggested, one.rank, asked.asked_at, asked.reader, asked=True))
    if mine:
        out = [one for one in out if one.reader == user]
    return sorted(out, key=lambda one: (one.rank, one.since, one.study.pk))


def _waiting(one: Study) -> Waiting:
    urgency = one.order.urgency if one.order else Urgency.DAYS
    rank = URGENCY_RANK[urgency]
    if one.urgent_suggested:
        rank = min(rank, URGENCY_RANK[Urgency.TODAY])
    owner = one.owner or (one.order.owner if one.order else None)
    return Waiting(one, urgency, one.urgent_suggested, rank, one.attached_at, owner)


def lacking(child: Child) -> list[EegOrder]:
    """Orders of a child, not canceled, that have no recording on the chart."""
    return list(orders(child).exclude(state=OrderState.CANCELED).exclude(_attached()))


def _attached() -> Exists:
    """Whether an order has a recording on the chart."""
    return Exists(Study.objects.on_charts().filter(order=OuterRef("pk")))


def unassigned(user: User) -> QuerySet[Recording]:
    """Recordings on no chart that somebody may see; rejected ones after those that wait."""
    found = Recording.objects.filter(state__in=[RecordingState.UNASSIGNED, RecordingState.REJECTED])
    within = sites(user, "diagnosis.unassigned")
    if within is not None:
        found = found.filter(site__in=within)
    return found.select_related("site", "arrived_by").order_by("-state", "-arrived_at")


def stopped(user: User) -> QuerySet[Study]:
    """Studies that wait until a person says whose they are."""
    found = Study.objects.filter(state=StudyState.STOPPED).select_related("child", "recording")
    within = sites(user, "diagnosis.unassigned")
    return found if within is None else found.filter(child__site__in=within)


def booked(children: Iterable[int]) -> dict[int, Appointment]:
    """The next EEG appointment of each child that has one; it is whose order is open."""
    now = timezone.now()
    found = Appointment.objects.filter(
        child__in=list(children), kind=AppointmentKind.EEG, state=AppointmentState.BOOKED
    ).exclude(starts__lt=now - timedelta(days=1))
    out: dict[int, Appointment] = {}
    for one in found.select_related("slot__technologist").order_by("starts"):
        out.setdefault(one.child_id, one)
    return out


def room(user: User) -> list[EegOrder]:
    """Open orders, and those recorded whose sheet or file is still missing, for the technologist."""
    attached = _attached()
    found = EegOrder.objects.filter(child__state=ChildState.ACTIVE).filter(
        Q(state=OrderState.OPEN) | Q(state=OrderState.DONE, sheets=None) | (Q(state=OrderState.DONE) & ~attached)
    )
    within = sites(user, "diagnosis.room")
    if within is not None:
        found = found.filter(child__site__in=within)
    found = found.select_related("child__site", "owner").annotate(attached=attached).distinct()
    return sorted(found, key=lambda one: (one.state != OrderState.OPEN, URGENCY_RANK[one.urgency], one.ordered_at))


def readers(child: Child) -> list[User]:
    """Physicians who may read studies of a child."""
    found = User.objects.filter(is_active=True, kind=Kind.STAFF, grants__role=Role.PHYSICIAN, grants__revoked_at=None)
    found = found.filter(Q(grants__site=None) | Q(grants__site=child.site), grants__purpose="care")
    return list(found.distinct().order_by("name"))


@dataclass(frozen=True, slots=True)
class Switching:
    """How readers moved after they saw the engine's grade, where theirs was another.

    Attributes
    ----------
    n : int
        Reads whose own grade differed from the engine's before it was seen.
    to, toward, away, same : int
        Of these: to the engine's grade, nearer to it, farther from it, unchanged.
    share : float or None
        Of reads that moved to or toward the engine's grade; None without any.
    interval : tuple of float or None
        Wilson's 95 % interval of the share; reads are taken as independent.
    agreed, not_comparable : int
        Reads that agreed from the start; reads where one side gave no grade.
    from_none : int
        Reads that called the study not assessable, and gave the engine's grade once it was seen; in none of the above.
    """

    n: int
    to: int
    toward: int
    away: int
    same: int
    share: float | None
    interval: tuple[float, float] | None
    agreed: int
    not_comparable: int
    from_none: int


def switching(readers: Iterable[int] | None = None) -> Switching:
    """Measure it over all studies, or those of some readers."""
    views = EngineView.objects.filter(own_read__isnull=False).exclude(study__state=StudyState.WITHDRAWN)
    if readers is not None:
        views = views.filter(reader__in=list(readers))
    rows = list(views.select_related("own_read", "result"))
    final: dict[tuple[int, int], Read] = {}
    own_reads = Read.objects.filter(study__in={view.study_id for view in rows}, takes_over=None)
    for read in own_reads.order_by("version"):
        final[read.study_id, read.reader_id] = read
    moved = {"to": 0, "toward": 0, "away": 0, "same": 0}
    agreed = not_comparable = from_none = 0
    for view in rows:
        own, engine = view.own_read.based if view.own_read else None, view.result.score
        last = final[view.study_id, view.reader_id].based
        how = toward(own, engine, last)
        if how in moved:
            moved[how] += 1
        elif own is not None and own == engine:
            agreed += 1
        elif how == "from none":
            from_none += 1
        else:
            not_comparable += 1
    n = sum(moved.values())
    nearer = moved["to"] + moved["toward"]
    return Switching(
        n=n,
        **moved,
        share=nearer / n if n else None,
        interval=wilson(nearer, n) if n else None,
        agreed=agreed,
        not_comparable=not_comparable,
        from_none=from_none,
    )
