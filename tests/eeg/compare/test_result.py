"""``comparison.json`` and its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.support.compared import analyzed, side, states
from tests.support.schemas import check_comparison

from westward.eeg.compare.comparison import compare
from westward.eeg.compare.result import as_dict
from westward.eeg.compare.side import read


def told(before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> dict[str, Any]:
    return as_dict(compare(side("a", **(before or {})), side("b", seed=1, **(after or {}))))


@pytest.mark.parametrize(
    "after",
    [
        {},
        {"cycles": None, "nrem": None, "wake": None},
        {"cycles": 0, "spasms": None},
        {"score": None, "age_days": None, "sfreq_hz": None, "reference": None},
        {"spasms": 40, "state": states(wake=120, nrem=0), "nrem": 0.0},
    ],
)
def test_it_keeps_to_the_schema_and_is_plain_json(after: dict[str, Any]) -> None:
    e = told(after=after)
    check_comparison(json.loads(json.dumps(e, allow_nan=False)))


def test_two_analyses_keep_to_the_schema() -> None:
    e = as_dict(compare(read(analyzed("hypsarrhythmia")), read(analyzed("healthy"))))
    check_comparison(json.loads(json.dumps(e, allow_nan=False)))
    assert e["simulated"] == {"before": True, "after": True}
    assert e["grade_change"] < 0


def test_the_schema_refuses_what_is_missing() -> None:
    e = told()
    del e["follow_up"]
    with pytest.raises(jsonschema.ValidationError, match="follow_up"):
        check_comparison(e)


def test_every_null_has_its_reason() -> None:
    e = told(after={"state": states(wake=110, nrem=10)})
    for row in e["differences"]:
        assert (row["before"] is None) == bool(row["why"])
    lacks = {x["what"]: x["why"] for x in e["not_assessable"]}
    assert lacks["nrem"].startswith("not enough sleep to compare")
    assert told(after={"spasms": None})["not_assessable"][-1] == {"what": "spasms of b", "why": "no EEG"}


def test_grades_come_with_their_margin() -> None:
    e = told({"score": 5}, {"score": 2})
    assert e["grade_change"] == -3
    assert e["before"]["grade"]["grade"] == "BASED 5"
    assert e["after"]["grade"]["margin"]
    assert "does not exclude" in e["after"]["grade"]["caution"]
    assert e["before"]["worst_epochs"][0]["start_s"] == 600
    assert told({"score": None})["grade_change"] is None


def test_the_schema_is_shipped() -> None:
    import westward

    path = Path(westward.__file__).parent / "eeg" / "compare" / "schema" / "comparison.schema.json"
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))
