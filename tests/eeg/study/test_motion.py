from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from westward.core.errors import UsageError
from westward.eeg.study import StudyOptions, motion, parameters


@pytest.mark.parametrize("separator", [",", "\t"])
def test_the_largest_motion_of_each_second_counts(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "motion.csv"
    rows = [("time_s", "motion"), (0.1, 2), (0.9, 5), (2.5, 1), (99, 9)]
    path.write_text("\n".join(separator.join(map(str, r)) for r in rows))
    found = motion.read(path).per_second(4)
    np.testing.assert_array_equal(found, [5, np.nan, 1, np.nan])


@pytest.mark.parametrize(
    ("text", "said"),
    [("a,b\n1,2\n", "no column"), ("time_s,motion\n1,x\n", "line 2"), ("time_s,motion\n", "empty")],
)
def test_a_wrong_trace_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "motion.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        motion.read(path)


def test_a_point_that_was_set_is_printed_as_such() -> None:
    names = (parameters.POINT, parameters.POINT_WITHOUT_EMG)
    rows = [r for r in parameters.rows(StudyOptions(spasm_operating_point=0.45)) if r.name in names]
    assert [(r.value, r.source) for r in rows] == [("0.45", parameters.SET)] * 2
    assert parameters.SET not in [r.source for r in parameters.rows() if r.name in names]
