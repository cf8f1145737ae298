"""Mail: off without a server, never names, never anything clinical; recovery by mail keeps the second factor."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail as outbox
from django.test import Client
from tests.program.staff import person, signed_in

from westward.program.accounts import mail
from westward.program.accounts.models import User
from westward.program.audit.models import Entry

pytestmark = pytest.mark.django_db
ASKED = {"name": "Kim Nurse", "username": "kim", "email": "kim@example.org", "role": "nurse", "purpose": "care"}


@pytest.fixture
def on(settings: Any) -> None:
    settings.MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_without_a_server_nothing_is_sent_and_the_link_is_shown(settings: Any) -> None:
    assert not settings.MAIL
    assert not mail.send("kim@example.org", "Subject", "words")
    page = signed_in(person("boss", "administrator")).post("/staff/invite/", ASKED, follow=True).content
    assert b"/set-up/" in page
    assert outbox.outbox == []


def test_an_invitation_goes_by_mail_and_its_link_is_not_shown(on: None) -> None:
    page = signed_in(person("boss", "administrator")).post("/staff/invite/", ASKED, follow=True).content
    assert b"/set-up/" not in page
    (one,) = outbox.outbox
    assert one.to == ["kim@example.org"]
    assert "Kim" not in one.body + one.subject
    path = re.search(r"http://localhost:8000(/set-up/\S+/)", one.body)
    assert path is not None
    assert Client().get(path[1]).status_code == 200


def test_a_server_that_fails_leaves_the_link_to_be_shown(on: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = signed_in(person("boss", "administrator")).post("/staff/invite/", ASKED, follow=True).content
    assert b"/set-up/" in page


def test_an_account_without_an_address_shows_its_link(on: None) -> None:
    page = signed_in(person("boss", "administrator")).post("/staff/invite/", {**ASKED, "email": ""}, follow=True)
    assert b"/set-up/" in page.content


def recover(client: Client, address: str) -> str | None:
    answer = client.post("/sign-in/password/reset/", {"email": address})
    assert answer["Location"] == "/sign-in/password/reset/done/"
    found = (
        re.search(r"http://\S+?(/sign-in/password/reset/key/\S+)", outbox.outbox[-1].body) if outbox.outbox else None
    )
    return found[1] if found else None


def test_a_forgotten_password_is_set_anew_by_mail_once_and_the_second_factor_stays(on: None) -> None:
    kim = person("kim", "nurse")
    User.objects.filter(pk=kim.pk).update(email="kim@example.org")
    signed_in(kim)
    client = Client()
    link = recover(client, "kim@example.org")
    assert link is not None
    (one,) = outbox.outbox
    assert "kim" not in one.body.replace("kim@example.org", "").lower()
    form = client.get(link, follow=True)
    words = {"password1": "quite new plain words", "password2": "quite new plain words"}
    answer = client.post(form.request["PATH_INFO"], words)
    assert answer.status_code == 302
    kim.refresh_from_db()
    assert kim.check_password("quite new plain words")
    assert Authenticator.objects.filter(user=kim).count() == 1
    assert Entry.objects.filter(verb="accounts.recover", target=kim.audit_id).count() == 1
    assert "_auth_user_id" not in client.session
    again = Client().get(link, follow=True)
    assert b"no longer works" in again.content


def test_an_unknown_address_gets_no_mail_and_the_same_answer(on: None) -> None:
    assert recover(Client(), "nobody@example.org") is None
    assert outbox.outbox == []


def test_a_recovered_password_ends_the_sessions_of_before(on: None) -> None:
    kim = person("kim", "nurse")
    User.objects.filter(pk=kim.pk).update(email="kim@example.org")
    old = signed_in(kim)
    assert old.get("/api/me").status_code == 200
    client = Client()
    form = client.get(str(recover(client, "kim@example.org")), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "quite new plain words", "password2": "quite new plain words"})
    assert old.get("/api/me").status_code == 401


def test_asking_for_links_is_throttled(on: None) -> None:
    kim = person("kim", "nurse")
    User.objects.filter(pk=kim.pk).update(email="kim@example.org")
    for _ in range(12):
        Client().post("/sign-in/password/reset/", {"email": "kim@example.org"})
    assert len(outbox.outbox) <= 5
