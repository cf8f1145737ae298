"""Letters in a real browser: axe, keyboard, phone, 200 %, and the letter alone on one sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(program: Any) -> Any:
    from tests.program.letters import desk
    from tests.program.staff import person

    physician = person("haddad", "physician")
    child = desk.a_child(name="Rivera-Letters", simulated=True)
    draft = desk.a_draft(child, physician, kind="cause")
    signed = desk.signed(desk.a_draft(child, physician), physician)
    signed.refresh_from_db()
    return SimpleNamespace(physician=physician, child=child, draft=draft, signed=signed)


def of(desk: Any, rest: str) -> str:
    return f"/children/{desk.child.pk}/letters/{rest}"


@pytest.mark.parametrize("page", ["list", "child", "draft", "signed", "edit"])
def test_every_page_is_for_everybody(visit: Callable[..., Any], desk: Any, page: str) -> None:
    paths = {
        "list": "/letters/",
        "child": of(desk, ""),
        "draft": of(desk, f"{desk.draft.pk}/"),
        "signed": of(desk, f"{desk.signed.pk}/"),
        "edit": of(desk, f"{desk.draft.pk}/edit/"),
    }
    opened = visit(desk.physician, paths[page])
    assert checks.axe_violations(opened) == []
    assert checks.scrolls_sideways(opened) == []
    assert checks.zoomed_out_of_sight(opened) == []
    assert checks.unreachable_by_keyboard(opened) == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_signed_letter_prints_alone_on_one_sheet(visit: Callable[..., Any], desk: Any, paper: str) -> None:
    page = visit(desk.physician, of(desk, f"{desk.signed.pk}/"))
    printed = page.pdf(format=paper)
    assert re.findall(rb"/Count (\d+)", printed) == [b"1"]
    page.emulate_media(media="print")
    assert page.locator("article.letter").is_visible()
    for other in ("header.top", ".chart-head", ".letter-side", "body > footer"):
        assert not page.locator(other).first.is_visible(), other


def test_a_letter_is_signed_and_its_dispatch_logged_by_keyboard(visit: Callable[..., Any], desk: Any) -> None:
    page = visit(desk.physician, of(desk, f"{desk.draft.pk}/"))
    page.get_by_role("button", name="Sign letter").focus()
    follow(page.locator("*:focus"), "Enter")
    page.get_by_text("The letter is signed").wait_for()
    page.get_by_role("button", name="Log dispatch").focus()
    follow(page.locator("*:focus"), "Enter")
    page.get_by_text("The dispatch is logged").wait_for()
    assert page.get_by_text("not confirmed").is_visible()
