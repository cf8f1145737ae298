"""The search for the cause in a real browser: axe, keyboard, phone, 200 %; the picker with and without script."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bench(program: Any) -> Any:
    from tests.program.etiology import bench
    from tests.program.staff import person

    physician = bench.physician()
    child = bench.in_search(name="Rivera-Cause", simulated=True)
    bench.examined(child)
    bench.scanned(child, "cause")
    exome = bench.ordered(child, "exome")
    bench.consented(child, "exome")
    bench.shipped(bench.sampled(exome))
    bench.resulted(exome, "cause", variants=(bench.TSC2,))
    metabolic = bench.ordered(child, "metabolic")
    nurse = person("cause-nurse", "nurse")
    return SimpleNamespace(physician=physician, nurse=nurse, child=child, exome=exome, metabolic=metabolic)


PAGES = [
    "cause/",
    "cause/class/",
    "cause/counseling/",
    "cause/examination/",
    "imaging/",
    "phenotype/",
    "tests/EXOME/",
    "tests/EXOME/result/",
    "tests/METABOLIC/",
    "tests/METABOLIC/result/",
]


def path(bench: Any, rest: str) -> str:
    rest = rest.replace("EXOME", str(bench.exome.pk)).replace("METABOLIC", str(bench.metabolic.pk))
    return f"/children/{bench.child.pk}/{rest}"


@pytest.mark.parametrize("rest", PAGES)
def test_every_page_of_the_chart_is_for_everybody(visit: Callable[..., Any], bench: Any, rest: str) -> None:
    page = visit(bench.physician, path(bench, rest))
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []
    assert checks.unreachable_by_keyboard(page) == []


@pytest.mark.parametrize("address", ["/causes/", "/causes/shares/"])
def test_every_list_is_for_everybody(visit: Callable[..., Any], bench: Any, address: str) -> None:
    page = visit(bench.nurse, address)
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []


def test_a_feature_is_found_while_typing_and_noted_by_keyboard(visit: Callable[..., Any], bench: Any) -> None:
    page = visit(bench.physician, path(bench, "phenotype/"), alone=True)
    page.clock.install(time=0)
    page.clock.pause_at(1000)  # else a slow machine pauses while typing, and results come twice
    page.get_by_label("Feature").focus()
    page.keyboard.type("poor eye")
    page.clock.run_for(300)
    page.get_by_text("Poor eye contact").wait_for()
    assert "eye" not in page.url
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Reduced eye contact is present"
    page.keyboard.press("Tab")
    follow(page.locator("*:focus"), "Enter")
    page.get_by_text("Reduced eye contact: absent.").wait_for()


def test_the_picker_works_without_script(visit: Callable[..., Any], bench: Any) -> None:
    page = visit(bench.physician, path(bench, "phenotype/"), java_script_enabled=False)
    page.get_by_label("Feature").fill("hypsar")
    follow(page.get_by_role("button", name="Search"))
    follow(page.get_by_role("button", name="Hypsarrhythmia is present"))
    assert page.get_by_text("Hypsarrhythmia: present.").is_visible()
