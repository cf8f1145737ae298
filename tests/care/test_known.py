"""The table of published results is sound, and is asked without mixing definitions."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest

from westward.care.known import known
from westward.cli import main
from westward.core.errors import InputError, UsageError
from westward.evidence.trials import COLUMNS, load, parse

TEXT = (files("westward.evidence") / "tables" / "trials.csv").read_text(encoding="utf-8")
ROW = "S,2020,RCT,a,acth,10,5,50,EC14,14,all,success,excerpt,a paper"


def table(*rows: str) -> str:
    return "\n".join([",".join(COLUMNS), *rows]) + "\n"


def test_the_shipped_table_is_whole() -> None:
    arms = load()
    assert len(arms) > 100
    assert all(arm.source and arm.status for arm in arms)
    assert {(a.n, a.responders) for a in arms if a.study == "UKISS" and a.outcome == "UKISS13_14"} >= {(52, 28)}
    assert {a.outcome for a in arms if a.events} == {"developed_spasms_by_24mo"}


@pytest.mark.parametrize(
    "old, new, words",
    [
        (",10,5,50,", ",10,11,,", "no result"),
        (",10,5,50,", ",10,5,60,", "is not 60 %"),
        (",10,5,50,", ",ten,5,50,", "not a whole number"),
        (",RCT,", ",trial,", "unknown design"),
        (",excerpt,", ",sure,", "unknown design"),
        (",a paper", ",", "source is empty"),
        (",all,", ",", "13 fields"),
        (",10,5,50,", ",,5,50,", "no result"),
    ],
)
def test_a_broken_row_is_refused_with_its_line(old: str, new: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        parse(table(ROW, ROW.replace(old, new, 1)))
    assert "line 3" in str(caught.value)


def test_definitions_are_never_mixed() -> None:
    for group in known():
        assert {result.arm.outcome for result in group.results} == {group.outcome}
    assert sum(len(group.results) for group in known()) == len(load())


def test_a_share_has_its_interval_and_a_percentage_alone_has_none() -> None:
    one = known(outcome="ICISS14_42", population="non-TSC")[0]
    combined = next(r for r in one.results if r.arm.drug == "hormone_and_vigabatrin")
    assert combined.share is not None
    assert combined.share.value == pytest.approx(133 / 186)
    assert (combined.share.low or 0) < 133 / 186 < (combined.share.high or 0)
    bare = [r for group in known(outcome="1mo_free_within_14d") for r in group.results]
    assert [r.share for r in bare] == [None, None]


def test_conflicts_are_named() -> None:
    rows = (
        ROW.replace("10,5,50", "100,80,80").replace("S,", "One,", 1),
        ROW.replace("10,5,50", "100,20,20").replace("S,", "Two,", 1),
        ROW.replace("10,5,50", "100,20,20").replace("S,", "Three,", 1).replace(",all,", ",TSC,"),
    )
    (group,) = known(arms=parse(table(*rows)))
    assert group.conflicts == ("Two 2020 (a: 20 of 100) against One 2020 (a: 80 of 100): their intervals do not meet",)


def test_codes_that_do_not_exist_are_named() -> None:
    with pytest.raises(UsageError, match="the table has"):
        known(drug="aspirin")


def test_the_command(capsys: Any) -> None:
    assert main(["evidence", "--population", "TSC", "--json"]) == 0
    groups = json.loads(capsys.readouterr().out)
    rows = [row for group in groups for row in group["results"]]
    assert rows
    assert all(row["population"] == "TSC" for row in rows)
    assert main(["evidence", "--population", "TSC"]) == 0
    text = capsys.readouterr().out
    assert "EVENTS, not successes" in text
    assert "never to be mixed" in text
    assert main(["evidence", "--drug", "aspirin"]) == 2


def test_no_dose_of_an_arm_stands_without_its_unit() -> None:
    bare = re.compile(r"[\d.]+")
    for arm in load():
        parts = arm.arm.split("_")
        alone = [a for a, b in pairwise([*parts, ""]) if bare.fullmatch(a) and not re.match(r"[\d.]+[A-Za-z]", b)]
        assert alone == [], f"{arm.study} {arm.year}: {arm.arm}"
