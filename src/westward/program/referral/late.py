"""Everything that is overdue, across children: a query over dates, with the owner and the days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from westward.care.clocks import DEFAULT_CONDITIONS, run_clocks
from westward.care.overdue import Act, Overdue, acts_of_clocks, overdue
from westward.care.surveillance import Standing
from westward.look.words import THIN
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import allows, sites
from westward.program.people.choices import ChildState
from westward.program.people.models import Child
from westward.program.referral import calendar, journey, queries, rules, sources, watching
from westward.program.referral.choices import ReferralState
from westward.program.referral.models import Referral


@dataclass(frozen=True, slots=True)
class Late:
    """One thing that is overdue.

    Attributes
    ----------
    child : Child or None
        None for a referral that has no chart yet.
    name : str
        Of the child.
    what : str
        In a few words.
    due : date
        Last day in time.
    days : int
        Days since then; 0 for a call that is overdue since today.
    since : str
        The same in words: ``3 d``, ``2 h 10 min``.
    owner : str
        Empty if nobody owns it.
    address : str
        The page where it is done.
    id : str
        For the audit row.
    """

    child: Child | None
    name: str
    what: str
    due: date
    days: int
    since: str
    owner: str
    address: str
    id: str
    simulated: bool = False


def late(user: User, *, now: datetime, site: Site | None = None, mine: bool = False) -> list[Late]:
    """Everything overdue within the user's reach: uncalled referrals first, then the longest overdue.

    Children who are deceased, transferred or merged never appear.
    """
    on = timezone.localtime(now).date()
    children = _children(user, on, site)
    owned = journey.owners(list(children))
    acts = [*_acts(children, {k: u.name for k, u in owned.items()}, now, on)]
    rows = [*_calls(user, now, site), *(_row(one, children) for one in overdue(acts, on=on))]
    if mine:
        rows = [row for row in rows if row.owner == user.name]
    return rows


def _children(user: User, on: date, site: Site | None) -> dict[int, Child]:
    within = sites(user, "overdue.list")
    found = Child.objects.exclude(state=ChildState.MERGED)
    found = found.filter(Q(state=ChildState.ACTIVE) | Q(state_on__gt=on))
    if within is not None:
        found = found.filter(site__in=within)
    if site is not None:
        found = found.filter(site=site)
    return {child.pk: child for child in found}


def _acts(children: dict[int, Child], owned: dict[int, str], now: datetime, on: date) -> Iterable[Act]:
    keys = list(children)
    told, elsewhere, flags = journey.facts(keys), sources.facts(keys), journey.conditions(keys)
    for key, child in children.items():
        days = {**elsewhere.get(key, {}), **told.get(key, {})}
        if days:
            flag = flags.get(key, frozenset({"red_flag"})) | (DEFAULT_CONDITIONS - {"red_flag"})
            clocks = run_clocks(days, on=on, silence=child.silence, conditions=flag)
            yield from acts_of_clocks(str(key), clocks, owner=owned.get(key, ""))
    for appointment in calendar.unsettled(now).filter(child__in=keys):
        day = timezone.localtime(appointment.ends or appointment.starts).date()
        what = f"say whether the child came: {appointment.get_kind_display()}"
        owner = owned.get(appointment.child_id) or appointment.booked_by.name
        yield Act(child=str(appointment.child_id), what=what, due=day, owner=owner)
    for watch in watching.watched(watching.listed(children=keys), on=on):
        if watch.standing is Standing.OVERDUE and watch.due is not None:
            key = watch.entry.child_id
            yield Act(child=str(key), what="surveillance EEG", due=watch.due, owner=owned.get(key, ""))
    for act in sources.acts(keys):
        if act.child.isdigit() and int(act.child) in children:
            yield act


def _row(one: Overdue, children: dict[int, Child]) -> Late:
    child = children[int(one.act.child)]
    what = one.act.what.replace("_", " ").replace("eeg", "EEG")
    address = reverse("child-referral", args=[child.pk])
    since = f"{one.days}{THIN}d"
    key = f"{child.audit_id} {one.act.what}"
    return Late(child, child.name, what, one.act.due, one.days, since, one.act.owner, address, key, child.simulated)


def _calls(user: User, now: datetime, site: Site | None) -> list[Late]:
    """Referrals nobody has been reached about in time; shown to those who may read referrals."""
    if not allows(user, "referral.list"):
        return []
    waiting = queries.referrals(user, "referral.list").filter(
        queries.not_silent(),
        state__in=(ReferralState.OPEN, ReferralState.ACCEPTED),
        contacted_at=None,
        contact_by__lt=now,
    )
    if site is not None:
        waiting = waiting.filter(site=site)
    return [_call(one, now) for one in waiting.order_by("-level", "contact_by")]


def _call(one: Referral, now: datetime) -> Late:
    due = timezone.localtime(one.contact_by).date()
    days = (timezone.localtime(now).date() - due).days
    words = f"call about referral {one.number} ({one.urgency.words})"
    since = rules.span((now - one.contact_by).total_seconds())
    owner = one.owner.name if one.owner else ""
    address = reverse("referral", args=[one.pk])
    return Late(one.child, one.name, words, due, days, since, owner, address, one.audit_id, one.simulated)
