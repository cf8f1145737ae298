"""The board's rows are what a rebuild would compute, whatever was done."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.program.journey.simulated import Story, Teller, story
from tests.program.staff import by, person

from westward.program.accounts.models import Site
from westward.program.acts import InvalidActError, acted
from westward.program.journey import collect, projection, standing
from westward.program.journey.models import Standing
from westward.program.people.actions.add_child import AddChild
from westward.program.people.marks import NextAct
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)


def rows() -> list[dict[str, Any]]:
    return list(Standing.objects.order_by("child").values())


def add(user: Any, **fields: Any) -> Child:
    asked: dict[str, Any] = {"family_name": "Vega", "birth_date": date(2026, 5, 1), **fields}
    return AddChild(**by(user), **asked).execute()


def test_a_new_chart_stands_on_the_board_in_the_same_transaction(teller: Teller) -> None:
    child = add(person("kim", "nurse"))
    assert Standing.objects.get(child=child).stage == 1


def test_a_failed_act_leaves_no_row(teller: Teller) -> None:
    with pytest.raises(InvalidActError):
        add(person("kim", "nurse"), birth_date=date(2999, 1, 1))
    assert not Standing.objects.exists()


def test_a_merged_chart_leaves_the_board(teller: Teller) -> None:
    user = person("kim", "nurse")
    one, other = add(user), add(user)
    Child.objects.filter(pk=other.pk).update(state="merged", merged_into=one)
    acted.send(None, children=(one.pk, other.pk))
    assert [row["child_id"] for row in rows()] == [one.pk]


@pytest.mark.parametrize("seed", range(3))
def test_after_random_acts_the_rows_equal_a_rebuild(teller: Teller, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    draw = random.Random(seed)
    user = person("kim", "nurse")
    sites = [None, Site.objects.create(code="north", name="North")]
    for _ in range(60):
        known = list(Child.objects.all())
        if len(known) < 3 or draw.random() < 0.3:
            child = add(user, site=draw.choice(sites), family_name=f"Child {len(known)}")
            teller.stories[child.pk] = story(child, draw=draw, now=NOW, owners=[user])
        else:
            child = draw.choice(known)
            what = draw.choice(["story", "nothing", "silent", "back", "merge", "move"])
            if what == "story":
                teller.stories[child.pk] = story(child, draw=draw, now=NOW, owners=[user])
            elif what == "nothing":
                teller.stories[child.pk] = Story()
            elif what == "silent":
                on = NOW.date() - timedelta(days=draw.randint(0, 9))
                Child.objects.filter(pk=child.pk).update(state="transferred", state_on=draw.choice([None, on]))
            elif what == "back":
                Child.objects.filter(pk=child.pk).update(state="active", state_on=None)
            elif what == "move":
                Child.objects.filter(pk=child.pk).update(site=draw.choice(sites))
            else:
                Child.objects.filter(pk=child.pk).update(state="merged")
        acted.send(None, children=(child.pk,))
    kept = rows()
    assert len(kept) > 5
    Standing.objects.all().delete()
    assert projection.rebuild() == Child.objects.count()
    assert rows() == kept


def test_a_rebuild_goes_in_chunks(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "CHUNK", 2)
    user = person("kim", "nurse")
    for n in range(5):
        add(user, family_name=f"Child {n}")
    kept = rows()
    Standing.objects.all().delete()
    projection.rebuild()
    assert rows() == kept


def test_a_rebuild_writes_only_what_changed(teller: Teller, django_assert_num_queries: Any) -> None:
    user = person("kim", "nurse")
    child = add(user)
    projection.rebuild()
    before = rows()
    with django_assert_num_queries(5):  # keys, savepoint and its release, charts, rows as they are
        projection.rebuild()
    teller.stories[child.pk] = Story(line="new")
    projection.rebuild()
    assert rows() == [{**before[0], "line": "new"}]


def test_the_worker_rebuilds_again_and_again() -> None:
    from westward.program.shell import ticks

    assert ticks._TICKS["journey.rebuild"].do is projection.rebuild


def test_the_overdue_list_reads_where_a_child_stands_in_one_query_and_asks_anew_where_it_is_not_kept() -> None:
    kept, bare = (Child.objects.create(pseudonym=f"W-{n}", family_name="R", birth_date=date(2026, 5, 1)) for n in "ab")
    now = timezone.now()
    projection.refresh([kept.pk])
    with CaptureQueriesContext(connection) as asked:
        found = projection.known([kept.pk], now)
    assert len(asked) == 1
    assert found[kept.pk].acts == ()
    assert "Order EEG" in [act.words for act in projection.known([bare.pk], now)[bare.pk].acts]
    Standing.objects.filter(child=kept).update(sort_at=now - timedelta(days=1))
    late = projection.known([kept.pk], now)[kept.pk]
    assert set(late.acts) == set(collect.next_acts([kept.pk], now=now)[kept.pk])
    assert late.facts == collect.facts([kept.pk])[kept.pk]
    assert late.conditions == collect.conditions([kept.pk])[kept.pk]
    Standing.objects.filter(child=kept).update(open=None)
    assert set(projection.known([kept.pk], now)[kept.pk].acts) == set(late.acts)


@pytest.mark.parametrize("due", [None, datetime(2026, 12, 1, 8, 5, tzinfo=UTC)])
def test_an_open_act_is_kept_whole(due: datetime | None) -> None:
    act = NextAct(words="Order EEG", due=due, owner="Ana", owner_key=7, address="/x/", rank=3)
    assert standing.act_of(json.loads(json.dumps(standing.kept(act)))) == act
