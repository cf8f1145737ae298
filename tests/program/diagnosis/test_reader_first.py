"""The reader first, as a table: before a read is stored no route, API or journey function tells anybody a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from tests.program.diagnosis.support import LEAKS, READ, a_child, a_result, a_study, by, person, reader
from tests.program.staff import signed_in
from tests.program.test_routes import routes

from westward.program.accounts.choices import Role
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError
from westward.program.audit.models import Entry
from westward.program.diagnosis import journey, sight
from westward.program.diagnosis.actions.read import SeeEngine, SignRead, StoreRead
from westward.program.diagnosis.actions.second import AskSecondRead
from westward.program.diagnosis.models import EegOrder, EngineView, Study
from westward.program.people.marks import Mark

pytestmark = pytest.mark.django_db

ROLES = [*Role.values, "nobody"]
ABOUT_CHILDREN = (
    "children",
    "child",
    "my-child",
    "eeg",
    "api",
    "board",
    "overdue",
    "referral",
    "quality",
    "letters",
    "slots",
)


@pytest.fixture
def study(media: Path) -> Study:
    found = a_study(a_child(simulated=True), urgent_suggested=True)
    result = a_result(found)
    bundle = media / result.bundle
    bundle.mkdir(parents=True)
    (bundle / "report.html").write_text("<p>quixfind BASED 5</p>")
    folder = media / found.recording.folder
    folder.mkdir(parents=True)
    (folder / "recording.edf").write_bytes(b"0")
    return found


def addresses(study: Study) -> list[str]:
    """Every address about children that can be asked for by GET, filled with this child and study."""
    out = []
    for name, pattern in {(name, pattern) for name, pattern in routes(get_resolver().url_patterns)}:
        if not pattern.startswith(ABOUT_CHILDREN) or "(?P" in pattern:
            continue
        filled = pattern
        for part in ("<int:key>", "<int:pk>", "<slug:part>"):
            value = {"<int:key>": study.child_id, "<int:pk>": study.pk, "<slug:part>": "history"}[part]
            filled = filled.replace(part, str(value))
        if "<" not in filled:
            out.append("/" + filled)
        assert name is not None
    return sorted(set(out))


def leaks(client: Any, address: str) -> list[str]:
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return LEAKS.findall(body.decode("utf-8", errors="replace")) if answer.status_code == 200 else []


def test_the_search_for_leaks_finds_what_it_looks_for(study: Study) -> None:
    rea = reader()
    StoreRead(**by(rea), child=study.child, study=study, said=READ).execute()
    client = signed_in(person("co", "coordinator"))
    page = reverse("eeg-study", args=[study.child_id, study.pk])
    assert {"quixfind", "(definite epileptic", "4242"} <= set(leaks(client, page))
    assert leaks(client, reverse("eeg-report-frame", args=[study.child_id, study.pk]))
    assert leaks(client, f"/api/children/{study.child_id}/eeg")


@pytest.mark.parametrize("role", ROLES)
def test_no_address_tells_before_a_read_is_stored(study: Study, role: str) -> None:
    user = person("x") if role == "nobody" else person("x", role)
    client = signed_in(user)
    asked = addresses(study)
    assert len(asked) > 40
    assert f"/api/children/{study.child_id}/eeg" in asked
    for address in asked:
        assert leaks(client, address) == [], address


@pytest.mark.parametrize("role", ROLES)
def test_report_and_result_are_refused_before_a_read_is_stored(study: Study, role: str) -> None:
    client = signed_in(person("x") if role == "nobody" else person("x", role))
    for name in ("eeg-report", "eeg-report-frame"):
        assert client.get(reverse(name, args=[study.child_id, study.pk])).status_code == 403
    client.post(reverse("eeg-see", args=[study.child_id, study.pk]))
    assert not EngineView.objects.exists()
    if role == "physician":
        assert Entry.objects.filter(verb="diagnosis.report", outcome="refused").exists()


def told(study: Study, viewer: User | None) -> str:
    key = study.child_id
    marks: list[Mark] = journey.marks(study.child, viewer=viewer) if viewer else []
    return repr(
        (journey.facts([key]), journey.next_acts([key], now=timezone.now()), marks, journey.lines([key], viewer=viewer))
    )


@pytest.mark.parametrize("role", ROLES)
def test_no_journey_function_tells_before_a_read_is_stored(study: Study, role: str) -> None:
    viewer = person("x") if role == "nobody" else person("x", role)
    for one in (viewer, None):
        assert not LEAKS.search(told(study, one))
        assert "value=Decimal" not in told(study, one)


def test_urgency_is_told_without_a_grade(study: Study) -> None:
    client = signed_in(reader())
    for address in ("/eeg/queue/", f"/children/{study.child_id}/eeg/"):
        assert "Urgent read suggested" in client.get(address).content.decode()
    assert "urgent read suggested" in journey.lines([study.child_id])[study.child_id]


def test_after_the_read_the_reader_must_ask_to_see_and_others_just_see(study: Study) -> None:
    rea, page = reader(), reverse("eeg-study", args=[study.child_id, study.pk])
    StoreRead(**by(rea), child=study.child, study=study, said=READ).execute()
    client = signed_in(rea)
    assert leaks(client, page) == []
    assert client.get(reverse("eeg-report-frame", args=[study.child_id, study.pk])).status_code == 403
    client.post(reverse("eeg-see", args=[study.child_id, study.pk]))
    assert leaks(client, page) != []
    assert "Unreviewed" in client.get(page).content.decode()
    SignRead(**by(rea), child=study.child, study=study).execute()
    shown = client.get(page).content.decode()
    assert "Unreviewed" not in shown
    assert "Beside a signed read" in shown


def test_a_blind_second_reader_learns_nothing_anywhere(study: Study) -> None:
    """Neither the engine's figures nor the first reader's grade and words."""
    rea, bea = reader("rea"), reader("bea")
    said = READ | {"based": 3, "words": "ZZ first words"}
    StoreRead(**by(rea), child=study.child, study=study, said=said).execute()
    SignRead(**by(rea), child=study.child, study=study).execute()
    AskSecondRead(**by(rea), child=study.child, study=study, reader=bea).execute()
    client = signed_in(bea)
    for address in addresses(study):
        assert leaks(client, address) == [], address
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert not any(words in body for words in (b"BASED 3", b"ZZ first", b'"based": 3')), address
    for viewer in (bea, None):
        assert "BASED 3" not in told(study, viewer)
    assert "BASED 3" in told(study, rea)


def test_the_report_runs_in_a_sandbox_of_its_own(study: Study) -> None:
    StoreRead(**by(reader()), child=study.child, study=study, said=READ).execute()
    client = signed_in(person("n", "nurse"))
    page = client.get(reverse("eeg-report", args=[study.child_id, study.pk])).content.decode()
    assert '<iframe class="report" sandbox=""' in page
    frame = client.get(reverse("eeg-report-frame", args=[study.child_id, study.pk]))
    policy = frame["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "script" not in policy
    assert "allow" not in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert frame["Cache-Control"] == "no-store"
    assert Entry.objects.filter(verb="diagnosis.report", outcome="done").count() == 2


@pytest.mark.parametrize("how", ["study", "order"])
def test_whoever_is_to_read_reads_first_even_when_somebody_else_has(study: Study, how: str) -> None:
    rea, bea, cea = reader("rea"), reader("bea"), reader("cea")
    if how == "study":
        study.owner = bea
        other = {"owner": cea}
    else:
        other = {}
    study.order = EegOrder.objects.create(
        child=study.child, reason="x", ordered_at=timezone.now(), ordered_by=rea, owner=other.get("owner", bea)
    )
    study.save()
    StoreRead(**by(rea), child=study.child, study=study, said=READ).execute()
    client = signed_in(bea)
    for address in addresses(study):
        assert leaks(client, address) == [], address
    client.post(reverse("eeg-see", args=[study.child_id, study.pk]))
    with pytest.raises(InvalidActError, match="store your own read first"):
        SeeEngine(**by(bea), child=study.child, study=study).execute()
    assert not EngineView.objects.filter(reader=bea).exists()
    page = client.get(reverse("eeg-study", args=[study.child_id, study.pk])).content.decode()
    assert "You are to read this study" in page
    assert sight.of(study, cea).engine is True  # neither asked nor the owner in force: may look
    assert sight.of(study, rea).engine is True
    assert StoreRead(**by(bea), child=study.child, study=study, said=READ | {"based": 2}).execute().kind == "own"
    SeeEngine(**by(bea), child=study.child, study=study).execute()
    assert leaks(client, reverse("eeg-study", args=[study.child_id, study.pk])) != []


def test_who_has_looked_before_and_is_named_to_read_then_is_not_shut_out(study: Study) -> None:
    rea, bea = reader("rea"), reader("bea")
    StoreRead(**by(rea), child=study.child, study=study, said=READ).execute()
    SeeEngine(**by(bea), child=study.child, study=study).execute()
    Study.objects.filter(pk=study.pk).update(owner=bea)
    study.refresh_from_db()
    assert sight.of(study, bea).engine is True
