"""The quality board: figures equal the rules', small cells stay hidden, and only those with the purpose see it."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.journey.simulated import Story, Teller
from tests.program.staff import person, signed_in

from westward.care.clocks import ClockName, Milestone
from westward.care.quality import Row, measure
from westward.care.silence import Silence, Why
from westward.care.when import on_day
from westward.program.accounts.choices import Role
from westward.program.accounts.models import Site
from westward.program.audit.models import Entry
from westward.program.journey import collect, projection
from westward.program.journey.models import Standing
from westward.program.people.models import Child
from westward.program.quality import queries, rules

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)
NAME = ClockName.REFERRAL_TO_EEG


@pytest.fixture
def sites() -> list[Site]:
    return [Site.objects.create(code=code, name=code.title()) for code in ("north", "south")]


@pytest.fixture
def filled(sites: list[Site], monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """Three years of real children: 90 in the north, 30 in the south, 2 of whose families speak Somali."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    draw, today = random.Random(1), NOW.date()
    children = [
        Child(
            site=sites[n % 4 == 0],
            pseudonym=f"W-{n}",
            family_name=f"Secretname{n}",
            birth_date=today - timedelta(days=1200),
            language="so" if n < 2 else "es" if n % 3 == 0 else "en",
            interpreter=n % 3 == 0,
            sex="female" if n % 2 else "male",
        )
        for n in range(120)
    ]
    made = Child.objects.bulk_create(children)
    teller = Teller()
    for child in made:
        referred = today - timedelta(days=draw.randint(1, 1000))
        facts = {Milestone.ONSET: on_day(referred - timedelta(days=9)), Milestone.REFERRAL: on_day(referred)}
        eeg = referred + timedelta(days=draw.choice([0, 1, 2, 3, 6]))
        if eeg <= today and draw.random() < 0.9:
            facts[Milestone.EEG] = on_day(eeg)
            facts[Milestone.DIAGNOSIS] = on_day(min(eeg + timedelta(days=1), today))
        teller.stories[child.pk] = Story(facts=facts)
    monkeypatch.setattr(collect, "tellers", lambda: (teller,))
    projection.rebuild()
    return made


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize("purpose", ["care", "quality"])
def test_it_opens_for_the_purpose_of_quality_alone(role: str, purpose: str) -> None:
    user = person("somebody", role, purpose=purpose, kind="caregiver" if role == "caregiver" else "staff")
    allowed = purpose == "quality" and role in ("quality", "physician", "coordinator")
    client = signed_in(user)
    assert client.get("/quality/").status_code == (200 if allowed else 403)
    assert client.get("/quality/safety/").status_code == (200 if (purpose, role) == ("quality", "quality") else 403)


def test_an_empty_program_shows_no_figures(db: None) -> None:
    page = signed_in(person("lead", "quality", purpose="quality")).get("/quality/").content.decode()
    assert "no child" in page
    assert "<figure" not in page


def test_figures_equal_the_rules_and_stay_within_the_sites(filled: list[Child], sites: list[Site]) -> None:
    lead = person("lead", "quality", site=sites[1], purpose="quality")
    cohort = queries.cohort(lead)
    assert set(cohort.keys) == {child.pk for child in filled if child.site == sites[1]}
    context = signed_in(lead).get("/quality/?measure=referral_to_eeg").context
    expected = measure(NAME, [row for row, _ in cohort.rows], on=NOW.date())
    assert context["chosen"]["measure"] == expected
    assert expected.n == 30
    everything = signed_in(person("all", "quality", purpose="quality")).get("/quality/").context
    assert everything["chosen"]["measure"].n == 120


def test_children_still_waiting_count_against_a_standard_they_have_passed(filled: list[Child]) -> None:
    context = signed_in(person("all", "quality", purpose="quality")).get("/quality/").context
    told = context["chosen"]["measure"]
    waiting = Standing.objects.exclude(facts__has_key="eeg").count()
    assert told.waiting == waiting > 0


def test_small_cells_are_hidden_with_the_next_so_that_the_total_tells_nothing(filled: list[Child]) -> None:
    page = signed_in(person("all", "quality", purpose="quality")).get("/quality/")
    language = page.context["strata"]["Language"]
    assert language["Somali"].suppressed
    assert sum(one.suppressed for one in language.values()) == 2
    assert not page.context["strata"]["Sex"]["Female"].suppressed


def test_quarters_are_hidden_likewise(filled: list[Child]) -> None:
    rows = [row for row, _ in queries.cohort(person("all", "quality", purpose="quality")).rows]
    by_quarter, chart = rules.by_quarter(NAME, rows, on=NOW.date())
    shown = [one for one in by_quarter if not one.measure.suppressed]
    assert len(shown) >= 10
    assert chart.signals is not None
    few = [row for row in rows if row.facts[Milestone.REFERRAL].earliest >= date(2026, 1, 1)][:12]
    told, _ = rules.by_quarter(NAME, few, on=NOW.date())
    counts = [one.measure.n for one in told]
    if None in counts:
        assert counts.count(None) >= 2 or len(counts) == 1


def test_a_quarter_small_only_by_its_usable_intervals_does_not_stand_hidden_alone() -> None:
    """Three of six children of the last quarter died before the EEG: the total less the others would tell of three."""

    def row(month: int, n: int, *, died: bool = False) -> Row:
        referred = date(2026, month, 1 + n)
        facts = {Milestone.REFERRAL: on_day(referred)}
        if died:
            return Row(facts=facts, strata={}, silence=Silence(Why.DECEASED, referred))
        return Row(facts=facts | {Milestone.EEG: on_day(referred + timedelta(days=2))}, strata={})

    rows = [row(1, n) for n in range(9)] + [row(4, n) for n in range(7)]
    rows += [row(7, n, died=n < 3) for n in range(6)]
    told, _ = rules.by_quarter(NAME, rows, on=NOW.date())
    assert [(one.label, one.measure.suppressed) for one in told] == [
        ("2026 Q1", False), ("2026 Q2", True), ("2026 Q3", True),
    ]  # fmt: skip


def test_plots_have_their_table_and_captions(filled: list[Child]) -> None:
    page = signed_in(person("all", "quality", purpose="quality")).get("/quality/").content.decode()
    assert page.count("<svg") == page.count("<figcaption") == 2
    assert " style=" not in page
    assert "By quarter" in page
    assert "interval" in page
    assert "recalled" in page


def test_nobody_is_named_and_one_row_tells_of_the_read(filled: list[Child]) -> None:
    client = signed_in(person("all", "quality", purpose="quality"))
    before = Entry.objects.count()
    page = client.get("/quality/?measure=onset_to_diagnosis").content.decode()
    assert "Secretname" not in page
    assert "W-1" not in page
    row = Entry.objects.filter(seq__gt=before).get()
    told = json.loads(row.detail)
    assert (row.verb, row.purpose, told["count"]) == ("quality.board", "quality", 120)
    assert told["filter"] == {"measure": "onset_to_diagnosis"}


def test_children_without_spasms_wait_for_no_diagnosis(filled: list[Child]) -> None:
    Standing.objects.filter(pk=filled[0].pk).update(ruled_out=True)
    cohort = queries.cohort(person("all", "quality", purpose="quality"))
    assert len(rules.eligible(ClockName.EEG_TO_DIAGNOSIS, cohort.rows)) == 119
    assert len(rules.eligible(NAME, cohort.rows)) == 120


def test_simulated_children_count_only_where_there_are_no_others(filled: list[Child]) -> None:
    lead = person("all", "quality", purpose="quality")
    Child.objects.filter(pk=filled[0].pk).update(simulated=True)
    assert (len(queries.cohort(lead).rows), queries.cohort(lead).simulated) == (119, False)
    Child.objects.update(simulated=True)
    assert (len(queries.cohort(lead).rows), queries.cohort(lead).simulated) == (120, True)
    assert "badge-simulated" in signed_in(lead).get("/quality/").content.decode()


def test_an_unknown_measure_is_the_first_one(filled: Any) -> None:
    page = signed_in(person("all", "quality", purpose="quality")).get("/quality/?measure=salary")
    assert page.context["chosen"]["name"] == "Referral to EEG"


def test_switching_is_shown_to_those_who_see_all_sites(sites: list[Site]) -> None:
    everywhere, north = (person(f"lead-{site}", "quality", site=site, purpose="quality") for site in (None, sites[0]))
    assert "Readers and the engine" in signed_in(everywhere).get("/quality/").content.decode()
    assert "Readers and the engine" not in signed_in(north).get("/quality/").content.decode()
