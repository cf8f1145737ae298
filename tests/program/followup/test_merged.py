"""Two charts become one: what the phone still keeps under the old key arrives on the chart in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.program.followup.test_films import film
from tests.program.followup.test_followup import entry, mother, today
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.program.audit.models import Entry
from westward.program.followup.models import DiaryEntry
from westward.program.people import queries as people
from westward.program.people.actions.merge_charts import MergeCharts, UndoMerge
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def three() -> tuple[Child, Child, Child, Any]:
    """Three charts of one child; the caregiver knows the first."""
    charts = [scene.child(pseudonym=f"W-TEST-000{n}") for n in (1, 2, 3)]
    return charts[0], charts[1], charts[2], mother(charts[0])


def merge(other: Child, keep: Child) -> Any:
    who = person(f"co{other.pk}", "coordinator")
    keep.refresh_from_db(), other.refresh_from_db()
    return MergeCharts(**by(who), keep=keep, other=other, why="the same child").execute()


def post(client: Any, child: Child, *entries: dict[str, Any]) -> Any:
    body = json.dumps({"entries": list(entries)})
    return client.post(f"/diary/{child.pk}/sync/", body, content_type="application/json")


def test_entries_kept_under_the_old_key_arrive_after_one_and_after_two_merges() -> None:
    first, second, third, mum = three()
    client = signed_in(mum)
    merge(first, second)
    one = entry()
    assert post(client, first, one).json()["taken"][0]["outcome"] == "stored"
    assert post(client, second, one).json()["taken"][0]["outcome"] == "known"
    merge(second, third)
    assert post(client, first, entry("free_day")).json()["taken"][0]["outcome"] == "stored"
    assert set(DiaryEntry.objects.values_list("child_id", flat=True)) == {third.pk}
    row = Entry.objects.filter(verb="followup.diary_own").order_by("-seq")[0]
    assert (row.target, row.outcome) == (third.audit_id, "done")


def test_a_film_under_the_old_key_is_sent_and_shown() -> None:
    first, second, _, mum = three()
    client, one = signed_in(mum), entry()
    post(client, first, one)
    merge(first, second)
    sent = client.post(f"/diary/{first.pk}/film/", {"id": one["id"], "film": film()})
    assert sent.json() == {"outcome": "stored"}
    stored = DiaryEntry.objects.get()
    for key in (first.pk, second.pk):
        assert client.get(f"/diary/{key}/films/{stored.pk}/").status_code == 200


def test_the_form_and_the_page_at_the_old_address_are_of_the_chart_in_use() -> None:
    first, second, third, mum = three()
    client = signed_in(mum)
    merge(first, second), merge(second, third)
    asked = {"kind": "cluster", "on": today().isoformat(), "count": "7"}
    assert client.post(f"/diary/{first.pk}/entry/", asked).status_code == 302
    assert DiaryEntry.objects.get().child == third
    for key in (first.pk, third.pk):
        page = client.get(f"/diary/{key}/").content.decode()
        assert f'data-child="{third.pk}" data-earlier="{first.pk} {second.pk}"' in page
        assert f'data-sync="/diary/{third.pk}/sync/"' in page


def test_the_old_key_opens_nothing_to_anybody_else() -> None:
    first, second, _, _ = three()
    merge(first, second)
    for stranger in (mother(scene.child(pseudonym="W-TEST-0009")), person("nurse", "nurse")):
        client = signed_in(stranger)
        assert client.get(f"/diary/{first.pk}/").status_code == 403
        assert post(client, first, entry()).status_code == 403
        assert client.post(f"/diary/{first.pk}/film/", {"id": "x", "film": film()}).status_code == 403
        assert client.post(f"/diary/{first.pk}/entry/", {"kind": "free_day"}).status_code == 403
        assert client.get(f"/diary/{first.pk}/films/1/").status_code == 403
    assert not DiaryEntry.objects.exists()


def test_after_the_merge_is_undone_each_key_is_its_own_again() -> None:
    first, second, _, mum = three()
    merged = merge(first, second)
    assert people.merged_keys(second) == [first.pk]
    UndoMerge(**by(person("co", "coordinator")), merge=merged, why="two children after all").execute()
    assert people.merged_keys(second) == []
    assert post(signed_in(mum), first, entry()).status_code == 200
    assert post(signed_in(mum), second, entry()).status_code == 403
    assert DiaryEntry.objects.get().child == first
