"""A second reader who has not read yet is told the same by every address, whatever was decided and given meanwhile."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.program.diagnosis.support import READ, a_result, a_study, by, person, reader
from tests.program.letters.desk import a_doctor, a_draft
from tests.program.letters.desk import signed as sign_letter
from tests.program.staff import signed_in
from tests.program.test_routes import ALL
from tests.program.treatment import scene

from westward.program.accounts.models import User
from westward.program.acts import InvalidActError
from westward.program.audit.models import Entry
from westward.program.diagnosis.actions.decide import Decide
from westward.program.diagnosis.actions.order import OrderEeg
from westward.program.diagnosis.actions.read import SignRead, StoreRead
from westward.program.diagnosis.actions.second import AskSecondRead, GiveUpSecondRead
from westward.program.diagnosis.models import Study
from westward.program.etiology.actions.open_workup import OpenWorkup
from westward.program.journey import projection
from westward.program.people.models import Child
from westward.program.treatment.actions.day_zero import OpenDayZero
from westward.program.treatment.actions.give import RecordFirstDose

pytestmark = pytest.mark.django_db

NOT_ASKED = ("sign-in/", "demo/", "static/", "healthy/", "sign-out", "refer/", "es/", "diary/", "causes/shares/")
"""The last counts children and names none."""
TELLS = (
    "Start treatment", "Infantile spasms confirmed", "spasms confirmed", "Infantile epileptic spasms syndrome, conf",
    "rednisolone", "First dose", "first dose", "Draft letter: diagnosis", "Open the search for the cause",
    '"outcome": "confirmed"',
)  # fmt: skip


@pytest.fixture
def world() -> dict[str, Any]:
    """Read and signed by Rea; Bea is asked for a second read."""
    team = scene.team()
    child = scene.child()
    study = a_study(child, recorded_on=timezone.localdate())
    a_result(study)
    rea, bea = reader("rea"), reader("bea")
    StoreRead(**by(rea), child=child, study=study, said=READ | {"ictal_correlate": "yes"}).execute()
    SignRead(**by(rea), child=child, study=study).execute()
    AskSecondRead(**by(rea), child=child, study=study, reader=bea).execute()
    scene.approve("prednisolone_perc", team["doc"], team["pharm"])
    scene.measured(team["nurse"], child)
    scene.cleared(team["nurse"], child)
    doctor = a_doctor(child)
    return {"doctor": doctor, "team": team, "child": child, "study": study, "rea": rea, "bea": bea}


def decided(world: dict[str, Any], outcome: str = "confirmed") -> None:
    given = {"outcome": outcome, "on": timezone.localdate(), "words": "seen on video"}
    Decide(**by(world["rea"]), child=world["child"], **given).execute()


def treated(world: dict[str, Any]) -> None:
    """The whole way: decided, ordered, given, written, searched for its cause."""
    team, child = world["team"], world["child"]
    decided(world)
    run = scene.started(team, child)
    scene.in_force(team, run)
    scene.bottle(team, run)
    RecordFirstDose(**by(team["nurse"]), run=run, at=timezone.now()).execute()
    OpenDayZero(**by(team["doc"]), child=child).execute()
    OrderEeg(**by(team["doc"]), child=child, reason="day 14 of prednisolone").execute()
    OpenWorkup(**by(team["doc"]), child=child, diagnosed_on=timezone.localdate(), order="nisc_2015").execute()
    a_draft(child, team["co"], recipient=world["doctor"])
    sign_letter(a_draft(child, team["co"], kind="treatment_start", recipient=world["doctor"]), team["doc"])


def addresses(world: dict[str, Any]) -> Iterator[str]:
    fill = {"key": world["child"].pk, "pk": world["study"].pk, "part": "history", "secret": "x"}
    for _, pattern in ALL:
        if pattern.startswith(NOT_ASKED) or "(?P" in pattern or "^" in pattern:
            continue
        yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(fill.get(found[1], 1)), pattern)
    for path in ("/board/", "/api/board"):
        for asked in ("stage=diagnosis", "stage=treatment", "stage=follow-up", "due=overdue", "due=today"):
            yield f"{path}?{asked}"
        yield from (f"{path}?owner=me", f"{path}?owner=nobody")
    yield from (f"/children/{fill['key']}/?zoom={zoom}" for zoom in ("days", "weeks", "months", "life"))
    yield f"/api/children/{fill['key']}/timeline"


def told(user: User, world: dict[str, Any], *, at: datetime) -> dict[str, tuple[int, str]]:
    """What every address answers, without what differs each time."""
    found = {}
    with mock.patch("django.utils.timezone.now", return_value=at):
        client = signed_in(user)
        for address in sorted(set(addresses(world))):
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            words = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body.decode("utf-8", errors="replace"))
            found[address] = (answer.status_code, words)
    return found


def differ(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """By address, the lines that are not the same."""
    return {
        address: [before[address][0], after[address][0], *(
            line for line in difflib.unified_diff(before[address][1].split("\n"), after[address][1].split("\n"), n=0)
        )]
        for address in before
        if before[address] != after[address]
    }  # fmt: skip


def test_every_address_tells_a_second_reader_the_same_whatever_was_decided(world: dict[str, Any]) -> None:
    """Three days later, when things are overdue as well."""
    at = timezone.now() + timedelta(days=3)
    before = told(world["bea"], world, at=at)
    assert sum(status == 200 for status, _ in before.values()) > 40
    treated(world)
    projection.rebuild()
    after = told(world["bea"], world, at=at)
    assert differ(before, after) == {}
    page = after[f"/children/{world['child'].pk}/"][1] + after["/board/"][1]
    assert not [one for one in TELLS if one in page]


def test_the_search_for_it_finds_it_for_everybody_else(world: dict[str, Any]) -> None:
    at = timezone.now() + timedelta(minutes=30)
    before = told(world["rea"], world, at=at)
    treated(world)
    after = told(world["rea"], world, at=at)
    key = world["child"].pk
    changed = {address for address in before if before[address] != after[address]}
    assert changed >= {
        "/board/", "/api/board", "/letters/", "/causes/", f"/children/{key}/", f"/api/children/{key}/timeline",
        f"/children/{key}/diagnosis/", f"/api/children/{key}/diagnosis", f"/children/{key}/treatment/",
        f"/api/children/{key}/runs", f"/children/{key}/response/", f"/children/{key}/letters/",
        f"/api/children/{key}/letters", f"/children/{key}/cause/", f"/api/children/{key}/cause",
        f"/children/{key}/eeg/", f"/api/children/{key}/eeg", f"/children/{key}/eeg/upload/", "/eeg/room/",
    }  # fmt: skip
    assert {one for one in TELLS for _, words in after.values() if one in words} >= {"rednisolone", "spasms confirmed"}


def test_that_spasms_were_ruled_out_shows_nowhere(world: dict[str, Any]) -> None:
    at = timezone.now() + timedelta(days=3)
    before = told(world["bea"], world, at=at)
    decided(world, "not")
    after = told(world["bea"], world, at=at)
    assert differ(before, after) == {}


def test_what_was_before_the_eeg_stays_to_be_seen(world: dict[str, Any]) -> None:
    """A later EEG, on treatment: the first diagnosis tells nothing of it."""
    treated(world)
    StoreRead(**by(world["bea"]), child=world["child"], study=world["study"], said=READ).execute()
    later = a_study(world["child"], n=2, recorded_on=timezone.localdate() + timedelta(days=14))
    StoreRead(**by(world["rea"]), child=world["child"], study=later, said=READ | {"based": 0}).execute()
    AskSecondRead(**by(world["rea"]), child=world["child"], study=later, reader=world["bea"]).execute()
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=15)):
        page = signed_in(world["bea"]).get(f"/children/{world['child'].pk}/").content.decode()
    assert "Infantile spasms confirmed" in page
    assert "First dose" in page
    assert "BASED 0" not in page


def test_closed_pages_say_why_and_open_when_the_read_is_stored_or_given_up(world: dict[str, Any]) -> None:
    child, study, bea = world["child"], world["study"], world["bea"]
    page = reverse("child-treatment", args=[child.pk])
    client = signed_in(bea)
    closed = client.get(page)
    assert closed.status_code == 403
    assert "Closed until your second read is stored" in closed.content.decode()
    assert reverse("eeg-study", args=[child.pk, study.pk]) in closed.content.decode()
    assert Entry.objects.filter(verb="treatment.read", outcome="refused", detail__contains="blind").exists()
    assert client.get(f"/api/children/{child.pk}/runs").status_code == 403
    with pytest.raises(InvalidActError, match="waited for from you"):
        GiveUpSecondRead(**by(world["rea"]), child=child, study=study).execute()
    client.post(reverse("eeg-give-up", args=[child.pk, study.pk]))
    assert client.get(page).status_code == 200
    cea = reader("cea")
    AskSecondRead(**by(world["rea"]), child=child, study=study, reader=cea).execute()
    other = signed_in(cea)
    assert other.get(page).status_code == 403
    StoreRead(**by(cea), child=child, study=study, said=READ).execute()
    assert other.get(page).status_code == 200


def test_others_and_other_children_are_open(world: dict[str, Any]) -> None:
    nurse, other = signed_in(person("n", "nurse")), scene.child(pseudonym="W-TEST-0002", given_name="Sol")
    assert nurse.get(reverse("child-treatment", args=[world["child"].pk])).status_code == 200
    assert signed_in(world["bea"]).get(reverse("child-treatment", args=[other.pk])).status_code == 200


def test_a_red_flag_of_the_family_is_hidden_from_nobody(world: dict[str, Any]) -> None:
    from westward.program.journey.models import Standing

    child: Child = world["child"]
    Standing.objects.filter(child=child).update(act="Call now: fever", act_owner="Nurse", act_address="/x/")
    page = signed_in(world["bea"]).get("/board/").content.decode()
    assert "Call now: fever" in page
    Standing.objects.filter(child=child).update(act="Give the first dose")
    page = signed_in(world["bea"]).get("/board/").content.decode()
    assert "Give the first dose" not in page
    assert "Read EEG (second reader)" in page


def test_the_counts_of_the_board_are_of_what_is_shown(world: dict[str, Any]) -> None:
    treated(world)
    client: Client = signed_in(world["bea"])
    assert client.get("/board/").context["counts"].children == 1
    assert client.get("/board/").context["counts"].stages == {3: 1}
    for asked, found in (("stage=diagnosis", 1), ("stage=follow-up", 0), ("owner=me", 1), ("owner=nobody", 0)):
        assert len(client.get(f"/board/?{asked}").context["rows"]) == found, asked
        assert client.get(f"/api/board?{asked}").json()["total"] == found, asked


def test_a_study_taken_off_the_chart_hides_nothing_any_more(world: dict[str, Any]) -> None:
    Study.objects.filter(pk=world["study"].pk).update(state="withdrawn")
    assert signed_in(world["bea"]).get(reverse("child-treatment", args=[world["child"].pk])).status_code == 200
