"""What ASVS asks and no other test shows: cookies, headers, passwords, factors, errors, files."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from tests.program.staff import person, signed_in
from tests.program.test_routes import ALL, address

import westward.program
from westward.core.errors import InputError
from westward.program.accounts.models import User
from westward.program.referral import uploads
from westward.program.serving import serving

pytestmark = pytest.mark.django_db
PROGRAM = Path(westward.program.__file__).parent
SCRIPTS = sorted(PROGRAM.rglob("static/**/*.js"))
WORDS = "correct horse battery"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Settings of a program that is served by TLS."""
    folder = tmp_path_factory.mktemp("tls")
    for name in ("c.pem", "k.pem"):
        (folder / name).write_text("")
    how = serving(bind="0.0.0.0", host="a.example.org", tls_cert=folder / "c.pem", tls_key=folder / "k.pem")
    code = (
        "import json, westward.program.config.settings as s\n"
        "print(json.dumps({n: v for n, v in vars(s).items() if n.isupper() and isinstance(v, (str, int, bool, list))}))"
    )
    serving_ = json.dumps({name: getattr(how, name) for name in how.__slots__})
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "WESTWARD_SERVING": serving_}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_cookies_under_tls(tls: dict[str, Any]) -> None:
    assert (tls["SESSION_COOKIE_NAME"], tls["CSRF_COOKIE_NAME"]) == ("__Host-session", "__Host-csrf")
    assert tls["SESSION_COOKIE_SECURE"] is tls["CSRF_COOKIE_SECURE"] is True
    person("parent", "caregiver", kind="caregiver")
    names = ("COOKIE_NAME", "COOKIE_SECURE", "COOKIE_HTTPONLY", "COOKIE_SAMESITE")
    with override_settings(
        **{f"{kind}_{name}": tls[f"{kind}_{name}"] for kind in ("SESSION", "CSRF") for name in names}
    ):
        client = Client()
        client.get("/sign-in/login/", secure=True)
        client.post("/sign-in/login/", {"login": "parent", "password": WORDS}, secure=True)
        for name, same_site in (("__Host-session", "Lax"), ("__Host-csrf", "Strict")):
            cookie = client.cookies[name]
            assert cookie["secure"] is cookie["httponly"] is True
            assert (cookie["samesite"], cookie["path"], cookie["domain"]) == (same_site, "/", "")


def test_hsts_under_tls(tls: dict[str, Any]) -> None:
    assert tls["SECURE_SSL_REDIRECT"] is True
    names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS")
    with override_settings(**{name: tls[name] for name in names}):
        answer = Client().get("/sign-in/login/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_debug_is_off(tls: dict[str, Any]) -> None:
    assert tls["DEBUG"] is False


@pytest.mark.parametrize("verb", ["TRACE", "TRACK", "CONNECT", "MOVE"])
def test_trace_is_not_answered(verb: str) -> None:
    answer = Client().generic(verb, "/sign-in/login/")
    assert answer.status_code == 405
    assert answer.content == b""


def test_other_origins_get_no_permission() -> None:
    client = signed_in(person("boss", "administrator"))
    for path in ("/api/me", "/staff/"):
        answer = client.get(path, headers={"origin": "https://evil.example"})
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_every_answer_says_what_it_is() -> None:
    client = signed_in(person("boss", "administrator", "privacy_officer"))
    for path in ("/", "/staff/", "/api/me", "/api/openapi.json", "/healthy/", "/nothing-there/", "/api/nothing"):
        answer = client.get(path, follow=True)
        assert re.fullmatch(
            r"(text/(html|plain); charset=utf-8|application/json(; charset=utf-8)?)", answer["Content-Type"]
        ), path
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_form_without_its_token_is_refused() -> None:
    boss = person("boss", "administrator")
    signed_in(boss)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(boss)
    for kind in (
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=b",
    ):
        assert strict.generic("POST", "/staff/invite/", b"name=x", content_type=kind).status_code == 403
    assert not User.objects.filter(name="x").exists()


ACTS = [(name, pattern) for name, pattern in ALL if name in {
    "invite", "add-site", "give-role", "withdraw-role", "close-account", "renew-link", "end-sessions"
}]  # fmt: skip


@pytest.mark.parametrize("name, pattern", ACTS)
def test_acts_are_not_done_by_get(name: str, pattern: str) -> None:
    client = signed_in(person("boss", "administrator"))
    assert client.get(address(pattern)).status_code == 405


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"])
def test_nobody_is_led_to_another_host(to: str) -> None:
    person("parent", "caregiver", kind="caregiver")
    answer = Client().post("/sign-in/login/", {"login": "parent", "password": WORDS, "next": to})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")


def test_forwarded_headers_count_behind_a_proxy_alone() -> None:
    forged = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    person("parent", "caregiver", kind="caregiver")
    client = Client(REMOTE_ADDR="192.0.2.50", headers=forged)
    for _ in range(6):
        client.post("/sign-in/login/", {"login": "parent", "password": "wrong"})
    client.post("/sign-in/login/", {"login": "parent", "password": WORDS})
    assert "_auth_user_id" not in client.session  # throttled by name, whatever address is claimed
    other = Client(REMOTE_ADDR="192.0.2.51", headers=forged)
    assert not other.get("/sign-in/login/").wsgi_request.is_secure()
    assert other.get("/sign-in/login/").wsgi_request.get_host() == "testserver"


def test_nothing_but_collected_files_is_served() -> None:
    for path in (
        "/static/",
        "/static/../secret.key",
        "/static/%2e%2e/secret.key",
        "/.git/config",
        "/files/",
        "/secret.key",
    ):
        assert Client().get(path).status_code == 404, path


def test_markup_in_a_name_is_shown_as_text() -> None:
    client = signed_in(person("boss", "administrator"))
    evil = "<script>alert('{{ 7|add:7 }}')</script>"
    client.post("/staff/invite/", {"name": evil, "username": "evil", "role": "nurse", "purpose": "care"})
    page = client.get("/staff/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#x27;{{ 7|add:7 }}&#x27;)" in page


def test_what_was_encoded_twice_stays_text() -> None:
    client = signed_in(person("boss", "administrator"))
    twice = "%253Cb%253E &lt;b&gt;"
    client.post("/staff/invite/", {"name": twice, "username": "twice", "role": "nurse", "purpose": "care"})
    assert User.objects.get(username="twice").name == twice


def test_a_search_for_sql_finds_nothing_and_breaks_nothing() -> None:
    client = signed_in(person("boss", "administrator"))
    for words in ("' OR 1=1 --", "%", "_", "'; DROP TABLE accounts_user; --", "\x27"):
        page = client.get("/staff/", {"q": words})
        assert page.status_code == 200
        assert page.context["people"] == []
    assert User.objects.exists()


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
            if any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in node.keywords):
                yield "shell=True"


def test_the_program_calls_no_shell_and_evaluates_nothing() -> None:
    forbidden = {"eval", "exec", "compile", "os.system", "os.popen", "pickle.loads", "pickle.load", "yaml.load",
                 "marshal.loads", "shell=True", "Template", "engines.from_string"}  # fmt: skip
    for path in PROGRAM.rglob("*.py"):
        found = forbidden & set(_calls(ast.parse(path.read_text("utf-8"))))
        assert not found, (path, found)


KEPT_ON_THE_PHONE = {("diary.js", "indexedDB")}
"""The family's diary keeps what was written without a network until it is sent."""


def test_our_script_writes_no_markup() -> None:
    for path in SCRIPTS:
        source = path.read_text("utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
                     "localStorage", "sessionStorage", "indexedDB", "postMessage"):  # fmt: skip
            assert word not in source or (path.name, word) in KEPT_ON_THE_PHONE, (path.name, word)


def test_a_field_that_is_not_asked_for_is_not_stored() -> None:
    client = signed_in(person("boss", "administrator"))
    asked = {"name": "Kim", "username": "kim", "role": "nurse", "purpose": "care"}
    client.post("/staff/invite/", {**asked, "kind": "caregiver", "is_active": "", "id": "1", "password": "x"})
    kim = User.objects.get(username="kim")
    assert (kim.kind, kim.is_active, kim.has_usable_password()) == ("staff", True, False)


def test_a_field_in_the_address_does_not_count_in_a_form() -> None:
    client = signed_in(person("boss", "administrator"))
    client.post("/staff/invite/?role=administrator&username=x", {"name": "Kim", "username": "kim", "role": "nurse",
                                                                "purpose": "care"})  # fmt: skip
    assert [grant.role for grant in User.objects.get(username="kim").grants.all()] == ["nurse"]


def test_a_line_break_in_an_address_makes_no_mail() -> None:
    client = signed_in(person("boss", "administrator"))
    evil = "kim@example.org\nBcc: all@example.org"
    client.post("/staff/invite/", {"name": "K", "username": "k", "email": evil, "role": "nurse", "purpose": "care"})
    assert not User.objects.filter(username="k").exists()


# Passwords.


@pytest.mark.parametrize("weak", ["short words", "password1234", "123456789012", "qwertyuiop12"])
def test_rules_for_passwords(weak: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(weak)
    for good in ("plain words in a row", "wave é中 harbor", "a plain sentence " * 10, "nodigitsnosignsnocapitals"):
        validate_password(good)


@pytest.mark.parametrize("own", ["westward2026!", "Infantile-Spasms-1", "physician1234", "EEG-westward-EEG"])
def test_a_password_of_the_programs_words_is_refused(own: str) -> None:
    with pytest.raises(ValidationError, match="words of the program"):
        validate_password(own)
    validate_password(own + " and a gray harbor")


def test_a_password_is_compared_as_it_was_typed() -> None:
    user = User.objects.make("kim", name="Kim", password=" Plain words In a row é ")
    assert user.check_password(" Plain words In a row é ")
    for other in ("Plain words In a row é", " plain words in a row é ", " Plain words In a row e "):
        assert not user.check_password(other)


def test_passwords_are_stored_slowly(tls: dict[str, Any]) -> None:
    assert tls["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")
    with override_settings(PASSWORD_HASHERS=tls["PASSWORD_HASHERS"]):
        assert make_password("plain words in a row").startswith("argon2$argon2id$")


def test_password_fields_are_masked_and_can_be_pasted() -> None:
    page = Client().get("/sign-in/login/").content.decode()
    (field,) = re.findall(r"<input[^>]*name=\"password\"[^>]*>", page)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_a_password_is_changed_with_the_old_one() -> None:
    kim = person("parent", "caregiver", kind="caregiver")
    client = signed_in(kim, factor=False)
    new = {"password1": "847362915", "password2": "847362915"}
    client.post("/sign-in/password/change/", {"oldpassword": "wrong", **new})
    kim.refresh_from_db()
    assert kim.check_password(WORDS)
    client.post("/sign-in/password/change/", {"oldpassword": WORDS, **new})
    kim.refresh_from_db()
    assert kim.check_password("847362915")


# Factors and sessions.


def test_factors_and_addresses_change_only_after_the_password() -> None:
    client = signed_in(person("kim", "nurse"))
    for path in ("totp/deactivate/", "webauthn/add/", "recovery-codes/generate/"):
        answer = client.post(f"/sign-in/mfa/{path}")
        assert answer.status_code == 302, path
        assert "/reauthenticate/" in answer["Location"], path
    assert Authenticator.objects.count() == 1


def test_a_code_of_an_app_works_once() -> None:
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

    kim = person("kim", "nurse")
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(kim, secret)
    assert get_adapter().decrypt(Authenticator.objects.get(user=kim).data["secret"]) == secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    for works in (True, False):
        client = Client()
        answer = client.post("/sign-in/login/", {"login": "kim", "password": WORDS})
        assert answer["Location"].startswith("/sign-in/mfa/authenticate/")
        client.post("/sign-in/mfa/authenticate/", {"code": code})
        assert ("_auth_user_id" in client.session) is works


def test_secrets_of_factors_are_sealed() -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(person("kim", "nurse"), "JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in json.dumps(Authenticator.objects.get().data)
    assert Authenticator.objects.get().data["secret"].startswith("gAAAA")  # Fernet: AES with HMAC


def test_a_session_has_a_new_key_after_sign_in() -> None:
    person("parent", "caregiver", kind="caregiver")
    client, keys = Client(), set()
    for _ in range(2):
        client.get("/sign-in/login/")
        before = client.session.session_key
        client.post("/sign-in/login/", {"login": "parent", "password": WORDS})
        keys.add(client.session.session_key)
        assert client.session.session_key != before
        assert len(client.session.session_key) == 32
        client.post("/sign-in/logout/")
    assert len(keys) == 2


def test_an_ended_session_is_dead() -> None:
    client = signed_in(person("kim", "nurse"))
    cookie = client.cookies["session"].value
    client.post("/sign-in/logout/")
    thief = Client()
    thief.cookies["session"] = cookie
    assert thief.get("/api/me").status_code == 401


def test_signing_out_clears_the_browser() -> None:
    client = signed_in(person("kim", "nurse"))
    assert client.post("/sign-in/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/sign-in/login/").headers


def test_sign_out_is_on_every_page() -> None:
    client = signed_in(person("boss", "administrator", "privacy_officer"))
    for path in ("/staff/", "/audit/", "/audit/reviews/", "/session/all/"):
        assert b'action="/sign-in/logout/"' in client.get(path).content, path


def test_tokens_of_a_provider_are_not_kept(settings: Any) -> None:
    assert settings.SOCIALACCOUNT_STORE_TOKENS is False


# Errors.


def test_an_error_says_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    from westward.program.config.logs import QuietFormatter

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ValueError("Wren Sparrow, born 2026-06-01\nFORGED LINE")

    client = signed_in(person("boss", "administrator"))
    client.raise_request_exception = False
    monkeypatch.setattr("westward.program.accounts.queries.staff", broken)
    answer = client.get("/staff/")
    assert answer.status_code == 500
    assert b"Sparrow" not in answer.content
    assert b"Traceback" not in answer.content
    lines = [QuietFormatter().format(record) for record in caplog.records]
    assert any("ValueError" in line for line in lines)
    assert not any("Sparrow" in line or "FORGED" in line for line in lines)


# Files that strangers send.


def stored(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["../../evil.mp4", "/etc/passwd", "..\\evil.mp4", "a\x00b.mp4", "x" * 400 + ".mp4"])
def test_a_name_never_reaches_a_path(name: str, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    sent = SimpleUploadedFile("clip", b"\0\0\0\x18ftypmp42" + b"\0" * 100)
    sent._name = name
    kept = uploads.store(sent)
    (path,) = stored(settings)
    assert path == tmp_path / kept.path
    assert re.fullmatch(r"referral/[\w/-]+(\.\w+)?", kept.path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "evil" not in kept.path
    assert len(kept.name) <= 200


@pytest.mark.parametrize(
    "body", [b"", b"MZ\x90\0" + b"\0" * 99, b"<svg onload=alert(1)>", b"#!/bin/sh\n", b"PK\x03\x04"]
)
def test_what_is_neither_a_video_nor_a_document_is_not_kept(body: bytes, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(InputError):
        uploads.store(SimpleUploadedFile("clip.mp4", body, content_type="video/mp4"))
    assert stored(settings) == []


def test_a_file_that_is_too_large_is_not_kept(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(uploads, "MAX_VIDEO_B", 1000)
    with pytest.raises(InputError):
        uploads.store(SimpleUploadedFile("clip.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 1000))
    assert stored(settings) == []
