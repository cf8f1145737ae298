"""The same samples as edfio and MNE read, on every shared EDF and BDF file."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from tests.support.data import DATA, data_file, data_files

from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_units import microvolts_per

_ALL = [
    p for p in data_files("eeg/**/*") if p.suffix.lower() in (".edf", ".bdf") and p.name != "text_converted_edf.edf"
]
_LAYOUTS = [p for p in _ALL if "dataset_layouts/data" in p.as_posix()]
FILES = [p for p in _ALL if p not in _LAYOUTS] + _LAYOUTS[::40]
WITH_MNE = (
    "clinical/neonate_bursts_21ch_256hz.edf", "clinical/adult_64ch_overlapping_annotations.edf",
    "clinical/multiple_annotation_chans.bdf", "formats/test_subsecond.edf",
)  # fmt: skip
needs_data = pytest.mark.skipif(not FILES, reason=f"shared data not found: {DATA} (set WESTWARD_DATA)")


def samples(recording: EdfRecording, channel: int) -> np.ndarray:
    parts = [
        recording.read_block(k, 0, recording.segment_samples(k, channel), [channel])[0]
        for k in range(len(recording.segments))
    ]
    return np.concatenate(parts)


@needs_data
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem[:30])
def test_edfio_reads_the_same_samples(path: Path) -> None:
    edfio = pytest.importorskip("edfio")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = (edfio.read_bdf if path.suffix.lower() == ".bdf" else edfio.read_edf)(path).signals
    with EdfRecording(path) as ours:
        assert len(theirs) == len(ours.channels)
        for channel, signal in zip(ours.channels, theirs, strict=True):
            factor = microvolts_per(signal.physical_dimension) or 1.0
            expected = np.asarray(signal.data, np.float64) * factor
            step = abs(signal.physical_max - signal.physical_min) / (signal.digital_max - signal.digital_min) * factor
            assert channel.sfreq_hz == pytest.approx(signal.sampling_frequency)
            got = samples(ours, channel.index)
            # float32 holds 24 bits; what it cannot tell apart may not matter more than a thousandth of a step
            np.testing.assert_allclose(got, expected, rtol=2**-23, atol=1e-3 * step)


@needs_data
@pytest.mark.parametrize("name", WITH_MNE)
def test_mne_reads_the_same_samples_and_annotations(name: str) -> None:
    mne = pytest.importorskip("mne")
    path = data_file(f"eeg/{name}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = mne.io.read_raw_bdf if path.suffix == ".bdf" else mne.io.read_raw_edf
        raw = read(path, preload=True, verbose="error", stim_channel=None)
    with EdfRecording(path) as ours:
        page = ours.read(0, ours.duration_s, [c.index for c in ours.channels if ours.units[c.index] == "uV"])
        assert raw.info["sfreq"] == page.sfreq_hz
        for row, channel in zip(page.data, page.channels, strict=True):
            theirs = raw.get_data(picks=[channel.index])[0] * 1e6
            np.testing.assert_allclose(row, theirs, rtol=1e-6, atol=1e-3)
        theirs = sorted((round(a["onset"], 3), str(a["description"])) for a in raw.annotations)
        assert sorted((round(n.onset_s, 3), n.text) for n in ours.notes) == theirs


@needs_data
def test_the_discontinuous_file_lies_in_time_where_its_bytes_say() -> None:
    """Eleven records of one second; their time stamps, read by eye from the bytes: 0 2 4 5 6 7 8 9 12 15 19."""
    path = data_file("eeg/formats/discontinuous_edfplusd.edf")
    data = path.read_bytes()
    record_bytes, header_bytes = 4502, 3328
    onsets, first_channel = [], []
    for k in range(11):
        record = data[header_bytes + k * record_bytes : header_bytes + (k + 1) * record_bytes]
        onsets.append(float(record[4400:].split(b"\x14")[0]))
        first_channel.append(np.frombuffer(record[:400], "<i2"))
    with EdfRecording(path) as recording:
        assert onsets == [0, 2, 4, 5, 6, 7, 8, 9, 12, 15, 19]
        for onset, digital in zip(onsets, first_channel, strict=True):
            page = recording.read(onset - onsets[0], onset - onsets[0] + 1, [0])
            signal = recording.header.signals[0]
            np.testing.assert_allclose(page.data[0], digital * signal.gain + signal.offset, rtol=1e-5, atol=1e-3)
            assert page.gaps == ()
        span = recording.read(0, recording.duration_s, [0])
        missing = recording.duration_s - 11
        assert sum(b - a for a, b in span.gaps) == pytest.approx(missing)
        assert np.isnan(span.data).sum() == round(missing * 200)
