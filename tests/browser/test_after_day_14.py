"""Day 14 and after, seen: the sequence to approve, the engine beside the response, the checklist, quality by strata."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def made(program: Any) -> Any:
    from django.conf import settings
    from django.utils import timezone
    from tests.program.diagnosis.support import READ
    from tests.program.followup.test_candidacy import scan
    from tests.program.followup.test_compared import read_by, studied
    from tests.program.followup.test_followup import mother
    from tests.program.followup.test_next_steps import running
    from tests.program.treatment import scene

    from westward.program.accounts.models import Grant
    from westward.program.etiology.models import Classed
    from westward.program.followup import compared

    assert READ["hypsarrhythmia"] == "yes"
    child = scene.child(pseudonym="W-AFTER-1", family_name="Hawthorn")
    people, run = running(child, day=17, protocol="prednisolone_ucla_8mgkg")
    before = studied(child, Path(settings.MEDIA_ROOT), n=1, days_ago=17, age_days=196, spasms=31)
    after = studied(child, Path(settings.MEDIA_ROOT), n=2, days_ago=3, age_days=210, spasms=6)
    for one in (before, after):
        read_by(one, people["doc2"])
    assert compared.prepare() == 1
    scan(child, people["doc"], ("malformation", "left"))
    mother(child)
    Classed.objects.create(
        child=child, number=1, cause="genetic", evidence=[], reason="x", by=people["doc"], at=timezone.now()
    )
    Grant.objects.create(user=people["doc"], role="quality", site=None, purpose="quality")
    return SimpleNamespace(child=child, people=people, run=run, today=timezone.localdate(), ago=timedelta)


def shot(page: Any, name: str) -> None:
    folder = os.environ.get("WESTWARD_SHOTS")
    if folder:
        target = Path(folder) / "after"
        target.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_day_14(made: Any, visit: Callable[..., Any], width: int) -> None:
    key, doc = made.child.pk, made.people["doc"]
    for name, path, said in (
        ("response", f"/children/{key}/response/", "spasm candidates: 31 before, 6 after"),
        ("treatment", f"/children/{key}/treatment/", "sequence not approved here"),
        ("other", f"/children/{key}/treatment/other/", "MRI: malformation of cortical development, left"),
        ("quality", "/quality/treatment/?aim=eeg_14", "By cause and equity"),
        ("board", "/board/", "Hawthorn"),
    ):
        page = visit(made.people["nurse"] if name == "response" else doc, path, width=width)
        assert page.get_by_text(said).first.is_visible(), (name, said)
        assert checks.axe_violations(page) == [], name
        assert checks.scrolls_sideways(page, width=width) == [], name
        shot(page, f"{name}_{width}")


def test_the_switch_waits_for_two_names(made: Any, visit: Callable[..., Any]) -> None:
    from tests.program.treatment import scene

    base = f"/children/{made.child.pk}/treatment/"
    scene.measured(made.people["nurse"], made.child)
    page = visit(made.people["doc"], base)

    def switch() -> None:
        acth = page.locator("ul.proposals > li").filter(has_text="ACTH, natural gel, 150 U/m2 a day")
        acth.get_by_text("End this treatment and order").click()
        acth.get_by_label("What showed that it does not work").fill("hypsarrhythmia on the EEG of day 14")
        follow(acth.get_by_role("button", name="Switch", exact=True))

    switch()
    page.get_by_text("two named people have to approve it first").wait_for()
    shot(page, "refused")
    scene.approve("prednisolone_ucla_then_acth", made.people["doc"], made.people["pharm"])
    page = visit(made.people["doc"], base)
    assert page.get_by_text("sequence approved here").first.is_visible()
    switch()
    page.get_by_text("The old treatment is ended").wait_for()
    assert page.get_by_text("by the approved sequence").is_visible()
    shot(page, "switched")
