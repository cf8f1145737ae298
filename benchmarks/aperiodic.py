"""The aperiodic exponent under up to six peaks: ours beside specparam on the same spectra."""

from __future__ import annotations

import importlib.util
import time
import warnings
from pathlib import Path

import numpy as np

from westward.eeg import layout as layouts
from westward.eeg.recording.open import open_recording
from westward.eeg.signal import aperiodic, filters, spectrum
from westward.eeg.signal.aperiodic import AperiodicParameters

RANGE_HZ = (2.0, 45.0)


def spectra_of(path: Path, minutes: float) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies and Welch densities of the derivations, shape (n, n_frequencies)."""
    with open_recording(path) as recording:
        layout = layouts.choose(recording)
        assert layout is not None
        rows = recording.read(0.0, 60 * minutes, [c.index for c in layout.channels]).data
        y = layout.to_derivations @ filters.bandpass(rows, 0.5, 70.0, layout.rate_hz)
        found = spectrum.welch(y, sfreq_hz=layout.rate_hz)
    return found.frequencies_hz, found.density_uv2_hz.reshape(-1, len(found.frequencies_hz))


def compare(path: Path, *, ours: int = 1000, theirs: int = 40) -> dict[str, float] | None:
    """CPU seconds per 1,000 spectra and the largest difference of exponents; None without specparam."""
    if importlib.util.find_spec("specparam") is None:
        return None
    hz, density = spectra_of(path, 10.0)
    density = density[:: max(1, len(density) // ours)][:ours]
    parameters = AperiodicParameters()
    aperiodic.with_peaks(hz, density[:20], parameters=parameters)
    at = time.process_time()
    fitted = aperiodic.with_peaks(hz, density, parameters=parameters)
    ours_s = (time.process_time() - at) * 1000 / len(density)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from specparam import SpectralModel

        model = SpectralModel(max_n_peaks=6, peak_width_limits=(1, 12), verbose=False)
        model.fit(hz, density[0].astype(np.float64), list(RANGE_HZ))
        step = max(1, len(density) // theirs)
        chosen = np.arange(0, len(density), step)[:theirs]
        exponents = []
        at = time.process_time()
        for row in density[chosen].astype(np.float64):
            model.fit(hz, row, list(RANGE_HZ))
            exponents.append(model.results.params.aperiodic.get_params("fit")[1])
        theirs_s = (time.process_time() - at) * 1000 / len(chosen)
    apart = np.abs(fitted.exponent[chosen] - np.array(exponents))
    return {"ours_s": ours_s, "specparam_s": theirs_s, "spectra": float(len(chosen)), "apart": float(apart.max())}
