"""The first stage of the analysis by MNE and SciPy, as an expert would write it, and by us; same numbers."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from westward.eeg import layout as layouts
from westward.eeg.events import attenuation
from westward.eeg.recording.open import open_recording
from westward.eeg.signal.montage import LONGITUDINAL
from westward.eeg.stream import BAND_HZ, MAINS_HZ, make_block, plan

FloatArray = NDArray[np.float64]


def by_peers(path: Path) -> FloatArray:
    """Filtered bipolar EEG, its spectra each second and half-second envelope: MNE to read, SciPy for the rest."""
    import mne
    from scipy import signal

    raw = mne.io.read_raw_edf(path, preload=True, verbose="error")
    rate = raw.info["sfreq"]
    names = {c.removeprefix("EEG ").split("-")[0]: c for c in raw.ch_names if c.startswith("EEG ")}
    electrodes = sorted({e for d in LONGITUDINAL for e in d.split("-")})
    x = raw.get_data(picks=[names[e] for e in electrodes]) * 1e6
    sos = [signal.butter(2, BAND_HZ, "bandpass", fs=rate, output="sos")]
    sos += [signal.tf2sos(*signal.iirnotch(f, 20.0, rate)) for f in MAINS_HZ]
    clean = signal.sosfiltfilt(np.concatenate(sos), x, axis=1)
    at = {e: i for i, e in enumerate(electrodes)}
    pairs = [d.split("-") for d in LONGITUDINAL]
    bipolar = clean[[at[a] for a, _ in pairs]] - clean[[at[c] for _, c in pairs]]
    signal.spectrogram(bipolar, rate, nperseg=int(2 * rate), noverlap=int(rate))
    low = signal.sosfiltfilt(signal.butter(4, 30, "lowpass", fs=rate, output="sos"), bipolar, axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(low, int(rate / 2), axis=1)[:, :: int(rate / 4)]
    windows.max(axis=2) - windows.min(axis=2)
    for row in low:
        for sign in (1, -1):
            signal.find_peaks(sign * row, prominence=10)
    return bipolar


def by_westward(path: Path) -> FloatArray:
    """The same through blocks: filter, bipolar, spectra and symmetry, waves, envelope."""
    from westward.eeg.events import background

    with open_recording(path) as recording:
        layout = layouts.choose(recording)
        assert layout is not None
        out = []
        for span in plan(recording.segments):
            block = make_block(recording, layout, span)
            background.measure(block)
            attenuation.envelope(block)
            out.append(block.bipolar[:, block.core])
        order = [layout.derivations.index(d) for d in LONGITUDINAL]
    return np.concatenate(out, axis=1)[order]


def compare(path: Path) -> None:
    """Print both times and how far the filtered signals are apart."""
    by_peers(path)
    start = time.perf_counter()
    theirs = by_peers(path)
    peers_s = time.perf_counter() - start
    start = time.perf_counter()
    ours = by_westward(path)
    ours_s = time.perf_counter() - start
    inner = slice(30 * 256, -30 * 256)
    apart = float(np.abs(ours[:, inner] - theirs[:, inner]).max())
    print(
        f"filter, bipolar, spectra, envelope, waves, one thread: MNE + SciPy {peers_s:.2f} s, westward {ours_s:.2f} s"
    )
    print(f"ratio {peers_s / ours_s:.1f}; largest difference {apart:.2g} µV")
