"""The public pages and the form in a real browser: for everybody, in both languages, with and without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow, resize

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser

PAGES = [
    "what-they-are",
    "what-they-look-like",
    "what-to-do",
    "causes",
    "tests",
    "eeg-visit",
    "treatments",
    "outcomes",
    "trials",
    "contact",
    "resources",
    "glossary",
]
SITE = """
program = "Valley Infantile Spasms Program"
hospital = "Valley Children's Hospital"
address = ["1 Main Street", "Springfield"]
emergency_number = "911"
languages = ["en", "es"]
simulated = true
[hours]
mon = "8:00-17:00"
[lines]
urgent_referral = {number = "+1 310 555 0100", hours = "always"}
families = "+1 310 555 0101"
[[resources]]
name = "Parents of Springfield"
url = "https://example.org/parents"
about = "Meets on the first Monday."
"""


@pytest.fixture(autouse=True)
def _site(program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from django.test import override_settings

    from westward.program.public import limits
    from westward.program.public.models import Knock
    from westward.program.shell.site import parse

    monkeypatch.setattr(limits, "LEAST_S", 1)  # the journey waits as long as a person needs
    Knock.objects.all().delete()
    with override_settings(SITE_DETAILS=parse(SITE), MEDIA_ROOT=tmp_path):
        yield


def holds_for_everybody(page: Any) -> None:
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []
    assert checks.unreachable_by_keyboard(page) == []
    assert checks.skip_link_works(page)


@pytest.mark.parametrize(
    "path", ["/", "/es/", *(f"/about/{slug}/" for slug in PAGES), *(f"/es/about/{slug}/" for slug in PAGES[:5])]
)
def test_a_page_to_read_is_for_everybody(visit: Callable[..., Any], path: str) -> None:
    page = visit(None, path)
    assert page.evaluate("() => document.documentElement.lang") == ("es" if path.startswith("/es/") else "en")
    holds_for_everybody(page)


@pytest.mark.parametrize("path", ["/refer/", "/refer/parent/", "/es/refer/professional/"])
def test_the_form_is_for_everybody(visit: Callable[..., Any], path: str) -> None:
    page = visit(None, path)
    holds_for_everybody(page)
    resize(page, checks.PHONE, 800)
    widths = page.evaluate("() => [...document.querySelectorAll('h1, .group, .problems')].map(e => e.offsetWidth)")
    assert min(widths) > 300


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_colors_hold_in_the_dark_and_in_print(visit: Callable[..., Any], scheme: str) -> None:
    page = visit(None, "/about/causes/", color_scheme=scheme)
    assert checks.axe_violations(page) == []
    page.emulate_media(media="print")
    assert page.locator("nav.pages").is_hidden()
    assert page.locator(".part-causes table").is_visible()


def test_the_switch_leads_to_the_same_page(visit: Callable[..., Any]) -> None:
    page = visit(None, "/about/tests/")
    follow(page.get_by_role("link", name="Español"))
    assert page.url.endswith("/es/about/tests/")
    follow(page.get_by_role("link", name="English"))
    assert page.url.endswith("/about/tests/")


def fill(page: Any) -> None:
    page.get_by_label("Family name").fill("Rivera")
    page.get_by_label("Your name").fill("Ana Rivera")
    page.get_by_role("textbox", name="Phone").fill("+1 310 555 0199")
    page.get_by_label("The program may call or write").check()


def wait_as_a_person(page: Any) -> None:
    from westward.program.public import limits

    page.wait_for_timeout(1000 * limits.LEAST_S + 200)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_parent_refers_a_child_with_a_film(visit: Callable[..., Any], tmp_path: Path, script: bool) -> None:
    from westward.program.referral.models import Referral

    film = tmp_path / "spasms.mp4"
    film.write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 200_000)
    page = visit(None, "/refer/parent/", width=390, java_script_enabled=script)
    danger = page.locator(".danger-now")
    playwright.expect(danger).to_be_hidden()
    page.get_by_role("group", name=re.compile("blue, struggling")).get_by_text("Yes", exact=True).click()
    playwright.expect(danger).to_be_visible()
    assert "Call 911 now" in danger.inner_text()
    page.get_by_role("group", name=re.compile("blue, struggling")).get_by_text("No", exact=True).click()
    playwright.expect(danger).to_be_hidden()
    page.get_by_role("group", name=re.compile("several in a row")).get_by_text("Yes", exact=True).click()
    page.locator("#f-films").set_input_files(film)
    if script:
        playwright.expect(page.locator(".chosen")).to_contain_text("spasms.mp4 (0.2 MB)")
    wait_as_a_person(page)
    if script:  # the answer comes into the page
        page.get_by_role("button", name="Send").click()
    else:
        follow(page.get_by_role("button", name="Send"))
    page.wait_for_selector("#problems")
    assert "What you typed is still here" in page.locator("#problems").inner_text()
    assert "spasms.mp4" in page.locator(".kept").inner_text()
    assert page.get_by_role("group", name=re.compile("several in a row")).get_by_label("Yes", exact=True).is_checked()
    if script:
        assert page.evaluate("() => document.activeElement.id") == "problems"
        assert checks.axe_violations(page) == []
    fill(page)
    before = Referral.objects.count()
    follow(page.get_by_role("button", name="Send"))
    assert page.url.endswith("/refer/sent/")
    referral = Referral.objects.order_by("-pk")[0]
    assert Referral.objects.count() == before + 1
    assert referral.number in page.inner_text("main")
    assert referral.uploads.get().name == "spasms.mp4"
    assert "Our goal is to call you by" in page.inner_text("main")
    if script:
        assert checks.axe_violations(page) == []


def test_too_large_is_said_before_anything_is_sent(visit: Callable[..., Any], tmp_path: Path) -> None:
    page = visit(None, "/refer/parent/")
    page.evaluate("() => { document.querySelector('#f-films').dataset.film = String(1024 * 1024); }")
    film = tmp_path / "long.mp4"
    film.write_bytes(b"\x00" * 2 * 1024 * 1024)
    page.locator("#f-films").set_input_files(film)
    assert page.locator(".chosen .wrong").inner_text().endswith("long.mp4 is larger than 1 MB. Send a shorter one.")


def test_the_whole_form_by_keyboard(visit: Callable[..., Any]) -> None:
    from westward.program.referral.models import Referral

    page = visit(None, "/es/refer/parent/")
    page.locator("input[name=breathing]").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("input[name=breathing][value=no]").is_checked()
    typed = {"family_name": "Rivera", "sender_name": "Ana", "sender_phone": "+1 310 555 0199"}
    for _ in range(80):
        page.keyboard.press("Tab")
        name = page.evaluate("() => document.activeElement.name ?? ''")
        if name in typed:
            page.keyboard.type(typed[name])
        if name == "consent_contact":
            page.keyboard.press("Space")
        if page.evaluate("() => document.activeElement.matches('button.large')"):
            break
    wait_as_a_person(page)
    follow(page.locator("*:focus"), "Enter")
    assert page.url.endswith("/es/refer/sent/")
    assert Referral.objects.order_by("-pk")[0].family_name == "Rivera"
