"""A phone shows where in a chart the reader is, and keeps a line of the chart on few lines."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from tests.browser.checks import PHONE
from tests.program.staff import person
from tests.program.treatment import scene

pytestmark = pytest.mark.browser

IN_SIGHT = """() => { const box = document.querySelector("nav.tabs [aria-current]").getBoundingClientRect();
  return box.left >= 0 && box.right <= document.documentElement.clientWidth; }"""


def test_the_open_tab_is_in_sight(visit: Any) -> None:
    child = scene.child(pseudonym="W-TEST-0021")
    page = visit(person("narrow1", "physician"), f"/children/{child.pk}/letters/", width=PHONE)
    page.wait_for_function(IN_SIGHT)
    page.goto(page.url.replace("letters/", ""))
    page.wait_for_function(IN_SIGHT)


def test_a_weight_with_its_day_stands_on_one_line(visit: Any) -> None:
    nurse, child = person("narrow2", "nurse"), scene.child(pseudonym="W-TEST-0022")
    scene.measured(nurse, child, on=timezone.localdate())
    page = visit(nurse, f"/children/{child.pk}/treatment/", width=PHONE)
    tops = page.locator("table.measures tbody tr").first.evaluate(
        "row => [...row.cells].slice(0, 3).map(cell => Math.round(cell.getBoundingClientRect().top))"
    )
    assert len(set(tops)) == 1, tops


def test_a_day_of_the_family_s_calendar_stands_above_its_doses_with_its_weekday(visit: Any) -> None:
    people = {"doc": person("narrow3", "physician"), "pharm": person("narrow4", "pharmacist")}
    nurse, child = person("narrow5", "nurse"), scene.child(pseudonym="W-TEST-0023")
    scene.approve("prednisolone_perc", people["doc"], people["pharm"])
    scene.measured(nurse, child)
    scene.cleared(nurse, child)
    run = scene.started(people, child)
    scene.in_force(people, run)
    page = visit(nurse, f"/children/{child.pk}/treatment/{run.pk}/calendar/en/", width=PHONE)
    cell = page.locator(".month td").filter(has=page.locator(".n").get_by_text("1", exact=True)).first
    day, dose = cell.locator(".date").bounding_box(), cell.locator("p").first.bounding_box()
    assert day["y"] + day["height"] <= dose["y"] + 1
    assert cell.locator(".date").inner_text().split()[0] in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
