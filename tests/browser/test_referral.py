"""Referral, roster, slots, overdue and surveillance in a real browser: for everybody, keyboard, phone, 200 %."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("WESTWARD_SHOTS", "")
"""A folder for screenshots, if somebody wants to look."""


@pytest.fixture(scope="module")
def day(program: Any) -> dict[str, Any]:
    """A busy day: referrals of every level, a roster with a hole, slots, a child with everything."""
    from tests.program.referral.busy import busy_day

    return busy_day()


PAGES = ["/referrals/", "/referrals/new/", "/overdue/", "/slots/", "/roster/", "/surveillance/"]


def holds(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []
    assert checks.unreachable_by_keyboard(page) == []
    assert checks.skip_link_works(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_list_is_for_everybody(visit: Callable[..., Any], day: dict[str, Any], path: str) -> None:
    holds(visit(day["coordinator"], path), path.strip("/").replace("/", "-"))


@pytest.mark.parametrize("name", ["danger", "red_flag", "declined", "chart", "choose"])
def test_one_referral_and_one_chart_are_for_everybody(
    visit: Callable[..., Any], day: dict[str, Any], name: str
) -> None:
    holds(visit(day["coordinator"], day[name]), name)


@pytest.mark.parametrize("path", [*PAGES, "red_flag", "chart"])
def test_on_a_phone(visit: Callable[..., Any], day: dict[str, Any], path: str) -> None:
    page = visit(day["coordinator"], day.get(path, path), width=390, height=844)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"phone-{path.strip('/').replace('/', '-')}.png"), full_page=True)
    assert checks.scrolls_sideways(page) == []


def test_from_the_inbox_to_a_booked_slot_without_a_mouse_or_script(
    visit: Callable[..., Any], day: dict[str, Any]
) -> None:
    from django.utils import timezone

    page = visit(day["coordinator"], "/referrals/", java_script_enabled=False)
    follow(page.get_by_role("link", name="Noor Haddad"))
    follow(page.get_by_role("button", name="Take it"))
    at = timezone.localtime() - timedelta(minutes=1)
    page.locator("#contact").get_by_label("When", exact=True).fill(f"{at:%Y-%m-%dT%H:%M}")
    page.locator("#contact").get_by_label("Reached").select_option("yes")
    follow(page.get_by_role("button", name="Log it"))
    assert "reached after" in page.locator(".answer").inner_text()
    follow(page.get_by_role("button", name="Accept"))
    follow(page.get_by_role("link", name="Book an EEG slot"))
    follow(page.get_by_role("button", name="Book").first)
    assert "booked" in page.locator("section", has_text="Appointments").first.inner_text()
