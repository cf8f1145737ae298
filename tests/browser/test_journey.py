"""The first half of the journey, through the pages: from a doctor's referral to the letter that goes out.

With ``WESTWARD_SHOTS`` naming a folder, a picture of every station is kept.
"""

from __future__ import annotations

import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.browser.filled import send
from tests.browser.waits import follow

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BORN = date.today() - timedelta(days=205)  # noqa: DTZ011
CHILD = {"given_name": "Wren", "family_name": "Hawthorn", "birth_date": BORN.isoformat(), "sex": "female"}


class Station:
    """Pictures, numbered along the way."""

    def __init__(self) -> None:
        self.n, self.folder = 0, os.environ.get("WESTWARD_SHOTS")

    def __call__(self, page: Any, name: str) -> None:
        self.n += 1
        if self.folder:
            target = Path(self.folder) / "journey"
            target.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=target / f"{self.n:02d}_{name}.png", full_page=True)


@pytest.fixture(scope="module")
def team(program: Any) -> dict[str, Any]:
    """The hospital: people, a roster, slots of the coming days, and another child of the same age."""
    from django.utils import timezone
    from tests.program.staff import by, person

    from westward.program.accounts.models import Site
    from westward.program.people.actions.add_child import AddChild
    from westward.program.referral.actions.roster import AddShift
    from westward.program.referral.actions.slots import MakeSlots

    site = Site.objects.create(code="main", name="Children's Hospital")
    people = {role: person(role, role) for role in ("coordinator", "physician", "technologist")}
    now, coordinator = timezone.now(), by(people["coordinator"])
    AddShift(
        **coordinator, site=site, to=people["coordinator"], starts=now - timedelta(hours=1),
        ends=now + timedelta(days=2), phone="555-0110",
    ).execute()  # fmt: skip
    clock = timezone.datetime
    MakeSlots(
        **coordinator, site=site, beds=["EEG 1"], first=timezone.localdate(),
        last=timezone.localdate() + timedelta(days=3), weekdays=range(7), begin=clock.min.time().replace(hour=8),
        end=clock.min.time().replace(hour=20), length_h=4.0, technologist=people["technologist"],
    ).execute()  # fmt: skip
    AddChild(
        **coordinator, site=site, family_name="Sparrow", given_name="Lark", birth_date=BORN - timedelta(days=40),
        sex="male", simulated=True,
    ).execute()  # fmt: skip
    return people


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two simulated recordings of this morning: of the child, and of the other one."""
    from westward.eeg.simulate.generate import simulate
    from westward.program.demo.eegs import header

    folder = tmp_path_factory.mktemp("recordings")
    from django.utils import timezone

    began = timezone.localtime().replace(hour=0, minute=5, second=0, microsecond=0, tzinfo=None)
    whose = {
        "other": header(given="Lark", family="Sparrow", birth=BORN - timedelta(days=40), sex="male", code=""),
        "own": header(given="Wren", family="Hawthorn", birth=BORN, sex="female", code=""),
    }
    return {
        name: simulate(
            "hypsarrhythmia", age_months=6.7, minutes=6, seed=seed, out_dir=folder / name, patient=patient, start=began
        ).edf
        for seed, (name, patient) in enumerate(whose.items(), 1)
    }


def test_from_the_referral_to_the_letter(
    program: Any, visit: Any, team: dict[str, Any], recordings: dict[str, Path]
) -> None:
    from westward.program.audit.queries import walk
    from westward.program.diagnosis.models import EngineView, Recording, Study
    from westward.program.letters.models import Dispatch
    from westward.program.people.models import Child
    from westward.program.referral.models import Referral

    shot = Station()

    # A pediatrician refers a child by the public form.
    doctor = visit(None, "/refer/professional/")
    shot(doctor, "referral_form")
    doctor.wait_for_timeout(4_000)  # nobody fills it in faster, and the program knows
    yes = dict.fromkeys(("events", "clusters", "regression", "parent_concern", "cry"), "yes")
    no = dict.fromkeys(("breathing", "convulsion", "known_cause", "diagnosed"), "no")
    send(
        doctor, **CHILD, **yes, **no, onset_precision="week", onset_day=(date.today() - timedelta(days=9)).isoformat(),  # noqa: DTZ011
        sender_name="Dr. Rosemary Oakes", sender_phone="555-0142", sender_relation="pediatrician",
        consent_contact=True, words="Bends forward in rows on waking; no longer smiles.",
    )  # fmt: skip
    referral = Referral.objects.get()
    assert referral.number in doctor.locator("main").inner_text()
    shot(doctor, "referral_sent")

    # The coordinator sees it, calls back, accepts.
    coordinator = visit(team["coordinator"], "/referrals/")
    assert "Hawthorn" in coordinator.locator("main").inner_text()
    shot(coordinator, "inbox")
    coordinator.goto(f"{program.address}/referrals/{referral.pk}/")
    send(coordinator, f"/referrals/{referral.pk}/take/")
    send(coordinator, "/contact/", with_whom="sender", reached="yes", words="EEG tomorrow; warning signs told.")
    shot(coordinator, "triage")
    send(coordinator, "/accept/")
    child = Child.objects.get(family_name="Hawthorn")
    chart = f"{program.address}/children/{child.pk}"

    # The physician orders the EEG, the coordinator books the next slot.
    physician = visit(team["physician"], f"/children/{child.pk}/eeg/order/")
    send(physician, urgency="today", reason="Clusters on waking; infantile spasms?")
    coordinator.goto(f"{chart}/referral/slots/")
    shot(coordinator, "slots")
    follow(coordinator.locator("main form[method='post'] button").first)
    assert child.appointments.filter(state="booked", kind="eeg").count() == 1
    shot(coordinator, "booked")

    # The technologist uploads the recording of another child: it stops.
    technologist = visit(team["technologist"], f"/children/{child.pk}/eeg/upload/")
    send(technologist, recording=recordings["other"])
    wrong = Study.objects.get()
    assert (wrong.state, wrong.stopped) == ("stopped", True)
    technologist.goto(f"{chart}/eeg/studies/{wrong.pk}/")
    words = technologist.locator("main").inner_text()
    assert "Sparrow" in words
    shot(technologist, "wrong_child")
    send(technologist, "/identity/", resolution="reject", reason="The file of the room before.")
    wrong.refresh_from_db()
    assert wrong.state == "withdrawn"

    # The right one is analyzed in the background; nobody sees a grade.
    technologist.goto(f"{chart}/eeg/upload/")
    send(technologist, recording=recordings["own"])
    study = Study.objects.exclude(pk=wrong.pk).get()
    page = f"{chart}/eeg/studies/{study.pk}/"
    with program.worker():
        until = time.monotonic() + 240
        while study.state != "analyzed" and time.monotonic() < until:
            time.sleep(0.5)
            study.refresh_from_db()
            assert study.state in ("waiting", "analyzing", "analyzed"), study.state
    assert study.state == "analyzed"
    assert Recording.objects.count() == 2
    physician.goto(page)
    blind = physician.locator("main").inner_text()
    assert "BASED 5" not in blind
    assert "Urgent read suggested" in blind
    shot(physician, "to_read")
    coordinator.goto(f"{program.address}/board/")
    assert "BASED" not in coordinator.locator("main").inner_text()
    shot(coordinator, "board")

    # The physician grades, then sees the engine's grade beside the own one, and signs.
    physician.goto(f"{page}read/")
    shot(physician, "read_form")
    send(
        physician, based=4, hypsarrhythmia="yes", focal_or_multifocal="yes", sleep_recorded="yes",
        event_recorded="yes", ictal_correlate="yes", quality="good",
    )  # fmt: skip
    physician.goto(page)
    assert "BASED 5" not in physician.locator("main").inner_text()
    send(physician, "/see/")
    assert EngineView.objects.get(own_read__isnull=False).own_read.based == 4
    physician.goto(page)
    assert "BASED 5" in physician.locator("main").inner_text()
    shot(physician, "side_by_side")
    send(physician, "/sign/")

    # Confirmed by criteria.
    physician.goto(f"{chart}/diagnosis/history/")
    send(physician, "", spasms="yes", clusters_by_history="yes", plateau_or_regression="yes", eeg_available="yes")
    physician.goto(f"{chart}/diagnosis/")
    shot(physician, "criteria")
    physician.goto(f"{chart}/diagnosis/decide/")
    send(physician, outcome="confirmed", on=date.today().isoformat(), words="Criteria met.")  # noqa: DTZ011
    physician.goto(f"{chart}/diagnosis/")
    assert "syndrome, confirmed" in physician.locator("main").inner_text()
    shot(physician, "decided")

    # The work-up is ordered.
    physician.goto(f"{chart}/cause/")
    send(physician, "/cause/open/", diagnosed_on=date.today().isoformat(), order="exome_first")  # noqa: DTZ011
    for test in ("mri", "metabolic"):  # the first tier, each by its button
        physician.goto(f"{chart}/cause/")
        follow(physician.locator(f"main form:has(input[name='test'][value='{test}']) button").first)
    physician.goto(f"{chart}/cause/")
    shot(physician, "workup")
    assert child.test_orders.count() == 2

    # The letter is drafted from the chart, its gaps filled, signed; the coordinator sends it.
    physician.goto(f"{chart}/letters/")
    form = physician.locator("main form[action$='/letters/draft/']")
    recipient = form.locator("select[name='recipient'] option[value]:not([value=''])").first.get_attribute("value")
    send(physician, "/letters/draft/", kind="diagnosis", recipient=recipient)
    letter = physician.url
    if physician.locator("text=/⟨/").count():
        physician.goto(f"{letter}edit/")
        for box in physician.locator("main textarea").all():
            text = box.input_value()
            if "\u27e8" in text:
                box.fill("See what was said on the phone today.")
        send(physician, "")
        physician.goto(letter)
    shot(physician, "letter_draft")
    send(physician, "/sign/")
    shot(physician, "letter_signed")
    coordinator.goto(letter)
    send(coordinator, "/send/", channel="fax", to="555-0190")
    assert Dispatch.objects.get().sent_at is not None
    shot(coordinator, "letter_sent")
    coordinator.goto(f"{chart}/")
    shot(coordinator, "timeline")
    assert walk().whole
