"""The family's way to the diary, on the page of their child."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.followup.words import words
from westward.program.people.models import Caregiver, Child
from westward.program.treatment.queries import checks, plan_in_force


def diary_section(child: Child, user: User) -> dict[str, Any] | None:
    """A link to the diary, as long as the chart is open."""
    if child.silent(timezone.localdate()):
        return None
    return {"diary": words(language_of(child, user))}


def language_of(child: Child, user: User) -> str:
    """The caregiver's language, where the diary speaks it."""
    found = Caregiver.objects.filter(child=child, user=user, revoked_at=None).values_list("language", flat=True).first()
    return "es" if found == "es" else "en"


def next_eeg(child: Child) -> date | None:
    """Day of the next EEG that the treatment's calendar asks for; None if none is set."""
    today = timezone.localdate()
    days = [
        one.on
        for run in child.runs.all()
        if run.open
        for one in checks(run, plan_in_force(run))
        if one.done is None and one.check["id"] in ("day_14_eeg", "vigabatrin_benefit") and one.on >= today
    ]
    return min(days, default=None)
