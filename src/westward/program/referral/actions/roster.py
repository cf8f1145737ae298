"""Make the roster: add a shift, hand it over, end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import Subject, allows
from westward.program.acts import InvalidActError, Told
from westward.program.referral import policies
from westward.program.referral.models import Shift

LONGEST = timedelta(days=8)
MOST_WEEKS = 26


def _may_answer(user: User, site: Site | None) -> None:
    if not allows(user, "referral.contact", policies.at(site)):
        raise InvalidActError(f"{user.name} has no role of intake there, and could not open a referral")


def _free(
    site: Site | None, rank: int, user: User, starts: datetime, ends: datetime, *, but: int | None = None
) -> None:
    """Refuse two people at one rank, or one person at two ranks, at the same time and site."""
    if site is not None:
        Site.objects.select_for_update().get(pk=site.pk)
    held = (
        Shift.objects.select_related("user")
        .filter(site=site, starts__lt=ends, ends__gt=starts)
        .filter(Q(ended_at=None) | Q(ended_at__gt=starts))
        .filter(Q(rank=rank) | Q(user=user))
    )
    for shift in held:
        if shift.pk == but or shift.void or shift.until <= starts:
            continue
        begin = timezone.localtime(max(shift.starts, starts))
        who = "already on duty" if shift.user_id == user.pk else f"rank {rank} is held by {shift.user.name}"
        raise InvalidActError(f"{who} from {begin:%d %b %Y %H:%M}; end or hand over that shift first")


@dataclass(frozen=True, kw_only=True)
class AddShift(PersonAct[list[Shift]]):
    """Put somebody on duty, for one time or for the same time over several weeks.

    Attributes
    ----------
    rank : int
        1 answers first, 2 is asked next, and so on.
    phone : str
        Where the person is reached on this shift.
    weeks : int
        For how many weeks, with the same local times.
    """

    verb = "roster.change"
    site: Site | None = None
    to: User
    rank: int = 1
    starts: datetime
    ends: datetime
    phone: str = ""
    weeks: int = 1

    def subject(self) -> Subject:
        """The site."""
        return policies.at(self.site)

    def validate(self) -> None:
        """Somebody who may answer, times that make sense, nobody else at that rank."""
        if not 1 <= self.rank <= 9:
            raise InvalidActError("a rank is a number from 1 to 9")
        if not 1 <= self.weeks <= MOST_WEEKS:
            raise InvalidActError(f"repeat a shift for 1 to {MOST_WEEKS} weeks")
        if self.ends <= self.starts:
            raise InvalidActError("the shift ends before it begins; check both times")
        if self.ends - self.starts > LONGEST:
            raise InvalidActError(f"one shift is at most {LONGEST.days} days; make several")
        if self.weeks > 1 and self.ends - self.starts > timedelta(days=7):
            raise InvalidActError("a shift longer than a week cannot be repeated weekly")
        if self.ends <= timezone.now():
            raise InvalidActError("this shift is over already; check the day")
        _may_answer(self.to, self.site)
        for starts, ends in self._times():
            _free(self.site, self.rank, self.to, starts, ends)

    def write(self) -> tuple[list[Shift], Told]:
        """The shifts."""
        made = [
            Shift.objects.create(
                site=self.site,
                user=self.to,
                rank=self.rank,
                phone=self.phone.strip(),
                starts=starts,
                ends=ends,
                made_by=self.user,
            )
            for starts, ends in self._times()
        ]
        detail = {"act": "add", "to": self.to.audit_id, "rank": self.rank, "shifts": [one.pk for one in made]}
        return made, Told(made[0].audit_id, code(self.site), detail=detail)

    def _times(self) -> list[tuple[datetime, datetime]]:
        return [(_weeks_on(self.starts, n), _weeks_on(self.ends, n)) for n in range(self.weeks)]


def _weeks_on(at: datetime, weeks: int) -> datetime:
    """The same time on the clock some weeks later, whatever summer time does."""
    local = timezone.localtime(at)
    return local + timedelta(weeks=weeks)


@dataclass(frozen=True, kw_only=True)
class SwapShift(PersonAct[Shift]):
    """Hand a shift over to somebody else, from now or from a later moment of it.

    Attributes
    ----------
    at : datetime or None
        From when; None from its beginning, or from now if it runs.
    """

    verb = "roster.change"
    shift: Shift
    to: User
    at: datetime | None = None
    phone: str = ""

    def subject(self) -> Subject:
        """The site of the shift."""
        return policies.at(self.shift.site)

    def target(self) -> str:
        """Id of the shift."""
        return self.shift.audit_id

    def validate(self) -> None:
        """A shift in force, handed over within its time to somebody who may answer and is free."""
        shift = _in_force(self.shift)
        if self.to.pk == shift.user_id:
            raise InvalidActError("this person holds the shift already")
        if not shift.starts <= self._from() < shift.until:
            raise InvalidActError("a shift is handed over within its own time; check the time")
        _may_answer(self.to, shift.site)
        _free(shift.site, shift.rank, self.to, self._from(), shift.until, but=shift.pk)

    def write(self) -> tuple[Shift, Told]:
        """The old one ends, the new one begins."""
        shift, at = _in_force(self.shift), self._from()
        new = Shift.objects.create(
            site=shift.site,
            user=self.to,
            rank=shift.rank,
            phone=self.phone.strip(),
            starts=at,
            ends=shift.until,
            made_by=self.user,
            replaces=shift,
        )
        shift.ended_at, shift.ended_by = at, self.user
        shift.save(update_fields=["ended_at", "ended_by"])
        return new, Told(
            new.audit_id, code(shift.site), detail={"act": "swap", "to": self.to.audit_id, "old": shift.pk}
        )

    def _from(self) -> datetime:
        return self.at or max(self.shift.starts, timezone.now())


@dataclass(frozen=True, kw_only=True)
class EndShift(PersonAct[Shift]):
    """End a shift early, or take it off the roster before it begins."""

    verb = "roster.change"
    shift: Shift
    at: datetime | None = None

    def subject(self) -> Subject:
        """The site of the shift."""
        return policies.at(self.shift.site)

    def target(self) -> str:
        """Id of the shift."""
        return self.shift.audit_id

    def validate(self) -> None:
        """A shift in force, ended not later than planned and not in the past."""
        shift = _in_force(self.shift)
        if (
            self.at is not None
            and not max(shift.starts, timezone.now() - timedelta(minutes=5)) <= self.at <= shift.ends
        ):
            raise InvalidActError("a shift ends between now and its planned end; check the time")

    def write(self) -> tuple[Shift, Told]:
        """Ended, with who and when."""
        shift = _in_force(self.shift)
        shift.ended_at, shift.ended_by = self.at or max(shift.starts, timezone.now()), self.user
        shift.save(update_fields=["ended_at", "ended_by"])
        return shift, Told(shift.audit_id, code(shift.site), detail={"act": "end"})


def _in_force(shift: Shift) -> Shift:
    found = Shift.objects.select_for_update(of=("self",)).select_related("site", "user").get(pk=shift.pk)
    if found.until <= timezone.now() or found.void:
        raise InvalidActError("this shift is over or was taken off the roster; reload the page")
    return found
