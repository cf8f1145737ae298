"""The EDF+ writer: nothing lost, nothing half-written, values within half a step."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.raw_edf import parse

from westward.core.errors import RefusedError, UsageError
from westward.eeg.recording.edf_lists import LONGEST_TEXT
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec

C3 = SignalSpec("EEG C3", 256, -3276.8, 3276.7)
RESP = SignalSpec("Resp", 32, -100, 100, unit="%")


def noise(n: int, scale: float = 100.0, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal(n) * scale).astype(np.float32)


@pytest.mark.parametrize("bdf", [False, True])
def test_round_trip_within_half_a_step(tmp_path: Path, bdf: bool) -> None:
    path = tmp_path / "a.edf"
    eeg, resp = noise(256 * 20), noise(32 * 20, 20)
    with EdfWriter(path, [C3, RESP], start=datetime.fromisoformat("2024-02-03 04:05:06"), bdf=bdf) as writer:
        writer.write([eeg[: 256 * 7], resp[: 32 * 7]])
        writer.write([eeg[256 * 7 :], resp[32 * 7 :]])
        assert writer.clipped == (0, 0)
        assert writer.n_records == 20
    raw = parse(path)
    steps = 2**24 - 1 if bdf else 2**16 - 1
    assert np.abs(raw.physical(0) - eeg).max() <= 6553.5 / steps / 2 * (1 + 1e-6)
    assert np.abs(raw.physical(1) - resp).max() <= 200 / steps / 2 * (1 + 1e-6)
    with EdfRecording(path) as recording:
        assert recording.findings == ()
        page = recording.read(0, 20, ["C3"])
        assert np.abs(page.data[0] - eeg).max() <= 6553.5 / steps / 2 * (1 + 1e-3) + 1e-5
        assert recording.facts.start == datetime.fromisoformat("2024-02-03 04:05:06")


@given(
    st.floats(-1e5, 1e5), st.floats(-1e5, 1e5),
    st.lists(st.floats(0, 1, width=32), min_size=4, max_size=40).map(lambda x: x[: len(x) // 4 * 4]),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=60)
def test_any_range_upward_or_reversed_keeps_what_lies_in_it(
    tmp_path_factory: pytest.TempPathFactory, low: float, high: float, where: list[float], bdf: bool
) -> None:
    if abs(high - low) < 1e-2:
        return
    path = tmp_path_factory.mktemp("w") / "a.edf"
    values = low + np.array(where) * (high - low)
    spec = SignalSpec("C3", 4, low, high)
    with EdfWriter(path, [spec], start=None, bdf=bdf) as writer:
        writer.write([values])
        assert writer.clipped == (0,)
    raw = parse(path)
    step = abs(float(raw.signals[0]["physical_max"]) - float(raw.signals[0]["physical_min"])) / (
        2 ** (24 if bdf else 16) - 1
    )
    assert np.abs(raw.physical(0) - values).max() <= step * 0.5001 + 1e-9


def test_values_outside_the_range_are_clipped_and_counted(tmp_path: Path) -> None:
    values = np.array([0, 5000, -5000, np.inf] * 64, np.float32)
    with EdfWriter(tmp_path / "a.edf", [C3], start=None) as writer:
        writer.write([values])
        assert writer.clipped == (192,)
    assert parse(tmp_path / "a.edf").physical(0)[:4] == pytest.approx([0, 3276.7, -3276.8, 3276.7], abs=0.05)


def test_a_sample_that_is_no_number_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    values = noise(256)
    values[7] = np.nan
    with pytest.raises(UsageError, match="not a number"), EdfWriter(tmp_path / "a.edf", [C3], start=None) as writer:
        writer.write([values])
    assert list(tmp_path.iterdir()) == []


def test_exact_copies_of_stored_integers(tmp_path: Path) -> None:
    stored = np.arange(-128, 128, dtype=np.int16)
    spec = SignalSpec("C3", 256, -200, 200, digital_min=-128, digital_max=127)
    with EdfWriter(tmp_path / "a.edf", [spec], start=None) as writer:
        writer.write_digital([stored])
        with pytest.raises(UsageError, match="integers of 16 bits"):
            writer.write_digital([stored.astype(np.float64)])
        with pytest.raises(UsageError, match="integers of 16 bits"):
            writer.write_digital([stored.astype(np.int32) * 1000])
    assert parse(tmp_path / "a.edf").digital(0).tolist() == stored.tolist()


NOTES = st.lists(
    st.tuples(
        st.floats(-5, 30).map(lambda x: round(x, 4)),
        st.floats(0, 50).map(lambda x: round(x, 4)),
        st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60),
    ),
    max_size=80,
)


@given(NOTES, st.booleans(), st.integers(30, 200))
@settings(max_examples=60)
def test_no_annotation_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, notes: list[tuple[float, float, str]], bdf: bool, width: int
) -> None:
    path = tmp_path_factory.mktemp("w") / "a.edf"
    signal = noise(256 * 5)
    with EdfWriter(path, [C3], start=None, bdf=bdf, annotation_bytes=width) as writer:
        for i in range(5):
            writer.write([signal[i * 256 : (i + 1) * 256]])
            for note in notes[i::5]:
                writer.annotate(*note)
    raw = parse(path)
    assert raw.notes() == sorted(notes)
    assert np.abs(raw.physical(0) - signal).max() <= 0.0501
    assert list(path.parent.iterdir()) == [path]


def test_a_burst_of_annotations_in_one_record_spreads_or_widens(tmp_path: Path) -> None:
    for n in (10, 3000):
        path = tmp_path / f"{n}.edf"
        with EdfWriter(path, [C3], start=None) as writer:
            writer.write([noise(256 * 30)])
            for k in range(n):
                writer.annotate(12.0, 0.5, f"spasm {k}")
        assert len(parse(path).notes()) == n
        assert len(parse(path).records) == 30


def test_an_endless_remark_does_not_blow_up_every_record(tmp_path: Path) -> None:
    text = "ä" * 5000
    with EdfWriter(tmp_path / "a.edf", [C3], start=None) as writer:
        writer.write([noise(256 * 60)])
        writer.annotate(3, 0, text)
    raw = parse(tmp_path / "a.edf")
    assert "".join(t for _, _, t in raw.notes()) == text
    assert int(raw.signals[-1]["samples"]) * 2 < LONGEST_TEXT + 100


def test_control_characters_in_a_text_become_spaces(tmp_path: Path) -> None:
    with EdfWriter(tmp_path / "a.edf", [C3], start=None) as writer:
        writer.write([noise(256)])
        writer.annotate(0.5, 0, "push\x14button\x00\x15now")
    assert parse(tmp_path / "a.edf").notes() == [(0.5, 0, "push button  now")]


def test_gaps_come_back_at_their_time(tmp_path: Path) -> None:
    path = tmp_path / "a.edf"
    with EdfWriter(path, [C3], start=datetime.fromisoformat("2024-01-01 08:00:00"), discontinuous=True) as writer:
        writer.write([noise(256 * 10)])
        writer.start_segment(3610.5)
        writer.write([noise(256 * 5, seed=1)])
        writer.start_segment(5000)
        writer.start_segment(6000)
        writer.write([noise(256 * 2, seed=2)])
        writer.annotate(3612, 1, "push button")
        assert writer.time_s == 6002
    with EdfRecording(path) as recording:
        assert [(s.start_s, s.stop_s) for s in recording.segments] == [(0, 10), (3610.5, 3615.5), (6000, 6002)]
        assert [(n.onset_s, n.text) for n in recording.notes] == [(3612, "push button")]
        page = recording.read(3610.5, 3615.5, ["C3"])
        assert np.abs(page.data[0] - noise(256 * 5, seed=1)).max() < 0.051


def test_segments_only_go_forward_and_only_in_discontinuous_files(tmp_path: Path) -> None:
    with EdfWriter(tmp_path / "a.edf", [C3], start=None, discontinuous=True) as writer:
        with pytest.raises(UsageError, match="begins at 0 s"):
            writer.start_segment(5)
        writer.write([noise(256 * 10)])
        with pytest.raises(UsageError, match="before the last one ended"):
            writer.start_segment(9)
    with EdfWriter(tmp_path / "b.edf", [C3], start=None) as writer:
        writer.write([noise(256)])
        with pytest.raises(UsageError, match="discontinuous=True"):
            writer.start_segment(9)


def test_an_existing_file_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.edf"
    path.write_text("precious")
    with pytest.raises(RefusedError, match="exists already"):
        EdfWriter(path, [C3], start=None)
    assert path.read_text() == "precious"
    with pytest.raises(ZeroDivisionError), EdfWriter(path, [C3], start=None, overwrite=True) as writer:
        writer.write([noise(256) / (1 // len(path.name[5:]))])
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]
    with EdfWriter(path, [C3], start=None, overwrite=True) as writer:
        writer.write([noise(256)])
    assert len(parse(path).records) == 1


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.edf"
    writer = EdfWriter(path, [C3], start=None)
    writer.write([noise(256)])
    path.write_text("precious")
    with pytest.raises(RefusedError, match="meanwhile"):
        writer.close()
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "spec, message",
    [
        (SignalSpec("a label beyond 16 characters", 256, -1, 1), "at most 16"),
        (SignalSpec("C3", 256, 5, 5), "equal"),
        (SignalSpec("C3", 0.3, -1, 1), "whole number"),
        (SignalSpec("C3", 256, -1, float("nan")), "not a number"),
        (SignalSpec("C3", 256, -1, 1, digital_min=3, digital_max=3), "digital range"),
        (SignalSpec("C3", 256, -1, 1, digital_max=40000), "digital range"),
        (SignalSpec("C3", 256, -123456789.5, 1), "8 characters"),
        (SignalSpec("Č3", 256, -1, 1), "printable ASCII"),
    ],
)
def test_what_does_not_fit_the_format_is_said(tmp_path: Path, spec: SignalSpec, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        EdfWriter(tmp_path / "a.edf", [spec], start=None)
    assert list(tmp_path.iterdir()) == []


def test_arrays_must_be_whole_records_of_every_signal(tmp_path: Path) -> None:
    with EdfWriter(tmp_path / "a.edf", [C3, RESP], start=None) as writer:
        with pytest.raises(UsageError, match="1 arrays given for 2"):
            writer.write([noise(256)])
        with pytest.raises(UsageError, match="0 records and 255 samples"):
            writer.write([noise(255), noise(32)])
        with pytest.raises(UsageError, match="2 records"):
            writer.write([noise(256), noise(64)])
        with pytest.raises(UsageError, match="makes no sense"):
            writer.annotate(float("nan"), 0, "x")
        assert writer.n_records == 0
    with pytest.raises(UsageError, match="closed"):
        writer.write([noise(256), noise(32)])


def test_annotations_need_a_record(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="at least one data record"),
        EdfWriter(tmp_path / "a.edf", [C3], start=None) as writer,
    ):
        writer.annotate(0, 0, "x")
    assert list(tmp_path.iterdir()) == []
