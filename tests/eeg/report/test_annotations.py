from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import edfio
import mne
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.eeg.events.event import Event
from westward.eeg.report import annotations

EVENTS = [
    Event(0.25, 0.0, "note", reason="mother present"),
    Event(12.5, 0.07, "spike", ("C3", "F3"), 0.84, focus="C3", amplitude_uv=131.6, counted=True),
    Event(13.0, 0.06, "spike", ("O2",), 0.31, counted=False, reason="no field"),
    Event(14.0, 2.0, "artifact", subtype="electrode_pop"),
    Event(86_399.75, 30.0, "sleep_nrem", confidence=0.9),
]
SAID = [
    "mother present",
    "spike C3 F3, 132 µV, confidence 0.84",
    "spike O2, confidence 0.31, not counted: no field",
    "artifact (electrode pop)",
    "sleep nrem, confidence 0.90",
]


def test_edfio_reads_every_event_back(tmp_path: Path) -> None:
    path = tmp_path / "events.edf"
    assert annotations.write_edf(EVENTS, path, start=datetime(2026, 12, 1, 21, 4, 5, tzinfo=UTC)) == len(EVENTS)
    edf = edfio.read_edf(path)
    assert [a.text for a in edf.annotations] == SAID
    assert [a.onset for a in edf.annotations] == [e.onset_s for e in EVENTS]
    assert [a.duration or 0.0 for a in edf.annotations] == [e.duration_s for e in EVENTS]
    assert (edf.startdate.isoformat(), edf.starttime.isoformat()) == ("2026-12-01", "21:04:05")


def test_mne_reads_every_event_back(tmp_path: Path) -> None:
    path = tmp_path / "events.edf"
    annotations.write_edf(EVENTS, path)
    read = mne.read_annotations(path)
    assert list(read.description) == SAID
    assert list(read.onset) == [e.onset_s for e in EVENTS]


def test_the_header_knows_nobody_and_says_simulated(tmp_path: Path) -> None:
    path = tmp_path / "events.edf"
    annotations.write_edf([], path, simulated=True)
    head = path.read_bytes()[:512]
    assert head[8:88].decode().strip() == "X X X X"
    assert b"simulated" in head
    assert head[168:184] == b"01.01.8500.00.00"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 90_000_000), st.integers(0, 600_000), st.text(max_size=6000)), min_size=1, max_size=30
    )
)
def test_no_text_breaks_the_file(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, str]]) -> None:
    path = tmp_path_factory.mktemp("tal") / "events.edf"
    events = [Event(ms / 1000, d / 1000, "note", reason="x" + text) for ms, d, text in sorted(rows)]
    annotations.write_edf(events, path)
    read = edfio.read_edf(path).annotations
    assert sorted(a.onset for a in read) == [e.onset_s for e in events]
    assert (path.stat().st_size - 512) % 4096 == 0


def test_an_event_without_a_time_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="finite times"):
        annotations.write_edf([Event(float("nan"), 0, "spike")], tmp_path / "events.edf")
    assert list(tmp_path.iterdir()) == []
