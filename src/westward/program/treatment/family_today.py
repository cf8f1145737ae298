"""The medicines of today on the family's own page, from the calendar in force: large, in reviewed words alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.people.models import Caregiver, Child
from westward.program.treatment import wording
from westward.program.treatment.exposure import HORMONES
from westward.program.treatment.family import FamilyCalendar, family_calendar
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.planning import mislabeled, protocol_of
from westward.program.treatment.queries import open_runs, plan_in_force, reviewed, standing_plan


@dataclass(frozen=True, slots=True)
class Sheet:
    """The calendar of one treatment that the family has.

    Attributes
    ----------
    plan : Plan or None
        The calendar that is shown; None while there is none that may be.
    made : FamilyCalendar or None
        None where no dose is shown; ``why`` says so in the family's words.
    drugs : str
        Of the treatment, in the family's words.
    hormone : bool
        Whether it is one that is never stopped suddenly.
    """

    plan: Plan | None
    words: dict[str, Any]
    made: FamilyCalendar | None
    why: str = ""
    drugs: str = ""
    hormone: bool = False


def medicines_section(child: Child, user: User) -> dict[str, Any] | None:
    """Every treatment that was begun: its medicines from the calendar in force, or that a new calendar is being made.

    Of a calendar that is not in force, has no milliliters yet or those of another bottle, no dose is shown: the family
    would have to reckon. The treatment still stands there, lest one of two is taken for ended. A language whose words
    nobody has reviewed gives way to English, and the page says why.
    """
    today = timezone.localdate()
    if child.silent(today):
        return None
    asked = Caregiver.objects.filter(child=child, user=user, revoked_at=None).values_list("language", flat=True).first()
    language = asked if asked in wording.LANGUAGES and reviewed(asked) else wording.ORIGINAL
    begun = open_runs(child).filter(first_dose_at__isnull=False).order_by("start", "pk")
    sheets = [sheet for run in begun if (sheet := _sheet(run, language, today)) is not None]
    if not sheets:
        return None
    speaks = asked if asked in wording.LANGUAGES else wording.ORIGINAL
    why = str(wording.words(speaks)["in_english"]) if asked and asked != language else ""
    return {"sheets": sheets, "spoken": language, "asked": speaks, "in_english": why}


def _sheet(run: Run, language: str, today: date) -> Sheet | None:
    """What the page says of one treatment; None after its last day."""
    plan, said = plan_in_force(run), wording.words(language)
    standing = plan or standing_plan(run)
    if standing is not None and standing.last_day < today:
        return None
    kinds = protocol_of(run).drugs
    named = ", ".join(said["drugs"].get(drug, drug) for drug in kinds)
    waits = Sheet(None, said, None, why=str(said["remade"]), drugs=named, hormone=bool(HORMONES & set(kinds)))
    if plan is None:
        return waits
    if plan.moved:
        return replace(waits, plan=plan, why=str(said["moved"]))
    if not plan.in_milliliters(today) or mislabeled(plan, today=today) is not None:
        return waits
    made = family_calendar(plan, language=language, today=today)
    return Sheet(plan, made.words, made, hormone=made.hormone)
