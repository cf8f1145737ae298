"""Films of the diary: taken once, by content, for the own child; shown to the chart's readers and the family alone."""

from __future__ import annotations

import stat
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.program.followup.test_followup import entry, mother, sync
from tests.program.referral.scene import MP4
from tests.program.staff import person, signed_in
from tests.program.treatment import scene

from westward.evidence.loader import load
from westward.program.accounts.models import Site
from westward.program.audit.models import Entry
from westward.program.config.bodies import limit_mb
from westward.program.followup.models import DiaryEntry
from westward.program.followup.views import films
from westward.program.people.models import Caregiver, Child, Consent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def film(content: bytes = MP4, name: str = "ana waking.mp4") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "video/mp4")


def told(child: Child, user: Any) -> DiaryEntry:
    sync(user, child, one := entry())
    return DiaryEntry.objects.get(client_id=one["id"])


def send(user: Any, child: Child, key: object, sent: Any = None) -> Any:
    return signed_in(user).post(f"/diary/{child.pk}/film/", {"id": str(key), "film": sent or film()})


def kept(media: Path) -> list[Path]:
    return list((media / "diary").iterdir()) if (media / "diary").is_dir() else []


def test_a_film_is_kept_once_under_a_random_name(media: Path) -> None:
    child = scene.child()
    user = mother(child)
    one = told(child, user)
    assert send(user, child, one.client_id).json() == {"outcome": "stored"}
    assert send(user, child, one.client_id).json() == {"outcome": "known"}
    (path,) = kept(media)
    one.refresh_from_db()
    assert one.clip == f"diary/{path.name}"
    assert "ana" not in path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (one.clip_name, one.clip_type, one.clip_size) == ("ana waking.mp4", "video/mp4", len(MP4))
    row = Entry.objects.filter(verb="followup.diary_own", outcome="done").order_by("-seq")[0]
    assert "ana" not in row.detail
    other = send(user, child, one.client_id, film(MP4 + b"x"))
    assert (other.status_code, "has a film already" in other.json()["detail"]) == (409, True)
    assert len(kept(media)) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ a program", "phone video"),
        (b"%PDF-1.7", "phone video"),
        (b"<html><script>", "phone video"),
        (b"", "empty"),
    ],
)
def test_what_is_no_film_by_its_bytes_is_refused(media: Path, content: bytes, words: str) -> None:
    child = scene.child()
    user = mother(child)
    answer = send(user, child, told(child, user).client_id, film(content))
    assert answer.status_code == 409
    assert words in answer.json()["detail"]
    assert not kept(media)


def test_a_film_that_is_too_large_is_refused(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MB", 1)
    child = scene.child()
    user = mother(child)
    answer = send(user, child, told(child, user).client_id)
    assert (answer.status_code, "larger than" in answer.json()["detail"]) == (409, True)
    assert not kept(media)
    assert limit_mb("/diary/1/film/") == load("diary").integer("clip.most_mb") + 8


def test_only_the_sender_of_an_entry_about_the_own_child_adds_its_film(media: Path) -> None:
    child, other = scene.child(), scene.child(pseudonym="W-TEST-0002")
    user, stranger = mother(child), mother(other)
    father = person("father", kind="caregiver")
    Caregiver.objects.create(child=child, user=father, name="Luis", relation="father")
    one = told(child, user)
    assert send(stranger, child, one.client_id).status_code == 403
    assert send(stranger, other, one.client_id).status_code == 409
    assert send(father, child, one.client_id).status_code == 409
    assert send(user, child, uuid.uuid4()).status_code == 409
    assert send(user, child, "x").status_code == 409
    assert send(person("nurse", "nurse"), child, one.client_id).status_code == 403
    assert not kept(media)
    assert Entry.objects.filter(verb="followup.diary_own", outcome="refused").count() == 2


def test_a_closed_chart_takes_no_film(media: Path) -> None:
    child = scene.child()
    user = mother(child)
    one = told(child, user)
    Child.objects.filter(pk=child.pk).update(state="transferred", state_on=timezone.localdate() - timedelta(days=1))
    assert send(user, child, one.client_id).status_code in (403, 409)
    assert not kept(media)


def shown(child: Child) -> tuple[Any, DiaryEntry]:
    user = mother(child)
    one = told(child, user)
    assert send(user, child, one.client_id).status_code == 200
    one.refresh_from_db()
    return user, one


def test_staff_and_the_family_look_and_each_look_is_one_row() -> None:
    child = scene.child()
    user, one = shown(child)
    for who, address, verb in (
        (person("nurse", "nurse"), f"/children/{child.pk}/response/films/{one.pk}/", "followup.read"),
        (user, f"/diary/{child.pk}/films/{one.pk}/", "followup.diary_own"),
    ):
        browser = signed_in(who)
        before = Entry.objects.count()
        whole = browser.get(address)
        assert b"".join(whole.streaming_content) == MP4  # type: ignore[attr-defined]
        assert whole["Content-Disposition"].startswith("attachment")
        assert whole["X-Content-Type-Options"] == "nosniff"
        assert whole["Cache-Control"] == "no-store"
        piece = browser.get(address, headers={"Range": "bytes=4-11"})
        assert (piece.status_code, piece["Content-Range"]) == (206, f"bytes 4-11/{len(MP4)}")
        assert b"".join(piece.streaming_content) == MP4[4:12]  # type: ignore[attr-defined]
        assert Entry.objects.count() == before + 1, "a player's pieces are one look"
        row = Entry.objects.order_by("-seq")[0]
        assert (row.verb, row.target, row.outcome) == (verb, f"clip:{one.pk}", "done")
        session = browser.session
        session["looks"] = {key: at - 3600 for key, at in session["looks"].items()}
        session.save()
        b"".join(browser.get(address, headers={"Range": "bytes=8-"}).streaming_content)  # type: ignore[attr-defined]
        assert Entry.objects.count() == before + 2, "an hour later it is another look, wherever it starts"


def test_a_film_that_is_gone_is_no_look(media: Path) -> None:
    child = scene.child()
    user, one = shown(child)
    (media / one.clip).unlink()
    for who, address in (
        (person("nurse", "nurse"), f"/children/{child.pk}/response/films/{one.pk}/"),
        (user, f"/diary/{child.pk}/films/{one.pk}/"),
    ):
        browser, before = signed_in(who), Entry.objects.count()
        assert browser.get(address).status_code == 404
        assert Entry.objects.count() == before
        assert "looks" not in browser.session


def test_the_size_is_that_of_the_file(media: Path) -> None:
    child = scene.child()
    _, one = shown(child)
    DiaryEntry.objects.filter(pk=one.pk).update(clip_size=10**9)
    browser = signed_in(person("nurse", "nurse"))
    whole = browser.get(f"/children/{child.pk}/response/films/{one.pk}/")
    assert whole["Content-Length"] == str(len(MP4))
    b"".join(whole.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=" + "9" * 5000 + "-", 200),
        ("bytes=-" + "9" * 5000, 200),
        ("bytes=0-" + "9" * 5000, 200),
        ("bytes=" + "9" * 18 + "-", 416),
        ("bytes=\u0664-", 200),
        ("bytes=-" + "9" * 18, 206),
        ("bytes=-0", 416),
    ],
)
def test_no_range_is_an_error(asked: str, status: int) -> None:
    child = scene.child()
    _, one = shown(child)
    browser = signed_in(person("nurse", "nurse"))
    answer = browser.get(f"/children/{child.pk}/response/films/{one.pk}/", headers={"Range": asked})
    assert answer.status_code == status
    b"".join(answer)  # type: ignore[arg-type]


def test_nobody_else_looks(media: Path) -> None:
    site = Site.objects.create(code="n", name="North")
    child, other = scene.child(site=site), scene.child(pseudonym="W-TEST-0002")
    _, one = shown(child)
    stranger = mother(other)
    chart, family = f"/children/{child.pk}/response/films/{one.pk}/", f"/diary/{child.pk}/films/{one.pk}/"
    elsewhere = Site.objects.create(code="s", name="South")
    assert signed_in(person("away", "physician", site=elsewhere)).get(chart).status_code == 403
    assert signed_in(person("q", "quality", purpose="quality")).get(chart).status_code == 403
    assert signed_in(stranger).get(family).status_code == 403
    assert signed_in(stranger).get(chart).status_code == 403
    assert signed_in(person("nurse", "nurse")).get(family).status_code == 403
    near = signed_in(person("near", "nurse"))
    assert near.get(f"/children/{other.pk}/response/films/{one.pk}/").status_code == 404
    (media / one.clip).unlink()
    assert near.get(chart).status_code == 404
    DiaryEntry.objects.filter(pk=one.pk).update(withdrawn_at=timezone.now())
    assert near.get(chart).status_code == 404


def test_the_page_plays_it_and_says_what_the_family_allowed() -> None:
    child = scene.child()
    user, one = shown(child)
    nurse = signed_in(person("nurse", "nurse"))
    page = nurse.get(f"/children/{child.pk}/response/").content.decode()
    assert f'<video controls preload="none" src="/children/{child.pk}/response/films/{one.pk}/"' in page
    assert "For care only" in page
    giver = child.caregivers.get()
    today = timezone.localdate()
    for answer, words in (("given", "May be shown for teaching"), ("withdrawn", "For care only")):
        Consent.objects.create(
            child=child, purpose="video", answer=answer, on=today, given_by=giver, recorded_by=user,
            recorded_at=timezone.now(),
        )  # fmt: skip
        assert words in nurse.get(f"/children/{child.pk}/response/").content.decode()
    diary = signed_in(user).get(f"/diary/{child.pk}/").content.decode()
    assert f'src="/diary/{child.pk}/films/{one.pk}/"' in diary
    assert "separate consent" in diary


def test_without_script_the_film_comes_with_the_form(media: Path) -> None:
    child = scene.child()
    browser = signed_in(mother(child))
    asked = {"id": str(uuid.uuid4()), "kind": "cluster", "count": "9", "on": timezone.localdate().isoformat(),
             "since_waking": "5", "waking": "unknown"}  # fmt: skip
    browser.post(f"/diary/{child.pk}/entry/", {**asked, "film": film()})
    one = child.diary.get()
    assert (one.clip_sha256 != "", one.since_waking, one.waking) == (True, 5, "after_waking")
    refused = {**asked, "id": str(uuid.uuid4()), "film": film(b"MZ")}
    page = browser.post(f"/diary/{child.pk}/entry/", refused, follow=True).content.decode()
    assert "film not taken" in page
    assert child.diary.count() == 2, "the entry stays without it"
    assert len(kept(media)) == 1


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("bytes=0-", 206, (0, 212)),
        ("bytes=0-0", 206, (0, 1)),
        ("bytes=-10", 206, (202, 212)),
        ("bytes=200-900", 206, (200, 212)),
        ("bytes=-900", 206, (0, 212)),
        ("bytes=212-", 416, None),
        ("bytes=9-3", 200, None),
        ("bytes=-", 200, None),
        ("bytes=0-1,4-5", 200, None),
        ("pages=1-2", 200, None),
    ],
)
def test_pieces_are_those_asked_for(asked: str, status: int, said: tuple[int, int] | None) -> None:
    content = MP4 if len(MP4) == 212 else MP4[:12] + bytes(200)
    child = scene.child()
    user = mother(child)
    one = told(child, user)
    send(user, child, one.client_id, film(content))
    answer = signed_in(user).get(f"/diary/{child.pk}/films/{one.pk}/", headers={"Range": asked})
    assert answer.status_code == status
    if said is not None:
        assert answer["Content-Range"] == f"bytes {said[0]}-{said[1] - 1}/212"
        assert b"".join(answer.streaming_content) == content[said[0] : said[1]]  # type: ignore[attr-defined]
        assert answer["Content-Length"] == str(said[1] - said[0])
    elif status == 416:
        assert answer["Content-Range"] == "bytes */212"
    else:
        assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
