"""What the family holds in its hands: two medicines never mixed up, the bottle named, and why there is no calendar."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, signed_in
from tests.program.treatment import scene
from tests.program.treatment.test_family_today import mother, page, treated

from westward.program.treatment import wording
from westward.program.treatment.actions.give import RecordFirstDose
from westward.program.treatment.actions.review_words import ReviewWords
from westward.program.treatment.family import family_calendar
from westward.program.treatment.models import Run
from westward.program.treatment.queries import plan_in_force
from westward.program.treatment.views import chart

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


@pytest.fixture
def both(people: dict[str, Any]) -> Run:
    """Prednisolone and vigabatrin, in milliliters, begun today."""
    run = scene.combined(people, start=TODAY())
    scene.in_force(people, run)
    scene.bottle(people, run)
    scene.bottle(people, run, "50 mg/mL", "vigabatrin")
    scene.in_force(people, run)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    return Run.objects.get(pk=run.pk)


def address(run: Run, language: str = "en") -> str:
    return f"/children/{run.child_id}/treatment/{run.pk}/calendar/{language}/"


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).replace("\u2009", " ").split())


def change(shown: str) -> str:
    """The sentence of the next change."""
    return plain(shown).split("The dose changes on", 1)[1].split("For the bottle", 1)[0]


def test_of_two_medicines_the_next_change_names_each(people: dict[str, Any], both: Run) -> None:
    sheet = signed_in(people["nurse"]).get(address(both)).content.decode()
    for shown in (sheet, page(mother(both.child))):
        told = change(shown)
        assert re.search(r": Prednisolone morning [\d.]+ mL , .*; Vigabatrin morning [\d.]+ mL , ", told), told


def test_of_one_medicine_the_change_is_told_without_its_name() -> None:
    _, child, _ = treated()
    assert "Prednisolone" not in change(page(mother(child)))


def test_the_doses_of_a_day_stand_in_the_order_of_the_day(both: Run) -> None:
    plan = plan_in_force(both)
    assert plan is not None
    made = family_calendar(plan, language="en", today=TODAY())
    assert made.today is not None
    times = [dose.time for dose in made.today.doses]
    assert times == sorted(times, key=["Morning", "Noon", "Afternoon", "Evening"].index)
    assert {dose.drug for dose in made.today.doses[:2]} == {"Prednisolone", "Vigabatrin"}
    assert [drug for drug, _ in made.today.by_drug] == ["Prednisolone", "Vigabatrin"]
    assert sum(len(doses) for _, doses in made.today.by_drug) == len(times)


def test_a_cell_names_each_medicine_once(people: dict[str, Any], both: Run) -> None:
    shown = signed_in(people["nurse"]).get(address(both)).content.decode()
    cell = next(one for one in re.findall(r"<td.*?</td>", shown, re.DOTALL) if 'class="n">1<' in one)
    assert plain(cell).count("Prednisolone") == plain(cell).count("Vigabatrin") == 1
    weekday = wording.words("en")["weekdays"][TODAY().weekday()]
    assert f"{weekday} {TODAY().day}" in plain(cell), "a phone shows no heading of weekdays"


def test_the_strength_on_the_bottle_stands_beside_the_milliliters(people: dict[str, Any], both: Run) -> None:
    sheet = signed_in(people["nurse"]).get(address(both)).content.decode()
    for shown in (sheet, page(mother(both.child))):
        assert "For the bottle that says Prednisolone 15 mg/5 mL , Vigabatrin 50 mg/mL . If yours says" in plain(shown)


def test_without_milliliters_no_bottle_is_named(people: dict[str, Any]) -> None:
    run = scene.combined(people, start=TODAY())
    scene.in_force(people, run)
    assert "For the bottle" not in signed_in(people["nurse"]).get(address(run)).content.decode()


@pytest.mark.parametrize("size", ["a4", "letter"])
def test_no_day_of_the_pdf_is_torn_over_two_pages(people: dict[str, Any], both: Run, rf: Any, size: str) -> None:
    pytest.importorskip("weasyprint")
    from westward.program.treatment import family_pdf

    plan = plan_in_force(both)
    assert plan is not None
    request = rf.get("/")
    request.user = people["nurse"]
    laid = family_pdf.lay_out(request, plan, language="en", paper=size)
    seen: dict[int, int] = {}
    for number, sheet in enumerate(laid.pages):
        rows = [one for one in sheet._page_box.descendants() if one.element_tag == "tr"]
        weeks = [one for one in rows if one.element.find("td[@class]") is not None]
        for week in weeks:
            assert seen.setdefault(id(week.element), number) == number, "a week stands on two pages"
        titles = [one for one in rows if one.element.get("class") == "again"]
        assert bool(titles) == bool(weeks), "the month is named on every page, also where it goes on"
    assert len(seen) >= 15, "weeks were found"


def spanish(people: dict[str, Any]) -> dict[str, Any]:
    ReviewWords(**by(people["doc"]), language="es", digest=wording.digest("es")).execute()
    return wording.words("es")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", ["strength", "expired", "closed"])
def test_why_there_is_no_calendar_is_told_in_the_family_s_language(language: str, kind: str) -> None:
    people, child, run = treated()
    spanish(people)
    if kind == "strength":
        run.bottles.update(strength="5 mg/mL")
    elif kind == "expired":
        run.bottles.update(expires_on=TODAY() - timedelta(days=1))
    else:
        child.state, child.state_on = "transferred", TODAY()
        child.save()
    answer = signed_in(people["nurse"]).get(address(run, language))
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert wording.words(language)["why"][kind] in shown
    assert '<p class="no-print" lang="en">No calendar is handed out now' in shown, "what the staff has to do"
    assert "10\u2009mg" not in shown


def test_another_language_is_offered_by_its_name_and_only_once_reviewed(people: dict[str, Any], both: Run) -> None:
    nurse = signed_in(people["nurse"])
    assert "Español" not in nurse.get(address(both)).content.decode()
    spanish(people)
    shown = nurse.get(address(both)).content.decode()
    assert "Español" in shown
    assert ">English<" not in shown, "it is the page that is open"


def test_a_family_is_told_why_its_medicines_stand_in_english() -> None:
    people, child, _ = treated()
    user = mother(child, language="es")
    why = str(wording.words("es")["in_english"])
    assert why in page(user)
    spanish(people)
    assert why not in page(user)


def test_who_reads_english_is_told_nothing_of_languages() -> None:
    _, child, _ = treated()
    assert str(wording.words("en")["in_english"]) not in page(mother(child))


def test_the_staff_s_page_tells_the_doses_of_today_in_the_order_of_the_day(people: dict[str, Any], both: Run) -> None:
    shown = signed_in(people["nurse"]).get(f"/children/{both.child_id}/treatment/").content.decode()
    today = shown.split('<ul class="doses">', 1)[1].split("</ul>", 1)[0]
    times = re.findall(r'class="time">(\w+)<', today)
    assert len(times) > 4
    assert times == sorted(times, key=["morning", "noon", "afternoon", "evening"].index)


def test_a_warning_of_the_plan_names_its_drug_in_words(people: dict[str, Any], both: Run) -> None:
    plan = plan_in_force(both)
    assert plan is not None
    plan.document["warnings"] = ["acth_natural, taper 3: coarse marks", "vigabatrin, full dose: coarse marks", "Keep."]
    plan.save(update_fields=["document"])
    shown = signed_in(people["nurse"]).get(f"/children/{both.child_id}/treatment/").content.decode()
    for words in ("vigabatrin, full dose: coarse marks", "Keep."):
        assert f'<p class="soft">{words}</p>' in shown
    assert (
        chart._named("acth_natural, taper 3: coarse marks", ("acth_natural",)) == "ACTH natural, taper 3: coarse marks"
    )
    told = chart._named("day 1 to 2 and 4: acth_natural: no milliliters", ("acth_natural",))
    assert told == "day 1 to 2 and 4: ACTH natural: no milliliters"
    assert chart._named("day 3: Keep, as it is.", ("acth_natural",)) == "day 3: Keep, as it is."
