"""Board and timeline in a real browser: keyboard, phone, 200 %, axe, thirty rows on a laptop, one sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow, resize

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def staff(program: Any) -> Iterator[Any]:
    from django.utils import timezone
    from tests.program.journey import simulated
    from tests.program.staff import person

    from westward.program.accounts.models import Site
    from westward.program.journey import collect, projection

    north, south = (Site.objects.create(code=code, name=code.title()) for code in ("north", "south"))
    users = [person("mara", "coordinator"), person("okafor", "physician", site=north)]
    teller = simulated.program(44, seed=5, now=timezone.now(), sites=[north, south], owners=users)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "tellers", lambda: (teller,))
        projection.rebuild()
        yield users


def focused(page: Any) -> str:
    return str(page.evaluate("() => document.activeElement.getAttribute('href')"))


def test_the_board_is_for_everybody(visit: Callable[..., Any], staff: Any) -> None:
    page = visit(staff[0], "/board/")
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []
    assert checks.unreachable_by_keyboard(page) == []


def test_thirty_rows_fit_on_a_laptop(visit: Callable[..., Any], staff: Any) -> None:
    page = visit(staff[0], "/board/", height=800)
    assert page.locator("#board tbody tr").count() == 30
    box = page.locator("#board tbody tr").last.bounding_box()
    assert box["y"] + box["height"] <= 800
    assert box["height"] >= 23, "rows too low to read"


def test_arrow_keys_move_and_enter_opens(visit: Callable[..., Any], staff: Any) -> None:
    page = visit(staff[0], "/board/")
    rows = [link.get_attribute("href") for link in page.locator("#board th.who a").all()]
    page.keyboard.press("ArrowDown")
    assert focused(page) == rows[0]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert focused(page) == rows[1]
    page.keyboard.press("End")
    assert focused(page) == rows[-1]
    page.keyboard.press("ArrowDown")
    assert focused(page) == rows[-1]
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(rows[0]) + "$"))


def test_names_are_hidden_for_a_shared_screen(visit: Callable[..., Any], staff: Any) -> None:
    from westward.program.people.models import Child

    page = visit(staff[0], "/board/?stage=eeg")
    follow(page.get_by_role("button", name="Hide names"))
    assert page.url.endswith("/board/?stage=eeg")
    shown = page.content()
    assert not [child.name for child in Child.objects.all() if child.name in shown]
    assert "-SIMU" in shown
    follow(page.get_by_role("button", name="Show names"))
    assert page.get_by_role("button", name="Hide names").is_visible()


def test_the_board_is_cards_on_a_phone_and_one_sheet_on_paper(visit: Callable[..., Any], staff: Any) -> None:
    page = visit(staff[0], "/board/", width=390)
    first = page.locator("#board tbody tr").first
    assert first.bounding_box()["height"] > 60
    assert first.locator("td.act").bounding_box()["x"] < 60
    resize(page, 1280, 800)
    assert pages(page) == 1


def pages(page: Any) -> int:
    """How many sheets it prints on."""
    return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True, print_background=True)))


@pytest.fixture(scope="module")
def far(staff: Any) -> int:
    """A child in follow-up."""
    from westward.program.journey.models import Standing

    return int(Standing.objects.filter(stage=5, facts__has_key="treatment").order_by("child").values_list("pk")[0][0])


@pytest.mark.parametrize("zoom", ["", "?zoom=days", "?zoom=weeks", "?zoom=months", "?zoom=life"])
def test_the_timeline_is_for_everybody(visit: Callable[..., Any], staff: Any, far: int, zoom: str) -> None:
    page = visit(staff[0], f"/children/{far}/{zoom}")
    assert page.locator("svg.timeline").is_visible()
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []
    assert checks.unreachable_by_keyboard(page) == []


def test_marks_open_their_source_by_keyboard(visit: Callable[..., Any], staff: Any, far: int) -> None:
    page = visit(staff[0], f"/children/{far}/?zoom=life")
    mark = page.locator("svg.timeline a.mark").first
    mark.focus()
    assert page.evaluate("() => document.activeElement.tagName") == "a"
    assert mark.locator("title").text_content().startswith(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


def test_the_timeline_prints_on_one_sheet(visit: Callable[..., Any], staff: Any, far: int) -> None:
    page = visit(staff[0], f"/children/{far}/?zoom=weeks")
    assert pages(page) == 1
