"""The room's own rules: no clock, no database, no number without its evidence."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import westward.care
from westward.evidence.loader import load
from westward.evidence.status import Status

MODULES = sorted(Path(westward.care.__path__[0]).glob("*.py"))
SHEETS = [
    "ages",
    "causes",
    "clocks",
    "ilae_2022",
    "mimics",
    "outcomes",
    "products",
    "quality",
    "surveillance",
    "triage",
    "workup",
]
OURS = ("westward.care", "westward.core", "westward.evidence", "westward.look")
PURE = {
    "__future__",
    "calendar",
    "collections",
    "csv",
    "dataclasses",
    "datetime",
    "enum",
    "decimal",
    "fractions",
    "functools",
    "json",
    "io",
    "itertools",
    "math",
    "pathlib",
    "re",
    "statistics",
    "tomllib",
    "typing",
}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_a_module_imports_no_clock_database_or_framework(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            assert name.startswith(OURS) or name.split(".")[0] in PURE, name


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_now_is_always_an_argument(path: Path) -> None:
    calls = {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
    assert not calls & {"today", "now", "utcnow", "fromtimestamp"}


@pytest.mark.parametrize("name", SHEETS)
def test_the_evidence_of_care_is_sound_and_claims_no_verification(name: str) -> None:
    sheet = load(name)
    for fact in sheet:
        assert len(fact.source) > 10
        assert fact.status is not Status.VERIFIED


@pytest.mark.parametrize("name", SHEETS)
def test_a_source_from_memory_is_marked_as_such(name: str) -> None:
    for fact in load(name):
        if "recalled" in fact.source and "policy" not in fact.source and "excerpt" not in fact.source:
            assert fact.status in (Status.RECALLED, Status.UNCONFIRMED), fact.key
