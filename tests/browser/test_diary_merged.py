"""A phone keeps an entry without a connection while its chart is merged: the entry arrives, from both addresses."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.waits import until
from tests.program.followup.test_followup import mother
from tests.program.staff import by, person
from tests.program.treatment import scene

from westward.program.followup.models import DiaryEntry
from westward.program.people.actions.merge_charts import MergeCharts

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser


def keep_one(phone: Any, count: str) -> None:
    field = phone.get_by_label("How many").first
    field.fill(count)
    phone.locator("#entry").get_by_role("button", name="Save").click()
    phone.locator("#kept li.waiting").filter(has_text=f"· {count} spasms ·").wait_for()
    playwright.expect(field).to_have_value("")  # its first try to send has come to nothing


def arrived(phone: Any, count: int) -> bool:
    return until(phone, DiaryEntry.objects.filter(count=count).exists)


def test_an_entry_kept_under_the_old_key_arrives(visit: Any, program: Any) -> None:
    old, new = scene.child(pseudonym="W-TEST-0001"), scene.child(pseudonym="W-TEST-0002")
    phone = visit(mother(old), f"/diary/{old.pk}/", width=390, alone=True)
    phone.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    phone.context.set_offline(True)
    keep_one(phone, "14")
    MergeCharts(**by(person("co", "coordinator")), keep=new, other=old, why="the same child").execute()
    phone.context.set_offline(False)
    phone.evaluate("() => window.dispatchEvent(new Event('online'))")  # the old page, as it is open
    assert arrived(phone, 14)
    phone.locator("#kept li.sent").wait_for()
    phone.context.set_offline(True)
    keep_one(phone, "15")
    phone.context.set_offline(False)
    phone.goto(f"{program.address}/diary/{new.pk}/")  # the chart in use takes over what the old key kept
    assert arrived(phone, 15)
    phone.locator("#kept li.sent").nth(1).wait_for()
    assert set(DiaryEntry.objects.values_list("child_id", flat=True)) == {new.pk}
    program.complaints[:] = [said for said in program.complaints if "ERR_INTERNET_DISCONNECTED" not in said]
