"""The medicines of today on the family's own page, from the calendar in force: large, in reviewed words alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.people.models import Caregiver, Child
from westward.program.treatment import wording
from westward.program.treatment.family import FamilyCalendar, family_calendar
from westward.program.treatment.models import Plan
from westward.program.treatment.planning import mislabeled
from westward.program.treatment.queries import open_runs, plan_in_force, reviewed


@dataclass(frozen=True, slots=True)
class Sheet:
    """The calendar of one treatment that the family has; ``made`` is None while its days are known to move."""

    plan: Plan
    words: dict[str, Any]
    made: FamilyCalendar | None


def medicines_section(child: Child, user: User) -> dict[str, Any] | None:
    """Every treatment that was begun and whose calendar is in force with milliliters for each dose to come.

    What is not in force, has no milliliters yet or those of another bottle, is not shown: the family would have to
    reckon. A language whose words nobody has reviewed gives way to English.
    """
    today = timezone.localdate()
    if child.silent(today):
        return None
    language = _language(child, user)
    sheets = []
    for run in open_runs(child).filter(first_dose_at__isnull=False).order_by("start", "pk"):
        plan = plan_in_force(run)
        if plan is None or plan.last_day < today:
            continue
        if plan.moved:
            sheets.append(Sheet(plan, wording.words(language), None))
            continue
        if plan.in_milliliters(today) and mislabeled(plan, today=today) is None:
            made = family_calendar(plan, language=language, today=today)
            sheets.append(Sheet(plan, made.words, made))
    return {"sheets": sheets, "spoken": language} if sheets else None


def _language(child: Child, user: User) -> str:
    """The caregiver's language, where the calendar's words in it were reviewed."""
    mine = Caregiver.objects.filter(child=child, user=user, revoked_at=None).values_list("language", flat=True).first()
    return mine if mine in wording.LANGUAGES and reviewed(mine) else wording.ORIGINAL
