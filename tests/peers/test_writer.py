"""Files of ours are read by others as we read them."""

from __future__ import annotations

import warnings
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec

START = datetime.fromisoformat("2024-02-29 23:59:58")


@pytest.fixture(params=[False, True], ids=["edf", "bdf"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / ("a.bdf" if request.param else "a.edf")
    rng = np.random.default_rng(3)
    specs = [
        SignalSpec("EEG C3", 256, -3276.8, 3276.7),
        SignalSpec("EEG C4", 256, -800, 800),
        SignalSpec("Resp", 32, -9, 9),
    ]
    with EdfWriter(path, specs, start=START, patient="X F 01-JAN-2024 X", bdf=request.param) as writer:
        for _ in range(3):
            writer.write([rng.normal(0, 3, round(s.sfreq_hz) * 10).astype(np.float32) for s in specs])
        for k in range(100):
            writer.annotate(k * 0.25 + 0.125, 0.5, f"spasm {k} ä")
    return path


def test_edfio(path: Path) -> None:
    edfio = pytest.importorskip("edfio")
    other = (edfio.read_bdf if path.suffix == ".bdf" else edfio.read_edf)(path)
    with EdfRecording(path) as ours:
        for k, signal in enumerate(other.signals):
            np.testing.assert_allclose(ours.read(0, 30, [k]).data[0], signal.data, atol=1e-4)
        assert [(n.onset_s, n.duration_s, n.text) for n in ours.notes] == [
            (a.onset, a.duration, a.text) for a in other.annotations
        ]
        assert datetime.combine(other.startdate, other.starttime) == ours.facts.start == START


def test_mne(path: Path) -> None:
    mne = pytest.importorskip("mne")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = mne.io.read_raw_bdf if path.suffix == ".bdf" else mne.io.read_raw_edf
        other = reader(path, include=["EEG C3", "EEG C4"], verbose="error")
        values = other.get_data() * 1e6
    with EdfRecording(path) as ours:
        np.testing.assert_allclose(ours.read(0, 30, ["C3", "C4"]).data, values, atol=1e-3)
        assert [n.text for n in ours.notes] == list(other.annotations.description)
        assert [n.onset_s for n in ours.notes] == pytest.approx(list(other.annotations.onset))
        assert other.info["meas_date"].replace(tzinfo=None) == START


def test_pyedflib_a_strict_reader_accepts_it(path: Path) -> None:
    pyedflib = pytest.importorskip("pyedflib")
    with pyedflib.EdfReader(str(path)) as other, EdfRecording(path) as ours:
        assert other.getSignalLabels() == ["EEG C3", "EEG C4", "Resp"]
        assert other.file_duration == 30
        for k in range(3):
            np.testing.assert_allclose(ours.read(0, 30, [k]).data[0], other.readSignal(k), atol=1e-4)
        assert len(other.readAnnotations()[0]) == 100
