"""On which day a child was diagnosed, as the app ``diagnosis`` tells the journey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec

from westward.care.clocks import Milestone


def diagnosed(children: Sequence[int]) -> dict[int, date]:
    """The day of each child that has one."""
    name = "westward.program.diagnosis.journey"
    if not children or find_spec(name) is None:
        return {}
    found = import_module(name).facts(list(children))
    return {
        key: when.latest
        for key, facts in found.items()
        if (when := facts.get(Milestone.DIAGNOSIS)) is not None and when.latest is not None
    }
