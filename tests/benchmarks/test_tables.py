"""Tables and fits of the benchmarks."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.__main__ import BARS, Report
from benchmarks.analysis import exponent
from benchmarks.tables import Table
from hypothesis import given
from hypothesis import strategies as st

TABLE = Table("Times", ("what", "s"), (("a|b", "1.5"), ("longer", "20.0")), ("Of one run.",))


def test_a_table_as_text() -> None:
    assert TABLE.text().splitlines() == ["Times", "  what       s", "  a|b      1.5", "  longer  20.0", "  Of one run."]


def test_a_table_as_markdown() -> None:
    assert TABLE.markdown().splitlines() == [
        "## Times", "", "| what | s |", "| --- | ---: |", "| a\\|b | 1.5 |", "| longer | 20.0 |", "", "- Of one run.",
    ]  # fmt: skip


@given(power=st.floats(0.2, 3.0), scale=st.floats(0.01, 100.0))
def test_the_exponent_of_a_power_law(power: float, scale: float) -> None:
    hours = np.array([1.0, 4.0, 12.0, 24.0])
    assert exponent(hours, scale * hours**power) == pytest.approx(power, rel=1e-9)


def test_what_was_not_measured_has_not_reached_its_bar() -> None:
    report = Report()
    first, second, *_ = BARS
    report.ratios[first], report.ratios[second] = BARS[first], BARS[second] - 1
    verdicts = [row[-1] for row in report.bars().rows]
    assert verdicts == ["yes", "no", *["not measured"] * (len(BARS) - 2)]
