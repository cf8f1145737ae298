"""Central derivations with planted spindles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.support.sleep_signals import RATE_HZ, spindle
from westward.eeg.block import Block
from westward.eeg.events import spindle as detector

SECONDS = 300
NAMES = ("F3-C3", "C3-P3", "F4-C4", "C4-P4")

__all__ = ["NAMES", "RATE_HZ", "SECONDS", "background", "block", "central", "detect", "matched"]


def background(seed: int, uv: float = 12.0) -> np.ndarray:
    """Noise whose power falls with the square of frequency, four rows."""
    rng = np.random.default_rng(seed)
    n = round(SECONDS * RATE_HZ)
    hz = np.fft.rfftfreq(n, 1 / RATE_HZ)
    x = np.fft.irfft(
        (rng.standard_normal((4, len(hz))) + 1j * rng.standard_normal((4, len(hz)))) / np.maximum(hz, 1), n
    )
    return np.asarray(uv * x / x.std(axis=1, keepdims=True))


def central(seed: int, planted: Sequence[tuple[float, float, float]], uv: float = 20.0) -> np.ndarray:
    """Background with spindles (onset s, length s, Hz) on the left."""
    x = background(seed)
    for onset, seconds, hz in planted:
        at = round(onset * RATE_HZ)
        piece = spindle(seconds, hz, uv)
        x[:2, at : at + len(piece)] += piece
    return x


def block(x: np.ndarray, core: tuple[float, float] = (0.0, SECONDS)) -> Block:
    """The rows as a block of derivations."""
    none = np.zeros((0, x.shape[1]), np.float32)
    return Block(0, *core, RATE_HZ, (), none, none, NAMES, x.astype(np.float32))


def detect(x: np.ndarray, core: tuple[float, float] = (0.0, SECONDS)) -> detector.Spindles:
    """What the detector finds in them."""
    return detector.detect(block(x, core))


def matched(one: np.ndarray, other: np.ndarray) -> int:
    """How many of ``one``, rows of start and stop, overlap one of ``other``."""
    if not len(other):
        return 0
    return int(sum(bool(((other[:, 0] < b) & (other[:, 1] > a)).any()) for a, b in one))
