"""What every reader promises, whatever the format. Inherit and give a ``recording_file`` fixture."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from westward.core.errors import UsageError
from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.finding import Finding
from westward.eeg.recording.open import open_recording
from westward.eeg.recording.recording import Recording


class RecordingContract:
    """Inheritable; every test gets an open recording."""

    @pytest.fixture
    def recording(self, recording_file: Path) -> Iterator[Recording]:
        with open_recording(recording_file) as recording:
            if not recording.channels:
                pytest.skip("the file holds annotations only")
            yield recording

    def one(self, recording: Recording) -> list[int]:
        """The first channel of the highest rate, as a selection."""
        return [max(recording.channels, key=lambda c: c.sfreq_hz).index]

    def test_channels_are_numbered_named_and_typed(self, recording: Recording) -> None:
        assert [c.index for c in recording.channels] == list(range(len(recording.channels)))
        assert len({c.label for c in recording.channels}) == len(recording.channels)
        for channel in recording.channels:
            assert isinstance(channel, Channel)
            assert isinstance(channel.kind, Kind)
            assert channel.sfreq_hz > 0

    def test_segments_begin_at_zero_and_follow_each_other(self, recording: Recording) -> None:
        edges = [e for s in recording.segments for e in (s.start_s, s.stop_s)]
        assert edges[0] == 0
        assert edges == sorted(edges)
        assert all(s.stop_s > s.start_s for s in recording.segments)
        assert recording.duration_s == edges[-1]

    def test_notes_are_in_time_order(self, recording: Recording) -> None:
        onsets = [n.onset_s for n in recording.notes]
        assert onsets == sorted(onsets)
        assert all(n.duration_s >= 0 and n.text for n in recording.notes)

    def test_findings_say_where_and_what_was_done(self, recording: Recording) -> None:
        for finding in recording.findings:
            assert isinstance(finding, Finding)
            assert finding.kind
            assert finding.kind == finding.kind.lower().replace(" ", "_")
            assert finding.where
            assert finding.action

    def test_default_page_is_the_eeg_in_float32(self, recording: Recording) -> None:
        stop_s = min(recording.duration_s, 2.0)
        page = recording.read(0, stop_s)
        assert page.data.dtype == np.float32
        assert page.data.shape == (len(page.channels), round(stop_s * page.sfreq_hz))
        assert {c.sfreq_hz for c in page.channels} == {page.sfreq_hz}
        if any(c.kind is Kind.EEG for c in recording.channels):
            assert {c.kind for c in page.channels} == {Kind.EEG}

    def test_signal_is_finite_in_segments_and_absent_in_gaps(self, recording: Recording) -> None:
        page = recording.read(-1, recording.duration_s + 1, self.one(recording))
        times = page.start_s + np.arange(page.data.shape[1]) / page.sfreq_hz
        half = 0.6 / page.sfreq_hz
        inside = np.zeros(len(times), bool)
        near = np.zeros(len(times), bool)
        for segment in recording.segments:
            inside |= (times >= segment.start_s) & (times < segment.stop_s)
            near |= (np.abs(times - segment.start_s) < half) | (np.abs(times - segment.stop_s) < half)
        finite = np.isfinite(page.data[0])
        assert (finite == inside)[~near].all()
        assert page.gaps[0] == (-1, 0)
        assert page.gaps[-1] == pytest.approx((recording.duration_s, recording.duration_s + 1))
        assert len(page.gaps) <= len(recording.segments) + 1

    def test_a_page_anywhere_equals_that_part_of_the_whole(self, recording: Recording) -> None:
        rng = np.random.default_rng(1)
        select = self.one(recording)
        whole = recording.read(0, recording.duration_s, select)
        n = whole.data.shape[1]
        for _ in range(20):
            first = int(rng.integers(0, n))
            stop = int(rng.integers(first, min(n, first + 5000) + 1))
            page = recording.read(first / whole.sfreq_hz, stop / whole.sfreq_hz, select)
            np.testing.assert_array_equal(page.data, whole.data[:, first:stop])

    def test_name_label_and_index_select_the_same_channel(self, recording: Recording) -> None:
        stop_s = min(recording.duration_s, 1.0)
        for channel in recording.channels[:5]:
            by_index = recording.read(0, stop_s, [channel.index])
            by_label = recording.read(0, stop_s, [channel.label])
            assert by_index.channels == by_label.channels == (channel,)
            np.testing.assert_array_equal(by_index.data, by_label.data)
        first = recording.channels[0]
        assert recording.read(0, stop_s, [first.name]).channels[0].name == first.name

    def test_outside_the_recording_there_is_nothing(self, recording: Recording) -> None:
        start_s = recording.duration_s + 10
        page = recording.read(start_s, start_s + 1, self.one(recording))
        assert page.data.size
        assert np.isnan(page.data).all()
        assert page.gaps == ((start_s, start_s + 1),)

    def test_an_empty_page_is_allowed(self, recording: Recording) -> None:
        assert recording.read(0, 0, self.one(recording)).data.shape == (1, 0)

    def test_an_unknown_channel_is_a_usage_error(self, recording: Recording) -> None:
        with pytest.raises(UsageError, match="there is no channel 'no such channel'"):
            recording.read(0, 1, ["no such channel"])
        with pytest.raises(UsageError, match="there is no channel"):
            recording.read(0, 1, [len(recording.channels)])

    def test_rates_do_not_mix(self, recording: Recording) -> None:
        rates = {c.sfreq_hz: c.index for c in recording.channels}
        if len(rates) < 2:
            pytest.skip("one sampling rate only")
        with pytest.raises(UsageError, match="sampling rate"):
            recording.read(0, 1, list(rates.values()))

    @pytest.mark.parametrize("start_s, stop_s", [(1.0, 0.0), (float("nan"), 1.0), (0.0, float("inf")), (0.0, 1e15)])
    def test_senseless_times_are_usage_errors(self, recording: Recording, start_s: float, stop_s: float) -> None:
        with pytest.raises(UsageError):
            recording.read(start_s, stop_s, self.one(recording))

    def test_threads_read_what_one_reads(self, recording: Recording) -> None:
        select = self.one(recording)
        starts = np.linspace(0, recording.duration_s, 24)
        alone = [recording.read(t, t + 0.5, select).data for t in starts]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda t: recording.read(t, t + 0.5, select).data, starts))
        for a, b in zip(alone, together, strict=True):
            np.testing.assert_array_equal(a, b)

    def test_reading_after_closing_is_a_usage_error(self, recording: Recording) -> None:
        select = self.one(recording)
        recording.close()
        with pytest.raises(UsageError, match="closed"):
            recording.read(0, 1, select)
        recording.close()
