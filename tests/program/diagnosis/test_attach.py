"""Recordings in doubt stop; a person says whose they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.program.diagnosis.support import READ, RECORDED, a_child, a_site, a_study, by, person
from tests.program.staff import signed_in

from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.diagnosis.actions.analysis import AskAnalysis
from westward.program.diagnosis.actions.attach import AttachRecording, RejectRecording
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.models import Analysis, EegOrder, Identity, Read, Recording, Study

pytestmark = pytest.mark.django_db


def test_a_file_that_fits_is_queued_at_the_corrected_age(bring: Any) -> None:
    study = bring(a_child(gestation_d=210))
    analysis = study.analyses.get()
    assert (study.state, analysis.state, analysis.age_d) == ("waiting", "queued", 218 - 70)
    assert "70 days early" in analysis.age_why


def test_an_unknown_gestation_is_said(bring: Any) -> None:
    analysis = bring(a_child(gestation_d=None)).analyses.get()
    assert (analysis.age_d, "not corrected" in analysis.age_why) == (218, True)


@pytest.mark.parametrize(
    "facts, why",
    [
        ({"name": "Okafor Ada"}, "name"), ({"birth": "2025-03-02"}, "birth date"), ({"birth": "2025-01-03"}, "swapped"),
        ({"sex": "M"}, "sex"), ({"start": "2025-02-01T10:00:00"}, "before the birth"),
        ({"name": "X", "birth": None}, "neither"),
    ],
)  # fmt: skip
def test_doubt_stops_the_analysis(bring: Any, facts: dict[str, Any], why: str) -> None:
    study = bring(a_child(), **facts)
    assert (study.state, study.stopped) == ("stopped", True)
    assert why in "; ".join(study.identity["stops"])
    assert not Analysis.objects.exists()


def test_twins_stop(bring: Any) -> None:
    a_child(2, given_name="Luz")
    assert bring(a_child(1)).state == "stopped"
    assert (
        bring(a_child(3, family_name="Okafor", given_name="Ada", multiple_birth=True), name="Okafor Ada").state
        == "stopped"
    )


def test_a_date_that_is_not_that_of_the_sheet_stops(bring: Any) -> None:
    child = a_child()
    order = EegOrder.objects.create(
        child=child, reason="x", ordered_at="2025-10-01T10:00Z", ordered_by=person("d", "physician"),
        state="done", done_on=date(2025, 10, 20),
    )  # fmt: skip
    assert bring(child, order=order).state == "stopped"


def test_no_date_no_age_no_grade(bring: Any) -> None:
    child, user = a_child(), person("t", "technologist")
    study = bring(child, start="", user=user)
    assert (study.state, study.recorded_on) == ("no_age", None)
    with pytest.raises(InvalidActError, match="no age"):
        AskAnalysis(**by(user), child=child, study=study).execute()
    with pytest.raises(InvalidActError, match="before the birth"):
        AskAnalysis(**by(user), child=child, study=study, recorded_on=date(2025, 1, 1)).execute()
    AskAnalysis(**by(user), child=child, study=study, recorded_on=RECORDED).execute()
    study.refresh_from_db()
    assert (study.state, study.analyses.get().age_d) == ("waiting", 218)


def resolve(study: Study, resolution: str, *, user: Any = None, **fields: Any) -> Study:
    user = user or person(f"r{Identity.objects.count()}{resolution}", "technologist")
    fields = {"reason": "seen on the video", **fields}
    return ResolveIdentity(**by(user), child=study.child, study=study, resolution=resolution, **fields).execute()


def test_it_is_this_childs(bring: Any) -> None:
    study = resolve(bring(a_child(), sex="M"), "this")
    assert (study.state, study.stopped, study.analyses.count()) == ("waiting", False, 1)
    row = Entry.objects.get(verb="diagnosis.resolve_identity")
    assert "video" not in row.detail
    with pytest.raises(InvalidActError, match="nothing is in doubt"):
        resolve(study, "this", user=person("again", "technologist"))


def test_it_is_another_childs_and_is_compared_there_in_turn(bring: Any) -> None:
    wrong, right = a_child(1, family_name="Okafor", given_name="Ada"), a_child(2, birth_date=date(2025, 3, 1))
    study = bring(wrong)
    moved = resolve(study, "other", other=right)
    study.refresh_from_db()
    assert (study.state, moved.child, moved.state) == ("withdrawn", right, "waiting")
    assert Recording.objects.get().state == "attached"
    children = Entry.objects.get(verb="diagnosis.resolve_identity").detail
    assert f"{wrong.pk}" in children
    assert f"{right.pk}" in children


def test_it_is_rejected_kept_and_can_be_attached_later(bring: Any, media: Path) -> None:
    child = a_child()
    study = bring(child, name="Okafor Ada")
    resolve(study, "reject")
    recording = Recording.objects.get()
    assert (recording.state, (media / recording.folder / recording.main).is_file()) == ("rejected", True)
    again = AttachRecording(**by(person("t", "technologist")), child=child, recording=recording).execute()
    assert (again.state, again.pk != study.pk) == ("stopped", True)


def test_resolving_needs_a_reason_another_chart_and_a_role(bring: Any) -> None:
    study = bring(a_child(), sex="M")
    with pytest.raises(InvalidActError, match="reason"):
        resolve(study, "this", reason=" ")
    with pytest.raises(InvalidActError, match="name the other child"):
        resolve(study, "other", user=person("a", "technologist"))
    with pytest.raises(NotAllowedError):
        resolve(study, "this", user=person("n", "nurse"))
    study.refresh_from_db()
    assert study.state == "stopped"


def test_nobody_moves_a_recording_to_a_site_they_do_not_open(bring: Any) -> None:
    north, south = a_site("north"), a_site("south")
    study = bring(a_child(1, site=north), sex="M")
    other = a_child(2, site=south, birth_date=date(2025, 5, 5))
    with pytest.raises(InvalidActError, match="do not open"):
        resolve(study, "other", other=other, user=person("t", "technologist", site=north))


def test_a_study_with_a_signed_read_is_not_moved() -> None:
    study = a_study(a_child())
    Read.objects.create(
        study=study, reader=person("d", "physician"), version=1, kind="own", based=5,
        stored_at="2025-10-06T10:00Z", signed_at="2025-10-06T10:00Z",
    )  # fmt: skip
    with pytest.raises(InvalidActError, match="signed read"):
        resolve(study, "reject")


def test_a_stopped_study_is_not_analyzed_or_read(bring: Any) -> None:
    child, doctor = a_child(), person("d", "physician")
    study = bring(child, sex="M")
    with pytest.raises(InvalidActError, match="whose recording"):
        AskAnalysis(**by(doctor), child=child, study=study).execute()
    page = signed_in(doctor).post(f"/children/{child.pk}/eeg/studies/{study.pk}/read/", READ)
    assert "whose recording" in page.content.decode()
    assert not Read.objects.exists()


def test_an_unassigned_recording_is_compared_attached_and_another_is_rejected() -> None:
    child, user = a_child(), person("t", "technologist")
    client = signed_in(user)
    fields = {
        "source": "folder", "size_bytes": 1, "original_name": "a.edf", "main": "recording.edf", "readable": True,
        "header_name": "Rivera Ana", "header_birth": date(2025, 3, 1), "header_start": "2025-10-05T21:30:00",
        "arrived_at": "2025-10-06T08:00Z", "duration_s": 60,
    }  # fmt: skip
    one = Recording.objects.create(sha256="1" * 64, folder="recordings/1", **fields)
    two = Recording.objects.create(sha256="2" * 64, folder="recordings/2", **fields)
    assert "Rivera Ana" in client.get("/eeg/unassigned/").content.decode()
    page = f"/eeg/unassigned/{one.pk}/"
    assert (
        "No chart that you may open" in client.post(f"{page}attach/", {"chart": "W-NONE"}, follow=True).content.decode()
    )
    compared = client.post(f"{page}attach/", {"chart": child.pseudonym.lower()}).content.decode()
    assert "Compared with Ana Rivera" in compared
    assert not Study.objects.exists()
    client.post(f"{page}attach/", {"chart": child.pseudonym, "sure": child.pk})
    assert Study.objects.get().state == "waiting"
    one.refresh_from_db()
    with pytest.raises(InvalidActError, match="on a chart already"):
        AttachRecording(**by(user), child=child, recording=one).execute()
    client.post(f"/eeg/unassigned/{two.pk}/reject/", {"reason": "a test of the recorder"})
    two.refresh_from_db()
    assert two.state == "rejected"
    with pytest.raises(InvalidActError, match="unassigned"):
        RejectRecording(**by(user), recording=two, reason="once more").execute()


def test_recordings_of_another_site_are_not_seen() -> None:
    north, south = a_site("north"), a_site("south")
    fields = {
        "source": "folder", "size_bytes": 1, "original_name": "a", "main": "a", "readable": True,
        "header_name": "Secret Name", "arrived_at": "2025-10-06T08:00Z",
    }  # fmt: skip
    there = Recording.objects.create(sha256="1" * 64, folder="recordings/1", site=south, **fields)
    client = signed_in(person("t", "technologist", site=north))
    assert "Secret Name" not in client.get("/eeg/unassigned/").content.decode()
    assert client.get(f"/eeg/unassigned/{there.pk}/").status_code == 403
