"""Every page of the program, as each role meets it by following links: for everybody, on every screen, on paper.

The pages are those of the simulated program, without its EEGs. A page is checked once for each role that reaches it
first; the list at the end makes sure that no page with a link to it was left out. One child's page says little of
another's, which may hold a diet, a device or ten letters: the widths of the charts are therefore asked of every child.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.browser import checks
from tests.browser.waits import resize

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROLES = ("nobody", "coordinator", "physician", "technologist", "genetics", "quality", "privacy", "admin", "family")
FILES = re.compile(
    r"\.(pdf|edf|csv|json|toml)$|/(raw|uploads|files|reports?/frame)/|/sign-in/(mfa/|hospital/)|/sign-in/logout/"
)
"""Links that lead to a file, to another frame, or out."""

AT_MOST = 120
"""Pages for one role; a role that meets more fails, so that none is dropped in silence."""


@pytest.fixture(scope="module")
def told(program: Any) -> Any:
    """The simulated program, without EEGs; its sign-in page stays out: users come by a session of the test."""
    from westward.program.demo import story

    story.play(say=lambda words: None, eegs=False)
    return program


def pattern(path: str) -> str:
    """Which page it is, whatever the keys: ``/children/:/eeg/``."""
    plain = re.sub(r"^/local-values/(protocol|sheet)/.+", r"/local-values/\1/:", urlsplit(path).path)
    return re.sub(r"/\d+(?=/|$)", "/:", plain)


def user_of(role: str) -> Any:
    from westward.program.accounts.models import User

    return None if role == "nobody" else User.objects.filter(username=role).first()


LINKS = """() => [...document.querySelectorAll("a[href]")].map(
  a => new URL(a.getAttribute("href"), document.baseURI).href)"""


def walk(page: Any, address: str) -> Iterator[str]:
    """Open pages by following links, one of each kind."""
    queue, seen = deque(["/"]), {"/"}
    while queue:
        path = queue.popleft()
        page.goto(address + path)
        yield path
        for link in page.evaluate(LINKS):
            if not link.startswith(address):
                continue
            to = link.removeprefix(address).split("#")[0] or "/"
            kind = pattern(to)
            if kind not in seen and not FILES.search(kind):
                seen.add(kind)
                queue.append(to)


def shoot(page: Any, role: str, path: str) -> None:
    """Keep a picture when ``WESTWARD_SHOTS`` names a folder."""
    folder = os.environ.get("WESTWARD_SHOTS")
    if folder:
        name = pattern(path).strip("/").replace("/", "_").replace(":", "n") or "front"
        target = Path(folder) / role
        target.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target / f"{name}.png", full_page=True)
        resize(page, checks.PHONE, 844)
        page.screenshot(path=target / f"{name}_phone.png", full_page=True)
        resize(page, 1280, 900)


CHECKED: set[str] = set()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_for_everybody(told: Any, visit: Any, role: str) -> None:
    user = user_of(role)
    if role != "nobody" and user is None:
        pytest.skip(f"the simulated program has no {role} yet")
    page = visit(user, "/")
    wrong: list[str] = []
    met = 0
    for path in walk(page, told.address):
        met += 1
        kind = pattern(path)
        if kind in CHECKED:
            continue
        CHECKED.add(kind)
        shoot(page, role, path)
        found = [
            *checks.axe_violations(page),
            *(f"390 px: {one}" for one in checks.scrolls_sideways(page)),
            *(f"200 %: {one}" for one in checks.zoomed_out_of_sight(page)),
            *checks.lost_on_paper(page),
            *(f"not by keyboard: {one}" for one in checks.unreachable_by_keyboard(page)),
        ]
        if not checks.skip_link_works(page):
            found.append("the skip link does not lead to the content")
        wrong += [f"{kind}: {one}" for one in found]
    assert not wrong, "\n".join(wrong)
    assert met <= AT_MOST


FULL = ("", "cause/")
TREATED = ("treatment/", "treatment/other/", "response/")
"""Pages of a chart that grow with what happened to the child, and with its treatment."""


def test_no_childs_chart_is_wider_than_a_phone_or_breaks_its_numbers(told: Any, visit: Any) -> None:
    from westward.program.people.models import Child
    from westward.program.treatment.models import Diet

    page = visit(user_of("physician"), "/", width=checks.PHONE)
    wrong = []
    assert Diet.objects.exists(), "the widest page of a chart is that of a child on a diet"
    treated = {*Child.objects.filter(runs__isnull=False).values_list("pk", flat=True)}
    treated |= {*Diet.objects.values_list("child", flat=True)}
    for key in Child.objects.order_by("pk").values_list("pk", flat=True):
        for part in (*FULL, *TREATED) if key in treated else FULL:
            page.goto(f"{told.address}/children/{key}/{part}")
            found = (*checks.scrolls_sideways(page), *checks.broken_words(page))
            wrong += [f"/children/{key}/{part}: {one}" for one in found]
    assert not wrong, "\n".join(wrong)
