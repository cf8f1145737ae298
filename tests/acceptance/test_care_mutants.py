"""Mutants of the clinical rules: every survivor is listed, and fails the bar until it is argued."""

from __future__ import annotations

import pytest

from acceptance import care_mutants as care

MODULES = [
    {
        "module": "dosing",
        "outcomes": {"dosing.x_dose__mutmut_1": "killed", "dosing.x_dose__mutmut_2": "survived"},
        "changes": {"dosing.x_dose__mutmut_2": "a < b → a <= b"},
    },
    {"module": "when", "outcomes": {"when.x_day__mutmut_1": "no test"}, "changes": {}},
]


def test_what_is_not_killed_needs_an_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(care, "argued", dict)
    killed, left, _ = care.bars(MODULES)
    assert killed.found == "33.3 % (1 of 3)"
    assert (left.found, left.met) == ("2", False)
    why = {"dosing.x_dose__mutmut_2": "both give the cap", "when.x_day__mutmut_1": "never called with it"}
    monkeypatch.setattr(care, "argued", lambda: why)
    assert care.bars(MODULES)[1].met is True


@pytest.mark.parametrize(
    ("name", "stale"),
    [
        ("dosing.x_dose__mutmut_1", "1"),
        ("dosing.x_dose__mutmut_9", "1"),
        ("dosing.x_dose__mutmut_2", "0"),
        ("calendar.x_build__mutmut_1", "0"),
    ],
)
def test_an_argument_does_not_outlive_its_mutant(monkeypatch: pytest.MonkeyPatch, name: str, stale: str) -> None:
    """A module that was not run says nothing of its arguments."""
    monkeypatch.setattr(care, "argued", lambda: {name: "the same rule"})
    assert (care.bars(MODULES)[2].found, care.bars(MODULES)[2].met) == (stale, stale == "0")


def test_the_report_lists_each_survivor_with_its_change() -> None:
    text = care.section(MODULES)
    assert "`dosing.x_dose__mutmut_2` (survived): `a < b → a <= b` **not argued**" in text
    assert "`when.x_day__mutmut_1` (no test)" in text
    assert "mutmut_1` (killed)" not in text


def test_nothing_run_is_nothing_judged() -> None:
    assert [bar.met for bar in care.bars([])] == [None, None, None]


def test_every_module_of_the_rules_is_changed() -> None:
    pytest.importorskip("mutmut")
    modules = {one.module for one in care.care_modules()}
    assert {"dosing", "calendar", "response", "monitoring"} <= modules
    assert "__init__" not in modules
