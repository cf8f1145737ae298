"""Which channels of a recording the engine works on, and how they become electrodes and derivations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.recording import Recording
from westward.eeg.signal import montage

_Parts = tuple[
    tuple[Channel, ...], tuple[str, ...], NDArray[np.float32], tuple[str, ...], NDArray[np.float32], str | None
]
AUXILIARY = (Kind.ECG, Kind.EOG, Kind.EMG)
MIN_RATE_HZ, MAX_RATE_HZ, REDUCED_RATE_HZ = 100.0, 300.0, 256.0


@dataclass(frozen=True, eq=False)
class Layout:
    """How the rows read from a recording become the arrays of a block.

    Attributes
    ----------
    channels : tuple of Channel
        EEG channels to read, all of one rate.
    electrodes : tuple of str
        10-20 positions known; empty when none is.
    to_electrodes : float32 array, shape (n_electrodes, n_channels)
        Read rows to potentials against the reference of the file (least squares for bipolar files).
    derivations : tuple of str
        Longitudinal derivations, else labels of channels of unknown position.
    to_derivations : float32 array, shape (n_derivations, n_channels)
    auxiliary : tuple of Channel
        ECG, EOG and EMG channels.
    rate_hz : float
        Native rate of ``channels``.
    working_rate_hz : float
        Rate of the block's arrays.
    reference : str or None
        Reference of the file when it is one and the same, ``bipolar`` for derivations, ``mixed`` otherwise.
    """

    channels: tuple[Channel, ...]
    electrodes: tuple[str, ...]
    to_electrodes: NDArray[np.float32]
    derivations: tuple[str, ...]
    to_derivations: NDArray[np.float32]
    auxiliary: tuple[Channel, ...]
    rate_hz: float
    working_rate_hz: float
    reference: str | None

    @property
    def positions_known(self) -> bool:
        """Whether derivations are real longitudinal ones."""
        return bool(self.electrodes)

    def without(self, bad: Sequence[str]) -> Layout:
        """The layout with bad electrodes (or derivations) left out."""
        if not bad:
            return self
        keep_e = [i for i, e in enumerate(self.electrodes) if e not in bad]
        keep_d = [i for i, d in enumerate(self.derivations) if d not in bad and not set(d.split("-")) & set(bad)]
        return Layout(
            self.channels,
            tuple(self.electrodes[i] for i in keep_e),
            self.to_electrodes[keep_e],
            tuple(self.derivations[i] for i in keep_d),
            self.to_derivations[keep_d],
            self.auxiliary,
            self.rate_hz,
            self.working_rate_hz,
            self.reference,
        )


def working_rate(rate_hz: float) -> float:
    """Rate at which the detectors work: the native one from 100 to 300 Hz, 256 Hz above."""
    return rate_hz if rate_hz <= MAX_RATE_HZ else REDUCED_RATE_HZ


def choose(recording: Recording) -> Layout | None:
    """The best layout that the recording allows; None when it holds no EEG at all.

    Referential electrodes on 10-20 positions come first, then longitudinal derivations recorded as such,
    then EEG channels of unknown position, each on its own.
    """
    eeg = [c for c in recording.channels if c.kind is Kind.EEG and c.sfreq_hz >= MIN_RATE_HZ / 2]
    if not eeg:
        return None
    rate = Counter(c.sfreq_hz for c in eeg).most_common(1)[0][0]
    eeg = [c for c in eeg if c.sfreq_hz == rate]
    auxiliary = tuple(c for c in recording.channels if c.kind in AUXILIARY and c.sfreq_hz >= 50)
    for attempt in (_referential, _recorded_derivations, _unknown_positions):
        made = attempt(eeg)
        if made is not None:
            channels, electrodes, to_e, derivations, to_d, reference = made
            return Layout(channels, electrodes, to_e, derivations, to_d, auxiliary, rate, working_rate(rate), reference)
    return None


def _referential(eeg: Sequence[Channel]) -> _Parts | None:
    first: dict[str, Channel] = {}
    for channel in eeg:
        if channel.electrode in montage.ELECTRODES:
            first.setdefault(channel.electrode, channel)
    electrodes = tuple(e for e in montage.ELECTRODES if e in first)
    channels = tuple(first[e] for e in electrodes)
    references = {c.reference for c in channels}
    bipolar = montage.bipolar(electrodes)
    same = [i for i, d in enumerate(bipolar.derivations) if len({first[e].reference for e in d.split("-")}) == 1]
    if len(same) < 2:
        return None
    to_derivations = bipolar.matrix[same]
    derivations = tuple(bipolar.derivations[i] for i in same)
    if len(references) == 1:
        return (
            channels,
            electrodes,
            np.eye(len(electrodes), dtype=np.float32),
            derivations,
            to_derivations,
            (references.pop()),
        )
    back = np.linalg.pinv(to_derivations.astype(np.float64)) @ to_derivations
    return channels, electrodes, back.astype(np.float32), derivations, to_derivations, "mixed"


def _recorded_derivations(eeg: Sequence[Channel]) -> _Parts | None:
    signed: dict[str, tuple[Channel, float]] = {}
    for channel in eeg:
        if channel.anode and channel.cathode:
            signed.setdefault(f"{channel.anode}-{channel.cathode}", (channel, 1.0))
            signed.setdefault(f"{channel.cathode}-{channel.anode}", (channel, -1.0))
    derivations = tuple(d for d in montage.LONGITUDINAL if d in signed)
    if len(derivations) < 2:
        return None
    channels = tuple(dict.fromkeys(signed[d][0] for d in derivations))
    to_derivations = np.zeros((len(derivations), len(channels)), np.float32)
    for row, d in enumerate(derivations):
        to_derivations[row, channels.index(signed[d][0])] = signed[d][1]
    used = {e for d in derivations for e in d.split("-")}
    electrodes = tuple(e for e in montage.ELECTRODES if e in used)
    forward = montage.bipolar(electrodes, derivations)
    return channels, electrodes, forward.inverse @ to_derivations, derivations, to_derivations, "bipolar"


def _unknown_positions(eeg: Sequence[Channel]) -> _Parts | None:
    channels = tuple(eeg)
    return (
        channels,
        (),
        np.zeros((0, len(eeg)), np.float32),
        tuple(c.name for c in eeg),
        np.eye(len(eeg), dtype=np.float32),
        None,
    )
