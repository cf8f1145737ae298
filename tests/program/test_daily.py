"""The daily mail: once a day, to owners, counts and an address alone; silenced children cause none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail as outbox
from tests.program.staff import by, person

from westward.program.accounts.models import User
from westward.program.audit.models import Entry
from westward.program.journey.models import Standing
from westward.program.oversight.daily import owed, send_overdue
from westward.program.people.actions.add_child import AddChild
from westward.program.people.actions.change_state import ChangeState

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(settings: Any) -> Any:
    settings.MAIL, settings.TIME_ZONE = True, "UTC"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with mock.patch("django.utils.timezone.now", return_value=NOON) as clock:
        yield clock


def owner(name: str = "kim") -> User:
    user = person(name, "coordinator")
    user.email = f"{name}@example.org"
    user.save()
    return user


def child(user: User, *, due: timedelta) -> Any:
    made = AddChild(**by(user), family_name="Sparrow", given_name="Wren", birth_date=date(2026, 6, 1)).execute()
    Standing.objects.filter(child=made).update(act="Order EEG", act_due=NOON + due, act_owner_key=user, act_owner="kim")
    return made


def test_counts_and_an_address_and_nothing_else() -> None:
    kim = owner()
    for due in (-timedelta(days=2), -timedelta(hours=1), timedelta(hours=3), timedelta(days=2)):
        child(kim, due=due)
    assert send_overdue() == 1
    (one,) = outbox.outbox
    assert one.to == ["kim@example.org"]
    assert "Overdue: 2. Due today: 1." in one.body
    assert "http://localhost:8000/board/?owner=me" in one.body
    assert not any(word in one.body + one.subject for word in ("Sparrow", "Wren", "EEG", "child", "spasm"))


def test_once_a_day_however_often_it_is_asked(noon: Any) -> None:
    child(owner(), due=-timedelta(days=1))
    assert [send_overdue(), send_overdue()] == [1, 0]
    noon.return_value = NOON + timedelta(days=1)
    assert [send_overdue(), send_overdue()] == [1, 0]
    assert list(Entry.objects.filter(verb="mail.overdue").order_by("seq").values_list("target", flat=True)) == [
        "day:2026-12-01",
        "day:2026-12-02",
    ]


def test_not_in_the_night(noon: Any) -> None:
    child(owner(), due=-timedelta(days=1))
    noon.return_value = NOON.replace(hour=6, minute=59)
    assert send_overdue() == 0
    noon.return_value = NOON.replace(hour=7)
    assert send_overdue() == 1


def test_a_clock_turned_back_sends_nothing_twice(noon: Any) -> None:
    child(owner(), due=-timedelta(days=9))
    assert send_overdue() == 1
    noon.return_value = NOON - timedelta(hours=3)
    assert send_overdue() == 0


@pytest.mark.parametrize("state", ["deceased", "transferred"])
def test_silenced_children_cause_no_mail(state: str) -> None:
    kim = owner()
    one = child(kim, due=-timedelta(days=1))
    ChangeState(**by(person("doc", "physician")), child=one, state=state, on=NOON.date()).execute()
    Standing.objects.filter(child=one).update(act_due=NOON - timedelta(days=1), act_owner_key=kim)
    assert owed() == []
    assert send_overdue() == 0


def test_without_a_server_no_mail_and_no_row(settings: Any) -> None:
    settings.MAIL = False
    child(owner(), due=-timedelta(days=1))
    assert send_overdue() == 0
    assert not Entry.objects.filter(verb="mail.overdue").exists()


def test_closed_accounts_and_those_without_an_address_get_none() -> None:
    closed, silent = owner("closed"), person("silent", "coordinator")
    for one in (closed, silent):
        child(one, due=-timedelta(days=1))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert owed() == []


def test_the_worker_asks_for_it() -> None:
    from westward.program.shell import ticks

    assert ticks._TICKS["mail.overdue"].do is send_overdue
