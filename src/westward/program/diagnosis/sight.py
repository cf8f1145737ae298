"""Who may see what of a study: the reader first.

The engine's result is hidden from everybody until a reader has stored an own read, and from whoever is to read the
study until that person has stored one, whoever else has. A second reader who was asked sees
neither that result nor the first read before storing an own one. Nobody in particular (a board kept for all) sees what
everybody may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.diagnosis.choices import StudyState
from westward.program.diagnosis.models import EegOrder, EngineResult, EngineView, Read, SecondRead, Study
from westward.program.people.policies import subject
from westward.program.people.veil import Veil


@dataclass(frozen=True, slots=True)
class Sight:
    """What one viewer may see of one study.

    Attributes
    ----------
    engine : bool
        The engine's grade, candidates, pictures and report.
    reads : bool
        Reads of others; one's own are always seen.
    blind : bool
        The viewer is a second reader who has not stored a read yet.
    """

    engine: bool
    reads: bool
    blind: bool


def of_all(studies: Iterable[int], viewer: User | None) -> dict[int, Sight]:
    """By study, in two queries, or three where somebody else has read first.

    With no viewer a study on which a second reader is waited for shows neither reads nor engine: what stands on a
    board for all would reach the second reader as well.
    """
    keys = list(studies)
    readers: dict[int, set[int]] = defaultdict(set)
    for study, reader in Read.objects.filter(study__in=keys).values_list("study_id", "reader_id").distinct():
        readers[study].add(reader)
    waiting: dict[int, set[int]] = defaultdict(set)
    asked = SecondRead.objects.filter(study__in=keys, stored_at=None, withdrawn_at=None)
    for study, reader in asked.values_list("study_id", "reader_id"):
        waiting[study].add(reader)
    first = [key for key in keys if viewer is not None and readers[key] and viewer.pk not in readers[key]]
    owes = _owing(first, viewer) if viewer is not None and first else set()
    out = {}
    for key in keys:
        blind = bool(waiting[key]) if viewer is None else viewer.pk in waiting[key]
        stored = bool(readers[key])
        out[key] = Sight(engine=stored and not blind and key not in owes, reads=not blind, blind=blind)
    return out


def _owing(studies: list[int], viewer: User) -> set[int]:
    """Of some studies that the viewer has not read, those that are the viewer's to read; whoever has seen the engine's
    result on the recording already cannot read it blind any more and owes nothing.
    """
    seen = EngineView.objects.filter(reader=viewer, study__recording=OuterRef("recording"))
    mine = Study.objects.filter(Q(owner=viewer) | Q(owner=None, order__owner=viewer), pk__in=studies)
    return set(mine.exclude(Exists(seen)).values_list("pk", flat=True))


def of(study: Study, viewer: User | None) -> Sight:
    """For one study."""
    return of_all([study.pk], viewer)[study.pk]


def veils(viewer: User, children: Collection[int] | None = None) -> dict[int, Veil]:
    """Children of whom a blind second reader must not learn what was decided, from the day of the EEG on."""
    if not allows(viewer, "diagnosis.store_read"):
        return {}
    asked = SecondRead.objects.filter(reader=viewer, stored_at=None, withdrawn_at=None)
    asked = asked.exclude(study__state=StudyState.WITHDRAWN).select_related("study").order_by("-study__recorded_on")
    if children is not None:
        asked = asked.filter(study__child__in=children)
    found: dict[int, Veil] = {}
    for one in asked:
        key, day = one.study.child_id, one.study.recorded_on or date.min
        before = found.get(key)
        if before is None or day < before.since:
            where = [key, one.study_id]
            found[key] = Veil(day, reverse("eeg-study", args=where), reverse("eeg-give-up", args=where))
    return found


def orders_told(orders: Iterable[EegOrder], studies: Iterable[Study], seen: Mapping[int, Sight]) -> list[EegOrder]:
    """Orders of a child that its viewer may know of: for a blind second reader those given before the day of that EEG,
    or answered by it or an earlier one. An order from that day on, and its reason, follow from what the EEG showed.
    """
    told = list(studies)
    days = [one.recorded_on or date.min for one in told if seen[one.pk].blind]
    if not days:
        return list(orders)
    since = min(days)
    answered = {one.order_id for one in told if one.recorded_on is None or one.recorded_on <= since}
    return [one for one in orders if one.pk in answered or _ordered_on(one) < since]


def orders_hidden(orders: Iterable[EegOrder], viewer: User) -> set[int]:
    """Keys of orders of any children without a recording that follow from an EEG which the viewer is to read blind."""
    asked = list(orders)
    hidden = veils(viewer, {one.child_id for one in asked}) if asked else {}
    return {one.pk for one in asked if one.child_id in hidden and _ordered_on(one) >= hidden[one.child_id].since}


def _ordered_on(order: EegOrder) -> date:
    return timezone.localtime(order.ordered_at).date()


def has_seen(study: Study, viewer: User) -> bool:
    """Whether somebody has seen the engine's result on the recording of a study, on this chart or on another."""
    return EngineView.objects.filter(study__recording=study.recording_id, reader=viewer).exists()


def read_elsewhere(study: Study, viewer: User) -> bool:
    """Whether somebody read the recording of a study when it was on another chart."""
    return Read.objects.filter(study__recording=study.recording_id, reader=viewer).exclude(study=study).exists()


def result(study: Study, viewer: User, seen: Sight) -> EngineResult | None:
    """The engine's result, if this viewer may see it now; ``study.child`` is asked for permission.

    The one gate: whatever shows something of a result asks here. Whoever may read must have asked to see it; others see
    it once a read is stored. Both is noted with its moment: whoever has seen it and may read one day is not blind.
    """
    found = study.results.select_related("analysis").first() if seen.engine else None
    if found is None:
        return None
    if allows(viewer, "diagnosis.store_read", subject(study.child)):
        return found if has_seen(study, viewer) else None
    EngineView.objects.get_or_create(
        study=study, reader=viewer, defaults={"result": found, "own_read": None, "at": timezone.now()}
    )
    return found
