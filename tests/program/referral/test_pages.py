"""Pages: the right role opens them, the wrong one is refused and audited, forms work without script."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.program.referral.scene import ALL_NO, MP4, by, child, on_duty, person, referral, slot
from tests.program.staff import signed_in

from westward.program.accounts.models import Site
from westward.program.audit.models import Entry
from westward.program.audit.queries import walk
from westward.program.people.models import Child
from westward.program.referral.actions.appointments import BookSlot
from westward.program.referral.actions.receive import Receive
from westward.program.referral.models import Appointment, AtRisk, ChildFact, Referral, Shift, Slot
from westward.program.referral.uploads import store

pytestmark = pytest.mark.django_db

LISTS = ("referrals", "overdue", "slots", "roster", "surveillance")


@pytest.mark.parametrize(
    "role, opened",
    [
        ("coordinator", set(LISTS)),
        ("technologist", set(LISTS) - {"referrals"}),
        ("pharmacist", set(LISTS) - {"referrals"}),
        ("researcher", set()),
        ("administrator", set()),
    ],
)
def test_lists_by_role(role: str, opened: set[str]) -> None:
    client = signed_in(person("somebody", role))
    for name in LISTS:
        answer = client.get(reverse(name))
        assert answer.status_code == (200 if name in opened else 403), name
        row = Entry.objects.filter(actor__startswith="user:").order_by("-seq").first()
        assert row is not None
        assert row.outcome == ("done" if name in opened else "refused")
    assert walk().whole


def test_the_inbox_shows_the_gravest_first_and_one_audit_row_without_names() -> None:
    calm = referral(answers=ALL_NO, family_name="Calm")
    old = referral(ago_h=7, family_name="Older")
    new = referral(family_name="Newer")
    danger = referral(answers={"breathing": "yes"}, family_name="Danger")
    nurse = person("nurse", "nurse")
    on_duty(nurse)
    page = signed_in(nurse).get("/referrals/").content.decode()
    order = [page.index(one.name) for one in (danger, old, new, calm)]
    assert order == sorted(order)
    row = Entry.objects.get(verb="referral.list")
    assert '"count":4' in row.detail.replace(" ", "")
    assert "Danger" not in row.detail


def test_the_inbox_is_narrowed_to_ones_sites_and_shows_what_has_no_site() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    referral(site=here, family_name="Hereford")
    elsewhere = referral(site=there, family_name="Thereford")
    referral(family_name="Nowhere")
    client = signed_in(person("nurse", "nurse", site=here))
    page = client.get("/referrals/").content.decode()
    assert "Hereford" in page
    assert "Nowhere" in page
    assert "Thereford" not in page
    assert "Thereford" not in client.get(f"/referrals/?site={there.pk}").content.decode()
    assert client.get(f"/referrals/{elsewhere.pk}/").status_code == 403
    assert Entry.objects.filter(verb="referral.read", target=elsewhere.audit_id, outcome="refused").count() == 1
    for name in ("answer", "take", "contact", "accept", "decline", "close", "reopen", "assign", "files"):
        assert client.post(f"/referrals/{elsewhere.pk}/{name}/").status_code == 403


def test_a_referral_page_shows_why_and_reading_it_is_one_row() -> None:
    one = referral(words="he nods on waking")
    client = signed_in(person("nurse", "nurse"))
    before = Entry.objects.count()
    page = client.get(f"/referrals/{one.pk}/")
    text = page.content.decode()
    assert Entry.objects.count() == before + 1
    for words in (
        "clusters of brief stereotyped jerks",
        "Red flags collected",
        "policy",
        "he nods on waking",
        one.number,
    ):
        assert words.lower() in text.lower(), words
    assert "Do brief jerks or nods" in text


def test_a_simulated_referral_says_so() -> None:
    one = Receive(**{**_form(), "simulated": True}).execute()
    assert "badge-simulated" in signed_in(person("nurse", "nurse")).get(f"/referrals/{one.pk}/").content.decode()


def _form() -> dict[str, Any]:
    from tests.program.referral.scene import STRANGER, form

    return {"who": STRANGER, **form()}


def test_phone_intake_on_the_page_with_an_earlier_receipt_and_a_file() -> None:
    nurse = person("nurse", "nurse")
    client = signed_in(nurse)
    page = client.get("/referrals/new/")
    assert page.status_code == 200
    assert b"Is the child blue" in page.content
    arrived = timezone.localtime() - timedelta(hours=2)
    sent = {
        "source": "fax",
        "received_at": f"{arrived:%Y-%m-%dT%H:%M}",
        "sender_name": "Dr. Chu",
        "sender_relation": "pediatrician",
        "sender_phone": "555 0142",
        "family_name": "Okafor",
        "age_months": "6.5",
        "sex": "female",
        "language": "es",
        "interpreter": "on",
        "gestation_weeks": "34",
        "gestation_days": "2",
        "precision": "month",
        "day": f"{arrived:%Y-%m-%d}",
        "clusters": "yes",
        "uploads": SimpleUploadedFile("fax 7.pdf", b"%PDF-1.7 page"),
    }
    answer = client.post("/referrals/new/", sent)
    one = Referral.objects.get()
    assert answer["Location"] == f"/referrals/{one.pk}/"
    assert one.received_at == arrived.replace(second=0, microsecond=0)
    assert (one.source, one.gestation_d, one.age_given_d, one.entered_by) == ("fax", 240, 198, nurse)
    assert one.uploads.get().kind == "document"
    assert one.onset_precision == "month"


def test_a_form_with_a_mistake_keeps_what_was_typed() -> None:
    client = signed_in(person("nurse", "nurse"))
    sent = {
        "source": "phone",
        "sender_name": "Dr. Chu",
        "family_name": "Okafor",
        "words": "clusters at dawn",
        "sex": "male",
    }
    answer = client.post(
        "/referrals/new/", {**sent, "sender_relation": "other", "language": "en", "precision": "unknown"}
    )
    assert answer.status_code == 422
    assert b"clusters at dawn" in answer.content
    assert b"phone number or an e-mail" in answer.content
    bad = SimpleUploadedFile("x.exe", b"MZ")
    answer = client.post(
        "/referrals/new/",
        {
            **sent,
            "sender_phone": "1",
            "sender_relation": "other",
            "language": "en",
            "precision": "unknown",
            "uploads": bad,
        },
    )
    assert answer.status_code == 422
    assert b"phone video" in answer.content
    assert not Referral.objects.exists()


def test_a_file_is_a_download_for_those_who_may_and_each_read_is_a_row() -> None:
    one = Receive(**{**_form(), "uploads": [store(SimpleUploadedFile('lu"z.mp4', MP4))]}).execute()
    address = reverse("referral-file", args=[one.pk, one.uploads.get().pk])
    answer = signed_in(person("nurse", "nurse")).get(address)
    assert b"".join(answer.streaming_content) == MP4  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "video/mp4"
    assert Entry.objects.filter(target=one.uploads.get().audit_id).count() == 1
    assert signed_in(person("tech", "technologist")).get(address).status_code == 403
    other = referral()
    client = signed_in(person("nurse2", "nurse"))
    assert client.get(reverse("referral-file", args=[other.pk, one.uploads.get().pk])).status_code == 404


def test_the_way_of_a_referral_on_the_page() -> None:
    nurse = person("nurse", "nurse")
    client, one = signed_in(nurse), referral(ago_h=1)
    page = f"/referrals/{one.pk}/"
    client.post(f"{page}take/")
    at = f"{timezone.localtime() - timedelta(minutes=5):%Y-%m-%dT%H:%M}"
    said = {"at": at, "channel": "phone", "with_whom": "sender", "reached": "yes", "interpreter": "not_needed"}
    client.post(f"{page}contact/", said)
    one.refresh_from_db()
    assert one.owner == nurse
    assert one.contacted_at is not None
    answers = dict.fromkeys(("breathing", "convulsion", "unwell_on_hormone"), "no")
    client.post(f"{page}answer/", {**answers, "clusters": "yes", "events": "yes", "precision": "unknown"})
    assert one.triages.count() == 2
    child_page = client.post(f"{page}accept/", {"birth_date": f"{one.birth_date}"})
    one.refresh_from_db()
    assert child_page["Location"] == f"/children/{one.child_id}/referral/"
    text = client.get(child_page["Location"]).content.decode()
    assert one.number in text
    assert "Owner of the next step" in text


def test_when_a_chart_looks_like_the_childs_a_person_chooses() -> None:
    nurse, chart = person("nurse", "nurse"), child()
    client, one = signed_in(nurse), referral(birth_date=chart.birth_date)
    page = f"/referrals/{one.pk}/"
    assert chart.pseudonym in client.get(page).content.decode()
    assert client.post(f"{page}accept/", {"birth_date": ""}).status_code == 422
    client.post(f"{page}accept/", {"child": str(chart.pk)})
    one.refresh_from_db()
    assert one.child == chart


def test_what_the_act_refuses_is_said_on_the_page_with_what_was_typed() -> None:
    client, one = signed_in(person("doc", "physician")), referral()
    answer = client.post(f"/referrals/{one.pk}/decline/", {"reason": "too far away", "advice": "call us"})
    assert answer.status_code == 422
    assert b"call first and log the contact" in answer.content
    assert b"too far away" in answer.content
    sent = client.post(f"/referrals/{one.pk}/close/", {"why": "withdrawn"}, follow=True)
    assert b"Withdrawn by the sender" in sent.content
    client.post(f"/referrals/{one.pk}/reopen/", {"reason": "they called again"})
    one.refresh_from_db()
    assert one.open


def test_roster_slots_and_a_booking_on_the_pages() -> None:
    boss, tech = person("co", "coordinator"), person("tech", "technologist")
    client = signed_in(boss)
    begin = timezone.localtime() + timedelta(hours=1)
    sent = {"to": boss.pk, "rank": 1, "starts": f"{begin:%Y-%m-%dT%H:%M}", "weeks": 1, "phone": "555 0100"}
    client.post("/roster/add/", {**sent, "ends": f"{begin + timedelta(hours=8):%Y-%m-%dT%H:%M}"})
    shift = Shift.objects.get()
    text = client.get(f"/roster/?week={timezone.localdate()}").content.decode()
    assert "nobody on duty" in text
    client.post(f"/roster/{shift.pk}/end/")
    assert Shift.objects.get().void
    day = timezone.localdate() + timedelta(days=1)
    made = {"beds": "EEG 1, EEG 2", "first": day, "last": day, "begin": "08:00", "end": "16:00", "length_h": "4"}
    client.post("/slots/make/", {**made, "weekdays": list("0123456"), "technologist": tech.pk})
    assert Slot.objects.count() == 4
    one = child()
    choose = client.get(f"/children/{one.pk}/referral/slots/").content.decode()
    assert "next available" in choose
    client.post(f"/children/{one.pk}/referral/slots/{Slot.objects.first().pk}/")  # type: ignore[union-attr]
    booked = Appointment.objects.get()
    week = client.get(f"/slots/?week={day}").content.decode()
    assert one.name in week
    what = {"what": "release", "reason": "fever"}
    client.post(f"/children/{one.pk}/referral/appointment/{booked.pk}/", what)
    assert Appointment.objects.get().state == "released"
    client.post(f"/slots/{Slot.objects.first().pk}/withdraw/", {"reason": "bed broken"})  # type: ignore[union-attr]
    assert Slot.objects.filter(withdrawn_at=None).count() == 3


def test_days_owner_and_surveillance_on_the_chart() -> None:
    nurse, one = person("nurse", "nurse"), child()
    client = signed_in(nurse)
    tab = f"/children/{one.pk}/referral/"
    day = timezone.localdate() - timedelta(days=30)
    client.post(f"{tab}fact/", {"milestone": "onset", "precision": "week", "day": f"{day}", "source": "family"})
    assert ChildFact.objects.get().source == "family"
    client.post(f"{tab}own/", {"to": nurse.pk})
    client.post(f"{tab}watch/", {"risks": ["tuberous_sclerosis", "hie"]})
    client.post(f"{tab}watch/eeg/", {"on": f"{timezone.localdate()}", "where": "here"})
    text = client.get(tab).content.decode()
    for words in ("Tuberous sclerosis", "recalled", "Unverified", "nurse".title(), "Family"):
        assert words in text, words
    assert "Tuberous sclerosis" in client.get("/surveillance/").content.decode()
    client.post(f"{tab}watch/due/", {"due": f"{timezone.localdate() + timedelta(days=3)}"})
    assert AtRisk.objects.get().own_due is not None
    eeg = AtRisk.objects.get().eegs.get()
    client.post(f"{tab}watch/eeg/{eeg.pk}/withdraw/")
    client.post(f"{tab}watch/close/", {"why": "elsewhere"})
    assert AtRisk.objects.get().closed_on == timezone.localdate()
    client.post(f"{tab}fact/{ChildFact.objects.get().pk}/withdraw/")
    assert ChildFact.objects.get().withdrawn
    client.post(f"{tab}contact/", {"at": "", "reached": ""})
    assert client.post(f"{tab}appointment/", {"kind": "visit", "starts": "yesterday"}).status_code == 422


def test_another_childs_facts_are_out_of_reach() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    nurse = person("nurse", "nurse", site=here)
    mine, other = child(site=here), child(site=there, family_name="Okafor")
    booked = Appointment.objects.create(
        child=other, kind="visit", starts=timezone.now() + timedelta(days=1), booked_by=nurse, site=there
    )
    client = signed_in(nurse)
    assert client.get(f"/children/{other.pk}/referral/").status_code == 403
    assert client.post(f"/children/{mine.pk}/referral/appointment/{booked.pk}/", {"what": "release"}).status_code == 404
    free = slot(site=there)
    client.post(f"/children/{mine.pk}/referral/slots/{free.pk}/")
    assert not Appointment.objects.filter(slot=free).exists()
    for name in ("overdue", "slots", "surveillance"):
        assert "Okafor" not in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize("state", ["deceased", "transferred"])
def test_a_slot_still_booked_for_a_child_who_died_or_was_transferred_says_so_and_asks_for_nobody(state: str) -> None:
    boss, mine = person("boss", "coordinator"), child(interpreter=True)
    free = slot(in_h=72)
    BookSlot(**by(boss), child=mine, slot=free, interpreter="by phone").execute()
    address = f"/slots/?week={timezone.localtime(free.starts).date()}"
    client = signed_in(boss)
    assert "interpreter: by phone" in client.get(address).content.decode()
    Child.objects.update(state=state, state_on=timezone.localdate())
    page = client.get(address).content.decode()
    assert f"{state}: to be released" in page
    assert "interpreter: by phone" not in page
