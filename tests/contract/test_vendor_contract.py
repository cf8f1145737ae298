"""The contract on every vendor recording of the shared data."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contract.recording_contract import RecordingContract
from tests.support.data import data_file

pytest.importorskip("mne")

FILES = (
    "eeg/formats/nihon_kohden/MB0400FU.EEG",
    "eeg/formats/persyst/sub-pt1_ses-02_task-monitor_acq-ecog_run-01_clip2.lay",
    "eeg/formats/brainvision/test.vhdr",
    "eeg/formats/test_CA_208_amp_disconnection.cnt",
)


@pytest.mark.parametrize("recording_file", FILES, indirect=True, ids=lambda f: Path(f).suffix[1:])
class TestVendor(RecordingContract):
    @pytest.fixture
    def recording_file(self, request: pytest.FixtureRequest) -> Path:
        if request.param.endswith(".cnt"):
            pytest.importorskip("antio")
        return data_file(request.param)
