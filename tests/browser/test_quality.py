"""The quality board and safety events in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lead(program: Any) -> Iterator[Any]:
    from datetime import timedelta

    from django.utils import timezone
    from tests.program.journey import simulated
    from tests.program.staff import by, person

    from westward.program.accounts.models import Site
    from westward.program.diagnosis.queries import Switching
    from westward.program.journey import collect, projection
    from westward.program.quality import queries
    from westward.program.quality.actions.file_event import FileEvent
    from westward.program.quality.actions.review_event import AddAction

    north, south = (Site.objects.create(code=code, name=code.title()) for code in ("north", "south"))
    one = person("lead", "quality", purpose="quality")
    now = timezone.now()
    teller = simulated.program(90, seed=2, now=now, sites=[north, south])
    for n in range(5):
        past = simulated.program(
            40, seed=10 + n, now=now - timedelta(days=92 * (n + 1)), sites=[north, south], first=100 * (n + 1)
        )
        teller.stories.update(past.stories)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "tellers", lambda: (teller,))
        moved = Switching(12, 3, 2, 1, 6, 5 / 12, (0.19, 0.68), 40, 2, 1)
        patch.setattr(queries, "switching", lambda user: moved)  # no EEG is told here, and so no read
        projection.rebuild()
        event = FileEvent(**by(one), site=north, kind="near_miss", what="Two recordings, one bed.").execute()
        due = timezone.localdate() + timedelta(days=7)
        AddAction(**by(one), event=event, words="Letters on beds", owner=one, due=due).execute()
        FileEvent(**by(one), site=south, kind="delay", harm="temporary", what="No bed for six days.").execute()
        yield one


@pytest.mark.parametrize("path", ["/quality/", "/quality/safety/", "/quality/safety/1/", "/safety/", "/safety/new/"])
def test_a_page_is_for_everybody(visit: Callable[..., Any], lead: Any, path: str) -> None:
    page = visit(lead, path)
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []
    assert checks.unreachable_by_keyboard(page) == []


def test_an_event_is_filed_by_keyboard_alone(visit: Callable[..., Any], lead: Any) -> None:
    page = visit(lead, "/safety/new/")
    page.get_by_label("Near miss").focus()
    page.keyboard.press("Space")
    page.get_by_label("What happened").focus()
    page.keyboard.type("A sheet lay in the wrong room.")
    page.get_by_role("button", name="File event").focus()
    follow(page.locator("*:focus"), "Enter")
    assert page.url.endswith("/safety/")
    assert page.get_by_text("A sheet lay in the wrong room.").is_visible()
