"""The typed API: every route needs a signed-in session with its second factor."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.security import SessionAuth

from westward.program.accounts import queries
from westward.program.diagnosis.api import router as diagnosis
from westward.program.etiology.api import router as etiology
from westward.program.journey.api import router as journey
from westward.program.letters.api import router as letters
from westward.program.local.api import router as local
from westward.program.people.api import router as people
from westward.program.referral.api import router as referral
from westward.program.treatment.api import router as treatment


class SignedIn(SessionAuth):
    """A session cookie with the CSRF token; the middleware has asked for the second factor before."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The user, or None: answered with 401."""
        return request.user if request.user.is_authenticated and request.user.is_active else None


class GrantOut(Schema):
    """One role, where and for what."""

    role: str
    site: str
    purpose: str


class Me(Schema):
    """Who is signed in."""

    id: str
    name: str
    kind: str
    grants: list[GrantOut]


api = NinjaAPI(title="Westward", version="1", auth=SignedIn(), docs_url=None, docs_decorator=login_required)


@api.get("/me", response=Me, summary="Who is signed in, with which roles")
def me(request: HttpRequest) -> dict[str, Any]:
    """Roles in force, not those withdrawn."""
    user: Any = request.user
    grants = [
        {"role": grant.role, "site": grant.site.code if grant.site else "", "purpose": grant.purpose}
        for grant in queries.grants(user)
    ]
    return {"id": user.audit_id, "name": user.name, "kind": user.kind, "grants": grants}


api.add_router("", local)
api.add_router("", people)
api.add_router("", letters)
api.add_router("", diagnosis)
api.add_router("", journey)
api.add_router("", treatment)
api.add_router("", referral)
api.add_router("", etiology)
