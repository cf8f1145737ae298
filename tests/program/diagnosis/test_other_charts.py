"""A chart that is new, corrected or joined makes doubtful whose the recordings on other charts are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.program.diagnosis.support import BIRTH, READ, a_child, by, person, reader
from tests.program.staff import signed_in

from westward.program.acts import InvalidActError
from westward.program.audit.models import Entry
from westward.program.diagnosis import correcting, journey, standing
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.actions.read import SignRead, StoreRead
from westward.program.diagnosis.models import Analysis, Study
from westward.program.journey.models import Standing
from westward.program.people.actions.add_child import AddChild
from westward.program.people.actions.caregivers import AddCaregiver
from westward.program.people.actions.correct_child import CorrectChild
from westward.program.people.actions.merge_charts import MergeCharts, UndoMerge
from westward.program.people.models import Child, Merge

pytestmark = pytest.mark.django_db

ASK = "Say whose recording it is: another chart looks alike"
FAR = date(2023, 5, 5)


@pytest.fixture
def bring(bring: Any) -> Any:
    """The same, analyzed."""

    def attach(child: Child, **facts: Any) -> Study:
        study: Study = bring(child, **facts)
        assert study.state == "waiting"
        Analysis.objects.filter(study=study).update(state="done", ended_at=timezone.now())
        Study.objects.filter(pk=study.pk).update(state="analyzed")
        study.refresh_from_db()
        return study

    return attach


def desk() -> dict[str, Any]:
    return by(person(f"co{Entry.objects.count()}", "coordinator"))


def add(**facts: Any) -> Child:
    given = {"family_name": "Rivera", "given_name": "Luz", "birth_date": BIRTH, "sex": "female"}
    return AddChild(**desk(), **(given | facts)).execute()


def now(study: Study) -> tuple[str, list[int]]:
    study.refresh_from_db()
    return study.state, study.identity["others"]


def words(child: Child) -> list[str]:
    return [act.words for act in journey.next_acts([child.pk], now=timezone.now())[child.pk]]


def signed(study: Study) -> None:
    rea = reader(f"rea{study.pk}")
    StoreRead(**by(rea), child=study.child, study=study, said=READ).execute()
    SignRead(**by(rea), child=study.child, study=study).execute()


@pytest.mark.parametrize("days", [0, 1, -1])
def test_a_new_chart_of_a_twin_stops_what_is_attached_already(bring: Any, days: int) -> None:
    ana = a_child(1)
    study = bring(ana)
    twin = add(birth_date=BIRTH + timedelta(days=days))
    assert now(study) == ("stopped", [twin.pk])
    assert Standing.objects.get(child=ana).act == "Say whose recording it is"
    row = Entry.objects.get(verb="diagnosis.compare_again")
    assert (row.actor, row.target, "Rivera" in row.detail) == ("system", study.audit_id, False)


def test_a_new_chart_of_the_same_name_stops_a_file_without_a_birth_date(bring: Any) -> None:
    study = bring(a_child(1), birth=None)
    namesake = add(given_name="Ana", birth_date=FAR)
    assert now(study) == ("stopped", [namesake.pk])


@pytest.mark.parametrize("facts", [{"family_name": "Okafor"}, {"birth_date": FAR}])
def test_a_new_chart_that_the_file_excludes_stops_nothing(bring: Any, facts: dict[str, Any]) -> None:
    study = bring(a_child(1))
    add(**facts)
    assert now(study) == ("analyzed", [])
    assert not Entry.objects.filter(verb="diagnosis.compare_again").exists()


def test_a_corrected_chart_of_another_child_stops_it(bring: Any) -> None:
    study, other = bring(a_child(1)), a_child(2, family_name="Okafor", given_name="Luz")
    CorrectChild(**desk(), child=other, facts={"family_name": "Rivera"}).execute()
    assert now(study) == ("stopped", [other.pk])


def test_a_caregiver_who_turns_out_to_be_shared_stops_it(bring: Any) -> None:
    ana, other = a_child(1), a_child(2, family_name="Okafor", given_name="Luz")
    study = bring(ana)
    said: dict[str, Any] = {"name": "Mara Rivera", "relation": "mother", "phone": "555 0100"}
    AddCaregiver(**desk(), child=ana, **said).execute()
    assert now(study) == ("analyzed", [])
    AddCaregiver(**desk(), child=other, **said).execute()
    assert now(study) == ("stopped", [other.pk])


def test_a_merge_that_brings_a_sibling_and_one_that_is_undone_are_compared_too(bring: Any) -> None:
    ana, keep = a_child(1), a_child(2, family_name="Okafor", given_name="Luz", birth_date=FAR)
    twin = a_child(3, given_name="Luz", state="merged", merged_into=keep)
    merge = Merge.objects.create(
        keep=keep, other=twin, other_state="active", why="wrong", at=timezone.now(), by=person("m", "coordinator")
    )
    study = bring(ana)
    UndoMerge(**desk(), merge=merge, why="two children after all").execute()
    assert now(study) == ("stopped", [twin.pk])
    twin.refresh_from_db()
    MergeCharts(**desk(), keep=keep, other=twin, why="one child").execute()
    assert now(study) == ("stopped", [])


def test_a_signed_read_goes_on_counting_with_the_doubt_told_until_a_person_says_whose_it_is(bring: Any) -> None:
    ana, tec = a_child(1), person("t", "technologist")
    study = bring(ana)
    signed(study)
    page, tab = reverse("eeg-study", args=[ana.pk, study.pk]), reverse("child-eeg", args=[ana.pk])
    assert "looks alike" not in signed_in(tec).get(tab).content.decode()
    twin = add()
    assert now(study) == ("analyzed", [twin.pk])
    assert study.identity["doubt"] == [twin.pk]
    assert len(standing.of(ana).reads) == 1
    assert ASK in words(ana)
    client = signed_in(tec)
    assert "Another chart looks alike" in client.get(tab).content.decode()
    shown = client.get(page).content.decode()
    assert "Another chart looks alike since" in shown
    assert twin.pseudonym in shown
    # A correction that has nothing to do with it keeps the doubt.
    CorrectChild(**desk(), child=ana, facts={"record_number": "4711"}).execute()
    study.refresh_from_db()
    assert study.identity["doubt"] == [twin.pk]
    answer = client.post(reverse("eeg-identity", args=[ana.pk, study.pk]), {"resolution": "this", "reason": "on video"})
    assert answer.status_code == 302
    study.refresh_from_db()
    assert ("doubt" in study.identity, study.state, study.analyses.count()) == (False, "analyzed", 1)
    assert ASK not in words(ana)
    with pytest.raises(InvalidActError, match="nothing is in doubt"):
        ResolveIdentity(**by(tec), child=ana, study=study, resolution="this", reason="once more").execute()
    CorrectChild(**desk(), child=twin, facts={"language": "es"}).execute()
    assert now(study) == ("analyzed", [twin.pk])
    assert "doubt" not in study.identity


def test_the_doubt_goes_when_the_other_chart_is_no_look_alike_any_more(bring: Any) -> None:
    ana = a_child(1)
    study = bring(ana)
    signed(study)
    twin = add()
    CorrectChild(**desk(), child=twin, facts={"family_name": "Okafor"}).execute()
    assert now(study) == ("analyzed", [])
    assert "doubt" not in study.identity


def test_a_withdrawn_study_and_a_merged_chart_are_left_alone(bring: Any) -> None:
    ana = a_child(1)
    study = bring(ana)
    Study.objects.filter(pk=study.pk).update(state="withdrawn")
    Child.objects.filter(pk=a_child(2, given_name="Sol").pk).update(state="merged")
    assert correcting.near([add().pk]) == [ana.pk]
    assert now(study) == ("withdrawn", [])


def test_a_new_chart_costs_no_more_queries_with_many_children_elsewhere(bring: Any) -> None:
    def cost(**facts: Any) -> int:
        with CaptureQueriesContext(connection) as asked:
            add(**facts)
        return len(asked)

    bring(a_child(1, family_name="Lind", birth_date=FAR), name="Lind Ana", birth=FAR.isoformat())
    alone = cost(family_name="Solo", birth_date=date(2024, 2, 2))
    for n in range(2, 30):
        a_child(n, family_name=f"Name{n}", birth_date=FAR + timedelta(days=5 * n))
    assert cost(family_name="Duo", birth_date=date(2024, 4, 4)) == alone
    duo = Child.objects.get(family_name="Duo").pk
    with CaptureQueriesContext(connection) as asked:
        correcting.on_act(AddChild, children=[duo])
    assert len(asked) <= 4
