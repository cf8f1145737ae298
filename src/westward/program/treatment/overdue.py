"""Steps on the way to the drug that are past their time: which they are, and who besides the owner is to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.people.models import Child
from westward.program.people.policies import subject
from westward.program.people.veil import veils
from westward.program.referral import queries, waiting
from westward.program.referral.rules import next_on_duty
from westward.program.treatment.models import AccessNotice, AccessStep


def told() -> Prefetch[str, QuerySet[AccessNotice], str]:
    """The notices of steps with whom they went to, in one query."""
    return Prefetch("notices", queryset=AccessNotice.objects.select_related("to"))


def late(now: datetime) -> QuerySet[AccessStep]:
    """Open steps whose time has passed, the longest first."""
    found = AccessStep.objects.filter(closed_at=None, due_at__lte=now).select_related("child__site", "owner")
    return found.prefetch_related(told()).order_by("due_at", "pk")


def silent(step: AccessStep, now: datetime) -> bool:
    """Whether nothing may be sent about its child."""
    return step.child.silent(timezone.localtime(now).date())


def answers(user: User, child: Child) -> bool:
    """Whether somebody may do the step, and may know what is given: nobody who is to read an EEG of the child blind."""
    return allows(user, "treatment.access", subject(child)) and child.pk not in veils(user, [child.pk])


def to_tell(step: AccessStep, *, now: datetime) -> Sequence[User | None]:
    """Who is to be told of a late step now; ``(None,)`` if nobody is there to be told and that was not said yet.

    The next on duty by rank who is not its owner; when nobody further is on duty the coordinators of the site, and
    without any everybody who answers there. Nobody once somebody was told who may still do it.
    """
    if step.closed_at is not None or step.due_at > now or silent(step, now):
        return ()
    notices = list(step.notices.all())
    if any(one.to is not None and answers(one.to, step.child) for one in notices):
        return ()
    site = step.child.site
    asked = {step.owner_id, *(one.to_id for one in notices if one.to_id is not None)}
    duty = {shift.user_id: shift.user for shift in queries.on_duty(now, site, everywhere=site is None)}
    there = [key for key, user in duty.items() if answers(user, step.child)]
    chosen = next_on_duty(there, asked)
    if chosen is not None:
        return (duty[chosen],)
    found = [user for user in waiting.last_resort(site, without=asked) if answers(user, step.child)]
    if found:
        return found
    return () if any(one.to is None for one in notices) else (None,)


def since(step: AccessStep, *, now: datetime) -> str:
    """When its time was over, in the site's time."""
    return waiting.told(step.due_at, now=now)


@dataclass(frozen=True, slots=True)
class LateStep:
    """What the pages of somebody concerned say of one late step; nothing of the child."""

    since: str
    escalated: str
    address: str


def concerning(user: User, *, now: datetime) -> list[LateStep]:
    """Late steps that this person owns or was told of, the longest first, until the next step is recorded."""
    if not allows(user, "treatment.access"):
        return []
    mine = late(now).filter(Q(owner=user) | Q(pk__in=AccessNotice.objects.filter(to=user).values("step")))
    open_ = [one for one in mine if not silent(one, now) and allows(user, "treatment.access", subject(one.child))]
    hidden = veils(user, [one.child_id for one in open_]) if open_ else {}
    return [
        LateStep(since(one, now=now), one.escalated, f"{reverse('child-treatment', args=[one.child_id])}#access")
        for one in open_
        if one.child_id not in hidden
    ]
