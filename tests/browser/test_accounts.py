"""Pages of accounts and oversight in a real browser: for everybody, by keyboard, on a phone, at 200 %."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.browser import checks

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def boss(program: Any) -> Any:
    from tests.program.staff import person

    return person("boss", "administrator", "privacy_officer")


@pytest.mark.parametrize("path", ["/sign-in/login/", "/staff/", "/audit/", "/audit/reviews/"])
def test_a_page_is_for_everybody(visit: Callable[..., Any], boss: Any, path: str) -> None:
    page = visit(None if "login" in path else boss, path)
    assert page.url.endswith(path)
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []
    assert checks.unreachable_by_keyboard(page) == []
    assert checks.skip_link_works(page)


@pytest.mark.parametrize("known", [True, False])
def test_a_window_that_was_used_before_is_nobodys(visit: Callable[..., Any], boss: Any, known: bool) -> None:
    page = visit(boss if known else None, "/staff/")
    assert ("/sign-in/" in page.url) is not known
