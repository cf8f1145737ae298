"""Reads of people."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from westward.care.ages import Age, age_on
from westward.core.errors import UsageError
from westward.program.people.choices import ChildState
from westward.program.people.models import Child, ChildChange, Clinician
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


def age(child: Child) -> Age | None:
    """Age today, chronological and corrected; None if the facts of the chart cannot be."""
    try:
        return age_on(timezone.localdate(), birth=child.birth_date, gestation_d=child.gestation_d)
    except UsageError:
        return None


def changes(child: Child) -> list[ChildChange]:
    """Facts that were corrected, newest first."""
    return list(child.changes.select_related("by"))


def recipients(child: Child) -> list[Clinician]:
    """Outside clinicians whom letters go to: every tie in force, the referring one first, each once."""
    ties = child.clinicians.filter(ended_at=None).select_related("clinician")
    order = {"referring": 0, "primary": 1}
    found: dict[int, Clinician] = {}
    for tie in sorted(ties, key=lambda tie: (order.get(tie.role, 2), tie.pk)):
        found.setdefault(tie.clinician_id, tie.clinician)
    return list(found.values())
