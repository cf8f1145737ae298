"""EEGs from elsewhere: requested, arrived, readable or to be exported, what is missing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.program.diagnosis.support import a_child, by, looked, person
from tests.program.staff import signed_in

from westward.care.clocks import Milestone
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.diagnosis import files, journey
from westward.program.diagnosis.actions.outside import CloseOutside, OutsideArrived, RequestOutside
from westward.program.diagnosis.inspecting import Inspected
from westward.program.diagnosis.models import OutsideEeg, Recording, Study
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db

CAME = date(2025, 10, 20)


def requested(child: Child, **fields: Any) -> OutsideEeg:
    user = fields.pop("user", None) or person(f"c{OutsideEeg.objects.count()}", "coordinator")
    return RequestOutside(**by(user), child=child, place="St. Elsewhere", **fields).execute()


def arrived(outside: OutsideEeg, **fields: Any) -> OutsideEeg:
    user = fields.pop("user", None) or person(f"a{Recording.objects.count()}{outside.state}", "coordinator")
    return OutsideArrived(**by(user), child=outside.child, outside=outside, arrived_on=CAME, **fields).execute()


def a_file(tmp_path: Path, name: str = "a.edf") -> files.Arrival:
    (tmp_path / name).write_bytes(name.encode())
    return files.copy_in([tmp_path / name])


def test_a_readable_one_becomes_a_study_and_stops_no_clock_of_the_program(tmp_path: Path, media: Path) -> None:
    child = a_child()
    outside = arrived(requested(child), arrival=a_file(tmp_path), inspected=looked(), missing=["video"])
    assert (outside.state, outside.missing) == ("readable", ["video"])
    assert (Study.objects.get().state, Recording.objects.get().source) == ("waiting", "outside")
    assert Milestone.EEG not in journey.facts([child.pk])[child.pk]


def test_one_of_another_child_stops_as_any_other(tmp_path: Path, media: Path) -> None:
    arrived(requested(a_child()), arrival=a_file(tmp_path), inspected=looked(name="Okafor Ada"))
    assert Study.objects.get().state == "stopped"


def test_one_that_cannot_be_read_is_kept_with_its_hash_and_asked_for_again(tmp_path: Path, media: Path) -> None:
    child = a_child()
    broken = Inspected(False, "Natus/XLTEK recordings cannot be read; ask for EDF + video export")
    outside = arrived(requested(child), arrival=a_file(tmp_path, "n.erd"), inspected=broken)
    recording = Recording.objects.get()
    assert (outside.state, outside.missing, outside.recording) == ("export", ["edf"], recording)
    assert (media / recording.folder / recording.main).read_bytes() == b"n.erd"
    assert len(recording.sha256) == 64
    assert not Study.objects.exists()
    page = signed_in(person("co", "coordinator")).get(f"/children/{child.pk}/eeg/").content.decode()
    assert "Text to send" in page
    assert recording.sha256 in page
    text = page[page.index("Request for an export") : page.index("</textarea>")]
    assert "EDF+" in text
    assert "MP4" in text
    assert "Rivera" not in text
    assert "Ask for EDF and video export" in journey.next_acts([child.pk], now=timezone.now())[child.pk][0].words


def test_only_a_report_came() -> None:
    outside = arrived(requested(a_child()), missing=["video", "notes"])
    assert (outside.state, outside.missing) == ("export", ["signals", "video", "notes"])


def test_what_makes_no_sense(tmp_path: Path, media: Path) -> None:
    child = a_child()
    with pytest.raises(InvalidActError, match="where"):
        RequestOutside(**by(person("x", "nurse")), child=child, place=" ").execute()
    outside = requested(child)
    with pytest.raises(InvalidActError, match="not on the list"):
        arrived(outside, missing=["patience"])
    day = timezone.localdate() + timedelta(days=3)
    with pytest.raises(InvalidActError, match="future"):
        OutsideArrived(**by(person("y", "nurse")), child=child, outside=outside, arrived_on=day).execute()
    CloseOutside(**by(person("z", "nurse")), child=child, outside=outside).execute()
    with pytest.raises(InvalidActError, match="closed"):
        arrived(outside, user=person("w", "nurse"))
    with pytest.raises(NotAllowedError):
        requested(child, user=person("p", "pharmacist"))


def test_by_the_page(edf: Path, media: Path) -> None:
    child = a_child()
    client = signed_in(person("co", "coordinator"))
    client.post(f"/children/{child.pk}/eeg/outside/", {"place": "St. Elsewhere", "recorded_on": "2025-10-05"})
    outside = OutsideEeg.objects.get()
    sent = {
        "arrived_on": "2025-10-20",
        "recording": SimpleUploadedFile("x.edf", edf.read_bytes()),
        "missing": ["video"],
    }
    answer = client.post(f"/children/{child.pk}/eeg/outside/{outside.pk}/", sent)
    assert answer.status_code == 302
    outside.refresh_from_db()
    assert (outside.state, Study.objects.get().state) == ("readable", "waiting")
