"""Pages of people in a real browser: list, person, forms, merge, the refusal, and the family's own page on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow, resize

pytestmark = pytest.mark.browser
PAGES = {
    "list": "/children/",
    "new": "/children/new/",
    "person": "/children/{ana}/person/",
    "correct": "/children/{ana}/person/correct/",
    "clinicians": "/children/{ana}/clinicians/",
    "caregiver": "/children/{ana}/caregivers/{mother}/correct/",
    "revoke": "/children/{ana}/caregivers/{mother}/revoke/",
    "find": "/children/{ana}/merge/",
    "merge": "/children/{ana}/merge/{anna}/",
}


@pytest.fixture(scope="module")
def family(program: Any) -> dict[str, Any]:
    from tests.program.people.charts import chart_of, site
    from tests.program.staff import by, person

    from westward.program.people.actions.caregivers import AddCaregiver, InviteCaregiver
    from westward.program.people.actions.clinicians import AddClinician, TieClinician
    from westward.program.people.actions.correct_child import CorrectChild
    from westward.program.people.actions.merge_charts import MergeCharts
    from westward.program.people.actions.record_consent import RecordConsent

    north = site("north")
    kim = person("kim-people", "coordinator", site=north)
    stranger = person("sam-people", "nurse", site=site("south"))
    ana = chart_of("Rivera", "Ana", at=north, gestation_d=240, language="es", interpreter=True, simulated=True)
    anna = chart_of("Riviera", "Anna", at=north, simulated=True)
    third = chart_of("Rivera", "Baby Girl", at=north, simulated=True)
    mother = AddCaregiver(**by(kim), child=ana, name="Rosa Rivera", relation="mother", phone="555 0100").execute()
    secret = InviteCaregiver(**by(kim), child=ana, caregiver=mother).execute().secret
    lee = AddClinician(**by(kim), name="Dr. Lee", practice="Main Street").execute()
    TieClinician(**by(kim), child=ana, clinician=lee, role="referring").execute()
    for said, day in (("given", 1), ("withdrawn", 9)):
        asked = {"purpose": "research", "answer": said, "on": date(2026, 6, day), "given_by": mother}
        RecordConsent(**by(kim), child=ana, **asked).execute()
    MergeCharts(**by(kim), keep=ana, other=third, why="one bracelet").execute()
    CorrectChild(**by(kim), child=ana, facts={"record_number": "A-77"}).execute()
    keys = {"ana": ana.pk, "anna": anna.pk, "mother": mother.pk}
    return {"kim": kim, "stranger": stranger, "keys": keys, "secret": secret}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(visit: Callable[..., Any], family: dict[str, Any], name: str) -> None:
    page = visit(family["kim"], PAGES[name].format(**family["keys"]))
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []
    assert checks.unreachable_by_keyboard(page) == []


def test_a_chart_of_another_site_offers_the_glass(visit: Callable[..., Any], family: dict[str, Any]) -> None:
    page = visit(family["stranger"], f"/children/{family['keys']['ana']}/person/")
    assert checks.axe_violations(page) == []
    page.get_by_label("Why it cannot wait").fill("in our emergency room with a cluster of spasms")
    follow(page.get_by_role("button", name="Break the glass"), "Enter")
    page.wait_for_selector("text=by broken glass")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Ana Rivera")
    assert checks.axe_violations(page) == []


def test_a_search_by_keyboard_leaves_nothing_in_the_address(visit: Callable[..., Any], family: dict[str, Any]) -> None:
    page = visit(family["kim"], "/children/")
    page.get_by_label("Name, record number").fill("a-77")
    follow(page.locator("*:focus"), "Enter")
    page.wait_for_selector("text=1 chart found")
    assert page.url.endswith("/children/")
    assert page.locator("table.children tbody tr").count() == 1


def test_a_mother_sets_her_pin_on_a_phone_and_sees_her_child(visit: Callable[..., Any], family: dict[str, Any]) -> None:
    page = visit(None, f"/set-up/{family['secret']}/")
    resize(page, checks.PHONE, 800)
    assert checks.axe_violations(page) == []
    page.get_by_label("PIN").fill("470281")
    page.get_by_label("Once more").fill("470281")
    follow(page.get_by_role("button", name="Set PIN"))
    assert page.url.endswith("/my-child/")
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    follow(page.get_by_role("link", name="Change PIN"))
    assert checks.axe_violations(page) == []
