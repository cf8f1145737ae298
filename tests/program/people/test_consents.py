"""Consents by purpose: the latest day is in force, nothing is lost, only what was given is withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.program.people.charts import chart_of
from tests.program.staff import by, person, signed_in

from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.people import consents
from westward.program.people.actions.caregivers import AddCaregiver
from westward.program.people.actions.record_consent import RecordConsent
from westward.program.people.choices import ConsentAnswer, ConsentPurpose
from westward.program.people.models import Child, Consent

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


def nurse() -> User:
    return User.objects.filter(username="kim").first() or person("kim", "nurse")


def answer(child: Child, purpose: str, said: str, on: date = DAY, **rest: Any) -> Consent:
    return RecordConsent(**by(nurse()), child=child, purpose=purpose, answer=said, on=on, **rest).execute()


def test_nobody_asked_allows_nothing() -> None:
    child = chart_of("Rivera")
    assert consents.in_force(child) == dict.fromkeys(ConsentPurpose, None)
    assert not consents.allows(child, ConsentPurpose.RESEARCH)


def test_the_latest_answer_is_in_force_and_the_history_stays() -> None:
    child = chart_of("Rivera")
    answer(child, "research", "given")
    assert consents.allows(child, ConsentPurpose.RESEARCH)
    assert not consents.allows(child, ConsentPurpose.VIDEO)
    answer(child, "research", "withdrawn", DAY + timedelta(days=2), note="by phone")
    assert not consents.allows(child, ConsentPurpose.RESEARCH)
    told = {one.purpose: one for one in consents.answers(child)}[ConsentPurpose.RESEARCH]
    assert [one.answer for one in told.all] == ["withdrawn", "given"]
    assert "left out of every research list" in told.meaning
    assert "phone" not in Entry.objects.filter(verb="people.consent").latest("seq").detail
    page = signed_in(nurse()).get(reverse("child-person", args=[child.pk])).content.decode()
    assert "left out of every research list" in page


class LatestWins(TestCase):
    @settings(max_examples=25)
    @given(
        st.lists(st.tuples(st.sampled_from(["given", "declined"]), st.integers(0, 20)), min_size=1, max_size=6),
    )
    def test_whatever_the_order_of_typing(self, said: list[tuple[str, int]]) -> None:
        child = chart_of("Rivera")
        for one, n in said:
            answer(child, "sharing", one, DAY + timedelta(days=n))
        latest = max(range(len(said)), key=lambda k: (said[k][1], k))
        now = consents.in_force(child)[ConsentPurpose.SHARING]
        assert now is not None
        assert (now.answer, now.on) == (said[latest][0], DAY + timedelta(days=said[latest][1]))
        assert child.consents.count() == len(said)


@pytest.mark.parametrize(
    "asked, words",
    [
        ({"purpose": "sale"}, "no purpose"),
        ({"said": "maybe"}, "no answer"),
        ({"said": "withdrawn"}, "no consent in force"),
        ({"on": timezone.localdate() + timedelta(days=1)}, "future"),
        ({"on": date(2020, 1, 1)}, "before the birth date"),
    ],
)
def test_an_answer_that_cannot_be(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidActError, match=words):
        answer(chart_of("Rivera"), **{"purpose": "care", "said": "given", **asked})
    assert not Consent.objects.exists()


def test_a_withdrawal_follows_what_it_withdraws() -> None:
    child = chart_of("Rivera")
    answer(child, "video", "given", DAY)
    with pytest.raises(InvalidActError, match="was given on"):
        answer(child, "video", "withdrawn", DAY - timedelta(days=1))
    answer(child, "video", "declined", DAY + timedelta(days=1))
    with pytest.raises(InvalidActError, match="no consent in force"):
        answer(child, "video", "withdrawn", DAY + timedelta(days=2))


def test_only_who_decides_for_this_child_answers() -> None:
    child, other = chart_of("Rivera"), chart_of("Other")
    aunt = AddCaregiver(**by(nurse()), child=child, name="Aunt", relation="other", decides=False).execute()
    stranger = AddCaregiver(**by(nurse()), child=other, name="Stranger", relation="mother").execute()
    for who, words in ((aunt, "does not decide"), (stranger, "another child")):
        with pytest.raises(InvalidActError, match=words):
            answer(child, "care", "given", given_by=who)


@pytest.mark.parametrize("role, may", [("genetic_counselor", True), ("technologist", False), ("researcher", False)])
def test_who_records(role: str, may: bool) -> None:
    child, who = chart_of("Rivera"), person("x", role)
    act = RecordConsent(**by(who), child=child, purpose=ConsentPurpose.CARE, answer=ConsentAnswer.GIVEN, on=DAY)
    if may:
        assert act.execute().recorded_by == who
        return
    with pytest.raises(NotAllowedError):
        act.execute()
