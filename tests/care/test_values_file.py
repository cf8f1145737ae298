"""``values.toml`` with values for empty fields: what is written is read again, what is wrong is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care import values_file
from westward.core.errors import InputError
from westward.evidence.local import Band, LocalStep, LocalValue

TAPER = LocalValue(
    field="protocol:acth_natural_low/acth_natural/taper",
    value=(LocalStep(days=7, amount="10", per="dose"), LocalStep(days=7, amount="0.5", per="dose", every_d=2)),
    unit="U",
    source='Example "rule", p. 3',
    year=2024,
    number=3,
    entered="A, Tue 1 Dec 2026",
    approved="B, Wed 2 Dec 2026",
)
LIMITS = LocalValue(
    field="sheet:blood_pressure/systolic.girls",
    value=(Band(lower=0, upper=6, value=100), Band(lower=6, upper=24, value=105.5)),
    unit="mmHg", source="Example table", year=2020,
)  # fmt: skip
STRESS = LocalValue(field="sheet:stress/dose.fever_mg_m2_d", value=50, unit="mg/m2/d", source="Example rule", year=2024)


def read(tmp_path: Path, text: str) -> values_file.Values:
    path = tmp_path / "values.toml"
    path.write_text(text, "utf-8")
    return values_file.read(path, this_year=2026)


def test_what_is_exported_is_read_again(tmp_path: Path) -> None:
    found = read(tmp_path, values_file.write([LIMITS, TAPER, STRESS]))
    assert values_file.steps(found) == (replace(TAPER, entered="", approved=""),), "names in a file are not believed"
    assert found["blood_pressure"] == {"systolic.girls": LIMITS}
    assert found["stress"] == {"dose.fever_mg_m2_d": STRESS}


@given(st.text(min_size=8, max_size=40).filter(lambda words: len(words.strip()) >= 8))
def test_any_source_survives(tmp_path_factory: pytest.TempPathFactory, words: str) -> None:
    odd = LocalValue(field=STRESS.field, value=50, unit=STRESS.unit, source=words.encode("utf-8", "ignore").decode() + "source", year=2024)  # fmt: skip  # noqa: E501
    folder = tmp_path_factory.mktemp("values")
    assert read(folder, values_file.write([odd]))["stress"]["dose.fever_mg_m2_d"] == odd


@pytest.mark.parametrize(
    "text, words",
    [
        ("[protocols]\nx = 3\n", "needs value, unit, source and year"),
        ('[stress]\n"dose.fever_mg_m2_d" = 50\n', "enter value, unit"),
        ('[stress."dose.fever_mg_m2_d"]\nvalue = 50\nunit = "mg"\nsource = "Example rule"\nyear = 2024\n', "unit"),
        ('[stress."dose.fever_mg_m2_d"]\nvalue = 50\nunit = "mg/m2/d"\nsource = "Example rule"\nyear = 2030\n', "year"),
        ('[protocols."acth_label_150/acth_natural/taper 1"]\nvalue = 1\nunit = "U"\nsource = "Example"\nyear = 2024\n',
         "what a source gave"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_the_file(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(tmp_path, text)
    assert "values.toml" in str(caught.value)


def test_the_file_is_written_to_the_letter() -> None:
    odd = replace(STRESS, source="Rule \x7f of Göteborg")
    assert values_file.write([odd, TAPER, LIMITS]).splitlines() == [
        "# Local values, each entered by one named person and approved by another. Status of all: policy.",
        "",
        '[protocols."acth_natural_low/acth_natural/taper"]',
        'value = [{days = 7, amount = "10", per = "dose", times_a_day = 1, every_d = 1}, '
        '{days = 7, amount = "0.5", per = "dose", times_a_day = 1, every_d = 2}]',
        'unit = "U"',
        'source = "Example \\"rule\\", p. 3"',
        'entered = "A, Tue 1 Dec 2026"',
        'approved = "B, Wed 2 Dec 2026"',
        "year = 2024",
        "number = 3",
        "",
        '[blood_pressure."systolic.girls"]',
        "value = [{lower = 0, upper = 6, value = 100}, {lower = 6, upper = 24, value = 105.5}]",
        'unit = "mmHg"',
        'source = "Example table"',
        'entered = ""',
        'approved = ""',
        "year = 2020",
        "number = 1",
        "",
        '[stress."dose.fever_mg_m2_d"]',
        "value = 50",
        'unit = "mg/m2/d"',
        'source = "Rule \\u007f of Göteborg"',
        'entered = ""',
        'approved = ""',
        "year = 2024",
        "number = 1",
    ]


def test_a_list_of_a_site_is_read_and_values_without_steps_of_protocols_have_none(tmp_path: Path) -> None:
    found = read(tmp_path, '[products]\n"syringe.sizes_ul" = [500, 1000]\n')
    assert found == {"products": {"syringe.sizes_ul": (500, 1000)}}
    assert values_file.steps(found) == ()


FEVER = '[stress."dose.fever_mg_m2_d"]\nvalue = 50\n'


@pytest.mark.parametrize(
    "text, words",
    [
        ("most = 3\n", "'most' stands outside any sheet; write [most] above its values"),
        (f'{FEVER}unit = "mg/m2/d"\nsource = "Example rule"\n',
         "stress 'dose.fever_mg_m2_d' needs value, unit, source and year"),
        (f'{FEVER}unit = "mg/m2/d"\nsource = "Example rule"\nyear = 2024\nstatus = "verified"\n',
         "stress 'dose.fever_mg_m2_d' needs value, unit, source and year"),
        (f'{FEVER}unit = "mg/m2/d"\nsource = "Example rule"\nyear = "2024"\n',
         "stress 'dose.fever_mg_m2_d': unit and source are text, year is a whole number"),
        (f'{FEVER}unit = "mg/m2/d"\nsource = 7\nyear = 2024\n',
         "stress 'dose.fever_mg_m2_d': unit and source are text, year is a whole number"),
        ('[ceilings]\n"build.most" = 30.1\n',
         "ceilings build.most is 30 and may only be lowered here, not set to 30.1"),
        ('[ceilings]\n"build.least" = 7.9\n', "ceilings build.least is 8 and may only be raised here, not set to 7.9"),
        ('[ceilings]\n"build.least" = inf\n', "ceilings build.least is 8 and may only be raised here, not set to inf"),
        ('[ceilings]\n"build.least" = "9"\n', "ceilings build.least is 8; a site cannot set it to '9'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_whole(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert str(caught.value) == f"values.toml: {words}"


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^values\.toml: is not valid TOML: \w+"):
        read(tmp_path, "x = [\n")


@pytest.mark.parametrize(
    "line",
    [
        '"per_day.prednisolone" = 600000', '"per_day.prednisolone" = 60000.5', '"per_kg.prednisolone" = nan',
        '"per_kg.prednisolone" = -1', '"per_kg.prednisolone" = 0', '"full_days.hormone" = 29', '"build.most" = inf',
        '"build.most" = 30.1', '"build.least" = 7.9',
    ],
)  # fmt: skip
def test_a_hard_stop_is_never_loosened(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match=r"may only be (lowered|raised) here") as caught:
        read(tmp_path, f"[ceilings]\n{line}\n")
    assert "\n" not in str(caught.value)


def test_a_hard_stop_may_stop_earlier(tmp_path: Path) -> None:
    own = {"per_day.prednisolone": 40000, "build.least": 9, "build.most": 30}
    text = "".join(f'"{key}" = {value}\n' for key, value in own.items())
    assert read(tmp_path, f"[ceilings]\n{text}") == {"ceilings": own}


def test_the_least_hard_stop_is_one_and_the_shipped_one_may_be_written(tmp_path: Path) -> None:
    own = {"full_days.hormone": 1, "build.least": 8, "build.most": 30, "per_day.prednisolone": 60000}
    text = "".join(f'"{key}" = {value}\n' for key, value in own.items())
    assert read(tmp_path, f"[ceilings]\n{text}") == {"ceilings": own}


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        values_file.read(tmp_path / "values.toml", this_year=2026)
    assert str(caught.value) == "values.toml: cannot be read: No such file or directory"
