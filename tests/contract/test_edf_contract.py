"""The contract on every EDF and BDF file of the shared data, and on generated ones where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.contract.recording_contract import RecordingContract
from tests.support.data import DATA, data_files
from tests.support.edf_bytes import Signal, annotations, edf_bytes, stamp

from westward.core.errors import UnreadableRecordingError
from westward.eeg.recording.open import open_recording

RUINED = "text_converted_edf.edf"
_ALL = [p for p in data_files("eeg/**/*") if p.suffix.lower() in (".edf", ".bdf") and p.name != RUINED]
_LAYOUTS = [p for p in _ALL if "dataset_layouts/data" in p.as_posix()]
FILES = [p for p in _ALL if p not in _LAYOUTS] + _LAYOUTS[::25]


@pytest.mark.skipif(not FILES, reason=f"shared data not found: {DATA} (set WESTWARD_DATA)")
class TestSharedFiles(RecordingContract):
    @pytest.fixture(params=FILES, ids=lambda p: p.stem[:30])
    def recording_file(self, request: pytest.FixtureRequest) -> Path:
        path: Path = request.param
        return path


def _generated(name: str) -> bytes:
    rng = np.random.default_rng(3)
    eeg = [Signal(f"EEG {e}-Ref", 50, rng.integers(-3000, 3000, 600)) for e in ("C3", "C4", "O1")]
    slow = Signal("SpO2", 3, rng.integers(0, 100, 36), unit="%")
    if name == "plain":
        return edf_bytes([*eeg, slow], n_records=12)
    if name == "bdf":
        wide = Signal("EEG Cz", 50, rng.integers(-(2**23), 2**23, 600), digital_min="-8388608", digital_max="8388607")
        return edf_bytes([wide, slow], n_records=12, bdf=True)
    onsets = [0.25, 1.25, 2.25, 7.5, 8.5, 9.5, 9.75 + 20, 31.5, 32.5, 33.5, 34.5, 35.5]
    tals = annotations([stamp(t) for t in onsets])
    return edf_bytes([*eeg, slow, tals], n_records=12, reserved="EDF+D")


class TestGeneratedFiles(RecordingContract):
    @pytest.fixture(params=["plain", "bdf", "gaps"])
    def recording_file(self, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
        path = tmp_path / ("x.bdf" if request.param == "bdf" else "x.edf")
        path.write_bytes(_generated(request.param))
        return path


@pytest.mark.skipif(not _LAYOUTS, reason=f"shared data not found: {DATA} (set WESTWARD_DATA)")
def test_every_dataset_layout_opens_and_reads() -> None:
    for path in _LAYOUTS:
        with open_recording(path) as recording:
            page = recording.read(0, recording.duration_s)
            assert np.isfinite(page.data).all(), path
            assert page.data.shape[0] >= 15, path


@pytest.mark.skipif(not FILES, reason=f"shared data not found: {DATA} (set WESTWARD_DATA)")
def test_the_text_converted_file_is_refused() -> None:
    with pytest.raises(UnreadableRecordingError, match="text conversion"):
        open_recording(DATA / "eeg/malformed" / RUINED)
