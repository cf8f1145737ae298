"""The timeline: what stands where, which stretch is shown, and that the drawing and the table say the same."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.program.journey.simulated import Story, Teller
from tests.program.staff import person, signed_in

from westward.care.clocks import Milestone
from westward.care.when import month_of, on_day
from westward.program.accounts.choices import CLINICAL, Role
from westward.program.accounts.models import Site
from westward.program.audit.models import Entry
from westward.program.journey import timeline
from westward.program.journey.axis import Axis, age_ticks, date_ticks
from westward.program.journey.drawing import draw
from westward.program.people.marks import Mark, Meaning, NextAct, Track
from westward.program.people.models import Child

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)
TODAY = NOW.date()
BIRTH = date(2026, 3, 1)


def told(*marks: Mark, gestation_d: int | None = None, clocks: Any = (), acts: Any = ()) -> timeline.Told:
    child = Child(pk=1, family_name="Vega", birth_date=BIRTH, gestation_d=gestation_d, pseudonym="W-1")
    return timeline.Told(
        child=child, today=TODAY, marks=marks, clocks=clocks, acts=acts, stage=timeline.Stage.EEG, line=""
    )


def mark(days_ago: int, words: str = "Call", track: Track = Track.EVENTS, **more: Any) -> Mark:
    return Mark(at=TODAY - timedelta(days=days_ago), track=track, words=words, **more)


@pytest.mark.parametrize("days_ago, zoom", [(3, "days"), (40, "weeks"), (140, "months"), (200, "life")])
def test_the_closest_zoom_that_holds_everything_is_shown_first(days_ago: int, zoom: str) -> None:
    shown = timeline.window(told(mark(days_ago), mark(0)), "")
    assert shown.zoom == zoom
    assert shown.holds(mark(days_ago))


def test_birth_does_not_stretch_what_is_shown_first() -> None:
    born = Mark(at=BIRTH, track=Track.EVENTS, words="Born")
    assert timeline.window(told(born, mark(3)), "").zoom == "days"


def test_an_unknown_zoom_and_a_foolish_step_are_as_if_nothing_was_asked() -> None:
    assert timeline.window(told(mark(3)), "centuries", back="-1").zoom == "days"
    assert timeline.window(told(mark(3)), "days", back="9" * 30).back == 0


def test_going_back_moves_by_half_a_stretch_and_stops_at_birth() -> None:
    now, before = (timeline.window(told(), "weeks", back=n) for n in ("0", "1"))
    assert now.start - before.start == timedelta(days=35)
    assert timeline.window(told(), "weeks", back="999").end >= BIRTH


def test_a_whole_life_begins_at_birth_and_reaches_past_today() -> None:
    shown = timeline.window(told(), "life")
    assert shown.start == BIRTH
    assert shown.end > TODAY


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.integers(3, 4000))
def test_ticks_lie_on_the_axis_in_order_and_labels_do_not_touch(start: date, days: int) -> None:
    axis = Axis(start=start, end=start + timedelta(days=days), left=172, right=1182)
    for ticks in ([(d, label) for d, label, _ in date_ticks(axis)], list(age_ticks(axis, start))):
        places = [axis.x(on) for on, _ in ticks]
        assert places == sorted(places)
        assert all(axis.left <= x <= axis.right for x in places)
        labeled = [axis.x(on) for on, label in ticks if label]
        assert labeled
        assert all(b - a >= 40 for a, b in pairwise(labeled))


def test_ages_are_corrected_where_that_is_known() -> None:
    assert told(gestation_d=210).corrected
    assert told(gestation_d=210).age(TODAY) != told().age(TODAY)
    assert "Corrected age" in draw(told(gestation_d=210), timeline.window(told(), "life"))
    assert "Corrected" not in draw(told(), timeline.window(told(), "life"))


def test_every_mark_of_the_stretch_is_a_link_with_its_date_and_words() -> None:
    marks = [mark(n, f"Call {n}", address=f"/children/1/referral/#{n}") for n in range(20)]
    svg = draw(told(*marks), timeline.window(told(*marks), "weeks"))
    for one in marks:
        assert f'href="{one.address}"' in svg
        assert f": {one.words}</title>" in svg
    few = draw(told(*marks), timeline.window(told(*marks), "weeks", back="2"))
    assert "href" not in few


def test_words_of_a_mark_are_escaped() -> None:
    svg = draw(told(mark(1, "<script>alert(1)</script>")), timeline.window(told(), "days"))
    assert "<script>" not in svg


def grades(svg: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="4.5"', svg)]


def test_grades_are_steps_from_0_to_5() -> None:
    marks = [mark(20 - 5 * n, f"BASED {n}", Track.EEG, value=Decimal(n)) for n in (0, 2, 3)]
    found = grades(draw(told(*marks), timeline.window(told(*marks), "weeks")))
    assert len(found) == 3
    heights = [y for _, y in found]
    assert heights[0] - heights[1] == pytest.approx(2 * (heights[1] - heights[2]))
    assert heights == sorted(heights, reverse=True)


def test_a_grade_from_before_the_stretch_holds_until_the_next() -> None:
    old, new = mark(90, "BASED 4", Track.EEG, value=Decimal(4)), mark(2, "BASED 1", Track.EEG, value=Decimal(1))
    found = grades(draw(told(old, new), timeline.window(told(), "days")))
    assert len(found) == 2
    assert found[0][0] == 172


def test_an_approximate_date_is_a_span_that_says_so() -> None:
    spell = Mark(at=date(2026, 9, 1), until=date(2026, 9, 30), approximate=True, track=Track.EVENTS, words="Spasms")
    svg = draw(told(spell), timeline.window(told(spell), "months"))
    assert 'class="span about"' in svg
    assert "(some day between)" in svg


def test_rows_without_data_are_not_drawn_and_an_empty_row_of_the_way_says_so() -> None:
    svg = draw(told(), timeline.window(told(), "days"))
    assert "no EEG recorded" in svg
    assert "Labs" not in svg
    assert "Labs" in draw(told(mark(1, "K 4.1", Track.LABS, value=Decimal("4.1"))), timeline.window(told(), "days"))
    assert "in this stretch" in draw(told(mark(100, "EEG", Track.EEG)), timeline.window(told(), "days"))


def test_the_three_meanings_differ_in_shape_too() -> None:
    shapes = set()
    for meaning in (Meaning.NONE, Meaning.DUE, Meaning.UNSAFE):
        svg = draw(told(mark(1, meaning=meaning)), timeline.window(told(), "days"))
        shapes.add(re.findall(r"<(circle|path)[^>]*(l5 5l-5 5|l5.5 9.5)?[^>]*class=\"dot", svg)[-1])
    assert len(shapes) >= 2


@pytest.fixture
def child(teller: Teller, db: None) -> Child:
    site = Site.objects.create(code="north", name="North")
    one = Child.objects.create(site=site, pseudonym="W-1", family_name="Vega", given_name="Ada", birth_date=BIRTH)
    teller.stories[one.pk] = Story(
        facts={Milestone.ONSET: month_of(2026, 9), Milestone.REFERRAL: on_day(date(2026, 10, 3))},
        acts=[NextAct(words="Book EEG slot", due=NOW - timedelta(days=400))],
        marks=[mark(50, "Referral received", address="/children/1/referral/"), mark(60, "First spasms")],
        line="Video received",
    )
    return one


@pytest.mark.parametrize("role", sorted(Role))
def test_clinical_roles_of_the_site_read_it_with_one_audit_row(child: Child, role: str) -> None:
    for site, allowed in ((child.site, role in CLINICAL), (Site.objects.create(code="x", name="X"), False)):
        user = person(f"at-{site}", role, site=site, kind="caregiver" if role == "caregiver" else "staff")
        before = Entry.objects.count()
        answer = signed_in(user).get(f"/children/{child.pk}/")
        assert answer.status_code == (200 if allowed else 403)
        row = Entry.objects.filter(seq__gt=before).exclude(verb="session.begin").get()
        assert (row.verb, row.target, row.outcome) == (
            "people.read",
            child.audit_id,
            "done" if allowed else "refused",
        )


def test_the_page_says_step_line_next_clocks_and_every_mark(child: Child) -> None:
    page = signed_in(person("kim", "nurse")).get(f"/children/{child.pk}/").content.decode()
    for words in ("Video received", "Book EEG slot", "nobody", "Referral to EEG", "derived", "Referral received"):
        assert words in page
    assert "standards differ" in page
    assert "<style" not in page
    assert " style=" not in page


def test_a_deceased_child_has_no_next_act_and_no_running_clock(child: Child) -> None:
    Child.objects.filter(pk=child.pk).update(state="deceased", state_on=TODAY)
    page = signed_in(person("kim", "nurse")).get(f"/children/{child.pk}/").content.decode()
    assert "Book EEG slot" not in page
    assert "No clock is running" in page


def test_the_api_tells_the_same_under_the_same_rules(child: Child) -> None:
    from westward.program.journey.projection import refresh

    refresh([child.pk])
    client = signed_in(person("kim", "nurse", site=child.site))
    answer = client.get(f"/api/children/{child.pk}/timeline").json()
    assert [one["words"] for one in answer["marks"]] == ["First spasms", "Referral received"]
    rows = client.get("/api/board?due=overdue").json()
    assert (rows["total"], rows["rows"][0]["child"], rows["rows"][0]["overdue"]) == (1, child.pk, True)
    assert rows["rows"][0]["next"]["words"] == "Book EEG slot"
    assert "Vega" not in str(rows)
    assert client.get("/api/board?site=elsewhere").status_code == 404
    assert client.get("/api/board?stage=nowhere").status_code == 422
    assert client.get("/api/children/99/timeline").status_code == 404
    verbs = [row.verb for row in Entry.objects.order_by("seq") if row.verb != "session.begin"]
    assert verbs == ["people.read", "journey.board"]
    stranger = signed_in(person("lee", "nurse", site=Site.objects.create(code="x", name="X")))
    assert stranger.get(f"/api/children/{child.pk}/timeline").status_code == 403
    assert stranger.get("/api/board").json()["total"] == 0
    outsider = signed_in(person("res", "researcher", purpose="research"))
    assert outsider.get("/api/board").status_code == 403
    assert Entry.objects.filter(outcome="refused").count() == 2


def test_clinical_staff_begin_at_the_board(db: None) -> None:
    from django.test import Client

    person("kim", "nurse")
    person("parent", "caregiver", kind="caregiver")
    for name, begins in (("kim", "/board/"), ("parent", "/my-child/")):
        asked = {"login": name, "password": "correct horse battery"}
        assert Client().post("/sign-in/login/", asked)["Location"] == begins


def test_the_newest_grade_is_named_where_there_is_no_room_for_all() -> None:
    marks = [mark(9 - n, f"BASED 4 ({n})", Track.EEG, value=Decimal(4)) for n in range(9)]
    svg = draw(told(*marks), timeline.window(told(*marks), "months"))
    labels = re.findall(r'class="label(?: end)?">(BASED 4 \(\d\))<', svg)
    assert "BASED 4 (8)" in labels
    assert len(labels) < 9


def test_days_without_spasms_in_a_row_are_one_row_of_the_table() -> None:
    def day(days_ago: int, count: int) -> Mark:
        return mark(days_ago, f"{count} told", Track.SPASMS, value=Decimal(count))

    marks = [day(9, 4), day(8, 0), day(6, 0), day(5, 0), mark(5), day(4, 0), day(3, 2), day(2, 0)]
    rows = [(TODAY - row.at, row.until and TODAY - row.until, row.track) for row, *_ in timeline.table(told(*marks))]
    days, spasms = (lambda n: timedelta(days=n)), Track.SPASMS
    assert rows == [
        (days(2), None, spasms),
        (days(3), None, spasms),
        (days(6), days(4), spasms),
        (days(5), None, Track.EVENTS),
        (days(8), None, spasms),
        (days(9), None, spasms),
    ]
