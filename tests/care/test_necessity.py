"""Published facts for a payer: which rows are cited, in what words, and that nothing is borrowed or left out."""

from __future__ import annotations

from typing import Any

import pytest

from westward.care import necessity
from westward.care.known import Known, Result
from westward.care.necessity import Cited, delay, results, standards
from westward.care.shares import share
from westward.evidence.predictors import Predictor
from westward.evidence.status import Status
from westward.evidence.trials import Arm


def test_the_standards_with_a_number_are_cited_and_no_other() -> None:
    assert [one.line for one in standards()] == [
        "Treatment on the day of a diagnostic EEG, which is the day of diagnosis (CEWT regional guideline, Trent and "
        "Nottingham, 2008 and 2013 (UK), excerpt)",
        "First-line drug as soon as diagnosed, at the latest 1 week after (AAN/CNS quality measure 2017, Patel, "
        "Neurology 2018;90:1, excerpt)",
        "Treatment within 7 days of diagnosis (Infantile Spasms Action Network, infantilespasms.org, excerpt)",
    ]


def test_of_delay_what_found_nothing_is_cited_beside_what_found_harm() -> None:
    assert [one.line for one in delay()] == [
        "Lead time, for each UKISS class longer: -3.9 points (-7.3 to -0.4), Vineland at 4 years (O'Callaghan 2011; "
        "excerpt)",
        "Lead time before ACTH, 1.5 against 2.0 months: worse, short-term response, n 263 (Ge 2024; excerpt)",
        "Lead time, etiology or lag: no association with cessation was found (India; trisomy 21 in Ireland; Kaushik "
        "2013; excerpt)",
    ]


def row(**changes: Any) -> Predictor:
    plain = {
        "line": 2, "predictor": "Lead time, etiology or lag", "outcome": "development", "effect": "points",
        "estimate": "-2", "low": "-3", "high": "-1", "n": 40, "direction": "worse", "status": Status.EXCERPT,
        "source": "Somebody 2020",
    }  # fmt: skip
    return Predictor(**(plain | changes))


@pytest.mark.parametrize(
    "changes, words",
    [
        ({}, "-2 points (-3 to -1), development"),
        ({"low": "", "high": ""}, "-2 points, development"),
        ({"estimate": "", "low": "", "high": ""}, "worse, development, n 40"),
        ({"effect": "odds_ratio"}, "worse, development, n 40"),
        ({"effect": "odds_ratio", "n": None}, "worse, development"),
        ({"direction": "none"}, "no association with development was found"),
    ],
)
def test_what_a_row_says(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], words: str) -> None:
    monkeypatch.setattr(necessity, "predictors", lambda: (row(**changes),))
    assert delay() == (Cited(f"Lead time, etiology or lag: {words}", "Somebody 2020", Status.EXCERPT),)


def test_no_row_that_nobody_read_and_none_about_something_else_is_cited(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (
        row(status=Status.UNCONFIRMED), row(status=Status.RECALLED), row(status=Status.POLICY),
        row(predictor="Trisomy 21"), row(source="read"), row(status=Status.VERIFIED, source="opened"),
    )  # fmt: skip
    monkeypatch.setattr(necessity, "predictors", lambda: rows)
    assert [one.source for one in delay()] == ["read", "opened"]


def test_a_source_that_says_its_status_says_it_once() -> None:
    assert Cited("It is so", "Somebody 2020, excerpt", Status.EXCERPT).line == "It is so (Somebody 2020, excerpt)"
    assert Cited("It is so", "Somebody 2020", Status.EXCERPT).line == "It is so (Somebody 2020; excerpt)"


def test_results_are_those_of_the_first_population_that_has_any_the_largest_first() -> None:
    assert [one.line for one in results(["vigabatrin"], ["TSC", "all"])] == [
        "EPISTOP RCT 2021, conventional vigabatrin: 4 of 13 (developed spasms by 24\u202fmo, day 730; population TSC) "
        "(cureepilepsy.org 2020; excerpt)",
        "EPISTOP OLT 2021, conventional vigabatrin: 6 of 12 (developed spasms by 24\u202fmo, day 730; population TSC) "
        "(cureepilepsy.org 2020; excerpt)",
        "Chiron 1997, vigabatrin 150\u202fmg/kg: 11 of 11 (spasm free, day 30; population TSC) "
        "(Epilepsy Res 26:389; excerpt)",
    ]
    acth = [one.line for one in results(["acth_natural"], ["CDKL5", "all"])]
    assert len(acth) == 6, "at most six rows are named"
    assert acth[5] == (
        "Baram 1996, ACTH 150\u202fU/m²: 13 of 15 (EC14: neither spasms nor hypsarrhythmia on the video-EEG of day 14, "
        "day 14; population all) (Pediatrics 97:375; excerpt)"
    )


def test_without_a_row_of_the_drug_or_of_the_population_nothing_is_cited() -> None:
    assert results(["topiramate"], ["all"]) == ()
    assert results(["acth_natural"], ["stroke_infarct"]) == ()
    assert results([], ["all"]) == ()
    assert results(["acth_natural"], []) == ()


def arm(n: int | None = 20, responders: int | None = 10, **changes: Any) -> Arm:
    plain = {
        "study": "Somebody", "year": 2020, "design": "RCT", "arm": "acth", "drug": "acth", "n": n,
        "responders": responders, "reported_percent": "", "outcome": "spasm_free", "day": 14, "population": "all",
        "events": False, "status": Status.EXCERPT, "source": "a paper",
    }  # fmt: skip
    return Arm(**(plain | changes))


def result(one: Arm) -> Result:
    return Result(one, None if one.n is None or one.responders is None else share(one.responders, one.n))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the table of trials is asked for; it answers with rows of three kinds for every code."""
    told: list[tuple[str, str]] = []

    def known(*, drug: str, population: str) -> tuple[Known, ...]:
        told.append((drug, population))
        rows = (arm(30), arm(40, day=None), arm(50, None), arm(60, status=Status.RECALLED))
        return (Known("spasm_free", tuple(map(result, rows)), ()), Known("EC14", (result(arm(35)),), ()))

    monkeypatch.setattr(necessity, "known", known)
    return told


def test_a_drug_of_two_protocols_is_asked_for_once(asked: list[tuple[str, str]]) -> None:
    results(["acth_z", "tetracosactide", "topiramate", "vigabatrin"], ["TSC", "all"])
    assert asked == [("acth_synthetic", "TSC"), ("vigabatrin", "TSC")]


@pytest.mark.usefixtures("asked")
def test_no_more_than_six_rows_are_named() -> None:
    assert len(results(["prednisolone", "acth_natural", "vigabatrin"], ["all"])) == 6, "nine would fit"


def test_a_definition_is_named_as_people_write_it() -> None:
    first = results(["vigabatrin"], ["non-TSC"])[0].words
    assert "28 of 52 (UKISS13 14: no spasms on days 13 and 14, day 14; population non-TSC)" in first


@pytest.mark.usefixtures("asked")
def test_of_the_definitions_together_the_largest_study_is_first_and_what_nobody_read_is_left_out() -> None:
    assert [one.words for one in results(["acth_natural"], ["all"])] == [
        "Somebody 2020, ACTH: 10 of 40 (spasm free; population all)",
        "Somebody 2020, ACTH: 10 of 35 (EC14: neither spasms nor hypsarrhythmia on the video-EEG of day 14, day 14; "
        "population all)",
        "Somebody 2020, ACTH: 10 of 30 (spasm free, day 14; population all)",
    ]
    assert {(one.source, one.status) for one in results(["acth_natural"], ["all"])} == {("a paper", Status.EXCERPT)}
