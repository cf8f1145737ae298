"""A chart is corrected: its recordings are compared again, grades and reads made at the old age are marked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.program.diagnosis.support import (
    BIRTH,
    READ,
    RECORDED,
    a_child,
    a_result,
    a_study,
    by,
    person,
    reader,
)
from tests.program.staff import signed_in

from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.diagnosis import ages, analyzing, journey, queries, standing
from westward.program.diagnosis.actions import take_over
from westward.program.diagnosis.actions.analysis import AskAnalysis
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.actions.read import AmendRead, ConfirmRead, SeeEngine, SignRead, StoreRead
from westward.program.diagnosis.actions.second import AskSecondRead
from westward.program.diagnosis.actions.take_over import HandOverRead, TakeOverRead
from westward.program.diagnosis.models import Analysis, EngineResult, Read, Study
from westward.program.diagnosis.rules.identity import Header, Person, check, fresh_stops, same_facts
from westward.program.journey.models import Standing
from westward.program.people.actions.correct_child import CorrectChild
from westward.program.people.actions.merge_charts import MergeCharts, UndoMerge
from westward.program.people.models import Child

pytestmark = [pytest.mark.django_db, pytest.mark.board]

LATER = BIRTH + timedelta(days=28)
THEN, NOW = 218, 190


def correct(child: Child, **facts: Any) -> None:
    user = person(f"co{Entry.objects.count()}", "coordinator")
    CorrectChild(**by(user), child=Child.objects.get(pk=child.pk), facts=facts).execute()


def analyzed(study: Study) -> Study:
    """As if the engine had run."""
    Analysis.objects.filter(study=study).update(state="done", ended_at=timezone.now())
    Study.objects.filter(pk=study.pk).update(state="analyzed")
    study.refresh_from_db()
    return study


def graded(study: Study) -> Study:
    analyzed(study)
    EngineResult.objects.create(
        study=study, analysis=study.analyses.get(), bundle="b", score=5, version="1", summary_sha256="a" * 64,
        made_at=timezone.now(),
    )  # fmt: skip
    return study


def words(child: Child) -> list[str]:
    return [act.words for act in journey.next_acts([child.pk], now=timezone.now())[child.pk]]


def read_by(study: Study, user: Any, *, sign: bool = True) -> None:
    StoreRead(**by(user), child=study.child, study=study, said=READ).execute()
    if sign:
        SignRead(**by(user), child=study.child, study=study).execute()


@pytest.mark.parametrize(
    "facts, why",
    [
        ({"birth_date": LATER}, "birth date"), ({"sex": "male"}, "sex"), ({"family_name": "Okafor"}, "name"),
        ({"given_name": "Luz"}, "name"), ({"birth_date": date(2025, 10, 20)}, "before the birth"),
        ({"multiple_birth": True}, "twins"),
    ],
)  # fmt: skip
def test_a_recording_that_fits_no_more_stops_and_a_person_must_resolve_it(
    bring: Any, facts: dict[str, Any], why: str
) -> None:
    child = a_child()
    study = analyzed(bring(child))
    before = study.identity
    correct(child, **facts)
    study.refresh_from_db()
    assert (study.state, study.stopped) == ("stopped", True)
    assert why in "; ".join(study.identity["stops"])
    assert study.identity["earlier"][0]["lines"] == before["lines"]
    assert words(child) == ["Say whose recording it is"]
    assert Standing.objects.get(child=child).act == "Say whose recording it is"
    row = Entry.objects.get(verb="diagnosis.compare_again")
    assert (row.actor, row.target, "Okafor" in row.detail) == ("system", study.audit_id, False)


@pytest.mark.parametrize("facts", [{"language": "es"}, {"gestation_d": 281}, {"record_number": "77"}])
def test_what_changes_neither_identity_nor_age_stops_nothing(bring: Any, facts: dict[str, Any]) -> None:
    child = a_child()
    study = analyzed(bring(child))
    correct(child, **facts)
    study.refresh_from_db()
    assert (study.state, study.analyses.count()) == ("analyzed", 1)


def test_any_correction_stops_for_a_look_alike_that_came_meanwhile(bring: Any) -> None:
    child = a_child(1)
    study = analyzed(bring(child))
    twin = a_child(2, given_name="Luz")
    correct(child, language="es")
    study.refresh_from_db()
    assert (study.state, study.identity["others"]) == ("stopped", [twin.pk])


def test_a_further_look_alike_stops_again_what_a_person_resolved(bring: Any) -> None:
    """In the same words as the first one; the same look-alike, or one fewer, does not."""
    child, tec = a_child(1), person("t", "technologist")
    second = a_child(2, birth_date=date(2024, 1, 1))
    study = bring(child, birth=None, sex="", code="")
    resolve: dict[str, Any] = {"child": child, "resolution": "this", "reason": "seen on the video"}
    ResolveIdentity(**by(tec), study=study, **resolve).execute()
    analyzed(study)
    correct(child, language="es")
    study.refresh_from_db()
    assert (study.state, study.identity["others"]) == ("analyzed", [second.pk])
    third = a_child(3, birth_date=date(2023, 5, 5))
    correct(child, language="en")
    study.refresh_from_db()
    assert (study.state, study.identity["others"]) == ("stopped", [second.pk, third.pk])
    assert study.identity["earlier"][-1]["others"] == [second.pk]
    ResolveIdentity(**by(tec), study=study, **resolve).execute()
    analyzed(study)
    Child.objects.filter(pk=third.pk).update(family_name="Okafor")
    Child.objects.get(pk=third.pk).save()
    correct(child, language="es")
    study.refresh_from_db()
    assert (study.state, study.identity["others"]) == ("analyzed", [second.pk])


def test_a_further_look_alike_counts_beside_a_mismatch_that_was_accepted() -> None:
    me = Person(key=1, family="Rivera", given="Ana", birth=BIRTH, sex="female")
    header = Header(name="Rivera Ana", recorded=RECORDED)
    ask: dict[str, Any] = {"today": date(2026, 1, 1)}
    one, other = (Person(key=n, family="Rivera", given="Ana", birth=date(2020 + n, 1, 1)) for n in (2, 3))
    old = check(header, me, others=[one], **ask)
    assert fresh_stops(old, old.to_json()) == ()
    assert same_facts(old, old.to_json())
    both = check(header, me, others=[one, other], **ask)
    assert (both.stops, fresh_stops(both, old.to_json())) == (old.stops, old.stops)
    assert not same_facts(both, old.to_json())
    swapped = check(header, me, others=[other], **ask)
    assert fresh_stops(swapped, old.to_json()) == old.stops
    assert fresh_stops(check(header, me, others=[], **ask), old.to_json()) == ()


def test_what_a_person_accepted_is_not_asked_again_but_another_mismatch_is(bring: Any) -> None:
    child = a_child()
    study, tec = bring(child, name="Rivero Ana"), person("t", "technologist")
    ResolveIdentity(**by(tec), child=child, study=study, resolution="this", reason="misspelt").execute()
    analyzed(study)
    correct(child, record_number="4711")
    study.refresh_from_db()
    assert (study.state, len(study.identity["stops"])) == ("analyzed", 1)
    correct(child, given_name="Luz")
    study.refresh_from_db()
    assert study.state == "stopped"


def test_a_correction_that_makes_it_fit_still_asks_a_person(bring: Any) -> None:
    child = a_child(sex="male")
    study, tec = bring(child), person("t", "technologist")
    correct(child, sex="female")
    study.refresh_from_db()
    assert (study.state, study.identity["stops"]) == ("stopped", [])
    page = signed_in(tec).get(reverse("eeg-study", args=[child.pk, study.pk])).content.decode()
    assert "file and chart agree now" in page


def test_a_stopped_run_is_ended_and_confirmed_again_without_a_second_run_at_the_same_age(bring: Any) -> None:
    child, tec = a_child(), person("t", "technologist")
    running = bring(child)
    analysis = analyzing.claim(running.analyses.get().pk)
    assert analysis is not None
    study = graded(bring(child))
    correct(child, sex="male")
    analysis.refresh_from_db()
    assert (analysis.state, "whose recording" in analysis.failure) == ("failed", True)
    study.refresh_from_db()
    ResolveIdentity(**by(tec), child=child, study=study, resolution="this", reason="sex was wrong").execute()
    study.refresh_from_db()
    assert (study.state, study.analyses.count()) == ("analyzed", 1)


@pytest.mark.parametrize("facts, now", [({"birth_date": LATER}, NOW), ({"gestation_d": 252}, NOW)])
def test_a_grade_at_the_old_age_is_marked_and_analyzed_again(bring: Any, facts: dict[str, Any], now: int) -> None:
    child, rea = a_child(), reader()
    study = graded(bring(child, birth=None))
    read_by(study, rea)
    SeeEngine(**by(rea), child=child, study=study).execute()
    correct(child, **facts)
    study.refresh_from_db()
    newest = study.analyses.first()
    assert newest is not None
    assert (study.state, newest.state, newest.age_d, study.analyses.count()) == ("waiting", "queued", now, 2)
    said = f"graded with the age of {THEN} days; now {now}"
    client = signed_in(rea)
    page = client.get(reverse("eeg-study", args=[child.pk, study.pk])).content.decode()
    assert page.count(said) == 2  # the engine's and the reader's
    assert said in client.get(reverse("child-eeg", args=[child.pk])).content.decode()
    assert said in client.get(reverse("eeg-report", args=[child.pk, study.pk])).content.decode()
    told = client.get(f"/api/children/{child.pk}/eeg").json()["studies"][0]
    assert (told["age_d"], told["engine"]["age_d"], told["reads"][0]["age_d"]) == (now, THEN, THEN)
    assert words(child)[0] == "Confirm read: age corrected"
    assert "age corrected" in journey.lines([child.pk])[child.pk]
    assert "age corrected" in journey.marks(child, viewer=rea)[0].words
    assert "another age" in client.get(reverse("child-diagnosis", args=[child.pk])).content.decode()


def test_a_run_under_way_at_the_old_age_is_ended_and_begun_anew(bring: Any) -> None:
    child = a_child()
    study = bring(child, birth=None)
    analyzing.claim(study.analyses.get().pk)
    correct(child, birth_date=LATER)
    assert [(one.state, one.age_d) for one in study.analyses.order_by("pk")] == [("failed", THEN), ("queued", NOW)]


def test_the_read_stays_as_it_is_until_its_reader_confirms_it(bring: Any) -> None:
    child, rea = a_child(), reader()
    study = graded(bring(child, birth=None))
    read_by(study, rea)
    stored = Read.objects.values().get()
    correct(child, birth_date=LATER)
    assert Read.objects.values().get() == stored
    child.refresh_from_db()
    with pytest.raises(InvalidActError, match="your own read"):
        ConfirmRead(**by(reader("bea")), child=child, study=study).execute()
    with pytest.raises(NotAllowedError):
        ConfirmRead(**by(person("n", "nurse")), child=child, study=study).execute()
    page = reverse("eeg-study", args=[child.pk, study.pk])
    client = signed_in(rea)
    assert "Confirm at this age" in client.get(page).content.decode()
    client.post(reverse("eeg-confirm-age", args=[child.pk, study.pk]))
    assert Read.objects.filter(version=1).values().get() == stored
    confirmed = Read.objects.get(version=2)
    assert (confirmed.kind, confirmed.age_d, confirmed.based, confirmed.hypsarrhythmia) == ("age", NOW, 4, "yes")
    assert (confirmed.signed_at is not None, f"{THEN} to {NOW} days" in confirmed.reason) == (True, True)
    assert "Confirm read: age corrected" not in words(child)
    assert standing.of(child).reads == (confirmed,)
    with pytest.raises(InvalidActError, match="nothing to confirm"):
        ConfirmRead(**by(rea), child=child, study=study).execute()


def test_an_amendment_confirms_as_well_and_an_unsigned_read_is_not_signed_at_the_old_age(bring: Any) -> None:
    child, rea, bea = a_child(), reader("rea"), reader("bea")
    study = graded(bring(child, birth=None))
    read_by(study, rea)
    read_by(study, bea, sign=False)
    correct(child, birth_date=LATER)
    child.refresh_from_db()
    with pytest.raises(InvalidActError, match="confirm"):
        SignRead(**by(bea), child=child, study=study).execute()
    ConfirmRead(**by(bea), child=child, study=study).execute()
    assert Read.objects.get(reader=bea, version=2).signed_at is None
    SignRead(**by(bea), child=child, study=study).execute()
    AmendRead(**by(rea), child=child, study=study, said=READ | {"based": 3}, reason="younger").execute()
    assert [ages.of_read(read, study) for read in Read.objects.filter(version=2)] == [None, None]


def leave(user: User, how: str, study: Study) -> None:
    if how == "account":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif how == "role":
        user.grants.update(revoked_at=timezone.now())
    else:
        HandOverRead(**by(user), child=study.child, study=study).execute()


def take(user: User, study: Study, **more: Any) -> Read:
    given: dict[str, Any] = {"reason": "looked at the night again", "said": READ} | more
    read = take_over.marked(study)
    assert read is not None
    return TakeOverRead(**by(user), child=study.child, study=study, read=read, **given).execute()


@pytest.fixture
def other_age(bring: Any) -> tuple[Child, Study, User]:
    """Read and signed by somebody, then the birth date was corrected."""
    child, rea = a_child(), reader()
    study = graded(bring(child, birth=None))
    read_by(study, rea)
    correct(child, birth_date=LATER)
    study = Study.objects.select_related("child").get(pk=study.pk)
    return study.child, study, rea


@pytest.mark.parametrize("how", ["account", "role", "asked"])
def test_another_reader_confirms_for_one_who_is_gone_or_asks_and_both_names_stay(
    other_age: tuple[Child, Study, User], how: str
) -> None:
    child, study, rea = other_age
    bea = reader("bea")
    with pytest.raises(InvalidActError, match="can confirm this read; ask"):
        take(bea, study)
    stored = Read.objects.values().get()
    leave(rea, how, study)
    act = next(a for a in journey.next_acts([child.pk], now=timezone.now())[child.pk] if "Confirm read" in a.words)
    assert (act.owner, act.owner_key) == ("Reader", None)
    with pytest.raises(NotAllowedError):
        take(person("n", "nurse"), study)
    confirmed = take(bea, study)
    assert Read.objects.filter(reader=rea).values().get() == stored
    assert (confirmed.reader, confirmed.takes_over_id, confirmed.kind) == (bea, stored["id"], "age")
    assert (confirmed.age_d, confirmed.based, confirmed.signed_at is not None) == (NOW, 4, True)
    assert "in place of Rea" in confirmed.reason
    assert standing.of(child).reads == (confirmed,)
    assert standing.of(child).other_age == 0
    assert "Confirm read: age corrected" not in words(child)
    page = signed_in(bea).get(reverse("eeg-study", args=[child.pk, study.pk])).content.decode()
    assert "in place of Rea" in page
    detail = Entry.objects.get(verb="diagnosis.take_over_read", outcome="done").detail
    assert "looked at" not in detail
    study.refresh_from_db()
    assert take_over.marked(study) is None


def test_other_answers_read_it_anew_and_later_amendments_stay_in_its_place(
    other_age: tuple[Child, Study, User],
) -> None:
    child, study, rea = other_age
    leave(rea, "account", study)
    bea, cem = reader("bea"), reader("cem")
    read_by(study, cem)
    anew = take(bea, study, said=READ | {"based": 2})
    assert (anew.kind, anew.based) == ("taken", 2)
    assert standing.of(child).reads == (anew,)
    amended = AmendRead(**by(bea), child=child, study=study, said=READ | {"based": 3}, reason="again").execute()
    assert amended.takes_over_id == anew.takes_over_id
    assert standing.of(child).reads == (amended,)
    User.objects.filter(pk=rea.pk).update(is_active=True)
    back = AmendRead(**by(rea), child=child, study=study, said=READ, reason="back again").execute()
    assert standing.of(child).reads == (back,), "the newest version of the read that came first"


def test_an_unsigned_read_taken_over_is_signed_by_whoever_took_it(bring: Any) -> None:
    child, rea, bea = a_child(), reader(), reader("bea")
    study = graded(bring(child, birth=None))
    read_by(study, rea, sign=False)
    correct(child, birth_date=LATER)
    study = Study.objects.select_related("child").get(pk=study.pk)
    leave(rea, "account", study)
    assert take(bea, study).signed_at is None
    SignRead(**by(bea), child=study.child, study=study).execute()
    assert [read.reader for read in standing.of(study.child).reads] == [bea]


def test_a_blind_second_reader_and_the_reader_of_it_take_nothing_over(other_age: tuple[Child, Study, User]) -> None:
    child, study, rea = other_age
    bea = reader("bea")
    AskSecondRead(**by(rea), child=child, study=study, reader=bea).execute()
    with pytest.raises(InvalidActError, match="your own read; confirm"):
        take(rea, study)
    leave(rea, "asked", study)
    with pytest.raises(InvalidActError, match="asked already"):
        leave(rea, "asked", study)
    with pytest.raises(InvalidActError, match="no read of yours"):
        leave(bea, "asked", study)
    with pytest.raises(InvalidActError, match="store your own first"):
        take(bea, study)
    page = signed_in(bea).get(reverse("eeg-take-over", args=[child.pk, study.pk]), follow=True).content.decode()
    assert "No read of this study waits for another reader" in page
    with pytest.raises(InvalidActError, match="needs a reason"):
        take(reader("cem"), study, reason=" ")
    with pytest.raises(InvalidActError, match="called normal and epileptiform"):
        take(reader("dan"), study, said=READ | {"interictal_normal": "yes"})


def test_the_page_of_the_other_reader_begins_with_the_answers_of_the_first(
    other_age: tuple[Child, Study, User],
) -> None:
    child, study, rea = other_age
    page, where = (reverse(name, args=[child.pk, study.pk]) for name in ("eeg-study", "eeg-take-over"))
    client = signed_in(reader("bea"))
    assert where not in client.get(page).content.decode()
    mine = signed_in(rea)
    assert "Ask another reader to confirm" in mine.get(page).content.decode()
    mine.post(reverse("eeg-hand-over", args=[child.pk, study.pk]))
    assert "Ask another reader to confirm" not in mine.get(page).content.decode()
    assert where in client.get(page).content.decode()
    form = client.get(where)
    assert form.context["form"].initial["based"] == 4
    said = {name: form.context["form"].initial.get(name) or "" for name in form.context["form"].fields}
    answer = client.post(where, said | {"reason": "seen again"})
    assert answer.status_code == 302
    assert [read.reader.username for read in standing.of(child).reads] == ["bea"]


def test_what_was_taken_over_is_no_switch_to_the_engine(other_age: tuple[Child, Study, User]) -> None:
    child, study, rea = other_age
    bea = reader("bea")
    StoreRead(**by(bea), child=child, study=study, said=READ | {"based": 3}).execute()
    SeeEngine(**by(bea), child=child, study=study).execute()
    leave(rea, "account", study)
    take(bea, study, said=READ | {"based": 5})
    measured = queries.switching()
    assert (measured.n, measured.to, measured.same) == (1, 0, 1)


def test_a_read_of_no_known_age_is_not_marked() -> None:
    child = a_child()
    study = a_study(child)
    a_result(study)
    Read.objects.create(study=study, reader=reader(), version=1, kind="own", stored_at=timezone.now(), **READ)
    assert ages.of_read(Read.objects.get(), study) is None


def test_a_day_before_the_corrected_birth_is_given_again(bring: Any) -> None:
    child, tec = a_child(), person("t", "technologist")
    study = bring(child, start="", birth=None)
    AskAnalysis(**by(tec), child=child, study=study, recorded_on=RECORDED).execute()
    analyzed(study)
    correct(child, birth_date=date(2025, 10, 10))
    study.refresh_from_db()
    assert study.state == "no_age"
    child.refresh_from_db()
    page = signed_in(tec).get(reverse("eeg-study", args=[child.pk, study.pk])).content.decode()
    assert "before the birth date of the chart" in page
    AskAnalysis(**by(tec), child=child, study=study, recorded_on=date(2025, 10, 15)).execute()
    study.refresh_from_db()
    assert (study.state, study.analyses.filter(state="queued").get().age_d) == ("waiting", 5)


def test_a_merge_and_its_way_back_compare_with_the_chart_that_holds_the_recording_now(bring: Any) -> None:
    keep, other = a_child(1, birth_date=LATER, family_name="Rivero"), a_child(2)
    study = analyzed(bring(other))
    boss = person("boss", "coordinator", "program_admin")
    merge = MergeCharts(**by(boss), keep=keep, other=other, why="one child").execute()
    study.refresh_from_db()
    assert (study.child, study.state) == (keep, "stopped")
    assert "birth date" in "; ".join(study.identity["stops"])
    UndoMerge(**by(boss), merge=merge, why="two children").execute()
    study.refresh_from_db()
    assert (study.child, study.state, study.identity["lines"][1]["fit"]) == (other, "stopped", "same")


def test_a_recording_is_attached_at_the_facts_as_they_are_now_not_as_the_page_had_them(bring: Any) -> None:
    child = a_child()
    Child.objects.filter(pk=child.pk).update(birth_date=LATER)
    study = bring(child, birth=None)
    assert study.analyses.get().age_d == NOW
