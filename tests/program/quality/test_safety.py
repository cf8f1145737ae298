"""Safety events: anybody on the staff files, the quality lead reviews, nothing that was written changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.staff import by, person, signed_in

from westward.program.accounts.choices import Role
from westward.program.accounts.models import Site, User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.people.models import Child
from westward.program.quality.actions.file_event import FileEvent
from westward.program.quality.actions.review_event import AddAction, FinishAction, ReviewEvent
from westward.program.quality.models import Review, SafetyEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def north() -> Site:
    return Site.objects.create(code="north", name="North")


@pytest.fixture
def lead(north: Site) -> User:
    return person("lead", "quality", site=north, purpose="quality")


@pytest.fixture
def child(north: Site) -> Child:
    birth = timezone.localdate() - timedelta(days=200)
    return Child.objects.create(site=north, pseudonym="W-1", family_name="Vega", given_name="Ada", birth_date=birth)


def file(user: User, **fields: Any) -> SafetyEvent:
    return FileEvent(**by(user), **{"kind": "near_miss", "what": "Two files, one bed.", **fields}).execute()


@pytest.mark.parametrize("role", sorted(Role))
def test_all_staff_file_and_caregivers_do_not(role: str, north: Site) -> None:
    user = person("somebody", role, kind="caregiver" if role == "caregiver" else "staff")
    if role == "caregiver":
        with pytest.raises(NotAllowedError):
            file(user)
        client = signed_in(user)
        assert client.get("/safety/new/").status_code == client.get("/safety/").status_code == 403
    else:
        assert file(user, site=north).state == "filed"
        assert signed_in(user).get("/safety/new/").status_code == 200


def test_a_child_is_named_only_by_those_who_may_read_its_chart(child: Child, north: Site) -> None:
    assert file(person("kim", "nurse", site=north), child=child).site == north
    for user in (person("lee", "nurse", site=Site.objects.create(code="x", name="X")), person("res", "researcher")):
        with pytest.raises(NotAllowedError):
            file(user, child=child)


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"what": " "}, "say what happened"),
        ({"kind": "burn"}, "no kind"),
        ({"harm": "much"}, "no harm"),
        ({"step": "moon"}, "no step"),
        ({"happened_on": timezone.localdate() + timedelta(days=2)}, "future"),
        ({"what": "x" * 4001}, "shorten"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidActError, match=words):
        file(person("kim", "nurse"), **fields)
    assert not SafetyEvent.objects.exists()


def test_the_audit_row_holds_codes_and_no_words(child: Child) -> None:
    file(person("kim", "nurse"), child=child, what="Ada was nearly swapped")
    row = Entry.objects.get(verb="quality.file")
    assert "near_miss" in row.detail
    assert str(child.pk) in row.detail
    assert "Ada" not in row.detail
    assert "swapped" not in row.detail


def test_what_the_program_stopped_is_filed_once() -> None:
    kim = person("kim", "nurse")
    file(kim, source="study:7")
    with pytest.raises(InvalidActError, match="already"):
        file(kim, source="study:7")


def test_only_the_quality_lead_of_the_site_reviews(child: Child, lead: User, north: Site) -> None:
    event = file(person("kim", "nurse"), child=child)
    others = (
        person("nurse", "nurse"),
        person("care", "coordinator", purpose="quality"),
        person("far", "quality", site=Site.objects.create(code="x", name="X"), purpose="quality"),
    )
    for user in others:
        with pytest.raises(NotAllowedError):
            ReviewEvent(**by(user), event=event, findings="nothing").execute()
        assert signed_in(user).get(f"/quality/safety/{event.pk}/").status_code in (403, 404)
    ReviewEvent(**by(lead), event=event, findings="Beds are told apart by letters.").execute()
    event.refresh_from_db()
    assert event.state == "review"


def test_findings_actions_and_closing(child: Child, lead: User) -> None:
    kim = person("kim", "nurse")
    event = file(kim, child=child, harm="unknown")
    due = timezone.localdate() + timedelta(days=9)
    action = AddAction(**by(lead), event=event, words="Letters on beds", owner=kim, due=due).execute()
    with pytest.raises(InvalidActError, match="not done yet"):
        ReviewEvent(**by(lead), event=event, findings="Done", harm="none", close=True).execute()
    with pytest.raises(NotAllowedError):
        FinishAction(**by(person("lee", "nurse")), event=event, action=action).execute()
    FinishAction(**by(kim), event=event, action=action).execute()
    action.refresh_from_db()
    assert (action.done_by, action.done_at is not None) == (kim, True)
    with pytest.raises(InvalidActError, match="done already"):
        FinishAction(**by(kim), event=event, action=action).execute()
    with pytest.raises(InvalidActError, match="how far"):
        ReviewEvent(**by(lead), event=event, findings="Done", close=True).execute()
    ReviewEvent(**by(lead), event=event, findings="Done", harm="none", close=True).execute()
    event.refresh_from_db()
    assert (event.state, event.harm, event.level) == ("closed", "unknown", "none")
    for act in (
        ReviewEvent(**by(lead), event=event, findings="More"),
        AddAction(**by(lead), event=event, words="More", owner=kim, due=due),
    ):
        with pytest.raises(InvalidActError, match="closed"):
            act.execute()
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    "fields, words",
    [({"words": " "}, "to be done"), ({"due": timezone.localdate() - timedelta(days=1)}, "over")],
)
def test_an_action_needs_words_and_a_day_to_come(lead: User, fields: dict[str, Any], words: str, north: Site) -> None:
    event = file(lead, site=north)
    told = {"words": "Letters", "owner": lead, "due": timezone.localdate(), **fields}
    with pytest.raises(InvalidActError, match=words):
        AddAction(**by(lead), event=event, **told).execute()


def test_a_caregiver_owns_nothing(lead: User, north: Site) -> None:
    parent = person("parent", "caregiver", kind="caregiver")
    event, today = file(lead, site=north), timezone.localdate()
    with pytest.raises(InvalidActError, match="staff"):
        AddAction(**by(lead), event=event, words="Letters", owner=parent, due=today).execute()


def test_the_way_in_the_browser(child: Child, lead: User, north: Site) -> None:
    kim = person("kim", "nurse", site=north)
    client, boss = signed_in(kim), signed_in(lead)
    asked = {"kind": "delay", "what": "No bed for a week", "step": "eeg", "harm": "unknown", "happened_on": ""}
    assert client.post("/safety/new/", asked)["Location"] == "/safety/"
    assert client.post(f"/children/{child.pk}/safety/", {**asked, "name_child": "on"}).status_code == 302
    assert client.post(f"/children/{child.pk}/safety/", asked).status_code == 302
    assert client.post("/safety/new/", {**asked, "what": ""}).status_code == 200
    named = [event.child for event in SafetyEvent.objects.order_by("pk")]
    assert named == [None, child, None]
    assert {event.site for event in SafetyEvent.objects.exclude(site=None)} == {north}
    assert b"No bed for a week" in client.get("/safety/").content
    page = boss.get("/quality/safety/").content.decode()
    assert "to review" in page
    event = SafetyEvent.objects.get(child=child)
    page = boss.get(f"/quality/safety/{event.pk}/").content.decode()
    assert "W-1" in page
    assert "Vega" not in page
    due = (timezone.localdate() + timedelta(days=3)).isoformat()
    boss.post(f"/quality/safety/{event.pk}/actions/", {"words": "Ask for a bed", "owner": kim.pk, "due": due})
    action = event.actions.get()
    assert b"Ask for a bed" in client.get("/safety/").content
    answer = client.post(f"/quality/safety/{event.pk}/actions/{action.pk}/done/", {"back": "own"})
    assert answer["Location"] == "/safety/"
    boss.post(f"/quality/safety/{event.pk}/review/", {"findings": "Beds", "harm": "none", "close": "on"})
    event.refresh_from_db()
    assert event.state == "closed"
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"quality.file", "quality.own", "quality.review", "quality.read", "quality.finish"} <= verbs


def test_a_stopped_study_is_filed_with_one_click(child: Child) -> None:
    from westward.program.diagnosis.models import Recording, Study

    now = timezone.now()
    recording = Recording.objects.create(
        source="upload",
        sha256="a",
        size_bytes=1,
        original_name="x.edf",
        folder="x",
        main="x",
        readable=True,
        arrived_at=now,
    )
    study = Study.objects.create(child=child, recording=recording, state="stopped", stopped=True, attached_at=now)
    client = signed_in(person("tech", "technologist"))
    address = f"/children/{child.pk}/safety/study/{study.pk}/"
    assert client.post(address).status_code == 302
    event = SafetyEvent.objects.get()
    assert (event.kind, event.harm, event.source, event.child) == (
        "wrong_patient",
        "not_reached",
        f"study:{study.pk}",
        child,
    )
    client.post(address)
    assert SafetyEvent.objects.count() == 1
    Study.objects.update(stopped=False)
    assert client.post(address).status_code == 404
