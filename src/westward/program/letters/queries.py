"""Reads of letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from westward.evidence.loader import Sheet
from westward.program.letters.choices import LetterState
from westward.program.letters.models import Dispatch, Letter
from westward.program.people.choices import ChildState
from westward.program.people.models import Caregiver, Child, Clinician
from westward.program.shell.values import sheet as site_sheet


def of_child(child: Child) -> QuerySet[Letter]:
    """Every letter about a child, newest first."""
    return (
        Letter.objects.filter(child=child)
        .select_related("clinician", "caregiver", "signer", "drafted_by", "superseded_by", "corrects")
        .prefetch_related(Prefetch("dispatches", queryset=Dispatch.objects.select_related("by", "confirmed_by")))
    )


def one(child: Child, key: int) -> Letter | None:
    """One letter about this child, and no other."""
    return of_child(child).filter(pk=key).first()


def recipients(child: Child) -> list[Clinician | Caregiver]:
    """Whom a letter about a child may go to: tied clinicians, the referring one first, then caregivers."""
    order = {"referring": 0, "primary": 1}
    ties = child.clinicians.filter(ended_at=None).select_related("clinician")
    found: dict[int, Clinician] = {}
    for tie in sorted(ties, key=lambda tie: (order.get(tie.role, 2), tie.pk)):
        found.setdefault(tie.clinician_id, tie.clinician)
    return [*found.values(), *child.caregivers.filter(revoked_at=None).order_by("pk")]


def has_letter(child: Child, kind: str) -> bool:
    """Whether a letter of this kind was drafted or signed."""
    return Letter.objects.filter(child=child, kind=kind).exclude(state=LetterState.WITHDRAWN).exists()


def last_drafted(children: Sequence[int], kind: str) -> dict[int, date]:
    """Day on which the last letter of a kind was drafted, by child; drafts that were withdrawn do not count."""
    found = Letter.objects.filter(child__in=children, kind=kind).exclude(state=LetterState.WITHDRAWN)
    told = found.order_by("drafted_at", "pk").values_list("child", "drafted_at")
    return {child: timezone.localtime(at).date() for child, at in told}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits: a draft to sign, a signed letter to send, a dispatch to confirm.

    Attributes
    ----------
    due : date
        Last day in time, by the policy of the site.
    dispatch : Dispatch or None
        The newest one that neither arrived nor failed.
    failed : Dispatch or None
        The newest one that failed, if nothing was sent since.
    """

    letter: Letter
    due: date
    dispatch: Dispatch | None = None
    failed: Dispatch | None = None

    @property
    def overdue(self) -> bool:
        """Whether the last day has passed."""
        return self.due < timezone.localdate()


@dataclass(frozen=True, slots=True)
class Work:
    """Letters that wait, the longest due first."""

    to_sign: tuple[Waiting, ...]
    to_send: tuple[Waiting, ...]
    to_confirm: tuple[Waiting, ...]

    @property
    def all(self) -> tuple[Waiting, ...]:
        """Everything that waits."""
        return (*self.to_sign, *self.to_send, *self.to_confirm)


def waiting(
    *,
    within: frozenset[int] | None = None,
    children: list[int] | None = None,
    without: Collection[int] = (),
    sheet: Sheet | None = None,
) -> Work:
    """Letters to sign, to send and not confirmed, of active charts; ``within`` narrows to sites, None means all, and
    ``without`` leaves children out.
    """
    arrived = Dispatch.objects.filter(letter=OuterRef("pk"), confirmed_at__isnull=False)
    found = (
        Letter.objects.filter(state__in=(LetterState.DRAFT, LetterState.SIGNED), child__state=ChildState.ACTIVE)
        .filter(superseded_by=None)
        .exclude(Exists(arrived))
        .select_related("child", "clinician", "caregiver")
        .prefetch_related("dispatches")
        .order_by("drafted_at", "pk")
    )
    if within is not None:
        found = found.filter(child__site__in=within)
    if children is not None:
        found = found.filter(child__in=children)
    if without:
        found = found.exclude(child__in=without)
    sheet = sheet or site_sheet("letters")
    sign, send, confirm = (timedelta(days=sheet.integer(f"due.{key}_d")) for key in ("sign", "send", "confirm"))
    to_sign, to_send, to_confirm = [], [], []
    for letter in found:
        if letter.state == LetterState.DRAFT:
            to_sign.append(Waiting(letter, _day(letter.drafted_at) + sign))
            continue
        newest = next(iter(letter.dispatches.all()), None)
        if newest is None or newest.failed_at is not None:
            since = letter.signed_at if newest is None else newest.failed_at
            to_send.append(Waiting(letter, _day(since) + send, failed=newest))
        else:
            to_confirm.append(Waiting(letter, _day(newest.sent_at) + confirm, dispatch=newest))
    return Work(*(tuple(sorted(part, key=lambda w: w.due)) for part in (to_sign, to_send, to_confirm)))


def _day(at: datetime | None) -> date:
    assert at is not None
    return timezone.localtime(at).date()
