"""What a family reads after it has told something: beside the button it pressed, in its words, without a connection."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from tests.program.followup.test_followup import mother
from tests.program.treatment import scene

from westward.program.people.models import Caregiver
from westward.program.people.speech import day_in

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "language, noted, told, pseudonym",
    [("en", "Written down", "4 spasms", "W-TEST-0011"), ("es", "Anotado", "4 espasmos", "W-TEST-0012")],
)
def test_what_was_told_is_answered_in_words(
    visit: Any, program: Any, language: str, noted: str, told: str, pseudonym: str
) -> None:
    child = scene.child(pseudonym=pseudonym)
    user = mother(child)
    Caregiver.objects.filter(user=user).update(language=language)
    phone = visit(user, f"/diary/{child.pk}/", width=390, alone=True)
    phone.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    phone.context.set_offline(True)
    flag = phone.locator(".red li").first
    flag.get_by_role("button").click()
    playwright.expect(flag.locator(".noted")).to_have_text(f"✓ {noted}")
    phone.locator("#free button").click()
    good = phone.locator("#good-news")
    playwright.expect(good).to_be_visible()
    phone.locator("#count").fill("4")
    phone.locator("#entry button").last.click()
    playwright.expect(good).to_be_hidden()
    today = day_in(language, timezone.localdate())
    phone.locator("#kept li").filter(has_text=f"{today} · {told} · ").wait_for()
    phone.context.set_offline(False)
    phone.evaluate("() => window.dispatchEvent(new Event('online'))")
    phone.locator("#kept li.sent").nth(2).wait_for()
    program.complaints[:] = [said for said in program.complaints if "ERR_INTERNET_DISCONNECTED" not in said]
