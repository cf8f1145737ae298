"""The whole story: accounts, a site with its roster and slots, and every child as far as today."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from westward.program.accounts.models import Site
from westward.program.acts import acted
from westward.program.demo import clock
from westward.program.demo.cast import CHILDREN
from westward.program.demo.eegs import Recorder
from westward.program.demo.stage import Stage, people, tell
from westward.program.demo.stories import STORIES, drugs
from westward.program.journey import projection
from westward.program.referral.actions.roster import AddShift
from westward.program.referral.actions.slots import MakeSlots
from westward.program.referral.calendar import midnight
from westward.program.referral.roster import monday_of

OPENED_D = 120
"""Days before today on which the program opened."""
AHEAD_D = 28
"""Days after today for which slots and shifts are made."""
DUTY = (("coordinator", 1), ("nurse", 2), ("physician", 3))
"""Who answers, in turn."""


def play(*, say: Callable[[str], None], eegs: bool = True) -> int:
    """Tell it; returns the number of acts. Without ``eegs`` no recording is made and none analyzed."""
    today = timezone.now().replace(microsecond=0)
    with tempfile.TemporaryDirectory(prefix="westward-demo-") as folder:
        recorder = Recorder(Path(folder), on=eegs, say=say)
        with clock.at(today - timedelta(days=OPENED_D)):
            site = Site.objects.create(code="main", name="Simulated Children's Hospital")
            stage = Stage(today=today, site=site, people=people(), recorder=recorder)
            _open(stage)
        say(f"telling the stories of {len(CHILDREN)} simulated children ...")
        with transaction.atomic(), _quiet_board():  # as one: nothing of a half-told story is kept
            return tell((STORIES[child.story](stage, child) for child in CHILDREN), today=today)


@contextmanager
def _quiet_board() -> Iterator[None]:
    """Leave the board alone meanwhile and compute its rows once at the end: every act would compute them anew."""
    acted.disconnect(projection.on_act, dispatch_uid="journey")
    try:
        yield
    finally:
        acted.connect(projection.on_act, dispatch_uid="journey")
    projection.rebuild()


def week_on_duty(moment: datetime) -> datetime:
    """Monday at 8 with which the week on duty began that ``moment`` lies in."""
    begins = midnight(monday_of(timezone.localdate(moment))) + timedelta(hours=8)
    return begins if begins <= moment else begins - timedelta(days=7)


def _open(stage: Stage) -> None:
    """The roster, slots on four beds, and protocols that two people have approved."""
    begins = week_on_duty(stage.now())
    weeks = (OPENED_D + AHEAD_D) // 7 + 1
    for username, rank in DUTY:
        AddShift(
            **stage.by("coordinator"),
            site=stage.site,
            to=stage.people[username],
            rank=rank,
            starts=begins,
            ends=begins + timedelta(days=7),
            phone="555-0110",
            weeks=weeks,
        ).execute()
    first = timezone.localdate()
    for beds, begin, end, length_h, night in (
        (("EEG 1", "EEG 2"), time(8), time(16), 4.0, False),
        (("EEG 3",), time(19), time(7), 12.0, True),
        (("EEG 4",), time(6), time(10), 2.0, False),
    ):
        MakeSlots(
            **stage.by("coordinator"),
            site=stage.site,
            beds=beds,
            first=first,
            last=first + timedelta(days=OPENED_D + AHEAD_D),
            weekdays=range(7),
            begin=begin,
            end=end,
            length_h=length_h,
            night=night,
            technologist=stage.people["technologist"],
        ).execute()
    drugs.approve(stage)
