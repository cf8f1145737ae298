"""A real Chromium, one for all browser tests; and the whole program, served afresh to each module that asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from shutil import which
from typing import Any

import pytest

if find_spec("django"):
    import tests.support.program  # noqa: F401  sets Django up

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium found; on Debian: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    playwright.expect.set_options(timeout=30_000)
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    one = browser.new_page(viewport={"width": 1280, "height": 900})
    yield one
    one.close()


@pytest.fixture(scope="module")
def program(django_db_blocker: Any) -> Iterator[Any]:
    """The program on an empty database; ``tests.browser.served.Served`` says what can be done with it."""
    pytest.importorskip("django", reason="the program extra is not installed")
    if os.environ.get("WESTWARD_TEST_POSTGRESQL"):
        pytest.skip("browser tests run on SQLite")
    from tests.browser.served import served

    with django_db_blocker.unblock(), served() as one:
        yield one


@pytest.fixture(scope="module")
def windows(browser: Any, program: Any) -> Iterator[dict[Any, list[Any]]]:
    """Pages that earlier tests of a module have left, by size and options: a new window costs more than a check."""
    left: dict[Any, list[Any]] = {}
    yield left
    for page in (page for pages in left.values() for page in pages):
        page.context.close()


@pytest.fixture
def visit(browser: Any, program: Any, windows: dict[Any, list[Any]]) -> Iterator[Callable[..., Any]]:
    """``visit(user, path, width=1280)``: a page of its own browser, signed in, watched, opened.

    ``alone``: the test changes the browser (its clock, its connection), so none after it gets it.
    """
    used: list[tuple[Any, Any]] = []

    def opened(
        user: Any, path: str = "/", *, width: int = 1280, height: int = 900, alone: bool = False, **options: Any
    ) -> Any:
        size = {"width": width, "height": height}
        key = None if alone else (width, height, *sorted(options.items()))
        if waiting := windows.get(key):
            page = waiting.pop()
            page.context.clear_cookies()
        else:
            page = browser.new_context(viewport=size, **options).new_page()
            program.watch(page)
        used.append((key, page))
        if user is not None:
            program.sign_in(page, user)
        page.goto(program.address + path)
        return page

    yield opened
    for key, page in used:
        if key is None or len(page.context.pages) > 1:
            page.context.close()
            continue
        page.goto("about:blank")
        page.emulate_media(media="null")
        page.set_viewport_size({"width": key[0], "height": key[1]})
        windows.setdefault(key, []).append(page)
    assert program.complaints == []
