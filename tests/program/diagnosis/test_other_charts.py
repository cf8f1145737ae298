"""A chart that is new, corrected or joined makes doubtful whose the recordings on other charts are."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.program.diagnosis.support import BIRTH, READ, a_child, by, looked, person, reader
from tests.program.staff import signed_in

from westward.program.accounts.models import Site
from westward.program.acts import InvalidActError
from westward.program.audit.models import Entry
from westward.program.diagnosis import correcting, files, inbox, journey, pointing, standing
from westward.program.diagnosis.actions.attach import AttachRecording, RejectRecording, TakeIn
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.actions.read import SignRead, StoreRead
from westward.program.diagnosis.models import Analysis, Recording, Study
from westward.program.journey.models import Standing
from westward.program.people.actions.add_child import AddChild
from westward.program.people.actions.caregivers import AddCaregiver
from westward.program.people.actions.correct_child import CorrectChild
from westward.program.people.actions.merge_charts import MergeCharts, UndoMerge
from westward.program.people.models import Child, Merge

pytestmark = [pytest.mark.django_db, pytest.mark.board]

ASK = "Say whose recording it is: another chart looks alike"
FAR = date(2023, 5, 5)


@pytest.fixture
def bring(bring: Any) -> Any:
    """The same, analyzed."""

    def attach(child: Child, *, fits: bool = True, **facts: Any) -> Study:
        study: Study = bring(child, **facts)
        assert study.state == "waiting" or not fits
        if study.state == "stopped":
            return study
        Analysis.objects.filter(study=study).update(state="done", ended_at=timezone.now())
        Study.objects.filter(pk=study.pk).update(state="analyzed")
        study.refresh_from_db()
        return study

    return attach


@pytest.fixture
def bring_any(bring: Any) -> Any:
    """The same whatever the file says; it may be stopped."""
    return partial(bring, fits=False)


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
    assert len(asked) <= 6


# Files that point to a chart, whatever chart they are on.


@pytest.mark.parametrize(
    "facts, chart",
    [
        ({"name": "Okafor Sol", "birth": "2024-02-02"}, {"birth_date": date(2024, 2, 2)}),
        ({"name": "Okafor Sol", "birth": "2024-02-11"}, {"birth_date": date(2024, 11, 2)}),
        ({"name": "Okáfor S", "birth": None}, {"birth_date": date(2024, 2, 2)}),
        ({"name": "Okafor", "birth": None, "sex": "X"}, {"birth_date": date(2024, 2, 2), "sex": "male"}),
        ({"name": "X", "birth": "2024-02-02"}, {"birth_date": date(2024, 2, 2)}),
        ({"code": "90210-7"}, {"birth_date": date(2024, 2, 2), "record_number": "0902107", "family_name": "Lind"}),
    ],
)
def test_a_file_that_points_to_a_chart_opened_later_stops_again_whatever_was_accepted(
    bring_any: Any, facts: dict[str, Any], chart: dict[str, Any]
) -> None:
    ana = a_child(1, record_number="4711")
    study = bring_any(ana, **facts)
    if study.state == "stopped":
        said = {"study": study, "resolution": "this", "reason": "the recorder was not reset"}
        ResolveIdentity(**desk(), child=ana, **said).execute()
        study.refresh_from_db()
        Study.objects.filter(pk=study.pk).update(state="analyzed")
    later = add(**({"family_name": "Okafor", "given_name": "Sol"} | chart))
    assert now(study) == ("stopped", [later.pk])


def test_a_chart_corrected_to_what_a_file_says_stops_it_too_and_a_signed_read_is_marked(bring_any: Any) -> None:
    ana, sol = a_child(1), a_child(2, family_name="Okafor", given_name="Sol", birth_date=FAR)
    study = bring_any(ana, name="Okafor Sol", birth="2024-02-02")
    ResolveIdentity(**desk(), child=ana, study=study, resolution="this", reason="on the video").execute()
    Analysis.objects.filter(study=study).update(state="done", ended_at=timezone.now())
    Study.objects.filter(pk=study.pk).update(state="analyzed")
    study = Study.objects.select_related("child").get(pk=study.pk)
    signed(study)
    CorrectChild(**desk(), child=sol, facts={"birth_date": date(2024, 2, 2)}).execute()
    assert now(study) == ("analyzed", [sol.pk])
    assert study.identity["doubt"] == [sol.pk]
    assert ASK in words(ana)


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "", "birth": None, "code": ""}, {"name": "X X", "birth": "1900-01-01", "code": "7"},
        {"name": "Okafor Sol", "birth": "2023-01-01"}, {"name": "Okafor Sol", "birth": None, "sex": "M"},
    ],
)  # fmt: skip
def test_a_file_that_says_nothing_or_another_thing_points_to_nobody(bring_any: Any, facts: dict[str, Any]) -> None:
    study = bring_any(a_child(1), **facts)
    before = now(study)
    later = add(family_name="Okafor", given_name="Sol", birth_date=date(2024, 2, 2))
    assert now(study) == before
    assert pointing.on_other_charts([later.pk]) == []


@pytest.fixture
def dropped(tmp_path: Path, media: Path) -> Any:
    """A recording that came by the inbox and fits no chart."""

    def drop(**facts: Any) -> Recording:
        path = tmp_path / f"{Recording.objects.count()}.edf"
        path.write_bytes(b"dropped %d" % Recording.objects.count())
        inspected = looked(**facts)
        return TakeIn(arrival=files.copy_in([path]), inspected=inspected, child=inbox.match(inspected, None)).execute()

    return drop


def test_a_recording_on_no_chart_is_asked_about_on_the_chart_opened_later(dropped: Any) -> None:
    recording = dropped()
    assert recording.state == "unassigned"
    luz = add(given_name="Ana")
    act = next(one for one in journey.next_acts([luz.pk], now=timezone.now())[luz.pk] if one.words == journey.POINTED)
    assert act.address == reverse("eeg-recording", args=[recording.pk])
    assert Standing.objects.get(child=luz).act in (journey.POINTED, "Order EEG")
    client = signed_in(person("t", "technologist"))
    for page in (reverse("eeg-unassigned"), act.address):
        assert luz.pseudonym in client.get(page).content.decode()
    AttachRecording(**desk(), child=luz, recording=recording).execute()
    assert journey.POINTED not in words(luz)


def test_a_recording_that_comes_later_and_fits_two_is_asked_about_on_both(dropped: Any) -> None:
    ana, twin, far = a_child(1), a_child(2), a_child(3, family_name="Lind")
    recording = dropped(name="Rivera")
    assert recording.state == "unassigned"
    assert [journey.POINTED in words(child) for child in (ana, twin, far)] == [True, True, False]
    row = Entry.objects.get(verb="diagnosis.take_in")
    assert f"{ana.pk}, {twin.pk}" in row.detail.replace(",", ", ").replace("  ", " ")
    RejectRecording(**desk(), recording=recording, reason="a test file").execute()
    assert journey.POINTED not in words(ana)


def test_a_chart_of_another_site_is_counted_and_not_named(dropped: Any) -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    recording = dropped()
    Recording.objects.update(site=here)
    ana = a_child(1, site=there)
    page = signed_in(person("t", "technologist", site=here)).get(reverse("eeg-recording", args=[recording.pk]))
    assert "1 chart that you may not open" in page.content.decode()
    assert ana.pseudonym not in page.content.decode()


def test_many_charts_cost_no_more_queries(dropped: Any) -> None:
    dropped()
    dropped(birth=None)

    def cost() -> int:
        keys = list(Child.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as asked:
            journey.next_acts(keys, now=timezone.now())
        return len(asked)

    a_child(1)
    few = cost()
    for n in range(2, 20):
        a_child(n, given_name=f"Ana{n}")
    assert cost() == few
