"""Signals on which our functions are compared with those of other libraries."""

from __future__ import annotations

import numpy as np

from tests.support.data import data_file
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.signal.montage import ELECTRODES

SOURCES = ("noise", "clip")
_CLIP = "eeg/clinical/neonate_bursts_21ch_256hz.edf"


def rows(source: str, seconds: float = 40.0) -> tuple[np.ndarray, float]:
    """Some seconds of several rows, float32 µV, and their rate: a random walk on offsets, or a real clip."""
    if source == "noise":
        rng = np.random.default_rng(1)
        x = np.cumsum(rng.standard_normal((5, round(seconds * 200))), axis=1) + rng.uniform(-2000, 2000, (5, 1))
        return x.astype(np.float32), 200.0
    x, _, rate = clip(seconds)
    return x, rate


def clip(seconds: float = 40.0) -> tuple[np.ndarray, tuple[str, ...], float]:
    """Electrodes of a real neonate's recording, shape (n_electrodes, n_samples), their names and the rate."""
    with EdfRecording(data_file(_CLIP)) as recording:
        channels = [c for c in recording.channels if c.electrode in ELECTRODES]
        page = recording.read(0, min(seconds, recording.duration_s), [c.index for c in channels])
    return page.data, tuple(str(c.electrode) for c in channels), page.sfreq_hz
