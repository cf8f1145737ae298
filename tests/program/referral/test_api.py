"""The typed API answers like the pages: authorized, audited, narrowed."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.program.referral.scene import by, child, on_duty, person, referral, slot
from tests.program.staff import signed_in

from westward.program.accounts.models import Site
from westward.program.audit.models import Entry
from westward.program.referral.actions.surveillance import ListAtRisk
from westward.program.referral.models import Appointment

pytestmark = pytest.mark.django_db


def test_referrals_duty_overdue_and_surveillance() -> None:
    nurse = person("nurse", "nurse")
    client = signed_in(nurse)
    on_duty(nurse)
    one = referral(ago_h=9)
    [told] = client.get("/api/referrals").json()
    assert (told["number"], told["level"], told["clock"], told["owner"]) == (one.number, "same_day", "overdue", "")
    whole = client.get(f"/api/referrals/{one.pk}").json()
    assert whole["answers"]["clusters"] == "yes"
    assert {"status", "source", "meaning", "assumed"} <= set(whole["fired"][0])
    assert [duty["name"] for duty in client.get("/api/duty").json()] == ["Nurse"]
    [late] = client.get("/api/overdue").json()
    assert one.number in late["what"]
    ListAtRisk(**by(nurse), child=child(), risks=["hie"]).execute()
    [watched] = client.get("/api/surveillance").json()
    assert (watched["standing"], watched["due"]) == ("no schedule", None)
    verbs = list(Entry.objects.values_list("verb", flat=True))
    for verb in ("referral.list", "referral.read", "roster.list", "overdue.list", "surveillance.list"):
        assert verb in verbs
    assert client.get("/api/referrals/99999").status_code == 404


def test_slots_are_found_and_booked_once() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    nurse = person("nurse", "nurse", site=here)
    client = signed_in(nurse)
    day, night = slot(site=here), slot(site=here, in_h=40, hours=12, night=True)
    slot(site=there, in_h=2)
    assert [one["id"] for one in client.get("/api/slots").json()] == [day.pk, night.pk]
    assert [one["id"] for one in client.get("/api/slots?night=true&hours=8").json()] == [night.pk]
    one, other = child(here), child(here, family_name="Okafor")
    body = {"slot": day.pk}
    made = client.post(f"/api/children/{one.pk}/appointments", body, content_type="application/json")
    assert made.status_code == 200
    again = client.post(f"/api/children/{other.pk}/appointments", body, content_type="application/json")
    assert (again.status_code, "taken" in again.json()["detail"]) == (409, True)
    assert [a["state"] for a in client.get(f"/api/children/{one.pk}/appointments").json()] == ["booked"]
    far = child(there)
    assert client.get(f"/api/children/{far.pk}/appointments").status_code == 403
    refused = client.post(f"/api/children/{far.pk}/appointments", {"slot": night.pk}, content_type="application/json")
    assert refused.status_code == 403
    lost = client.post(f"/api/children/{one.pk}/appointments", {"slot": 10**30}, content_type="application/json")
    assert lost.status_code in (404, 422)
    assert Appointment.objects.count() == 1


def test_strangers_get_nothing() -> None:
    for path in ("referrals", "duty", "slots", "overdue", "surveillance"):
        assert Client().get(f"/api/{path}").status_code == 401
