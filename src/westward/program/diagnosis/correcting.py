"""Follow corrections of a chart: identity and age of its recordings hang on what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from westward.program.acts import acted
from westward.program.diagnosis.actions.compare_again import CompareAgain, concerns
from westward.program.diagnosis.models import Study
from westward.program.people.actions.correct_child import CorrectChild
from westward.program.people.actions.merge_charts import MergeCharts, UndoMerge

CHANGING = (CorrectChild, MergeCharts, UndoMerge)
"""Acts after which the facts that a recording was compared with may be others."""


def on_act(sender: type, *, children: Sequence[int], **_: Any) -> None:
    """Compare and grade again what the correction concerns, inside the transaction of the act."""
    found = Study.objects.on_charts().filter(child__in=children).order_by("pk")
    for study in found.select_related("child__site", "recording", "order"):
        if concerns(study):
            CompareAgain(study=study).execute()


def follow() -> None:
    """Listen to the acts that change these facts; called once when the app is ready."""
    for act in CHANGING:
        acted.connect(on_act, sender=act, dispatch_uid=f"diagnosis.{act.__name__}")
