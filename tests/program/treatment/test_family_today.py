"""The family's own page: the medicines of today, and when there are none to be shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.program.accounts.models import User
from westward.program.people.models import Caregiver, Child
from westward.program.treatment import journey, wording
from westward.program.treatment.actions.give import RecordFirstDose
from westward.program.treatment.actions.review_words import ReviewWords
from westward.program.treatment.models import Run

pytestmark = pytest.mark.django_db


def mother(child: Child, language: str = "en") -> User:
    user = person(f"mother{child.pk}", kind="caregiver")
    Caregiver.objects.create(child=child, user=user, name="Rosa", relation="mother", language=language)
    return user


def treated(*, bottle: bool = True, given: bool = True) -> tuple[dict[str, User], Child, Run]:
    people, child = scene.team(), scene.child()
    scene.approve("prednisolone_perc", people["doc"], people["pharm"])
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child)
    scene.in_force(people, run)
    if bottle:
        scene.bottle(people, run)
        scene.in_force(people, run)
    if given:
        RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    return people, child, run


def page(user: User) -> str:
    client = signed_in(user)
    return str(client.get("/my-child/", follow=True).content.decode())


def test_today_and_the_next_change_stand_on_the_page() -> None:
    _, child, _ = treated()
    shown = page(mother(child))
    assert shown.count("<strong>3.4\u2009mL</strong>") == 4
    assert "Medicine calendar" in shown
    assert "The dose changes on" in shown
    assert "Never stop this medicine suddenly" in shown
    assert "Calendar number 2" in shown


REMADE = str(wording.words("en")["remade"])


def test_nothing_stands_there_before_the_first_dose() -> None:
    _, child, _ = treated(given=False)
    assert "Medicine calendar" not in page(mother(child))


def test_without_milliliters_no_dose_is_shown() -> None:
    _, child, _ = treated(bottle=False)
    shown = page(mother(child))
    assert REMADE in shown
    assert "10\u2009mg" not in shown


def test_of_a_calendar_that_is_void_no_dose_is_shown_and_the_family_is_told() -> None:
    _, child, run = treated()
    run.plans.update(voided_at=timezone.now(), voided_why="another strength")
    shown = page(mother(child))
    assert REMADE in shown
    assert "Prednisolone" in shown
    assert "Never stop this medicine suddenly" in shown
    assert "3.4\u2009mL" not in shown


def test_one_of_two_medicines_is_not_left_out_while_its_calendar_is_made_anew() -> None:
    people, child, run = treated()
    scene.approve("vigabatrin_standard", people["doc"], people["pharm"])
    other = scene.started(people, child, "vigabatrin_standard", weighed=True)
    scene.in_force(people, other)
    scene.bottle(people, other, "50 mg/mL", "vigabatrin")
    scene.in_force(people, other)
    RecordFirstDose(**by(people["nurse"]), run=other, at=timezone.now()).execute()
    user = mother(child)
    assert page(user).count("Medicine calendar") == 2
    scene.bottle(people, run, "5 mg/mL")
    shown = page(user)
    assert shown.count("Medicine calendar") == 2, "the hormone has not ended"
    assert REMADE in shown
    assert "Never stop this medicine suddenly" in shown
    line = journey.lines([child.pk])[child.pk]
    assert line == "Vigabatrin day 1 of 191; Prednisolone: no calendar in force, waits for signature"


def test_spanish_is_shown_once_its_words_are_reviewed_and_english_until_then() -> None:
    people, child, _ = treated()
    user = mother(child, language="es")
    assert "Never stop this medicine suddenly" in page(user)
    ReviewWords(**by(people["doc"]), language="es", digest=wording.digest("es")).execute()
    shown = page(user)
    assert str(wording.words("es")["never_stop"]) in shown
    assert "Never stop this medicine suddenly" not in shown


def test_a_family_sees_no_other_childs_medicines() -> None:
    treated()
    other = scene.child(pseudonym="W-OTHER-1", family_name="Wren")
    assert "Medicine calendar" not in page(mother(other))


def test_while_days_move_no_dose_is_shown() -> None:
    _, child, run = treated()
    Run.objects.filter(pk=run.pk).update(start=run.start - timedelta(days=1))
    shown = page(mother(child))
    assert str(wording.words("en")["moved"]) in shown
    assert "3.4\u2009mL" not in shown


def test_the_frame_of_a_spanish_family_s_page_is_spanish_and_no_pin_is_offered_where_there_is_none() -> None:
    _, child, _ = treated()
    user = mother(child, language="es")
    user.set_password("ABCDE-12345")
    user.save()
    shown = page(user)
    assert "Mi hijo o hija</a>" in shown
    assert "Cerrar sesión" in shown
    assert "Sign out" not in shown
    assert "Cambiar el PIN" in shown
    user.set_unusable_password()
    user.save()
    assert "Cambiar el PIN" not in page(user)


def test_vaccines_follow_the_medicines_under_a_heading_of_their_own() -> None:
    _, child, _ = treated()
    shown = page(mother(child))
    assert shown.index("Medicine calendar") < shown.index("<h2>Vaccines</h2>") < shown.index("Next appointment")


@pytest.mark.parametrize("path, status", [("/staff/", 403), ("/nothing-here/", 404)])
def test_a_family_is_led_back_to_its_child_in_two_languages(path: str, status: int) -> None:
    _, child, _ = treated()
    answer = signed_in(mother(child)).get(path)
    assert answer.status_code == status
    shown = answer.content.decode()
    assert "To your child&#x27;s page" in shown or "To your child's page" in shown
    assert "A la página de su hijo o hija" in shown
    assert "administrator" not in shown
