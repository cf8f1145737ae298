"""The checks of every page find what they look for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.checks import unreachable_by_keyboard

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
