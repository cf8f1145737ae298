"""What the stories of the demo share: the day they end on, the people who act, and the order of time."""

from __future__ import annotations

import heapq
import math
import random
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils import timezone

from westward.program.accounts.actions.base import who
from westward.program.accounts.choices import Kind, Role
from westward.program.accounts.models import Grant, Site, User
from westward.program.audit.record import ANONYMOUS, Who
from westward.program.demo import clock
from westward.program.demo.cast import ACCOUNTS, Child
from westward.program.demo.eegs import Recorder
from westward.program.referral.calendar import midnight

Story = Iterator[datetime]
"""Yields the moment of its next act, then does it. What lies after today is not done: the story is at that stage."""

SEED = 20261
MOVED_FROM_D = 4.0
"""Days before today up to which acts are moved into the hours of work."""


@dataclass
class Stage:
    """Where the stories play.

    Attributes
    ----------
    today : datetime
        The end of all stories.
    site : Site
        The program's hospital.
    people : dict of str to User
        Those who act, by user name.
    recorder : Recorder
        Makes the EEGs.
    rng : random.Random
        With a fixed seed: every demo tells the same.
    """

    today: datetime
    site: Site
    people: dict[str, User]
    recorder: Recorder
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311  not for secrets

    def by(self, username: str) -> dict[str, Any]:
        """Who acts, as the first arguments of an act."""
        return self.as_(self.people[username])

    def as_(self, user: User) -> dict[str, Any]:
        """The same for somebody without a place in the cast, such as a parent."""
        return {"user": user, "who": who(user, self.act_id())}

    def nobody(self) -> Who:
        """Somebody without an account, by the public form."""
        return Who(actor=ANONYMOUS, act_id=self.act_id())

    def act_id(self) -> str:
        """As the number of a request."""
        return f"{self.rng.getrandbits(128):032x}"

    def now(self) -> datetime:
        """What the clock of the story shows."""
        return timezone.now()

    def birth(self, child: Child) -> date:
        """The birth date that gives the child its age at the referral, to a day: alike at every hour of today."""
        return timezone.localdate(self.today) - timedelta(days=math.ceil(child.began_d) + child.age_d)

    def after(self, *, minutes: float = 0, days: float = 0) -> datetime:
        """A moment later than the clock of the story, at work if that is long enough ago.

        Work is 8 to 17 on a weekday. What happened within the last days is not moved, so that a demo made in the
        night or on a Sunday shows every stage, too.
        """
        moment = timezone.localtime(self.now() + timedelta(minutes=minutes, days=days))
        if moment > self.ago(MOVED_FROM_D):
            return moment
        if moment.hour >= 17:
            moment = (moment + timedelta(days=1)).replace(hour=8, minute=20)
        elif moment.hour < 8:
            moment = moment.replace(hour=8, minute=20)
        while moment.weekday() >= 5:
            moment = (moment + timedelta(days=1)).replace(hour=8, minute=20)
        return moment

    def ago(self, days: float) -> datetime:
        """A moment before today."""
        return self.today - timedelta(days=days)

    def earlier_today(self, days: float) -> datetime:
        """The same, not before this midnight: what has to be answered on its own day is not late in a new demo."""
        return max(self.ago(days), midnight(timezone.localdate(self.today)))


def tell(stories: Iterable[Story], *, today: datetime, on_act: Callable[[int], None] | None = None) -> int:
    """Tell all stories at once, act after act in the order of time, up to ``today``; returns the number of acts."""
    queue: list[tuple[datetime, int, Story]] = []

    def ask(number: int, story: Story) -> None:
        moment = next(story, None)
        if moment is not None and moment <= today:
            heapq.heappush(queue, (moment, number, story))

    for number, story in enumerate(stories):
        ask(number, story)
    done = 0
    while queue:
        moment, number, story = heapq.heappop(queue)
        with clock.at(moment):
            ask(number, story)
        done += 1
        if on_act is not None:
            on_act(done)
    return done


def together(*stories: Story) -> Story:
    """Several stories of one child at once, act after act in the order of time."""
    queue: list[tuple[datetime, int, Story]] = []

    def ask(number: int, story: Story) -> None:
        moment = next(story, None)
        if moment is not None:
            heapq.heappush(queue, (moment, number, story))

    for number, story in enumerate(stories):
        ask(number, story)
    while queue:
        moment, number, story = heapq.heappop(queue)
        yield moment
        ask(number, story)


def people() -> dict[str, User]:
    """Open the accounts: no password opens them, and nobody knows their second factor."""
    opened = {}
    for one in ACCOUNTS:
        if one.role == Role.CAREGIVER:
            continue  # invited by staff, in the story of the child
        user = User.objects.make(one.username, name=one.name, kind=Kind.STAFF)
        for purpose in one.purposes:
            Grant.objects.create(user=user, role=one.role, purpose=purpose)
        Authenticator.objects.create(
            user=user,
            type=Authenticator.Type.TOTP,
            data={"secret": get_adapter().encrypt(secrets.token_hex(20))},
        )
        opened[one.username] = user
    return opened
