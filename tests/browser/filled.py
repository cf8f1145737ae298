"""Fill and send the forms of pages, by the names of their fields, as a person would through a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.browser.waits import follow


def form_of(page: Any, action: str) -> Any:
    """The form that is sent to an address ending so; empty: the page's only form but for sign-out."""
    inside = "main form[method='post']"
    found = page.locator(f"{inside}[action$='{action}']" if action else f"{inside}:not([action])").first
    if not found.count():
        pytest.fail(f"{page.url} has no form for {action!r}: {page.locator('main').inner_text()[:1500]}")
    found.evaluate(
        "f => { for (let e = f.closest('details'); e; e = e.parentElement?.closest('details')) e.open = 1; }"
    )
    return found


def fill(form: Any, **values: Any) -> None:
    """Set fields by name; a ``Path`` is a file to send, True a box to tick."""
    for name, value in values.items():
        field = form.locator(f"[name='{name}']")
        kind = field.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind == "select":
            field.select_option(str(value))
        elif kind == "radio":
            form.locator(f"[name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            field.first.set_checked(bool(value))
        elif isinstance(value, Path):
            field.set_input_files(value)
        else:
            field.fill(str(value))


def send(page: Any, action: str = "", **values: Any) -> None:
    """Fill, press the button, and wait for the page that follows."""
    form = form_of(page, action)
    fill(form, **values)
    button = form.locator("button:not([type='button'])").last
    follow(button)
    wrong = page.locator(".errorlist, .said li.error, [role='alert'], .wrong")
    assert wrong.count() == 0, [one.inner_text() for one in wrong.all()]
