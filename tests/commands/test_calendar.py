"""``westward calendar``: what it prints and how it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path
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


LOCAL = """[protocols."acth_natural_low/acth_natural/taper"]
unit = "U"
source = "Taper of the unit, rule 12"
year = 2024
value = [{days = 3, amount = "8", per = "dose"}, {days = 3, amount = "4", per = "dose"}]
"""
LOW = ["calendar", "--protocol", "acth_natural_low", "--start", "2026-12-01", "--weight-g", "7000", "--unapproved"]


def test_a_step_without_source_is_filled_by_the_site_s_values(tmp_path: Path, capsys: Any) -> None:
    values = tmp_path / "values.toml"
    values.write_text(LOCAL, "utf-8")
    without = printed(capsys, *LOW, "--strength", "80 U/mL")
    assert not any(day["doses"] for day in without["days"] if day["day"] > 14)
    document = printed(capsys, *LOW, "--strength", "80 U/mL", "--values", str(values))
    assert document["protocol"]["version"] == "1+L1"
    dose = next(day for day in document["days"] if day["day"] == 15)["doses"][0]
    assert (dose["amount"], dose["volume_ul"], dose["status"]) == (8000, None, "policy")
    assert dose["source"] == "Local value 1: Taper of the unit, rule 12 (2024)"
    assert main(["calendar", "--list", "--values", str(values)]) == 0
    row = next(r for r in capsys.readouterr().out.splitlines() if r.startswith("acth_natural_low"))
    assert "empty" not in row
    assert main(["calendar", "--fhir", "--protocol", "acth_natural_low", "--values", str(values)]) == 0
    assert "rule 12" in capsys.readouterr().out


def test_a_broken_file_of_values_is_one_line(tmp_path: Path, capsys: Any) -> None:
    values = tmp_path / "values.toml"
    values.write_text(LOCAL.replace('"U"', '"mg"'), "utf-8")
    assert main([*LOW, "--values", str(values)]) != 0
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "never converted" in told
    assert "values.toml" in told


def test_a_pdf_is_written_once(tmp_path: Path, capsys: Any) -> None:
    pytest.importorskip("weasyprint")
    target = tmp_path / "calendar.pdf"
    asked = [*LABEL, "--weight-g", "7000", "--length-mm", "650", "--strength", "80 U/mL", "--pdf", str(target)]
    assert main(asked) == 0
    assert target.read_bytes().startswith(b"%PDF")
    assert main(asked) != 0
    assert "exists; give another name" in capsys.readouterr().err
    assert main([*asked[:-1], str(tmp_path)]) == 2
    assert main([*asked[:-1], str(tmp_path / "none" / "x.pdf")]) != 0


def test_without_weasyprint_it_refuses_in_one_line(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    target = tmp_path / "calendar.pdf"
    assert main([*LABEL, "--weight-g", "7000", "--length-mm", "650", "--pdf", str(target)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "install westward[pdf]" in told
    assert not target.exists()


def test_the_page_of_the_pdf_marks_what_is_not_sourced_and_gives_it_no_milliliters(capsys: Any) -> None:
    from westward.commands.calendar_pdf import page

    sourced = page(printed(capsys, *LABEL, "--weight-g", "7000", "--length-mm", "650", "--strength", "80 U/mL"))
    assert "= 0.33&#8239;mL" in sourced
    assert "not sourced<" not in sourced
    loose = page(printed(capsys, *LOW, "--strength", "80 U/mL"))
    assert "&#8239;mL" not in loose
    assert loose.count("<span class=mark>not sourced</span>") == 15


def test_a_new_weight_and_a_new_bottle_change_no_day_before(capsys: Any) -> None:
    asked = ["calendar", "--protocol", "vigabatrin_iciss", "--start", "2026-12-01", "--unapproved"]
    bottle = ["--strength", "50 mg/mL", "--strength", "100 mg/mL@20"]
    plain = printed(capsys, *asked, "--weight-g", "7000", "--strength", "50 mg/mL")
    found = printed(capsys, *asked, "--weight-g", "7000", "--weight-g", "8000@12", *bottle)
    heavier = printed(capsys, *asked, "--weight-g", "8000", "--strength", "50 mg/mL")
    stronger = printed(capsys, *asked, "--weight-g", "8000", "--strength", "100 mg/mL")
    assert found["days"][:11] == plain["days"][:11]
    assert found["days"][11:19] == heavier["days"][11:19]
    assert found["days"][19:] == stronger["days"][19:]
    assert [(one["from"], one["weight_g"]) for one in found["inputs"]["since"]] == [
        ("2026-12-01", 7000), ("2026-12-12", 8000), ("2026-12-20", 8000),
    ]  # fmt: skip


def test_a_wean_begun_early(capsys: Any) -> None:
    asked = ["calendar", "--protocol", "prednisolone_perc", "--start", "2026-12-01", "--weight-g", "7000"]
    found = printed(capsys, *asked, "--wean", "hormone@9")
    assert [day["step"] for day in found["days"][7:9]] == ["full dose", "taper 1"]
    assert found["inputs"]["weans"] == ["hormone@9"]


@pytest.mark.parametrize(
    "more",
    [
        ["--weight-g", "7000@x"],
        ["--weight-g", "7000@0"],
        ["--weight-g", "7 kg"],
        ["--weight-g", "7000", "--strength", "3 mg/mL@"],
        ["--weight-g", "7000", "--wean", "hormone"],
        ["--weight-g", "7000", "--wean", "hormone@20"],
    ],
)
def test_a_change_that_is_not_understood_is_one_line(more: list[str], capsys: Any) -> None:
    assert main(["calendar", "--protocol", "prednisolone_perc", "--start", "2026-12-01", *more]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_text_says_planned_that_days_move_with_the_first_dose_and_what_cannot_be_assessed(capsys: Any) -> None:
    assert main(["calendar", "--protocol", "prednisolone_perc", "--start", "2026-12-01"]) == 0
    text = capsys.readouterr().out
    assert "total, as planned: prednisolone 860 mg on 29 days" in text
    assert "Day 1 is Tue 1 Dec 2026. If the first dose is given on another day, every day moves" in text
    assert "prednisolone: the ceiling by weight is not assessable" in text


def test_days_before_the_first_weight_keep_their_note(capsys: pytest.CaptureFixture[str]) -> None:
    fixed = ("calendar", "--protocol", "prednisolone_iciss", "--start", "2026-12-01")
    note = "day 1 to 4: prednisolone: the ceiling by weight is not assessable"
    assert any(one.startswith(note) for one in printed(capsys, *fixed, "--weight-g", "7000@5")["warnings"])
    assert not any("not assessable" in one for one in printed(capsys, *fixed, "--weight-g", "7000")["warnings"])


PERC = ["calendar", "--protocol", "prednisolone_perc", "--start", "2026-12-01", "--weight-g", "7000"]


def test_days_are_put_in_as_the_clinic_does(capsys: Any) -> None:
    plain = printed(capsys, *PERC, "--strength", "5 mg/mL")
    found = printed(
        capsys, *PERC, "--strength", "5 mg/mL", "--strength", "10 mg/mL@12", "--pause", "8+3", "--extend", "17+2"
    )
    assert found["inputs"]["put_in"] == ["pause@8+3", "extend@17+2"]
    assert [day["step"] for day in found["days"][7:10]] == ["pause"] * 3
    assert [day["day"] for day in found["days"]] == [*range(1, len(plain["days"]) + 6)]
    dosed = [[dose["amount"] for dose in day["doses"]] for day in found["days"]]
    before = [[dose["amount"] for dose in day["doses"]] for day in plain["days"]]
    assert dosed == [*before[:7], [], [], [], *before[7:14], before[13], before[13], *before[14:]]
    assert [found["days"][n]["doses"][0]["volume_ul"] for n in (6, 10, 11)] == [2000, 2000, 1000]


@pytest.mark.parametrize("more", [["--pause", "8"], ["--extend", "x+2"], ["--pause", "8+90"], ["--extend", "14+15"]])
def test_days_that_cannot_be_put_in_are_one_line(more: list[str], capsys: Any) -> None:
    assert main([*PERC, *more]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_another_product_from_a_day_on_has_no_milliliters_until_its_own_strength_is_given(capsys: Any) -> None:
    asked = [*LABEL, "--weight-g", "7000", "--length-mm", "650", "--strength", "80 U/mL", "--product", "acth_gel_80"]
    found = printed(capsys, *asked, "--product", "cortrophin_gel@10")
    doses = {day["day"]: day["doses"] for day in found["days"]}
    assert {(d["product"], d["volume_ul"]) for d in (*doses[1], *doses[9])} == {("acth_gel_80", 330)}
    assert {(d["product"], d["volume_ul"]) for d in (*doses[10], *doses[14])} == {("cortrophin_gel", None)}
    assert any("no milliliters until the strength on the bottle" in one for one in found["warnings"])
    found = printed(capsys, *asked, "--product", "cortrophin_gel@10", "--strength", "40 U/mL@10")
    doses = {day["day"]: day["doses"] for day in found["days"]}
    assert {(d["product"], d["volume_ul"]) for d in (*doses[1], *doses[9])} == {("acth_gel_80", 330)}
    assert {(d["product"], d["volume_ul"]) for d in (*doses[10], *doses[14])} == {("cortrophin_gel", 670)}
    assert found["inputs"]["products"] == {"acth_natural": "cortrophin_gel"}


UNUSUAL = "acth_natural: the bottle says 40 U/mL, {} usually has 80 U/mL; check the product on the label"
NO_BOTTLE = "acth_natural: no milliliters until the strength on the bottle dispensed is given"
NOTES = [
    "The label calls this taper one suggested schedule.",
    "Intramuscular only, never into a vein or under the skin. Stored at 2-8 C, warmed before use (label, excerpt).",
]
OF_7_KG = [*LABEL, "--weight-g", "7000", "--length-mm", "650"]


def test_days_that_are_kept_keep_their_warnings(capsys: Any) -> None:
    bottle = ["--strength", "40 U/mL", "--product", "acth_gel_80"]
    assert printed(capsys, *OF_7_KG, *bottle)["warnings"] == [UNUSUAL.format("acth_gel_80"), *NOTES]
    found = printed(capsys, *OF_7_KG, *bottle, "--product", "cortrophin_gel@10", "--strength", "40 U/mL@10")
    assert found["warnings"] == [
        f"day 1 to 9: {UNUSUAL.format('acth_gel_80')}", f"day 10 to 28: {UNUSUAL.format('cortrophin_gel')}", *NOTES,
    ]  # fmt: skip
    found = printed(capsys, *OF_7_KG, *bottle, "--product", "cortrophin_gel@10", "--strength", "80 U/mL@15")
    assert found["warnings"][:2] == [f"day 1 to 9: {UNUSUAL.format('acth_gel_80')}", f"day 10 to 14: {NO_BOTTLE}"]


def test_a_strength_given_before_its_product_is_told_of_the_days_between(capsys: Any) -> None:
    asked = [*OF_7_KG, "--product", "cortrophin_gel@10", "--strength", "80 U/mL", "--strength", "40 U/mL@9"]
    found = printed(capsys, *asked)
    assert [day["doses"][0]["volume_ul"] for day in found["days"][7:10]] == [330, 670, None]
    assert found["warnings"] == [f"day 9: {UNUSUAL.format('acth_gel_80')}", f"day 10 to 28: {NO_BOTTLE}", *NOTES]
    assert main(asked) == 0
    assert f"note: day 9: {UNUSUAL.format('acth_gel_80')}\n" in capsys.readouterr().out


def test_a_high_dose_by_weight_stays_told_under_a_later_weight(capsys: Any) -> None:
    fixed = ("calendar", "--protocol", "prednisolone_perc", "--start", "2026-12-01", "--weight-g", "4200")
    high = "prednisolone: 9.524 mg/kg a day on day 1; at most 8 mg/kg a day"
    found = printed(capsys, *fixed, "--weight-g", "8000@10")["warnings"]
    assert found[0].startswith(high)
    assert [one.partition(" (")[0] for one in found[1:]] == [
        "prednisolone: no milliliters until the strength on the bottle dispensed is given",
        "A fixed dose, not by weight.",
    ]
    found = printed(capsys, *fixed, "--weight-g", "4300@10", "--pause", "5+3")["warnings"]
    assert found[0].startswith(high)
    assert found[1].startswith("prednisolone: 9.302 mg/kg a day on day 10; at most 8 mg/kg a day")


@pytest.mark.parametrize("given", ["--product cortrophin_gel@29", "--strength 80 U/mL@400", "--weight-g 8000@29"])
def test_what_is_given_after_the_last_dose_is_one_line(given: str, capsys: Any) -> None:
    name, _, value = given.partition(" ")
    assert main([*OF_7_KG, "--strength", "80 U/mL", name, value]) == 2
    assert capsys.readouterr().err == f"westward: {given} changes no dose: the last day with one is 28\n"
    assert main([*OF_7_KG, "--strength", "80 U/mL", name, value.partition("@")[0] + "@28"]) == 0
