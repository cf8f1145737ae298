"""EEG and diagnosis in a real browser: every page for everybody, and the way of a recording with a real worker."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def room(program: Any) -> Any:
    """A child whose study is read and decided, one that is stopped, and the people around them."""
    from django.utils import timezone
    from tests.program.diagnosis import support
    from tests.program.staff import by, person

    from westward.program.diagnosis.actions import decide, order, read
    from westward.program.diagnosis.models import Analysis, OutsideEeg, Recording

    doctor, technologist = person("rea", "physician"), person("tomas", "technologist")
    ana, ada = support.a_child(1, simulated=True), support.a_child(2, family_name="Okafor", given_name="Ada")
    asked = {**by(doctor), "child": ana}
    wanted = order.OrderEeg(**asked, reason="clusters on waking", urgency="today").execute()
    study, waiting = support.a_study(ana), support.a_study(ana, n=2, state="analyzing")
    support.a_result(study)
    now = timezone.now()
    Analysis.objects.create(
        study=waiting, state="running", age_d=218, age_why="term", asked_at=now, heard_at=now, done=0.4, doing="reading"
    )
    read.StoreRead(**asked, study=study, said=support.READ | {"words": "multifocal spikes"}).execute()
    read.SeeEngine(**asked, study=study).execute()
    read.SignRead(**asked, study=study).execute()
    decide.Assess(**asked, part="semiology", answers={"type": "flexor", "clusters": "yes"}).execute()
    decide.Decide(**asked, outcome="suspected", on=date(2025, 10, 6)).execute()
    line = {"field": "name", "chart": "Ada Okafor", "file": "Rivera Ana", "fit": "differs", "stop": "the name differs"}
    stopped = support.a_study(
        ada, state="stopped", stopped=True, identity={"lines": [line], "stops": ["the name differs"], "cautions": []}
    )
    outside = OutsideEeg.objects.create(
        child=ada, place="Riverside", state="export", requested_on=date(2025, 10, 1), requested_by=doctor,
        missing=["edf", "video"], changed_at=now, changed_by=doctor,
    )  # fmt: skip
    loose = Recording.objects.create(
        source="folder", sha256="9" * 64, size_bytes=1, original_name="night.edf", folder="recordings/loose",
        main="recording.edf", readable=True, header_name="Rivera Ana", arrived_at=now, duration_s=300,
    )  # fmt: skip
    corrected, doubted = _corrected(doctor)
    return SimpleNamespace(
        doctor=doctor, technologist=technologist, ana=ana, ada=ada, order=wanted, study=study, waiting=waiting,
        stopped=stopped, outside=outside, loose=loose, corrected=corrected, doubted=doubted,
    )  # fmt: skip


def _corrected(doctor: Any) -> tuple[Any, Any]:
    """A study whose child got another birth date after it was read, and one that fits its corrected chart no more."""
    from tests.program.diagnosis import support
    from tests.program.staff import by, person

    from westward.program.diagnosis.actions import order, read
    from westward.program.diagnosis.rules.identity import check
    from westward.program.diagnosis.studies import header_of, person_of
    from westward.program.people.actions.correct_child import CorrectChild
    from westward.program.people.models import Child

    coordinator = person("cora", "coordinator")
    kit, luz = (support.a_child(n, family_name="Lind", given_name=given) for n, given in ((3, "Kit"), (4, "Luz")))
    for child, given in ((kit, "Lind Kit"), (luz, "Lind")):
        study = support.a_study(child, n=child.pk)
        study.recording.header_name = given
        study.recording.save()
        compared = check(header_of(study.recording), person_of(child), others=(), today=date(2025, 12, 1))
        study.identity = compared.to_json() | {"stops": []}
        study.save()
        support.a_result(study, score=3, bundle=f"bundles/{child.pk}")
        asked = {**by(doctor), "child": child}
        read.StoreRead(**asked, study=study, said=support.READ).execute()
        read.SeeEngine(**asked, study=study).execute()
        read.SignRead(**asked, study=study).execute()
    wanted = order.OrderEeg(**by(doctor), child=kit, reason="once more", urgency="days").execute()
    order.MarkDone(**by(doctor), child=kit, order=wanted, on=date(2025, 11, 20)).execute()
    Child.objects.filter(pk=luz.pk).update(birth_date=date(2024, 2, 1))
    for child, facts in ((kit, {"birth_date": date(2025, 4, 1)}), (luz, {"given_name": "Lucia"})):
        CorrectChild(**by(coordinator), child=Child.objects.get(pk=child.pk), facts=facts).execute()
    return kit.studies.get(), luz.studies.get()


def pages(room: Any) -> dict[str, tuple[Any, str]]:
    ana, ada = f"/children/{room.ana.pk}", f"/children/{room.ada.pk}"
    doctor, technologist = room.doctor, room.technologist
    return {
        "eeg": (doctor, f"{ana}/eeg/"),
        "order": (doctor, f"{ana}/eeg/order/"),
        "sheet": (technologist, f"{ana}/eeg/orders/{room.order.pk}/sheet/"),
        "upload": (technologist, f"{ana}/eeg/upload/"),
        "study": (doctor, f"{ana}/eeg/studies/{room.study.pk}/"),
        "running": (doctor, f"{ana}/eeg/studies/{room.waiting.pk}/"),
        "read": (doctor, f"{ana}/eeg/studies/{room.waiting.pk}/read/"),
        "stopped": (technologist, f"{ada}/eeg/studies/{room.stopped.pk}/"),
        "outside": (technologist, f"{ada}/eeg/"),
        "arrived": (technologist, f"{ada}/eeg/outside/{room.outside.pk}/"),
        "queue": (doctor, "/eeg/queue/"),
        "room": (technologist, "/eeg/room/"),
        "unassigned": (technologist, "/eeg/unassigned/"),
        "recording": (technologist, f"/eeg/unassigned/{room.loose.pk}/"),
        "corrected": (doctor, f"/children/{room.corrected.child_id}/eeg/studies/{room.corrected.pk}/"),
        "missing": (technologist, f"/children/{room.corrected.child_id}/eeg/"),
        "other_age": (doctor, f"/children/{room.corrected.child_id}/diagnosis/"),
        "doubted": (technologist, f"/children/{room.doubted.child_id}/eeg/studies/{room.doubted.pk}/"),
        "diagnosis": (doctor, f"{ana}/diagnosis/"),
        "history": (doctor, f"{ana}/diagnosis/history/"),
        "semiology": (doctor, f"{ana}/diagnosis/semiology/"),
        "mimics": (doctor, f"{ana}/diagnosis/mimics/"),
        "decide": (doctor, f"{ana}/diagnosis/decide/"),
    }


NAMES = [
    "eeg", "order", "sheet", "upload", "study", "running", "read", "stopped", "outside", "arrived", "queue", "room",
    "unassigned", "recording", "corrected", "missing", "other_age", "doubted", "diagnosis", "history", "semiology",
    "mimics", "decide",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_for_everybody(visit: Callable[..., Any], room: Any, name: str) -> None:
    user, address = pages(room)[name]
    page = visit(user, address)
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    assert checks.zoomed_out_of_sight(page) == []
    assert checks.unreachable_by_keyboard(page) == []


def test_the_wrong_recording_is_stopped_and_the_right_one_graded_after_the_reader(
    visit: Callable[..., Any], program: Any, tmp_path: Path
) -> None:
    """Upload, stop, move, analysis with its progress in the real worker, own read, the engine beside it, signature."""
    from tests.program.diagnosis import support
    from tests.program.staff import person

    eva, zoe = (
        support.a_child(n, family_name=family, given_name=given, birth_date=date(2025, 3, n), simulated=True)
        for n, family, given in ((11, "Lark", "Eva"), (12, "Wren", "Zoe"))
    )
    reader, technologist = person("lena", "physician"), person("theo", "technologist")
    edf = support.make_edf(tmp_path, patient="X F 12-MAR-2025 Wren_Zoe")
    page = visit(technologist, f"/children/{eva.pk}/eeg/upload/")
    page.set_input_files("input[type=file]", str(edf))
    follow(page.get_by_role("button", name="Attach recording"))
    page.get_by_role("heading", name=re.compile("Stopped")).wait_for()
    page.get_by_label("It is another child").check()
    page.get_by_label("The other child").fill(zoe.pseudonym)
    page.get_by_label("Reason").fill("two recordings were swapped on the recorder")
    follow(page.get_by_role("button", name="Decide"))
    page.get_by_text("The recording is on the other chart now").wait_for()
    study = zoe.studies.get()
    address = f"/children/{zoe.pk}/eeg/studies/{study.pk}/"

    reading = visit(reader, address)
    with program.worker():
        reading.get_by_text(re.compile("✓ Analyzed|The analysis failed")).wait_for(timeout=180_000)
    reading.wait_for_load_state()  # the page came anew by itself
    assert "hidden from everybody until a reader has stored" in reading.content()
    assert "BASED" not in reading.locator("main").inner_text()
    follow(reading.get_by_role("link", name="Read", exact=True))
    reading.get_by_label("4", exact=True).check()
    follow(reading.get_by_role("button", name="Store read"))
    follow(reading.get_by_role("button", name="See the engine"))
    assert reading.locator("tr.grade td").all_inner_texts() == ["4", "5"]
    assert reading.locator(".badge-unreviewed").count() > 0
    follow(reading.get_by_role("button", name="Sign your read"))
    assert reading.locator(".badge-unreviewed").count() == 0
    follow(reading.get_by_role("link", name="Open the grade report"))
    frame = reading.frame_locator("iframe.report")
    frame.get_by_text("definite epileptic encephalopathy").first.wait_for()
