"""The schema of ``evaluation.json`` refuses what a reader of the file could not trust."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.support.schemas import check_evaluation, validator

from westward.eeg.evaluate import result
from westward.eeg.evaluate.labels.layout import READERS
from westward.eeg.evaluate.marks import SPASM, Mark, Marked
from westward.eeg.evaluate.protocol import Protocol, Targets

SCHEMA = validator("westward.eeg.evaluate", "evaluation").schema


@pytest.fixture(scope="module")
def good() -> dict[str, Any]:
    ratings = {"based": {"A": 3.0, "B": 4.0}}
    truth = Marked("a", "a", tuple(Mark(t, 1.0, SPASM) for t in (10, 20, 30)), 3600.0, ratings=ratings)
    found = Marked("a", "a", (Mark(10.5, 1.0, SPASM),), 3600.0, ratings={"based": {"westward": 3.0}})
    targets = Targets(**{f.name: 0.5 for f in fields(Targets)})
    told = result.as_dict(result.evaluate([(truth, found)], Protocol(targets=targets)))
    return told | {
        "reference": {"layout": "BIDS events", "source": "truth"},
        "not_scored": {"references_without_result": [], "results_without_reference": []},
        "provenance": {"version": "0", "commit": None, "started": "now"},
    }


def test_a_whole_evaluation_keeps_to_it(good: dict[str, Any]) -> None:
    check_evaluation(good)
    assert good["agreement"]["based"]["readers_and_program"]["n_raters"] == 3
    assert set(good) == set(SCHEMA["properties"])


def no_value(e: dict[str, Any]) -> None:
    e["figures"]["spasm"]["sensitivity"]["value"] = None


def no_reason(e: dict[str, Any]) -> None:
    e["targets"][0] |= {"value": None, "met": None, "whole_interval": None, "why": ""}


def not_met_without_value(e: dict[str, Any]) -> None:
    e["targets"][0] |= {"value": None, "met": False, "why": "no reference"}


def one_key_more(e: dict[str, Any]) -> None:
    e["figures"]["spasm"]["specificity"] = e["figures"]["spasm"]["sensitivity"]


def one_key_less(e: dict[str, Any]) -> None:
    del e["recordings"][0]["spasms_false"]


def no_parameter(e: dict[str, Any]) -> None:
    del e["protocol"]["parameters"]["szcore"]["tolerance_after_s"]


def a_fraction_of_a_spasm(e: dict[str, Any]) -> None:
    e["patients"][0]["spasms_marked"] = 2.5


def an_unknown_layout(e: dict[str, Any]) -> None:
    e["reference"]["layout"] = "a spreadsheet"


def an_unknown_rating(e: dict[str, Any]) -> None:
    e["agreement"]["severity"] = e["agreement"]["based"]


@pytest.mark.parametrize(
    "spoil",
    [
        no_value,
        no_reason,
        not_met_without_value,
        one_key_more,
        one_key_less,
        no_parameter,
        a_fraction_of_a_spasm,
        an_unknown_layout,
        an_unknown_rating,
    ],
)
def test_it_refuses(good: dict[str, Any], spoil: Callable[[dict[str, Any]], None]) -> None:
    e = copy.deepcopy(good)
    spoil(e)
    with pytest.raises(jsonschema.ValidationError):
        check_evaluation(e)


def test_it_knows_every_layout() -> None:
    assert SCHEMA["properties"]["reference"]["properties"]["layout"]["enum"] == [name for name, _, _ in READERS]


def test_it_is_shipped() -> None:
    import westward

    assert (Path(westward.__file__).parent / "eeg" / "evaluate" / "schema" / "evaluation.schema.json").is_file()
