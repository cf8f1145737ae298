"""People see where they are signed in, and sign out there; nobody sees or ends a session of somebody else."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.program.staff import person, signed_in

from westward.program.audit.models import Entry

pytestmark = pytest.mark.django_db
PAGE = "/session/all/"


def sign_in(name: str, agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/sign-in/login/", {"login": name, "password": "correct horse battery"})
    assert client.get("/api/me").status_code == 200
    return client


def confirm(client: Client) -> None:
    """Give the password once more: what a stolen session cannot do."""
    assert client.post("/sign-in/reauthenticate/", {"password": "correct horse battery"}).status_code == 302


def test_one_session_is_ended_elsewhere() -> None:
    person("parent", "caregiver", kind="caregiver")
    here, there = sign_in("parent", "Browser here"), sign_in("parent", "Phone there")
    page = here.get(PAGE)
    assert b"Phone there" in page.content
    (other,) = [one for one in page.context["sessions"] if one.user_agent == "Phone there"]
    confirm(here)
    here.post(PAGE, {"session": other.pk})
    assert there.get("/api/me").status_code == 401
    assert here.get("/api/me").status_code == 200
    assert Entry.objects.get(verb="session.end_elsewhere").detail == '{"sessions":1}'


def test_all_others_are_ended_and_the_own_one_stays() -> None:
    person("parent", "caregiver", kind="caregiver")
    here, *others = [sign_in("parent", f"Browser {i}") for i in range(3)]
    confirm(here)
    here.post(PAGE, {"session": "others"})
    assert [one.get("/api/me").status_code for one in (here, *others)] == [200, 401, 401]


def test_nobody_ends_a_session_of_somebody_else() -> None:
    for name in ("one", "two"):
        person(name, "caregiver", kind="caregiver")
    mine, theirs = sign_in("one", "Browser one"), sign_in("two", "Browser two")
    key = theirs.get(PAGE).context["sessions"][0].pk
    assert b"Browser two" not in mine.get(PAGE).content
    confirm(mine)
    mine.post(PAGE, {"session": key})
    assert theirs.get("/api/me").status_code == 200


def test_ending_a_session_by_a_link_alone_is_not_possible() -> None:
    person("parent", "caregiver", kind="caregiver")
    here, there = sign_in("parent", "here"), sign_in("parent", "there")
    here.get(PAGE, {"session": "others"})
    assert there.get("/api/me").status_code == 200


def test_ending_sessions_asks_for_the_password_again_and_then_goes_on() -> None:
    person("parent", "caregiver", kind="caregiver")
    here, there = sign_in("parent", "here"), sign_in("parent", "there")
    answer = here.post(PAGE, {"session": "others"})
    assert answer["Location"].startswith("/sign-in/reauthenticate/")
    assert there.get("/api/me").status_code == 200
    here.post(answer["Location"], {"password": "correct horse battery", "next": PAGE})
    assert there.get("/api/me").status_code == 401


def test_an_administrator_signs_a_colleague_out_everywhere_and_nobody_else_does() -> None:
    parent = person("parent", "caregiver", kind="caregiver")
    there = sign_in("parent", "there")
    act = f"/staff/{parent.pk}/sessions/"
    assert signed_in(person("kim", "nurse")).post(act).status_code == 403
    assert there.get("/api/me").status_code == 200
    assert signed_in(person("boss", "administrator")).post(act).status_code == 302
    assert there.get("/api/me").status_code == 401
    assert Entry.objects.get(verb="accounts.end_sessions", outcome="done").detail == '{"sessions":1}'
