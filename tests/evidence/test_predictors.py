"""Predictors and costs: the shipped tables are read, wrong rows are refused with their line."""

from __future__ import annotations

import json

import pytest

from westward.care.answer import Answer
from westward.care.known import conflicting, known, populations_of
from westward.cli import main
from westward.core.errors import InputError
from westward.evidence.predictors import (
    COST_COLUMNS,
    PREDICTOR_COLUMNS,
    costs,
    parse_costs,
    parse_predictors,
    predictors,
)

HEAD = ",".join(PREDICTOR_COLUMNS)


@pytest.mark.parametrize(
    "row",
    [
        "a,b,odds_ratio,5,6,7,1,better,excerpt,s",
        "a,b,odds_ratio,5,1,,1,better,excerpt,s",
        "a,b,odds_ratio,,1,2,1,better,excerpt,s",
        "a,b,odds_ratio,-5,,,1,better,excerpt,s",
        "a,b,points,x,,,1,better,excerpt,s",
        "a,b,points,5,,,some,better,excerpt,s",
        "a,b,points,5,,,1,good,excerpt,s",
        "a,b,points,5,,,1,better,sure,s",
        "a,b,points,5,,,1,better,excerpt,",
        ",b,points,5,,,1,better,excerpt,s",
        "a,b",
    ],
)
def test_a_wrong_predictor_is_refused_with_its_line(row: str) -> None:
    with pytest.raises(InputError, match="line 2"):
        parse_predictors(f"{HEAD}\n{row}\n")


def test_a_wrong_header_or_price_is_refused() -> None:
    with pytest.raises(InputError, match="columns"):
        parse_predictors("a,b\n")
    with pytest.raises(InputError, match="above 0"):
        parse_costs(",".join(COST_COLUMNS) + "\nx,acth,2020,0,b,excerpt,s\n")


def test_the_shipped_tables() -> None:
    assert len(predictors()) == 25
    assert {one.usd for one in costs() if one.year == 2020} == {100457, 89, 4102}


def test_sources_that_contradict_each_other_are_named() -> None:
    named = {one.predictor for one in predictors() if one.line in conflicting(predictors())}
    assert "No hypsarrhythmia at the start" in named
    assert "Lead time, etiology or lag" in named
    assert "Stroke or infarct" not in named


@pytest.mark.parametrize(
    ("facts", "cause", "failed", "expected"),
    [
        ({}, Answer.UNKNOWN, False, ["all"]),
        ({"tuberous_sclerosis": Answer.YES}, Answer.YES, False, ["TSC", "proven_etiology", "all"]),
        ({"tuberous_sclerosis": Answer.NO}, Answer.NO, False, ["no_proven_etiology", "non-TSC", "all"]),
        ({"trisomy_21": Answer.YES}, Answer.UNKNOWN, True, ["trisomy_21", "failed_first", "all"]),
    ],
)
def test_what_is_not_known_opens_no_population(
    facts: dict[str, Answer], cause: Answer, failed: bool, expected: list[str]
) -> None:
    found = [one.population for one in populations_of(facts, cause_found=cause, failed=failed)]
    assert found == expected
    assert all(known(population=name) for name in found)


def test_the_command_gives_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--predictors", "--costs", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["predictors"]) == 25
    assert found["costs"][1]["usd"] == 100457
    assert main(["evidence", "--predictors"]) == 0
    assert "odds ratio 5.1 (1.1 to 23.6)" in capsys.readouterr().out
