"""Which charts are looked at when a recording is compared: those of the program that the file could mean."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from tests.program.diagnosis.support import a_child, a_site, person
from tests.program.staff import by, signed_in

from westward.program.diagnosis import inbox
from westward.program.diagnosis.inspecting import Inspected
from westward.program.diagnosis.models import Recording
from westward.program.diagnosis.rules.identity import _digits
from westward.program.diagnosis.studies import begin, compare
from westward.program.people.actions.correct_child import CorrectChild
from westward.program.people.models import Caregiver, Child
from westward.program.people.names import bare_number

pytestmark = pytest.mark.django_db

ELDER = date(2023, 6, 1)


def a_recording(**fields: Any) -> Recording:
    n = Recording.objects.count()
    given = {
        "source": "upload", "sha256": f"{n:064d}", "size_bytes": 1, "original_name": "a.edf",
        "folder": f"recordings/{n}", "main": "recording.edf", "readable": True, "header_name": "Rivera",
        "header_start": "2025-10-05T21:30:00", "arrived_at": timezone.now(), "duration_s": 60,
    }  # fmt: skip
    return Recording.objects.create(**(given | fields))


def a_caregiver(child: Child, **fields: Any) -> Caregiver:
    return Caregiver.objects.create(child=child, relation="mother", **({"name": "Mara Rivera"} | fields))


def meant(child: Child, **header: Any) -> tuple[int, ...]:
    return compare(child, a_recording(**header)).others


@pytest.mark.parametrize("family", ["Rivera", "RIVERA", "rivéra", "Ri-vera", "Rivera López"])
def test_a_sibling_of_another_birth_date_is_looked_at_however_the_name_is_written(family: str) -> None:
    ana, luz = a_child(1), a_child(2, family_name=family, given_name="Luz", birth_date=ELDER)
    assert meant(ana) == (luz.pk,)
    assert meant(ana, header_name="Rivera^Ana", header_birth=ana.birth_date) == ()


def test_the_family_name_of_the_file_counts_not_that_of_the_chart_alone() -> None:
    ana, ada = a_child(1), a_child(2, family_name="Okafor", given_name="Ada", birth_date=ELDER)
    assert meant(ana, header_name="Okafor") == (ada.pk,)


def test_a_name_with_an_umlaut_is_the_one_written_without() -> None:
    ana = a_child(1, family_name="Müller")
    luz = a_child(2, family_name="Mueller", given_name="Luz", birth_date=ELDER)
    assert meant(ana, header_name="Mueller") == (luz.pk,)
    assert meant(luz, header_name="Mueller") == (ana.pk,)
    assert compare(ana, a_recording(header_name="MUELLER^ANA", header_birth=ana.birth_date)).stops == ()


@pytest.mark.parametrize("how", ["account", "phone"])
def test_a_twin_under_another_name_is_known_by_the_caregiver(how: str) -> None:
    ana, luz = a_child(1), a_child(2, family_name="Lopez", given_name="Luz")
    mother = person("mara", kind="caregiver")
    same: dict[str, Any] = {"user": mother} if how == "account" else {"phone": "555 0100"}
    a_caregiver(ana, **same)
    a_caregiver(luz, **(same if how == "account" else {"phone": "555-0100", "name": "MARA RIVERA"}))
    found = compare(ana, a_recording(header_name="Rivera Ana", header_birth=ana.birth_date))
    assert ("sibling" in found.stops[0], found.others) == (True, (luz.pk,))


def test_children_of_every_site_are_looked_at_merged_charts_are_not() -> None:
    ana = a_child(1, site=a_site("north"))
    luz = a_child(2, given_name="Luz", birth_date=ELDER, site=a_site("south"))
    a_child(3, given_name="Sol", birth_date=ELDER, state="merged", merged_into=luz)
    assert meant(ana) == (luz.pk,)


def test_many_children_cost_few_queries(django_assert_max_num_queries: Any) -> None:
    ana = a_child(1)
    for n in range(2, 40):
        a_child(n, family_name=f"Rivera{chr(96 + n % 20)}", given_name=f"G{n}", birth_date=ELDER)
    recording = a_recording()
    with django_assert_max_num_queries(4):
        compare(ana, recording)


def test_the_inbox_takes_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fits one chart by name in part and birth date is attached, and stopped where another could be meant."""
    ana = a_child(1)
    facts = {"name": "Rivera", "birth": ana.birth_date.isoformat()}
    assert inbox.match(Inspected(True, "", facts), None) == ana
    recording = a_recording(header_birth=ana.birth_date, source="folder")
    twin = a_child(2, given_name="", birth_date=date(2025, 3, 2))
    study = begin(ana, recording, order=None, recorded_on=None, by=None, now=timezone.now())
    assert (study.state, study.identity["others"]) == ("stopped", [twin.pk])


def test_the_page_leads_to_the_other_chart_for_whoever_may_open_it() -> None:
    north, south = a_site("north"), a_site("south")
    ana = a_child(1, site=north)
    near, far = (a_child(n, given_name="Luz", birth_date=ELDER, site=site) for n, site in ((2, north), (3, south)))
    study = begin(ana, a_recording(site=north), order=None, recorded_on=None, by=None, now=timezone.now())
    client = signed_in(person("t", "technologist", site=north))
    page = client.get(f"/children/{ana.pk}/eeg/studies/{study.pk}/").content.decode()
    assert near.pseudonym in page
    assert far.pseudonym not in page
    assert "1 chart that you may not open" in page
    assert "Luz" not in page


@pytest.mark.parametrize("number", ["1234567", "12-34-567", "001234567", "12 34 567", "12.34/567"])
@pytest.mark.parametrize("code", ["1234567", "12-34-567", "0012 34567"])
def test_another_charts_record_number_is_found_however_it_is_written(number: str, code: str) -> None:
    ana = a_child(1, family_name="Zed", given_name="Q")
    other = a_child(2, family_name="Yow", given_name="K", birth_date=ELDER, record_number=number)
    a_child(3, family_name="Yaw", given_name="K", birth_date=ELDER, record_number=f"9{number}")
    found = compare(ana, a_recording(header_name="Zed Q", header_code=code, header_birth=ana.birth_date))
    assert (found.others, found.stops) == ((other.pk,), ("the code in the file is the record number of another chart",))


def test_a_corrected_record_number_is_found_as_it_is_now() -> None:
    ana = a_child(1, family_name="Zed", given_name="Q")
    other = a_child(2, family_name="Yow", given_name="K", birth_date=ELDER, record_number="55-555")
    CorrectChild(**by(person("co", "coordinator")), child=other, facts={"record_number": "MRN 12-34-567"}).execute()
    header = {"header_name": "Zed Q", "header_birth": ana.birth_date}
    assert meant(ana, header_code="mrn1234567", **header) == (other.pk,)
    assert meant(ana, header_code="55555", **header) == ()


@pytest.mark.parametrize("text", ["0077", "12-34 567", "MRN/0042", "  ", "ß-1", "Ä12", "000"])
def test_the_search_and_the_rule_take_a_number_apart_alike(text: str) -> None:
    assert bare_number(text) == _digits(text)


def test_charts_from_before_the_key_get_it() -> None:
    one = a_child(1, record_number="12-34")
    Child.objects.filter(pk=one.pk).update(record_key="")
    import_module("westward.program.people.migrations.0006_record_key").fill(apps, None)
    one.refresh_from_db()
    assert one.record_key == "1234"
