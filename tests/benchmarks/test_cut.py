"""Shorter and narrower recordings for the benchmarks hold the same samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.cut import cut

from westward.eeg.recording.open import open_recording
from westward.eeg.simulate.generate import simulate


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate("hypsarrhythmia", age_months=7.0, minutes=6.0, seed=3, out_dir=tmp_path_factory.mktemp("whole")).edf


def test_the_beginning_of_some_channels(whole: Path, tmp_path: Path) -> None:
    with (
        open_recording(whole) as before,
        open_recording(cut(whole, tmp_path / "part.edf", hours=0.05, channels=("C3", "Oz", "O2"))) as after,
    ):
        assert after.segments[-1].stop_s == 180
        assert [c.name for c in after.channels] == ["C3", "O2"]
        index = [next(c.index for c in before.channels if c.name == name) for name in ("C3", "O2")]
        expected = before.read(0.0, 180.0, index).data
        np.testing.assert_array_equal(after.read(0.0, 180.0, [c.index for c in after.channels]).data, expected)


def test_nothing_asked_for_nothing_changed(whole: Path, tmp_path: Path) -> None:
    assert cut(whole, tmp_path / "same.edf", hours=24.0).read_bytes() == whole.read_bytes()
