"""Who is on duty, hand-overs, and the hours in which nobody is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.program.referral.scene import by, on_duty, person
from tests.program.staff import signed_in

from westward.program.accounts.models import Site, User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.referral import calendar, queries, roster
from westward.program.referral.actions.roster import AddShift, EndShift, SwapShift
from westward.program.referral.models import Shift

pytestmark = pytest.mark.django_db


def add(boss: User, to: User, begin: float, end: float, **more: Any) -> list[Shift]:
    now = timezone.now()
    times = {"starts": now + timedelta(hours=begin), "ends": now + timedelta(hours=end)}
    return AddShift(**by(boss), to=to, **times, **more).execute()


def test_first_rank_first_at_the_site_and_for_all_sites() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    a, b, c = (person(name, "nurse") for name in "abc")
    on_duty(a, rank=2, site=here)
    on_duty(b, rank=1)
    on_duty(c, rank=1, site=there)
    on_duty(c, rank=1, site=here, hours=(5, 9))
    now = timezone.now()
    assert [s.user for s in queries.on_duty(now, here)] == [b, a]
    assert [s.user for s in queries.on_duty(now, there)] == [c, b]
    assert [s.user for s in queries.on_duty(now)] == [b]
    assert [s.user for s in queries.on_duty(now + timedelta(hours=6), here)] == [c, b, a]


def test_a_closed_account_is_not_on_duty() -> None:
    a = person("a", "nurse")
    on_duty(a)
    User.objects.filter(pk=a.pk).update(is_active=False)
    assert queries.on_duty(timezone.now()) == []


def test_whose_role_was_withdrawn_is_a_gap_on_the_roster() -> None:
    boss, gone = person("boss", "coordinator"), person("gone", "nurse")
    on_duty(gone)
    page = signed_in(boss).get("/roster/").content.decode()
    assert "may not answer here" not in page
    before = page.count("nobody on duty")
    gone.grants.update(revoked_at=timezone.now())
    assert queries.on_duty(timezone.now()) == queries.on_duty(timezone.now(), everywhere=True) == []
    page = signed_in(boss).get("/roster/").content.decode()
    assert "may not answer here" in page
    assert "Gone" in page
    first = page.partition('class="gaps"')[2].partition("<li>")[2].partition("</li>")[0]
    on_duty(boss)
    covered = signed_in(boss).get("/roster/").content.decode()
    assert covered.partition('class="gaps"')[2].partition("<li>")[2].partition("</li>")[0] != first
    assert before <= page.count("nobody on duty")


def test_gaps_of_a_site_count_who_may_answer_there() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    far = person("far", "nurse", site=there)
    shift = on_duty(far)
    assert queries.answers(shift, there.pk)
    assert not queries.answers(shift, here.pk)
    assert queries.on_duty(timezone.now(), here) == []
    assert queries.on_duty(timezone.now(), there) == [shift]


def test_one_person_at_one_rank_at_a_time() -> None:
    boss, a, b = person("boss", "coordinator"), person("a", "nurse"), person("b", "nurse")
    add(boss, a, 1, 9)
    with pytest.raises(InvalidActError, match="rank 1 is held by A"):
        add(boss, b, 8, 12)
    with pytest.raises(InvalidActError, match="already on duty"):
        add(boss, a, 8, 12, rank=2)
    assert len(add(boss, b, 9, 12)) == 1
    assert len(add(boss, b, 1, 8.9, rank=2)) == 1


def test_weekly_shifts_keep_their_time_on_the_clock_over_summer_time() -> None:
    boss, a = person("boss", "coordinator"), person("a", "nurse")
    zone = ZoneInfo("America/Chicago")
    with timezone.override(zone):
        begin = datetime(2027, 3, 8, 8, tzinfo=zone)
        act = AddShift(**by(boss), to=a, starts=begin, ends=begin + timedelta(hours=8), weeks=2)
        first, second = act.execute()
    assert first.starts.astimezone(zone).hour == second.starts.astimezone(zone).hour == 8
    assert second.starts.astimezone(UTC) - first.starts.astimezone(UTC) == timedelta(days=7, hours=-1)


def test_a_hand_over_ends_the_old_shift_where_the_new_begins() -> None:
    boss, a, b = person("boss", "coordinator"), person("a", "nurse"), person("b", "nurse")
    old = on_duty(a, hours=(-4, 4))
    at = timezone.now() + timedelta(hours=1)
    new = SwapShift(**by(boss), shift=old, to=b, at=at, phone="555 0100").execute()
    old.refresh_from_db()
    assert (old.ends > at, old.until, new.starts, new.ends, new.replaces) == (True, at, at, old.ends, old)
    assert [s.user for s in queries.on_duty(timezone.now())] == [a]
    assert [s.user for s in queries.on_duty(at)] == [b]
    with pytest.raises(InvalidActError, match="within its own time"):
        SwapShift(**by(boss), shift=new, to=a, at=at - timedelta(hours=3)).execute()
    with pytest.raises(InvalidActError, match="holds the shift already"):
        SwapShift(**by(boss), shift=new, to=b).execute()


def test_a_shift_is_ended_now_or_taken_off_before_it_begins() -> None:
    boss, a = person("boss", "coordinator"), person("a", "nurse")
    running, later = on_duty(a, hours=(-4, 4)), on_duty(a, hours=(10, 14))
    EndShift(**by(boss), shift=running).execute()
    EndShift(**by(boss), shift=later).execute()
    assert queries.on_duty(timezone.now() + timedelta(seconds=1)) == []
    assert queries.on_duty(timezone.now() + timedelta(hours=11)) == []
    assert Shift.objects.count() == 2
    later.refresh_from_db()
    assert later.void
    with pytest.raises(InvalidActError, match="over or was taken off"):
        EndShift(**by(boss), shift=running).execute()


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"rank": 0}, "rank is a number"),
        ({"weeks": 40}, "1 to 26 weeks"),
        ({"begin": 4, "end": 1}, "ends before it begins"),
        ({"begin": 1, "end": 24 * 9}, "at most 8 days"),
        ({"begin": -9, "end": -1}, "over already"),
    ],
)
def test_what_cannot_be(wrong: dict[str, Any], words: str) -> None:
    boss, a = person("boss", "coordinator"), person("a", "nurse")
    begin, end = wrong.pop("begin", 1), wrong.pop("end", 9)
    with pytest.raises(InvalidActError, match=words):
        add(boss, a, begin, end, **wrong)


def test_who_could_not_open_a_referral_is_not_put_on_duty_and_a_nurse_does_not_make_the_roster() -> None:
    boss, tech, nurse = person("boss", "coordinator"), person("tech", "technologist"), person("nurse", "nurse")
    with pytest.raises(InvalidActError, match="no role of intake"):
        add(boss, tech, 1, 9)
    with pytest.raises(NotAllowedError):
        add(nurse, nurse, 1, 9)
    assert Entry.objects.filter(verb="roster.change", outcome="refused").count() == 1


def test_gaps() -> None:
    monday = date(2026, 12, 7)
    begin, end = calendar.midnight(monday), calendar.midnight(monday + timedelta(days=1))
    a = person("a", "nurse")

    def shift(start: int, stop: int, ended: int | None = None) -> Shift:
        at = [begin + timedelta(hours=h) for h in (start, stop)]
        off = begin + timedelta(hours=ended) if ended is not None else None
        return Shift.objects.create(user=a, starts=at[0], ends=at[1], made_by=a, ended_at=off)

    assert [(g.starts, g.ends) for g in roster.gaps([], begin, end)] == [(begin, end)]
    one = [shift(-3, 8), shift(8, 12), shift(14, 20, ended=16), shift(15, 18)]
    free = [(g.starts - begin, g.ends - begin) for g in roster.gaps(one, begin, end)]
    assert free == [(timedelta(hours=12), timedelta(hours=14)), (timedelta(hours=18), timedelta(hours=24))]
    assert roster.gaps([shift(-1, 30)], begin, end) == []


def test_the_week_asked_for() -> None:
    assert roster.asked_week("2026-12-03") == date(2026, 11, 30)
    assert roster.asked_week("nonsense") == roster.monday_of(timezone.localdate())
