"""Reads of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from westward.care.ages import Age, age_on
from westward.core.errors import UsageError
from westward.program.accounts.models import User
from westward.program.accounts.policies import sites
from westward.program.people.choices import ChildState, TieRole
from westward.program.people.likeness import Likeness, Person, Verdict, compare, near_dates
from westward.program.people.models import Caregiver, Change, Child, Clinician, ClinicianTie, Different, Merge
from westward.program.people.rules import same_person
from westward.program.people.search import matching

OPEN, CLOSED, ALL = "open", "closed", "all"
"""What a list of children shows: charts that the program works on, those it does not, or both."""


def children(within: frozenset[int] | None, *, words: str = "", shown: str = OPEN) -> QuerySet[Child]:
    """Children by name; ``within`` narrows to sites, None means all.

    A search looks at every chart, closed and merged ones too, whatever ``shown`` says.
    """
    found = Child.objects.select_related("site", "merged_into").order_by("name_key", "pk")
    if within is not None:
        found = found.filter(site__in=within)
    if words.strip():
        return found.filter(matching(words))
    found = found.exclude(state=ChildState.MERGED)
    if shown == ALL:
        return found
    active = found.filter(state=ChildState.ACTIVE)
    return active if shown == OPEN else found.exclude(state=ChildState.ACTIVE)


def child(key: int) -> Child:
    """One child with its site, whoever asks: permission is asked by :mod:`~westward.program.people.access`.

    Raises
    ------
    Http404
        If there is none.
    """
    found = Child.objects.select_related("site").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def in_use(key: int) -> Child | None:
    """The chart with this key or, if it was merged, the one that it leads to in the end; None if there is none.

    Permission is asked for the chart that is given.
    """
    found = Child.objects.select_related("site").filter(pk=key).first()
    while found is not None and found.state == ChildState.MERGED and found.merged_into_id is not None:
        found = Child.objects.select_related("site").filter(pk=found.merged_into_id).first()
    return found


def merged_keys(child: Child) -> list[int]:
    """Keys of every chart that leads to this one, those merged before their chart was merged in turn included."""
    found: list[int] = []
    last = [child.pk]
    while last:
        last = list(Child.objects.filter(merged_into__in=last, state=ChildState.MERGED).values_list("pk", flat=True))
        found += last
    return sorted(found)


def age(child: Child) -> Age | None:
    """Age today, chronological and corrected; None if the facts of the chart cannot be."""
    try:
        return age_on(timezone.localdate(), birth=child.birth_date, gestation_d=child.gestation_d)
    except UsageError:
        return None


def changes(child: Child) -> list[Change]:
    """Facts of the child and of its caregivers that were corrected, newest first."""
    mine = Q(child=child) | Q(child__merged_into=child) | Q(caregiver__child=child)
    return list(Change.objects.filter(mine).select_related("by", "caregiver", "child").order_by("-pk"))


def caregivers(child: Child) -> list[Caregiver]:
    """Caregivers, those in force first."""
    found = list(child.caregivers.select_related("user", "revoked_by").order_by("pk"))
    return sorted(found, key=lambda one: one.revoked_at is not None)


def siblings(child: Child) -> frozenset[int]:
    """Children who share a caregiver with this one, whether or not an entry was revoked."""
    mine = list(child.caregivers.all())
    if not mine:
        return frozenset()
    shared = Q(user__in=[one.user_id for one in mine if one.user_id])
    for one in mine:
        shared |= Q(name__iexact=one.name.strip())
    others = Caregiver.objects.filter(shared).exclude(child=child)
    return frozenset(
        other.child_id
        for other in others
        if any((one.user_id and one.user_id == other.user_id) or same_person(one, other) for one in mine)
    )


def accounts_to_share(user: User, caregivers: Sequence[Caregiver]) -> dict[int, Caregiver]:
    """For caregivers without an account: the entry, at another child that ``user`` may read, that has one."""
    lacking = [one for one in caregivers if one.user_id is None and one.revoked_at is None]
    if not lacking:
        return {}
    within = sites(user, "people.read")
    others = Caregiver.objects.filter(user__is_active=True, revoked_at=None, name__in=[one.name for one in lacking])
    others = others.exclude(child=lacking[0].child_id).select_related("child", "user")
    if within is not None:
        others = others.filter(child__site__in=within)
    found: dict[int, Caregiver] = {}
    for one in lacking:
        match = next((other for other in others if same_person(one, other)), None)
        if match is not None:
            found[one.pk] = match
    return found


def ties(child: Child) -> list[ClinicianTie]:
    """Outside clinicians, those in force first."""
    found = list(child.clinicians.select_related("clinician").order_by("pk"))
    order = {TieRole.REFERRING: 0, TieRole.PRIMARY: 1}
    return sorted(found, key=lambda tie: (tie.ended_at is not None, order.get(TieRole(tie.role), 2), tie.pk))


def own_children(user: User) -> list[tuple[Child, Caregiver]]:
    """Children whose caregiver this is now, with the entry, by birth."""
    mine = Caregiver.objects.filter(user=user, revoked_at=None).select_related("child__site")
    return [(one.child, one) for one in mine.order_by("child__birth_date", "child__pk")]


def recipients(child: Child) -> list[Clinician]:
    """Outside clinicians whom letters go to: every tie in force, the referring one first, each once."""
    found: dict[int, Clinician] = {}
    for tie in ties(child):
        if tie.ended_at is None:
            found.setdefault(tie.clinician_id, tie.clinician)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Likely:
    """A chart that looks like a child."""

    child: Child
    likeness: Likeness

    @property
    def stops(self) -> bool:
        """Whether a person must look before a second chart is opened; a twin's chart is only told of."""
        return self.likeness.verdict != Verdict.TWIN


def person_of(child: Child) -> Person:
    """What is compared of a chart."""
    return Person(child.family_name, child.given_name, child.birth_date, child.sex, child.multiple_birth)


def likely(person: Person, *, besides: Child | None = None) -> list[Likely]:
    """Charts of all sites that look like a child, the surest first; merged ones and those told apart are left out."""
    near = Child.objects.filter(birth_date__in=near_dates(person.birth_date)).exclude(state=ChildState.MERGED)
    if besides is not None:
        apart = set(Different.objects.filter(child=besides).values_list("other", flat=True))
        apart |= set(Different.objects.filter(other=besides).values_list("child", flat=True))
        near = near.exclude(pk__in={*apart, besides.pk})
    found = []
    for child in near.select_related("site").order_by("pk"):
        likeness = compare(person, person_of(child))
        if likeness is not None:
            found.append(Likely(child, likeness))
    order = list(Verdict)
    return sorted(found, key=lambda one: order.index(one.likeness.verdict))


def merges(child: Child) -> list[Merge]:
    """Charts that were merged into this one, newest first, with what became of their rows."""
    return list(child.merges.select_related("other", "by", "undone_by").prefetch_related("rows"))
