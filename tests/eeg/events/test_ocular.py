"""Eye movements leave the background; slow waves of the brain stay in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.eeg.events.test_background import MONTAGE, RATE, block, noise

from westward.eeg.events.background import Background, BackgroundParameters, measure
from westward.eeg.events.ocular import OcularParameters
from westward.eeg.signal.montage import ELECTRODES

BLIND = replace(BackgroundParameters(), ocular=OcularParameters(least_uv=1e9))
FRONTOPOLAR = ("Fp1-F7", "Fp1-F3", "Fp2-F4", "Fp2-F8")


def derived(field: dict[str, float], course: np.ndarray, seed: int = 1, scale_uv: float = 15.0) -> np.ndarray:
    """Noise and a source with a field over the electrodes (µV per unit), on the longitudinal derivations."""
    potentials = np.array([field.get(e, 0.0) for e in ELECTRODES])[:, None] * course
    return (MONTAGE.matrix @ potentials + noise(seed, len(course) / RATE, scale_uv)).astype(np.float32)


def blinks(seconds: int = 30, each_s: float = 0.9) -> np.ndarray:
    t = np.arange(int(seconds * RATE)) / RATE
    return sum(np.exp(-(((t - c) / 0.12) ** 2)) for c in np.arange(0.5, seconds, each_s))


def of(out: Background, names: tuple[str, ...]) -> np.ndarray:
    return out.wave_uv[[out.derivations.index(n) for n in names]][:, 2:-2]


BLINK = {"Fp1": 400, "Fp2": 380, "F7": 110, "F8": 110, "F3": 90, "F4": 90, "Fz": 80, "C3": 25, "C4": 25, "Cz": 25}
SIDEWAYS = {"F7": 300, "F8": -300, "Fp1": 80, "Fp2": -80, "F3": 90, "F4": -90, "T7": 70, "T8": -70}


@pytest.mark.parametrize(("field", "names"), [(BLINK, FRONTOPOLAR), (SIDEWAYS, ("Fp1-F7", "F7-T7", "Fp2-F8", "F8-T8"))])
def test_eye_movements_are_not_background(field: dict[str, float], names: tuple[str, ...]) -> None:
    x = derived(field, blinks())
    assert np.nanmedian(of(measure(block(x), parameters=BLIND), names)) > 200
    seen = of(measure(block(x)), names)
    assert np.nanmean(seen >= 200) < 0.05


def test_the_rest_of_the_head_is_measured_as_before() -> None:
    x = derived(BLINK, blinks())
    names = ("C3-P3", "P7-O1", "T8-P8")
    np.testing.assert_array_equal(of(measure(block(x)), names), of(measure(block(x), parameters=BLIND), names))


@pytest.mark.parametrize(
    "field",
    [
        pytest.param({"Cz": 500, "Fz": 450, "C3": 300, "C4": 300, "F3": 250, "F4": 250, "Pz": 150}, id="vertex"),
        pytest.param({"Fp1": 400, "F7": 60, "F3": 60}, id="one frontal pole"),
        pytest.param({e: 400 * (e[0] == "F") - 200 * (e[0] in "PO") for e in ELECTRODES}, id="generalized"),
        pytest.param({"F7": 350, "Fp1": 40, "T7": 40}, id="one side"),
    ],
)  # fmt: skip
def test_slow_waves_of_the_brain_stay(field: dict[str, float]) -> None:
    x = derived(field, blinks())
    kept, plain = measure(block(x)), measure(block(x), parameters=BLIND)
    high = plain.wave_uv >= 200
    assert high.any()
    assert (kept.wave_uv[high] >= 200).mean() > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_independent_frontal_delta_on_both_sides_stays(seed: int) -> None:
    x = noise(seed, 60, 20)
    rows = [MONTAGE.derivations.index(n) for n in FRONTOPOLAR]
    rng = np.random.default_rng(seed)
    hz = np.fft.rfftfreq(x.shape[1], 1 / RATE)
    band = (hz > 1) & (hz < 3)
    delta = np.fft.irfft(np.fft.rfft(rng.standard_normal((4, x.shape[1]))) * band, x.shape[1])
    x[rows] += delta / delta.std() * 120
    kept, plain = measure(block(x)), measure(block(x), parameters=BLIND)
    before, after = (of(b, FRONTOPOLAR) for b in (plain, kept))
    assert np.isfinite(after).mean() > 0.6
    assert (after[np.isfinite(after)] >= 200).mean() > 0.85 * (before >= 200).mean() > 0.5


def test_without_both_frontal_poles_nothing_is_removed() -> None:
    x = derived(BLINK, blinks())
    keep = [i for i, d in enumerate(MONTAGE.derivations) if not d.startswith("Fp2")]
    b = replace(block(x), derivations=tuple(MONTAGE.derivations[i] for i in keep), bipolar=x[keep])
    np.testing.assert_array_equal(measure(b).wave_uv, measure(b, parameters=BLIND).wave_uv)
