"""``westward calendar``: what it prints and how it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from westward.cli import main

LABEL = ["calendar", "--protocol", "acth_label_150", "--start", "2026-12-01"]


def printed(capsys: Any, *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_list_has_id_and_status_first(capsys: Any) -> None:
    assert main(["calendar", "--list"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    wanted = {
        "acth_label_150", "acth_natural_low", "tetracosactide_iciss", "acth_z", "prednisolone_perc",
        "prednisolone_iciss", "prednisolone_ucla_8mgkg", "vigabatrin_standard", "hormone_plus_vigabatrin",
    }  # fmt: skip
    assert wanted <= {row[0] for row in rows}
    assert ("acth_label_150", "excerpt") in {(row[0], row[1]) for row in rows}


def test_json_as_the_contract_says(capsys: Any) -> None:
    document = printed(capsys, *LABEL, "--weight-g", "7000", "--length-mm", "650", "--strength", "80 U/mL")
    assert set(document) == {"schema_version", "protocol", "inputs", "days", "warnings", "cumulative"}
    assert document["protocol"]["id"] == "acth_label_150"
    first = document["days"][0]
    assert (first["date"], first["day"], first["step"]) == ("2026-12-01", 1, "full dose")
    dose = first["doses"][0]
    assert (dose["unit"], dose["route"], dose["status"]) == ("mU", "intramuscular", "excerpt")
    assert isinstance(dose["amount"], int)
    assert dose["volume_ul"] == 330
    assert document["days"][24]["doses"] == []
    assert document["cumulative"][0]["drug"] == "acth_natural"


def test_no_volume_without_a_strength(capsys: Any) -> None:
    document = printed(capsys, *LABEL, "--weight-g", "7000", "--length-mm", "650")
    assert all(d["volume_ul"] is None for day in document["days"] for d in day["doses"])


@pytest.mark.parametrize(
    "arguments",
    [
        [*LABEL, "--weight-g", "7000"],
        [*LABEL, "--weight-g", "700", "--length-mm", "650"],
        [*LABEL, "--weight-g", "7000", "--length-mm", "650", "--strength", "1 mg/mL"],
        [*LABEL, "--weight-g", "7000", "--length-mm", "650", "--product", "prednisolone_oral"],
        ["calendar", "--protocol", "prednisolone_ucla_8mgkg", "--weight-g", "7000", "--start", "2026-12-01"],
        ["calendar", "--protocol", "none", "--start", "2026-12-01"],
        ["calendar", "--protocol", "prednisolone_perc", "--start", "1.12.2026"],
        ["calendar", "--protocol", "hormone_plus_vigabatrin", "--weight-g", "7000", "--start", "2026-12-01",
         "--strength", "3 mg/mL", "--unapproved"],
        ["calendar"],
    ],
)  # fmt: skip
def test_refusals_are_one_line_and_status_2(arguments: list[str], capsys: Any) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_every_unapproved_day_is_marked(capsys: Any) -> None:
    document = printed(
        capsys, "calendar", "--protocol", "prednisolone_ucla_8mgkg", "--weight-g", "7000", "--start", "2026-12-01",
        "--unapproved", "--strength", "3 mg/mL",
    )  # fmt: skip
    assert all(day["mark"] == "not sourced" for day in document["days"] if day["doses"])
    assert all(d["volume_ul"] is None for day in document["days"] for d in day["doses"])


def test_text_says_the_same(capsys: Any) -> None:
    assert main([*LABEL, "--weight-g", "7000", "--length-mm", "650", "--strength", "acth_natural=80 U/mL"]) == 0
    text = capsys.readouterr().out
    assert "Tue 1 Dec 2026" in text
    assert "26.663 U = 0.33 mL morning, evening" in text
    assert "needs a prescriber" in text
