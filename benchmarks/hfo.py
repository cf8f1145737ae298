"""High-frequency oscillations: ours beside the published steps by SciPy on the same record."""

from __future__ import annotations

import time

import numpy as np

from westward.eeg.signal import short_time_energy

SFREQ_HZ = 2000.0


def record(seconds: float, channels: int, seed: int = 1) -> np.ndarray:
    """EEG-like noise with bursts of 90-250 Hz."""
    rng = np.random.default_rng(seed)
    n = round(seconds * SFREQ_HZ)
    spectrum = np.fft.rfft(rng.standard_normal((channels, n)))
    spectrum /= np.maximum(np.arange(spectrum.shape[1]) / (seconds * 1.0), 1.0)
    x = np.fft.irfft(spectrum, n)
    x *= 40 / x.std(axis=1, keepdims=True)
    x += 0.8 * rng.standard_normal((channels, n))
    for row in x:
        for start in rng.integers(0, n - 400, round(seconds / 4)):
            hz, cycles = rng.uniform(90, 250), rng.uniform(6, 16)
            t = np.arange(round(cycles / hz * SFREQ_HZ)) / SFREQ_HZ
            row[start : start + len(t)] += rng.uniform(8, 40) * np.hanning(len(t)) * np.sin(2 * np.pi * hz * t)
    return np.asarray(x, np.float32)


def compare(seconds: float = 600.0, channels: int = 2) -> dict[str, object]:
    """CPU seconds of both, of the published filter alone, and whether the events are the same."""
    x = record(seconds, channels)
    short_time_energy.detect(x[:1], SFREQ_HZ)  # designs the filter: once per rate and length
    at = time.process_time()
    ours = short_time_energy.detect(x, SFREQ_HZ)
    ours_s = time.process_time() - at
    at = time.process_time()
    theirs = short_time_energy.detect_reference(x, SFREQ_HZ)
    theirs_s = time.process_time() - at
    at = time.process_time()
    short_time_energy.bandpass_reference(x[0], SFREQ_HZ)
    filter_s = (time.process_time() - at) * channels
    mine = [(int(c), int(a), int(b)) for c, a, b in zip(ours.channel, ours.start, ours.stop, strict=True)]
    return {
        "ours_s": ours_s,
        "published_s": theirs_s,
        "published_filter_s": filter_s,
        "events": len(theirs),
        "identical": sorted(mine) == sorted(theirs),
        "shared": len(set(mine) & set(theirs)),
    }
