"""Small pieces of artificial EEG for the tests of the spike detector; no part of the simulator."""

from __future__ import annotations

import numpy as np
from scipy import signal

from westward.eeg.block import Block
from westward.eeg.signal import filters, montage, scalp
from westward.eeg.signal.montage import ELECTRODES

FS = 256
ANGLE = scalp.angles_deg()


def row(electrode: str) -> int:
    return ELECTRODES.index(electrode)


def field(peak: str, width_deg: float = 42.0) -> np.ndarray:
    """Potential that falls off like a Gaussian of the angle."""
    return np.exp(-((ANGLE[row(peak)] / width_deg) ** 2))


def background(seed: int, seconds: float, uv: float = 30.0, slope: float = 2.0, fs: float = FS) -> np.ndarray:
    """Noise with a falling spectrum that neighboring electrodes share in part."""
    rng = np.random.default_rng(seed)
    n = int(seconds * fs)
    f = np.fft.rfftfreq(n, 1 / fs)
    gain = np.where(f > 0.2, np.maximum(f, 0.5) ** (-slope / 2), 0)
    z = np.fft.irfft((rng.standard_normal((19, len(f))) + 1j * rng.standard_normal((19, len(f)))) * gain, n)
    mix = np.exp(-((ANGLE / 40) ** 2))
    mix /= np.sqrt((mix**2).sum(axis=1, keepdims=True))
    x = 0.9 * mix @ (z / z.std()) + 0.4 * rng.permutation(z / z.std())
    return uv * x + rng.standard_normal((19, n))


def add(x: np.ndarray, at_s: float, weights: np.ndarray, wave: np.ndarray, fs: float = FS) -> None:
    """Add a wave whose middle sample falls on a moment."""
    start = round(at_s * fs) - len(wave) // 2
    x[:, start : start + len(wave)] += weights[:, None] * wave


def times(half_s: float = 0.5, fs: float = FS) -> np.ndarray:
    k = int(half_s * fs)
    return np.arange(-k, k + 1) / fs


def spike_wave(duration_s: float = 0.05, slow: float = 0.5, fs: float = FS) -> np.ndarray:
    """A surface-negative triangle of unit height with an after-going slow wave."""
    t = times(fs=fs)
    sharp = np.clip(np.where(t < 0, 1 + t / (0.4 * duration_s), 1 - t / (0.6 * duration_s)), 0, None)
    after = np.clip((t - duration_s * 0.6) / 0.3, 0, 1)
    return -sharp - slow * np.sin(np.pi * after)


def gaussian(fwhm_s: float, fs: float = FS) -> np.ndarray:
    return np.exp(-4 * np.log(2) * (times(fs=fs) / fwhm_s) ** 2)


def plant(x: np.ndarray, focus: str, at: np.ndarray, uv: float, **options: float) -> None:
    for moment in at:
        add(x, float(moment), uv * field(focus), spike_wave(**options))


def moments(seed: int, seconds: float, per_min: float, apart_s: float = 0.4) -> np.ndarray:
    """Irregular moments, not too close to the ends or each other."""
    rng = np.random.default_rng(seed)
    at = np.cumsum(apart_s + rng.exponential(max(60 / per_min - apart_s, 0.01), int(seconds * per_min / 30) + 9)) + 1
    return at[at < seconds - 1.5]


def block(
    x: np.ndarray,
    names: tuple[str, ...] = ELECTRODES,
    *,
    fs: float = FS,
    start_s: float = 0.0,
    core: tuple[float, float] | None = None,
    aux: dict[str, np.ndarray] | None = None,
) -> Block:
    """Prepared as the stream does: average reference, 0.5-70 Hz, longitudinal derivations."""
    raw = np.asarray(x, np.float32)
    potentials = filters.bandpass(montage.average(names).matrix @ raw, 0.5, min(70.0, 0.45 * fs), fs)
    chain = montage.bipolar(names)
    core = core or (start_s, start_s + x.shape[1] / fs)
    bipolar = np.asarray(chain.matrix @ potentials, np.float32)
    return Block(start_s, *core, fs, tuple(names), raw, potentials, chain.derivations, bipolar, aux or {})


def cut(whole: Block, core: tuple[float, float], margin_s: float = 20.0) -> Block:
    """A block of the same, already filtered signal with a smaller core and its margins."""
    a, b = (whole.sample(max(core[0] - margin_s, whole.start_s)), whole.sample(core[1] + margin_s))
    return Block(
        whole.time(a), *core, whole.sfreq_hz, whole.electrodes, whole.raw[:, a:b], whole.potentials[:, a:b],
        whole.derivations, whole.bipolar[:, a:b], {k: v[a:b] for k, v in whole.aux.items()},
    )  # fmt: skip


def sensitivity(found_s: np.ndarray, true_s: np.ndarray, tolerance_s: float = 0.1) -> float:
    if not len(found_s):
        return 0.0
    return float(np.mean([np.abs(found_s - t).min() <= tolerance_s for t in true_s]))


def false(found_s: np.ndarray, true_s: np.ndarray, tolerance_s: float = 0.1) -> int:
    return sum(np.abs(true_s - t).min(initial=9) > tolerance_s for t in found_s)


def highpassed(x: np.ndarray, hz: float, fs: float = FS) -> np.ndarray:
    return signal.sosfilt(signal.butter(4, hz / (fs / 2), "highpass", output="sos"), x, axis=-1)
