"""What referral tells the board, the timeline and the overdue list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.program.referral.scene import by, child, person, referral, slot
from tests.program.staff import signed_in

from westward.care.clocks import Milestone
from westward.care.overdue import Act
from westward.care.when import UNKNOWN_DAY, month_of, on_day, week_of
from westward.program.accounts.models import Site
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.diagnosis.actions.decide import Decide
from westward.program.diagnosis.models import EegOrder
from westward.program.journey import projection
from westward.program.people.models import Child
from westward.program.referral import journey, sources
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.appointments import BookSlot
from westward.program.referral.actions.assign import AssignChild
from westward.program.referral.actions.contact import LogContact
from westward.program.referral.actions.facts import RecordFact, WithdrawFact
from westward.program.referral.actions.surveillance import ListAtRisk
from westward.program.referral.late import late
from westward.program.referral.models import Appointment, ChildFact, Ownership, Referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[dict[str, Any]]:
    """What later apps tell, and with it what the board knows."""
    found: dict[str, Any] = {"facts": {}, "acts": {}}
    before = list(sources._FACTS), list(sources._ACTS), list(sources._KNOWN)

    def known(keys: Sequence[int], now: datetime) -> dict[int, sources.Known]:
        mine = projection.known(keys, now)
        return {key: replace(one, facts={**found["facts"].get(key, {}), **one.facts}) for key, one in mine.items()}

    sources._KNOWN[:] = [known]
    sources.add_facts(lambda keys: found["facts"])
    sources.add_acts(lambda keys: found["acts"])
    yield found
    sources._FACTS[:], sources._ACTS[:], sources._KNOWN[:] = before


def test_days_are_recorded_as_spans_with_history() -> None:
    nurse, one = person("nurse", "nurse"), child()
    today = timezone.localdate()
    asked = {**by(nurse), "child": one, "milestone": "onset"}
    RecordFact(**asked, when=month_of(today.year, today.month), source="family").execute()
    RecordFact(**asked, when=week_of(today), source="record", note="diary").execute()
    assert journey.facts([one.pk])[one.pk] == {Milestone.ONSET: week_of(today)}
    assert ChildFact.objects.filter(superseded_at__isnull=False).get().source == "family"
    RecordFact(**asked, when=UNKNOWN_DAY, source="family").execute()
    assert journey.facts([one.pk])[one.pk] == {Milestone.ONSET: UNKNOWN_DAY}
    current = ChildFact.objects.get(superseded_at=None)
    WithdrawFact(**by(nurse), child=one, fact=current).execute()
    assert journey.facts([one.pk])[one.pk] == {}
    assert ChildFact.objects.count() == 3
    current.refresh_from_db()
    with pytest.raises(InvalidActError, match="not in force"):
        WithdrawFact(**by(nurse), child=one, fact=current).execute()
    assert "diary" not in "".join(Entry.objects.values_list("detail", flat=True))


def test_days_that_cannot_be() -> None:
    nurse, one = person("nurse", "nurse"), child()
    tomorrow = timezone.localdate() + timedelta(days=1)
    for wrong, words in (
        ({"milestone": "eeg"}, "not recorded here"),
        ({"source": "stars"}, "no source"),
        ({"when": on_day(tomorrow)}, "future"),
        ({"when": on_day(one.birth_date - timedelta(days=1))}, "before the birth date"),
    ):
        asked = {"child": one, "milestone": "onset", "when": UNKNOWN_DAY, "source": "family", **wrong}
        with pytest.raises(InvalidActError, match=words):
            RecordFact(**by(nurse), **asked).execute()
    with pytest.raises(NotAllowedError):
        RecordFact(
            **by(person("tech", "technologist")), child=one, milestone="onset", when=UNKNOWN_DAY, source="family"
        ).execute()


def test_a_recorded_day_of_referral_stands_before_the_referrals_own() -> None:
    nurse = person("nurse", "nurse")
    chart = Accept(**by(nurse), referral=referral(ago_h=30)).execute()
    day = timezone.localdate() - timedelta(days=9)
    RecordFact(**by(nurse), child=chart, milestone="referral", when=on_day(day), source="record").execute()
    assert journey.facts([chart.pk])[chart.pk][Milestone.REFERRAL] == on_day(day)


def test_the_earliest_of_two_referrals_counts_with_its_own_contact() -> None:
    nurse = person("nurse", "nurse")
    old, new = referral(ago_h=50), referral(ago_h=2)
    chart = Accept(**by(nurse), referral=old).execute()
    LogContact(**by(nurse), referral=new, at=timezone.now() - timedelta(hours=1), reached=True).execute()
    Accept(**by(nurse), referral=new, child=chart).execute()
    facts = journey.facts([chart.pk])[chart.pk]
    assert facts[Milestone.REFERRAL] == on_day(timezone.localtime(old.received_at).date())
    assert Milestone.CONTACT not in facts


def test_red_flags_set_the_conditions_of_the_clocks() -> None:
    nurse = person("nurse", "nurse")
    red = Accept(**by(nurse), referral=referral()).execute()
    calm = Accept(**by(nurse), referral=referral(family_name="Okafor")).execute()
    Referral.objects.filter(child=calm).update(level=2)
    never = child(family_name="Lind")
    keys = [red.pk, calm.pk, never.pk]
    assert journey.conditions(keys) == {red.pk: frozenset({"red_flag"}), calm.pk: frozenset()}


def test_next_acts_call_then_book_then_close(told: dict[str, Any]) -> None:
    nurse = person("nurse", "nurse")
    one = referral(ago_h=2)
    chart = Accept(**by(nurse), referral=one).execute()
    words = [act.words for act in journey.next_acts([chart.pk], now=timezone.now())[chart.pk]]
    assert words == ["Call the family: nobody has been reached", "Book an EEG slot"]
    LogContact(**by(nurse), referral=one, at=timezone.now(), reached=True).execute()
    [act] = journey.next_acts([chart.pk], now=timezone.now())[chart.pk]
    assert (act.words, act.owner, act.owner_key) == ("Book an EEG slot", "Nurse", nurse.pk)
    booked = BookSlot(**by(nurse), child=chart, slot=slot()).execute()
    assert journey.next_acts([chart.pk], now=timezone.now())[chart.pk] == []
    assert "EEG booked" in journey.lines([chart.pk])[chart.pk]
    then = booked.ends + timedelta(hours=1)
    [act] = journey.next_acts([chart.pk], now=then)[chart.pk][:1]
    assert act.words == "Say whether the child came: Video-EEG"
    told["facts"] = {chart.pk: {Milestone.EEG: on_day(timezone.localdate())}}
    Appointment.objects.update(state="kept")
    assert journey.next_acts([chart.pk], now=then)[chart.pk] == []
    Child.objects.filter(pk=chart.pk).update(state="deceased")
    Appointment.objects.update(state="booked")
    assert journey.next_acts([chart.pk], now=then)[chart.pk] == []


def test_marks_open_their_source() -> None:
    nurse = person("nurse", "nurse")
    one = referral(ago_h=20, onset=week_of(timezone.localdate() - timedelta(days=14)), onset_precision="week")
    chart = Accept(**by(nurse), referral=one).execute()
    LogContact(**by(nurse), referral=one, at=timezone.now(), reached=True).execute()
    marks = journey.marks(chart, viewer=nurse)
    assert [mark.words for mark in marks] == [
        "First spasm (family)",
        "Referred, triage same day",
        "First contact, late",
    ]
    assert marks[0].approximate
    assert marks[1].address == f"/referrals/{one.pk}/"


def test_reads_cost_few_queries_for_many_children() -> None:
    nurse = person("nurse", "nurse")
    charts = [Accept(**by(nurse), referral=referral(family_name=chr(97 + n) * 6)).execute() for n in range(12)]
    keys = [chart.pk for chart in charts]
    for read, most in (
        (lambda: journey.facts(keys), 2),
        (lambda: journey.conditions(keys), 1),
        (lambda: journey.lines(keys), 4),
    ):
        with CaptureQueriesContext(connection) as few:
            read()
        assert len(few) <= most, [q["sql"] for q in few]
    with CaptureQueriesContext(connection) as of_one:
        journey.next_acts(keys[:1], now=timezone.now())
    with CaptureQueriesContext(connection) as of_all:
        journey.next_acts(keys, now=timezone.now())
    assert len(of_all) == len(of_one)
    with CaptureQueriesContext(connection) as of_all:
        late(nurse, now=timezone.now())
    assert len(of_all) <= 25


def test_the_overdue_list_names_owner_and_days_and_silenced_children_never_appear(told: dict[str, Any]) -> None:
    nurse, doctor = person("nurse", "nurse"), person("doc", "physician")
    now, today = timezone.now(), timezone.localdate()
    uncalled = referral(ago_h=11, family_name="Uncalled")
    chart = child(family_name="Okafor")
    AssignChild(**by(nurse), child=chart, to=doctor).execute()
    fact = {"child": chart, "milestone": "suspicion", "when": on_day(today - timedelta(days=6)), "source": "family"}
    RecordFact(**by(nurse), **fact).execute()
    ListAtRisk(**by(nurse), child=chart, risks=["tuberous_sclerosis"], listed_on=today - timedelta(days=30)).execute()
    Appointment.objects.create(child=chart, kind="visit", starts=now - timedelta(days=2), booked_by=nurse)
    told["acts"] = {chart.pk: [Act(child=str(chart.pk), what="read EEG", due=today - timedelta(days=1), owner="")]}
    rows = late(nurse, now=now)
    assert [(row.what, row.days, row.owner) for row in rows] == [
        (f"call about referral {uncalled.number} (same day)", rows[0].days, ""),
        ("surveillance EEG", 30, "Doc"),
        ("suspicion to EEG", 4, "Doc"),
        ("say whether the child came: Clinic visit", 2, "Doc"),
        ("read EEG", 1, ""),
    ]
    assert {row.name for row in late(doctor, now=now, mine=True)} == {"Luz Okafor"}
    Child.objects.filter(pk=chart.pk).update(state="transferred", state_on=today)
    assert [row.name for row in late(nurse, now=now)] == ["Luz Uncalled"]
    told["facts"] = {}


def test_an_eeg_told_by_a_later_app_stops_the_clock(told: dict[str, Any]) -> None:
    nurse, chart = person("nurse", "nurse"), child()
    day = timezone.localdate() - timedelta(days=6)
    RecordFact(**by(nurse), child=chart, milestone="suspicion", when=on_day(day), source="family").execute()
    assert [row.what for row in late(nurse, now=timezone.now())] == ["suspicion to EEG"]
    told["facts"] = {chart.pk: {Milestone.EEG: on_day(day + timedelta(days=1))}}
    assert "suspicion to EEG" not in [row.what for row in late(nurse, now=timezone.now())]


def test_the_overdue_list_is_narrowed_to_ones_sites() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    nurse = person("nurse", "nurse", site=here)
    day = timezone.localdate() - timedelta(days=6)
    for site in (here, there):
        one = child(site, family_name=site.name)
        ChildFact.objects.create(
            child=one,
            milestone="suspicion",
            earliest=day,
            latest=day,
            source="family",
            recorded_by=nurse,
            recorded_at=timezone.now(),
        )
    assert {row.name for row in late(nurse, now=timezone.now())} == {"Luz here"}
    pharmacist = person("pharm", "pharmacist")
    referral(ago_h=20)
    assert not any("call" in row.what for row in late(pharmacist, now=timezone.now()))


def test_a_child_has_one_owner_at_a_time() -> None:
    nurse, doctor, one = person("nurse", "nurse"), person("doc", "physician"), child()
    AssignChild(**by(nurse), child=one, to=doctor).execute()
    AssignChild(**by(nurse), child=one, to=doctor).execute()
    AssignChild(**by(nurse), child=one, to=nurse).execute()
    assert journey.owners([one.pk]) == {one.pk: nurse}
    assert Ownership.objects.count() == 2
    with pytest.raises(InvalidActError, match="may not open this chart"):
        AssignChild(**by(nurse), child=one, to=person("re", "researcher")).execute()


def test_the_overdue_list_holds_acts_of_every_app_and_leads_to_where_they_are_done() -> None:
    doctor, one = person("doc", "physician"), child(family_name="Okafor")
    EegOrder.objects.create(
        child=one, urgency="today", length="overnight", reason="?", ordered_at=timezone.now(), ordered_by=doctor
    )
    day = timezone.localdate() - timedelta(days=6)
    for milestone in ("onset", "suspicion"):
        fact = {"child": one, "milestone": milestone, "when": on_day(day), "source": "family"}
        RecordFact(**by(doctor), **fact).execute()
    [row] = late(doctor, now=timezone.now())
    assert (row.what, row.then, row.address) == ("suspicion to EEG", "Record EEG", "/eeg/room/")
    page = signed_in(doctor).get("/overdue/").content.decode()
    assert f'<a href="{row.address}">Suspicion to EEG</a>' in page
    assert "next: Record EEG" in page


def test_a_clock_overtaken_by_a_later_step_is_not_overdue(told: dict[str, Any]) -> None:
    nurse, one = person("nurse", "nurse"), child()
    day = timezone.localdate() - timedelta(days=40)
    RecordFact(**by(nurse), child=one, milestone="onset", when=on_day(day), source="family").execute()
    assert "onset to effective provider" in [row.what for row in late(nurse, now=timezone.now())]
    told["facts"] = {one.pk: {Milestone.EEG: on_day(day + timedelta(days=1)), Milestone.TREATMENT: on_day(day)}}
    assert late(nurse, now=timezone.now()) == []


def test_no_clock_of_a_child_without_spasms_is_overdue(told: dict[str, Any]) -> None:
    doctor, one = person("doc", "physician"), child()
    day = timezone.localdate() - timedelta(days=6)
    RecordFact(**by(doctor), child=one, milestone="suspicion", when=on_day(day), source="family").execute()
    assert late(doctor, now=timezone.now()) != []
    Decide(**by(doctor), child=one, outcome="not", on=timezone.localdate(), words="Sleep myoclonus.").execute()
    assert late(doctor, now=timezone.now()) == []
