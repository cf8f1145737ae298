"""Scores over age: values at their places, editions and kinds of age apart, nothing joined that is not alike."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.core.ages import DAYS_PER_MONTH
from westward.program.followup import trajectory
from westward.program.followup.actions.record import RecordAssessment
from westward.program.followup.models import Assessment

BIRTH = date(2025, 1, 1)


def made(age: float, scores: dict[str, str], *, version: str = "2019", corrected: bool = False) -> Assessment:
    days = round(age * DAYS_PER_MONTH)
    told = [{"domain": domain, "score": score} for domain, score in scores.items()]
    return Assessment(
        pk=days, instrument="bayley_4", version=version, on=BIRTH + timedelta(days=days), age_used_d=days,
        corrected=corrected, scores=told,
    )  # fmt: skip


def dots(drawing: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawing)]


def joins(drawing: str) -> int:
    return drawing.count('class="joined"')


def test_values_stand_at_their_places() -> None:
    history = [made(18, {"Motor": "95"}), made(6, {"Motor": "85"}), made(12, {"Motor": "75"})]
    (line,) = trajectory.lines(history)
    assert [round(point.months) for point in line.points] == [6, 12, 18]
    drawing = str(trajectory.draw(line, ages=(0, 24), key="x"))
    right, base = trajectory.WIDTH - trajectory.RIGHT, trajectory.HEIGHT - trajectory.BOTTOM
    wide, tall = right - trajectory.LEFT, base - trajectory.TOP
    low, high = 70, 100
    assert dots(drawing) == [
        (
            pytest.approx(trajectory.LEFT + wide * months / 24, abs=0.1),
            pytest.approx(trajectory.TOP + tall * (high - score) / (high - low), abs=0.1),
        )
        for months, score in ((18, 95), (12, 75), (6, 85))
    ]
    assert joins(drawing) == 2
    assert re.findall(r'class="tick level">([\d.]+)<', drawing) == ["70", "85", "100"]
    assert re.findall(r'class="score">([\d.]+)<', drawing) == ["95", "75", "85"]
    assert "12.0 months: 75" in drawing.partition("</desc>")[0]


def test_a_single_score_is_a_point() -> None:
    ((edition),) = trajectory.editions([made(7, {"Motor": "85"})])
    (panel,) = edition.panels
    assert len(dots(panel.drawing)) == 1
    assert joins(panel.drawing) == 0


def test_editions_and_domains_are_never_joined() -> None:
    history = [
        made(6, {"Motor": "85", "Language": "80"}),
        made(12, {"motor ": "88", "Motor, raw": "41"}),
        made(18, {"Motor": "70"}, version="2006"),
        made(24, {"Motor": "72"}, version=" 2006"),
    ]
    found = trajectory.lines(history)
    told = [(line.version, line.domain, [point.score for point in line.points]) for line in found]
    assert told == [
        ("2019", "Motor", [85, 88]), ("2019", "Language", [80]),
        ("2019", "Motor, raw", [41]), ("2006", "Motor", [70, 72]),
    ]  # fmt: skip
    editions = trajectory.editions(history)
    assert [(one.version, [panel.domain for panel in one.panels]) for one in editions] == [
        ("2019", ["Motor", "Language", "Motor, raw"]), ("2006", ["Motor"]),
    ]  # fmt: skip
    assert [joins(panel.drawing) for one in editions for panel in one.panels] == [1, 0, 0, 1]


def test_a_corrected_age_is_not_joined_with_one_from_birth() -> None:
    history = [made(age, {"Motor": "85"}, corrected=age < 24) for age in (12, 18, 26, 32)]
    ((edition),) = trajectory.editions(history)
    (panel,) = edition.panels
    assert joins(panel.drawing) == 2
    assert panel.drawing.count("dot open") == 2
    assert "open dots: from birth" in panel.drawing


@pytest.mark.parametrize(
    ("scores", "axis"), [([0], (0, 10)), ([-2, 3], (-10, 10)), ([85], (80, 90)), ([40, 160], (30, 170))]
)
def test_the_scale_holds_every_score(scores: list[float], axis: tuple[float, float]) -> None:
    low, high = trajectory._scores(scores)
    assert (low, high) == axis
    assert all(low <= score <= high for score in scores)


def test_without_an_assessment_nothing_is_drawn() -> None:
    assert trajectory.editions([]) == []


@pytest.mark.django_db
def test_the_page_draws_it_beside_its_table() -> None:
    child, doc = scene.child(gestation_d=224), person("doc", "physician")
    client, address = signed_in(doc), f"/children/{child.pk}/response/"
    page = client.get(address).content.decode()
    assert "No assessment yet." in page
    assert "svg" not in page.partition('id="development"')[2].partition("</section>")[0]
    asked = {"child": child, "instrument": "bayley_4", "version": "2019", "scores": [("<b>Motor</b>", "102.5")]}
    RecordAssessment(**by(doc), **asked, on=timezone.localdate()).execute()
    section = client.get(address).content.decode().partition('id="development"')[2].partition("</section>")[0]
    assert section.count("<svg") == 1
    assert "Corrected age in months" in section
    assert "&lt;b&gt;Motor&lt;/b&gt; over age" in section
    assert "<b>Motor" not in section
    assert "style=" not in section
    assert section.count("102.5") >= 3
    assert "<table" in section
