"""How sure it is that a wave is an epileptic spike: a sum of interpretable parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.spike_waves import Waves
from westward.eeg.signal.scalp import MIRROR

_VERTEX = ("Fz", "Cz", "Pz", "C3", "C4")
_BLINK = ("Fp1", "Fp2")
_MUSCLE = ("Fp1", "Fp2", "F7", "F8", "T7", "T8")


@dataclass(frozen=True)
class ConfidenceParameters:
    """Where each part of the confidence tips. Status: policy throughout."""

    contrast: float = 6.2
    """Geometric mean of contrast and local contrast of a crisp negative spike with a field at even odds."""
    max_contrast_odds: float = 4.0
    """Most that standing out can give (log odds): no height makes up for a missing field."""
    local_contrast: float = 3.5
    """Below this a wave belongs to its surround (rhythm, burst)."""
    crisp: float = 0.6
    """Crispness from which a wave is a spike rather than a sharp wave; below, it must stand out more."""
    vertex_crisp: float = 0.6
    """The same at the vertex and beside it, where blunt waves belong to sleep."""
    field: float = 0.22
    """Share that neighbors show of a spike's height."""
    muscle_contrast: float = 5.0
    """Height over the fine activity around; up to twice as much is asked of pointed waves."""
    pointed: float = 2.0
    """Fine over spike sharpness from which a wave is a motor unit."""
    min_width_s: float = 0.012
    """Half-height width (smoothing included) below which a wave is a motor unit or a glitch."""
    muscle_burst: float = 2.0
    """Rise of the fine activity around over its usual level from which a pointed wave is part of a muscle burst."""
    muscle_pointed: float = 1.2
    """The same as ``pointed`` over the frontal and temporal muscles."""
    positive: float = 1.5
    """Handicap (log odds) of a surface-positive wave."""
    blink: float = 6.0
    """Handicap (log odds) of a blunt surface-positive wave at both frontal poles: a blink."""
    eyes_open: float = 3.0
    """The same of a surface-negative one, which may be eyes that open but also a bifrontal sharp wave."""
    max_width_s: float = 0.085
    """Half-height width from which a wave is too broad."""
    max_echoes: int = 2
    """More equals than this within 0.35 s either way are a rhythm."""
    unplaced: float = 1.0
    """Handicap (log odds) where positions, and so the field, are unknown."""


def confidence(waves: Waves, electrodes: tuple[str, ...], p: ConfidenceParameters) -> NDArray[np.float64]:
    """Confidence of each wave, 0-1.

    Parameters
    ----------
    electrodes : tuple of str
        Names of the channels; empty when positions are unknown.
    """
    contrast, local = np.maximum(waves.contrast, 0.1), np.maximum(waves.local_contrast, 0.1)
    stands = np.sqrt(np.minimum(contrast, 2 * local) * local)
    odds = np.minimum(6 * np.log(stands / p.contrast), p.max_contrast_odds)
    odds -= 4 * np.clip(np.log(p.local_contrast / local), 0, 2)
    blunt = np.clip((p.crisp - waves.crisp) / 0.1, 0, 4)
    odds -= 1.2 * blunt
    odds -= 1.5 * np.clip(np.log(contrast / local / 2), 0, 2)
    fine_limit = p.muscle_contrast * (1 + np.clip(waves.pointed - 0.6, 0, 1))
    odds += np.clip(4 * np.log(np.maximum(waves.muscle_contrast, 0.1) / fine_limit), -8, 0.3)
    odds -= np.clip((waves.pointed - p.pointed) * 10, 0, 6) + np.clip((p.min_width_s - waves.width_s) * 2000, 0, 6)
    burst = np.log(np.maximum(waves.muscle_burst, 0.1) / p.muscle_burst)
    odds -= 4 * np.clip(burst, 0, 2) * np.clip((waves.pointed - 0.4) / 0.4, 0, 1)
    odds += 0.6 * np.clip(waves.slow - 1.5, -1, 1)
    odds -= np.where(waves.sign > 0, p.positive + np.clip((0.8 - waves.crisp) * 8, 0, 4), 0)
    odds -= np.clip((waves.width_s - p.max_width_s) / 0.01, 0, 6)
    odds -= 2.0 * np.clip(waves.echoes - p.max_echoes, 0, 4)
    odds -= 0.8 * np.clip(blunt, 0, 2) * np.clip(waves.echoes, 0, 2)
    if electrodes:
        odds += np.clip((waves.field - p.field) * 25, -8, 0.3)
        odds -= np.clip((waves.pointed - 0.75) * 12, 0, 4) * np.clip((0.35 - waves.field) / 0.2, 0, 1)
        odds -= 1.0 * blunt * np.clip((0.45 - waves.field) / 0.2, 0, 1)
        odds -= _vertex(waves, electrodes, p) + _blink(waves, electrodes, p) + _muscle(waves, electrodes, p)
    else:
        odds -= p.unplaced
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _vertex(waves: Waves, electrodes: tuple[str, ...], p: ConfidenceParameters) -> NDArray[np.float64]:
    """Handicap of blunt waves over the vertex."""
    there = np.array([e in _VERTEX for e in electrodes])[waves.row]
    return np.asarray(np.where(there, np.clip((p.vertex_crisp - waves.crisp) * 12, 0, 4), 0))


def _blink(waves: Waves, electrodes: tuple[str, ...], p: ConfidenceParameters) -> NDArray[np.float64]:
    """Handicap of broad bifrontal waves of either polarity: eyelids and eyes."""
    other = np.array([electrodes.index(MIRROR[e]) if MIRROR[e] in electrodes else i for i, e in enumerate(electrodes)])
    there = np.array([e in _BLINK for e in electrodes])[waves.row]
    mirrored = waves.share[np.arange(len(waves)), other[waves.row]] >= 0.35
    up, blunt = waves.sign > 0, waves.crisp < np.where(waves.sign > 0, 1.0, 0.6)
    return np.asarray(np.where(there & mirrored & blunt, np.where(up, p.blink, p.eyes_open), 0.0))


def _muscle(waves: Waves, electrodes: tuple[str, ...], p: ConfidenceParameters) -> NDArray[np.float64]:
    """Handicap of needle-like waves over the frontal and temporal muscles."""
    there = np.array([e in _MUSCLE for e in electrodes])[waves.row]
    return np.asarray(np.where(there, np.clip((waves.pointed - p.muscle_pointed) * 8, 0, 4), 0))
