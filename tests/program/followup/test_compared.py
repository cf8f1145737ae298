"""The engine's before and after on the response page: both results visible or nothing of it; never a judgment."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.program.diagnosis.support import READ, a_result, a_study
from tests.program.followup.test_next_steps import running
from tests.program.staff import person, signed_in
from tests.program.treatment import scene
from tests.support.compared import bundle, side

from westward.program.accounts.models import User
from westward.program.audit.models import Entry
from westward.program.diagnosis.models import EngineView, Read, Study
from westward.program.followup import compared
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def studied(child: Child, media: Path, *, n: int, days_ago: int, age_days: int, spasms: int) -> Study:
    on = timezone.localdate() - timedelta(days=days_ago)
    study = a_study(child, n=n, recorded_on=on)
    made = bundle(side(f"night{n}", age_days=age_days, spasms=spasms), media / "bundles" / f"study-{study.pk}.westward")
    a_result(study, bundle=f"bundles/{made.name}", summary_sha256=f"{n}" * 64)
    return study


def read_by(study: Study, user: User) -> None:
    Read.objects.create(
        study=study, reader=user, version=1, kind="blind", stored_at=timezone.now(), signed_at=timezone.now(), **READ
    )


@pytest.fixture
def way(media: Path) -> tuple[Child, Study, Study, dict[str, User]]:
    child = scene.child()
    people, _ = running(child, day=20)
    before = studied(child, media, n=1, days_ago=22, age_days=190, spasms=9)
    after = studied(child, media, n=2, days_ago=6, age_days=206, spasms=2)
    return child, before, after, people


def page(user: User, child: Child) -> str:
    return signed_in(user).get(f"/children/{child.pk}/response/").content.decode()


def test_nothing_of_it_is_told_before_both_are_read(way: Any) -> None:
    child, before, after, people = way
    assert compared.prepare() == 1
    for read in (None, before):
        if read is not None:
            read_by(read, people["doc2"])
        told = page(people["nurse"], child)
        assert "a read comes first" in told
        assert "spasm candidates" not in told
        browser = signed_in(people["nurse"])
        for ending in ("", "frame/"):
            address = f"/children/{child.pk}/response/compared/{before.pk}/{after.pk}/{ending}"
            assert browser.get(address).status_code == 403
    assert Entry.objects.filter(verb="diagnosis.report", outcome="refused").count() == 4


def test_the_page_shows_both_when_both_may_be_seen(way: Any) -> None:
    child, before, after, people = way
    for one in (before, after):
        read_by(one, people["doc2"])
    assert "Not compared yet" in page(people["nurse"], child)
    assert compared.prepare() == 1
    assert compared.prepare() == 0, "made once"
    told = page(people["nurse"], child)
    assert "spasm candidates: 9 before, 2 after" in told
    assert "day 14 (EEG of day 14)" in told
    assert "response above rests on signed reads alone" in told
    address = f"/children/{child.pk}/response/compared/{before.pk}/{after.pk}/"
    assert f'href="{address}"' in told
    browser = signed_in(people["nurse"])
    assert "sandbox" in browser.get(address).content.decode()
    frame = browser.get(f"{address}frame/")
    assert b"9" in frame.content
    assert frame["Content-Security-Policy"].startswith("sandbox")


def test_a_reader_asks_to_see_each_first(way: Any) -> None:
    child, before, after, people = way
    for one in (before, after):
        read_by(one, people["doc2"])
    compared.prepare()
    assert "a read comes first" in page(people["doc2"], child), "reads are stored, the result was not asked for"
    for one in (before, after):
        EngineView.objects.create(study=one, reader=people["doc2"], result=one.results.get(), at=timezone.now())
    assert "9 before, 2 after" in page(people["doc2"], child)


def test_without_an_eeg_before_or_after_there_is_nothing_to_compare(media: Path) -> None:
    child = scene.child()
    people, _ = running(child, day=20)
    before = studied(child, media, n=1, days_ago=22, age_days=190, spasms=9)
    read_by(before, people["doc2"])
    assert compared.pairs(child, people["nurse"]) == []
    assert "The engine before and after" not in page(people["nurse"], child)


def test_a_study_taken_off_the_chart_is_not_compared(way: Any) -> None:
    child, _, after, people = way
    Study.objects.filter(pk=after.pk).update(state="withdrawn", withdrawn_at=timezone.now())
    assert compared.pairs(child, people["nurse"]) == []


def test_what_cannot_be_compared_says_why_once(media: Path) -> None:
    child = scene.child()
    people, _ = running(child, day=20)
    one = studied(child, media, n=1, days_ago=22, age_days=206, spasms=9)
    two = studied(child, media, n=2, days_ago=6, age_days=190, spasms=2)
    for study in (one, two):
        read_by(study, people["doc2"])
    assert compared.prepare() == 1
    assert compared.prepare() == 0
    assert "Cannot be compared: " in page(people["nurse"], child)


def test_another_childs_study_is_not_set_beside(way: Any, media: Path) -> None:
    child, before, after, people = way
    other = studied(scene.child(pseudonym="W-TEST-0002"), media, n=3, days_ago=1, age_days=211, spasms=1)
    for one in (before, after, other):
        read_by(one, people["doc2"])
    browser = signed_in(people["nurse"])
    assert browser.get(f"/children/{child.pk}/response/compared/{before.pk}/{other.pk}/").status_code == 404
    assert (
        signed_in(person("q", "quality"))
        .get(f"/children/{child.pk}/response/compared/{before.pk}/{after.pk}/")
        .status_code
        == 403
    )


def test_what_is_kept_names_nobody(way: Any, media: Path) -> None:
    compared.prepare()
    (kept,) = (media / compared.FOLDER).glob("*.json")
    text = kept.read_text()
    assert "Rivera" not in text
    assert json.loads(text)["age_apart_days"] == 16
    assert kept.stat().st_mode & 0o777 == 0o600
