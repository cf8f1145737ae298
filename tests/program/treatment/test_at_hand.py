"""The drug that is here today is offered; an order whose drug waits never waits in silence."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.program.accounts.models import Site
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.local.actions.supply import RecordSupply
from westward.program.local.models import DrugSupply
from westward.program.treatment import journey
from westward.program.treatment.actions.day_zero import RecordAccess
from westward.program.treatment.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


@pytest.fixture
def child(people: dict[str, Any]) -> Any:
    made = scene.child()
    scene.measured(people["nurse"], made)
    scene.cleared(people["nurse"], made)
    return made


def confirm(user: Any, drug: str, state: str = "here", *, site: Site | None = None, **more: Any) -> DrugSupply:
    return RecordSupply(**by(user), site=site, drug=drug, state=state, **more).execute()


def page(people: dict[str, Any], child: Any) -> str:
    return signed_in(people["doc"]).get(f"/children/{child.pk}/treatment/").content.decode()


def acts(child: Any) -> dict[str, str]:
    found = journey.next_acts([child.pk], now=timezone.now()).get(child.pk, [])
    return {one.words: one.owner for one in found}


def test_at_the_start_each_standard_protocol_says_whether_its_drug_is_here(people: dict[str, Any], child: Any) -> None:
    confirm(people["pharm"], "acth_natural", "order", days=3)
    confirm(people["nurse"], "prednisolone")
    shown = page(people, child)
    assert "ACTH natural: must be ordered, 3 d from the order" in shown
    assert "prednisolone: here now" in shown
    assert "vigabatrin: nobody has confirmed whether it is here" in shown
    assert "✓ here today" in shown


def test_an_order_whose_drug_waits_offers_what_is_here_and_changes_nothing(people: dict[str, Any], child: Any) -> None:
    confirm(people["pharm"], "acth_natural", "order", days=3)
    confirm(people["pharm"], "prednisolone")
    run = scene.started(people, child, "acth_label_150")
    shown = page(people, child)
    assert "waits for its drug" in shown
    assert "Here today, by the order of the sources" in shown
    assert "<strong>Prednisolone 40 mg a day, fixed dose, 29 days (PERC)</strong>" in shown
    assert acts(child)["Get ACTH natural: must be ordered, 3 d from the order"] == "Coordinator"
    assert list(Run.objects.values_list("pk", "state")) == [(run.pk, "planned")]


def test_an_order_whose_drug_is_here_waits_for_nothing(people: dict[str, Any], child: Any) -> None:
    confirm(people["pharm"], "prednisolone")
    scene.started(people, child)
    assert "waits for its drug" not in page(people, child)
    assert not [words for words in acts(child) if words.startswith("Get ")]


def test_what_nobody_confirmed_is_asked_for(people: dict[str, Any], child: Any) -> None:
    scene.started(people, child)
    assert "Get prednisolone: nobody has confirmed whether it is here" in acts(child)
    old = confirm(people["pharm"], "prednisolone")
    DrugSupply.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=8))
    assert [words for words in acts(child) if words.startswith("Get prednisolone: last confirmed")]


def test_a_drug_dispensed_or_with_the_family_is_here_whatever_the_list_says(people: dict[str, Any], child: Any) -> None:
    run = scene.started(people, child)
    scene.in_force(people, run)
    scene.bottle(people, run)
    assert "waits for its drug" not in page(people, child)
    assert not [words for words in acts(child) if words.startswith("Get ")]
    other = scene.child(pseudonym="W-TEST-0002")
    scene.measured(people["nurse"], other)
    scene.cleared(people["nurse"], other)
    scene.started(people, other)
    step = {"drug": "Prednisolone", "owner": people["co"]}
    RecordAccess(**by(people["co"]), child=other, stage="shipped", **step).execute()
    assert "Get prednisolone: nobody has confirmed whether it is here" not in acts(other), "somebody is getting it"
    assert "Get Prednisolone: shipped" in acts(other)
    RecordAccess(**by(people["co"]), child=other, stage="in_hand", **step).execute()
    assert not [words for words in acts(other) if words.startswith("Get ")]


def test_what_is_not_approved_or_against_is_not_offered(people: dict[str, Any], child: Any) -> None:
    confirm(people["pharm"], "vigabatrin")
    confirm(people["pharm"], "prednisolone")
    scene.cleared(people["nurse"], child, active_infection="yes")
    shown = page(people, child)
    assert "not approved here" in shown
    assert "not with active infection" in shown
    assert "✓ here today" not in shown


def test_a_site_s_own_word_goes_before_that_for_all(people: dict[str, Any]) -> None:
    site = Site.objects.create(code="A", name="A House")
    child = scene.child(site=site)
    confirm(people["pharm"], "prednisolone")
    assert "prednisolone: here now" in page(people, child)
    confirm(people["pharm"], "prednisolone", "none", site=site)
    assert "prednisolone: not to be had" in page(people, child)


def test_who_confirms_for_which_site(people: dict[str, Any]) -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in "AB")
    nurse = person("local", "nurse", site=here)
    confirm(nurse, "prednisolone", site=here)
    for place in (there, None):
        with pytest.raises(NotAllowedError):
            confirm(nurse, "prednisolone", site=place)
    with pytest.raises(NotAllowedError):
        confirm(person("tech", "technologist"), "prednisolone")
    shown = signed_in(nurse).get("/drugs/").content.decode()
    assert "Every site" not in shown
    assert shown.count("<h2>") == 1


@pytest.mark.parametrize(
    "drug, state, days, words",
    [
        ("aspirin", "here", None, "no protocol gives"),
        ("prednisolone", "soon", None, "is no state"),
        ("prednisolone", "here", 3, "belong to a drug that must be ordered"),
        ("prednisolone", "order", 400, "make no sense"),
    ],
)
def test_what_makes_no_sense_is_refused(
    people: dict[str, Any], drug: str, state: str, days: int | None, words: str
) -> None:
    with pytest.raises(InvalidActError, match=words):
        confirm(people["pharm"], drug, state, days=days)
    assert not DrugSupply.objects.exists()


def test_by_form_and_audited(people: dict[str, Any]) -> None:
    pharm = signed_in(people["pharm"])
    sent = {"site": "0", "drug": "prednisolone", "state": "order", "days": "2", "note": "by the night pharmacy"}
    shown = pharm.post("/drugs/confirm/", sent, follow=True).content.decode()
    assert "must be ordered, 2 d from the order" in shown
    assert "by the night pharmacy" in shown
    assert "is no whole number" in pharm.post("/drugs/confirm/", sent | {"days": "x"}, follow=True).content.decode()
    row = Entry.objects.filter(verb="local.supply").get()
    assert json.loads(row.detail)["drug"] == "prednisolone"
    assert "night" not in row.detail
    assert DrugSupply.objects.count() == 1
    assert signed_in(person("res", "researcher", purpose="research")).get("/drugs/").status_code == 403
