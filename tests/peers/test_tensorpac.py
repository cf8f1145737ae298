"""The same coupling as tensorpac gives for the same phases and amplitudes.

tensorpac has had no release since 2020, so nothing installs it: the test runs where somebody did.
"""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np
import pytest
from tests.support.peer_signals import SOURCES, rows

from westward.eeg.signal import analytic, phase_amplitude
from westward.eeg.signal.phase_amplitude import DEFAULT as P


@pytest.fixture(scope="module")
def tensorpac() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, at import
        return pytest.importorskip("tensorpac", reason="tensorpac is not installed; it is no longer kept up")


@pytest.mark.parametrize("source", SOURCES)
def test_vector_length_and_modulation_index(tensorpac: ModuleType, source: str) -> None:
    x, fs = rows(source)
    x = x[:4]
    every = max(1, int(fs / P.thinned_hz))
    n = round(P.window_s * fs) // every
    z = [
        analytic.band(x, analytic.taps(*hz, fs, wide, P.attenuation_db), first=0, every=every, n_out=n)
        for hz, wide in ((P.phase_hz, P.phase_transition_hz), (P.amplitude_hz, P.amplitude_transition_hz))
    ]
    phase, amplitude = np.angle(z[0]).astype(float), np.abs(z[1]).astype(float)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for method in (1, 2):
            pac = tensorpac.Pac(idpac=(method, 0, 0), n_bins=P.bins, verbose=False)
            found.append(
                [float(pac.fit(p[None, None], a[None, None])[0, 0, 0]) for p, a in zip(phase, amplitude, strict=True)]
            )
    ours = phase_amplitude.measure(x, fs, first=np.array([0]))
    np.testing.assert_allclose(ours.mvl_uv[0], found[0], rtol=1e-4)
    np.testing.assert_allclose(ours.modulation_index[0], found[1], rtol=1e-4)
