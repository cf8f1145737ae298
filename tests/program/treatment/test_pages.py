"""Pages of treatment: who opens them, what they say, what is never printed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.look.words import day
from westward.program.accounts.models import Site
from westward.program.audit.models import Entry
from westward.program.people.marks import end_of
from westward.program.treatment import journey, wording
from westward.program.treatment.actions.change import AdjustDays, StopRun
from westward.program.treatment.actions.dispense import PrintCalendar
from westward.program.treatment.actions.give import RecordFirstDose
from westward.program.treatment.actions.review_words import ReviewWords
from westward.program.treatment.family import family_calendar
from westward.program.treatment.models import Plan, Printed, Run
from westward.program.treatment.queries import newest_plan, plan_in_force
from westward.program.treatment.steps import lines

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def people() -> dict[str, Any]:
    return scene.team()


@pytest.fixture
def run(people: dict[str, Any]) -> Run:
    child = scene.child()
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    found = scene.started(people, child)
    scene.in_force(people, found)
    scene.bottle(people, found)
    scene.in_force(people, found)
    found.refresh_from_db()
    return found


def test_the_whole_way_by_forms(people: dict[str, Any]) -> None:
    child = scene.child()
    nurse, doc, pharm = (signed_in(people[name]) for name in ("nurse", "doc", "pharm"))
    base = f"/children/{child.pk}/treatment/"
    today = TODAY().isoformat()
    nurse.post(f"{base}measure/", {"kind": "weight", "value": 7000, "again": 7000, "on": today})
    page = nurse.get(base).content.decode()
    answers = dict.fromkeys(_fields(page, "treatment/safety/"), "no")
    nurse.post(f"{base}safety/", answers)
    answer = doc.post(f"{base}start/", {"protocol": "prednisolone_perc", "start": today}, follow=True)
    assert "waits for a signature" in answer.content.decode()
    run = Run.objects.get()
    plan = newest_plan(run)
    assert plan is not None
    doc.post(f"{base}{run.pk}/plans/{plan.pk}/sign/")
    pharm.post(f"{base}{run.pk}/plans/{plan.pk}/check/")
    expires = (TODAY() + timedelta(days=90)).isoformat()
    bottle = {"drug": "prednisolone", "product": "prednisolone_oral", "strength": "3 mg/mL", "expires_on": expires}
    nurse.post(f"{base}{run.pk}/bottle/", bottle)
    plan = newest_plan(run)
    assert plan is not None
    doc.post(f"{base}{run.pk}/plans/{plan.pk}/sign/")
    pharm.post(f"{base}{run.pk}/plans/{plan.pk}/check/")
    given = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    nurse.post(f"{base}{run.pk}/first_dose/", {"at": given})
    run.refresh_from_db()
    assert run.state == "running"
    page = doc.get(base).content.decode()
    assert "Day 1 of 29" in page
    assert "3.4\u2009mL" in page
    printed = nurse.post(f"{base}{run.pk}/calendar/en/print/", follow=True).content.decode()
    assert "Medicine calendar" in printed
    assert Printed.objects.count() == 1


def _fields(page: str, form: str) -> list[str]:
    import re

    part = page.split(form, 1)[1].split("</form>", 1)[0]
    return re.findall(r'<select name="(\w+)"', part)


def test_only_charts_of_ones_site_open(run: Run) -> None:
    away = person("away", "physician", site=Site.objects.create(code="south", name="South"))
    base = f"/children/{run.child_id}/treatment/"
    stranger = signed_in(away)
    for page in (base, f"{base}{run.pk}/calendar/en/"):
        assert stranger.get(page).status_code == 403
    assert stranger.post(f"{base}{run.pk}/stop/", {}).status_code == 403
    assert stranger.get(f"/api/children/{run.child_id}/runs").status_code == 403
    assert not Entry.objects.filter(actor=away.audit_id, outcome="done", target=run.child.audit_id).exists()


def test_a_run_of_another_child_is_not_reached_through_this_chart(people: dict[str, Any], run: Run) -> None:
    other = scene.child(pseudonym="W-TEST-0002")
    doc = signed_in(people["doc"])
    assert doc.get(f"/children/{other.pk}/treatment/{run.pk}/calendar/en/").status_code == 404
    assert doc.post(f"/children/{other.pk}/treatment/{run.pk}/stop/", {}).status_code == 404


def test_a_page_view_is_one_audit_row(people: dict[str, Any], run: Run) -> None:
    doc = signed_in(people["doc"])
    before = Entry.objects.count()
    doc.get(f"/children/{run.child_id}/treatment/")
    assert Entry.objects.count() == before + 1
    row = Entry.objects.order_by("-seq").first()
    assert row is not None
    assert (row.verb, row.target) == ("treatment.read", run.child.audit_id)


def test_spanish_is_printed_only_when_reviewed(people: dict[str, Any], run: Run) -> None:
    doc = signed_in(people["doc"])
    page = f"/children/{run.child_id}/treatment/{run.pk}/calendar/es/"
    assert doc.get(page).status_code == 404
    with pytest.raises(Exception, match="not reviewed"):
        PrintCalendar(**by(people["nurse"]), run=run, language="es").execute()
    ReviewWords(**by(people["doc"]), language="es", digest=wording.digest("es")).execute()
    shown = doc.get(page).content.decode()
    assert "Calendario de la medicina" in shown
    assert "Mañana" in shown


def test_both_languages_have_every_word() -> None:
    english, spanish = wording.words("en"), wording.words("es")
    assert set(english) == set(spanish)
    for key in ("times", "drugs", "why"):
        assert set(english[key]) == set(spanish[key])
    assert [len(spanish[key]) for key in ("weekdays", "months")] == [7, 12]


def test_the_family_calendar_has_every_dose_of_the_plan(run: Run) -> None:
    plan = newest_plan(run)
    assert plan is not None
    made = family_calendar(plan, language="en", today=TODAY())
    cells = [cell for month in made.months for week in month.weeks for cell in week if cell.number]
    assert [cell.number for cell in cells] == list(range(1, 30))
    assert sum(len(cell.doses) for cell in cells) == 14 * 4 + 5 * 3 + 5 * 2 + 5
    assert all(dose.measure for cell in cells for dose in cell.doses)
    assert made.hormone
    assert made.change is not None
    assert made.change.number == 15


def test_the_physicians_lines_gather_days(run: Run) -> None:
    plan = newest_plan(run)
    assert plan is not None
    rows = [(row.first, row.last, row.each, row.measure, row.total) for row in lines(plan)]
    assert rows == [
        (1, 14, "10\u2009mg", "3.4\u2009mL", "40\u2009mg"),
        (15, 19, "10\u2009mg", "3.4\u2009mL", "30\u2009mg"),
        (20, 24, "10\u2009mg", "3.4\u2009mL", "20\u2009mg"),
        (25, 29, "10\u2009mg", "3.4\u2009mL", "10\u2009mg"),
    ]


def test_two_drugs_are_gathered_each_for_itself_under_its_own_step() -> None:
    def dose(drug: str, amount: int) -> dict[str, Any]:
        at = {"time_of_day": "morning", "volume_ul": None, "capped": False, "status": "excerpt", "source": "x"}
        return {"drug": drug, "amount": amount, "unit": "ug", **at}

    def day(number: int, step: str, *doses: dict[str, Any]) -> dict[str, Any]:
        return {"day": number, "date": f"2026-11-0{number}", "step": step, "doses": doses, "approved": True}

    both = (dose("prednisolone", 40_000), dose("vigabatrin", 500_000))
    days = [
        day(1, "prednisolone: full dose; vigabatrin: full dose", *both),
        day(2, "prednisolone: full dose; vigabatrin: full dose", *both),
        day(3, "prednisolone: taper 1; vigabatrin: full dose", dose("prednisolone", 20_000), both[1]),
        day(4, "vigabatrin: full dose", both[1]),
    ]
    rows = [(row.first, row.last, row.drug, row.step) for row in lines(Plan(document={"days": days}, weight_g=5000))]
    assert rows == [
        (1, 2, "prednisolone", "full dose"),
        (1, 4, "vigabatrin", "full dose"),
        (3, 3, "prednisolone", "taper 1"),
    ]


def test_the_phone_gets_one_event_a_dose_without_a_name(people: dict[str, Any], run: Run) -> None:
    from icalendar import Calendar

    doc, address = signed_in(people["doc"]), f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/file/"
    assert doc.get(address).status_code == 405, "a download is logged: it is asked for, never followed"
    answer = doc.post(address)
    assert run.plans.get(printed__medium="phone").printed.count() == 1
    assert answer["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert len(events) == 86
    assert run.child.family_name.encode() not in answer.content
    assert str(events[0]["SUMMARY"]) == "Prednisolone: 3.4\u2009mL (15 mg/5 mL)"


def test_the_shelf_says_what_is_sourced_and_who_approved(people: dict[str, Any]) -> None:
    doc = signed_in(people["doc"])
    shelf = doc.get("/protocols/").content.decode()
    assert "prednisolone_ucla_8mgkg" in shelf
    page = doc.get("/protocols/prednisolone_ucla_8mgkg/").content.decode()
    assert "Hussain 2014" in page
    digest = page.split('name="digest" value="')[1].split('"')[0]
    doc.post("/protocols/prednisolone_ucla_8mgkg/approve/", {"digest": digest})
    assert "one signature" in doc.get("/protocols/").content.decode()
    assert doc.get("/protocols/none/").status_code == 404


def test_the_board_hears_of_it(people: dict[str, Any], run: Run) -> None:
    key = run.child_id
    assert journey.facts([key]) == {}
    acts = journey.next_acts([key], now=timezone.now())[key]
    assert "Give the first dose" in {act.words for act in acts}
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    assert list(journey.facts([key])[key]) == ["treatment"]
    assert journey.lines([key]) == {key: "Prednisolone day 1 of 29"}
    ended = timezone.localdate() - timedelta(days=1)
    Plan.objects.filter(run__child=key).update(last_day=ended)
    assert journey.lines([key]) == {key: f"Prednisolone: calendar ended {day(ended)}"}
    (over,) = [act for act in journey.next_acts([key], now=timezone.now())[key] if act.words == journey.OVER]
    assert (over.owner, over.due) == ("Physician", end_of(ended))
    Plan.objects.filter(run__child=key).update(last_day=timezone.localdate())
    for days, told in ((0, True), (3, True), (4, False)):
        last = timezone.localdate() + timedelta(days=days)
        Plan.objects.filter(run__child=key).update(last_day=last)
        words = {act.words: act.due for act in journey.next_acts([key], now=timezone.now())[key]}
        assert journey.OVER not in words
        assert (words.get(f"Calendar ends {day(last)}: let it end or plan on") == end_of(last)) is told
    tracks = {mark.track for mark in journey.marks(run.child, viewer=people["doc"])}
    assert "treatment" in tracks


def test_the_api_gives_the_calendar_in_force(people: dict[str, Any], run: Run) -> None:
    doc = signed_in(people["doc"])
    (found,) = doc.get(f"/api/children/{run.child_id}/runs").json()
    assert found["calendar"]["days"][0]["doses"][0]["amount"] == 10_000
    groups = doc.get("/api/evidence?population=TSC").json()
    assert {row["population"] for group in groups for row in group["results"]} == {"TSC"}
    assert doc.get("/api/evidence?drug=aspirin").status_code == 422


def events_of(content: bytes) -> dict[str, Any]:
    from icalendar import Calendar

    return {str(one["UID"]): one for one in Calendar.from_ical(content).walk("VEVENT")}


def gone(events: dict[str, Any]) -> set[str]:
    return {uid for uid, one in events.items() if one.get("STATUS") == "CANCELLED"}


def test_a_later_calendar_replaces_the_earlier_one_on_the_phone(people: dict[str, Any], run: Run) -> None:
    doc, address = signed_in(people["doc"]), f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/file/"
    before = events_of(doc.post(address).content)
    first = plan_in_force(run)
    assert first is not None
    AdjustDays(**by(people["doc"]), run=run, kind="pause", day=29, days=2, why="vomiting", stress_cover="x").execute()
    second = scene.in_force(people, run)
    after = events_of(doc.post(address).content)
    assert {int(one["SEQUENCE"]) for one in before.values()} == {first.number}
    assert {int(one["SEQUENCE"]) for one in after.values()} == {second.number} != {first.number}
    assert set(before) <= set(after), "every event of before is replaced or taken back, none stands twice"
    last = (run.start + timedelta(days=28)).isoformat()
    assert gone(after) == {f"run{run.pk}-{last}-morning-prednisolone@westward"}
    assert len(set(after) - gone(after)) == 86
    assert not gone(before)


def test_an_ended_treatment_comes_off_the_phone(people: dict[str, Any], run: Run) -> None:
    doc, address = signed_in(people["doc"]), f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/file/"
    before = events_of(doc.post(address).content)
    StopRun(**by(people["doc"]), run=run, last_dose_on=TODAY(), reason="adverse", stress_cover="x").execute()
    after = events_of(doc.post(address).content)
    kept = {uid for uid in before if TODAY().isoformat() in uid}
    assert gone(after) == set(before) - kept
    assert "Take it off the phone" in doc.get(f"/children/{run.child_id}/treatment/").content.decode()


def test_no_file_from_an_expired_bottle_and_doses_after_the_expiry_say_so(people: dict[str, Any], run: Run) -> None:
    doc, address = signed_in(people["doc"]), f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/file/"
    run.bottles.update(expires_on=TODAY() + timedelta(days=3))
    events = events_of(doc.post(address).content)
    late = {uid for uid, one in events.items() if "New bottle needed" in one["DESCRIPTION"]}
    assert late == {uid for uid in events if uid.split("-", 1)[1][:10] > (TODAY() + timedelta(days=3)).isoformat()}
    assert "need a new one" in doc.get(f"/children/{run.child_id}/treatment/").content.decode()
    run.bottles.update(expires_on=TODAY() - timedelta(days=1))
    assert "expired on" in doc.post(address, follow=True).content.decode()
    assert run.plans.filter(printed__medium="phone").count() == 1


def _review(people: dict[str, Any]) -> None:
    ReviewWords(**by(people["doc"]), language="es", digest=wording.digest("es")).execute()


@pytest.mark.parametrize("size", ["a4", "letter"])
def test_the_family_calendar_as_pdf_is_logged_as_a_print(people: dict[str, Any], run: Run, size: str) -> None:
    pytest.importorskip("weasyprint")
    nurse = signed_in(people["nurse"])
    answer = nurse.post(f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/{size}.pdf")
    plan = plan_in_force(run)
    assert plan is not None
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="calendar-{plan.number}.pdf"'
    assert answer.content.startswith(b"%PDF")
    one = Printed.objects.get()
    assert (one.plan_id, one.medium, one.language) == (plan.pk, "paper", "en")
    assert nurse.post(f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/a5.pdf").status_code == 404


def test_a_pdf_in_unreviewed_words_is_never_made(people: dict[str, Any], run: Run) -> None:
    nurse = signed_in(people["nurse"])
    address = f"/children/{run.child_id}/treatment/{run.pk}/calendar/es/a4.pdf"
    page = nurse.post(address, follow=True)
    assert "not reviewed" in page.content.decode()
    assert not Printed.objects.exists()
    _review(people)
    pytest.importorskip("weasyprint")
    assert nurse.post(address).content.startswith(b"%PDF")


def test_without_weasyprint_the_calendar_refuses_in_one_line(
    people: dict[str, Any], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from westward.program.shell import pdf

    monkeypatch.setattr(pdf, "available", lambda: False)
    nurse = signed_in(people["nurse"])
    page = nurse.post(f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/a4.pdf", follow=True).content.decode()
    assert "PDF needs the extra westward[pdf]" in page
    assert not Printed.objects.exists()
    assert "print this page" in nurse.get(f"/children/{run.child_id}/treatment/{run.pk}/calendar/en/").content.decode()


def test_dates_of_the_calendar_are_in_the_family_s_language(people: dict[str, Any], run: Run) -> None:
    _review(people)
    plan = plan_in_force(run)
    assert plan is not None
    made = family_calendar(plan, language="es", today=TODAY())
    said = wording.words("es")
    assert made.today is not None
    assert (
        made.today.day
        == f"{said['weekdays'][TODAY().weekday()]} {TODAY().day} {said['months'][TODAY().month - 1]} {TODAY().year}"
    )
    page = signed_in(people["nurse"]).get(f"/children/{run.child_id}/treatment/{run.pk}/calendar/es/").content.decode()
    assert made.agreed in page
    assert made.change is None or made.change.day in page


def test_no_month_of_the_pdf_is_torn_and_the_type_is_large(people: dict[str, Any], run: Run, rf: Any) -> None:
    pytest.importorskip("weasyprint")
    from westward.program.treatment import family_pdf

    plan = plan_in_force(run)
    assert plan is not None
    request = rf.get("/")
    request.user = people["nurse"]
    for size in ("a4", "letter"):
        pages = family_pdf.lay_out(request, plan, language="en", paper=size).pages
        assert 1 <= len(pages) <= 4
    css = family_pdf._stylesheet()
    assert "font: 13pt" in css
