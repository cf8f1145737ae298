"""What is known for a child like this: pages and API."""

from __future__ import annotations

from typing import Any

import pytest
from tests.program.staff import person, signed_in
from tests.program.treatment import scene

from westward.program.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def test_the_table_by_population_with_intervals_and_no_other(people: dict[str, Any]) -> None:
    page = signed_in(people["doc"]).get("/evidence/?population=TSC").content.decode()
    assert "11 of 11" in page
    assert "counts spasms, not successes" in page
    assert "133 of 186" not in page
    assert "<svg" in page
    assert "odds ratio 5.1 (1.1 to 23.6)" in page
    assert "100,457" in page


def test_a_code_that_does_not_exist_is_not_found(people: dict[str, Any]) -> None:
    assert signed_in(people["doc"]).get("/evidence/?drug=aspirin").status_code == 404


def test_a_child_sees_the_populations_it_belongs_to(people: dict[str, Any]) -> None:
    child = scene.child()
    doc = signed_in(people["doc"])
    address = f"/children/{child.pk}/evidence/"
    page = doc.get(address).content.decode()
    assert "not known in this chart" in page
    assert "Chiron" not in page
    scene.cleared(people["nurse"], child, tuberous_sclerosis="yes")
    before = Entry.objects.count()
    page = doc.get(address).content.decode()
    assert Entry.objects.count() == before + 1
    assert "Chiron" in page
    assert "28 of 52" not in page, "results of children without tuberous sclerosis are not borrowed"


def test_who_may_not(people: dict[str, Any]) -> None:
    child = scene.child()
    quality = signed_in(person("q", "quality"))
    assert quality.get("/evidence/").status_code == 403
    assert quality.get(f"/children/{child.pk}/evidence/").status_code == 403


def test_the_api_gives_the_same(people: dict[str, Any]) -> None:
    doc = signed_in(people["doc"])
    rows = doc.get("/api/evidence/predictors").json()
    assert next(row for row in rows if row["predictor"] == "Stroke or infarct")["estimate"] == "5.1"
    assert any(row["conflict"] for row in rows)
    assert doc.get("/api/evidence/costs").json()[1]["usd"] == 100457
