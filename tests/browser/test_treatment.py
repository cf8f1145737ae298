"""The second half of the journey, through the pages: prednisolone, a raised dose, ACTH, remission by some, relapse.

The clock of the program is moved along, from sixty days ago to today. With ``WESTWARD_SHOTS`` naming a folder, a
picture of every station is kept.
"""

from __future__ import annotations

import os
import uuid
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.browser import checks
from tests.browser.waits import follow, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LENGTH_D = 60
"""Days of the story; it ends today."""


class Story:
    """One child, one team, and a clock that says which day of the story it is."""

    def __init__(self, real_now: Callable[[], datetime]) -> None:
        self.real_now, self.day, self.n = real_now, 1, 0

    def now(self) -> datetime:
        """The moment of the story: days ago, the time of the day as it is."""
        return self.real_now() - timedelta(days=LENGTH_D - self.day)

    def shot(self, page: Any, name: str) -> None:
        """A picture, numbered along the way."""
        self.n += 1
        folder = os.environ.get("WESTWARD_SHOTS")
        if folder:
            target = Path(folder) / "treatment"
            target.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=target / f"{self.n:02d}_{name}.png", full_page=True)


@pytest.fixture(scope="module")
def story(program: Any) -> Iterator[Any]:
    from django.utils import timezone

    made: Any = Story(timezone.now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", made.now)
        from tests.program.staff import person
        from tests.program.treatment import scene

        from westward.program.people.models import Caregiver

        made.people = scene.team()
        made.child = scene.child(
            pseudonym="W-TREAT-1", birth_date=timezone.localdate() - timedelta(days=180), family_name="Hawthorn"
        )
        made.mother = person("story-mother", kind="caregiver")
        Caregiver.objects.create(child=made.child, user=made.mother, name="Rosa", relation="mother")
        scene.approve("prednisolone_iciss", made.people["doc"], made.people["pharm"])
        scene.cleared(made.people["nurse"], made.child)
        yield made


def tell(story: Any, kind: str, day: int, **more: Any) -> None:
    """The family tells of a day of the story."""
    from django.utils import timezone
    from tests.program.staff import by

    from westward.program.followup.actions.sync_diary import SyncDiary
    from westward.program.followup.models import DiaryEntry

    on = timezone.localdate() + timedelta(days=day - story.day)
    told = {"id": str(uuid.uuid4()), "kind": kind, "on": on.isoformat(), "written_at": timezone.now().isoformat()}
    taken = SyncDiary(**by(story.mother), child=story.child, entries=[told | more]).execute()
    assert taken[0].outcome == "stored", taken
    if kind == "free_day":  # told in the evening, whatever the time of the day at which the story is played
        evening = timezone.make_aware(datetime.combine(on, time(20)))
        DiaryEntry.objects.filter(client_id=told["id"]).update(written_at=evening)


FILM = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const brush = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm;codecs=vp8" });
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const ended = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start();
  for (let n = 0; n < 20; n += 1) {
    brush.fillStyle = n % 2 ? "teal" : "white";
    brush.fillRect(0, 0, 64, 64);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  recorder.stop();
  await ended;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
}"""
"""A film of a second as a phone makes it, in base64."""

PLAY = """async () => {
  const film = document.querySelector("ul.films video");
  film.muted = true;
  await film.play();
  return { readyState: film.readyState, width: film.videoWidth };
}"""


def recorded(story: Any, n: int, **seen: str) -> None:
    """A video-EEG of today, read and signed by the physician."""
    from django.utils import timezone
    from tests.program.diagnosis.support import a_study

    from westward.program.diagnosis.models import Read

    study = a_study(story.child, n=n, recorded_on=timezone.localdate())
    Read.objects.create(
        study=study, reader=story.people["doc"], version=1, kind="blind", stored_at=timezone.now(),
        signed_at=timezone.now(), based=5, sleep_recorded="yes", **seen,
    )  # fmt: skip


def sign_and_check(story: Any, visit: Any, base: str) -> None:
    page = visit(story.people["doc"], base)
    follow(page.get_by_role("button", name="Sign calendar"))
    page.get_by_text("The calendar is signed.").wait_for()
    other = visit(story.people["pharm"], base)
    follow(other.get_by_role("button", name="I have checked every dose"))
    other.get_by_text("The calendar is checked.").wait_for()


def bottle(story: Any, visit: Any, base: str, strength: str) -> None:
    page = visit(story.people["nurse"], base)
    form = page.locator("form[action$='/bottle/']")
    if not form.is_visible():
        page.get_by_text("Record the bottle dispensed").click()
    drug = form.get_by_label("Drug").input_value()
    label = {"acth_natural": "acth_gel_80", "prednisolone": "prednisolone_oral", "vigabatrin": "vigabatrin_oral"}
    form.get_by_label("Product on the label").select_option(label[drug])
    form.get_by_label("Strength on the bottle").fill(strength)
    form.get_by_label("The same once more").fill(strength)
    form.get_by_label("Expires on").fill((story.now() + timedelta(days=200)).date().isoformat())
    follow(form.get_by_role("button", name="Record bottle"))
    page.get_by_text("The bottle is recorded.").wait_for()


def first_dose(story: Any, visit: Any, base: str) -> Any:
    page = visit(story.people["nurse"], base)
    follow(page.get_by_role("button", name="First dose given"))
    page.get_by_text("the treatment clock has stopped").wait_for()
    return page


def measured(page: Any, kind: str, value: int, *, said: str = "The measurement is recorded.") -> None:
    form = page.locator("form[action$='/measure/']")
    if not form.is_visible():
        page.get_by_text("Record a measurement").click()
    form.locator("[name=kind]").select_option(kind)
    form.locator("[name=value]").fill(str(value))
    form.locator("[name=again]").fill(str(value))
    follow(form.get_by_role("button", name="Record measurement"))
    page.get_by_text(said).wait_for()


def test_prednisolone_then_acth_remission_by_some_definitions_and_relapse(
    visit: Callable[..., Any], program: Any, story: Any
) -> None:
    from tests.program.staff import by

    from westward.program.followup.models import DiaryEntry
    from westward.program.treatment.actions.measure import ConfirmMeasurement
    from westward.program.treatment.models import Printed, Run

    key, people = story.child.pk, story.people
    base, response = f"/children/{key}/treatment/", f"/children/{key}/response/"

    # Day 1: weighed, ordered, signed, checked, the bottle, the first dose, the family's calendar.
    page = visit(people["nurse"], base)
    measured(page, "weight", 7400)
    measured(page, "length", 670)
    page = visit(people["doc"], base)
    page.locator("form[action$='/start/'] [name=protocol]").select_option("prednisolone_iciss")
    follow(page.get_by_role("button", name="Order protocol"))
    page.get_by_text("waits for a signature").wait_for()
    assert "no calendar in force" in page.content()
    story.shot(page, "ordered")
    sign_and_check(story, visit, base)
    bottle(story, visit, base, "15 mg/5 mL")
    sign_and_check(story, visit, base)
    page = first_dose(story, visit, base)
    assert page.get_by_text("Day 1 of 29").is_visible()
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    story.shot(page, "first_dose")
    follow(page.get_by_role("button", name="Print family calendar"))
    page.get_by_text("Medicine calendar").first.wait_for()
    assert Printed.objects.count() == 1
    story.shot(page, "family_calendar")

    # The letter at the start.
    page = visit(people["doc"], base)
    page.get_by_text("Draft the letter").click()
    follow(page.get_by_role("button", name="Draft letter: treatment started"))
    page.get_by_text("Never stop the hormone suddenly").first.wait_for()
    story.shot(page, "letter_start")

    # Day 3: the diary without a connection, then sent once.
    story.day = 3
    phone = visit(story.mother, f"/diary/{key}/", width=390, alone=True)
    phone.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    taken = b64decode(phone.evaluate(FILM))
    phone.context.set_offline(True)
    phone.get_by_label("How many").first.fill("14")
    phone.get_by_label("A short film").set_input_files(
        {"name": "waking.webm", "mimeType": "video/webm", "buffer": taken}
    )
    phone.locator("#entry").get_by_role("button", name="Save").click()
    phone.locator("#kept li").first.wait_for()
    phone.wait_for_function("() => document.getElementById('count').value === ''")  # its first try came to nothing
    assert DiaryEntry.objects.count() == 0
    story.shot(phone, "diary_offline")
    phone.context.set_offline(False)
    phone.evaluate("() => window.dispatchEvent(new Event('online'))")
    assert until(phone, DiaryEntry.objects.exists)
    assert DiaryEntry.objects.get().count == 14
    phone.get_by_text("film sent").wait_for()
    assert DiaryEntry.objects.get().clip_size == len(taken)
    program.complaints[:] = [said for said in program.complaints if "ERR_INTERNET_DISCONNECTED" not in said]
    story.shot(phone, "diary_sent")
    page = visit(people["nurse"], response)
    played = page.evaluate(PLAY)
    assert played["readyState"] >= 2, played
    assert played["width"] == 64
    assert checks.axe_violations(page) == []
    story.shot(page, "film")

    # Day 7: not free. The protocol's own next step is proposed; a physician takes it.
    story.day = 7
    tell(story, "cluster", 7, count=9)
    page = visit(people["doc"], base)
    assert page.get_by_text("Proposed by rule, day 7").is_visible()
    story.shot(page, "day_7_proposed")
    follow(page.get_by_role("button", name="Plan this step from day 7"))
    page.get_by_text("The next step is planned").wait_for()
    sign_and_check(story, visit, base)
    page = visit(people["nurse"], base)
    assert page.get_by_text("20\u2009mg").first.is_visible()

    # A check beyond its limit needs what was done about it.
    row = page.locator("table.checks tr").filter(has_text="blood pressure").first
    row.locator("summary").click()
    row.locator("[name=result]").fill("118/80")
    row.locator("[name=outcome]").select_option("over")
    row.locator("[name=act]").fill("physician called, measured again")
    follow(row.get_by_role("button", name="Answer check"))
    page.get_by_text("The check is answered.").wait_for()
    page.get_by_text("Checks answered").click()
    page.get_by_text("▲ beyond the limit").first.wait_for()
    story.shot(page, "monitoring_alert")

    # Day 14: the EEG says no. Switch to ACTH, with the reason that it leaves its source.
    story.day = 14
    tell(story, "cluster", 13, count=5)
    recorded(story, 1, hypsarrhythmia="yes", event_recorded="yes", ictal_correlate="yes")
    page = visit(people["nurse"], base)
    measured(page, "weight", 7500)
    measured(page, "length", 680)
    page = visit(people["doc"], response)
    assert page.get_by_text("Proposed by rule, day 14").is_visible()
    assert checks.axe_violations(page) == []
    story.shot(page, "day_14_proposed")
    page = visit(people["doc"], base)
    acth = page.locator("ul.proposals > li").filter(has_text="ACTH, natural gel, 150 U/m2 a day")
    acth.get_by_text("End this treatment and order").click()
    acth.get_by_label("What showed that it does not work").fill("hypsarrhythmia and spasms on the EEG of day 14")
    acth.get_by_label("Reason for leaving the protocol").fill("raised to 60 mg, the ceiling of that source")
    follow(acth.get_by_role("button", name="Switch", exact=True))
    page.get_by_text("The old treatment is ended").wait_for()
    sign_and_check(story, visit, base)
    bottle(story, visit, base, "80 U/mL")
    sign_and_check(story, visit, base)
    page = first_dose(story, visit, base)
    assert Run.objects.filter(child=story.child, stop_reason="switch").count() == 1
    story.shot(page, "acth")
    follow(page.get_by_role("button", name="Print family calendar"))
    page.get_by_text("Medicine calendar").first.wait_for()
    story.shot(page, "acth_calendar")

    # Five days on: a new weight changes nothing by itself; it proposes, and the proposal is signed.
    story.day = 19
    page = visit(people["nurse"], base)
    before = Run.objects.get(child=story.child, protocol="acth_label_150").plans.count()
    measured(page, "weight", 8400, said="Recorded, but doubted and not dosed by: weight rose")
    doubted = story.child.measurements.filter(kind="weight").first()
    if doubted.doubts:
        ConfirmMeasurement(
            **by(people["pharm"]), child=story.child, measurement=doubted, why="measured again on the same scale"
        ).execute()
    page = visit(people["doc"], base)
    assert Run.objects.get(child=story.child, protocol="acth_label_150").plans.count() == before + 1
    assert page.get_by_text("waits: new weight").is_visible()
    story.shot(page, "new_weight")
    sign_and_check(story, visit, base)

    # ACTH day 14: no spasms seen, and the EEG says so too.
    story.day = 27
    for day in range(15, 28):
        tell(story, "free_day", day)
    recorded(story, 2, hypsarrhythmia="no", event_recorded="no", ictal_correlate="unknown")
    page = visit(people["doc"], response)
    answers = page.locator("section").filter(has_text="Response to: ACTH").first
    assert answers.locator("tr").filter(has_text="EC14").get_by_text("✓ met").is_visible()
    assert answers.locator("tr").filter(has_text="UKISS13_14").get_by_text("met by witness").is_visible()
    assert answers.locator("tr").filter(has_text="ICISS14_42").get_by_text("cannot be said").is_visible()
    story.shot(page, "remission_by_some")
    page.get_by_text("Draft the letter").click()
    follow(page.get_by_role("button", name="Draft letter: day 14"))
    page.get_by_text("Keep the diary").first.wait_for()
    story.shot(page, "letter_day_14")

    # ACTH day 40: spasms again. Not met by one definition, met by another, and a relapse with its next step.
    story.day = 53
    for day in range(28, 53):
        tell(story, "free_day", day)
    tell(story, "cluster", 53, count=7)
    page = visit(people["doc"], response)
    answers = page.locator("section").filter(has_text="Response to: ACTH").first
    assert answers.locator("tr").filter(has_text="EC14").get_by_text("✓ met").is_visible()
    assert answers.locator("tr").filter(has_text="ICISS14_42").get_by_text("not met").is_visible()
    assert answers.get_by_text("▲ relapse").is_visible()
    assert page.get_by_text("Surgical referral in parallel").first.is_visible()
    assert checks.scrolls_sideways(page) == []
    story.shot(page, "relapse")
    page = visit(people["doc"], f"{base}other/")
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    story.shot(page, "other")
    page = visit(people["doc"], f"/children/{key}/evidence/")
    assert checks.axe_violations(page) == []
    assert checks.scrolls_sideways(page) == []
    story.shot(page, "evidence")
