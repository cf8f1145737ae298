"""What a block holds does not depend on how long the blocks are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.memory_recording import MemoryRecording, blocks_of

from westward.eeg.recording.recording import Segment
from westward.eeg.stream import plan

NAMES = ("F3", "C3", "P3", "O1", "F4", "C4")


def recording(rate: float, segments: Sequence[tuple[float, float]], seed: int = 1) -> MemoryRecording:
    rng = np.random.default_rng(seed)
    n = round(segments[-1][1] * rate)
    x = np.cumsum(rng.standard_normal((len(NAMES), n)), axis=1) + rng.uniform(-3000, 3000, (len(NAMES), 1))
    ecg = rng.standard_normal(n) * 200
    return MemoryRecording(NAMES, x, rate, segments=segments, aux={"ECG": ecg})


def cores(source: MemoryRecording, block_s: float) -> dict[str, np.ndarray]:
    blocks = blocks_of(source, block_s=block_s)
    rows = {
        "raw": [b.raw[:, b.core] for b in blocks],
        "potentials": [b.potentials[:, b.core] for b in blocks],
        "bipolar": [b.bipolar[:, b.core] for b in blocks],
    }
    return {name: np.concatenate(parts, axis=1) for name, parts in rows.items()}


@pytest.mark.parametrize("rate", [100.0, 200.0, 256.0, 500.0, 512.0])
@pytest.mark.parametrize("segments", [[(0.0, 317.0)], [(0.0, 70.0), (100.25, 290.0)]], ids=["whole", "gap"])
def test_cores_are_the_same_for_any_block_size(rate: float, segments: list[tuple[float, float]]) -> None:
    source = recording(rate, segments)
    whole = cores(source, 600.0)
    for block_s in (30.0, 60.0, 240.0):
        for name, x in cores(source, block_s).items():
            assert x.shape == whole[name].shape
            # A millionth of the size of the raw signal, the stated tolerance of the filters in blocks.
            np.testing.assert_allclose(x, whole[name], atol=1e-6 * 5000, err_msg=f"{name} {block_s}")


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(1, 900)), min_size=1, max_size=4), st.sampled_from([30, 60, 240])
)
@settings(max_examples=60)
def test_spans_cover_each_segment_once_on_one_grid(pieces: list[tuple[float, float]], block_s: float) -> None:
    segments, at = [], 0.0
    for gap, length in pieces:
        segments.append(Segment(at + gap, at + gap + length))
        at = segments[-1].stop_s
    spans = plan(segments, block_s)
    for segment in segments:
        inside = [s for s in spans if segment.start_s <= s.core_start_s < segment.stop_s]
        assert inside[0].core_start_s == segment.start_s
        assert inside[-1].core_stop_s == segment.stop_s
        for a, b in pairwise(inside):
            assert a.core_stop_s == b.core_start_s
            assert a.core_stop_s % block_s == pytest.approx(0, abs=1e-6)
        for s in inside:
            lead = s.start_s - segment.start_s
            assert lead == pytest.approx(round(lead), abs=1e-6)
            assert min(20.0, s.core_start_s - segment.start_s) - 1e-6 <= s.core_start_s - s.start_s <= 21.0
            assert s.stop_s == min(segment.stop_s, s.core_stop_s + 20)
