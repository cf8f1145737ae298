"""Follow new and corrected charts: identity and age of recordings hang on what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q

from westward.program.acts import acted
from westward.program.diagnosis import pointing
from westward.program.diagnosis.actions.compare_again import CompareAgain, compared_now, concerns
from westward.program.diagnosis.models import Study
from westward.program.diagnosis.rules.identity import TWIN_D, same_facts
from westward.program.people import queries as people
from westward.program.people.actions.add_child import AddChild
from westward.program.people.actions.caregivers import AddCaregiver, CorrectCaregiver, ShareAccount
from westward.program.people.actions.correct_child import CorrectChild
from westward.program.people.actions.merge_charts import MergeCharts, UndoMerge
from westward.program.people.choices import ChildState
from westward.program.people.models import Child

CHANGING = (AddChild, CorrectChild, MergeCharts, UndoMerge, AddCaregiver, CorrectCaregiver, ShareAccount)
"""Acts after which the facts that a recording was compared with may be others, or another chart could be meant."""


def on_act(sender: type, *, children: Sequence[int], **_: Any) -> None:
    """Compare and grade again what the act concerns, inside its transaction: recordings of these charts, those of
    charts that one of these could be taken for, and those whose files point to one of these, on whatever chart.
    """
    for study in _studies(children):
        if concerns(study):
            CompareAgain(study=study).execute()
    for study in _studies(near(children), pointing.on_other_charts(children)):
        if not same_facts(compared_now(study), study.identity):
            CompareAgain(study=study, through_other=True).execute()


def near(children: Sequence[int]) -> list[int]:
    """Keys of other charts with the birth date of one of these, give or take a day, its very name, or a caregiver.

    A chart that was merged away counts among these: what could be meant by others may be less now.
    """
    alike, siblings = Q(), set[int]()
    for child in Child.objects.filter(pk__in=children):
        days = [child.birth_date + timedelta(days=n) for n in range(-TWIN_D, TWIN_D + 1)]
        alike |= Q(birth_date__in=days) | Q(name_key=child.name_key)
        siblings |= people.siblings(child)
    if not alike:
        return []
    found = Child.objects.filter(alike | Q(pk__in=siblings)).exclude(state=ChildState.MERGED)
    return sorted(found.exclude(pk__in=children).values_list("pk", flat=True))


def _studies(children: Sequence[int], besides: Sequence[int] = ()) -> list[Study]:
    if not children and not besides:
        return []
    found = Study.objects.on_charts().filter(Q(child__in=children) | Q(pk__in=besides)).order_by("pk")
    return list(found.select_related("child__site", "recording", "order"))


def follow() -> None:
    """Listen to the acts that change these facts; called once when the app is ready."""
    for act in CHANGING:
        acted.connect(on_act, sender=act, dispatch_uid=f"diagnosis.{act.__name__}")
