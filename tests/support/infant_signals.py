"""Synthetic pieces of EEG and of artifact for detector tests, from physiology alone."""

from __future__ import annotations

import numpy as np
from scipy import signal

from westward.eeg.signal.montage import ELECTRODES

RATE_HZ = 256.0
# Positions on the unit sphere: azimuth from the right ear towards the nose, polar angle from the vertex, degrees.
_POLAR = {
    "Fp1": (108, 90), "Fp2": (72, 90), "F7": (144, 90), "F8": (36, 90), "T7": (180, 90), "T8": (0, 90),
    "P7": (216, 90), "P8": (324, 90), "O1": (252, 90), "O2": (288, 90), "F3": (129, 60), "F4": (51, 60),
    "P3": (231, 60), "P4": (309, 60), "Fz": (90, 45), "Pz": (270, 45), "C3": (180, 45), "C4": (0, 45), "Cz": (0, 0),
}  # fmt: skip


def positions() -> np.ndarray:
    """Unit vectors of the 19 electrodes."""
    angle = np.radians(np.array([_POLAR[e] for e in ELECTRODES], float))
    azimuth, polar = angle.T
    return np.stack([np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)], axis=1)


def field(peak: str, width: float = 0.55) -> np.ndarray:
    """A smooth field on the scalp with its maximum at one electrode."""
    at = positions()
    distance = np.arccos(np.clip(at @ at[ELECTRODES.index(peak)], -1, 1))
    return np.exp(-0.5 * (distance / width) ** 2)


def colored(rng: np.random.Generator, rows: int, n: int, exponent: float, low: float, high: float) -> np.ndarray:
    """Noise of unit variance with a power-law spectrum between two frequencies."""
    hz = np.fft.rfftfreq(n, 1 / RATE_HZ)
    gain = np.where((hz >= low) & (hz <= high), np.maximum(hz, low) ** (-exponent / 2), 0)
    x = np.fft.irfft(gain * (rng.standard_normal((rows, len(hz))) + 1j * rng.standard_normal((rows, len(hz)))), n)
    return x / x.std(axis=1, keepdims=True)


def background(rng: np.random.Generator, seconds: float, amplitude_uv: float = 12.0) -> np.ndarray:
    """Quiet infant EEG: 25 smooth sources with a falling spectrum, plus electrode noise and slow drift."""
    n = round(seconds * RATE_HZ)
    at = positions()
    sources = rng.standard_normal((25, 3))
    sources /= np.linalg.norm(sources, axis=1, keepdims=True)
    fields = np.exp(-0.5 * (np.arccos(np.clip(at @ sources.T, -1, 1)) / 0.6) ** 2)
    x = fields @ colored(rng, 25, n, 1.8, 0.4, 60)
    x *= amplitude_uv / x.std()
    return x + 0.6 * rng.standard_normal((19, n)) + 3 * colored(rng, 19, n, 2.0, 0.02, 0.3)


def chaotic_delta(rng: np.random.Generator, seconds: float, peak_uv: float, *, independent: bool = False) -> np.ndarray:
    """High-voltage asynchronous delta with multifocal spikes; ``peak_uv`` is the usual range of one second."""
    n = round(seconds * RATE_HZ)
    x = colored(rng, 19, n, 1.5, 0.5, 4)
    if not independent:
        x = np.stack([field(e, 0.45) for e in ELECTRODES], axis=1) @ x
    spread = np.percentile(np.ptp(x[:, : n // 256 * 256].reshape(19, -1, 256), axis=-1), 90)
    x *= peak_uv / spread
    for _ in range(round(seconds)):
        at, peak = rng.integers(0, n - 256), ELECTRODES[rng.integers(19)]
        x[:, at : at + 128] -= 0.5 * peak_uv * field(peak, 0.5)[:, None] * spike_wave()[None, :128]
    return x + background(rng, seconds, 10)


def spike_wave() -> np.ndarray:
    """A sharp transient of 50 ms with an after-going slow wave, unit height, half a second."""
    t = np.arange(128) / RATE_HZ
    return np.exp(-0.5 * ((t - 0.05) / 0.012) ** 2) - 0.4 * np.exp(-0.5 * ((t - 0.25) / 0.07) ** 2)


def muscle_noise(rng: np.random.Generator, rows: int, n: int) -> np.ndarray:
    """Broadband electromyogram of unit variance, independent per row."""
    sos = signal.butter(2, [20 / 128, 120 / 128], "bandpass", output="sos")
    x = signal.sosfiltfilt(sos, rng.standard_normal((rows, n + 512)), axis=-1)[:, 256 : 256 + n]
    return x / x.std(axis=1, keepdims=True)


def add(x: np.ndarray, at_s: float, piece: np.ndarray) -> None:
    """Add a piece at a moment, in place."""
    a = round(at_s * RATE_HZ)
    x[:, a : a + piece.shape[1]] += piece


def movement(rng: np.random.Generator, seconds: float, sway_uv: float = 500.0, muscle_uv: float = 25.0) -> np.ndarray:
    """Slow sway below 1 Hz, independent over electrodes, with muscle."""
    n = round(seconds * RATE_HZ)
    sway = colored(rng, 19, max(n, 512), 2.0, 0.15, 1.2)[:, :n]
    envelope = signal.windows.tukey(n, 0.2)
    size = rng.uniform(0.4, 1.0, (19, 1))
    return envelope * size * (sway_uv * 0.5 * sway + muscle_uv * muscle_noise(rng, 19, n))


def crying(rng: np.random.Generator, seconds: float, muscle_uv: float = 35.0) -> np.ndarray:
    """Muscle bursts of about a second with a breath between, fronto-temporal most."""
    n = round(seconds * RATE_HZ)
    envelope = np.zeros(n)
    t = 0.0
    while t < seconds - 0.5:
        length = rng.uniform(0.7, 1.1)
        a, b = round(t * RATE_HZ), min(n, round((t + length) * RATE_HZ))
        envelope[a:b] = signal.windows.tukey(b - a, 0.5)
        t += length + rng.uniform(0.3, 0.5)
    field_of = np.array([1.0 if e in ("Fp1", "Fp2", "F7", "F8", "T7", "T8") else 0.45 for e in ELECTRODES])
    return field_of[:, None] * muscle_uv * envelope * muscle_noise(rng, 19, n)


def sucking(rng: np.random.Generator, seconds: float, rate_hz: float = 2.0, uv: float = 20.0) -> np.ndarray:
    """Temporal muscle and a slow wave at the pace of sucking."""
    n = round(seconds * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    pulse = np.maximum(0, np.sin(2 * np.pi * rate_hz * t)) ** 2
    field_of = np.array(
        [1.0 if e in ("F7", "F8", "T7", "T8") else 0.4 if e in ("Fp1", "Fp2") else 0.1 for e in ELECTRODES]
    )
    return field_of[:, None] * (uv * pulse * muscle_noise(rng, 19, n) + 2 * uv * np.sin(2 * np.pi * rate_hz * t))


def patting(rng: np.random.Generator, seconds: float, rate_hz: float = 2.2, uv: float = 120.0) -> np.ndarray:
    """Sharp repeats at a steady pace, of a size and sign of its own on each of several electrodes."""
    n = round(seconds * RATE_HZ)
    x = np.zeros(n + 512)
    length = round(0.35 * RATE_HZ)
    s = np.arange(length) / RATE_HZ
    knock = np.exp(-s / 0.07) * np.sin(2 * np.pi * 6 * s)
    t = 0.0
    while t < seconds:
        a = round(t * RATE_HZ)
        x[a : a + length] += knock
        t += rng.normal(1 / rate_hz, 0.03 / rate_hz)
    gain = np.where(rng.random(19) < 0.5, rng.normal(0, 1, 19), 0.1 * rng.normal(0, 1, 19))
    gain[13] = 1.0
    return uv * gain[:, None] * x[:n] / np.ptp(x)
