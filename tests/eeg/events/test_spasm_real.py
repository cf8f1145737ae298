"""Real recordings without spasms give none, and no clusters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.support.data import data_file, data_files
from tests.support.memory_recording import MemoryRecording, blocks_of

from westward.eeg import layout, stream
from westward.eeg.events import artifact, cluster, spasm
from westward.eeg.recording.open import open_recording

CHB = (
    "Fp1-F7", "F7-T7", "T7-P7", "P7-O1", "Fp1-F3", "F3-C3", "C3-P3", "P3-O1", "Fp2-F4", "F4-C4", "C4-P4", "P4-O2",
    "Fp2-F8", "F8-T8", "T8-P8", "P8-O2", "Fz-Cz", "Cz-Pz",
)  # fmt: skip


def judged(blocks: list, n_seconds: int) -> tuple[spasm.Spasms, tuple[cluster.Cluster, ...]]:
    features = spasm.SpasmFeatures.concatenate([spasm.scan(b) for b in blocks])
    quality = artifact.finalize([artifact.scan(b) for b in blocks], n_seconds)
    found = spasm.find(features, quality=quality, hypnogram=None, n_seconds=n_seconds)
    return found, cluster.group(found)


@pytest.mark.parametrize(
    "name",
    [
        "neonate_bursts_21ch_256hz.edf",
        "adult_64ch_overlapping_annotations.edf",
        "multiple_annotation_chans.bdf",
        "short_psg.edf",
    ],
)
def test_clips_without_spasms_give_none(name: str) -> None:
    with open_recording(data_file(f"eeg/clinical/{name}")) as recording:
        chosen = layout.choose(recording)
        assert chosen is not None
        blocks = [stream.make_block(recording, chosen, s) for s in stream.plan(recording.segments)]
        found, clusters = judged(blocks, int(recording.duration_s))
    assert not found.counted.any()
    assert clusters == ()


@pytest.mark.parametrize("path", data_files("eeg/seizure/chb01/*ictal*/chb01_*.npy"), ids=lambda p: p.stem)
def test_seizures_and_the_time_before_them_hold_no_spasms(path: Path) -> None:
    data = np.load(path)[: len(CHB)]
    recording = MemoryRecording(CHB, data, 256.0)
    found, clusters = judged(blocks_of(recording), int(recording.duration_s))
    assert not found.counted.any()
    assert clusters == ()


def test_a_seizure_held_on_for_minutes_is_no_cluster() -> None:
    paths = data_files("eeg/seizure/chb01/ictal/*.npy")
    if not paths:
        pytest.skip("shared data not found: eeg/seizure/chb01/ictal (set WESTWARD_DATA)")
    rows = [np.load(p)[: len(CHB)] for p in paths]
    joined = np.concatenate([r - np.median(r, axis=1, keepdims=True) for r in rows * 3], axis=1)
    recording = MemoryRecording(CHB, joined, 256.0)
    assert judged(blocks_of(recording), int(recording.duration_s))[1] == ()
