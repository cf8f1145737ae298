"""The page of published calendars: what the program prints, and the same reckoned by hand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from westward.evidence import shelf

TOOL = Path(__file__).parents[3] / "tools" / "calendars.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("westward_calendars_tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_program_prints(tool: ModuleType) -> None:
    assert tool.PAGE.read_text("utf-8") == tool.page(), "run `python tools/calendars.py`; reckon by hand"


def test_every_published_protocol_is_on_it(tool: ModuleType) -> None:
    shown = {one.partition(" ")[0] for one in tool.CALENDARS}
    assert shown == {name for name in shelf.names() if not shelf.load(name).empty}
    taken = {one.partition(" ")[2].partition("@")[0] for one in tool.CALENDARS} - {""}
    branches = {b.id for name in shown for b in shelf.load(name).branches if "plus" not in name}
    assert taken == branches


def test_the_arithmetic_of_the_hand_is_right(tool: ModuleType) -> None:
    for rows in tool.by_hand().values():
        for one in rows:
            assert tool.value(one.words) == pytest.approx(one.dose, abs=0.0005), one
            assert one.dose / tool.value(tool._per_ml(one.drug)) == pytest.approx(one.ml, abs=0.00001), one


def test_program_and_hand_agree_on_every_step_of_every_child(tool: ModuleType) -> None:
    hand = tool.by_hand()
    assert set(hand) == {(calendar, child.letter) for calendar in tool.CALENDARS for child in tool.CHILDREN}
    for (calendar, letter), rows in hand.items():
        child = next(one for one in tool.CHILDREN if one.letter == letter)
        steps = tool.steps(calendar, child)
        assert len(steps) == len(rows), (calendar, letter)
        for step, one in zip(steps, rows, strict=True):
            mine = (one.first, one.last, one.every, one.drug, one.times, one.unit)
            assert (step.first, step.last, step.every, step.drug, step.times, step.unit) == mine
            assert step.amount / 1000 == pytest.approx(one.dose, abs=0.0011), (calendar, letter, one)
            assert step.drawn_ul == round(one.drawn * 1000), (calendar, letter, one)
