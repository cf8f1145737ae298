"""Who has to know that a referral waits for an answer: whom to tell, and what each person's pages say meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from westward.care.triage import Level
from westward.look import words
from westward.program.accounts.choices import Kind, Purpose, Role
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import allows
from westward.program.accounts.queries import grants, know_grants
from westward.program.referral import policies, queries
from westward.program.referral.models import Escalation, Notice, Referral, Shift

MOST = 100
"""Unanswered referrals looked at for one page; the gravest and the longest waiting come first."""


def red_flag(referral: Referral) -> bool:
    """Whether whoever is on duty is told at its receipt, not at its escalation."""
    return referral.urgency >= Level.SAME_DAY


def since(referral: Referral, *, now: datetime) -> str:
    """When it came in, see :func:`told`."""
    return told(referral.received_at, now=now)


def told(at: datetime, *, now: datetime) -> str:
    """A moment in the site's time: ``14:05``, with the day if that is another one."""
    at, today = timezone.localtime(at), timezone.localtime(now).date()
    return f"{at:%H:%M}" if at.date() == today else f"{words.day(at.date())}, {at:%H:%M}"


def page_of(referral: Referral) -> str:
    """Address of its page on this server."""
    return reverse("referral", args=[referral.pk])


@dataclass(frozen=True, slots=True)
class ToTell:
    """Somebody who has not been told yet, and with which step."""

    step: int
    to: User


def coordinators(site: Site | None) -> list[User]:
    """Coordinators of a site; of all sites for what has no site yet."""
    return _with_role(frozenset({Role.COORDINATOR}), site)


def last_resort(site: Site | None, *, without: Collection[int] = ()) -> list[User]:
    """Who is told when nobody further is on duty: the coordinators; where there are none, everybody who may answer.

    ``without`` are keys of who knows already and is not told.
    """
    there = [user for user in coordinators(site) if user.pk not in without]
    if there:
        return there
    return [user for user in _with_role(policies.VERBS["referral.contact"], site) if user.pk not in without]


def _with_role(roles: frozenset[Role], site: Site | None) -> list[User]:
    held = Q(grants__role__in=roles, grants__purpose=Purpose.CARE, grants__revoked_at=None)
    held &= Q(grants__site__closed_at=None)
    if site is not None:
        held &= Q(grants__site=None) | Q(grants__site=site)
    return list(User.objects.filter(held, is_active=True, kind=Kind.STAFF).distinct().order_by("pk"))


def to_tell(referral: Referral, *, now: datetime) -> list[ToTell]:
    """Who is to be told of an unanswered referral now.

    Whoever is first on duty, at the receipt of a red flag and else with the first step; whoever a step asks; the
    coordinators when nobody further is on duty, and without any coordinator everybody who may answer. Nobody twice,
    nobody whose role was withdrawn, and nobody while somebody who took it over has time.
    """
    if queries.held(referral, now):
        return []
    steps = list(referral.escalations.select_related("to").order_by("step"))
    asked = [ToTell(step.step, step.to) for step in steps if step.to is not None]
    if red_flag(referral) or steps:
        first = queries.on_duty_for(referral, now)[:1]
        asked[:0] = [ToTell(steps[-1].step if steps else 0, shift.user) for shift in first]
    if steps and steps[-1].to is None:
        asked += [ToTell(steps[-1].step, user) for user in last_resort(referral.site)]
    told = set(referral.notices.values_list("to", flat=True))
    found: dict[int, ToTell] = {}
    know_grants(one.to for one in asked)
    for one in asked:
        if one.to.pk not in told and allows(one.to, "referral.contact", policies.subject(referral)):
            found.setdefault(one.to.pk, one)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Waits:
    """What the pages of somebody concerned say of one referral.

    Attributes
    ----------
    late : bool
        Whether its time to escalate has come.
    to : str
        Who was asked last; empty if nobody was, or nobody further was on duty.
    since : str
        When it came in, with the day if that is another one.
    """

    referral: Referral
    late: bool
    to: str
    since: str

    @property
    def address(self) -> str:
        """The page where it is answered."""
        return page_of(self.referral)

    @property
    def urgency(self) -> Level:
        """The level of triage."""
        return self.referral.urgency


def waits(user: User, *, now: datetime) -> list[Waits]:
    """Referrals that wait for an answer of this person: those that escalated, then the gravest, then the longest.

    A red flag concerns whoever is first on duty from its receipt on; an escalated one besides who was asked or told,
    the owner and the coordinators; without any coordinator everybody who may answer, once nobody further is on duty.
    Nothing is shown while somebody who took it over has time, or once it is answered.
    """
    if not allows(user, "referral.read"):
        return []
    shown = queries.unanswered().filter(queries.narrowed(user, "referral.read"))
    shown = shown.filter(Q(escalate_at__lte=now) | Q(level__gte=Level.SAME_DAY))
    shown = shown.order_by("-level", "received_at", "pk")[:MOST]
    found = [one for one in shown if not queries.held(one, now)]
    if not found:
        return []
    steps: dict[int, list[Escalation]] = {}
    for step in Escalation.objects.filter(referral__in=found).select_related("to").order_by("step"):
        steps.setdefault(step.referral_id, []).append(step)
    told = set(Notice.objects.filter(referral__in=found, to=user).values_list("referral", flat=True))
    duty = queries.on_duty(now, everywhere=True)
    concerning = [
        Waits(one, one.escalate_at <= now, _asked(steps.get(one.pk, [])), since(one, now=now))
        for one in found
        if _concerns(user, one, steps.get(one.pk, []), queries.on_duty_there(duty, one), told=one.pk in told, now=now)
    ]
    return sorted(concerning, key=lambda one: not one.late)


def _asked(steps: list[Escalation]) -> str:
    return steps[-1].to.name if steps and steps[-1].to is not None else ""


def _concerns(
    user: User, referral: Referral, steps: list[Escalation], there: list[Shift], *, told: bool, now: datetime
) -> bool:
    if there and there[0].user_id == user.pk:
        return True
    if referral.escalate_at > now:
        return False
    if told or referral.owner_id == user.pk or any(step.to_id == user.pk for step in steps):
        return True
    if any(
        held.role == Role.COORDINATOR
        and held.purpose == Purpose.CARE
        and (held.site_id is None or referral.site_id is None or held.site_id == referral.site_id)
        for held in grants(user)
    ):
        return True
    nobody = steps[-1].to_id is None if steps else not there
    if not nobody or not allows(user, "referral.contact", policies.subject(referral)):
        return False
    return not coordinators(referral.site)
