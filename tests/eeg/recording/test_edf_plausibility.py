from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.support.edf_bytes import Signal, edf_bytes

from westward.eeg.recording.edf_reader import EdfRecording

CAP = [Signal(f"EEG {e}-Ref", 200, np.zeros(400)) for e in ("Fp1", "Fp2", "C3", "C4", "O1", "O2")]


def findings(tmp_path: Path, signals: list[Signal], **options: str) -> list[tuple[str, str]]:
    path = tmp_path / "x.edf"
    path.write_bytes(edf_bytes(signals, n_records=2, **options))  # type: ignore[arg-type]
    with EdfRecording(path) as recording:
        return [(f.kind, f.where) for f in recording.findings]


def test_like_channels_are_fine(tmp_path: Path) -> None:
    assert findings(tmp_path, CAP) == []


@pytest.mark.parametrize(
    "field, value",
    [("physical_max", "3276.6"), ("physical_min", "-3276.0"), ("digital_max", "32766"), ("digital_min", "-32767"),
     ("unit", "mV"), ("unit", "nV")],
)  # fmt: skip
def test_one_channel_unlike_the_others(tmp_path: Path, field: str, value: str) -> None:
    signals = [*CAP]
    signals[3] = replace(signals[3], **{field: value})
    assert ("odd_channel_range", "channel 'EEG C4-Ref'") in findings(tmp_path, signals)


def test_ranges_of_one_gain_are_alike(tmp_path: Path) -> None:
    """Recorders that write each channel's own extremes keep the gain of the amplifier."""
    limits = [(-2967, 6323), (-3430, 4453), (-3110, 1897), (-1198, 2177), (-3480, 2336), (-100, 100)]
    signals = [
        replace(s, digital_min=str(a), digital_max=str(b), physical_min=f"{a / 10:g}", physical_max=f"{b / 10:g}")
        for s, (a, b) in zip(CAP, limits, strict=True)
    ]
    assert findings(tmp_path, signals) == []
    signals[1] = replace(signals[1], physical_max="455.3")
    assert ("odd_channel_range", "channel 'EEG Fp2-Ref'") in findings(tmp_path, signals)


def test_channels_that_are_no_eeg_share_one_finding(tmp_path: Path) -> None:
    others = [Signal(name, 200, np.zeros(400), physical_min="-10", physical_max="10") for name in ("ECG", "EMG chin")]
    assert [k for k, _ in findings(tmp_path, CAP + others)] == ["channel_ranges_differ"]


@pytest.mark.parametrize(
    "field, value", [("physical_max", "3376.7"), ("digital_min", "-22768"), ("digital_max", "32760")]
)
def test_a_lone_channel_must_agree_about_zero(tmp_path: Path, field: str, value: str) -> None:
    assert findings(tmp_path, [CAP[0]]) == []
    assert "zero_point" in [k for k, _ in findings(tmp_path, [replace(CAP[0], **{field: value})])]


@pytest.mark.parametrize(
    "options, kind",
    [
        ({"record_s": "10"}, "implausible_rate"),
        ({"record_s": "3"}, "rate_not_whole"),
        ({"record_s": "9999"}, "record_duration"),
    ],
)
def test_rates_of_no_amplifier(tmp_path: Path, options: dict[str, str], kind: str) -> None:
    assert kind in [k for k, _ in findings(tmp_path, CAP, **options)]


def test_a_filter_above_half_the_rate(tmp_path: Path) -> None:
    signals = [replace(s, prefilter="HP:0.5Hz LP:70Hz N:50Hz") for s in CAP]
    assert findings(tmp_path, signals) == []
    assert "filter_above_nyquist" in [k for k, _ in findings(tmp_path, signals, record_s="2")]


def test_samples_outside_their_digital_range(tmp_path: Path) -> None:
    signals = [replace(s, digital=np.full(400, 3000), digital_min="-2048", digital_max="2047") for s in CAP]
    assert "digital_values_outside" in [k for k, _ in findings(tmp_path, signals)]


def test_more_than_the_bits_hold(tmp_path: Path) -> None:
    signals = [replace(s, digital_min="-65536", digital_max="65535") for s in CAP]
    assert "digital_range" in [k for k, _ in findings(tmp_path, signals)]


def test_an_amplifier_of_a_few_microvolts(tmp_path: Path) -> None:
    signals = [replace(s, unit="nV") for s in CAP]
    assert {"implausible_range"} == {k for k, _ in findings(tmp_path, signals)}


def test_an_electrocardiogram_of_one_hertz(tmp_path: Path) -> None:
    assert ("implausible_rate", "signal 'ECG'") in findings(tmp_path, [*CAP, Signal("ECG", 1, np.zeros(2))])


def test_an_unknown_channel_without_unit(tmp_path: Path) -> None:
    stray = Signal("qwerty", 200, np.zeros(400), unit="", physical_min="-9", physical_max="9")
    assert ("unit_missing", "unit of 'qwerty'") in findings(tmp_path, [*CAP, stray])


def test_what_one_field_alone_states_is_said(tmp_path: Path) -> None:
    span = {"physical_min": "34", "physical_max": "40", "digital_min": "-2849", "digital_max": "2731", "unit": "DegC"}
    warmth = replace(Signal("Temp rectal", 1, np.zeros(2)), **span)  # type: ignore[arg-type]
    assert findings(tmp_path, [*CAP, warmth]) == [("range_unconfirmed", "range of signal 'Temp rectal'")]
    assert findings(tmp_path, [*CAP, warmth, replace(warmth, label="Temp skin")]) == []


def test_a_file_without_eeg_and_record_onsets_cannot_confirm_its_record_duration(tmp_path: Path) -> None:
    pulse = Signal("Pulse", 100, np.zeros(200), unit="")
    assert "record_duration_unconfirmed" in [k for k, _ in findings(tmp_path, [pulse])]
