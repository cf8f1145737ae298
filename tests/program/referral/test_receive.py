"""A referral comes in: triaged at receipt, numbered, audited without names, or refused in one line."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.program.referral.scene import MP4, STRANGER, form
from tests.program.staff import by, person

from westward.care.triage import Level
from westward.care.when import When, month_of, on_day
from westward.core.errors import InputError
from westward.program.accounts.models import Site
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.audit.record import ANONYMOUS
from westward.program.referral import rules
from westward.program.referral.actions.receive import Receive
from westward.program.referral.models import Referral
from westward.program.referral.uploads import content_type, discard, open_stored, store

pytestmark = pytest.mark.django_db


def test_a_stranger_sends_the_public_form_and_gets_a_number_fit_for_the_phone() -> None:
    referral = Receive(who=STRANGER, **form(answers={"clusters": "yes", "events": "yes"})).execute()
    assert re.fullmatch(r"R-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{2}", referral.number)
    assert referral.urgency is Level.SAME_DAY
    assert referral.contact_by - referral.received_at == timedelta(hours=8)
    assert referral.escalate_at - referral.received_at == timedelta(hours=4)
    run = referral.triages.get()
    rule = next(one for one in run.fired if one["rule"] == "same_day.clusters")
    assert (rule["status"], rule["assumed"]) == ("policy", False)
    assert "ISAN" in rule["source"]
    assert {"next_days.events", "same_day.clusters"}.isdisjoint(one["rule"] for one in run.ask)


def test_the_audit_row_holds_codes_and_no_name() -> None:
    referral = Receive(who=STRANGER, **form(words="seen at the Rivera home")).execute()
    row = Entry.objects.get(verb="referral.receive")
    assert (row.actor, row.target) == (ANONYMOUS, referral.audit_id)
    assert "Rivera" not in row.detail
    assert json.loads(row.detail)["source"] == "parent"


def test_nothing_asked_stays_unknown_and_is_never_routine() -> None:
    run = Receive(who=STRANGER, **form()).execute().triages.get()
    assert set(run.answers.values()) == {"unknown"}
    assert run.urgency is Level.SAME_DAY
    assert all(one["assumed"] for one in run.fired)


@pytest.mark.parametrize("number", ["911", ""])
def test_a_child_in_danger_gets_the_emergency_number_of_the_site(settings: Any, number: str) -> None:
    settings.SITE_DETAILS = replace(settings.SITE_DETAILS, emergency_number=number)
    run = Receive(who=STRANGER, **form(answers={"breathing": "yes"})).execute().triages.get()
    assert (run.urgency, run.emergency_number) == (Level.EMERGENCY_NOW, number or "the local emergency number")


@pytest.mark.parametrize("source", ["phone", "fax", "second_opinion", "transfer"])
def test_what_staff_take_in_needs_a_role_of_intake(source: str) -> None:
    with pytest.raises(NotAllowedError):
        Receive(who=STRANGER, **form(source=source)).execute()
    with pytest.raises(NotAllowedError):
        Receive(**by(person("pharm", "pharmacist")), **form(source=source)).execute()
    assert not Referral.objects.exists()
    assert (
        Receive(**by(person("nurse", "nurse")), **form(source=source, consent_contact=False)).execute().source == source
    )


def test_a_role_at_one_site_takes_in_for_that_site_alone() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    nurse = person("nurse", "nurse", site=here)
    assert Receive(**by(nurse), **form(source="fax", site=here)).execute().site == here
    with pytest.raises(NotAllowedError):
        Receive(**by(nurse), **form(source="fax", site=there)).execute()


def test_the_only_site_of_the_program_answers() -> None:
    site = Site.objects.create(code="here", name="Here")
    assert Receive(who=STRANGER, **form()).execute().site == site
    Site.objects.create(code="there", name="There")
    assert Receive(who=STRANGER, **form()).execute().site is None


def test_the_clock_of_a_fax_starts_when_it_arrived() -> None:
    arrived = timezone.now() - timedelta(hours=3)
    asked = form(source="fax", received_at=arrived, answers={"clusters": "yes"})
    referral = Receive(**by(person("nurse", "nurse")), **asked).execute()
    assert referral.contact_by == arrived + timedelta(hours=8)
    assert referral.entered_at > arrived


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"source": "pigeon"}, "no source"),
        ({"sender_name": " "}, "name of whoever sends it"),
        ({"sender_phone": ""}, "phone number or an e-mail"),
        ({"consent_contact": False}, "may contact you"),
        ({"family_name": ""}, "family name"),
        ({"birth_date": date(2200, 1, 1)}, "birth date lies after"),
        ({"answers": {"clusters": "maybe"}}, "give yes, no or unknown"),
        ({"answers": {"clutter": "yes"}}, "no question 'clutter'"),
        ({"onset": on_day(date(2200, 1, 1))}, "first event lies after"),
        ({"onset": on_day(date(2001, 1, 1))}, "before the birth date"),
        ({"suspicion": on_day(date(2200, 1, 1))}, "first suspicion lies after"),
        ({"received_at": datetime(2026, 1, 1, tzinfo=UTC)}, "received when it is sent"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(wrong: dict[str, Any], words: str) -> None:
    who = {"who": STRANGER}
    if "source" in wrong:
        who = by(person("nurse", "nurse"))
    with pytest.raises(InvalidActError, match=words):
        Receive(**who, **form(**wrong)).execute()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("hours, words", [(-1, "later than now"), (24 * 400, "at most a year ago")])
def test_a_time_of_receipt_that_cannot_be(hours: int, words: str) -> None:
    at = timezone.now() - timedelta(hours=hours)
    with pytest.raises(InvalidActError, match=words):
        Receive(**by(person("nurse", "nurse")), **form(source="fax", received_at=at)).execute()


def test_approximate_days_become_ages_with_both_ends() -> None:
    received = datetime(2026, 6, 15, 12, tzinfo=UTC)
    known = rules.Said(codes={}, received=received, birth=date(2026, 1, 1), age_d=None, onset=month_of(2026, 3))
    span = rules.answers(known).onset_age_d
    assert span is not None
    assert (span.low, span.high) == (59, 89)
    by_age = rules.Said(codes={}, received=received, birth=None, age_d=165, onset=month_of(2026, 3))
    assert rules.answers(by_age).onset_age_d == span
    assert rules.answers(by_age).age_d == 165
    nothing = rules.Said(codes={}, received=received, birth=None, age_d=None, onset=month_of(2026, 3))
    assert rules.answers(nothing).onset_age_d is None


def test_when() -> None:
    day = date(2026, 3, 4)
    assert rules.when("day", day) == on_day(day)
    assert rules.when("week", day) == When(date(2026, 3, 2), date(2026, 3, 8))
    assert rules.when("month", day) == month_of(2026, 3)
    assert rules.when("range", day, date(2026, 3, 9)) == When(day, date(2026, 3, 9))
    assert rules.when("unknown", day) == When()
    for precision, until in (("day", None), ("range", None)):
        with pytest.raises(InputError):
            rules.when(precision, None if precision == "day" else day, until)


def test_files_are_kept_closed_under_random_names() -> None:
    stored = store(SimpleUploadedFile("../../etc/luz rivera.mp4", MP4))
    path = Path(settings.MEDIA_ROOT) / stored.path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (stored.name, stored.kind, stored.size) == ("luz rivera.mp4", "video", len(MP4))
    assert "rivera" not in stored.path
    with open_stored(stored.path) as file:
        assert file.read() == MP4
    referral = Receive(who=STRANGER, **form(uploads=[stored])).execute()
    assert referral.uploads.get().sha256 == stored.sha256


@pytest.mark.parametrize(
    "head, found",
    [
        (MP4, "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3rest", "video/webm"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"MZ\x90\x00", ""),
        (b"<html><script>", ""),
        (b"", ""),
    ],
)
def test_a_type_is_what_the_first_bytes_say(head: bytes, found: str) -> None:
    assert content_type(head) == found


def test_what_is_no_video_is_refused_and_nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(settings.MEDIA_ROOT) / "referral"
    before = set(folder.glob("*"))
    for name, content, words in (("a.mp4", b"MZ program", "phone video"), ("b.mp4", b"", "empty")):
        with pytest.raises(InputError, match=words):
            store(SimpleUploadedFile(name, content, "video/mp4"))
    with pytest.raises(InputError, match="phone video"):
        store(SimpleUploadedFile("a.pdf", b"%PDF-1.7"), kinds=frozenset({"video"}))
    monkeypatch.setattr("westward.program.referral.uploads.MAX_VIDEO_B", 100)
    with pytest.raises(InputError, match="larger than"):
        store(SimpleUploadedFile("a.mp4", MP4))
    assert set(folder.glob("*")) == before


def test_discarded_files_are_gone_and_paths_lead_nowhere_else() -> None:
    stored = store(SimpleUploadedFile("a.mp4", MP4))
    discard([stored])
    for path in (stored.path, "../key", "referral/../../key"):
        with pytest.raises(InputError):
            open_stored(path)
