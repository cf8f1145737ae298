"""Diary, red flags, silence, response, development: what is stored, what is never concluded."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.program.staff import by, person, signed_in
from tests.program.test_permissions import HELD, SUBJECTS, somebody
from tests.program.treatment import scene

from westward.care.answer import Answer
from westward.program.accounts import policies
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.audit.queries import walk
from westward.program.followup import journey, queries
from westward.program.followup.actions.answer import AnswerFlag, ChangeFollowing
from westward.program.followup.actions.record import RecordAdverse, RecordAssessment, RecordOutcome
from westward.program.followup.actions.sync_diary import SyncDiary
from westward.program.followup.models import DiaryEntry
from westward.program.followup.words import words
from westward.program.people.models import Caregiver, Child
from westward.program.treatment.actions.give import RecordFirstDose

pytestmark = pytest.mark.django_db


def today() -> Any:
    return timezone.localdate()


def mother(child: Child) -> User:
    user = person(f"mother{child.pk}", kind="caregiver")
    Caregiver.objects.create(child=child, user=user, name="Rosa", relation="mother")
    return user


def entry(kind: str = "cluster", **fields: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": str(uuid.uuid4()), "kind": kind, "on": today().isoformat(), "written_at": timezone.now().isoformat(),
    }  # fmt: skip
    if kind in ("cluster", "single"):
        base["count"] = 12
    return base | fields


def sync(user: User, child: Child, *entries: dict[str, Any]) -> list[str]:
    return [one.outcome for one in SyncDiary(**by(user), child=child, entries=list(entries)).execute()]


def test_sending_twice_stores_once() -> None:
    child = scene.child()
    user, one = mother(child), entry()
    assert sync(user, child, one) == ["stored"]
    assert sync(user, child, one, entry("free_day")) == ["known", "stored"]
    assert DiaryEntry.objects.count() == 2


@pytest.mark.parametrize(
    ("state", "says"), [("deceased", "sorry for your loss"), ("transferred", "Another program cares for your child")]
)
def test_the_diary_of_a_child_who_died_or_was_transferred_asks_for_nothing(state: str, says: str) -> None:
    """Its address is kept on phones, so it is opened without the link that is gone from the family's page."""
    child = scene.child()
    user = mother(child)
    sync(user, child, entry("single", count=3))
    page = signed_in(user).get(f"/diary/{child.pk}/").content.decode()
    assert words("en")["good_news"] in page
    assert says not in page
    Child.objects.filter(pk=child.pk).update(state=state, state_on=today())
    page = signed_in(user).get(f"/diary/{child.pk}/").content.decode()
    assert says in page
    for asked in ("good_news", "free", "flags", "nobody", "add", "script_off"):
        assert words("en")[asked] not in page, asked
    assert "3 spasms" in page
    assert 'id="forget"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"kind": "seizure"},
        {"on": "soon"},
        {"on": "2026-13-40"},
        {"on": (timezone.localdate() - timedelta(days=63)).isoformat()},
        {"on": (timezone.localdate() + timedelta(days=2)).isoformat()},
        {"count": 0},
        {"count": 501},
        {"count": "many"},
        {"count": None},
        {"count": True},
        {"waking": "maybe"},
        {"red_flag": "fever"},
        {"written_at": None},
    ],
)
def test_a_broken_entry_is_refused_alone(wrong: dict[str, Any]) -> None:
    child = scene.child()
    assert sync(mother(child), child, entry(**wrong), entry()) == ["refused", "stored"]


def test_the_id_of_another_child_is_not_taken_over() -> None:
    child, other = scene.child(), scene.child(pseudonym="W-TEST-0002")
    one = entry()
    sync(mother(child), child, one)
    assert sync(mother(other), other, one) == ["refused"]


def test_a_caregiver_writes_about_the_own_child_alone() -> None:
    child, other = scene.child(), scene.child(pseudonym="W-TEST-0002")
    user = mother(child)
    with pytest.raises(NotAllowedError):
        sync(user, other, entry())
    with pytest.raises(NotAllowedError):
        sync(person("nurse", "nurse"), child, entry())


def test_a_day_is_free_only_if_it_was_called_so_and_nothing_else_was_told() -> None:
    child = scene.child()
    days = [today() - timedelta(days=n) for n in (1, 2)]
    user, (yesterday, before) = mother(child), [day.isoformat() for day in days]
    told = (entry("free_day", on=yesterday), entry("free_day", on=before), entry(count=3, on=before))
    sync(user, child, *told)
    assert queries.witnessed(child) == {days[0]: 0, days[1]: 3}


def running(child: Child, days_ago: int = 20) -> dict[str, User]:
    people = scene.team()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    run = scene.started(people, child, start=today() - timedelta(days=days_ago))
    scene.in_force(people, run)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now() - timedelta(days=days_ago)).execute()
    return people


def test_a_diary_alone_never_declares_remission() -> None:
    child = scene.child()
    running(child, 60)
    user = mother(child)
    days = [(today() - timedelta(days=n)).isoformat() for n in range(60)]
    sync(user, child, *(entry("free_day", on=day) for day in days))
    (one,) = queries.judged(child, on=today())
    for response in one.responses:
        if response.met is Answer.YES:
            assert response.by_witness_alone, response.code
    page = signed_in(scene_doc()).get(f"/children/{child.pk}/response/").content.decode()
    assert "met by witness" in page
    assert "✓ met" not in page
    assert "in remission" not in page


def scene_doc() -> User:
    return User.objects.get(username="doc")


def test_silence_is_a_call_not_a_free_day() -> None:
    child = scene.child()
    running(child, 3)
    mother(child)
    now = timezone.now()
    assert child.pk in queries.silent([child.pk], now=now)
    assert queries.witnessed(child) == {}
    acts = journey.next_acts([child.pk], now=now)[child.pk]
    assert [act.words for act in acts] == ["Call the family: diary silent"]
    Child.objects.filter(pk=child.pk).update(state="transferred", state_on=today())
    assert queries.silent([child.pk], now=now) == {}


def test_a_red_flag_is_the_first_act_until_a_person_answers() -> None:
    child = scene.child()
    user, nurse = mother(child), person("nurse", "nurse")
    sync(user, child, entry("red_flag", red_flag="fever"))
    acts = journey.next_acts([child.pk], now=timezone.now())[child.pk]
    assert acts[0].words == "Call now: fever"
    assert acts[0].due is not None
    flag = DiaryEntry.objects.get()
    with pytest.raises(InvalidActError, match="what was done"):
        AnswerFlag(**by(nurse), child=child, entry=flag, words=" ").execute()
    AnswerFlag(**by(nurse), child=child, entry=flag, words="sent to the emergency department").execute()
    assert journey.next_acts([child.pk], now=timezone.now()) == {}


def test_the_page_shows_the_number_before_anything_is_sent_and_says_nobody_reads() -> None:
    child = scene.child()
    page = signed_in(mother(child)).get(f"/diary/{child.pk}/").content.decode()
    assert page.index("Call at once") < page.index('<form id="entry"')
    assert "Nobody reads this continuously." in page
    assert "Good news. The EEG is still needed" in page
    assert "remission" not in page
    assert "done" not in page.split("good-news")[1].split("</p>")[0]


def test_the_phone_sends_json_and_hears_what_became_of_it() -> None:
    child = scene.child()
    user = mother(child)
    address = f"/diary/{child.pk}/sync/"
    client = signed_in(user)
    one = entry()
    answer = client.post(address, json.dumps({"entries": [one, {"id": "x"}]}), content_type="application/json")
    assert [taken["outcome"] for taken in answer.json()["taken"]] == ["stored", "refused"]
    assert client.post(address, "[", content_type="application/json").status_code == 400
    assert Client().post(address, "{}", content_type="application/json").status_code == 401
    other = scene.child(pseudonym="W-TEST-0002")
    body = json.dumps({"entries": [entry()]})
    assert client.post(f"/diary/{other.pk}/sync/", body, content_type="application/json").status_code == 403
    assert client.get(f"/diary/{other.pk}/").status_code == 403


def test_without_script_an_entry_is_sent_by_the_form() -> None:
    child = scene.child()
    client = signed_in(mother(child))
    asked = {"kind": "cluster", "on": today().isoformat(), "count": "7", "time": "07:10", "waking": "after_waking"}
    assert client.post(f"/diary/{child.pk}/entry/", asked)["Location"] == f"/diary/{child.pk}/"
    stored = DiaryEntry.objects.get()
    assert (stored.count, stored.waking) == (7, "after_waking")
    client.post(f"/diary/{child.pk}/entry/", {**asked, "count": "many"})
    assert DiaryEntry.objects.count() == 1


def test_assessments_carry_version_age_and_scores() -> None:
    child = scene.child(gestation_d=224)
    doc = person("doc", "physician")
    asked = {"child": child, "instrument": "bayley_4", "version": "4th edition, US", "on": today()}
    made = RecordAssessment(**by(doc), **asked, scores=[("Motor", "85"), ("Language", "79.5")]).execute()
    assert made.corrected
    assert made.age_used_d == 213 - (280 - 224)
    assert made.scores[1] == {"domain": "Language", "score": "79.5"}
    for wrong, said in (([], "needs a score"), ([("Motor", "good")], "no number"), ([("a", "1"), ("a", "2")], "own")):
        with pytest.raises(InvalidActError, match=said):
            RecordAssessment(**by(doc), **asked, scores=wrong).execute()
    with pytest.raises(InvalidActError, match="edition"):
        RecordAssessment(**by(doc), **{**asked, "version": " "}, scores=[("Motor", "85")]).execute()


def test_outcomes_and_adverse_events() -> None:
    child = scene.child()
    doc = person("doc", "physician")
    asked = {"child": child, "months": 3, "on": today(), "spasms": "no", "other_seizures": "unknown",
             "hypsarrhythmia": "no"}  # fmt: skip
    RecordOutcome(**by(doc), **asked).execute()
    with pytest.raises(InvalidActError, match="already"):
        RecordOutcome(**by(doc), **asked).execute()
    with pytest.raises(InvalidActError, match="3, 6, 12, 24"):
        RecordOutcome(**by(doc), **{**asked, "months": 4}).execute()
    with pytest.raises(InvalidActError, match="what was done"):
        RecordAdverse(**by(doc), child=child, what="rash", severity="mild", began_on=today(), act="").execute()
    RecordAdverse(**by(doc), child=child, what="rash", severity="mild", began_on=today(), act="watched").execute()
    tracks = {str(mark.track) for mark in journey.marks(child, viewer=doc)}
    assert tracks == {"development", "events"}


def test_lost_to_follow_up_is_a_state_with_a_work_list() -> None:
    child = scene.child()
    nurse = person("nurse", "nurse")
    asked = {"child": child, "on": today(), "why": "three calls, a letter"}
    ChangeFollowing(**by(nurse), **asked, state="lost").execute()
    with pytest.raises(InvalidActError, match="already"):
        ChangeFollowing(**by(nurse), **asked, state="lost").execute()
    assert list(queries.lost(nurse)) == [child]
    assert child.name in signed_in(nurse).get("/follow-up/").content.decode()
    ChangeFollowing(**by(nurse), **asked, state="reached").execute()
    assert not queries.lost(nurse)
    assert walk().whole


def test_pages_leave_rows_without_names() -> None:
    child = scene.child()
    doc = person("doc", "physician")
    assert signed_in(doc).get(f"/children/{child.pk}/response/").status_code == 200
    assert Entry.objects.filter(verb="followup.read", target=child.audit_id, outcome="done").count() == 1
    assert not Entry.objects.filter(detail__contains="Rivera").exists()


def test_the_diary_speaks_both_languages_whole() -> None:
    english, spanish = words("en"), words("es")
    assert set(english) == set(spanish)
    assert all(spanish.values())
    assert spanish["unreviewed"]


ORACLE = {
    "followup.read": {"coordinator", "physician", "technologist", "nurse", "genetic_counselor", "pharmacist"},
    "followup.worklist": {"coordinator", "physician", "technologist", "nurse", "genetic_counselor", "pharmacist"},
    "followup.answer": {"physician", "nurse", "coordinator"},
    "followup.call": {"physician", "nurse", "coordinator"},
    "followup.adverse": {"physician", "nurse", "pharmacist"},
    "followup.assess": {"physician", "nurse"},
    "followup.outcome": {"physician", "nurse"},
    "followup.following": {"physician", "nurse", "coordinator"},
}


def test_the_tables_name_the_same_verbs() -> None:
    ours = {verb for verb in policies.TABLE if verb.startswith("followup.")}
    assert ours == {*ORACLE, "followup.diary_own"}


@given(st.lists(HELD, max_size=4), st.sampled_from(sorted(ORACLE)), SUBJECTS)
def test_the_policies_say_what_the_table_says(held: Any, verb: str, subject: policies.Subject) -> None:
    names_nothing = not subject.id and subject.site is None
    expected = any(
        role in ORACLE[verb] and purpose == "care" and (site is None or site == subject.site or names_nothing)
        for role, site, purpose in held
    )
    assert policies.allows(somebody(held), verb, subject) == expected


@pytest.mark.parametrize(
    "days, hour, counts",
    [(0, 8, False), (0, 17, False), (0, 18, True), (0, 23, True), (1, 0, True), (-1, 23, False), (-1, 0, False)],
)
def test_a_day_that_was_not_over_is_not_free(days: int, hour: int, counts: bool) -> None:
    """``days`` after the day it is about, negative for a day told of before it came."""
    child = scene.child()
    user, on = mother(child), today() - timedelta(days=3)
    written = timezone.make_aware(datetime.combine(on + timedelta(days=days), time(hour)))
    assert sync(user, child, entry("free_day", on=on.isoformat(), written_at=written.isoformat())) == ["stored"]
    assert queries.witnessed(child) == ({on: 0} if counts else {})


def test_spasms_count_whenever_they_are_told() -> None:
    child = scene.child()
    user, on = mother(child), today() - timedelta(days=3)
    written = timezone.make_aware(datetime.combine(on, time(8)))
    sync(user, child, entry(count=4, on=on.isoformat(), written_at=written.isoformat()))
    assert queries.witnessed(child) == {on: 4}


def test_days_are_gathered_and_days_not_told_stand_between_them() -> None:
    first = date(2026, 11, 1)
    told = {first + timedelta(days=n): count for n, count in {0: 5, 1: 0, 2: 0, 5: 0, 6: 3}.items()}
    found = [((one.first - first).days, (one.last - first).days, one.count) for one in queries.stretches(told)]
    assert found == [(6, 6, 3), (5, 5, 0), (3, 4, None), (1, 2, 0), (0, 0, 5)]
    assert [one.days for one in queries.stretches(told)] == [1, 1, 2, 2, 1]
    assert len(queries.stretches(told, most=2)) == 2
    assert queries.stretches({}) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["no spasms seen", "12 spasms", "1 spasm", "Fever"]),
        ("es", ["no vi espasmos", "12 espasmos", "1 espasmo", "Fiebre"]),
    ],
)
def test_the_diary_tells_back_in_the_words_of_the_family(language: str, said: list[str]) -> None:
    child = scene.child()
    user = mother(child)
    Caregiver.objects.filter(user=user).update(language=language)
    sync(user, child, entry("free_day"), entry(), entry(count=1), entry("red_flag", red_flag="fever"))
    page = signed_in(user).get(f"/diary/{child.pk}/").content.decode()
    section = page.partition('id="told"')[2]
    assert all(f"· {one}<" in section for one in said), section
    assert today().isoformat() not in section
