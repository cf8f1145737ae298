"""Local values from the entry to the dose: two people, versions, refusals, pages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.care import local as rules
from westward.care import values_file
from westward.core.errors import InputError
from westward.evidence.status import Status
from westward.program.accounts.models import Site
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.folder import DataFolder
from westward.program.local import queries
from westward.program.local.actions.decide import ApproveValue, DeclineValue, WithdrawValue
from westward.program.local.actions.enter import EnterValue
from westward.program.local.models import LocalEntry
from westward.program.shell import values
from westward.program.treatment.models import Run
from westward.program.treatment.queries import newest_plan, shelved

pytestmark = pytest.mark.django_db
TAPER = "protocol:acth_natural_low/acth_natural/taper"
STRESS = "sheet:stress/dose.fever_mg_m2_d"
STEPS = [{"days": 3, "amount": "8", "per": "dose"}, {"days": 3, "amount": "4", "per": "dose"}]
SECRET = "Only-in-this-source"


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def enter(user: Any, field: str = TAPER, value: Any = STEPS, unit: str = "U", **more: Any) -> LocalEntry:
    said = {"source": f"{SECRET}, a rule of the unit", "year": 2024} | more
    return EnterValue(**by(user), field=field, value=value, unit=unit, **said).execute()


def approved(people: dict[str, Any], *args: Any, **more: Any) -> LocalEntry:
    made = enter(people["doc"], *args, **more)
    return ApproveValue(**by(people["pharm"]), entry=made).execute()


def test_every_blank_of_the_evidence_stands_on_the_page(people: dict[str, Any]) -> None:
    page = signed_in(people["nurse"]).get("/local-values/").content.decode()
    for blank in rules.blanks():
        assert f"/local-values/{blank.field.replace(':', '/')}/" in page
    assert f"{len(rules.blanks())} fields" in page


def test_a_value_is_used_by_nothing_until_a_second_person_has_approved_it(people: dict[str, Any]) -> None:
    made = enter(people["doc"])
    assert (made.state, made.number) == ("waiting", 1)
    assert shelved("acth_natural_low").protocol.empty == ("taper",)
    assert values.steps() == ()
    with pytest.raises(InvalidActError, match="second person"):
        ApproveValue(**by(people["doc"]), entry=made).execute()
    with pytest.raises(NotAllowedError):
        ApproveValue(**by(people["nurse"]), entry=made).execute()
    assert shelved("acth_natural_low").protocol.empty == ("taper",)
    ApproveValue(**by(people["pharm"]), entry=made).execute()
    found = shelved("acth_natural_low")
    assert (found.protocol.empty, found.protocol.version, found.local) == ((), "1+L1", True)
    step = found.protocol.courses[0].steps[1]
    assert step.status is Status.POLICY
    assert SECRET in step.source
    assert "entered by Doc" in step.source
    assert "approved by Pharm" in step.source


def test_the_database_keeps_two_people_apart(people: dict[str, Any]) -> None:
    made = enter(people["doc"])
    made.approved_by = people["doc"]
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_of_a_field_one_version_waits_and_one_holds(people: dict[str, Any]) -> None:
    approved(people)
    waits = enter(people["pharm"], value=[{"days": 5, "amount": "6", "per": "dose"}])
    assert waits.number == 2
    with pytest.raises(InvalidActError, match="waits for a second person already"):
        enter(people["doc2"])
    ApproveValue(**by(people["doc2"]), entry=waits).execute()
    states = list(LocalEntry.objects.order_by("number").values_list("number", "state", "ended_why"))
    assert states == [(1, "superseded", "by version 2"), (2, "in_force", "")]
    with pytest.raises(InvalidActError, match="waits for nobody"):
        ApproveValue(**by(people["doc"]), entry=waits).execute()


def test_a_value_is_turned_down_or_withdrawn_with_a_reason_and_stays(people: dict[str, Any]) -> None:
    made = enter(people["doc"])
    with pytest.raises(InvalidActError, match="say why"):
        DeclineValue(**by(people["pharm"]), entry=made, why=" ").execute()
    with pytest.raises(InvalidActError, match="only a value in force"):
        WithdrawValue(**by(people["pharm"]), entry=made, why="old").execute()
    DeclineValue(**by(people["pharm"]), entry=made, why="another rule").execute()
    holds = approved(people)
    WithdrawValue(**by(people["doc"]), entry=holds, why="the rule has changed").execute()
    assert shelved("acth_natural_low").protocol.empty == ("taper",)
    assert sorted(LocalEntry.objects.values_list("number", "state")) == [(1, "declined"), (2, "withdrawn")]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"unit": "mg"}, "never converted"),
        ({"value": [{"days": 3, "amount": "21", "per": "dose"}]}, "rises"),
        ({"value": [{"days": 3, "amount": "1,5", "per": "dose"}]}, "no dose"),
        ({"value": []}, "at least one"),
        ({"source": "x"}, "say the source"),
        ({"year": 1900}, "year of the source"),
        ({"field": "protocol:acth_label_150/acth_natural/taper 1"}, "what a source gave"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    people: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidActError, match=words):
        enter(people["doc"], **change)
    assert not LocalEntry.objects.exists()


def test_acts_are_audited_without_words(people: dict[str, Any]) -> None:
    made = enter(people["doc"])
    ApproveValue(**by(people["pharm"]), entry=made).execute()
    WithdrawValue(**by(people["pharm"]), entry=made, why="the rule has changed").execute()
    rows = list(Entry.objects.filter(target=TAPER).order_by("pk"))
    assert [row.verb for row in rows] == ["local.enter", "local.approve", "local.end"]
    assert SECRET not in json.dumps([row.detail for row in rows])
    assert "changed" not in json.dumps([row.detail for row in rows])


def lowdose(people: dict[str, Any]) -> Run:
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    return scene.started(people, child, "acth_natural_low")


def test_from_the_entry_to_the_milliliters_and_the_run_keeps_its_version(people: dict[str, Any]) -> None:
    enter(people["doc"])
    with pytest.raises(InvalidActError, match="steps without a number"):
        scene.approve("acth_natural_low", people["doc"])
    with pytest.raises(InvalidActError, match="not sourced and not approved"):
        lowdose(people)
    Run.objects.all().delete()
    ApproveValue(**by(people["pharm"]), entry=LocalEntry.objects.get()).execute()
    assert not shelved("acth_natural_low").approved, "the version with the value needs its own two approvals"
    scene.approve("acth_natural_low", people["doc"], people["pharm"])
    child = scene.child(pseudonym="W-TEST-0002")
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child, "acth_natural_low")
    assert run.version == "1+L1"
    scene.in_force(people, run)
    scene.bottle(people, run, "80 U/mL", "acth_natural")
    scene.in_force(people, run)
    plan = newest_plan(run)
    assert plan is not None
    first = next(day for day in plan.document["days"] if day["day"] == 15)["doses"][0]
    assert (first["amount"], first["volume_ul"], first["status"]) == (8000, 100, "policy")
    assert SECRET in first["source"]
    page = signed_in(people["doc"]).get(f"/children/{child.pk}/treatment/").content.decode()
    assert SECRET in page
    assert "1+L1" in page
    WithdrawValue(**by(people["doc"]), entry=LocalEntry.objects.get(state="in_force"), why="changed").execute()
    again = scene.newest_plan(run)
    assert again is not None
    scene.measured(people["nurse"], child, weight=7900, length=None)
    after = newest_plan(run)
    assert after is not None
    assert any(day["day"] == 15 and day["doses"] for day in after.document["days"]), "the run keeps its version"
    assert not shelved("acth_natural_low").approved


FILE = """[stress."dose.fever_mg_m2_d"]
value = 40
unit = "mg/m2/d"
source = "A file of the site"
year = 2020
entered = "Dr. Nobody, Mon 1 Jan 2024"
approved = "Dr. Somebody, Tue 2 Jan 2024"
[protocols."acth_natural_low/acth_natural/taper"]
unit = "U"
source = "A file of the site"
year = 2024
value = [{days = 3, amount = "8", per = "dose"}, {days = 3, amount = "4", per = "dose"}]
"""


def test_the_file_goes_around_nobody(people: dict[str, Any], tmp_path: Path, settings: Any) -> None:
    (tmp_path / "values.toml").write_text(FILE)
    settings.FOLDER = DataFolder(tmp_path)
    assert "dose.fever_mg_m2_d" not in values.sheet("stress").facts
    assert values.steps() == ()
    address, doc = f"/local-values/{STRESS.replace(':', '/')}/", signed_in(people["doc"])
    page = doc.get(address).content.decode()
    assert "waits for two people" in page
    assert 'value="40"' in page
    assert "Somebody" not in page
    assert "2 wait for a second person" in doc.get("/local-values/").content.decode()
    steps = doc.get(f"/local-values/{TAPER.replace(':', '/')}/").content.decode()
    assert 'name="amount-2" value="4"' in steps
    approved(people, STRESS, 40, "mg/m2/d")
    fact = values.sheet("stress")["dose.fever_mg_m2_d"]
    assert (fact.value, fact.status) == (40, Status.POLICY)
    assert "Somebody" not in fact.source
    assert "waits for two people" not in doc.get(address).content.decode()


def test_a_start_writes_the_digest_of_the_file(tmp_path: Path, settings: Any) -> None:
    settings.FOLDER = DataFolder(tmp_path)
    values.note_start()
    assert not Entry.objects.filter(verb="values.read").exists()
    (tmp_path / "values.toml").write_text(FILE)
    values.note_start()
    row = Entry.objects.get(verb="values.read")
    assert (row.actor, row.target) == ("system", "values.toml")
    assert hashlib.sha256(FILE.encode()).hexdigest() in row.detail
    (tmp_path / "values.toml").write_text('[ceilings]\n"per_day.prednisolone" = 600000\n')
    with pytest.raises(InputError, match="may only be lowered here, not set to 600000"):
        values.note_start()


def test_a_shipped_value_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        values.sheet("products")
    with django_assert_num_queries(1):
        values.sheet("stress")


def test_what_is_exported_is_what_holds(people: dict[str, Any], tmp_path: Path) -> None:
    approved(people)
    enter(people["doc"], STRESS, 50, "mg/m2/d")
    answer = signed_in(people["nurse"]).get("/local-values/values.toml")
    assert "attachment" in answer["Content-Disposition"]
    (tmp_path / "values.toml").write_bytes(answer.content)
    read = values_file.read(tmp_path / "values.toml", this_year=timezone.localdate().year)
    held = [replace(one, entered="", approved="") for one in queries.in_force().values()]
    assert values_file.steps(read) == tuple(held), "names in a file are not believed"
    assert set(read) == {"protocols"}, "what waits is not exported"


def test_the_fhir_export_carries_the_value(people: dict[str, Any]) -> None:
    approved(people)
    client = signed_in(people["doc"])
    made = client.get("/protocols/acth_natural_low/plan-definition.json").json()
    assert made["version"] == "1+L1"
    steps = made["action"][0]["action"]
    assert SECRET in steps[1]["documentation"][0]["citation"]
    assert steps[1]["documentation"][0]["label"] == "policy"
    assert client.get("/protocols/nothing/plan-definition.json").status_code == 404


def test_by_forms(people: dict[str, Any]) -> None:
    doc, pharm = signed_in(people["doc"]), signed_in(people["pharm"])
    address = f"/local-values/{TAPER.replace(':', '/')}/"
    typed = {"days-1": "3", "amount-1": "8", "per-1": "dose", "days-2": "4", "amount-2": "9", "per-2": "dose",
             "per-3": "dose", "unit": "U", "source": f"{SECRET}, unit rule", "year": "2024"}  # fmt: skip
    wrong = doc.post(f"{address}enter/", typed)
    assert wrong.status_code == 400
    assert "rises from 8 U to 9 U" in wrong.content.decode()
    assert 'value="9"' in wrong.content.decode(), "what was typed stays"
    page = doc.post(f"{address}enter/", typed | {"amount-2": "4"}, follow=True).content.decode()
    assert "You entered it" in page
    assert "I have read the source and approve" not in page
    page = pharm.get(address).content.decode()
    assert "4 days: 4 U a dose, once a day" in page
    assert "I have read the source and approve version 1" in page
    entry = LocalEntry.objects.get()
    page = pharm.post(f"/local-values/version/{entry.pk}/approve/", follow=True).content.decode()
    assert "In force" in page
    assert pharm.post(f"/local-values/version/{entry.pk}/nothing/").status_code == 404
    assert SECRET in doc.get("/protocols/acth_natural_low/").content.decode()
    bands = "/local-values/sheet/renal/vigabatrin.share/"
    typed = {
        "lower-1": "10",
        "upper-1": "30",
        "value-1": "0.25",
        "unit": "1",
        "source": "Example table",
        "year": "2024",
    }
    doc.post(f"{bands}enter/", typed)
    assert "from 10 to below 30 mL/min/1.73 m2: 0.25" in pharm.get(bands).content.decode()
    plain = "/local-values/sheet/stress/dose.fever_mg_m2_d/"
    doc.post(f"{plain}enter/", {"value": "soon", "unit": "mg/m2/d", "source": "Example rule", "year": "2024"})
    assert LocalEntry.objects.filter(field=STRESS).count() == 0
    assert doc.get("/local-values/sheet/stress/card.most_months/").status_code == 404
    assert [one["waiting"] for one in doc.get("/api/local-values").json() if one["field"].endswith("share")] == [True]


@pytest.mark.parametrize("role, answer", [("nurse", 200), ("technologist", 200), ("researcher", 403), ("quality", 403)])
def test_who_opens_the_pages(role: str, answer: int) -> None:
    purpose = {"researcher": "research", "quality": "quality"}.get(role, "care")
    client = signed_in(person("one", role, purpose=purpose) if purpose != "care" else person("one", role))
    for address in ("/local-values/", f"/local-values/{TAPER.replace(':', '/')}/", "/local-values/values.toml"):
        assert client.get(address).status_code == answer
    assert client.get("/api/local-values").status_code == answer


def test_a_nurse_reads_and_enters_nothing(people: dict[str, Any]) -> None:
    nurse = signed_in(people["nurse"])
    address = f"/local-values/{TAPER.replace(':', '/')}/"
    assert "Enter a value" not in nurse.get(address).content.decode()
    typed = {"days-1": "3", "amount-1": "8", "per-1": "dose", "unit": "U", "source": "Example rule", "year": "2024"}
    assert "do not allow" in nurse.post(f"{address}enter/", typed).content.decode()
    assert not LocalEntry.objects.exists()


def test_staff_of_one_site_set_nothing_for_all_sites(people: dict[str, Any]) -> None:
    site = Site.objects.create(code="east", name="East")
    doc, pharm = person("east.doc", "physician", site=site), person("east.pharm", "pharmacist", site=site)
    with pytest.raises(NotAllowedError):
        enter(doc, STRESS, 50, "mg/m2/d")
    waits = enter(people["doc"], STRESS, 50, "mg/m2/d")
    with pytest.raises(NotAllowedError):
        ApproveValue(**by(pharm), entry=waits).execute()
    with pytest.raises(NotAllowedError):
        DeclineValue(**by(pharm), entry=waits, why="not here").execute()
    held = ApproveValue(**by(people["pharm"]), entry=waits).execute()
    with pytest.raises(NotAllowedError):
        WithdrawValue(**by(doc), entry=held, why="not here").execute()
    page = signed_in(doc).get(f"/local-values/{STRESS.replace(':', '/')}/")
    assert page.status_code == 200
    assert "with a role for all sites" in page.content.decode()
    assert "<form class" not in page.content.decode()


def test_the_surveillance_list_uses_an_interval_that_was_approved(people: dict[str, Any]) -> None:
    from westward.care.surveillance import Risk, next_eeg

    birth = timezone.localdate() - timedelta(days=100)
    asked = {"birth": birth, "risks": [Risk.HIE], "listed": birth, "eegs": [birth], "on": timezone.localdate()}
    assert next_eeg(**asked, sheet=values.sheet("surveillance")).due is None
    approved(people, "sheet:surveillance/hie.interval_1_d", 60, "d")
    found = next_eeg(**asked, sheet=values.sheet("surveillance"))
    assert found.due == birth + timedelta(days=60)
    assert SECRET in found.facts[0].source
