"""Own read, looking at the engine, changing, signing, amending, second reader; and how often readers move."""

from __future__ import annotations

from typing import Any

import pytest
from tests.program.diagnosis.support import READ, a_child, a_result, a_study, by, person, reader

from westward.core.proportion import wilson
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.diagnosis import queries, sight, standing
from westward.program.diagnosis.actions.read import AmendRead, ChangeRead, SeeEngine, SignRead, StoreRead
from westward.program.diagnosis.actions.second import AskSecondRead, OwnStudy
from westward.program.diagnosis.models import EngineView, Read, SecondRead, Study

pytestmark = pytest.mark.django_db


def store(study: Study, user: User, **said: Any) -> Read:
    return StoreRead(**by(user), child=study.child, study=study, said=READ | said).execute()


def see(study: Study, user: User) -> EngineView:
    view: Any = SeeEngine(**by(user), child=study.child, study=study).execute()
    return view  # type: ignore[no-any-return]


def change(study: Study, user: User, **said: Any) -> Read:
    reason = said.pop("reason", "seen again")
    return ChangeRead(**by(user), child=study.child, study=study, said=READ | said, reason=reason).execute()


def sign(study: Study, user: User) -> Read:
    return SignRead(**by(user), child=study.child, study=study).execute()


def amend(study: Study, user: User, **said: Any) -> Read:
    reason = said.pop("reason", "a cluster was missed")
    return AmendRead(**by(user), child=study.child, study=study, said=READ | said, reason=reason).execute()


@pytest.fixture
def study() -> Study:
    found = a_study(a_child())
    a_result(found)
    return found


def test_an_own_read_comes_first(study: Study) -> None:
    rea = reader()
    with pytest.raises(InvalidActError, match="own read first"):
        see(study, rea)
    with pytest.raises(InvalidActError, match="own read first"):
        change(study, rea)
    with pytest.raises(InvalidActError, match="own read first"):
        sign(study, rea)
    assert store(study, rea).version == 1
    assert see(study, rea).own_read.version == 1


def test_a_read_may_be_corrected_until_the_engine_is_seen(study: Study) -> None:
    rea = reader()
    store(study, rea)
    assert store(study, rea, based=3).version == 2
    see(study, rea)
    with pytest.raises(InvalidActError, match="change it with a reason"):
        store(study, rea, based=5)


def test_a_change_after_seeing_needs_a_reason_and_keeps_both(study: Study) -> None:
    rea = reader()
    store(study, rea)
    see(study, rea)
    with pytest.raises(InvalidActError, match="reason"):
        change(study, rea, based=5, reason=" ")
    changed = change(study, rea, based=5)
    assert [(read.based, read.kind) for read in study.reads.all()] == [(4, "own"), (5, "changed")]
    assert changed.reason == "seen again"


def test_looking_is_noted_once_with_its_moment(study: Study) -> None:
    rea = reader()
    store(study, rea)
    first = see(study, rea)
    assert see(study, rea).at == first.at
    assert EngineView.objects.count() == 1
    assert Entry.objects.filter(verb="diagnosis.see_engine").count() == 2


def test_a_signed_read_is_never_changed_only_amended(study: Study) -> None:
    rea = reader()
    store(study, rea)
    with pytest.raises(InvalidActError, match="only a signed read"):
        amend(study, rea)
    signed = sign(study, rea)
    with pytest.raises(InvalidActError, match="signed already"):
        sign(study, rea)
    with pytest.raises(InvalidActError, match="amend it"):
        store(study, rea, based=2)
    see(study, rea)
    with pytest.raises(InvalidActError, match="amend it"):
        change(study, rea, based=2)
    with pytest.raises(InvalidActError, match="reason"):
        amend(study, rea, based=2, reason="")
    amended = amend(study, rea, based=5)
    signed.refresh_from_db()
    assert (signed.based, signed.version, signed.signed_at is not None) == (4, 1, True)
    assert (amended.version, amended.kind, amended.signed_at is not None) == (2, "amended", True)
    assert standing.in_force(list(study.reads.all())) == amended


def test_only_ones_own_read_is_signed(study: Study) -> None:
    store(study, reader("rea"))
    with pytest.raises(InvalidActError, match="own read"):
        sign(study, reader("bea"))


@pytest.mark.parametrize(
    "role", ["technologist", "nurse", "coordinator", "genetic_counselor", "pharmacist", "caregiver"]
)
def test_who_may_not_read(study: Study, role: str) -> None:
    with pytest.raises(NotAllowedError):
        store(study, person("x", role))
    assert not Read.objects.exists()


def test_a_read_that_contradicts_itself_is_refused(study: Study) -> None:
    with pytest.raises(InvalidActError, match="normal and epileptiform"):
        store(study, reader(), interictal_normal="yes")
    with pytest.raises(InvalidActError, match="no part of a read"):
        store(study, reader("b"), grade=3)


def test_not_assessable_is_a_read(study: Study) -> None:
    rea = reader()
    store(study, rea, based=None, not_assessable_because="leads lost")
    assert sign(study, rea).based is None
    assert sight.of(study, rea).engine


def test_a_study_of_another_chart_is_refused(study: Study) -> None:
    with pytest.raises(InvalidActError, match="not on this chart"):
        StoreRead(**by(reader()), child=a_child(2), study=study, said=READ).execute()


def test_nothing_to_see_yet() -> None:
    study, rea = a_study(a_child(), state="analyzing"), reader()
    store(study, rea)
    with pytest.raises(InvalidActError, match="no result"):
        see(study, rea)


def second(study: Study, asked: User, by_whom: User | None = None) -> SecondRead:
    user = by_whom or person(f"chief{User.objects.count()}", "physician")
    return AskSecondRead(**by(user), child=study.child, study=study, reader=asked).execute()


def test_a_second_reader_is_blind_until_the_own_read_is_stored(study: Study) -> None:
    rea, bea = reader("rea"), reader("bea")
    with pytest.raises(InvalidActError, match="after the first"):
        second(study, bea, rea)
    store(study, rea)
    second(study, bea, rea)
    assert (sight.of(study, bea).engine, sight.of(study, bea).reads, sight.of(study, bea).blind) == (False, False, True)
    assert sight.of(study, rea).reads
    assert not sight.of(study, None).reads  # what stands on a board for all would reach her too
    with pytest.raises(InvalidActError, match="own read first"):
        see(study, bea)
    store(study, bea, based=2)
    assert (sight.of(study, bea).engine, sight.of(study, bea).reads, sight.of(study, bea).blind) == (True, True, False)
    assert SecondRead.objects.get().stored_at is not None


def test_who_cannot_be_a_second_reader(study: Study) -> None:
    rea, bea = reader("rea"), reader("bea")
    store(study, rea)
    with pytest.raises(InvalidActError, match="read the study already"):
        second(study, rea)
    with pytest.raises(InvalidActError, match="may not read"):
        second(study, person("n", "nurse"))
    see(study, bea)  # a treating physician looked
    with pytest.raises(InvalidActError, match="not blind"):
        second(study, bea)
    with pytest.raises(InvalidActError, match="cannot give a blind read"):
        store(study, bea)
    cea = reader("cea")
    second(study, cea)
    with pytest.raises(InvalidActError, match="asked already"):
        second(study, cea)


def test_the_first_readers_signed_read_is_in_force_and_both_stay(study: Study) -> None:
    rea, bea = reader("rea"), reader("bea")
    store(study, rea)
    store(study, bea, based=2)
    assert standing.in_force(list(study.reads.all())) is None
    sign(study, bea)
    assert standing.in_force(list(study.reads.all())).based == 2  # type: ignore[union-attr]
    sign(study, rea)
    assert standing.in_force(list(study.reads.all())).based == 4  # type: ignore[union-attr]
    assert {read.based for read in study.reads.all()} == {2, 4}


def test_how_often_readers_move_toward_the_engine() -> None:
    """Engine 5 throughout: to it, toward it, away, unchanged, agreed from the start, not comparable."""
    ways = [(3, 5), (2, 4), (3, 1), (4, None), (5, None)]
    child, rea = a_child(), reader()
    for n, (own, later) in enumerate(ways, 1):
        study = a_study(child, n=n)
        a_result(study)
        store(study, rea, based=own)
        see(study, rea)
        if later is not None:
            change(study, rea, based=later)
    unseen = a_study(child, n=8)
    a_result(unseen)
    store(unseen, rea, based=1)
    ungraded = a_study(child, n=9)
    a_result(ungraded, score=None)
    store(ungraded, rea)
    see(ungraded, rea)
    measured = queries.switching()
    assert (measured.n, measured.to, measured.toward, measured.away, measured.same) == (4, 1, 1, 1, 1)
    assert (measured.agreed, measured.not_comparable) == (1, 1)
    assert (measured.share, measured.interval) == (0.5, wilson(2, 4))
    assert queries.switching([reader("nobody").pk]).share is None


def test_not_assessable_followed_by_the_engines_grade_is_counted_on_its_own() -> None:
    child, rea = a_child(), reader()
    none = {"based": None, "not_assessable_because": "lost leads"}
    for n, later in enumerate((5, 4, None), 1):
        study = a_study(child, n=n)
        a_result(study)
        store(study, rea, **none)
        see(study, rea)
        if later is not None:
            change(study, rea, based=later)
    measured = queries.switching()
    assert (measured.from_none, measured.not_comparable, measured.n, measured.agreed) == (1, 2, 0, 0)
    assert measured.share is None


def test_an_amendment_after_seeing_counts_as_well(study: Study) -> None:
    rea = reader()
    store(study, rea)
    see(study, rea)
    sign(study, rea)
    assert queries.switching().same == 1
    amend(study, rea, based=5)
    assert (queries.switching().same, queries.switching().to) == (0, 1)


def test_the_queue_puts_urgent_first_and_never_moves_down() -> None:
    user = reader()
    children = [a_child(n) for n in range(1, 5)]
    studies = [a_study(child) for child in children]
    order = {"reason": "x", "ordered_at": "2025-10-01T10:00Z", "ordered_by": user}
    from westward.program.diagnosis.models import EegOrder

    for study, urgency in zip(studies, ("planned", "days", "planned", "today"), strict=True):
        study.order = EegOrder.objects.create(child=study.child, urgency=urgency, **order)
        study.save()
    Study.objects.filter(pk__in=[studies[2].pk, studies[3].pk]).update(urgent_suggested=True)
    found = [(one.study.pk, one.rank) for one in queries.reading_queue(user)]
    assert found == [(studies[2].pk, 0), (studies[3].pk, 0), (studies[1].pk, 1), (studies[0].pk, 2)]


def test_the_queue_leaves_out_what_is_read_stopped_withdrawn_or_silent() -> None:
    user = reader()
    a_study(a_child(1), state="stopped")
    a_study(a_child(2), state="withdrawn")
    a_study(a_child(3, state="deceased"))
    done = a_study(a_child(4))
    store(done, user)
    assert queries.reading_queue(user) == []
    bea = reader("bea")
    second(done, bea, user)
    assert [(one.reader, one.asked) for one in queries.reading_queue(user)] == [(bea, True)]
    assert queries.reading_queue(user, mine=True) == []


def test_who_reads_a_study(study: Study) -> None:
    rea = reader()
    OwnStudy(**by(person("t", "technologist")), child=study.child, study=study, owner=rea).execute()
    assert queries.reading_queue(rea, mine=True)[0].study == study
    with pytest.raises(InvalidActError, match="may not read"):
        OwnStudy(**by(rea), child=study.child, study=study, owner=person("n", "nurse")).execute()


def test_an_act_sees_the_study_as_it_is_now_not_as_the_page_had_it(study: Study) -> None:
    stale = Study.objects.get(pk=study.pk)
    Study.objects.filter(pk=study.pk).update(state="withdrawn")
    with pytest.raises(InvalidActError, match="not on this chart"):
        store(stale, reader())


def test_the_side_is_stored_signed_and_shown() -> None:
    from tests.program.staff import signed_in

    from westward.program.diagnosis.views.study import side_by_side

    study, rea = a_study(a_child()), reader()
    browser = signed_in(rea)
    address = f"/children/{study.child_id}/eeg/studies/{study.pk}/"
    page = browser.get(f"{address}read/").content.decode()
    assert "Side of the epileptiform discharges" in page
    assert "Side on which the spasms begin" in page
    sent = {"based": "3", "quality": "good", "focal_or_multifocal": "yes", "discharge_side": "left"}
    browser.post(f"{address}read/", sent)
    read = Read.objects.get()
    assert (read.discharge_side, read.ictal_side) == ("left", "unknown")
    sign(study, rea)
    rows = {question: said for question, said, _ in side_by_side(list(Read.objects.all()), None)}
    assert rows["Side of the epileptiform discharges"][-1] == "Left"
    assert rows["Side on which the spasms begin"][-1] == "Not said"
    told = browser.get(f"/api/children/{study.child_id}/eeg").json()
    assert told["studies"][0]["reads"][-1]["answers"]["discharge_side"] == "left"


def test_a_read_without_a_side_is_not_said() -> None:
    study, rea = a_study(a_child()), reader()
    read = store(study, rea)
    assert (read.discharge_side, read.ictal_side) == ("unknown", "unknown")
    with pytest.raises(InvalidActError, match="of what was not seen"):
        store(study, rea, focal_or_multifocal="no", discharge_side="right")
