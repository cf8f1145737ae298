"""The menu: on one line of a laptop, the rest behind *More*, without script, by keyboard, on a phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def coordinator(program: Any) -> Any:
    from tests.program.staff import person

    return person("co-menu", "coordinator")


def shoot(page: Any, name: str) -> None:
    if folder := os.environ.get("WESTWARD_SHOTS"):
        page.screenshot(path=Path(folder) / f"menu-{name}.png")


@pytest.mark.parametrize("width", [1280, 1024])
def test_the_menu_of_a_coordinator_is_one_line_and_more_opens_by_keyboard(
    visit: Any, coordinator: Any, width: int
) -> None:
    page = visit(coordinator, "/referrals/", width=width, java_script_enabled=width != 1024)
    shoot(page, str(width))
    box = page.locator("header.top").bounding_box()
    assert box is not None
    assert box["height"] < 64
    assert page.locator("header.top nav [aria-current=page]").inner_text() == "Referrals"
    protocols = page.locator("header.top").get_by_role("link", name="Protocols")
    assert not protocols.is_visible()
    page.locator("header.top summary").focus()
    page.keyboard.press("Enter")
    protocols.wait_for()
    shoot(page, f"{width}-open")
    if width == 1280:  # at 1024 without script
        assert checks.axe_violations(page) == []
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.textContent") == "Cause"
    protocols.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/protocols/")


def test_on_a_phone_more_opens_below_and_nothing_is_cut_off(visit: Any, coordinator: Any) -> None:
    page = visit(coordinator, "/referrals/", width=390)
    shoot(page, "390")
    assert checks.scrolls_sideways(page) == []
    page.locator("header.top summary").click()
    safety = page.locator("header.top").get_by_role("link", name="Safety")
    safety.wait_for()
    shoot(page, "390-open")
    assert checks.scrolls_sideways(page) == []
    assert checks.axe_violations(page) == []
    follow(safety)
    assert page.url.endswith("/safety/")


def test_whoever_has_few_pages_has_them_all_on_the_line(visit: Any, program: Any) -> None:
    from tests.program.staff import person

    page = visit(person("lead-menu", "quality", purpose="quality"), "/quality/")
    assert page.locator("header.top summary").count() == 0
    assert page.locator("header.top").get_by_role("link", name="Safety").is_visible()
