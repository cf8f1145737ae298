"""Children in the API: the same permissions, the same audit rows, nothing of a child in an address."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.program.people.charts import chart_of, site
from tests.program.staff import by, person, signed_in

from westward.program.audit.models import Entry
from westward.program.people.actions.caregivers import AddCaregiver, RevokeCaregiver
from westward.program.people.actions.clinicians import AddClinician, TieClinician
from westward.program.people.actions.record_consent import RecordConsent

pytestmark = pytest.mark.django_db


def test_the_list_is_of_ones_sites_and_leaves_one_row() -> None:
    north, south = site("north"), site("south")
    mine, _ = chart_of("Mine", at=north, gestation_d=240), chart_of("Theirs", at=south)
    client = signed_in(person("kim", "nurse", site=north))
    before = Entry.objects.count()
    told = client.get("/api/children").json()
    assert told["count"] == 1
    one = told["children"][0]
    assert (one["id"], one["family_name"], one["site"]) == (mine.pk, "Mine", "north")
    assert one["corrected_age_d"] == one["age_d"] - 40
    assert Entry.objects.count() == before + 1
    assert "Mine" not in Entry.objects.latest("seq").detail
    assert client.get("/api/children?limit=0").status_code == 422
    assert client.get("/api/children?offset=5").json()["children"] == []


def test_an_age_that_is_not_known_is_null() -> None:
    chart_of("Rivera")
    one = signed_in(person("kim", "nurse")).get("/api/children").json()["children"][0]
    assert one["corrected_age_d"] is None
    assert one["age_d"] > 0


def test_a_search_travels_in_the_body() -> None:
    chart_of("Rivera")
    chart_of("Other")
    client = signed_in(person("kim", "nurse"))
    asked: dict[str, Any] = {"data": {"words": "rivera"}, "content_type": "application/json"}
    assert [one["family_name"] for one in client.post("/api/children/find", **asked).json()["children"]] == ["Rivera"]
    assert client.get("/api/children/find?words=rivera").status_code == 405
    assert '"search":true' in Entry.objects.latest("seq").detail
    assert "rivera" not in Entry.objects.latest("seq").detail


def test_one_child_with_the_people_around_it(django_assert_max_num_queries: Any) -> None:
    child, kim = chart_of("Rivera", "Ana"), person("kim", "nurse")
    mother = AddCaregiver(**by(kim), child=child, name="Rosa", relation="mother").execute()
    gone = AddCaregiver(**by(kim), child=child, name="Luis", relation="father").execute()
    RevokeCaregiver(**by(kim), child=child, caregiver=gone, why="court order").execute()
    lee = AddClinician(**by(kim), name="Lee", fax="555 0100").execute()
    TieClinician(**by(kim), child=child, clinician=lee, role="referring").execute()
    RecordConsent(**by(kim), child=child, purpose="care", answer="given", on=date(2026, 6, 1)).execute()
    client = signed_in(kim)
    client.get(f"/api/children/{child.pk}")
    with django_assert_max_num_queries(14):
        told = client.get(f"/api/children/{child.pk}").json()
    assert [one["id"] for one in told["caregivers"]] == [mother.pk]
    assert [one["fax"] for one in told["recipients"]] == ["555 0100"]
    assert told["consents"]["care"] == {"answer": "given", "on": "2026-06-01"}
    assert told["consents"]["research"] == {"answer": None, "on": None}
    row = Entry.objects.latest("seq")
    assert (row.verb, row.target, row.outcome) == ("people.read", child.audit_id, "done")


def test_refusals_are_told_and_audited() -> None:
    child = chart_of("Rivera", at=site("north"))
    for who in (
        person("south", "nurse", site=site("south")),
        person("re", "researcher"),
        person("p", kind="caregiver"),
    ):
        client = signed_in(who)
        answer = client.get(f"/api/children/{child.pk}")
        assert answer.status_code == 403
        assert "Rivera" not in answer.content.decode()
        row = Entry.objects.latest("seq")
        assert (row.verb, row.target, row.outcome) == ("people.read", child.audit_id, "refused")
    assert client.get("/api/children").status_code == 403
    assert signed_in(person("kim", "nurse")).get("/api/children/987654").status_code == 404
