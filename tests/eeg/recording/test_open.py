from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from tests.support.edf_bytes import Signal, edf_bytes

from westward.core.digest import sha256_of
from westward.core.errors import InputError, UnreadableRecordingError
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.open import open_recording

SOUND = edf_bytes([Signal(n_samples=200)], n_records=2)


@pytest.mark.parametrize("name", ["x.edf", "X.EDF", "x.rec", "x", "x.eeg", "x.txt"])
def test_content_comes_before_the_suffix(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(SOUND)
    with open_recording(path) as recording:
        assert isinstance(recording, EdfRecording)
        assert recording.duration_s == 2


@pytest.mark.parametrize("name", ["x.edf", "x.bdf", "x.png", "x.docx", "x"])
@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", bytes(5000), b"Dear colleague,\n" * 100])
def test_anything_else_is_one_line(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        open_recording(path)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_a_missing_file_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecordingError, match="cannot be opened: No such file"):
        open_recording(tmp_path / "none.edf")
    with pytest.raises(UnreadableRecordingError, match="folder"):
        open_recording(tmp_path)


def test_digest(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(bytes(range(256)) * 9000)
    assert sha256_of(path) == hashlib.sha256(path.read_bytes()).hexdigest()
