"""The map of ASVS 5.0 level 2: every requirement once, with a test that exists or an honest word."""

from __future__ import annotations

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAP = ROOT / "docs" / "security" / "asvs.csv"
ROWS = list(csv.DictReader(MAP.read_text("utf-8").splitlines()))
STATES = ("met", "partly", "gap", "not applicable")

# Requirements of level 1 and 2 by chapter, counted in the text of version 5.0.0.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}


@cache
def names(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_levels_1_and_2_stands_once() -> None:
    numbers = [row["requirement"] for row in ROWS]
    assert len(numbers) == len(set(numbers)) == sum(CHAPTERS.values()) == 253
    assert Counter(int(number.split(".")[0]) for number in numbers) == CHAPTERS
    assert Counter(row["level"] for row in ROWS) == {"1": 70, "2": 183}


def test_states_are_known_and_say_why() -> None:
    for row in ROWS:
        assert row["state"] in STATES
        assert row["words"]
        assert row["how"] or row["test"], row["requirement"]
        if row["state"] != "met":
            assert row["how"], row["requirement"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["test"]], ids=lambda row: row["requirement"])
def test_a_test_that_is_named_exists(row: dict[str, str]) -> None:
    path, _, name = row["test"].partition("::")
    assert (ROOT / path).exists()
    if name:
        assert name in names(ROOT / path)


def test_pages_of_the_docs_that_are_named_exist() -> None:
    for row in ROWS:
        for word in row["how"].split():
            if word.startswith("docs/"):
                assert (ROOT / word.strip(";:,.()")).exists(), row["requirement"]
