"""What may be sent, and by whom, is decided by its length before any of it is kept."""

from __future__ import annotations

import asyncio
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.program.staff import person, signed_in

from westward.evidence.loader import load
from westward.program.config import bodies
from westward.program.config.bodies import (
    FREE_MB,
    MB,
    SMALL_MB,
    SPARE_MB,
    UPLOADS,
    limit_mb,
    limited,
)
from westward.program.diagnosis.files import MOST_BYTES
from westward.program.public.limits import MAX_TOTAL_MB
from westward.program.referral.uploads import MAX_DOCUMENT_B, MAX_FILES, MAX_VIDEO_B
from westward.program.shell.site import parse

LARGE = str(3 * MB).encode()
UPLOAD_PATHS = {
    "/children/1/eeg/upload/": MOST_BYTES // MB,
    "/children/1/eeg/outside/2/": MOST_BYTES // MB,
    "/children/1/tests/2/result/": MAX_DOCUMENT_B // MB,
    "/children/1/imaging/": MAX_DOCUMENT_B // MB,
    "/referrals/new/": MAX_VIDEO_B * MAX_FILES // MB,
    "/referrals/1/files/": MAX_VIDEO_B // MB,
    "/diary/1/entry/": load("diary").integer("clip.most_mb"),
    "/diary/1/film/": load("diary").integer("clip.most_mb"),
}
PUBLIC_PATHS = ("/refer/parent/", "/refer/professional/", "/es/refer/parent/", "/es/refer/professional/")


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many MB are free, to be changed by a test; an upload of the largest recording fits."""
    free = [10**6]
    monkeypatch.setattr(bodies, "free_mb", lambda: free[0])
    return free


def run(call: Any) -> Any:
    with ThreadPoolExecutor(1) as own:  # a browser of other tests may have left its loop in this thread
        return own.submit(asyncio.run, call).result()


def ask(
    path: str, *, length: bytes | None, pieces: tuple[bytes, ...] = (), known: bool = False, method: str = "POST"
) -> tuple[list[Any], list[Any]]:
    """What was answered, and what the application behind received."""
    sent: list[Any] = []
    received: list[Any] = []
    waiting = [{"type": "http.request", "body": piece} for piece in pieces]

    async def application(scope: Any, receive: Any, send: Any) -> None:
        for _ in pieces:
            received.append(await receive())
            if received[-1]["type"] == "http.disconnect":
                return
        await send({"type": "http.response.start", "status": 200})

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    async def is_known(scope: Any) -> bool:
        assert len(waiting) == len(pieces), "the session is looked up before anything of the body is read"
        return known

    headers = [] if length is None else [(b"content-length", length)]
    scope = {"type": "http", "path": path, "method": method, "headers": headers}
    run(limited(application, known=is_known)(scope, receive, send))
    return sent, received


def test_limits_by_path() -> None:
    for path in PUBLIC_PATHS:
        assert limit_mb(path) == MAX_TOTAL_MB + SPARE_MB
    for path, most in UPLOAD_PATHS.items():
        assert limit_mb(path) == most + SPARE_MB
        assert limit_mb(path, "GET") == limit_mb(path, "PUT") == SMALL_MB
    assert limit_mb("/sign-in/login/") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/board/",
        "/children/1/",
        "/about/x/",
        "/api/board",
        "/set-up/x/",
        "//refer/parent/",
        "/refer/",
        "/es/refer/",
        "/session/",
        "/my-child/",
        "/diary/1/sync/",
        "/nowhere/",
        "/refer/parent",
        "/children/" + "9" * 5000 + "/imaging/",
    ],
)
def test_every_other_path_has_the_small_limit(path: str) -> None:
    assert limit_mb(path) == SMALL_MB
    over = str(SMALL_MB * MB + 1).encode()
    for known in (False, True):
        sent, received = ask(path, length=over, pieces=(b"x",), known=known)
        assert (sent[0]["status"], received) == (413, [])
    sent, _ = ask(path, length=str(SMALL_MB * MB).encode())
    assert sent[0]["status"] == 200


def test_a_small_body_never_reaches_the_disk() -> None:
    assert SMALL_MB * MB <= configured.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert SMALL_MB * MB >= configured.DATA_UPLOAD_MAX_MEMORY_SIZE, "forms that Django takes still come through"


def test_every_upload_route_is_named() -> None:
    names: set[str] = set()

    def walk(patterns: list[URLPattern | URLResolver]) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                walk(one.url_patterns)
            elif one.name:
                names.add(one.name)

    walk(get_resolver().url_patterns)
    assert names >= UPLOADS


def test_every_form_with_files_goes_to_a_named_route() -> None:
    """Another form with a file field has to be added to the routes that take files, and to this list."""
    import inspect as looking

    from westward.program.diagnosis import forms as diagnosis
    from westward.program.etiology import forms as etiology
    from westward.program.followup import forms as followup
    from westward.program.letters import forms as letters
    from westward.program.people import forms as people
    from westward.program.referral import forms as referral
    from westward.program.treatment import forms as treatment

    taking = {
        f"{module.__name__.split('.')[2]}.{name}"
        for module in (diagnosis, etiology, followup, letters, people, referral, treatment)
        for name, form in looking.getmembers(module, looking.isclass)
        if form.__module__ == module.__name__
        and any(field.widget.needs_multipart_form for field in getattr(form, "base_fields", {}).values())
    }
    assert taking == {
        "diagnosis.UploadForm",
        "diagnosis.OutsideArrivedForm",
        "etiology.ImagingForm",
        "etiology.ResultForm",
        "referral.IntakeForm",
        "referral.UploadForm",
    }


@pytest.mark.parametrize("path", UPLOAD_PATHS)
def test_only_a_live_session_may_send_a_large_body(path: str) -> None:
    sent, received = ask(path, length=LARGE, pieces=(b"x",), known=False)
    assert (sent[0]["status"], received) == (403, [])
    assert b"signed out" in sent[1]["body"]
    sent, received = ask(path, length=LARGE, pieces=(b"x",), known=True)
    assert (sent[0]["status"], len(received)) == (200, 1)
    sent, _ = ask(path, length=b"3", pieces=(b"abc",), known=False)
    assert sent[0]["status"] == 200, "the page itself says what to do"


@pytest.mark.parametrize("path", UPLOAD_PATHS)
def test_a_stranger_who_announces_nothing_is_cut_as_it_comes(path: str) -> None:
    sent, received = ask(path, length=None, pieces=(b"x" * MB,) * 4, known=False)
    assert [m["type"] for m in received] == ["http.request"] * 2 + ["http.disconnect"]
    assert sent[0]["status"] == 403


@pytest.mark.parametrize("length", [str((MAX_TOTAL_MB + SPARE_MB) * MB + 1).encode(), b"-1", b"many", b"9" * 5000])
def test_an_announced_length_beyond_the_limit_is_refused_unread(settings: Any, length: bytes) -> None:
    settings.SITE_DETAILS = parse('lines = {urgent_referral = "+1 310 555 0100"}')
    sent, received = ask("/refer/parent/", length=length, pieces=(b"x",))
    assert sent[0]["status"] == 413
    assert b"+1 310 555 0100" in sent[1]["body"]
    assert received == []


def test_a_body_that_announces_nothing_is_cut_and_answered() -> None:
    half = b"x" * (MB // 2)
    sent, received = ask("/sign-in/login/", length=None, pieces=(half, half, b"x"))
    assert [message["type"] for message in received] == ["http.request", "http.request", "http.disconnect"]
    assert sent[0]["status"] == 413


def test_what_fits_passes() -> None:
    sent, received = ask("/refer/parent/", length=b"3", pieces=(b"abc",))
    assert (sent[0]["status"], received[0]["body"]) == (200, b"abc")


def test_room_stays_free_on_the_disk(room: list[int]) -> None:
    """For somebody signed in; what a stranger sends is another matter (``test_budget``)."""
    path, floor, pieces = "/children/1/eeg/upload/", FREE_MB, (b"x" * MB,) * 4
    room[0] = floor + 2
    sent, received = ask(path, length=LARGE, pieces=pieces, known=True)
    assert (sent[0]["status"], received) == (507, [])
    room[0] = floor + 3
    assert ask(path, length=LARGE, pieces=pieces[:3], known=True)[0][0]["status"] == 200
    room[0] = floor - 1
    sent, received = ask(path, length=None, pieces=pieces, known=True)
    assert (sent[0]["status"], received[-1]["type"], len(received)) == (507, "http.disconnect", 3)
    assert ask(path, length=b"9", pieces=(b"words",), known=True)[0][0]["status"] == 200, "words still come through"


def test_the_room_is_looked_at_again_while_it_comes(room: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([5000, 5000, 1000])
    monkeypatch.setattr(bodies, "free_mb", lambda: next(looks))
    sent, received = ask("/children/1/eeg/upload/", length=None, pieces=(b"x" * 10 * MB,) * 9, known=True)
    assert (sent[0]["status"], len(received)) == (507, 5)


def test_room_is_that_of_the_fuller_disk(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    monkeypatch.undo()
    settings.MEDIA_ROOT = tmp_path / "not" / "yet"
    assert bodies.free_mb() > 0
    free = {str(tmp_path): 7 * MB, tempfile.gettempdir(): 9 * MB}
    monkeypatch.setattr(bodies.shutil, "disk_usage", lambda place: type("Room", (), {"free": free[str(place)]}))
    assert bodies.free_mb() == 7


def scope(key: str) -> dict[str, Any]:
    cookie = f"csrf=x; {configured.SESSION_COOKIE_NAME}={key}".encode()
    return {"type": "http", "headers": [(b"cookie", cookie)]}


def key_of(client: Client) -> str:
    return client.cookies[configured.SESSION_COOKIE_NAME].value


@pytest.mark.django_db
def test_a_session_is_live_within_its_limits_and_while_the_account_is_active() -> None:
    nurse = person("nur", "nurse")
    client = signed_in(nurse)
    key = key_of(client)
    assert bodies._session_key(scope(key)) == key
    assert bodies.live(key)
    assert not bodies.live("nothing")
    session = client.session
    session["began_s"] = session["used_s"] = int(time.time())
    session.save()
    assert bodies.live(key)
    session["used_s"] = int(time.time()) - configured.SESSION_IDLE_S - 1
    session.save()
    assert not bodies.live(key)
    session["used_s"] = int(time.time())
    session.save()
    nurse.is_active = False
    nurse.save()
    assert not bodies.live(key)


@pytest.mark.django_db
def test_an_anonymous_session_is_not_enough() -> None:
    client = Client()
    session = client.session
    session["looks"] = {}
    session.save()
    assert not bodies.live(session.session_key)


def test_no_cookie_asks_nothing_of_the_database() -> None:
    assert not run(bodies.signed_in({"type": "http", "headers": []}))
    assert not run(bodies.signed_in({"type": "http", "headers": [(b"cookie", b"\xff\xfe=;;\x00")]}))


def test_the_application_spools_nothing_of_a_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program itself, with a body that announces nothing and never ends."""
    from westward.program.config.asgi import application

    made: list[Any] = []
    real = tempfile.SpooledTemporaryFile

    def spy(*args: Any, **more: Any) -> Any:
        made.append(real(*args, **more))
        return made[-1]

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", spy)
    sent: list[Any] = []
    came = 0

    async def receive() -> Any:
        nonlocal came
        came += 1
        assert came < 9, "the body is not cut"
        assert not any(getattr(one, "_rolled", False) for one in made)
        return {"type": "http.request", "body": b"x" * MB, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    asked = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": "/",
        "raw_path": b"/", "query_string": b"", "headers": [(b"host", b"localhost")], "scheme": "http",
        "client": ("192.0.2.4", 1), "server": ("localhost", 80), "root_path": "",
    }  # fmt: skip
    run(application(asked, receive, send))
    assert came == SMALL_MB + 1
    assert sent[0]["status"] == 413
    assert made
    assert all(one.closed for one in made)
