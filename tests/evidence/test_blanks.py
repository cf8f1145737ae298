"""What no source gave: found by reading protocols and sheets, filled by a site's own value."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from westward.core.errors import InputError
from westward.evidence import shelf
from westward.evidence.loader import load, names, parse
from westward.evidence.local import LocalValue, of_plain, of_text, to_text
from westward.evidence.status import Status

SHEET = """
title = "T"
[sources]
s = "S"
[a]
n = {empty = "number", unit = "mg", least = 1, most = 9, status = "unconfirmed", source = "s", meaning = "m"}
b = {empty = "bands", axis = "mo", unit = "1", least = 0, most = 1, status = "unconfirmed", source = "s", meaning = "m"}
"""
TAPER = "protocol:acth_natural_low/acth_natural/taper"


def entered(field: str = TAPER, *, number: int = 1, amount: str = "10", per: str = "dose") -> LocalValue:
    blank = next(one for one in shelf.all_blanks() if one.field == field)
    steps = [{"days": 4, "amount": amount, "per": per}, {"days": 3, "amount": "2.5", "per": per, "every_d": 2}]
    value = of_plain(blank, steps)
    return LocalValue(field=field, value=value, unit="U", source="Example rule", year=2024, number=number)


def test_every_empty_step_of_every_protocol_is_found_by_reading_it() -> None:
    raw = files("westward.evidence") / "protocols"
    wanted = set()
    for path in raw.iterdir():
        data = tomllib.loads(path.read_text("utf-8"))
        for course in data.get("course", []):
            for step in course.get("step", []):
                if not {"per_dose", "per_kg_day", "per_m2", "share"} & set(step):
                    wanted.add(f"protocol:{data['id']}/{course['drug']}/{step['name']}")
    assert {one.field for one in shelf.all_blanks()} == wanted
    assert len(wanted) >= 7


def test_what_the_issue_names_is_empty_and_stands_among_the_blanks() -> None:
    steps = {one.place[0] for one in shelf.all_blanks()}
    assert steps >= {"acth_natural_low", "acth_z", "topiramate", "zonisamide", "valproate", "clobazam", "nitrazepam"}
    sheets = {name for name in names() if load(name).blanks}
    assert sheets >= {"blood_pressure", "renal", "stimulation", "stress", "surveillance"}


def test_an_empty_value_is_no_fact_and_says_what_to_do() -> None:
    sheet = parse("x", SHEET)
    assert list(sheet) == []
    assert sheet.given("a.n") is None
    with pytest.raises(InputError, match=r"empty.*own value and its source"):
        sheet["a.n"]
    with pytest.raises(InputError, match="no fact"):
        sheet.given("a.other")


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("least = 1, ", "", "must have"),
        ("most = 9", "most = 1", "bounds"),
        ('empty = "number"', 'empty = "text"', "use"),
        ('empty = "bands", axis = "mo"', 'empty = "bands"', "axis"),
        ('status = "unconfirmed", source = "s", meaning = "m"}\nb', 'status = "sure", source = "s", meaning = "m"}\nb',
         "status"),
    ],
)  # fmt: skip
def test_a_blank_that_is_not_whole_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse("x", SHEET.replace(old, new, 1))


def test_a_local_value_makes_another_version_of_a_protocol() -> None:
    without, kept = shelf.texts("acth_natural_low"), shelf.texts("acth_natural_low", [entered()])
    assert shelf.digest(without) != shelf.digest(kept)
    assert shelf.digest(kept) != shelf.digest(shelf.texts("acth_natural_low", [entered(amount="9")]))
    made = shelf.from_texts("acth_natural_low", kept)
    assert (made.version, made.empty) == ("1+L1", ())
    steps = made.courses[0].steps[1:]
    assert [(s.name, s.from_day, s.to_day, s.every_d, s.rate) for s in steps] == [
        ("taper 1", 15, 18, 1, 10_000),
        ("taper 2", 19, 21, 2, 2_500),
    ]
    assert {(s.status, s.source) for s in steps} == {(Status.POLICY, "Local value 1: Example rule (2024)")}
    assert shelf.load("acth_natural_low").empty == ("taper",), "the shipped one stays empty"


def test_a_value_of_another_protocol_changes_nothing() -> None:
    assert shelf.texts("acth_label_150", [entered()]) == shelf.texts("acth_label_150")


def test_a_value_goes_into_its_text_and_back() -> None:
    blank = next(one for one in shelf.all_blanks() if one.field == TAPER)
    value = entered()
    odd = LocalValue(field=TAPER, value=value.value, unit="U", source='A "b"\u2028 é \\', year=2024)
    assert of_text(blank, to_text(odd)) == odd
    kept = shelf.texts("acth_natural_low", [odd])
    assert shelf.from_texts("acth_natural_low", kept).courses[0].steps[1].source.startswith('Local value 1: A "b"')


def test_a_broken_kept_value_is_told() -> None:
    kept = shelf.texts("acth_natural_low", [entered()])
    with pytest.raises(InputError, match="are broken"):
        shelf.from_texts("acth_natural_low", kept | {"local:acth_natural_low": "{}"})


@pytest.mark.parametrize(
    "row, words",
    [
        ({"days": 0, "amount": "1", "per": "dose"}, "days must be whole"),
        ({"days": "x", "amount": "1", "per": "dose"}, "days must be whole"),
        ({"days": 2, "amount": "-1", "per": "dose"}, "no dose"),
        ({"days": 2, "amount": "NaN", "per": "dose"}, "no dose"),
        ({"days": 2, "amount": "1,5", "per": "dose"}, "no dose"),
        ({"days": 2, "amount": 1.5, "per": "dose"}, "in quotes"),
        ({"days": 2, "amount": "1", "per": "week"}, "use dose"),
        ({"days": 2, "amount": "1"}, "needs days"),
    ],
)
def test_a_step_that_is_none_is_refused_with_its_number(row: object, words: str) -> None:
    blank = next(one for one in shelf.all_blanks() if one.field == TAPER)
    with pytest.raises(InputError, match=f"step 1: .*{words}"):
        of_plain(blank, [row])
