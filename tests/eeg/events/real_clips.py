"""Real clips as blocks, read with MNE so that these tests do not depend on our own reader."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.eeg.events import spike_pieces as piece

from westward.eeg.block import Block
from westward.eeg.signal import filters, montage
from westward.eeg.signal.montage import ELECTRODES

_OLD = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}


def clip(path: Path, mains_hz: float) -> Block:
    """All of a clip as one block."""
    mne = pytest.importorskip("mne")
    read = mne.io.read_raw_bdf if path.suffix == ".bdf" else mne.io.read_raw_edf
    raw = read(path, preload=True, verbose="error")
    data, fs = raw.get_data() * 1e6, float(raw.info["sfreq"])
    at: dict[str, int] = {}
    aux: dict[str, np.ndarray] = {}
    for i, label in enumerate(raw.ch_names):
        bare = label.replace("EEG ", "").replace("-Ref", "").strip(". ")
        canonical = {e.lower(): e for e in ELECTRODES}.get(_OLD.get(bare, bare).lower())
        if canonical:
            at.setdefault(canonical, i)
        if "ECG" in label:
            aux["ECG"] = (data[i] - data[i].mean()).astype(np.float32)
    names = tuple(e for e in ELECTRODES if e in at)
    made = piece.block(data[[at[e] for e in names]], names, fs=fs, aux=aux)
    quiet = filters.zero_phase(made.potentials, filters.notch(mains_hz, fs))
    bipolar = np.asarray(montage.bipolar(names).matrix @ quiet, np.float32)
    return Block(0.0, 0.0, made.core_stop_s, fs, names, made.raw, quiet, made.derivations, bipolar, aux)
