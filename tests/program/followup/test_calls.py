"""48 hours of silence are a call, with or without an account; what is said on the phone is never a free day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.followup.test_followup import entry, mother, running, sync
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.care.answer import Answer
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.followup import journey, queries
from westward.program.followup.actions.call import RecordCall
from westward.program.followup.models import FamilyCall
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


def today() -> Any:
    return timezone.localdate()


@pytest.fixture
def child() -> Child:
    return scene.child()


@pytest.fixture
def people(child: Child) -> dict[str, Any]:
    return running(child, 3)


def call(people: dict[str, Any], child: Child, answer: str, *, hours_ago: float = 0, **said: Any) -> FamilyCall:
    at = timezone.now() - timedelta(hours=hours_ago)
    return RecordCall(**by(people["nurse"]), child=child, at=at, answer=answer, **said).execute()


def silence(child: Child) -> queries.Silence | None:
    return queries.silent([child.pk], now=timezone.now()).get(child.pk)


def calls_due(child: Child) -> list[str]:
    acts = journey.next_acts([child.pk], now=timezone.now()).get(child.pk, [])
    return [act.words for act in acts if act.words.startswith("Call the family")]


def test_a_family_without_an_account_is_called_like_any_other(people: dict[str, Any], child: Child) -> None:
    found = silence(child)
    assert found is not None
    assert (found.diary, found.tried) == (False, 0)
    assert found.due == found.since + timedelta(hours=48)
    assert calls_due(child) == ["Call the family: it has no diary"]
    page = signed_in(people["nurse"]).get("/follow-up/").content.decode()
    assert child.family_name in page
    assert "no diary" in page
    mother(child)
    assert calls_due(child) == ["Call the family: diary silent"]


def test_a_call_that_reached_somebody_ends_the_silence_for_48_hours(people: dict[str, Any], child: Child) -> None:
    call(people, child, "none")
    assert silence(child) is None
    FamilyCall.objects.update(at=timezone.now() - timedelta(hours=49))
    found = silence(child)
    assert found is not None
    assert found.since == FamilyCall.objects.get().at


def test_a_call_that_reached_nobody_is_due_again_and_counted(people: dict[str, Any], child: Child) -> None:
    made = call(people, child, "not_reached", hours_ago=2)
    call(people, child, "not_reached", hours_ago=1)
    found = silence(child)
    assert found is not None
    assert found.tried == 2
    assert found.due == FamilyCall.objects.latest("at").at + timedelta(hours=24)
    assert made.at < found.due
    page = signed_in(people["nurse"]).get(f"/children/{child.pk}/response/").content.decode()
    assert "2 calls reached nobody" in page


def test_none_on_the_phone_is_no_day_without_spasms(people: dict[str, Any], child: Child) -> None:
    call(people, child, "none")
    assert queries.witnessed(child) == {}
    (one,) = queries.judged(child, on=today())
    assert not any(response.met is Answer.YES for response in one.responses)
    assert "no day without spasms" in signed_in(people["nurse"]).get(f"/children/{child.pk}/response/").content.decode()


def test_spasms_told_on_the_phone_count_on_their_day_once(people: dict[str, Any], child: Child) -> None:
    yesterday = today() - timedelta(days=1)
    call(people, child, "seen", on=yesterday, count=7)
    assert queries.witnessed(child) == {yesterday: 7}
    user = mother(child)
    sync(user, child, entry("cluster", on=yesterday.isoformat(), count=12))
    assert queries.witnessed(child) == {yesterday: 12}, "the same spasms may stand in the diary"


def test_spasms_that_nobody_counted_are_at_least_one_and_no_free_day_stands_against_them(
    people: dict[str, Any], child: Child
) -> None:
    yesterday = today() - timedelta(days=1)
    user = mother(child)
    sync(user, child, entry("free_day", on=yesterday.isoformat()))
    assert queries.witnessed(child) == {yesterday: 0}
    call(people, child, "seen", on=yesterday)
    assert queries.witnessed(child) == {yesterday: 1}


@pytest.mark.parametrize(
    "said, words",
    [
        ({"answer": "perhaps"}, "is no answer"),
        ({"answer": "seen"}, "on which day"),
        ({"answer": "none", "count": 3}, "belong to spasms"),
        ({"answer": "not_reached", "on": "today"}, "belong to spasms"),
        ({"answer": "seen", "on": "tomorrow"}, "cannot have been told"),
        ({"answer": "seen", "on": "today", "count": 501}, "taken for a mistake"),
        ({"answer": "none", "hours_ago": -2}, "of the future"),
    ],
)
def test_what_makes_no_sense_is_refused(people: dict[str, Any], child: Child, said: dict[str, Any], words: str) -> None:
    days = {"today": today(), "tomorrow": today() + timedelta(days=1)}
    said = {key: days.get(value, value) if isinstance(value, str) else value for key, value in said.items()}
    with pytest.raises(InvalidActError, match=words):
        call(people, child, **said)
    assert not FamilyCall.objects.exists()


def test_by_form_audited_and_not_by_everybody(people: dict[str, Any], child: Child) -> None:
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    sent = {"at": at, "answer": "seen", "on": today().isoformat(), "count": "4", "words": "after the nap"}
    page = signed_in(people["co"]).post(f"/children/{child.pk}/response/call/", sent, follow=True).content.decode()
    assert "recorded, unconfirmed" in page
    assert "after the nap" in page
    row = Entry.objects.get(verb="followup.call", outcome="done")
    assert "nap" not in row.detail
    assert f'"children":[{child.pk}]' in row.detail
    with pytest.raises(NotAllowedError):
        RecordCall(**by(person("tech", "technologist")), child=child, at=timezone.now(), answer="none").execute()


def test_a_closed_chart_is_not_called(people: dict[str, Any], child: Child) -> None:
    Child.objects.filter(pk=child.pk).update(state="deceased", state_on=today())
    assert silence(child) is None
