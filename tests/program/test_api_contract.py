"""The API does what its schema says: calls drawn from the OpenAPI document, by several roles, answered as promised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.program.staff import by, person, signed_in

from westward.program.audit.queries import walk
from westward.program.config.api import api
from westward.program.people.actions.add_child import AddChild
from westward.program.people.models import Child

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (pip install 'westward[dev]')")

DOCUMENT = api.get_openapi_schema()
METHODS = frozenset({"get", "post", "put", "patch", "delete"})
OPERATIONS = [
    (path, method) for path, one in sorted(DOCUMENT["paths"].items()) for method in sorted(METHODS & set(one))
]
FOR_EVERYBODY = {("/api/me", "get"), ("/api/evidence", "get")}  # oneself; published results
REFUSALS = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422})
ROLES = ("physician", "coordinator", "technologist", "caregiver")
EXAMPLES = 10
TOKEN = "t" * 32


@pytest.fixture(autouse=True)
def _connection_stays() -> Iterator[None]:
    """A request would close the connection, and the test's transaction with it; Django's own client sees to it, too."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def sessions(db: Any) -> dict[str, str]:
    """A session of each role, and a chart whose key the calls may meet."""
    found = {}
    for role in ROLES:
        user = person(role, role, kind="caregiver" if role == "caregiver" else "staff")
        found[role] = signed_in(user).cookies["session"].value
        if role == "coordinator":
            AddChild(**by(user), family_name="Sparrow", birth_date=date(2026, 6, 1), simulated=True).execute()
    return found


@pytest.mark.parametrize("path, method", OPERATIONS, ids=[f"{method} {path}" for path, method in OPERATIONS])
def test_every_call_answers_as_the_schema_says(path: str, method: str, sessions: dict[str, str]) -> None:
    document = schemathesis.openapi.from_dict(DOCUMENT)
    document.app = WSGIHandler()
    checks = [
        schemathesis.checks.CHECKS.get_one(name) for name in ("content_type_conformance", "response_schema_conformance")
    ]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=document[path][method.upper()].as_strategy(), role=st.sampled_from(ROLES), known=st.booleans())
    def call(case: Any, role: str, known: bool) -> None:
        if known and "key" in (case.path_parameters or {}):
            case.path_parameters["key"] = Child.objects.get().pk
        answer = case.call(cookies={"session": sessions[role], "csrf": TOKEN}, headers={"X-CSRFToken": TOKEN})
        assert answer.status_code in REFUSALS or answer.status_code in range(200, 300), answer.text[:300]
        assert answer.headers["cache-control"] == ["no-store"]
        if answer.status_code in REFUSALS:
            assert "detail" in answer.json()
        else:
            assert role != "caregiver" or (path, method) in FOR_EVERYBODY
            case.validate_response(answer, checks=checks)

    call()
    assert walk().whole
