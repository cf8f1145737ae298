"""Children in the typed API: list, search and one child; charts are changed on their pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows, sites
from westward.program.audit.record import REFUSED, record, record_list
from westward.program.people import consents, queries
from westward.program.people.access import read_chart
from westward.program.people.models import Child

router = Router(tags=["people"])
MOST = 200


class Page(Schema):
    """Which charts: codes and numbers only, nothing of a child."""

    shown: Literal["open", "closed", "all"] = "open"
    limit: int = Field(50, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=1_000_000)


class Words(Schema):
    """What is searched, in the body and never in the address."""

    words: str = Field(min_length=1, max_length=100)


class ChildOut(Schema):
    """Who a child is; ages are of today, in days, and null where they are not assessable."""

    id: int
    pseudonym: str
    family_name: str
    given_name: str
    birth_date: date
    sex: str
    gestation_d: int | None
    age_d: int | None
    corrected_age_d: int | None
    multiple_birth: bool
    record_number: str
    site: str
    language: str
    interpreter: bool
    state: str
    state_on: date | None
    merged_into: int | None
    simulated: bool


class Children(Schema):
    """A page of the list."""

    count: int
    children: list[ChildOut]


class CaregiverOut(Schema):
    """A parent or guardian who is in force."""

    id: int
    name: str
    relation: str
    phone: str
    email: str
    language: str
    interpreter: bool
    decides: bool
    has_account: bool


class ConsentOut(Schema):
    """The answer in force for a purpose; null if nobody was asked."""

    answer: str | None
    on: date | None


class RecipientOut(Schema):
    """An outside clinician whom letters go to."""

    id: int
    name: str
    practice: str
    phone: str
    fax: str
    email: str


class ChartOut(ChildOut):
    """One child with the people around it."""

    created_at: datetime
    caregivers: list[CaregiverOut]
    consents: dict[str, ConsentOut]
    recipients: list[RecipientOut]


def _child(child: Child) -> dict[str, Any]:
    age = queries.age(child)
    same = ("pseudonym", "family_name", "given_name", "birth_date", "sex", "gestation_d", "multiple_birth")
    also = ("record_number", "language", "interpreter", "state", "state_on", "simulated")
    return {
        "id": child.pk,
        "age_d": age.chronological_d if age else None,
        "corrected_age_d": age.corrected_d if age else None,
        "site": child.site.code if child.site else "",
        "merged_into": child.merged_into_id,
        **{name: getattr(child, name) for name in (*same, *also)},
    }


def _may_list(request: HttpRequest) -> frozenset[int] | None:
    asked = asking(request)
    if not allows(asked["user"], "people.list"):
        with transaction.atomic():
            record(asked["who"], "people.list", outcome=REFUSED)
        raise HttpError(403, "your roles do not open the list of children")
    return sites(asked["user"], "people.list")


def _told(request: HttpRequest, found: list[Child], count: int, chosen: dict[str, Any]) -> dict[str, Any]:
    record_list(asking(request)["who"], "people.list", [one.audit_id for one in found], purpose="care", chosen=chosen)
    return {"count": count, "children": [_child(one) for one in found]}


@router.get("/children", response=Children, summary="Charts of one's sites by name")
def children(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """One audit row tells how many were shown."""
    within = _may_list(request)
    rows = queries.children(within, shown=page.shown)
    found = list(rows[page.offset : page.offset + page.limit])
    chosen = {"search": False, "shown": page.shown, "offset": page.offset}
    return _told(request, found, rows.count(), chosen)


@router.post("/children/find", response=Children, summary="Find charts by name, record number, pseudonym or birth date")
def find(request: HttpRequest, asked: Words) -> dict[str, Any]:
    """Closed and merged charts too; at most 200."""
    within = _may_list(request)
    rows = queries.children(within, words=asked.words)
    return _told(request, list(rows[:MOST]), rows.count(), {"search": True, "shown": "all", "offset": 0})


@router.get("/children/{int:key}", response=ChartOut, summary="One child with caregivers, consents and recipients")
def child(request: HttpRequest, key: int) -> dict[str, Any]:
    """One audit row for the read; a merged chart names the one it was merged into."""
    one = read_chart(request, key)
    caregivers = [person for person in queries.caregivers(one) if person.revoked_at is None]
    answers = consents.in_force(one)
    return {
        **_child(one),
        "created_at": one.created_at,
        "caregivers": [
            {
                "id": person.pk,
                "has_account": person.user is not None and person.user.is_active,
                **{name: getattr(person, name) for name in ("name", "relation", "phone", "email", "language")},
                **{name: getattr(person, name) for name in ("interpreter", "decides")},
            }
            for person in caregivers
        ],
        "consents": {
            str(purpose): {"answer": now.answer if now else None, "on": now.on if now else None}
            for purpose, now in answers.items()
        },
        "recipients": [
            {"id": one.pk, **{name: getattr(one, name) for name in ("name", "practice", "phone", "fax", "email")}}
            for one in queries.recipients(one)
        ],
    }
