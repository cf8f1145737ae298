"""Everything that is overdue, across children: a query over dates, with the owner and the days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from westward.care.clocks import OF_TREATMENT, ClockName, run_clocks
from westward.care.overdue import Act, Overdue, acts_of_clocks, overdue
from westward.care.surveillance import Standing
from westward.look.words import THIN
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import allows, sites
from westward.program.people.choices import ChildState
from westward.program.people.marks import CALL_NOW, NextAct
from westward.program.people.models import Child
from westward.program.people.reading import one_reading
from westward.program.people.veil import veils
from westward.program.referral import calendar, journey, queries, rules, sources, watching
from westward.program.referral.choices import ReferralState
from westward.program.referral.models import Referral
from westward.program.referral.sources import Known

SURVEILLANCE = "surveillance EEG"
_CLOCKS = frozenset(ClockName)
_OWN = (journey.CALL, journey.CAME, journey.SURVEILLANCE)
"""Acts of the board that this list computes by itself, for the day it is opened."""


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
    then : str
        For a clock: the act that stops it.
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
    then: str = ""


def late(user: User, *, now: datetime, site: Site | None = None, mine: bool = False) -> list[Late]:
    """Everything overdue within the user's reach: uncalled referrals first, then the longest overdue. Of a child whose
    EEG the user is to read blind only calls and red flags.

    Children who are deceased, transferred or merged never appear.
    """
    with one_reading():
        rows = _rows(user, now, site)
    if mine:
        rows = [row for row in rows if row.owner == user.name]
    return rows


def _rows(user: User, now: datetime, site: Site | None) -> list[Late]:
    on = timezone.localtime(now).date()
    children = _children(user, on, site)
    owned = journey.owners(list(children))
    hidden = veils(user)
    open_ = {key: child for key, child in children.items() if key not in hidden}
    known = sources.known(list(children), now)
    acts = [*_acts(open_, known, {k: u.name for k, u in owned.items()}, now, on)]
    waiting = {key: one.acts for key, one in known.items()}
    rows = [_row(one, children, waiting) for one in overdue(acts, on=on)]
    rows += [
        _of_act(act, children[key], now)
        for key, acts_ in waiting.items()
        for act in acts_
        if act.due is not None and act.due <= now and not act.words.startswith(_OWN)
        if key not in hidden or act.words.startswith(CALL_NOW)
    ]
    rows.sort(key=lambda row: (-row.days, bool(row.owner)))
    return [*_calls(user, now, site), *rows]


def _children(user: User, on: date, site: Site | None) -> dict[int, Child]:
    within = sites(user, "overdue.list")
    found = Child.objects.exclude(state=ChildState.MERGED)
    found = found.filter(Q(state=ChildState.ACTIVE) | Q(state_on__gt=on))
    if within is not None:
        found = found.filter(site__in=within)
    if site is not None:
        found = found.filter(site=site)
    return {child.pk: child for child in found}


def _acts(
    children: dict[int, Child], known: Mapping[int, Known], owned: dict[int, str], now: datetime, on: date
) -> Iterable[Act]:
    keys = list(children)
    for key, child in children.items():
        one = known.get(key)
        if one is not None and one.facts and not one.ruled_out:
            clocks = run_clocks(one.facts, on=on, silence=child.silence, conditions=one.conditions)
            clocks = tuple(clock for clock in clocks if clock.name not in OF_TREATMENT)  # their acts are open and told
            yield from acts_of_clocks(str(key), clocks, owner=owned.get(key, ""))
    for appointment in calendar.unsettled(now).filter(child__in=keys):
        day = timezone.localtime(appointment.ends or appointment.starts).date()
        what = f"say whether the child came: {appointment.get_kind_display()}"
        owner = owned.get(appointment.child_id) or appointment.booked_by.name
        yield Act(child=str(appointment.child_id), what=what, due=day, owner=owner)
    for watch in watching.watched(watching.listed(children=keys), on=on):
        if watch.standing is Standing.OVERDUE and watch.due is not None:
            key = watch.entry.child_id
            yield Act(child=str(key), what=SURVEILLANCE, due=watch.due, owner=owned.get(key, ""))
    for act in sources.acts(keys):
        if act.child.isdigit() and int(act.child) in children:
            yield act


def _row(one: Overdue, children: dict[int, Child], waiting: Mapping[int, Sequence[NextAct]]) -> Late:
    child = children[int(one.act.child)]
    what = one.act.what.replace("_", " ").replace("eeg", "EEG")
    address, then = _page_of(one, child, waiting)
    since = f"{one.days}{THIN}d"
    key = f"{child.audit_id} {one.act.what}"
    return Late(
        child, child.name, what, one.act.due, one.days, since, one.act.owner, address, key, child.simulated, then
    )


def _page_of(one: Overdue, child: Child, waiting: Mapping[int, Sequence[NextAct]]) -> tuple[str, str]:
    """Where it is done, and for a clock the act that stops it."""
    tab = reverse("child-referral", args=[child.pk])
    if one.act.what not in _CLOCKS:
        watched = one.act.what == SURVEILLANCE
        return (reverse("child-slots", args=[child.pk]), "book it") if watched else (f"{tab}#appointments", "")
    open_ = [act for act in waiting.get(child.pk, ()) if act.due is None]
    first = min(open_, key=lambda act: (act.rank, act.words), default=None)
    return (first.address or tab, first.words) if first is not None else (tab, "")


def _of_act(act: NextAct, child: Child, now: datetime) -> Late:
    """An act of any app that is past its moment."""
    assert act.due is not None
    due = timezone.localtime(act.due - timedelta(microseconds=1)).date()
    days = (timezone.localtime(now).date() - due).days
    since = f"{days}{THIN}d" if days else rules.span((now - act.due).total_seconds())
    address = act.address or reverse("child-timeline", args=[child.pk])
    key = f"{child.audit_id} {act.words}"
    return Late(child, child.name, act.words, due, days, since, act.owner, address, key, child.simulated)


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
