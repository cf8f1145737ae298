from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.edf_bytes import Signal, annotations, edf_bytes, stamp

from westward.core.errors import UnreadableRecordingError, UsageError
from westward.eeg.recording import edf_file
from westward.eeg.recording.channel import Kind
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_units import microvolts_per
from westward.eeg.recording.recording import Note, Segment

Opener = Callable[..., EdfRecording]
GAIN = 0.1


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    def write(data: bytes, name: str = "x.edf", **options: bool) -> EdfRecording:
        path = tmp_path / name
        path.write_bytes(data)
        return EdfRecording(path, **options)

    return write


def eeg(values: Sequence[int] | np.ndarray, label: str = "EEG C3-Ref", n_samples: int = 4, **fields: str) -> Signal:
    return Signal(label, n_samples, values, **fields)


def kinds(recording: EdfRecording) -> list[str]:
    """What was found, but for the rate: four samples a second are easier to write down than real EEG."""
    return [f.kind for f in recording.findings if f.kind != "implausible_rate"]


def test_samples_come_in_microvolts(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg([-32768, -1, 0, 32767])], n_records=1))
    np.testing.assert_allclose(recording.read(0, 1).data[0], [-3276.8, -0.1, 0, 3276.7], rtol=1e-6, atol=1e-4)
    assert kinds(recording) == []


@pytest.mark.parametrize(
    "unit, factor",
    [("nV", 1e-3), ("uV", 1), ("mV", 1e3), ("V", 1e6), ("µV", 1), ("\u00e6V", 1), ("uVolt", 1), ("microV", 1),
     ("\u00c2\u00b5V", 1)],
)  # fmt: skip
def test_units(opened: Opener, unit: str, factor: float) -> None:
    recording = opened(edf_bytes([eeg([1000, 0, 0, 0], unit=unit)], n_records=1))
    assert recording.read(0, 1, [0]).data[0, 0] == pytest.approx(100 * factor, rel=1e-5)
    assert recording.units == ("uV",)


def test_micro_of_utf8_is_micro() -> None:
    assert microvolts_per("\u03bcV") == microvolts_per("\u00b5V") == 1
    assert microvolts_per("%") is None
    assert microvolts_per("MV") is None


def test_other_units_are_kept(opened: Opener) -> None:
    signals = [eeg([0] * 4), Signal("SpO2", 1, [97], unit="%", physical_min="0", physical_max="100",
                                    digital_min="0", digital_max="100")]  # fmt: skip
    recording = opened(edf_bytes(signals, n_records=1))
    assert recording.units == ("uV", "%")
    assert recording.read(0, 1, ["SpO2"]).data[0, 0] == pytest.approx(97)


@pytest.mark.parametrize("span, unit_uv", [("1600", 1), ("8", 1000), ("0.1", 1e6)])
def test_a_missing_unit_follows_from_the_range(opened: Opener, span: str, unit_uv: float) -> None:
    signal = eeg([32767, 0, 0, 0], unit="", physical_min=f"-{span}", physical_max=span, digital_min="-32767")
    recording = opened(edf_bytes([signal], n_records=1))
    assert recording.read(0, 1).data[0, 0] == pytest.approx(float(span) * unit_uv)
    assert "unit_missing" in kinds(recording)


def test_a_missing_unit_follows_the_other_channels(opened: Opener) -> None:
    signals = [eeg([10] * 4, f"EEG {e}", unit="" if e == "O1" else "mV") for e in ("C3", "C4", "O1", "O2")]
    recording = opened(edf_bytes(signals, n_records=1))
    np.testing.assert_allclose(recording.read(0, 1).data, 1000, rtol=1e-5)
    assert kinds(recording).count("unit_missing") == 1


def test_24_bit(opened: Opener) -> None:
    values = [-(2**23), 2**23 - 1, -1, 0]
    signal = eeg(values, physical_min="-8388608", physical_max="8388607", digital_min="-8388608", digital_max="8388607")
    recording = opened(edf_bytes([signal], n_records=1, bdf=True), "x.bdf")
    assert recording.read(0, 1).data[0].tolist() == values
    assert recording.facts.format == "BDF"


def test_reversed_physical_range_turns_the_signal_over(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg([100, 0, 0, 0], physical_min="3276.8", physical_max="-3276.7")], n_records=1))
    assert recording.read(0, 1).data[0, 0] == pytest.approx(-10, abs=1e-3)
    assert "negative_gain" in kinds(recording)


@pytest.mark.parametrize(
    "fields", [{"physical_min": "0", "physical_max": "0"}, {"digital_min": "5", "digital_max": "5"}]
)
def test_a_range_of_zero_leaves_digital_steps_and_no_eeg(opened: Opener, fields: dict[str, str]) -> None:
    recording = opened(edf_bytes([eeg([5, 6, 7, 8], **fields), eeg([0] * 4, "EEG C4-Ref")], n_records=1))
    assert "not_calibrated" in kinds(recording)
    assert recording.channels[0].kind is Kind.UNKNOWN
    assert recording.channels[0].electrode is None
    assert recording.units[0] == ""
    assert recording.read(0, 1, [0]).data[0].tolist() == [5, 6, 7, 8]


def test_a_large_offset_costs_no_digits(opened: Opener) -> None:
    fields = {"physical_min": "-6001465", "physical_max": "-5751465", "digital_min": "-32768", "digital_max": "-31403"}
    recording = opened(edf_bytes([eeg([-32768, -32000, -31403, -31500], "POL DC01", **fields)], n_records=1))
    gain = 250000 / 1365
    expected = [-6001465 + gain * (d + 32768) for d in (-32768, -32000, -31403, -31500)]
    np.testing.assert_array_equal(recording.read(0, 1, [0]).data[0], np.float32(expected))


@pytest.mark.parametrize("stated", [-1, 1, 9])
def test_the_file_knows_the_number_of_records(opened: Opener, stated: int) -> None:
    recording = opened(edf_bytes([eeg(range(12))], n_records=3, stated_records=stated))
    assert recording.duration_s == 3
    assert kinds(recording) == ["record_count"]


def test_a_truncated_last_record_is_left_out(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg(range(12))], n_records=3)[:-3])
    assert recording.duration_s == 2
    assert kinds(recording) == ["record_count", "truncated_record"]


def test_rates_need_not_be_whole(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg(np.arange(500), n_samples=250)], n_records=2, record_s="1.25"))
    assert recording.channels[0].sfreq_hz == 200
    recording = opened(edf_bytes([eeg(np.arange(600), n_samples=300)], n_records=2, record_s="1.3"))
    assert recording.channels[0].sfreq_hz == pytest.approx(300 / 1.3)
    assert recording.read(0, 2.6).data.shape == (1, 600)
    assert kinds(recording) == ["rate_not_whole"]


def test_duplicate_labels_become_unique(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg([k] * 4) for k in range(3)], n_records=1))
    assert [c.label for c in recording.channels] == ["EEG C3-Ref", "EEG C3-Ref (2)", "EEG C3-Ref (3)"]
    assert kinds(recording) == ["duplicate_label"] * 2


def test_sub_second_start_and_annotations(opened: Opener) -> None:
    tals = [stamp(0.5) + stamp(0.75, "push button"), stamp(1.5) + stamp(0.6, "Müde", duration="2")]
    recording = opened(edf_bytes([eeg(range(8)), annotations(tals)], n_records=2, reserved="EDF+C"))
    assert recording.facts.start == datetime.fromisoformat("2024-03-02T10:11:12.500")
    assert recording.segments == (Segment(0, 2),)
    assert [n.text for n in recording.notes] == ["Müde", "push button"]
    assert recording.notes[1] == Note(0.25, 0.0, "push button")
    assert recording.notes[0].duration_s == 2


def test_all_annotation_signals_are_read(opened: Opener) -> None:
    first = annotations([stamp(0) + stamp(0.1, "a"), stamp(1)])
    second = annotations([stamp(0.2, "b"), stamp(1.2, "c")])
    recording = opened(edf_bytes([first, eeg(range(8)), second], n_records=2, reserved="EDF+C"))
    assert [n.text for n in recording.notes] == ["a", "b", "c"]
    assert [c.label for c in recording.channels] == ["EEG C3-Ref"]
    assert recording.read(0, 2).data.shape == (1, 8)


def test_a_file_of_annotations_only(opened: Opener) -> None:
    data = edf_bytes([annotations([stamp(0) + stamp(5, "spasm")])], n_records=1, record_s="0", reserved="EDF+C")
    recording = opened(data)
    assert [n.text for n in recording.notes] == ["spasm"]
    assert recording.channels == ()
    with pytest.raises(UsageError, match="annotations only"):
        recording.read(0, 1)


def test_gaps_come_back_as_gaps(opened: Opener) -> None:
    tals = annotations([stamp(t) for t in (0, 1, 10, 11)])
    recording = opened(edf_bytes([eeg(range(16)), tals], n_records=4, reserved="EDF+D"))
    assert recording.segments == (Segment(0, 2), Segment(10, 12))
    page = recording.read(1.5, 10.5)
    assert page.gaps == ((2, 10),)
    np.testing.assert_allclose(page.data[0, [0, 1, -2, -1]], np.array([6, 7, 8, 9]) * GAIN, rtol=1e-5)
    assert np.isnan(page.data[0, 2:-2]).all()


def test_header_words_of_patient_and_simulation(opened: Opener) -> None:
    data = edf_bytes([eeg(range(4))], n_records=1, patient="MCH-0234567 F 02-MAY-2023 Haagse_Harry",
                     recording="Startdate 02-MAR-2024 SIMULATED X X")  # fmt: skip
    facts = opened(data).facts
    assert facts.simulated
    assert facts.patient.code == "MCH-0234567"
    assert facts.patient.name == "Haagse Harry"
    assert facts.patient.sex == "F"
    assert facts.patient.birth_date == date(2023, 5, 2)


def test_a_birth_after_the_start_is_no_birth_date(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg(range(4))], n_records=1, patient="X F 02-MAY-2025 X"))
    assert recording.facts.patient.birth_date is None
    assert kinds(recording) == ["birth_date"]


def test_plain_patient_text_is_kept_whole(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg(range(4))], n_records=1, patient="Jane Doe", recording="ward 3"))
    assert recording.facts.patient.name == "Jane Doe"
    assert recording.facts.start == datetime.fromisoformat("2024-03-02T10:11:12")
    assert not recording.facts.simulated


def test_strict_refuses_what_needs_repair(opened: Opener) -> None:
    data = edf_bytes([eeg(range(12))], n_records=3, stated_records=-1)
    with pytest.raises(UnreadableRecordingError, match="record_count"):
        opened(data, strict=True)
    assert opened(edf_bytes([eeg(range(12))], n_records=3), strict=True).duration_s == 3


def test_blocks_are_bounded_by_their_segment(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg(range(16))], n_records=4))
    out = np.empty((1, 6), np.float32)
    assert recording.read_block(0, 3, 6, [0], out) is out
    np.testing.assert_allclose(out[0], np.arange(3, 9) * GAIN, rtol=1e-5, atol=1e-6)
    for first, n in ((-1, 2), (15, 2), (0, 17)):
        with pytest.raises(UsageError, match="do not lie in a segment of 16"):
            recording.read_block(recording.segments[0], first, n, [0])
    with pytest.raises(UsageError, match="float32 of shape"):
        recording.read_block(0, 0, 5, [0], out)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), buffer_bytes=st.sampled_from([16, 100, 1000, 1 << 20]), bdf=st.booleans())
def test_every_way_of_reading_gives_the_same_samples(
    tmp_path_factory: pytest.TempPathFactory, seed: int, buffer_bytes: int, bdf: bool
) -> None:
    """Whole records, pieces of long records, and one sample at a time, against plain arithmetic."""
    rng = np.random.default_rng(seed)
    n_records, per_record = int(rng.integers(1, 6)), int(rng.integers(1, 30))
    values = [rng.integers(-2000, 2000, n_records * per_record) for _ in range(3)]
    signals = [eeg(v, f"EEG {e}", per_record) for v, e in zip(values, ("C3", "C4", "Cz"), strict=True)]
    signals.insert(1, Signal("SpO2", 40, unit="%"))
    path = tmp_path_factory.mktemp("ways") / ("x.bdf" if bdf else "x.edf")
    path.write_bytes(edf_bytes(signals, n_records=n_records, bdf=bdf))
    first = int(rng.integers(0, n_records * per_record))
    n = int(rng.integers(0, n_records * per_record - first + 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edf_file, "BUFFER_BYTES", buffer_bytes)
        recording = EdfRecording(path)
        got = recording.read_block(0, first, n, ["C4", "C3"])
        recording.close()
    gain = 6553.5 / 65535
    exact = np.array([values[1], values[0]])[:, first : first + n] * gain + (-3276.8 + gain * 32768)
    np.testing.assert_allclose(got, exact, rtol=1e-6, atol=1e-3 * gain)


def test_many_threads_on_one_recording(opened: Opener) -> None:
    values = np.random.default_rng(0).integers(-3000, 3000, 64 * 200)
    recording = opened(edf_bytes([eeg(values, n_samples=64)], n_records=200))
    whole = recording.read_block(0, 0, len(values), [0])[0]

    def check(seed: int) -> bool:
        rng = np.random.default_rng(seed)
        for _ in range(30):
            first = int(rng.integers(0, len(values)))
            n = int(rng.integers(0, len(values) - first))
            if not np.array_equal(recording.read_block(0, first, n, [0])[0], whole[first : first + n]):
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(check, range(16)))


def test_a_file_that_shrinks_is_one_error(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg(range(400))], n_records=100))
    with recording.path.open("r+b") as file:
        file.truncate(600)
    with pytest.raises(UnreadableRecordingError, match="became shorter"):
        recording.read(0, 100)


def test_a_page_without_choice_takes_the_commonest_eeg_rate(opened: Opener) -> None:
    signals = [eeg(range(8), "EEG C3"), eeg(range(8), "EEG C4"), eeg(range(16), "EEG Cz", 8), eeg(range(8), "ECG")]
    page = opened(edf_bytes(signals, n_records=2)).read(0, 2)
    assert [c.label for c in page.channels] == ["EEG C3", "EEG C4"]


def test_an_unknown_name_suggests_the_nearest(opened: Opener) -> None:
    recording = opened(edf_bytes([eeg(range(4))], n_records=1))
    with pytest.raises(UsageError, match="did you mean"):
        recording.read(0, 1, ["C33"])
    with pytest.raises(UsageError, match="must be a list"):
        recording.read(0, 1, "C3")
