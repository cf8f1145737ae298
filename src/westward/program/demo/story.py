"""The whole story: accounts, a site, and every child as far as today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from westward.program.accounts.models import Site
from westward.program.demo import clock
from westward.program.demo.cast import CHILDREN
from westward.program.demo.stage import Stage, people, tell
from westward.program.demo.stories import STORIES

LONGEST_D = 120
"""Days before the first referral at which the program opened."""


def play(*, say: Callable[[str], None], eegs: bool = True) -> int:
    """Tell it; returns the number of acts. Without ``eegs`` no recording is made and none analyzed."""
    today = timezone.now().replace(microsecond=0)
    with clock.at(today - timedelta(days=LONGEST_D)):
        site = Site.objects.create(code="main", name="Simulated Children's Hospital")
        stage = Stage(today=today, site=site, people=people())
    say(f"telling the stories of {len(CHILDREN)} simulated children ...")
    return tell((STORIES[child.story](stage, child) for child in CHILDREN), today=today)
