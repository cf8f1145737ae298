"""Answers change the level: up by themselves, down with a person's reason; the clock is that of the receipt."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.program.referral.scene import ALL_NO, by, person, referral

from westward.care.triage import Level
from westward.care.when import on_day
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.referral.actions.answer import AnswerQuestions
from westward.program.referral.models import Referral

pytestmark = pytest.mark.django_db

CALM = {**ALL_NO, "events": "yes"}
OLD = on_day(timezone.localdate())


def calm(**more: object) -> Referral:
    """Suspected events in a child beyond the age of onset, nothing else: next days."""
    birth = timezone.localdate() - timedelta(days=1200)
    return referral(answers=CALM, birth_date=birth, onset=OLD, onset_precision="day", **more)


def test_the_level_rises_by_itself_and_the_times_count_from_the_receipt() -> None:
    one = calm(ago_h=2)
    assert one.urgency is Level.NEXT_DAYS
    run = AnswerQuestions(**by(person("nurse", "nurse")), referral=one, answers={"clusters": "yes"}).execute()
    one.refresh_from_db()
    assert (run.urgency, one.urgency) == (Level.SAME_DAY, Level.SAME_DAY)
    assert one.contact_by == one.received_at + timedelta(hours=8)
    assert one.triages.count() == 2
    detail = json.loads(Entry.objects.get(verb="referral.answer").detail)
    assert (detail["from"], detail["level"]) == ("next_days", "same_day")


def test_the_level_falls_only_with_a_reason() -> None:
    one, nurse = referral(), person("nurse", "nurse")
    lower = {**by(nurse), "referral": one, "answers": ALL_NO}
    with pytest.raises(InvalidActError, match="lower the level from same day to"):
        AnswerQuestions(**lower).execute()
    with pytest.raises(InvalidActError, match="say why"):
        AnswerQuestions(**lower, reason="  ").execute()
    one.refresh_from_db()
    assert (one.urgency, one.triages.count()) == (Level.SAME_DAY, 1)
    run = AnswerQuestions(**lower, reason="The video shows reflux; seen with Dr. Chu").execute()
    one.refresh_from_db()
    assert one.urgency < Level.SAME_DAY
    assert run.reason.startswith("The video")
    assert "reflux" not in Entry.objects.get(verb="referral.answer").detail


def test_what_is_not_given_stays_as_it_was() -> None:
    one = referral()
    run = AnswerQuestions(**by(person("nurse", "nurse")), referral=one, answers={"cry": "yes"}).execute()
    assert (run.answers["clusters"], run.answers["cry"], run.answers["video"]) == ("yes", "yes", "unknown")


def test_a_birth_date_and_an_onset_that_became_known() -> None:
    one = referral(birth_date=None, age_d=180)
    birth = timezone.localdate() - timedelta(days=200)
    day = on_day(birth + timedelta(days=150))
    act = {"referral": one, "birth_date": birth, "onset": day, "onset_precision": "day"}
    run = AnswerQuestions(**by(person("nurse", "nurse")), **act).execute()
    one.refresh_from_db()
    assert (one.birth_date, one.onset, one.onset_precision) == (birth, day, "day")
    assert not next(f for f in run.fired if f["rule"] == "same_day.onset_in_range")["assumed"]


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"answers": {"clutter": "yes"}}, "no question"),
        ({"answers": {"cry": "perhaps"}}, "yes, no or unknown"),
        ({"birth_date": timezone.localdate() + timedelta(days=3)}, "birth date lies after"),
        ({"onset": on_day(timezone.localdate() + timedelta(days=3))}, "first event lies after"),
    ],
)
def test_what_cannot_be(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidActError, match=words):
        AnswerQuestions(**by(person("nurse", "nurse")), referral=referral(), **wrong).execute()


def test_a_decided_referral_is_reopened_first_and_others_may_not() -> None:
    one = referral()
    with pytest.raises(NotAllowedError):
        AnswerQuestions(**by(person("tech", "technologist")), referral=one, answers={"cry": "yes"}).execute()
    row = Entry.objects.get(verb="referral.answer")
    assert (row.outcome, row.target) == ("refused", one.audit_id)
    Referral.objects.filter(pk=one.pk).update(state="declined")
    with pytest.raises(InvalidActError, match="reopen"):
        AnswerQuestions(**by(person("nurse", "nurse")), referral=one, answers={"cry": "yes"}).execute()
