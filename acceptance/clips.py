"""Real clips as background: read through our own reader, joined to any length."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.recording.open import open_recording
from westward.eeg.signal.montage import ELECTRODES, LONGITUDINAL

FloatArray = NDArray[np.float32]

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("WESTWARD_DATA", ROOT.parent / "shared" / "data")) / "eeg"
RATE_HZ = 256.0
FADE_S = (1.0, 2.0)
STAY_S = (240.0, 480.0)
"""Where a clip has several files, the pieces come from one of them for this long: a background that changes every few
seconds between moments of different tone would be full of arousals that no child has."""
CHB_LABELS = (
    "FP1-F7", "F7-T7", "T7-P7", "P7-O1", "FP1-F3", "F3-C3", "C3-P3", "P3-O1", "FP2-F4", "F4-C4", "C4-P4", "P4-O2",
    "FP2-F8", "F8-T8", "T8-P8", "P8-O2", "FZ-CZ", "CZ-PZ", "P7-T7", "T7-FT9", "FT9-FT10", "FT10-T8", "T8-P8",
)  # fmt: skip
"""Channels of the CHB-MIT records in the order of their summary file."""


@dataclass(frozen=True)
class Clip:
    """One kind of real background.

    Attributes
    ----------
    name, description : str
    pattern : str
        Its files below the folder of recordings.
    age_months : float
        Given to the analysis; nominal where the person was no infant.
    piece_s : (float, float)
        Length of the pieces that are joined.
    """

    name: str
    description: str
    pattern: str
    age_months: float
    piece_s: tuple[float, float] = (8.0, 20.0)


CLIPS = (
    Clip("neonate", "neonate, 19 electrodes, 256 Hz, 211 s", "clinical/neonate_bursts_21ch_256hz.edf", 1.0),
    Clip("adult", "adult awake, 64 electrodes picked to 19, 128 Hz, 124 s",
         "clinical/adult_64ch_overlapping_annotations.edf", 12.0),
    Clip("bdf", "BDF+ recording, 10 scalp electrodes, 125 Hz, 247 s", "clinical/multiple_annotation_chans.bdf", 12.0),
    Clip("chbmit", "CHB-MIT chb01, seven 10-s clips outside seizures, 18 derivations, 256 Hz",
         "seizure/chb01/preictal_10s/*.npy", 12.0, (4.0, 8.0)),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Source:
    """What a clip holds.

    Attributes
    ----------
    labels, names : tuple of str
        Labels as in the file, and electrodes or derivations that they are.
    pieces : tuple of float32 array, shape (n_channels, n_samples)
        µV at ``RATE_HZ``; one array per file.
    """

    labels: tuple[str, ...]
    names: tuple[str, ...]
    pieces: tuple[FloatArray, ...]


def missing(clip: Clip) -> str:
    """Why a clip cannot be used; empty if it can."""
    return "" if any(DATA.glob(clip.pattern)) else f"not found: {DATA / clip.pattern} (set WESTWARD_DATA)"


def load(clip: Clip) -> Source:
    """Read all files of a clip, EEG on 10-20 positions only, resampled to ``RATE_HZ``.

    The CHB-MIT clips are bare arrays: they are written as EDF first and opened like everything else.
    """
    made: list[FloatArray] = []
    chosen: list[Channel] = []
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(DATA.glob(clip.pattern)):
            file = as_edf(path, Path(folder)) if path.suffix == ".npy" else path
            with open_recording(file) as recording:
                chosen = _chosen(recording.channels)
                page = recording.read(0.0, recording.duration_s, [c.index for c in chosen])
            ratio = Fraction(RATE_HZ / page.sfreq_hz).limit_denominator(1000)
            centered = page.data - np.median(page.data, axis=1, keepdims=True)
            made.append(signal.resample_poly(centered, ratio.numerator, ratio.denominator, axis=1).astype(np.float32))
    return Source(tuple(c.label for c in chosen), tuple(c.name for c in chosen), tuple(made))


def _chosen(channels: tuple[Channel, ...]) -> list[Channel]:
    eeg = [c for c in channels if c.kind is Kind.EEG]
    for wanted in (ELECTRODES, LONGITUDINAL):
        first: dict[str, Channel] = {}
        for c in eeg:
            if c.name in wanted:
                first.setdefault(c.name, c)
        if len(first) >= 6:
            return [first[name] for name in wanted if name in first]
    raise ValueError("no 10-20 electrodes and no longitudinal derivations")


def as_edf(path: Path, folder: Path) -> Path:
    """Write the bare array of a CHB-MIT clip as EDF."""
    data = np.load(path)
    seconds = int(data.shape[1] // RATE_HZ)
    out = folder / f"{path.stem}.edf"
    with EdfWriter(out, [SignalSpec(c, RATE_HZ, -3276.8, 3276.7) for c in CHB_LABELS], start=None) as writer:
        writer.write(list(data[:, : int(seconds * RATE_HZ)]))
    return out


def joined(source: Source, seconds: int, piece_s: tuple[float, float], rng: np.random.Generator) -> FloatArray:
    """Random pieces of the files joined to one long background, shape (n_channels, n_samples).

    Where there are several files, the pieces stay with one for some minutes. Each piece starts anywhere in its file
    and has its median taken out. Neighbors overlap for 1-2 s with weights whose squares are raised cosines that add
    to one, so that the power of unrelated pieces stays constant. Nothing is turned over, reversed in time, stretched
    or scaled.
    """
    n = round(seconds * RATE_HZ)
    out = np.zeros((len(source.names), n), np.float32)
    at = fade_in = leave = 0
    piece = source.pieces[0]
    while at < n:
        if at >= leave:
            piece = source.pieces[int(rng.integers(len(source.pieces)))]
            leave = at + round(rng.uniform(*STAY_S) * RATE_HZ)
        length = min(round(rng.uniform(*piece_s) * RATE_HZ), piece.shape[1])
        begin = int(rng.integers(piece.shape[1] - length + 1))
        part = piece[:, begin : begin + length].copy()
        part -= np.median(part, axis=1, keepdims=True)
        fade_out = round(rng.uniform(*FADE_S) * RATE_HZ)
        if fade_in:
            part[:, :fade_in] *= _rise(fade_in)
        part[:, length - fade_out :] *= _rise(fade_out)[::-1]
        stop = min(at + length, n)
        out[:, at:stop] += part[:, : stop - at]
        at, fade_in = at + length - fade_out, fade_out
    return out


def _rise(n: int) -> FloatArray:
    return np.sin(0.5 * np.pi * (np.arange(n) + 0.5) / n).astype(np.float32)
