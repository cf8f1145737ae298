"""Pages: 200 for the right role, 403 for the wrong one, one audit row each, nothing of another child."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.program.diagnosis.support import READ, a_child, a_result, a_site, a_study, by, person, reader
from tests.program.diagnosis.test_decide import HISTORY
from tests.program.staff import signed_in

from westward.program.audit.models import Entry
from westward.program.audit.queries import walk
from westward.program.diagnosis.actions.decide import Assess
from westward.program.diagnosis.actions.order import OrderEeg
from westward.program.diagnosis.actions.read import SeeEngine, SignRead, StoreRead
from westward.program.diagnosis.models import Study
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


def pages(study: Study) -> dict[str, str]:
    child = study.child_id
    order = study.child.eeg_orders.get()
    return {
        "child-eeg": reverse("child-eeg", args=[child]),
        "eeg-order": reverse("eeg-order", args=[child]),
        "eeg-sheet": reverse("eeg-sheet", args=[child, order.pk]),
        "eeg-upload": reverse("eeg-upload", args=[child]),
        "eeg-outside": reverse("eeg-outside", args=[child]),
        "eeg-study": reverse("eeg-study", args=[child, study.pk]),
        "eeg-progress": reverse("eeg-progress", args=[child, study.pk]),
        "eeg-read": reverse("eeg-read", args=[child, study.pk]),
        "child-diagnosis": reverse("child-diagnosis", args=[child]),
        "diagnosis-decide": reverse("diagnosis-decide", args=[child]),
        "history": reverse("diagnosis-assess", args=[child, "history"]),
        "semiology": reverse("diagnosis-assess", args=[child, "semiology"]),
        "mimics": reverse("diagnosis-assess", args=[child, "mimics"]),
        "eeg-queue": reverse("eeg-queue"),
        "eeg-room": reverse("eeg-room"),
        "eeg-unassigned": reverse("eeg-unassigned"),
    }


@pytest.fixture
def study() -> Study:
    child = a_child(site=a_site(), simulated=True)
    OrderEeg(**by(person("orders", "physician")), child=child, reason="clusters on waking").execute()
    found = a_study(child)
    a_result(found)
    return found


def test_a_physician_opens_every_page_and_each_is_one_row(study: Study) -> None:
    client = signed_in(reader(site=study.child.site))
    for name, address in pages(study).items():
        before = Entry.objects.count()
        answer = client.get(address)
        assert answer.status_code == 200, name
        assert Entry.objects.count() == before + 1, name
        text = answer.content.decode()
        assert "<script>" not in text
        assert not re.search(r" style=|onclick=", text), name
    assert walk().whole


@pytest.mark.parametrize("role", ["researcher", "quality", "caregiver", "administrator", "privacy_officer"])
def test_roles_without_charts_open_none(study: Study, role: str) -> None:
    client = signed_in(person("x", role))
    for name, address in pages(study).items():
        assert client.get(address).status_code == 403, name


def test_another_site_opens_none_and_sees_none_in_lists(study: Study) -> None:
    client = signed_in(reader(site=a_site("south")))
    for name, address in pages(study).items():
        answer = client.get(address)
        assert answer.status_code == (200 if name in ("eeg-queue", "eeg-room", "eeg-unassigned") else 403), name
        assert "Rivera" not in answer.content.decode()


@pytest.mark.parametrize(
    "role, refused",
    [
        ("technologist", {"eeg-order", "eeg-read", "diagnosis-decide", "history", "semiology", "mimics"}),
        ("nurse", {"eeg-sheet", "eeg-read", "diagnosis-decide"}),
        ("pharmacist", {"eeg-order", "eeg-sheet", "eeg-upload", "eeg-outside", "eeg-read", "diagnosis-decide",
                        "history",
                        "semiology", "mimics", "eeg-queue", "eeg-room", "eeg-unassigned"}),
    ],
)  # fmt: skip
def test_a_role_opens_its_pages(study: Study, role: str, refused: set[str]) -> None:
    client = signed_in(person("x", role))
    for name, address in pages(study).items():
        assert client.get(address).status_code == (403 if name in refused else 200), name


def test_a_study_is_not_found_under_another_chart(study: Study) -> None:
    other = a_child(9)
    client = signed_in(reader())
    for name in ("eeg-study", "eeg-read", "eeg-raw", "eeg-report", "eeg-progress"):
        assert client.get(reverse(name, args=[other.pk, study.pk])).status_code == 404
    for name in ("eeg-identity", "eeg-again", "eeg-sign", "eeg-see", "eeg-second", "eeg-owner"):
        assert client.post(reverse(name, args=[other.pk, study.pk])).status_code == 404


@pytest.mark.parametrize("state", ["waiting", "analyzing", "analyzed", "failed"])
def test_a_study_without_a_run_of_the_engine_says_so(state: str) -> None:
    study = a_study(a_child(site=a_site()))
    Study.objects.update(state=state)
    assert not study.analyses.exists()
    client = signed_in(reader())
    for name in ("eeg-study", "eeg-progress"):
        page = client.get(reverse(name, args=[study.child_id, study.pk]))
        assert page.status_code == 200
        assert "No analysis" in page.content.decode()


def test_a_simulated_recording_carries_its_badge(study: Study) -> None:
    Study.objects.get().recording.__class__.objects.update(simulated=True)
    assert signed_in(reader()).get(pages(study)["eeg-study"]).content.decode().count("badge-simulated") == 2


def whole(study: Study) -> Child:
    rea = reader("rea")
    asked = {**by(rea), "child": study.child}
    StoreRead(**asked, study=study, said=READ).execute()
    SeeEngine(**asked, study=study).execute()
    SignRead(**asked, study=study).execute()
    Assess(**asked, part="history", answers=HISTORY).execute()
    return study.child


def test_side_by_side_and_disagreement_is_seen(study: Study) -> None:
    whole(study)
    text = signed_in(person("n", "nurse")).get(pages(study)["eeg-study"]).content.decode()
    row = text[text.index("BASED grade") :][:200]
    assert re.findall(r"<td>(\d)</td>", row) == ["4", "5"]
    assert "Relapse quixfind" in text


def test_the_api_says_the_same(study: Study) -> None:
    child = whole(study)
    client = signed_in(person("n", "nurse"))
    told = client.get(f"/api/children/{child.pk}/eeg").json()
    assert told["orders"][0]["state"] == "open"
    assert [read["based"] for read in told["studies"][0]["reads"]] == [4]
    assert told["studies"][0]["engine"]["score"] == 5
    assert told["studies"][0]["engine"]["reviewed"] is True
    diagnosis = client.get(f"/api/children/{child.pk}/diagnosis").json()
    assert diagnosis["criteria"]["criteria"] == "ILAE 2022"
    assert client.get("/api/diagnosis/queue").json() == []
    assert signed_in(person("r", "researcher")).get(f"/api/children/{child.pk}/eeg").status_code == 403
    assert Entry.objects.filter(verb="diagnosis.read", outcome="refused").count() == 1


def test_the_forms_store_what_they_show(study: Study) -> None:
    client, address = signed_in(reader()), pages(study)
    client.post(address["eeg-read"], READ | {"words": "much slow"})
    page = client.get(address["eeg-read"]).content.decode()
    assert re.search(r'value="4"[^>]*checked', page)
    assert "much slow" in page
    client.post(address["mimics"], {"not_epileptic.moro": "no"})
    assert re.search(
        r'name="not_epileptic.moro" value="no"[^>]*checked', client.get(address["mimics"]).content.decode()
    )


def test_a_sheet_opened_again_holds_what_was_written(study: Study) -> None:
    client, address = signed_in(person("t", "technologist")), pages(study)["eeg-sheet"]
    said = {
        "recorded_on": "2025-10-05",
        "impedances": "Fp1 4.5, O2 12",
        "handed_to": "Kim",
        "handed_at": "2025-10-06T07:30",
    }
    assert client.post(address, said).status_code == 302
    page = client.get(address).content.decode()
    assert "Fp1 4.5, O2 12" in page
    assert "2025-10-06T07:30" in page
    wrong = client.post(address, said | {"impedances": "Fp1 low"}).content.decode()
    assert "is not an electrode with its kOhm" in wrong


def test_a_hidden_result_is_no_referral_that_waits(study: Study) -> None:
    page = signed_in(reader()).get(reverse("eeg-study", args=[study.child_id, study.pk])).content.decode()
    assert "hidden from everybody" in page
    assert 'class="waits' not in page
