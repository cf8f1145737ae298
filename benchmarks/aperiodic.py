"""The aperiodic exponent under up to six peaks: ours beside specparam on the same spectra."""

from __future__ import annotations

import importlib.util
import sys
import time
import warnings
from pathlib import Path

import numpy as np

from westward.eeg import layout as layouts
from westward.eeg.recording.open import open_recording
from westward.eeg.signal import aperiodic, filters, kernels, spectrum
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


def compare(path: Path, *, minutes: float = 10.0, ours: int = 1000, theirs: int = 40) -> dict[str, float] | None:
    """CPU seconds per 1,000 spectra, also of each form, and the largest difference of exponents; None without peer."""
    if importlib.util.find_spec("specparam") is None:
        return None
    hz, density = spectra_of(path, minutes)
    inside = density[:, (hz >= RANGE_HZ[0]) & (hz <= RANGE_HZ[1])]
    density = density[(np.isfinite(inside) & (inside > 0)).all(-1)]
    if not len(density):
        return None
    density = density[:: max(1, len(density) // ours)][:ours]
    parameters = AperiodicParameters()
    fitted = aperiodic.with_peaks(hz, density, parameters=parameters)
    forms = {level: kernels.load(level) for level in kernels.LEVELS if kernels.load(level)} | {"reference": None}
    forms_s = dict.fromkeys(forms, np.inf)
    for _ in range(3):  # by turns, the best of each
        for name, form in forms.items():
            at = time.process_time()
            aperiodic.with_peaks_by(form, hz, density, parameters=parameters)
            forms_s[name] = min(forms_s[name], (time.process_time() - at) * 1000 / len(density))
    used = kernels.compiled()
    ours_s = forms_s["reference" if used is None else used.level]
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
    found = {"ours_s": ours_s, "specparam_s": theirs_s, "spectra": float(len(chosen)), "apart": float(apart.max())}
    return found | {f"{name}_s": value for name, value in forms_s.items()}


if __name__ == "__main__":
    measured = compare(Path(sys.argv[1]))
    for name, value in (measured or {}).items():
        print(f"{name}: {value:.3g}")
