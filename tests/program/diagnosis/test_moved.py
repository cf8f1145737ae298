"""A wrong recording leaves a chart: the order it answered is open again, and the right child's order is answered."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.program.diagnosis.support import READ, RECORDED, a_child, a_study, by, looked, person, reader
from tests.program.staff import signed_in

from westward.care.clocks import Milestone
from westward.care.when import on_day
from westward.program.acts import InvalidActError
from westward.program.diagnosis import files, inbox, journey, queries, standing
from westward.program.diagnosis.actions.attach import AttachRecording
from westward.program.diagnosis.actions.identity import ResolveIdentity
from westward.program.diagnosis.actions.order import MarkDone
from westward.program.diagnosis.actions.outside import OutsideArrived, RequestOutside
from westward.program.diagnosis.actions.sheet import WriteSheet
from westward.program.diagnosis.models import EegOrder, OutsideEeg, Read, Recording, Study
from westward.program.journey.models import Standing
from westward.program.people.models import Child

pytestmark = [pytest.mark.django_db, pytest.mark.board]

LUZ = {"name": "Lind Luz", "birth": "2025-04-02", "code": ""}


def order(child: Child, *, on: date = RECORDED, **fields: Any) -> EegOrder:
    doctor = person(f"d{EegOrder.objects.count()}", "physician")
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    return EegOrder.objects.create(child=child, reason="events", ordered_at=at, ordered_by=doctor, **fields)


def take_away(study: Study, *, to: Child | None = None) -> Study:
    user = person(f"res{study.pk}", "technologist")
    said: dict[str, Any] = {"resolution": "other", "other": to} if to else {"resolution": "reject"}
    return ResolveIdentity(**by(user), child=study.child, study=study, reason="seen on the video", **said).execute()


def words(child: Child) -> list[str]:
    return [act.words for act in journey.next_acts([child.pk], now=timezone.now())[child.pk]]


def wrongly_taken(bring: Any, child: Child, ordered: EegOrder) -> Study:
    """The file of another child, taken for this child's by a person."""
    study = bring(child, ordered, **LUZ)
    user = person(f"hasty{study.pk}", "technologist")
    return ResolveIdentity(**by(user), child=child, study=study, resolution="this", reason="name misspelt").execute()


@pytest.mark.parametrize("moved", [True, False])
def test_the_order_that_only_the_wrong_recording_closed_is_open_again(bring: Any, moved: bool) -> None:
    ana, luz = a_child(1), a_child(2, family_name="Lind", given_name="Luz", birth_date=date(2025, 4, 2))
    ordered = order(ana)
    study = wrongly_taken(bring, ana, ordered)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done_on) == ("done", RECORDED)
    assert journey.facts([ana.pk])[ana.pk] == {Milestone.EEG: on_day(RECORDED)}
    take_away(study, to=luz if moved else None)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done_on, ordered.ended_at, ordered.ended_by) == ("open", None, None, None)
    assert journey.facts([ana.pk])[ana.pk] == {}
    assert words(ana) == ["Record EEG"]
    assert Standing.objects.get(child=ana).act == "Record EEG"
    assert journey.lines([ana.pk])[ana.pk] == "EEG ordered, within days"
    assert [mark.words for mark in journey.marks(ana, viewer=reader())] == ["EEG ordered (within days)"]


def test_a_recorded_order_asks_for_its_recording_again_everywhere(bring: Any) -> None:
    ana, tec = a_child(1), person("t", "technologist")
    ordered = order(ana)
    WriteSheet(**by(tec), child=ana, order=ordered, recorded_on=RECORDED).execute()
    take_away(wrongly_taken(bring, ana, ordered))
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done_on) == ("done", RECORDED)
    assert words(ana) == ["Attach the recording"]
    assert queries.room(tec) == [ordered]
    client = signed_in(tec)
    assert "Attach recording" in client.get("/eeg/room/").content.decode()
    assert "recording missing" in client.get(f"/children/{ana.pk}/eeg/").content.decode()
    page = client.get(f"/children/{ana.pk}/eeg/upload/").content.decode()
    assert f'<option value="{ordered.pk}" selected' in page


def test_an_order_with_another_valid_recording_stays_answered(bring: Any) -> None:
    ana = a_child(1)
    ordered = order(ana)
    right = bring(ana, ordered)
    wrong = wrongly_taken(bring, ana, ordered)
    take_away(wrong)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done_on) == ("done", RECORDED)
    take_away(right)
    ordered.refresh_from_db()
    assert ordered.state == "open"


def test_of_two_recordings_that_leave_the_first_to_leave_hands_the_order_on(bring: Any) -> None:
    ana = a_child(1)
    ordered = order(ana)
    first, second = bring(ana, ordered, start="2025-10-05T21:30:00"), bring(ana, ordered, start="2025-10-06T03:00:00")
    take_away(first)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done_on) == ("done", second.recorded_on)
    take_away(second)
    ordered.refresh_from_db()
    assert ordered.state == "open"


def test_the_right_childs_open_order_is_answered_by_the_moved_recording(bring: Any) -> None:
    ana, luz = a_child(1), a_child(2, family_name="Lind", given_name="Luz", birth_date=date(2025, 4, 2))
    hers = order(luz)
    moved = take_away(bring(ana, order(ana), **LUZ), to=luz)
    hers.refresh_from_db()
    assert (moved.state, moved.order, hers.state, hers.done_on) == ("waiting", hers, "done", RECORDED)
    assert words(luz) == ["Read EEG"]
    assert Standing.objects.get(child=luz).act == "Read EEG"


def test_a_moved_recording_in_doubt_answers_the_order_when_it_is_resolved(bring: Any) -> None:
    ana, luz = a_child(1), a_child(2, family_name="Lind", given_name="Luz", birth_date=date(2025, 4, 3))
    hers = order(luz)
    moved = take_away(bring(ana, order(ana), **LUZ), to=luz)
    hers.refresh_from_db()
    assert (moved.state, hers.state) == ("stopped", "open")
    user = person("sure", "technologist")
    ResolveIdentity(**by(user), child=luz, study=moved, resolution="this", reason="mother says so").execute()
    hers.refresh_from_db()
    assert (hers.state, hers.done_on) == ("done", RECORDED)


def test_a_recorded_order_without_its_file_takes_the_moved_recording(bring: Any) -> None:
    ana, luz = a_child(1), a_child(2, family_name="Lind", given_name="Luz", birth_date=date(2025, 4, 2))
    hers = order(luz, state="done", done_on=RECORDED)
    other = order(luz, state="done", done_on=date(2025, 11, 20))
    moved = take_away(bring(ana, order(ana), **LUZ), to=luz)
    assert moved.order == hers
    assert words(luz) == ["Attach the recording", "Read EEG"]
    other.refresh_from_db()
    assert other.done_on == date(2025, 11, 20)


def test_an_order_given_after_the_recording_is_not_answered_by_it(bring: Any) -> None:
    ana, luz = a_child(1), a_child(2, family_name="Lind", given_name="Luz", birth_date=date(2025, 4, 2))
    later = order(luz, on=date(2025, 11, 1))
    moved = take_away(bring(ana, **LUZ), to=luz)
    later.refresh_from_db()
    assert (moved.order, later.state) == (None, "open")


def test_of_two_orders_that_fit_a_person_chooses(bring: Any) -> None:
    ana, luz = a_child(1), a_child(2, family_name="Lind", given_name="Luz", birth_date=date(2025, 4, 2))
    order(luz), order(luz)
    assert take_away(bring(ana, **LUZ), to=luz).order is None


def test_an_order_marked_as_recorded_finds_the_recording_that_is_there(bring: Any) -> None:
    """Nothing waits for a file that came without its order."""
    ana, tec = a_child(1), person("t", "technologist")
    study = bring(ana)
    ordered = order(ana, on=date(2025, 10, 9))
    MarkDone(**by(tec), child=ana, order=ordered, on=date(2025, 10, 6)).execute()
    study.refresh_from_db()
    assert study.order == ordered
    assert "Attach the recording" not in words(ana)
    take_away(study)
    ordered.refresh_from_db()
    assert (ordered.state, words(ana)) == ("done", ["Attach the recording"])


def test_a_recording_from_the_unassigned_answers_the_order_as_well(bring: Any) -> None:
    ana = a_child(1)
    ordered = order(ana)
    recording = Recording.objects.create(
        source="folder", sha256="1" * 64, size_bytes=1, original_name="a.edf", folder="recordings/1",
        main="recording.edf", readable=True, header_name="Rivera Ana", header_birth=date(2025, 3, 1),
        header_start="2025-10-05T21:30:00", arrived_at=timezone.now(), duration_s=60,
    )  # fmt: skip
    AttachRecording(**by(person("t", "technologist")), child=ana, recording=recording).execute()
    ordered.refresh_from_db()
    assert ordered.state == "done"


def test_one_of_the_inbox_answers_the_order_as_well(
    tmp_path: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = a_child(1)
    ordered, later = order(ana), order(ana, on=date(2025, 11, 1))
    monkeypatch.setattr(inbox, "folder", lambda: tmp_path / "inbox")
    monkeypatch.setattr(inbox, "inspect", lambda path: looked())
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "night.edf").write_bytes(b"1")
    watch = inbox.Watch()
    assert [inbox.look_in(now=at, watch=watch) for at in (0.0, 20.0)] == [0, 1]
    ordered.refresh_from_db()
    later.refresh_from_db()
    assert (ordered.state, later.state) == ("done", "open")


def test_an_outside_eeg_whose_file_was_another_childs_is_waited_for_again(tmp_path: Path, media: Path) -> None:
    ana, luz = a_child(1), a_child(2, family_name="Lind", given_name="Luz", birth_date=date(2025, 4, 2))
    hers, nurse = order(luz), person("n", "nurse")
    outside = RequestOutside(**by(nurse), child=ana, place="County").execute()
    path = tmp_path / "o.edf"
    path.write_bytes(b"o")
    OutsideArrived(
        **by(nurse), child=ana, outside=outside, arrived_on=timezone.localdate(), arrival=files.copy_in([path]),
        inspected=looked(**LUZ),
    ).execute()  # fmt: skip
    moved = take_away(Study.objects.get(), to=luz)
    outside = OutsideEeg.objects.get()
    assert (outside.state, outside.recording, outside.arrived_on) == ("requested", None, None)
    assert "Ask again for the outside EEG" in words(ana)
    hers.refresh_from_db()
    assert (moved.order, hers.state) == (None, "open")


def test_a_signed_read_stays_with_the_recording_that_a_physician_takes_away() -> None:
    ana, luz = a_child(1), a_child(2)
    study, doctor = a_study(ana), reader("d")
    Read.objects.create(
        study=study, reader=doctor, version=1, kind="own", stored_at=timezone.now(), signed_at=timezone.now(), **READ
    )
    said = {"child": ana, "study": study, "resolution": "other", "other": luz, "reason": "wrong band on the video"}
    with pytest.raises(InvalidActError, match="signed read"):
        ResolveIdentity(**by(person("t", "technologist")), **said).execute()
    moved = ResolveIdentity(**by(doctor), **said).execute()
    assert (Read.objects.get().study, moved.reads.count()) == (study, 0)
    assert standing.of(ana).reads == ()
    assert standing.of(luz).reads == ()


def test_the_page_of_a_recording_that_was_taken_away_leads_back_with_one_line() -> None:
    study = a_study(a_child(1), state="withdrawn")
    client = signed_in(person("t", "technologist"))
    page = f"/children/{study.child_id}/eeg/studies/{study.pk}/"
    for answer in (
        client.get(page, follow=True),
        client.post(f"{page}identity/", {"resolution": "reject", "reason": "once more"}, follow=True),
    ):
        assert answer.redirect_chain[-1][0] == f"/children/{study.child_id}/eeg/"
        assert "taken off this chart" in answer.content.decode()
