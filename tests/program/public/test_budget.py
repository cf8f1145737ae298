"""So many strangers bring films at once, over all processes; whoever is too many still gets the words through."""

from __future__ import annotations

import asyncio
import io
import itertools
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.http.multipartparser import MultiPartParser
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import given
from hypothesis import strategies as st
from tests.program.public.sending import MP4, PARENT, film, token

from westward.program.config import bodies
from westward.program.config.bodies import MB, SMALL_MB, STRANGERS_FREE_MB, limited
from westward.program.config.without_files import WithoutFiles, boundary_of
from westward.program.public import budget, limits
from westward.program.public.limits import LEFT_OUT
from westward.program.public.views.refer import refer
from westward.program.referral.models import Referral, Upload
from westward.program.shell.site import Films, SiteDetails, parse

LINE = BOUNDARY.encode()


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> list[int]:
    """How many MB are free, to be changed by a test."""
    free = [10**6]
    monkeypatch.setattr(bodies, "free_mb", lambda: free[0])
    settings.SPOOL = tmp_path / "spool"
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    settings.SITE_DETAILS = SiteDetails(films=Films(at_once=4))
    return free


# claims


def test_so_many_claims_and_no_more_than_half_of_one_sender() -> None:
    mine = [budget.claim("a" * 64) for _ in range(3)]
    assert [one is not None for one in mine] == [True, True, False]
    others = [budget.claim(letter * 64) for letter in "bcd"]
    assert [one is not None for one in others] == [True, True, False]
    assert mine[0] is not None
    mine[0].release()
    mine[0].release()
    assert budget.claim("d" * 64) is not None


@pytest.mark.parametrize("at_once, mine", [(0, 0), (1, 1), (2, 1), (3, 1)])
def test_a_site_sets_how_many(settings: Any, at_once: int, mine: int) -> None:
    settings.SITE_DETAILS = SiteDetails(films=Films(at_once=at_once))
    assert sum(budget.claim("a" * 64) is not None for _ in range(3)) == mine


def test_the_site_says_so_in_its_file() -> None:
    assert parse("[films]\nat_once = 9").films == Films(at_once=9, waiting_gb=5)
    assert parse("").films == Films()
    for wrong, said in (("films = 3", "table"), ("[films]\nmany = 3", "'many'"), ("[films]\nat_once = -1", "at_once")):
        with pytest.raises(Exception, match=said):
            parse(wrong)
    for wrong in ("true", "1.5", '"4"'):
        with pytest.raises(Exception, match="at_once"):
            parse(f"[films]\nat_once = {wrong}")


def _hold(spool: str, sender: str, told: Any) -> None:
    from django.conf import settings
    from django.test import override_settings

    with override_settings(SPOOL=spool, SITE_DETAILS=settings.SITE_DETAILS):
        told.put(budget.claim(sender) is not None)
        time.sleep(60)


def test_a_claim_of_a_process_that_was_killed_is_free_at_once(settings: Any) -> None:
    settings.SITE_DETAILS = SiteDetails(films=Films(at_once=1))
    way = multiprocessing.get_context("fork")
    told = way.Queue()
    other = way.Process(target=_hold, args=(str(settings.SPOOL), "b" * 64, told))
    other.start()
    try:
        assert told.get(timeout=20)
        assert budget.claim("a" * 64) is None, "another process holds it"
    finally:
        assert other.pid is not None
        os.kill(other.pid, signal.SIGKILL)
        other.join()
    assert budget.claim("a" * 64) is not None


def test_the_sender_of_a_request_is_the_same_before_and_after_it_is_read(settings: Any, rf: Any) -> None:
    for proxied in (False, True):
        settings.SERVING = replace(settings.SERVING, proxied=proxied)
        for address, forwarded in (("192.0.2.4", "10.0.0.1, 198.51.100.7"), ("2001:db8::1", "")):
            scope = {"client": (address, 9), "headers": [(b"x-forwarded-for", forwarded.encode())] if forwarded else []}
            more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
            asked = rf.post("/", REMOTE_ADDR=address, **more)
            assert limits.sender_of_scope(scope) == limits.sender_of(asked)


# the words without the files


def parsed(body: bytes) -> tuple[dict[str, list[str]], list[tuple[str, bytes]]]:
    from django.core.files.uploadhandler import MemoryFileUploadHandler

    meta = {"CONTENT_TYPE": MULTIPART_CONTENT, "CONTENT_LENGTH": len(body)}
    handler = MemoryFileUploadHandler()
    post, files = MultiPartParser(meta, io.BytesIO(body), [handler], "utf-8").parse()
    return dict(post.lists()), [(str(one.name), one.read()) for one in files.getlist("films")]


def pieces_of(body: bytes, cuts: list[int]) -> Iterator[bytes]:
    places = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts)})
    for a, b in itertools.pairwise(places):
        yield body[a:b]


NASTY = st.lists(
    st.sampled_from([b"\r\n", b"--", b"\r\n--", LINE, b"--" + LINE[:-1], b"\r", b"\n", b"x" * 40, b'filename="a"']),
    max_size=12,
).map(b"".join)
TEXTS = st.lists(st.sampled_from(["a", "\r\n", "--", "é", "filename=", "\n"]), max_size=8).map("".join)


@given(
    st.lists(NASTY.filter(lambda inside: b"--" + LINE not in inside), max_size=3),
    TEXTS, TEXTS, st.lists(st.integers(0, 4000), max_size=30),
)  # fmt: skip
def test_whatever_the_pieces_the_words_stay_and_the_files_go(
    insides: list[bytes], first: str, last: str, cuts: list[int]
) -> None:
    fields = {"first": first, "films": [film(f"{k}.mp4", MP4 + inside) for k, inside in enumerate(insides)]}
    body = encode_multipart(BOUNDARY, fields | {"last": last})
    whole, none = WithoutFiles(LINE), WithoutFiles(LINE)
    same = b"".join(whole.feed(piece, leave_out=False) for piece in pieces_of(body, cuts))
    assert same + whole.feed(b"", leave_out=False, last=True) == body
    left = b"".join(none.feed(piece, leave_out=True) for piece in pieces_of(body, cuts))
    left += none.feed(b"", leave_out=True, last=True)
    words, files = parsed(body)
    assert parsed(left) == (words, [(name, b"") for name, _ in files])


def test_from_the_middle_on_the_rest_is_left_out_and_the_words_after_it_stay() -> None:
    body = encode_multipart(BOUNDARY, {"first": "a", "films": [film("long.mp4", MP4 + b"x" * 50_000)], "last": "z"})
    filtered = WithoutFiles(LINE)
    out = filtered.feed(body[:9000], leave_out=False) + filtered.feed(body[9000:], leave_out=True, last=True)
    words, [(name, held)] = parsed(out)
    assert words == {"first": ["a"], "last": ["z"]}
    assert name == "long.mp4"
    assert len(held) < 9000


@pytest.mark.parametrize(
    "said, found",
    [
        (b"multipart/form-data; boundary=abc", b"abc"),
        (b'Multipart/Form-Data; charset=utf-8; Boundary="a b"', b"a b"),
        (b'multipart/form-data; boundary="a-b"', b"a-b"),
        (b"application/x-www-form-urlencoded", b""),
        (b"multipart/form-data", b""),
    ],
)
def test_the_boundary(said: bytes, found: bytes) -> None:
    assert boundary_of(said) == found


# the request of a stranger


def ask(body: bytes, *, announced: bool = True, client: str = "192.0.2.9", piece_b: int = MB) -> tuple[Any, Any, Any]:
    """What was answered, what came through, and the scope afterwards."""
    waiting = [body[k : k + piece_b] for k in range(0, len(body), piece_b)]
    sent: list[Any] = []
    received: list[bytes] = []
    headers = [(b"content-type", MULTIPART_CONTENT.encode())]
    headers += [(b"content-length", str(len(body)).encode())] if announced else []
    scope = {"type": "http", "path": "/refer/parent/", "method": "POST", "headers": headers, "client": (client, 1)}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            received.append(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200})

    async def receive() -> Any:
        piece = waiting.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    run(limited(application)(scope, receive, send))
    return sent, b"".join(received), scope


def run(call: Any) -> Any:
    with ThreadPoolExecutor(1) as own:  # a browser of other tests may have left its loop in this thread
        return own.submit(asyncio.run, call).result()


def form_of(mb: int) -> bytes:
    fields = PARENT | {"films": [film("long.mp4", MP4 + b"x" * mb * MB)], "words": "after the film"}
    return encode_multipart(BOUNDARY, fields)


@pytest.mark.parametrize("announced", [True, False])
def test_with_a_claim_all_of_it_comes_through_and_the_claim_is_given_back(settings: Any, announced: bool) -> None:
    settings.SITE_DETAILS = SiteDetails(films=Films(at_once=1))
    for _ in range(2):
        sent, came, scope = ask(form_of(3), announced=announced)
        assert (sent[0]["status"], came, LEFT_OUT in scope) == (200, form_of(3), False)


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("why", ["claims", "disk"])
def test_without_a_claim_or_room_the_words_come_through(room: list[int], announced: bool, why: str) -> None:
    if why == "claims":
        held = [budget.claim(letter * 64) for letter in "abcd"]
        assert all(held)
    else:
        room[0] = STRANGERS_FREE_MB - 1
    sent, came, scope = ask(form_of(9), announced=announced)
    words, [(name, held_b)] = parsed(came)
    assert (sent[0]["status"], scope[LEFT_OUT], name) == (200, True, "long.mp4")
    assert words["words"] == ["after the film"]
    assert len(held_b) <= (0 if announced else (SMALL_MB + 1) * MB)


def test_a_disk_that_fills_while_it_comes(room: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([5000, 5000, 1000])
    monkeypatch.setattr(bodies, "free_mb", lambda: next(looks))
    sent, came, scope = ask(form_of(40))
    assert (sent[0]["status"], scope[LEFT_OUT]) == (200, True)
    assert parsed(came)[0]["words"] == ["after the film"]
    assert len(came) < 25 * MB


def test_words_alone_need_no_claim() -> None:
    held = [budget.claim(letter * 64) for letter in "abcd"]
    assert all(held)
    sent, came, scope = ask(form_of(1))
    assert (sent[0]["status"], came, LEFT_OUT in scope) == (200, form_of(1), False)


def test_what_hides_in_the_words_is_cut() -> None:
    held = [budget.claim(letter * 64) for letter in "abcd"]
    assert all(held)
    body = encode_multipart(BOUNDARY, PARENT | {"words": "x" * 4 * MB})
    sent, came, _ = ask(body)
    assert sent[0]["status"] == 413
    assert len(came) <= SMALL_MB * MB


def test_a_claim_ends_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "CLAIM_S", -1)
    sent, came, scope = ask(form_of(40))
    assert (sent[0]["status"], scope[LEFT_OUT]) == (200, True)
    assert parsed(came)[0]["words"] == ["after the film"]


def test_who_says_nothing_holds_no_claim(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SITE_DETAILS = SiteDetails(films=Films(at_once=1))
    monkeypatch.setattr(bodies, "QUIET_S", 0.05)
    sent: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def receive() -> Any:
        await asyncio.sleep(30)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", MULTIPART_CONTENT.encode()), (b"content-length", str(9 * MB).encode())]
    scope = {"type": "http", "path": "/refer/parent/", "method": "POST", "headers": headers, "client": ("192.0.2.1", 1)}
    run(limited(application)(scope, receive, send))
    assert sent[0]["status"] == 408
    assert budget.claim("a" * 64) is not None


def test_when_all_has_come_the_answer_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "QUIET_S", 0.05)
    body = form_of(3)
    pieces = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        listening = asyncio.create_task(receive())
        await asyncio.sleep(0.3)
        assert not listening.done(), "nobody hung up"
        listening.cancel()
        await send({"type": "http.response.start", "status": 200})

    async def receive() -> Any:
        return pieces.pop() if pieces else await asyncio.sleep(30)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", MULTIPART_CONTENT.encode()), (b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "path": "/refer/parent/", "method": "POST", "headers": headers, "client": ("192.0.2.1", 1)}
    run(limited(application)(scope, receive, send))
    assert sent[0]["status"] == 200


@pytest.mark.django_db
@pytest.mark.parametrize("held", [False, True])
def test_the_form_takes_the_referral_with_or_without_the_film(held: bool) -> None:
    """A form of 3 MB, through the limits and the page, while strangers hold every claim, and while none does."""
    claims = [budget.claim(letter * 64) for letter in "abcd"] if held else []
    assert all(claims)
    secret = "a" * 32
    fields = PARENT | {
        "token": token(),
        "csrfmiddlewaretoken": secret,
        "films": [film("long.mp4", MP4 + b"\x00" * 3 * MB)],
        "words": "after the film",
    }
    _, came, scope = ask(encode_multipart(BOUNDARY, fields), piece_b=60_000)
    length = str(len(came)).encode()
    headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    headers += [(b"host", b"localhost"), (b"cookie", f"csrf={secret}".encode()), (b"content-length", length)]
    more = {"headers": headers, "query_string": b"", "scheme": "http", "server": ("localhost", 80), "root_path": ""}
    request = ASGIRequest(scope | more, io.BytesIO(came))
    answer = refer(request, language="en", audience="parent")
    request.close()
    assert answer.status_code == 302, answer.content
    one = Referral.objects.get()
    assert (one.words, one.files_left_out) == ("after the film", 1 if held else 0)
    assert Upload.objects.count() == (0 if held else 1)
