"""The form that refers a child: what it takes, what it refuses and keeps, what it answers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from tests.program.public.sending import MP4, PARENT, at, film, send, token, value
from tests.program.staff import by, person

from westward.care.triage import Level
from westward.program.audit.models import Entry
from westward.program.public import budget, films, limits
from westward.program.public.actions.send import send as submit
from westward.program.public.forms import ReferForm
from westward.program.public.models import Knock
from westward.program.public.speech import phrases
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.attach import attached
from westward.program.referral.actions.close import Close
from westward.program.referral.actions.contact import LogContact
from westward.program.referral.models import Referral, Upload
from westward.program.referral.rules import QUESTIONS
from westward.program.referral.uploads import FOLDER, MAX_FILES, store
from westward.program.shell.site import Films, SiteDetails, parse

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Los_Angeles")
SITE = parse(
    """
program = "Valley Infantile Spasms Program"
emergency_number = "911"
[hours]
mon = "8:00-17:00"
[lines]
urgent_referral = "+1 310 555 0100"
"""
)
QUIET = dict.fromkeys(QUESTIONS, "no")


@pytest.fixture(autouse=True)
def site(settings: Any, tmp_path: Path) -> None:
    settings.SITE_DETAILS = SITE
    settings.MEDIA_ROOT = tmp_path


def words(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def kept_files() -> list[Path]:
    folder = Path(django_settings.MEDIA_ROOT) / FOLDER
    return sorted(folder.iterdir()) if folder.is_dir() else []


# what comes through


def test_a_parent_refers_a_child() -> None:
    answer = send(
        follow=True,
        birth_date="2026-05-01",
        sex="female",
        gestation_weeks="36",
        events="yes",
        clusters="yes",
        cry="unknown",
        breathing="no",
        onset_precision="week",
        onset_day=str(timezone.localdate() - timedelta(days=20)),
        suspicion_day=str(timezone.localdate()),
        words="Three times a day",
        language="es",
        interpreter="on",
        films=[film(), film("second.mov", b"\x00\x00\x00\x14ftypqt  " + b"\x00" * 99)],
    )
    one = Referral.objects.get()
    assert one.number in words(answer)
    assert (one.source, one.sender_relation, one.name) == ("parent", "parent", "Luz Rivera")
    assert (one.birth_date, one.sex, one.gestation_d) == (date(2026, 5, 1), "female", 252)
    assert (one.language, one.interpreter, one.consent_contact) == ("es", True, True)
    assert (one.onset.latest - one.onset.earliest).days == 6  # type: ignore[operator]
    assert one.suspicion.exact
    run = one.triages.get()
    assert {name for name, code in run.answers.items() if code == "yes"} == {"events", "clusters"}
    assert {name for name, code in run.answers.items() if code == "no"} == {"breathing"}
    assert run.answers["cry"] == run.answers["failing"] == "unknown"
    assert one.urgency == Level.SAME_DAY
    assert [upload.content_type for upload in one.uploads.all()] == ["video/mp4", "video/quicktime"]
    row = Entry.objects.get(verb="referral.receive")
    assert "Rivera" not in row.detail
    assert "Ana" not in row.detail


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_reaches_triage_under_its_own_name(name: str) -> None:
    send("/refer/professional/", sender_relation=None, **(QUIET | {name: "yes"}))
    answers = Referral.objects.get().triages.get().answers
    assert answers == dict.fromkeys(QUESTIONS, "no") | {name: "yes"}


def test_what_was_not_answered_is_not_known() -> None:
    send()
    assert set(Referral.objects.get().triages.get().answers.values()) == {"unknown"}
    assert not Referral.objects.get().onset.known


@pytest.mark.parametrize(
    "precision, first, last",
    [("day", "2026-11-10", "2026-11-10"), ("week", "2026-11-09", "2026-11-15"), ("month", "2026-11-01", "2026-11-20")],
)
def test_the_onset_is_a_span_that_ends_today_at_the_latest(precision: str, first: str, last: str) -> None:
    with at(datetime(2026, 11, 20, 12, tzinfo=ZONE)):
        send(onset_precision=precision, onset_day="2026-11-10")
    one = Referral.objects.get()
    assert (str(one.onset.earliest), str(one.onset.latest)) == (first, last)
    assert one.onset_precision == precision


def test_not_sure_of_the_onset_needs_no_day() -> None:
    send(onset_precision="unknown")
    assert not Referral.objects.get().onset.known


def test_an_age_in_months_will_do() -> None:
    send(age_months="6")
    assert Referral.objects.get().age_given_d == 183


def test_a_professional_sends_a_letter_and_their_practice() -> None:
    answer = send(
        "/es/refer/professional/",
        sender_practice="Valley Pediatrics",
        sender_relation="pediatrician",
        films=[film(), film("letter.pdf", b"%PDF-1.7 " + b"x" * 99)],
    )
    assert answer["Location"] == "/es/refer/sent/"
    one = Referral.objects.get()
    assert (one.source, one.sender_practice, one.sender_relation) == (
        "professional",
        "Valley Pediatrics",
        "pediatrician",
    )
    assert [upload.kind for upload in one.uploads.all()] == ["video", "document"]


def test_a_referral_to_a_demonstration_is_simulated(settings: Any) -> None:
    send()
    settings.SITE_DETAILS = parse("simulated = true")
    send(client=Client(REMOTE_ADDR="192.0.2.2"))
    assert list(Referral.objects.order_by("pk").values_list("simulated", flat=True)) == [False, True]


def test_pressed_twice_is_one_referral() -> None:
    one, client = token(), Client()
    first, second = send(client=client, token=one), send(client=client, token=one)
    assert Referral.objects.count() == 1
    assert first["Location"] == second["Location"] == "/refer/sent/"
    assert Referral.objects.get().number in words(client.get("/refer/sent/"))


# what is refused, and keeps what was typed


@pytest.mark.parametrize(
    "said, field, told",
    [
        ({"family_name": ""}, "family_name", "required"),
        ({"sender_name": " "}, "sender_name", "required"),
        ({"sender_phone": ""}, "sender_phone", "reach"),
        ({"sender_phone": "call me"}, "sender_phone", "phone"),
        ({"sender_phone": "", "sender_email": "ana at home"}, "sender_email", "email"),
        ({"consent_contact": None}, "consent_contact", "consent"),
        ({"birth_date": "1.5.2026"}, "birth_date", "date"),
        ({"birth_date": "2999-01-01"}, "birth_date", "future"),
        ({"birth_date": "1999-01-01"}, "birth_date", "too_old"),
        ({"onset_day": "2026-11-01"}, "onset_precision", "precision"),
        ({"onset_precision": "week"}, "onset_day", "day_missing"),
        (
            {"birth_date": "2026-06-01", "onset_precision": "day", "onset_day": "2026-05-01"},
            "onset_day",
            "before_birth",
        ),
        ({"birth_date": "2026-06-01", "suspicion_day": "2026-05-01"}, "suspicion_day", "before_birth"),
        ({"clusters": "maybe"}, "clusters", "choice"),
        ({"sex": "boy"}, "sex", "choice"),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_wrong_is_said_at_the_field(said: dict[str, Any], field: str, told: str, language: str) -> None:
    before = "/es" if language == "es" else ""
    with at(datetime(2026, 11, 30, 12, tzinfo=ZONE)):
        answer = send(f"{before}/refer/parent/", given_name="Luz Marina", words="It is every morning.", **said)
    html = answer.content.decode()
    error = phrases(language, "refer.toml")["error"][told]
    assert answer.status_code == 422
    assert words(answer).count(error) == 2  # at the field and in the summary
    assert f'id="f-{field}-wrong"' in html
    assert f'<a href="#f-{field}">' in html
    assert value(html, "given_name") == "Luz Marina"
    assert "It is every morning." in html
    assert not Referral.objects.exists()


@pytest.mark.parametrize("name, low, high", [("age_months", 0, 216), ("gestation_weeks", 20, 45)])
def test_numbers_have_their_limits(name: str, low: int, high: int) -> None:
    told = phrases("en", "refer.toml")["error"]["number"].format(low=low, high=high)
    for wrong in (str(low - 1), str(high + 1), "six"):
        assert told in words(send(**{name: wrong}))
    send(**{name: str(low)})
    assert Referral.objects.count() == 1


def test_answers_stay_chosen() -> None:
    html = send(family_name="", clusters="yes", regression="unknown").content.decode()
    for name, code in (("clusters", "yes"), ("regression", "unknown")):
        tag = next(t for t in re.findall(r"<input[^>]*>", html) if f'name="{name}"' in t and f'value="{code}"' in t)
        assert "checked" in tag
    assert html.count("checked") == 4  # and the relation, and the consent


# danger


@pytest.mark.parametrize("name", ["breathing", "convulsion", "unwell_on_hormone"])
def test_danger_is_answered_at_once_also_when_the_form_is_wrong(name: str) -> None:
    says = phrases("en", "refer.toml")["form"]["danger_now"].format(emergency="911")
    html = send(family_name="", **{name: "yes"}).content.decode()
    assert '<div class="danger-now shown" role="alert">' in html
    assert says in html
    page = words(send(follow=True, **{name: "yes"}))
    assert "Call 911 now. Do not wait for us." in page
    assert "Our goal" not in page
    assert 'href="tel:911"' in html


def test_the_emergency_number_stands_at_the_top_of_every_form() -> None:
    for path in ("/refer/", "/refer/parent/", "/refer/professional/", "/es/refer/parent/"):
        page = Client().get(path)
        assert page.content.index(b'class="emergency"') < page.content.index(b"911", page.content.index(b"emergency"))
        if "parent" in path:
            assert page.content.index(b'class="emergency"') < page.content.index(b"<form")


# the result page


@pytest.mark.parametrize(
    "moment, said",
    [
        (datetime(2026, 11, 29, 22, 10, tzinfo=ZONE), "It is Sunday 22:10. The line is staffed again Monday 8:00."),
        (datetime(2026, 11, 30, 10, 0, tzinfo=ZONE), "It is Monday 10:00. The line is staffed now."),
        (
            datetime(2026, 11, 30, 17, 0, tzinfo=ZONE),
            "It is Monday 17:00. The line is staffed again Monday 7 Dec 2026, 8:00.",
        ),
    ],
)
def test_the_result_page_says_by_when_at_this_hour(settings: Any, moment: datetime, said: str) -> None:
    settings.TIME_ZONE = "America/Los_Angeles"
    timezone.activate(ZONE)
    client = Client()
    try:
        with at(moment):
            page = words(send(client=client, follow=True, clusters="yes"))
    finally:
        timezone.deactivate()
    assert said in page
    assert "Our goal is to call you by" in page
    assert "call +1 310 555 0100" in page
    assert "8 hours from receipt, nights and weekends included" in page
    assert "call 911" in page


def test_without_a_phone_number_none_is_invented(settings: Any) -> None:
    settings.SITE_DETAILS = SiteDetails()
    page = words(send(follow=True))
    assert "This site has not entered a phone number" in page
    assert "your local emergency number" in page
    assert "911" not in page


def test_the_result_is_shown_to_the_browser_that_sent_it_alone() -> None:
    client = Client()
    answer = send(client=client)
    cookie = answer.cookies["referred"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert "Rivera" not in cookie.value
    assert client.get("/refer/sent/").status_code == 200
    assert client.get("/es/refer/sent/").status_code == 200
    assert Client().get("/refer/sent/").status_code == 404
    stranger = Client()
    stranger.cookies["referred"] = "R-2222-22"
    assert stranger.get("/refer/sent/").status_code == 404
    with at(timezone.now() + timedelta(hours=2)):
        assert client.get("/refer/sent/")["Cache-Control"] == "no-store"


# spam


def test_a_hidden_field_stops_what_fills_in_everything() -> None:
    answer = send(website="https://example.org")
    assert phrases("en", "refer.toml")["error"]["filled_trap"] in words(answer)
    assert not Referral.objects.exists()
    assert value(answer.content.decode(), "website") == ""


def test_too_fast_and_too_old_are_told_and_go_through_at_the_second_press() -> None:
    errors = phrases("en", "refer.toml")["error"]
    fast = send(token=token(ago_s=1))
    assert errors["too_soon"] in words(fast)
    old = send(token=token(ago_s=limits.MOST_S + 60))
    assert errors["stale"] in words(old)
    forged = send(token="1234:abcd")
    assert errors["stale"] in words(forged)
    assert not Referral.objects.exists()
    again = value(fast.content.decode(), "token")
    with at(timezone.now() + timedelta(seconds=limits.LEAST_S)):
        assert send(token=again).status_code == 302
    assert limits.read_token(value(old.content.decode(), "token")) is not None


def test_one_address_sends_so_many_an_hour() -> None:
    for _ in range(limits.PER_SENDER):
        assert send().status_code == 302
    blocked = send(breathing="yes", given_name="Sol")
    page = words(blocked)
    assert blocked.status_code == 429
    assert int(blocked["Retry-After"]) > 3000
    assert "call +1 310 555 0100" in page
    assert 'class="danger-now shown"' in blocked.content.decode()
    assert value(blocked.content.decode(), "given_name") == "Sol"
    assert send(client=Client(REMOTE_ADDR="192.0.2.77")).status_code == 302
    with at(timezone.now() + limits.WINDOW + timedelta(minutes=1)):
        assert send().status_code == 302
    assert Referral.objects.count() == limits.PER_SENDER + 2


def test_a_whole_household_of_ipv6_counts_as_one() -> None:
    for k in range(limits.PER_SENDER):
        assert send(client=Client(REMOTE_ADDR=f"2001:db8::{k + 1}")).status_code == 302
    assert send(client=Client(REMOTE_ADDR="2001:db8::ff")).status_code == 429
    assert send(client=Client(REMOTE_ADDR="2001:db8:0:1::1")).status_code == 302


def test_the_site_takes_so_many_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_SITE", 3)
    for k in range(3):
        assert send(client=Client(REMOTE_ADDR=f"192.0.2.{k + 1}")).status_code == 302
    assert send(client=Client(REMOTE_ADDR="192.0.2.50")).status_code == 429


def test_tries_are_counted_too_and_addresses_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TRIES_PER_SENDER", 3)
    for _ in range(3):
        assert send(family_name="").status_code == 422
    assert send().status_code == 429
    assert not Knock.objects.filter(sender__contains="127.0.0.1").exists()
    with at(timezone.now() + limits.KEPT + timedelta(minutes=1)):
        send(family_name="")
    assert Knock.objects.count() == 1


def test_behind_the_proxy_the_last_hop_counts(settings: Any) -> None:
    from django.test import RequestFactory

    def digest(forwarded: str) -> str:
        return limits.sender_of(RequestFactory().post("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded))

    assert digest("198.51.100.1") == digest("198.51.100.2")
    settings.SERVING = replace(settings.SERVING, proxied=True)
    assert settings.SERVING.proxied
    assert digest("198.51.100.1") != digest("198.51.100.2")
    assert digest("10.9.9.9, 198.51.100.1") == digest("198.51.100.1")


def test_without_its_token_the_form_is_refused_and_keeps_what_was_typed() -> None:
    client = Client(enforce_csrf_checks=True)
    refused = client.post("/refer/parent/", PARENT | {"token": token(ago_s=60)})
    page = refused.content.decode()
    assert refused.status_code == 403
    assert phrases("en", "refer.toml")["error"]["no_token"] in words(refused)
    assert value(page, "family_name") == "Rivera"
    assert not Referral.objects.exists()
    again = PARENT | {"token": value(page, "token"), "csrfmiddlewaretoken": value(page, "csrfmiddlewaretoken")}
    assert client.post("/refer/parent/", again).status_code == 302


def test_two_sendings_at_once_are_one_referral() -> None:
    form = ReferForm(PARENT, audience="parent", language="en")
    assert form.is_valid()
    both = [submit(form.act(), uploads=(), sender="x", nonce="n", act_id="") for _ in range(2)]
    assert both[0] == both[1] == Referral.objects.get().number
    assert Entry.objects.filter(verb="referral.receive").count() == 1


# files


@pytest.mark.parametrize(
    "name, content, told",
    [
        ("letter.mp4", b"%PDF-1.7 " + b"x" * 99, "film_type"),
        ("virus.mov", b"MZ" + b"\x00" * 99, "film_type"),
        ("page.mp4", b"<html><script>", "film_type"),
        ("nothing.mp4", b"", "file_empty"),
    ],
)
def test_a_file_is_known_by_its_content(name: str, content: bytes, told: str) -> None:
    answer = send(films=[film(name, content)])
    assert phrases("en", "refer.toml")["error"][told].format(name=name) in words(answer)
    assert not Referral.objects.exists()
    assert kept_files() == []


def test_too_large_is_stopped_while_it_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MAX_VIDEO_B", 1024**2)
    answer = send(films=[film("long.mp4", MP4 + b"\x00" * 1024**2)])
    assert "long.mp4 is larger than 1 MB" in words(answer)
    assert kept_files() == []


def test_together_too_large_leaves_out_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MAX_TOTAL_MB", 1)
    half = MP4 + b"\x00" * (700 * 1024)
    answer = send(films=[film("one.mp4", half), film("two.mp4", half)])
    assert "two.mp4 was left out" in words(answer)
    assert [one.stat().st_size for one in kept_files()] == [len(half)]


def test_too_many_files() -> None:
    answer = send(films=[film(f"{k}.mp4") for k in range(MAX_FILES + 1)])
    assert f"{MAX_FILES}.mp4 is one file too many" in words(answer)
    assert len(kept_files()) == MAX_FILES


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("phone", [True, False])
def test_without_room_the_referral_is_taken_without_the_film(
    monkeypatch: pytest.MonkeyPatch, settings: Any, language: str, phone: bool
) -> None:
    monkeypatch.setattr(films, "LEAST_FREE_B", 10**18)
    if not phone:
        settings.SITE_DETAILS = SiteDetails()
    before = "/es" if language == "es" else ""
    client = Client()
    page = words(send(f"{before}/refer/parent/", client=client, films=[film(), film("two.mp4")], follow=True))
    one = Referral.objects.get()
    assert (one.files_left_out, one.uploads.count(), kept_files()) == (2, 0, [])
    r = phrases(language, "refer.toml")["sent"]
    assert r["left_out_title"].format(n=2) in page
    assert (r["left_out_phone"].format(phone="+1 310 555 0100") if phone else r["left_out"]) in page
    assert r["film"] not in page, "nobody is asked to film what they filmed"
    detail = Entry.objects.get(verb="referral.receive").detail
    assert '"files_left_out": 2' in detail.replace('":2', '": 2')


def test_danger_stays_first_when_a_film_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "LEAST_FREE_B", 10**18)
    page = words(send(films=[film()], breathing="yes", follow=True))
    assert page.index("Call 911 now") < page.index("Keep the films")


def test_a_film_left_out_of_a_wrong_form_is_still_known_of_when_it_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(films, "LEAST_FREE_B", 10**18)
        html = send(family_name="", films=[film()]).content.decode()
    assert phrases("en", "refer.toml")["form"]["left_out"] in unescape(html)
    assert value(html, "left_out") == "1"
    send(left_out=value(html, "left_out"))
    send(left_out=value(html, "left_out"), films=[film()])
    send(left_out="999999999999")
    send(left_out="many")
    assert list(Referral.objects.order_by("pk").values_list("files_left_out", flat=True)) == [1, 0, 0, 0]


def test_a_disk_that_fills_while_a_film_comes_leaves_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([False, True])
    monkeypatch.setattr(films, "LOOK_B", 256 * 1024)
    monkeypatch.setattr(films, "_full", lambda: next(looks))
    send(films=[film("long.mp4", MP4 + b"\x00" * 700 * 1024)])
    assert (Referral.objects.get().files_left_out, kept_files()) == (1, [])


# how much may wait


def films_of(n: int) -> int:
    return n * len(MP4)


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Room for two films that nobody has answered for."""
    monkeypatch.setattr(budget, "GB", len(MP4))
    settings.SITE_DETAILS = replace(SITE, films=Films(waiting_gb=2))


def test_films_nobody_answered_for_have_a_limit_and_the_words_have_none(little: None) -> None:
    for _ in range(3):
        assert send(films=[film()]).status_code == 302
    assert list(Referral.objects.order_by("pk").values_list("files_left_out", flat=True)) == [0, 0, 1]
    assert budget.waiting_b() == films_of(2)


def test_forms_that_never_came_through_count(little: None) -> None:
    send(family_name="", films=[film(), film()])
    assert budget.waiting_b() == films_of(2)
    send(films=[film()])
    assert Referral.objects.get().files_left_out == 1


@pytest.mark.parametrize("how", ["contact", "closed", "accepted"])
def test_an_answer_of_a_person_makes_room(little: None, how: str) -> None:
    send(films=[film(), film()])
    one = Referral.objects.get()
    nurse = person("nurse", "nurse")
    if how == "contact":
        LogContact(**by(nurse), referral=one, at=timezone.now(), reached=True).execute()
    elif how == "closed":
        LogContact(**by(nurse), referral=one, at=timezone.now(), reached=True).execute()
        Close(**by(nurse), referral=one, why="mistake", words="a test").execute()
    else:
        Accept(**by(nurse), referral=one, birth_date=date(2026, 5, 1)).execute()
    assert budget.waiting_b() == 0
    send(films=[film(), film()])
    assert [other.files_left_out for other in Referral.objects.exclude(pk=one.pk)] == [0]


def test_what_the_staff_adds_counts_for_nobody(little: None) -> None:
    send()
    one = Referral.objects.get()
    attached(one, store(film(), kinds=films.ANYTHING), person("nurse", "nurse").pk)
    assert budget.waiting_b() == 0


def test_a_site_may_take_no_films_at_all(settings: Any) -> None:
    settings.SITE_DETAILS = replace(SITE, films=Films(waiting_gb=0))
    assert send(films=[film()]).status_code == 302
    assert Referral.objects.get().files_left_out == 1


def test_films_are_held_while_the_form_is_corrected() -> None:
    wrong = send(family_name="", films=[film("morning.mp4")])
    html = wrong.content.decode()
    assert "morning.mp4" in words(wrong)
    assert len(kept_files()) == 1
    assert send(ticket=value(html, "ticket"), films=[film("evening.mp4")]).status_code == 302
    assert [upload.name for upload in Upload.objects.all()] == ["morning.mp4", "evening.mp4"]
    again = send(ticket=value(html, "ticket"))
    assert again.status_code == 302
    assert Upload.objects.count() == 2  # a ticket is used once


def test_a_forged_ticket_brings_no_file() -> None:
    assert send(ticket="W3sicGF0aCI6ICIuLi9zZWNyZXQua2V5In1d:abc").status_code == 302
    assert not Upload.objects.exists()


def test_files_of_forms_that_never_came_are_swept() -> None:
    import os

    send(films=[film("referred.mp4")])
    send(family_name="", films=[film("forgotten.mp4")])
    assert len(kept_files()) == 2
    for one in kept_files():
        os.utime(one, (0, 0))
    assert films.sweep() == 1
    (upload,) = Upload.objects.all()
    assert [one.name for one in kept_files()] == [Path(upload.path).name]


def test_a_blocked_sender_leaves_no_file() -> None:
    for _ in range(limits.PER_SENDER):
        send()
    assert send(films=[film()]).status_code == 429
    assert kept_files() == []


# the page itself


@pytest.mark.parametrize(
    "path", ["/refer/parent/", "/refer/professional/", "/es/refer/parent/", "/es/refer/professional/"]
)
def test_the_form_needs_no_script_and_every_control_has_its_label(path: str) -> None:
    html = Client().get(path).content.decode()
    assert 'method="post" enctype="multipart/form-data"' in html
    labels = set(re.findall(r'<label for="([^"]+)"', html))
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
        if 'type="hidden"' not in tag:
            found = re.search(r'id="([^"]+)"', tag)
            assert found, tag
            assert found[1] in labels, tag
    assert html.count("<fieldset") == html.count("<legend>")
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert " onclick" not in html
    form = ReferForm(audience="professional" if "professional" in path else "parent", language="en")
    for name in form.fields:
        assert f'name="{name}"' in html, name


def test_the_form_sets_the_csrf_cookie_alone() -> None:
    assert set(Client().get("/refer/parent/").cookies) == {"csrf"}
    assert not Client().get("/refer/").cookies
