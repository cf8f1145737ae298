"""The set of measures that is timed, by us: one streaming pass over a recording, one thread.

Read, zero-phase 0.5-70 Hz (Butterworth of order 4) and notch, longitudinal derivations; per second range, RMS, line
length, Hjorth; per 10 s Welch spectrum, five bands, spectral edge, spectral and permutation entropy; per 30 s
fluctuation analysis; per second the largest correlation of all pairs at all lags; per minute phase lag of all pairs.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from westward.eeg import layout as layouts
from westward.eeg.recording.open import open_recording
from westward.eeg.signal import crosscorrelation, dfa, entropy, filters, phase_lag, spectrum, time_domain
from westward.eeg.signal.epoch_spectra import EpochParameters
from westward.eeg.stream import plan

BANDS_HZ = ((0.5, 4.0), (4.0, 8.0), (8.0, 13.0), (13.0, 30.0), (30.0, 70.0))
EDGE_HZ = (0.5, 70.0)
LAG_BANDS_HZ = {
    "delta": (1.0, 4.0),
    "theta": (4.0, 8.0),
    "alpha": (8.0, 13.0),
    "beta": (13.0, 30.0),
    "gamma": (30.0, 45.0),
}
NOTCH_HZ, NOTCH_Q = 50.0, 30.0
MARGIN_S = 20.0


def sections(rate: float) -> np.ndarray:
    """The filter of both sides."""
    return np.concatenate([filters.butterworth(0.5, 70.0, rate, 4), filters.notch(NOTCH_HZ, rate, NOTCH_Q)])


def measures(y: np.ndarray, rate: float) -> dict[str, np.ndarray]:
    """All measures of derivations that start on a whole minute; arrays with time on the axis named in AXIS."""
    quick = time_domain.time_domain(y, sfreq_hz=rate)
    spectra = spectrum.welch(y, sfreq_hz=rate)
    lag = phase_lag.measure(y, rate, parameters=EpochParameters(bands_hz=LAG_BANDS_HZ))
    return {
        "range": quick.range_uv,
        "RMS": quick.rms_uv,
        "line length": quick.line_length_uv,
        "mobility": quick.mobility_per_s,
        "complexity": quick.complexity,
        "band power": np.stack([spectrum.band_power(spectra, *b) for b in BANDS_HZ], -1),
        "spectral edge": spectrum.spectral_edge(spectra, total_hz=EDGE_HZ),
        "spectral entropy": spectrum.spectral_entropy(spectra, total_hz=(0.0, rate / 2)),
        "permutation entropy": entropy.permutation_entropy(y, sfreq_hz=rate),
        "DFA exponent": dfa.dfa_exponent(y, sfreq_hz=rate),
        "cross-correlation": crosscorrelation.largest(y, rate)[0].T,
        "PLI": lag.pli.swapaxes(0, 1),
        "wPLI": lag.wpli.swapaxes(0, 1),
        "imaginary coherency": lag.imaginary_coherency.swapaxes(0, 1),
    }  # fmt: skip


def derive(to_derivations: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Differences of two rows each."""
    out = np.empty((len(to_derivations), rows.shape[1]), np.float32)
    for into, plus, minus in zip(out, to_derivations.argmax(axis=1), to_derivations.argmin(axis=1), strict=True):
        np.subtract(rows[plus], rows[minus], out=into)
    return out


def run(
    path: Path, *, minutes: float | None = None, derivations: int | None = None, only: str = "all"
) -> dict[str, np.ndarray]:
    """The set over the first ``minutes`` of a recording; ``only`` "montage" stops after reading and derivations."""
    parts: list[dict[str, np.ndarray]] = []
    with open_recording(path) as recording:
        layout = layouts.choose(recording)
        assert layout is not None
        rate = layout.rate_hz
        stop_s = recording.segments[-1].stop_s if minutes is None else 60 * minutes
        order = [layout.derivations.index(d) for d in sorted(layout.derivations)][:derivations]
        to_derivations = np.ascontiguousarray(layout.to_derivations[order])
        used = np.flatnonzero(to_derivations.any(axis=0))
        to_derivations, channels = to_derivations[:, used], [layout.channels[i].index for i in used]
        for span in plan(recording.segments, margin_s=0.0 if only == "montage" else MARGIN_S):
            if span.core_start_s >= stop_s:
                break
            rows = recording.read(span.start_s, span.stop_s, channels).data
            if only == "montage":
                derive(to_derivations, rows)
                continue
            first = round((span.core_start_s - span.start_s) * rate)
            length = round((min(span.core_stop_s, stop_s) - span.core_start_s) * rate)
            clean = filters.zero_phase(rows, sections(rate))[:, first : first + length]
            parts.append(measures(derive(to_derivations, clean), rate))
    return {k: np.concatenate([p[k] for p in parts], axis=1) for k in parts[0]} if parts else {}
