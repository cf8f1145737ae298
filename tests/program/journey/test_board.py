"""The board: who sees whom, in which order, and what a row says; reading it leaves one audit row."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.program.journey.simulated import Teller, program
from tests.program.staff import person, signed_in

from westward.program.accounts.choices import CLINICAL, Role
from westward.program.accounts.models import Site
from westward.program.audit.models import Entry
from westward.program.journey import board, collect, projection
from westward.program.journey.models import Standing
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)


@pytest.fixture
def sites() -> list[Site]:
    return [Site.objects.create(code=code, name=code.title()) for code in ("north", "south")]


@pytest.fixture
def filled(sites: list[Site], monkeypatch: pytest.MonkeyPatch) -> Teller:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    owner = person("owner", "coordinator")
    teller = program(70, seed=3, now=NOW, sites=sites, owners=[owner])
    monkeypatch.setattr(collect, "tellers", lambda: (teller,))
    projection.rebuild()
    return teller


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sign in with the clock of the test: sessions must not look too old."""
    return signed_in


def keys(user: Any, **chosen: Any) -> list[int]:
    return list(board.select(user, board.Filter(**chosen), now=NOW).values_list("pk", flat=True))


@pytest.mark.parametrize("role", sorted(Role))
def test_clinical_roles_open_it_and_nobody_else(role: str) -> None:
    user = person("somebody", role, kind="caregiver" if role == "caregiver" else "staff")
    answer = signed_in(user).get("/board/")
    assert answer.status_code == (200 if role in CLINICAL else 403)
    assert Entry.objects.filter(verb="journey.board", outcome="done").count() == (role in CLINICAL)


def test_one_sees_the_children_of_ones_sites_alone(filled: Teller, sites: list[Site]) -> None:
    north, south = sites
    user = person("kim", "nurse", site=north)
    assert set(keys(user)) == set(Child.objects.filter(site=north).values_list("pk", flat=True))
    assert board.summary(user, now=NOW).children == len(keys(user))
    assert keys(user, site="south") == []
    assert set(keys(person("all", "nurse"))) == set(Child.objects.values_list("pk", flat=True))
    page = signed_in(user).get("/board/").content.decode()
    assert all(child.pseudonym not in page for child in Child.objects.filter(site=south))


def test_the_most_urgent_stand_first_and_those_with_nothing_due_last(filled: Teller) -> None:
    found = keys(person("all", "nurse"))
    due = [Standing.objects.get(pk=key).sort_at for key in found]
    assert due == sorted(due)
    assert due[0] < NOW < due[-1]


def test_filters_equal_what_python_would_choose(filled: Teller, sites: list[Site]) -> None:
    user = person("all", "nurse")
    rows = {row.pk: row for row in Standing.objects.select_related("site")}
    late = {key for key, row in rows.items() if row.sort_at <= NOW}
    assert set(keys(user, due="overdue")) == late
    midnight = datetime(2026, 12, 1, tzinfo=UTC)
    assert set(keys(user, due="today")) == {k for k, row in rows.items() if NOW < row.sort_at <= midnight}
    assert set(keys(user, stage="eeg")) == {key for key, row in rows.items() if row.stage == 2}
    assert set(keys(user, site="south")) == {k for k, row in rows.items() if row.site == sites[1]}
    assert set(keys(user, owner="nobody")) == {k for k, row in rows.items() if row.act and not row.act_owner}
    owner = Standing.objects.exclude(act_owner_key=None).first().act_owner_key
    assert set(keys(owner, owner="me")) == {k for k, row in rows.items() if row.act_owner_key == owner}
    both = keys(user, stage="eeg", due="overdue")
    assert set(both) == set(keys(user, stage="eeg")) & late
    assert both


def test_the_summary_counts_what_the_filters_show(filled: Teller) -> None:
    user = person("all", "nurse")
    told = board.summary(user, now=NOW)
    assert told.overdue == len(keys(user, due="overdue"))
    assert told.today == len(keys(user, due="today"))
    assert told.nobody == len(keys(user, owner="nobody"))
    assert told.children == len(keys(user)) == sum(told.stages.values())


def test_silenced_children_stand_behind_their_own_filter(filled: Teller) -> None:
    user = person("all", "nurse")
    gone = Child.objects.get(pk=keys(user)[0])
    before = board.summary(user, now=NOW)
    Child.objects.filter(pk=gone.pk).update(state="deceased", state_on=NOW.date())
    projection.refresh([gone.pk])
    assert gone.pk not in keys(user)
    assert keys(user, silenced=True) == [gone.pk]
    after = board.summary(user, now=NOW)
    assert (after.overdue, after.children, after.silenced) == (before.overdue - 1, before.children - 1, 1)
    shown = board.show(Standing.objects.select_related("child", "site").get(pk=gone.pk), now=NOW)
    assert shown.silent.startswith("deceased")
    assert (shown.clock, shown.act, shown.meaning) == ("", "", "")


def test_overdue_is_asked_of_the_clock_on_the_wall_not_stored(filled: Teller) -> None:
    user = person("all", "nurse")
    now = len(keys(user, due="overdue"))
    later = board.select(user, board.Filter(due="overdue"), now=NOW + timedelta(days=5)).count()
    assert later > now


def test_unknown_codes_are_left_out_and_nothing_else_is_read_from_an_address() -> None:
    asked = {"stage": "eeg", "owner": "x' OR 1", "due": "never", "site": "north", "name": "Vega"}
    assert board.Filter.read(asked, codes=["south"]).codes() == {"stage": "eeg"}


def test_one_audit_row_a_page_with_codes_and_without_names(filled: Teller) -> None:
    client = signed_in(person("all", "nurse"))
    before = Entry.objects.count()
    client.get("/board/?stage=follow-up&due=overdue&page=2")
    client.get("/board/")
    rows = list(Entry.objects.filter(seq__gt=before).order_by("seq"))
    assert [row.verb for row in rows] == ["journey.board"] * 2
    told = json.loads(rows[1].detail)
    assert (told["filter"], told["count"]) == ({"page": 1}, 30)
    assert not any(child.family_name in rows[1].detail for child in Child.objects.all())


def test_pages_hold_thirty_rows(filled: Teller) -> None:
    client = signed_in(person("all", "nurse"))
    seen: list[int] = []
    for page in (1, 2, 3):
        seen += [row.key for row in client.get(f"/board/?page={page}").context["rows"]]
    assert seen == keys(person("other", "nurse"))


def test_names_are_hidden_by_a_switch_that_the_session_keeps(filled: Teller) -> None:
    client: Client = signed_in(person("all", "nurse"))
    name = Child.objects.get(pk=keys(person("o", "nurse"))[0]).name
    assert name in client.get("/board/").content.decode()
    answer = client.post("/board/names/", {"back": "?due=overdue"})
    assert answer["Location"] == "/board/?due=overdue"
    assert client.post("/board/names/", {"back": "https://elsewhere.example/"})["Location"] == "/board/"
    client.post("/board/names/", {})
    page = client.get("/board/").content.decode()
    assert name not in page
    assert "-SIMU" in page


@pytest.mark.parametrize(
    "hours, whole_day, words, meaning",
    [
        (-49, False, "2 d late", "unsafe"),
        (-2, False, "2 h late", "unsafe"),
        (-0.5, False, "30 min late", "unsafe"),
        (3, False, "today 13:00", "due"),
        (14, True, "today", "due"),
        (13.9998, False, "today", "due"),
        (20, False, "tomorrow", ""),
        (14 + 24, True, "tomorrow", ""),
        (14 - 24, True, "1 d late", "unsafe"),
        (80, False, "in 3 d", ""),
    ],
)
def test_due_words(hours: float, whole_day: bool, words: str, meaning: str) -> None:
    told = board.due_words(NOW + timedelta(hours=hours), now=NOW, whole_day=whole_day)
    assert told is not None
    assert (told.words.replace("\u202f", " "), told.meaning) == (words, meaning)
