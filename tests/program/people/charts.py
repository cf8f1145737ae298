"""Charts for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.program.staff import by, person

from westward.program.accounts.models import Site, User
from westward.program.people.actions.add_child import AddChild
from westward.program.people.models import Child


def site(code: str) -> Site:
    return Site.objects.get_or_create(code=code, defaults={"name": code.title()})[0]


def chart_of(family: str = "Rivera", given: str = "", *, at: Site | None = None, **facts: Any) -> Child:
    opener = User.objects.filter(username="opener").first() or person("opener", "coordinator")
    facts.setdefault("birth_date", date(2026, 5, 1))
    return AddChild(**by(opener), site=at, family_name=family, given_name=given, **facts).execute()
