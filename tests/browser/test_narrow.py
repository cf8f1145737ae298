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
