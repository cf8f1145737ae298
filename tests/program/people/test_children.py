"""The list of children: whose, searched how, and what it leaves behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from tests.program.people.charts import chart_of, site
from tests.program.staff import person, signed_in

from westward.program.audit.models import Entry
from westward.program.people import queries
from westward.program.people.models import Child
from westward.program.people.names import folded
from westward.program.people.search import dates_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text, key",
    [
        ("García-López", "garcia lopez"),
        ("O\u2019Neil", "oneil"),
        ("  Søren  ", "soren"),
        ("Nguyễn", "nguyen"),
        ("STRAUß", "strauss"),
        ("李 明", "李 明"),
        ("...", ""),
    ],
)
def test_names_are_folded(text: str, key: str) -> None:
    assert folded(text) == key


@pytest.mark.parametrize(
    "words, days, rest",
    [
        ("2026-05-01", {date(2026, 5, 1)}, ""),
        ("rivera 1 May 2026", {date(2026, 5, 1)}, "rivera"),
        ("5/1/2026", {date(2026, 5, 1), date(2026, 1, 5)}, ""),
        ("13/1/2026", {date(2026, 1, 13)}, ""),
        ("2026-13-45", set(), "2026-13-45"),
        ("31 Nothing 2026", set(), "31 Nothing 2026"),
    ],
)
def test_days_in_a_search(words: str, days: set[date], rest: str) -> None:
    assert dates_in(words) == (days, rest)


def names(words: str) -> list[str]:
    return [child.family_name for child in queries.children(None, words=words)]


def test_a_chart_is_found_by_what_is_at_hand() -> None:
    one = chart_of("García", "Ana", record_number="A-77", birth_date=date(2026, 5, 1))
    chart_of("Rivera", "Ana", record_number="A-771", birth_date=date(2026, 4, 1))
    for words in ("garcia", "ANA gar", "a-77", "2026-05-01", "garcia 1 May 2026", one.pseudonym.lower(), "5/1/2026"):
        assert names(words) == ["García"], words
    assert names("ana") == ["García", "Rivera"]
    assert names(one.pseudonym.replace("-", "")) == ["García"]
    assert names("garcia 2026-04-01") == []
    assert names("%") == []
    assert names("_") == []


def test_a_corrected_name_is_found_and_so_is_one_stored_in_bulk() -> None:
    child = chart_of("Old")
    child.family_name = "New"
    child.save()
    Child.objects.bulk_create([Child(pseudonym="W-BULK-0001", family_name="Bulk", birth_date=date(2026, 1, 1))])
    assert (names("new"), names("old"), names("bulk")) == (["New"], [], ["Bulk"])


def test_the_list_is_narrowed_to_the_sites_of_the_reader() -> None:
    north, south = site("north"), site("south")
    chart_of("Northern", at=north)
    chart_of("Southern", at=south)
    chart_of("Nowhere")
    page = signed_in(person("kim", "nurse", site=north)).get(reverse("children")).content.decode()
    assert "Northern" in page
    assert "Southern" not in page
    assert "Nowhere" not in page
    everywhere = signed_in(person("max", "nurse")).get(reverse("children")).content.decode()
    assert all(name in everywhere for name in ("Northern", "Southern", "Nowhere"))


def test_a_search_stays_out_of_addresses_and_of_the_audit_and_leaves_one_row() -> None:
    child = chart_of("Rivera")
    chart_of("Other")
    client = signed_in(person("kim", "nurse"))
    answer = client.post(reverse("children-find"), {"words": "rivera"})
    assert answer["Location"] == reverse("children")
    before = Entry.objects.count()
    page = client.get(reverse("children")).content.decode()
    assert "Rivera" in page
    assert "Other" not in page
    row = Entry.objects.latest("seq")
    assert Entry.objects.count() == before + 1
    assert (row.verb, row.outcome) == ("people.list", "done")
    assert '"search":true' in row.detail
    assert "ivera" not in row.detail
    assert child.pseudonym not in row.detail
    client.post(reverse("children-find"), {"words": ""})
    assert "Other" in client.get(reverse("children")).content.decode()


def test_closed_charts_stand_apart_and_are_found() -> None:
    chart_of("Here")
    gone = chart_of("Gone")
    Child.objects.filter(pk=gone.pk).update(state="transferred", state_on=date(2026, 6, 1))
    listed = {
        shown: [c.family_name for c in queries.children(None, shown=shown)] for shown in ("open", "closed", "all")
    }
    assert listed == {"open": ["Here"], "closed": ["Gone"], "all": ["Gone", "Here"]}
    assert names("gone") == ["Gone"]


def test_other_roles_see_no_list(client: Any) -> None:
    for role in ("researcher", "quality", "privacy_officer", "administrator"):
        assert signed_in(person(role, role)).get(reverse("children")).status_code == 403
    parent = person("parent", kind="caregiver")
    client.force_login(parent)
    assert client.get(reverse("children")).status_code == 403


def test_the_list_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    north = site("north")
    for n in range(30):
        chart_of(f"Name{n:02}", at=north)
    client = signed_in(person("kim", "nurse", site=north))
    client.get(reverse("children"))
    with django_assert_max_num_queries(14):
        client.get(reverse("children"))
