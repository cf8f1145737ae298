"""Outside clinicians: the address book, ties, and who gets letters."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.program.people.charts import chart_of
from tests.program.staff import by, person, signed_in

from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.people import queries
from westward.program.people.actions.clinicians import AddClinician, CorrectClinician, EndTie, TieClinician
from westward.program.people.models import Change, Child, Clinician, ClinicianTie

pytestmark = pytest.mark.django_db


def nurse() -> User:
    return User.objects.filter(username="kim").first() or person("kim", "nurse")


def doctor(name: str, **facts: Any) -> Clinician:
    return AddClinician(**by(nurse()), name=name, **facts).execute()


def tie(child: Child, clinician: Clinician, role: str) -> ClinicianTie:
    return TieClinician(**by(nurse()), child=child, clinician=clinician, role=role).execute()


def test_letters_go_to_every_tie_in_force_once_the_referring_first() -> None:
    child = chart_of("Rivera")
    lee, roy, old = doctor("Lee"), doctor("Roy"), doctor("Old")
    tie(child, lee, "other")
    tie(child, lee, "primary")
    tie(child, roy, "referring")
    EndTie(**by(nurse()), child=child, tie=tie(child, old, "primary")).execute()
    assert queries.recipients(child) == [roy, lee]
    assert queries.recipients(chart_of("Other")) == []
    assert ClinicianTie.objects.count() == 4


def test_a_role_is_held_once_and_again_after_its_end() -> None:
    child, lee = chart_of("Rivera"), doctor("Lee")
    first = tie(child, lee, "primary")
    with pytest.raises(InvalidActError, match="already"):
        tie(child, lee, "primary")
    EndTie(**by(nurse()), child=child, tie=first).execute()
    with pytest.raises(InvalidActError, match="ended already"):
        EndTie(**by(nurse()), child=child, tie=first).execute()
    tie(child, lee, "primary")
    with pytest.raises(InvalidActError, match="another child"):
        EndTie(**by(nurse()), child=chart_of("Other"), tie=first).execute()


def test_the_address_book_takes_nobody_twice_and_keeps_old_numbers() -> None:
    lee = doctor("Dr. Lee", practice="Main Street", fax="555 0100")
    with pytest.raises(InvalidActError, match="already"):
        doctor("dr. lee", practice="main street")
    doctor("Dr. Lee", practice="Elm Street")
    CorrectClinician(**by(nurse()), clinician=lee, facts={"fax": "555 0199"}).execute()
    assert list(Change.objects.values_list("clinician", "field", "old", "new")) == [
        (lee.pk, "fax", "555 0100", "555 0199")
    ]
    row = Entry.objects.get(verb="people.correct_clinician")
    assert (row.target, "555" in row.detail) == (f"clinician:{lee.pk}", False)


@pytest.mark.parametrize(
    "facts, words", [({"name": " "}, "name"), ({"kind": "wizard"}, "no kind"), ({"email": "nowhere"}, "e-mail")]
)
def test_a_clinician_that_cannot_be(facts: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidActError, match=words):
        doctor(**{"name": "Lee", **facts})


def test_roles() -> None:
    child, lee, tec = chart_of("Rivera"), doctor("Lee"), person("tec", "technologist")
    for act in (
        AddClinician(**by(tec), name="X"),
        CorrectClinician(**by(tec), clinician=lee, facts={"fax": "1"}),
        TieClinician(**by(tec), child=child, clinician=lee, role="primary"),
    ):
        with pytest.raises(NotAllowedError):
            act.execute()


def test_both_ways_of_the_page_and_neither_halfway() -> None:
    child, client = chart_of("Rivera"), signed_in(nurse())
    page = reverse("child-tie-clinician", args=[child.pk])
    assert client.get(page).status_code == 200
    new = {"name": "Dr. Lee", "kind": "pediatrician", "practice": "Main", "role": "referring", "fax": "555 0100"}
    assert client.post(page, new).status_code == 302
    lee = Clinician.objects.get()
    assert client.post(page, {"clinician": lee.pk, "role": "primary"}).status_code == 302
    assert "already" in client.post(page, {"clinician": lee.pk, "role": "primary"}).content.decode()
    assert "already" in client.post(page, new).content.decode()
    assert (Clinician.objects.count(), ClinicianTie.objects.count()) == (1, 2)
    shown = client.get(reverse("child-person", args=[child.pk])).content.decode()
    assert "Dr. Lee" in shown
    assert "555 0100" in shown
