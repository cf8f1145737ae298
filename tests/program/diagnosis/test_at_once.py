"""Two people at once: one clear line for the second, nothing of the first undone; who has seen the engine's result."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.program.diagnosis.support import READ, a_child, a_result, a_site, a_study, by, looked, person, reader
from tests.program.staff import signed_in

from westward.program.accounts.models import Grant
from westward.program.accounts.queries import forget_grants
from westward.program.acts import InvalidActError
from westward.program.diagnosis import files, queries
from westward.program.diagnosis.actions.attach import AttachRecording, RejectRecording, TakeIn
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.actions.read import StoreRead
from westward.program.diagnosis.actions.second import AskSecondRead
from westward.program.diagnosis.models import EngineView, Read, Recording, Study
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording() -> Recording:
    return Recording.objects.create(
        source="folder", sha256="1" * 64, size_bytes=1, original_name="a.edf", folder="recordings/1",
        main="recording.edf", readable=True, header_name="Rivera Ana", header_birth=date(2025, 3, 1),
        header_start="2025-10-05T21:30:00", arrived_at=timezone.now(), duration_s=60,
    )  # fmt: skip


def as_the_page_had_it(recording: Recording) -> Recording:
    return Recording.objects.get(pk=recording.pk)


def test_whoever_rejects_after_it_was_attached_is_told_and_changes_nothing(recording: Recording) -> None:
    child, tec, late = a_child(), person("t", "technologist"), as_the_page_had_it(recording)
    AttachRecording(**by(tec), child=child, recording=recording).execute()
    with pytest.raises(InvalidActError, match="on a chart already; nothing was rejected"):
        RejectRecording(**by(person("u", "technologist")), recording=late, reason="a test").execute()
    recording.refresh_from_db()
    assert (recording.state, recording.rejected_because, Study.objects.get().state) == ("attached", "", "waiting")


def test_whoever_attaches_after_it_was_rejected_is_told_why(recording: Recording) -> None:
    child, tec, late = a_child(), person("t", "technologist"), as_the_page_had_it(recording)
    RejectRecording(**by(person("u", "technologist")), recording=recording, reason="a test of the cap").execute()
    with pytest.raises(InvalidActError, match="was rejected meanwhile: a test of the cap"):
        AttachRecording(**by(tec), child=child, recording=late, seen="unassigned").execute()
    assert not Study.objects.exists()
    study = AttachRecording(**by(tec), child=child, recording=late, seen="rejected").execute()
    recording.refresh_from_db()
    assert (study.state, recording.state) == ("waiting", "attached")


def test_two_charts_at_once_get_it_once(recording: Recording) -> None:
    late = as_the_page_had_it(recording)
    AttachRecording(**by(person("t", "technologist")), child=a_child(1), recording=recording).execute()
    with pytest.raises(InvalidActError, match="on a chart already"):
        AttachRecording(**by(person("u", "technologist")), child=a_child(2), recording=late).execute()
    assert Study.objects.count() == 1


@pytest.mark.parametrize("what", ["page", "reject", "attach", "sure"])
def test_the_pages_of_a_recording_that_was_attached_meanwhile_say_so_in_one_line(
    recording: Recording, what: str
) -> None:
    child = a_child()
    AttachRecording(**by(person("t", "technologist")), child=child, recording=recording).execute()
    client = signed_in(person("u", "technologist"))
    page = f"/eeg/unassigned/{recording.pk}/"
    answer = {
        "page": lambda: client.get(page, follow=True),
        "reject": lambda: client.post(f"{page}reject/", {"reason": "a test"}, follow=True),
        "attach": lambda: client.post(f"{page}attach/", {"chart": child.pseudonym}, follow=True),
        "sure": lambda: client.post(f"{page}attach/", {"chart": child.pseudonym, "sure": child.pk}, follow=True),
    }[what]()
    assert answer.redirect_chain[-1][0] == "/eeg/unassigned/"
    assert answer.content.decode().count("This recording is on a chart already; nothing was changed.") == 1


def test_a_page_that_showed_it_unassigned_does_not_attach_what_was_rejected(recording: Recording) -> None:
    child, client = a_child(), signed_in(person("u", "technologist"))
    page = f"/eeg/unassigned/{recording.pk}/"
    compared = client.post(f"{page}attach/", {"chart": child.pseudonym}).content.decode()
    assert '<input type="hidden" name="seen" value="unassigned">' in compared
    RejectRecording(**by(person("t", "technologist")), recording=recording, reason="a test of the cap").execute()
    asked = {"chart": child.pseudonym, "sure": child.pk, "seen": "unassigned"}
    told = client.post(f"{page}attach/", asked, follow=True).content.decode()
    assert "rejected meanwhile" in told
    assert not Study.objects.exists()


def test_an_attached_recording_of_another_site_is_not_told_of(recording: Recording) -> None:
    north, south = a_site("north"), a_site("south")
    Recording.objects.filter(pk=recording.pk).update(site=south, state="attached")
    client = signed_in(person("t", "technologist", site=north))
    assert client.get(f"/eeg/unassigned/{recording.pk}/").status_code in (403, 404)


def test_two_who_resolve_at_once_are_told_apart() -> None:
    ana, luz = a_child(1), a_child(2)
    study = a_study(ana, state="stopped", stopped=True)
    late = Study.objects.get(pk=study.pk)
    said = {"child": ana, "reason": "seen on the video"}
    ResolveIdentity(**by(person("t", "technologist")), **said, study=study, resolution="other", other=luz).execute()
    with pytest.raises(InvalidActError, match="not on this chart any more"):
        ResolveIdentity(**by(person("u", "technologist")), **said, study=late, resolution="this").execute()


def test_a_chart_that_was_merged_between_match_and_act_gets_nothing(tmp_path: Path, media: Path) -> None:
    child = a_child()
    late = Child.objects.get(pk=child.pk)
    Child.objects.filter(pk=child.pk).update(state="merged", merged_into=a_child(2, family_name="Okafor"))
    path = tmp_path / "a.edf"
    path.write_bytes(b"a")
    TakeIn(arrival=files.copy_in([path]), inspected=looked(), child=late).execute()
    assert (Recording.objects.get().state, Study.objects.count()) == ("unassigned", 0)


def look_at(study: Study, client: Any, how: str) -> None:
    address = {
        "page": reverse("eeg-study", args=[study.child_id, study.pk]),
        "report": reverse("eeg-report", args=[study.child_id, study.pk]),
        "frame": reverse("eeg-report-frame", args=[study.child_id, study.pk]),
        "api": f"/api/children/{study.child_id}/eeg",
    }[how]
    assert client.get(address).status_code == 200


@pytest.fixture
def shown(media: Path) -> Study:
    """A study with a read and a result, and its report."""
    study = a_study(a_child())
    result = a_result(study)
    (media / result.bundle).mkdir(parents=True)
    (media / result.bundle / "report.html").write_text("<p>grade</p>")
    StoreRead(**by(reader()), child=study.child, study=study, said=READ).execute()
    return study


@pytest.mark.parametrize("how", ["page", "report", "frame", "api"])
def test_a_viewer_who_has_seen_the_result_cannot_give_a_blind_read_later(shown: Study, how: str) -> None:
    nurse = person("n", "nurse")
    client = signed_in(nurse)
    look_at(shown, client, how)
    look_at(shown, client, how)
    view = EngineView.objects.get(reader=nurse)
    assert (view.study, view.result, view.own_read) == (shown, shown.results.get(), None)
    Grant.objects.create(user=nurse, role="physician", purpose="care")
    forget_grants(nurse)
    with pytest.raises(InvalidActError, match="cannot give a blind read"):
        StoreRead(**by(nurse), child=shown.child, study=shown, said=READ).execute()
    with pytest.raises(InvalidActError, match="not blind any more"):
        AskSecondRead(**by(reader("x")), child=shown.child, study=shown, reader=nurse).execute()
    assert queries.switching().agreed + queries.switching().n + queries.switching().not_comparable == 0
    assert Read.objects.filter(reader=nurse).count() == 0


@pytest.mark.parametrize("how", ["page", "api"])
def test_nothing_is_noted_where_nothing_was_shown(how: str) -> None:
    study = a_study(a_child())
    a_result(study)
    look_at(study, signed_in(person("n", "nurse")), how)
    StoreRead(**by(reader()), child=study.child, study=study, said=READ).execute()
    look_at(study, signed_in(reader("bea")), how)
    assert not EngineView.objects.exists()


def test_every_route_that_reads_a_result_asks_the_one_gate() -> None:
    """Nobody outside the gate, the acts and the measure of switching reads results: a new page must ask it as well."""
    import westward.program

    allowed = {
        "sight.py", "models/__init__.py", "models/study.py", "models/read.py", "actions/read.py", "actions/result.py",
        "studies.py", "ages.py", "queries.py",
    }  # fmt: skip
    root = Path(next(iter(westward.program.__path__)))

    def reads(text: str) -> bool:
        return ".results" in text or "EngineResult.objects" in text

    inside = {
        str(path.relative_to(root / "diagnosis"))
        for path in (root / "diagnosis").rglob("*.py")
        if "migrations" not in path.parts and reads(path.read_text("utf-8"))
    }
    assert inside <= allowed | {"views/study.py"}, inside
