"""How many queries each page makes, with few and with many children, against ``query_budgets.json``.

A page that needs more than its budget fails; so does a page without one. To accept what is measured, after a look at
why, run ``WESTWARD_ACCEPT_BUDGETS=1 python -m pytest tests/program/test_query_budgets.py`` and commit the file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.program.staff import by, signed_in
from tests.program.test_routes import ALL

from benchmarks import clinic_children
from westward.program.accounts.models import Grant, User
from westward.program.accounts.queries import forget_grants
from westward.program.config import middleware
from westward.program.diagnosis.models import Study
from westward.program.journey import projection
from westward.program.people.models import Child
from westward.program.quality.actions.file_event import FileEvent
from westward.program.quality.models import SafetyEvent
from westward.program.referral.models import Referral

pytestmark = pytest.mark.django_db
FILE = Path(__file__).with_name("query_budgets.json")
FEW, MANY = 1, 31
ACCEPT = bool(os.environ.get("WESTWARD_ACCEPT_BUDGETS"))
NOT_OURS = ("sign-in/", "api/", "demo/", "healthy/", "static/")
ROLES = {
    "care": ("administrator", "privacy_officer", "coordinator", "physician", "technologist", "nurse", "pharmacist"),
    "quality": ("quality",),
    "research": ("researcher",),
}


def everybody() -> User:
    """Somebody who may open every page of the staff."""
    user = clinic_children.staff()
    for purpose, roles in ROLES.items():
        for role in roles:
            Grant.objects.get_or_create(user=user, role=role, site=None, purpose=purpose)
    forget_grants(user)
    return user


def addresses() -> Iterator[tuple[str, str]]:
    """Pages by route; those of one thing are asked for the first child that went the whole way, and what is its."""
    child = Child.objects.order_by("pk").get(first_treatments__isnull=False, pseudonym="W-000000")
    things = {
        "children/": {"key": child.pk, "study": Study.objects.filter(child=child).order_by("pk")[0].pk},
        "referrals/": {"key": Referral.objects.get(child=child).pk},
        "quality/safety/": {"key": SafetyEvent.objects.order_by("pk")[0].pk},
    }
    for name, pattern in ALL:
        if not name or pattern.startswith(NOT_OURS) or "^" in pattern:
            continue
        known = next((keys for start, keys in things.items() if pattern.startswith(start)), {})
        wanted = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
        if all(one in known for one in wanted):
            yield name, "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found, known=known: str(known[found[1]]), pattern)


def counted(client: Client) -> dict[str, int]:
    """Queries of every page that answers with 200."""
    found = {}
    for name, address in addresses():
        if client.get(address).status_code == 200:
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            found[name] = len(asked)
    return found


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    # The time of last use is written once a minute: on a slow machine that fell on one page or another.
    monkeypatch.setattr(middleware, "IDLE_STEP_S", 24 * 3600)
    user = everybody()
    told: list[dict[str, int]] = []
    have = 0
    client = signed_in(user)
    for n in (FEW, MANY):
        clinic_children.add(n - have, first=have, user=user, whole=have == 0)
        have = n
        for child in Child.objects.all()[: max(1, n)]:
            FileEvent(**by(user), child=child, kind="near_miss", what="Nearly.").execute()
        projection.rebuild()
        told.append(counted(client))
    return {name: [told[0].get(name, 0), many] for name, many in sorted(told[1].items())}


def test_no_page_needs_more_queries_than_its_budget(measured: dict[str, list[int]]) -> None:
    if ACCEPT:
        rows = [f"  {json.dumps(name)}: {counts}" for name, counts in measured.items()]
        FILE.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    budgets: dict[str, list[int]] = json.loads(FILE.read_text(encoding="utf-8"))
    grown = [
        f"{name}: {few} with {FEW} child, {many} with {MANY}; budget {budgets.get(name, 'none')}"
        for name, (few, many) in measured.items()
        if name not in budgets or few > budgets[name][0] or many > budgets[name][1]
    ]
    assert grown == [], f"look why, then accept as {__file__} says"
    assert set(measured) >= {"board", "child-timeline", "quality", "safety", "children"}


def test_no_budget_grows_with_every_child() -> None:
    """Thirty more children may cost a page a few queries more, not one each."""
    budgets: dict[str, list[int]] = json.loads(FILE.read_text(encoding="utf-8"))
    assert {name: counts for name, counts in budgets.items() if counts[1] - counts[0] >= MANY - FEW} == {}


def test_budgets_are_of_pages_that_exist() -> None:
    assert set(json.loads(FILE.read_text(encoding="utf-8"))) <= {name for name, _ in ALL}
