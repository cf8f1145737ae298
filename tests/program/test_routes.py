"""What every address answers: to nobody, to somebody without a second factor, to the wrong role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.program.staff import person, signed_in

from westward.program.accounts.actions.invite import first_administrator
from westward.program.accounts.models import User
from westward.program.audit.models import Entry
from westward.program.audit.queries import walk
from westward.program.config.urls import PUBLIC

pytestmark = pytest.mark.django_db


def routes(patterns: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, prefix + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield one.name or "", prefix + str(one.pattern)


ALL = sorted({(name, pattern) for name, pattern in routes(get_resolver().url_patterns)})
FILL = {"part": "history", "key": "1", "grant": "1", "pk": "1", "secret": "x", "provider_id": "none", "uidb36": "1"}


def address(pattern: str) -> str:
    filled = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda m: FILL.get(m[1], "1"), pattern)
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: FILL.get(m[1], "1"), filled)
    return "/" + filled.replace("^", "").replace("$", "").replace("\\Z", "")


@pytest.mark.parametrize("name, pattern", ALL, ids=[pattern or "/" for _, pattern in ALL])
def test_a_stranger_is_refused(name: str, pattern: str) -> None:
    if name in PUBLIC:
        return
    refusals = {401, 403, 405} | ({404} if name == "api-root" else set())
    for method in ("get", "post"):
        answer = getattr(Client(), method)(address(pattern))
        led_away = answer.status_code == 302 and answer["Location"].startswith("/sign-in/login/")
        assert led_away or answer.status_code in refusals, (method, answer.status_code, answer.get("Location"))


def test_public_names_only_routes_that_exist() -> None:
    assert {name for name, _ in ALL} >= PUBLIC - {"account_confirm_login_code"}


def test_nobody_signs_up() -> None:
    Client().post("/sign-in/signup/", {"username": "me", "password1": "plain words in a row"})
    assert not User.objects.exists()


def test_headers() -> None:
    answer = Client().get("/sign-in/login/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert b"<style" not in answer.content
    assert b" style=" not in answer.content


def test_clinical_roles_are_led_to_their_second_factor_and_caregivers_are_not() -> None:
    client = signed_in(person("kim", "nurse"), factor=False)
    assert client.get("/me/")["Location"] == reverse("mfa_index")
    assert client.get("/api/me").status_code == 403
    assert signed_in(person("parent", "caregiver", kind="caregiver"), factor=False).get("/me/").status_code == 200


def test_a_session_ends_when_idle_and_when_old(settings: Any) -> None:
    for name, value in (("used_s", settings.SESSION_IDLE_S), ("began_s", settings.SESSION_ABSOLUTE_S)):
        client = signed_in(person(name, "nurse"))
        assert client.get("/me/").status_code == 200
        session = client.session
        session[name] -= value + 1
        session.save()
        assert client.get("/me/")["Location"].startswith("/sign-in/login/")


def test_a_closed_account_is_out_at_once() -> None:
    kim = person("kim", "nurse")
    client = signed_in(kim)
    User.objects.filter(pk=kim.pk).update(is_active=False)
    assert client.get("/me/").status_code == 302


def test_pages_open_by_role_and_refusals_are_audited() -> None:
    nurse, boss = person("kim", "nurse"), person("boss", "administrator", "privacy_officer")
    assert signed_in(nurse).get("/staff/").status_code == 403
    assert (Entry.objects.get(verb="accounts.list").outcome, Entry.objects.count()) == ("refused", 2)
    client = signed_in(boss)
    for page in (
        "/me/",
        "/staff/",
        f"/staff/{nurse.pk}/",
        "/audit/",
        "/audit/reviews/",
        "/api/me",
        "/api/openapi.json",
    ):
        assert client.get(page).status_code == 200, page
    assert walk().whole


def test_an_audit_search_never_stands_in_an_address() -> None:
    client = signed_in(person("boss", "privacy_officer"))
    answer = client.post("/audit/search/", {"target": "child:77"})
    assert answer["Location"] == "/audit/"
    page = client.get("/audit/")
    assert b"0 rows" in page.content
    assert b"child:77" in page.content


def test_signing_in_and_failing_to_are_audited_without_what_was_typed() -> None:
    person("parent", "caregiver", kind="caregiver")
    client = Client()
    client.post("/sign-in/login/", {"login": "parent", "password": "my secret words"})
    assert Entry.objects.get(verb="session.begin").outcome == "refused"
    client.post("/sign-in/login/", {"login": "parent", "password": "correct horse battery"})
    client.post("/sign-in/logout/")
    verbs = list(Entry.objects.order_by("seq").values_list("verb", "outcome"))
    assert verbs == [("session.begin", "refused"), ("session.begin", "done"), ("session.end", "done")]
    assert not Entry.objects.filter(detail__contains="secret").exists()


def test_guessing_is_throttled() -> None:
    person("parent", "caregiver", kind="caregiver")
    client = Client(REMOTE_ADDR="192.0.2.99")
    for _ in range(6):
        client.post("/sign-in/login/", {"login": "parent", "password": "wrong"})
    answer = client.post("/sign-in/login/", {"login": "parent", "password": "correct horse battery"})
    assert answer.status_code != 302


def test_a_set_up_link_in_the_browser() -> None:
    secret = first_administrator()
    client, page = Client(), f"/set-up/{secret}/"
    assert client.get(page).status_code == 200
    words = {"password": "plain words in a row", "again": "plain words in a row"}
    assert client.post(page, {**words, "again": "other"}).status_code == 200
    assert client.post(page, words)["Location"] == "/sign-in/login/"
    assert client.get(page).status_code == 404


def test_an_invitation_shows_its_link_once() -> None:
    client = signed_in(person("boss", "administrator"))
    asked = {"name": "Kim", "username": "kim", "role": "nurse", "purpose": "care"}
    answer = client.post("/staff/invite/", asked, follow=True)
    assert b"/set-up/" in answer.content
    assert b"/set-up/" not in client.get(answer.request["PATH_INFO"]).content
