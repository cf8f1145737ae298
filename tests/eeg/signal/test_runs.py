"""Runs of true flags, by hand and against a plain walk."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.signal.runs import runs


@pytest.mark.parametrize(
    "flags, expected",
    [("", []), ("000", []), ("1", [[0, 1]]), ("0110", [[1, 3]]), ("1101", [[0, 2], [3, 4]])],
)
def test_by_hand(flags: str, expected: list[list[int]]) -> None:
    found = runs(np.array([f == "1" for f in flags], np.bool_))
    assert found.shape == (len(expected), 2)
    assert found.tolist() == expected


@given(st.lists(st.booleans(), max_size=60))
def test_each_run_is_what_a_walk_finds(flags: list[bool]) -> None:
    walked = [[k for k, _ in group] for held, group in groupby(enumerate(flags), key=lambda kf: kf[1]) if held]
    assert runs(np.array(flags, np.bool_)).tolist() == [[places[0], places[-1] + 1] for places in walked]
