"""Two bottles of one drug in one calendar: each milliliter stands beside the bottle it was reckoned for."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar as Phone
from tests.program.staff import by, signed_in
from tests.program.treatment import scene
from tests.program.treatment.test_bottle_in_force import dispense, to_cortrophin
from tests.program.treatment.test_family_sheet import address, plain, spanish
from tests.program.treatment.test_family_today import mother, page
from tests.program.treatment.test_past import running

from westward.program.shell.values import sheet as values
from westward.program.treatment import wording
from westward.program.treatment.actions.give import RecordFirstDose
from westward.program.treatment.family import family_calendar, in_words
from westward.program.treatment.icalendar_file import icalendar
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.queries import plan_in_force

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
OLD, NEW = "Acthar Gel 80 U/mL", "Purified Cortrophin Gel"


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


def ahead(days: int) -> date:
    return TODAY() + timedelta(days=days)


def changing(people: dict[str, Any], strength: str, *, days: int = 4) -> Run:
    """ACTH since today, another product with its bottle from a later day on, signed and checked."""
    run = running(people)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    to_cortrophin(people, run, on=ahead(days))
    dispense(people, run, "cortrophin_gel", strength)
    scene.in_force(people, run)
    return Run.objects.get(pk=run.pk)


def in_force(run: Run) -> Plan:
    plan = plan_in_force(run)
    assert plan is not None
    return plan


def told(run: Run, people: dict[str, Any]) -> list[str]:
    """The sheet and the family's own page."""
    return [
        plain(signed_in(people["nurse"]).get(address(run)).content.decode()),
        plain(page(mother(run.child))),
    ]


def day(days: int, language: str = "en") -> str:
    return in_words(ahead(days), wording.words(language))


def test_the_milliliters_of_another_strength_stand_beside_their_own_bottle(people: dict[str, Any]) -> None:
    run = changing(people, "40 U/mL")
    for shown in told(run, people):
        assert f"The bottle and the dose change on {day(4)} : morning 0.68 mL , " in shown
        assert f"evening 0.68 mL from the bottle {NEW} 40 U/mL" in shown
        assert (
            f"For the bottle that says: {OLD} up to and including {day(3)} {NEW} 40 U/mL from {day(4)} on "
            "If yours says something else, call us"
        ) in shown
        assert re.search(rf"0\.34 mL \([\d.]+ U\) from the bottle {OLD}", shown), "the doses of today"
        assert "The dose changes on" not in shown


def test_the_same_milliliters_from_another_product_are_told_as_a_change(people: dict[str, Any]) -> None:
    run = changing(people, "80 U/mL")
    for shown in told(run, people):
        assert f"The bottle changes on {day(4)} : morning 0.34 mL , evening 0.34 mL from the bottle {NEW} 80" in shown
        assert f"{OLD} up to and including {day(3)} {NEW} 80 U/mL from {day(4)} on" in shown


@pytest.mark.parametrize("strength", ["40 U/mL", "80 U/mL"])
def test_every_day_of_the_months_names_its_bottle(people: dict[str, Any], strength: str) -> None:
    run = changing(people, strength)
    shown = signed_in(people["nurse"]).get(address(run)).content.decode()
    cells = {
        int(number[1]): plain(cell)
        for cell in re.findall(r"<td class.*?</td>", shown, re.DOTALL)
        if (number := re.search(r'class="n">(\d+)<', cell)) is not None and " mL" in plain(cell)
    }
    assert len(cells) == 26, "23 days and every other one of the last six"
    for number, cell in cells.items():
        assert (OLD in cell, f"{NEW} {strength}" in cell) == (number < 5, number >= 5), (number, cell)


def test_once_the_bottle_has_changed_it_alone_is_named_with_its_product(people: dict[str, Any]) -> None:
    run = changing(people, "40 U/mL")
    made = family_calendar(in_force(run), language="en", today=ahead(4))
    assert made.today is not None
    assert {str(one.bottle) for one in made.today.doses} == {f"{NEW} 40 U/mL"}
    assert [(str(one.label), one.days) for one in made.bottles] == [(f"{NEW} 40 U/mL", "")]
    assert not made.in_turn
    assert made.change_words == "The dose changes on"


def test_a_new_strength_of_the_same_product_leaves_the_days_before_with_theirs(people: dict[str, Any]) -> None:
    run = running(people, days=5)
    first = run.bottles.get()
    first.at -= timedelta(days=5)
    first.save(update_fields=["at"])
    document = in_force(run).document
    for past in document["days"][:5]:
        for dose in past["doses"]:
            dose["volume_ul"] = 340
    document["inputs"]["since"] = [
        {"from": document["inputs"]["start"], "products": {}, "strengths": ["acth_natural=80 U/mL"]},
        {"from": TODAY().isoformat(), "products": {}, "strengths": ["acth_natural=40 U/mL"]},
    ]
    plan = in_force(run)
    plan.document = document
    plan.save(update_fields=["document"])
    run.bottles.update(strength="40 U/mL")
    made = family_calendar(in_force(run), language="en", today=TODAY())
    cells = {one.number: one for month in made.months for week in month.weeks for one in week if one.doses}
    assert [{str(dose.bottle) for dose in cells[number].doses} for number in (5, 6)] == [{"80 U/mL"}, {"40 U/mL"}]
    assert [(str(one.label), one.days) for one in made.bottles] == [("40 U/mL", "")]


def test_one_bottle_is_named_once_and_in_no_cell(people: dict[str, Any]) -> None:
    run = running(people)
    made = family_calendar(in_force(run), language="en", today=TODAY())
    assert [(str(one.label), one.days) for one in made.bottles] == [("80 U/mL", "")]
    assert not any(dose.bottle for month in made.months for week in month.weeks for one in week for dose in one.doses)


def test_the_spanish_sheet_says_it_too(people: dict[str, Any]) -> None:
    run = changing(people, "40 U/mL")
    spanish(people)
    shown = plain(signed_in(people["nurse"]).get(address(run, "es")).content.decode())
    assert f"El frasco y la dosis cambian el {day(4, 'es')} : mañana 0.68 mL" in shown
    assert f"del frasco {NEW} 40 U/mL" in shown
    assert f"{OLD} hasta el {day(3, 'es')}, ese día incluido {NEW} 40 U/mL desde el {day(4, 'es')}" in shown


def test_the_paper_names_both_bottles(people: dict[str, Any], rf: Any) -> None:
    pytest.importorskip("weasyprint")
    from westward.program.treatment import family_pdf

    run = changing(people, "40 U/mL")
    request = rf.get("/")
    request.user = people["nurse"]
    laid = family_pdf.lay_out(request, in_force(run), language="en", paper="a4")
    boxes = [box for one in laid.pages for box in one._page_box.descendants()]
    words = " ".join(box.text for box in boxes if getattr(box, "text", None))
    assert words.count("Acthar Gel") >= 5, "four days, and the list"
    assert words.count("Purified Cortrophin") >= 23
    assert "The bottle and the dose change on" in words


def test_the_phone_s_events_carry_the_strength(people: dict[str, Any]) -> None:
    run = changing(people, "40 U/mL")
    events = Phone.from_ical(icalendar(in_force(run), language="en")).walk("VEVENT")
    by_day: dict[date, set[str]] = {}
    for one in events:
        by_day.setdefault(timezone.localdate(one["DTSTART"].dt), set()).add(str(one["SUMMARY"]))
    assert by_day[ahead(3)] == {f"ACTH gel (injection): 0.34\u2009mL ({OLD})"}
    assert by_day[ahead(4)] == {f"ACTH gel (injection): 0.68\u2009mL ({NEW} 40 U/mL)"}


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_every_product_that_another_can_take_the_place_of_has_a_name(language: str) -> None:
    facts = [fact for fact in values("products").facts.values() if fact.key.endswith(".drug")]
    drugs = [fact.value for fact in facts]
    several = {fact.key.removesuffix(".drug") for fact in facts if drugs.count(fact.value) > 1}
    assert several, "there are such"
    assert several == set(wording.words(language)["products"])
