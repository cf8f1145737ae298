"""The surveillance list: due EEGs by the published schedule or by hand, with its status shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.referral.scene import by, child, person, slot

from westward.care.clocks import Milestone
from westward.care.surveillance import Standing
from westward.care.when import on_day
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.people.models import Child
from westward.program.referral import sources, watching
from westward.program.referral.actions.surveillance import CloseWatch, ListAtRisk, RecordEeg, SetDue, WithdrawEeg
from westward.program.referral.models import Appointment, AtRisk

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def ago(days: int) -> date:
    return TODAY() - timedelta(days=days)


def row(one: Child) -> watching.Watched:
    [found] = watching.watched(watching.listed(children=[one.pk]), on=TODAY())
    return found


@pytest.fixture
def told() -> Iterator[dict[int, dict[Milestone, Any]]]:
    """What a later app tells of children."""
    days: dict[int, dict[Milestone, Any]] = {}
    before = list(sources._FACTS), list(sources._EEGS)
    sources.add_facts(lambda keys: {key: days[key] for key in keys if key in days})
    sources.add_eegs(
        lambda keys: [(k, days[k][Milestone.EEG].latest) for k in keys if Milestone.EEG in days.get(k, {})]
    )
    yield days
    sources._FACTS[:], sources._EEGS[:] = before


def test_the_first_eeg_is_due_on_listing_and_the_next_by_the_schedule_with_its_status() -> None:
    nurse, one = person("nurse", "nurse"), child()
    ListAtRisk(**by(nurse), child=one, risks=["tuberous_sclerosis"], listed_on=ago(60)).execute()
    assert (row(one).standing, row(one).due, row(one).days_over) == (Standing.OVERDUE, ago(60), 60)
    RecordEeg(**by(nurse), child=one, on=ago(50)).execute()
    found = row(one)
    assert (found.standing, found.due, found.last) == (Standing.OVERDUE, ago(8), ago(50))
    assert found.next.facts[0].status == "recalled"
    RecordEeg(**by(nurse), child=one, on=TODAY()).execute()
    assert (row(one).standing, row(one).due) == (Standing.SCHEDULED, TODAY() + timedelta(days=42))


def test_without_a_published_schedule_a_person_sets_the_day_and_an_eeg_uses_it_up() -> None:
    nurse, one = person("nurse", "nurse"), child()
    ListAtRisk(**by(nurse), child=one, risks=["hie"], listed_on=ago(10)).execute()
    assert (row(one).standing, row(one).due) == (Standing.NO_SCHEDULE, None)
    day = TODAY() + timedelta(days=5)
    SetDue(**by(nurse), child=one, due=day).execute()
    found = row(one)
    assert (found.standing, found.due, found.by_hand) == (Standing.SCHEDULED, day, True)
    AtRisk.objects.update(own_due=ago(3))
    assert (row(one).standing, row(one).days_over) == (Standing.OVERDUE, 3)
    RecordEeg(**by(nurse), child=one, on=ago(1)).execute()
    assert (row(one).standing, row(one).by_hand) == (Standing.NO_SCHEDULE, False)
    SetDue(**by(nurse), child=one, due=day).execute()
    SetDue(**by(nurse), child=one, due=None).execute()
    assert AtRisk.objects.get().own_due_by is None
    with pytest.raises(InvalidActError, match="past"):
        SetDue(**by(nurse), child=one, due=ago(1)).execute()


def test_kept_appointments_and_studies_of_later_apps_count_as_eegs(told: dict[int, Any]) -> None:
    nurse, one = person("nurse", "nurse"), child()
    ListAtRisk(**by(nurse), child=one, risks=["tuberous_sclerosis"], listed_on=ago(90)).execute()
    at = timezone.now() - timedelta(days=20)
    booked = Appointment.objects.create(child=one, kind="eeg", starts=at, booked_by=nurse)
    assert row(one).last is None
    Appointment.objects.filter(pk=booked.pk).update(state="kept")
    assert row(one).last == ago(20)
    told[one.pk] = {Milestone.EEG: on_day(ago(5))}
    assert row(one).last == ago(5)


def test_a_diagnosis_ends_the_schedule_and_silence_hides(told: dict[int, Any]) -> None:
    nurse, one = person("nurse", "nurse"), child()
    ListAtRisk(**by(nurse), child=one, risks=["tuberous_sclerosis"]).execute()
    SetDue(**by(nurse), child=one, due=TODAY()).execute()
    told[one.pk] = {Milestone.DIAGNOSIS: on_day(TODAY())}
    assert (row(one).standing, row(one).due) == (Standing.DIAGNOSED, None)
    told.clear()
    Child.objects.filter(pk=one.pk).update(state="deceased", state_on=TODAY())
    assert (row(one).standing, row(one).due) == (Standing.SILENCED, None)


def test_a_child_stands_on_the_list_once_and_its_risks_change() -> None:
    nurse, one = person("nurse", "nurse"), child()
    first = ListAtRisk(**by(nurse), child=one, risks=["hie"], note="cooled").execute()
    again = ListAtRisk(**by(nurse), child=one, risks=["tuberous_sclerosis", "hie"]).execute()
    assert (first.pk, again.risks, again.note) == (again.pk, ["tuberous_sclerosis", "hie"], "cooled")
    CloseWatch(**by(nurse), child=one, why="elsewhere", words="moved to Chicago").execute()
    assert watching.watched(watching.listed(children=[one.pk]), on=TODAY()) == []
    with pytest.raises(InvalidActError, match="not on the surveillance list"):
        RecordEeg(**by(nurse), child=one, on=TODAY()).execute()
    assert ListAtRisk(**by(nurse), child=one, risks=["hie"]).execute().pk != first.pk
    assert AtRisk.objects.count() == 2


def test_what_cannot_be() -> None:
    nurse, one = person("nurse", "nurse"), child()
    for wrong, words in (
        ({"risks": []}, "at least one risk"),
        ({"risks": ["luck"]}, "no risk 'luck'"),
        ({"risks": ["hie"], "listed_on": TODAY() + timedelta(days=1)}, "between birth and today"),
    ):
        with pytest.raises(InvalidActError, match=words):
            ListAtRisk(**by(nurse), child=one, **wrong).execute()
    ListAtRisk(**by(nurse), child=one, risks=["hie"]).execute()
    RecordEeg(**by(nurse), child=one, on=TODAY()).execute()
    with pytest.raises(InvalidActError, match="recorded already"):
        RecordEeg(**by(nurse), child=one, on=TODAY()).execute()
    with pytest.raises(InvalidActError, match="between birth and today"):
        RecordEeg(**by(nurse), child=one, on=TODAY() + timedelta(days=1)).execute()
    eeg = AtRisk.objects.get().eegs.get()
    WithdrawEeg(**by(nurse), child=one, eeg=eeg).execute()
    eeg.refresh_from_db()
    with pytest.raises(InvalidActError, match="not in force"):
        WithdrawEeg(**by(nurse), child=one, eeg=eeg).execute()
    with pytest.raises(InvalidActError, match="no reason"):
        CloseWatch(**by(nurse), child=one, why="bored").execute()
    gone = child(state="transferred", state_on=TODAY())
    with pytest.raises(InvalidActError, match="transferred"):
        ListAtRisk(**by(nurse), child=gone, risks=["hie"]).execute()
    with pytest.raises(NotAllowedError):
        ListAtRisk(**by(person("tech", "technologist")), child=one, risks=["hie"]).execute()


def test_booked_slots_do_not_count() -> None:
    nurse, one = person("nurse", "nurse"), child()
    ListAtRisk(**by(nurse), child=one, risks=["tuberous_sclerosis"], listed_on=ago(3)).execute()
    Appointment.objects.create(child=one, kind="eeg", starts=slot().starts, booked_by=nurse)
    assert row(one).standing is Standing.OVERDUE
