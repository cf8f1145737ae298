"""What the app ``diagnosis`` decided of children, and of whom the letter on it is still to be drafted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef

from westward.care.clocks import Milestone
from westward.program.diagnosis import journey as diagnosis
from westward.program.diagnosis.models import Decision
from westward.program.letters.choices import LetterKind, LetterState
from westward.program.letters.models import Letter


def diagnosed(children: Sequence[int]) -> dict[int, date]:
    """The day of the diagnosis of each child that has one."""
    if not children:
        return {}
    return {
        key: when.latest
        for key, facts in diagnosis.facts(list(children)).items()
        if (when := facts.get(Milestone.DIAGNOSIS)) is not None and when.latest is not None
    }


def unwritten(children: Sequence[int]) -> dict[int, date]:
    """Day of the decision in force of children on whose decision no letter was drafted since."""
    since = (
        Letter.objects.filter(
            child=OuterRef("child"), kind=LetterKind.DIAGNOSIS, drafted_at__gte=OuterRef("decided_at")
        )
        .exclude(state=LetterState.WITHDRAWN)
        .order_by()
    )
    decided = list(diagnosis.decisions(list(children)))
    found = Decision.objects.filter(child__in=decided, revised_by=None).exclude(Exists(since))
    return dict(found.values_list("child", "on"))
