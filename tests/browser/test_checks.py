"""The checks of every page find what they look for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.checks import axe_violations, skip_link_works, unreachable_by_keyboard

pytestmark = pytest.mark.browser

RADIOS = "<input type=radio name=a aria-label=x><input type=radio name=a checked aria-label=y>"
LINKS = "".join(f'<a href="#{n}">{n}</a> ' for n in range(12))


@pytest.mark.parametrize("within", ["", "<button>Send</button>" + RADIOS, LINKS])
def test_what_tab_reaches_is_no_fault(page: Any, within: str) -> None:
    page.set_content(f"<main>{within}<input aria-label=z></main>")
    assert unreachable_by_keyboard(page) == []


def test_what_a_trap_keeps_from_tab_is_told(page: Any) -> None:
    page.set_content(f'<main>{LINKS}<button id=trap>Stay</button><a href="#behind">Behind</a></main>')
    page.evaluate("() => { const t = document.getElementById('trap'); t.onkeydown = e => e.preventDefault(); }")
    assert unreachable_by_keyboard(page) == ['<a href="#behind" data-reach="13">Behind</a>']


def test_axe_tells_rule_impact_and_the_first_places(page: Any) -> None:
    fields = "<input><input><input><input><input>"
    page.set_content(f"<html lang=en><title>t</title><main><h1>Fields</h1>{fields}</main>")
    found = [one for one in axe_violations(page) if one.startswith("label ")]
    assert found == ["label (critical): input:nth-child(2), input:nth-child(3), input:nth-child(4), input:nth-child(5)"]


@pytest.mark.parametrize(("target", "works"), [("main", True), ("other", False)])
def test_a_skip_link_leads_to_the_content_or_does_not(page: Any, target: str, works: bool) -> None:
    page.set_content(f"<a class=skip href='#{target}'>Skip</a><main id=main>Here</main>")
    assert skip_link_works(page) is works
