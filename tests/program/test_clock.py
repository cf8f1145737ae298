"""A clock that jumps, forward or backward, opens nothing, loses nothing and breaks no chain."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from tests.program.staff import by, person, signed_in

from westward.program.accounts.actions.break_glass import OPEN_FOR, BreakGlass
from westward.program.accounts.actions.invite import LINK_FOR, first_administrator
from westward.program.accounts.queries import broken_glass, usable_link
from westward.program.audit.models import Entry
from westward.program.audit.queries import walk
from westward.program.audit.record import Who, record

pytestmark = pytest.mark.django_db
JUMPS = {"a year back": timedelta(days=-365), "an hour back": timedelta(hours=-1), "ten years on": timedelta(days=3650)}


@contextmanager
def jumped(by: timedelta) -> Iterator[None]:
    now, seconds = timezone.now, time.time
    with (
        mock.patch("django.utils.timezone.now", side_effect=lambda: now() + by),
        mock.patch("time.time", side_effect=lambda: seconds() + by.total_seconds()),
    ):
        yield


@pytest.mark.parametrize("jump", JUMPS)
def test_a_session_does_not_outlive_its_limits_by_a_jump(jump: str) -> None:
    client = signed_in(person("kim", "nurse"))
    assert client.get("/api/me").status_code == 200
    with jumped(JUMPS[jump]):
        assert client.get("/api/me").status_code == 401
    assert client.get("/api/me").status_code == 401


def test_a_session_survives_a_small_correction() -> None:
    client = signed_in(person("kim", "nurse"))
    assert client.get("/api/me").status_code == 200
    with jumped(timedelta(seconds=-30)):
        assert client.get("/api/me").status_code == 200


@pytest.mark.parametrize("jump", JUMPS)
def test_the_chain_holds_whatever_the_clock_says(jump: str) -> None:
    for by_ in (timedelta(), JUMPS[jump], timedelta()):
        with jumped(by_), transaction.atomic():
            record(Who(), "chart.read", "child:1")
    assert walk().whole
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]


def test_links_and_broken_glass_end_by_their_own_time() -> None:
    secret, kim = first_administrator(), person("kim", "nurse")
    BreakGlass(**by(kim), opened="child:1", reason="the child is here in status").execute()
    with jumped(max(LINK_FOR, OPEN_FOR) + timedelta(seconds=1)):
        assert usable_link(secret) is None
        assert broken_glass(kim, "child:1") is None
    assert usable_link(secret) is not None
    assert broken_glass(kim, "child:1") is not None


def test_the_time_of_a_row_is_what_the_clock_said(settings: Any) -> None:
    with jumped(timedelta(days=-365)), transaction.atomic():
        row = record(Who(), "chart.read")
    assert timezone.now() - row.at > timedelta(days=364)
