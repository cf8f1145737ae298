"""Reads of referrals: the inbox, who is on duty, what escalates, which chart a referral may belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from westward.care.triage import Level
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import NOTHING, Subject, allows, sites
from westward.program.accounts.queries import know_grants, staff
from westward.program.people import queries as people
from westward.program.people.choices import ChildState
from westward.program.people.likeness import Person
from westward.program.people.models import Child
from westward.program.people.names import folded
from westward.program.referral import policies, rules
from westward.program.referral.choices import ReferralState
from westward.program.referral.models import Closing, Contact, Escalation, Referral, Shift
from westward.program.referral.rules import ContactClock, contact_clock

MOST = 300
"""Rows of one list; what is beyond is told."""
MOST_CHARTS = 8
"""Charts offered for one referral."""


def narrowed(user: User, verb: str) -> Q:
    """Referrals that the user may do ``verb`` to: those of the user's sites, and those of no site yet."""
    within = sites(user, verb)
    return Q() if within is None else Q(site__in=within) | (Q(site=None) if within else Q(pk__in=()))


def referrals(user: User, verb: str = "referral.read") -> QuerySet[Referral]:
    """Referrals within the user's reach."""
    return Referral.objects.filter(narrowed(user, verb)).select_related("site", "owner", "child")


def inbox(user: User, *, site: Site | None = None, shown: str = "open") -> QuerySet[Referral]:
    """Referrals for the inbox: those nobody has reached first, gravest and then earliest due first.

    Attributes
    ----------
    shown : str
        ``open`` for what waits for a contact or a decision, ``mine`` for those one owns, ``decided`` for the rest.
    """
    found = referrals(user, "referral.list")
    waiting = Q(state=ReferralState.OPEN) | (Q(state=ReferralState.ACCEPTED, contacted_at=None) & not_silent())
    if shown == "decided":
        found = found.exclude(waiting).order_by("-state_at", "-pk")
    else:
        found = found.filter(waiting)
        if shown == "mine":
            found = found.filter(owner=user)
        found = found.order_by(F("contacted_at").asc(nulls_first=True), "-level", "contact_by", "pk")
    if site is not None:
        found = found.filter(site=site)
    steps = Escalation.objects.select_related("to").order_by("step")
    return found.prefetch_related(Prefetch("escalations", queryset=steps, to_attr="steps"))


def not_silent() -> Q:
    """Referrals whose child is worked on, or has no chart yet."""
    later = Q(child__state_on__gt=timezone.localdate()) & ~Q(child__state=ChildState.MERGED)
    return Q(child=None) | Q(child__state=ChildState.ACTIVE) | later


def clock(referral: Referral, now: datetime) -> ContactClock:
    """The contact clock of a referral."""
    return contact_clock(
        received=referral.received_at,
        contact_by=referral.contact_by,
        escalate_at=referral.escalate_at,
        contacted=referral.contacted_at,
        now=now,
    )


def contacts(referral: Referral) -> QuerySet[Contact]:
    """The contact log, withdrawn entries too, newest first."""
    return referral.contacts.select_related("by", "withdrawn_by")


def on_duty(at: datetime, site: Site | int | None = None, *, everywhere: bool = False) -> list[Shift]:
    """Who is on duty at a moment, first rank first.

    A site's own shifts and those that hold for all sites count; ``everywhere`` takes all shifts, as for a referral
    that has no site yet. Whoever may not answer there, because the role was withdrawn or the account closed, is left
    out, so that the next on duty is first.
    """
    found = Shift.objects.filter(starts__lte=at, ends__gt=at).filter(Q(ended_at=None) | Q(ended_at__gt=at))
    if not everywhere:
        found = found.filter(Q(site=site) | Q(site=None)) if site else found.filter(site=None)
    found = found.filter(user__is_active=True).select_related("user", "site")
    there = list(found.order_by("rank", F("site").asc(nulls_last=True), "starts", "pk"))
    know_grants(shift.user for shift in there)
    key = site.pk if isinstance(site, Site) else site
    return [shift for shift in there if answers(shift, shift.site_id if everywhere else key)]


def answers(shift: Shift, site: int | None) -> bool:
    """Whether whoever has the shift may answer a referral of this site; of any site for one that has none yet."""
    return allows(shift.user, "referral.contact", Subject(site=site) if site else NOTHING)


def on_duty_there(duty: Sequence[Shift], referral: Referral) -> list[Shift]:
    """Of who is on duty everywhere, those who answer this referral."""
    site = referral.site_id
    there = [s for s in duty if s.site_id is None or site is None or s.site_id == site]
    return [shift for shift in there if answers(shift, site or shift.site_id)]


def on_duty_for(referral: Referral, at: datetime) -> list[Shift]:
    """Who is on duty for a referral at a moment."""
    return on_duty(at, referral.site_id, everywhere=referral.site_id is None)


def held(referral: Referral, now: datetime) -> bool:
    """Whether somebody took it over and still has time to call: as long as from the receipt to the escalation.

    It ends at once when whoever took it may not answer there any more, or went off the duty on which it was taken.
    """
    taken = referral.taken_at
    if taken is None or not taken <= now < taken + (referral.escalate_at - referral.received_at):
        return False
    return _still_answers(referral, now)


def taken(referral: Referral, now: datetime) -> datetime | None:
    """When it was taken over by somebody who still answers for it; None if nobody does."""
    at = referral.taken_at
    if at is None or now >= at + (referral.escalate_at - referral.received_at):
        return at  # it had its time, whoever has it
    return at if _still_answers(referral, now) else None


def owner_answers(referral: Referral) -> bool:
    """Whether the owner, if there is one, may answer it: an active account with a role of intake at its site."""
    owner = referral.owner
    return owner is not None and allows(owner, "referral.contact", policies.subject(referral))


def _still_answers(referral: Referral, now: datetime) -> bool:
    at = referral.taken_at
    if at is None or not owner_answers(referral):
        return False
    site = referral.site_id
    there = Q() if site is None else Q(site=site) | Q(site=None)
    begun = Shift.objects.filter(there, user=referral.owner_id, starts__lte=now, ends__gt=at)
    # A shift that was ended before it was taken is none that it was taken on.
    shifts = [one for one in begun.filter(Q(ended_at=None) | Q(ended_at__gt=at)) if one.starts < one.until]
    on_it = [one for one in shifts if one.starts <= at < one.until]
    return not on_it or any(one.starts <= now < one.until for one in shifts)


def unanswered_red_flag(referral: Referral) -> bool:
    """Whether it came with a red flag and nobody has been reached, whatever the level was lowered to since."""
    if referral.contacted_at is not None:
        return False
    flagged = Level.SAME_DAY
    return referral.urgency >= flagged or referral.triages.filter(level__gte=flagged).exists()


def closing_asked(referral: Referral) -> Closing | None:
    """What a second person is asked to agree to; what was asked before the last decision is over."""
    newest = referral.closings.select_related("asked_by", "other").first()
    if newest is None or newest.agreed is not None or not referral.open:
        return None
    return newest if referral.state_at is None or newest.asked_at >= referral.state_at else None


def unanswered() -> QuerySet[Referral]:
    """Referrals nobody has been reached about; those of silenced children are left alone."""
    live = (ReferralState.OPEN, ReferralState.ACCEPTED)
    found = Referral.objects.filter(state__in=live, contacted_at=None).filter(not_silent())
    return found.select_related("site", "child", "owner")


@dataclass(frozen=True, slots=True)
class Due:
    """A step of escalation that is due; ``shift`` is None if nobody further is on duty."""

    step: int
    at: datetime
    shift: Shift | None


def to_escalate(now: datetime) -> list[Referral]:
    """Referrals nobody has been reached about by the set time, with the steps that were done; those of silenced
    children are left alone.
    """
    steps = Escalation.objects.select_related("to").order_by("step")
    found = unanswered().filter(escalate_at__lte=now).order_by("-level", "escalate_at")
    waiting: list[Referral] = list(found.prefetch_related(Prefetch("escalations", queryset=steps, to_attr="steps")))
    concerned = [one.steps[-1].to for one in waiting if one.steps and one.steps[-1].to]  # type: ignore[attr-defined]
    know_grants([*concerned, *(one.owner for one in waiting if one.taken_at and one.owner)])
    return waiting


def due_step(referral: Referral, *, now: datetime, duty: Sequence[Shift] | None = None) -> Due | None:
    """The step of a referral that is due now; None if none is, or if nobody further is there to be asked.

    ``duty`` is who is on duty everywhere at that moment, for whoever asks about many.
    """
    if referral.state not in (ReferralState.OPEN, ReferralState.ACCEPTED) or referral.contacted_at is not None:
        return None
    if referral.child is not None and referral.child.silent(timezone.localtime(now).date()):
        return None
    kept: list[Escalation] | None = getattr(referral, "steps", None)
    steps = list(referral.escalations.select_related("to").order_by("step")) if kept is None else kept
    last = rules.Step(steps[-1].step, steps[-1].at) if steps else None
    nobody = bool(steps) and steps[-1].to_id is None
    gone = bool(steps) and not nobody and not allows(steps[-1].to, "referral.contact", policies.subject(referral))
    at = rules.step_due(referral.received_at, referral.escalate_at, last=last, taken=taken(referral, now), now=now)
    if now < at and not ((nobody or gone) and not held(referral, now)):
        return None
    there = on_duty_for(referral, now) if duty is None else on_duty_there(duty, referral)
    asked = {step.to_id for step in steps} | {referral.owner_id}
    if any(shift.user_id not in asked for shift in there):
        # Whoever was put on the roster afterwards, for a time that includes the receipt, has not been asked.
        first = [s for s in on_duty_for(referral, referral.received_at) if s.made_at <= referral.received_at]
        asked |= {shift.user_id for shift in first[:1]}
    chosen = rules.next_on_duty([shift.user_id for shift in there], {key for key in asked if key})
    if chosen is None and nobody:
        return None
    shift = next((shift for shift in there if shift.user_id == chosen), None)
    return Due(len(steps) + 1, min(at, now), shift)


@dataclass(frozen=True, slots=True)
class Likely:
    """A chart a referral may belong to, and why."""

    child: Child
    why: str


def likely_charts(referral: Referral, user: User, *, birth: date | None = None) -> list[Likely]:
    """Charts that may be the child's, likeliest first, among those the user may open.

    ``birth`` takes the place of the birth date of the referral, where somebody found out.
    """
    birth = birth or referral.birth_date
    found = {one.child: one.likeness.why for one in _alike(referral, birth)}
    key = f"{folded(referral.family_name)}, {folded(referral.given_name)}"
    named = Child.objects.filter(name_key=key).exclude(state=ChildState.MERGED).select_related("site")
    differs = "another birth date" if birth else "the referral says no birth date"
    for child in named.order_by("pk")[:MOST_CHARTS]:
        found.setdefault(child, f"same name; {differs}")
    within = sites(user, "people.read")
    return [
        Likely(child, why)
        for child, why in found.items()
        if (within is None or child.site_id in within) and child.simulated == referral.simulated
    ][:MOST_CHARTS]


def alike(referral: Referral, *, birth: date | None = None) -> frozenset[int]:
    """Keys of every chart that looks like the child, those of sites out of the user's reach too."""
    return frozenset(one.child.pk for one in _alike(referral, birth or referral.birth_date))


def _alike(referral: Referral, birth: date | None) -> list[people.Likely]:
    if birth is None:
        return []
    return people.likely(Person(referral.family_name, referral.given_name, birth, referral.sex))


def answering(user: User) -> list[User]:
    """Staff who may own a referral, within the reach of ``user``, by name."""
    within = sites(user, "referral.assign")
    people = staff(within=None).filter(is_active=True, grants__role__in=sorted(policies.INTAKE)).distinct()
    if within is None:
        return list(people)
    return [
        one for one in people if any(g.site_id is None or g.site_id in within for g in getattr(one, "in_force", ()))
    ]


def may(user: User, referral: Referral, verbs: Sequence[str]) -> dict[str, bool]:
    """Which acts the user may do on a referral, by the last word of the verb."""
    subject = policies.subject(referral)
    return {verb.rpartition(".")[2]: allows(user, verb, subject) for verb in verbs}
