"""Clauses of the EDF specification (Kemp et al. 1992, with the clarifications on edfplus.info), read side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.support.edf_bytes import Signal, edf_bytes

from westward.eeg.recording.edf_reader import EdfRecording


def opened(tmp_path: Path, data: bytes, name: str = "x.edf") -> EdfRecording:
    path = tmp_path / name
    path.write_bytes(data)
    return EdfRecording(path)


def test_header_is_256_bytes_and_256_per_signal(tmp_path: Path) -> None:
    recording = opened(tmp_path, edf_bytes([Signal(n_samples=200)] * 3, n_records=1))
    assert recording.header.header_bytes == 1024


def test_samples_are_little_endian_twos_complement_16_bit(tmp_path: Path) -> None:
    data = edf_bytes([Signal(n_samples=2, raw=[b"\x01\x80\xff\xff"])], n_records=1)
    np.testing.assert_allclose(opened(tmp_path, data).read(0, 1).data[0], [-3276.7, -0.1], rtol=1e-5, atol=1e-3)


def test_bdf_samples_are_little_endian_twos_complement_24_bit(tmp_path: Path) -> None:
    signal = Signal(n_samples=2, raw=[b"\x01\x00\x80\xff\xff\xff"], physical_min="-8388608", physical_max="8388607",
                    digital_min="-8388608", digital_max="8388607")  # fmt: skip
    data = edf_bytes([signal], n_records=1, bdf=True)
    assert opened(tmp_path, data, "x.bdf").read(0, 1).data[0].tolist() == [-8388607, -1]


def test_each_record_holds_the_signals_one_after_another(tmp_path: Path) -> None:
    signals = [Signal("EEG C3", 2, [1, 2, 5, 6]), Signal("EEG C4", 2, [3, 4, 7, 8])]
    page = opened(tmp_path, edf_bytes(signals, n_records=2)).read(0, 2)
    np.testing.assert_allclose(page.data, np.array([[1, 2, 5, 6], [3, 4, 7, 8]]) * 0.1, rtol=1e-5)


def test_physical_extremes_correspond_to_digital_extremes(tmp_path: Path) -> None:
    signal = Signal(n_samples=2, digital=[-2048, 2047], physical_min="-410", physical_max="409",
                    digital_min="-2048", digital_max="2047")  # fmt: skip
    np.testing.assert_allclose(opened(tmp_path, edf_bytes([signal], n_records=1)).read(0, 1).data[0], [-410, 409])


def test_negative_gain_is_allowed(tmp_path: Path) -> None:
    signal = Signal(n_samples=2, digital=[-32768, 32767], physical_min="3276.7", physical_max="-3276.8")
    np.testing.assert_allclose(opened(tmp_path, edf_bytes([signal], n_records=1)).read(0, 1).data[0], [3276.7, -3276.8])


def test_number_of_records_is_minus_one_during_recording(tmp_path: Path) -> None:
    recording = opened(tmp_path, edf_bytes([Signal(n_samples=200)], n_records=5, stated_records=-1))
    assert recording.duration_s == 5


@pytest.mark.parametrize("text, year", [("85", 1985), ("99", 1999), ("00", 2000), ("84", 2084)])
def test_1985_is_the_clipping_year(tmp_path: Path, text: str, year: int) -> None:
    data = edf_bytes([Signal(n_samples=200)], n_records=1, start_date=f"01.02.{text}", recording="")
    start = opened(tmp_path, data).facts.start
    assert start is not None
    assert (start.day, start.month, start.year) == (1, 2, year)


def test_duration_of_a_record_may_be_a_fraction(tmp_path: Path) -> None:
    recording = opened(tmp_path, edf_bytes([Signal(n_samples=50)], n_records=4, record_s="0.25"))
    assert recording.channels[0].sfreq_hz == 200
    assert recording.duration_s == 1


def test_signals_may_have_different_rates(tmp_path: Path) -> None:
    recording = opened(tmp_path, edf_bytes([Signal("EEG C3", 200), Signal("SpO2", 1, unit="%")], n_records=3))
    assert [c.sfreq_hz for c in recording.channels] == [200, 1]
    assert recording.read(0, 3, ["SpO2"]).data.shape == (1, 3)
