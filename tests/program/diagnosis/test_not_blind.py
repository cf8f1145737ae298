"""Who has seen the engine's result on a recording stays one who has, wherever the recording is moved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from tests.program.diagnosis.support import READ, a_child, a_result, a_study, by, person, reader
from tests.program.staff import signed_in

from westward.program.acts import InvalidActError
from westward.program.diagnosis import queries
from westward.program.diagnosis.actions.attach import AttachRecording
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.actions.read import AmendRead, ChangeRead, SeeEngine, SignRead, StoreRead
from westward.program.diagnosis.actions.second import AskSecondRead
from westward.program.diagnosis.models import Analysis, EngineView, Read, Study
from westward.program.diagnosis.rules.reading import ANSWERS
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


def charts() -> tuple[Child, Child]:
    return a_child(1), a_child(2, family_name="Lind", given_name="Luz", birth_date=date(2025, 4, 2))


def store(study: Study, user: Any, **said: Any) -> Read:
    return StoreRead(**by(user), child=study.child, study=study, said=READ | said).execute()


def see(study: Study, user: Any) -> EngineView:
    return SeeEngine(**by(user), child=study.child, study=study).execute()


def moved(study: Study, to: Child, how: str) -> Study:
    """The same recording as a new study: moved by a person, or rejected and attached anew, then said to be theirs."""
    tec = person("tec", "technologist")
    doctor = reader("mover")
    said = {"child": study.child, "study": study, "reason": "seen on the video"}
    if how == "other":
        anew = ResolveIdentity(**by(doctor), **said, resolution="other", other=to).execute()
    else:
        ResolveIdentity(**by(doctor), **said, resolution="reject").execute()
        study.recording.refresh_from_db()
        anew = AttachRecording(**by(tec), child=to, recording=study.recording).execute()
    if anew.state == "stopped":
        sure = {"child": to, "study": anew, "reason": "seen on the video", "resolution": "this"}
        anew = ResolveIdentity(**by(tec), **sure).execute()
    Analysis.objects.filter(study=anew).delete()
    Study.objects.filter(pk=anew.pk).update(state="analyzed")
    anew.refresh_from_db()
    a_result(anew)
    return anew


@pytest.mark.parametrize("how", ["other", "reject"])
def test_a_reader_who_saw_the_grade_gives_no_blind_read_of_the_moved_recording(how: str) -> None:
    ana, luz = charts()
    study, rea = a_study(ana), reader()
    a_result(study)
    store(study, rea)
    see(study, rea)
    anew = moved(study, luz, how)
    assert (anew.pk != study.pk, anew.recording) == (True, study.recording)
    with pytest.raises(InvalidActError, match="not blind"):
        store(anew, rea)
    with pytest.raises(InvalidActError, match="needs a reason"):
        ChangeRead(**by(rea), child=luz, study=anew, said=READ).execute()
    read = ChangeRead(**by(rea), child=luz, study=anew, said=READ, reason="read on the wrong chart").execute()
    assert (read.kind, read.version) == ("changed", 1)
    SignRead(**by(rea), child=luz, study=anew).execute()
    view = see(anew, rea)
    assert (view.study, view.own_read) == (anew, None)
    AmendRead(**by(rea), child=luz, study=anew, said=READ | {"based": 5}, reason="after all").execute()
    measured = queries.switching()
    assert (measured.n, measured.agreed, measured.not_comparable) == (0, 0, 0)


@pytest.mark.parametrize("how", ["other", "reject"])
def test_nor_does_somebody_who_only_looked_nor_is_either_asked_as_second(how: str) -> None:
    ana, luz = charts()
    study, rea, bea = a_study(ana), reader("rea"), reader("bea")
    a_result(study)
    store(study, rea)
    see(study, rea)
    see(study, bea)
    anew = moved(study, luz, how)
    with pytest.raises(InvalidActError, match="cannot give a blind read"):
        store(anew, bea)
    with pytest.raises(InvalidActError, match="store your own read first"):
        ChangeRead(**by(bea), child=luz, study=anew, said=READ, reason="not mine").execute()
    cea = reader("cea")
    assert store(anew, cea).kind == "own"
    for one in (rea, bea):
        with pytest.raises(InvalidActError, match="not blind any more"):
            AskSecondRead(**by(cea), child=luz, study=anew, reader=one).execute()


def test_a_reader_who_had_not_looked_yet_is_blind_on_the_other_chart() -> None:
    ana, luz = charts()
    study, rea = a_study(ana), reader()
    a_result(study)
    store(study, rea)
    anew = moved(study, luz, "other")
    assert store(anew, rea).kind == "own"
    assert see(anew, rea).own_read is not None


def test_the_page_says_so_and_takes_the_read_with_a_reason() -> None:
    ana, luz = charts()
    study, rea = a_study(ana), reader()
    a_result(study)
    store(study, rea)
    see(study, rea)
    anew = moved(study, luz, "other")
    client, address = signed_in(rea), reverse("eeg-read", args=[luz.pk, anew.pk])
    page = client.get(address).content.decode()
    assert "this read is not blind" in page
    assert 'name="reason"' in page
    answers: dict[str, Any] = dict.fromkeys(ANSWERS, "unknown")
    said = answers | READ | {"not_assessable_because": "", "words": ""}
    assert client.post(address, said | {"reason": "read on the wrong chart"}).status_code == 302
    assert Read.objects.get(study=anew).kind == "changed"
    assert "Engine" in client.get(reverse("eeg-study", args=[luz.pk, anew.pk])).content.decode()
