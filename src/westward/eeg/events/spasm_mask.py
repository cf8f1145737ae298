"""Seconds that are not interictal: spasms, their clusters, and the time after arousals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.cluster import Cluster
from westward.eeg.events.spasms import Spasms


@dataclass(frozen=True, slots=True, kw_only=True)
class SpasmMaskParameters:
    """What is left out of interictal scoring.

    Attributes
    ----------
    mask_from : float
        Near-misses from this confidence on are masked too: a doubtful spasm is no proof of an interictal finding.
        Status: policy.
    before_s, after_s : float
        Masked around each, s. Status: policy.
    """

    mask_from: float = 0.3
    before_s: float = 1.0
    after_s: float = 2.0


@dataclass(frozen=True, eq=False)
class SpasmMask:
    """Seconds that are not interictal.

    Attributes
    ----------
    mask : bool array, shape (n_seconds,)
    spasm_share, arousal_share : float
        Share of all seconds masked for spasms and clusters, and for the time after arousals.
    """

    mask: NDArray[np.bool_]
    spasm_share: float
    arousal_share: float


def mask(
    spasms: Spasms,
    clusters: Sequence[Cluster],
    arousal_s: NDArray[np.float64] | Sequence[float],
    n_seconds: int,
    *,
    mask_after_arousal_s: float = 60.0,
    parameters: SpasmMaskParameters | None = None,
) -> SpasmMask:
    """Seconds that do not enter interictal scoring.

    Parameters
    ----------
    spasms, clusters
        Of the whole recording; a cluster is masked from its first to its last spasm.
    arousal_s : sequence of float
        The time after each is masked.
    n_seconds : int
        Whole seconds of the recording.
    mask_after_arousal_s : float
        0 masks nothing. Status: derived (the pattern normalizes for about a minute after arousal).
    parameters : SpasmMaskParameters, optional
    """
    p = parameters or SpasmMaskParameters()
    ictal, after = np.zeros(n_seconds, np.bool_), np.zeros(n_seconds, np.bool_)

    def fill(out: NDArray[np.bool_], start_s: float, stop_s: float) -> None:
        out[max(0, int(np.floor(start_s))) : max(0, int(np.ceil(stop_s)))] = True

    doubtful = spasms.counted | (spasms.confidence >= p.mask_from)
    for a, b in zip(spasms.onset_s[doubtful], spasms.end_of_decrement_s[doubtful], strict=True):
        fill(ictal, float(a) - p.before_s, float(b) + p.after_s)
    for c in clusters:
        fill(ictal, c.onset_s - p.before_s, c.stop_s + p.after_s)
    if mask_after_arousal_s > 0:
        for moment in np.asarray(arousal_s, float):
            fill(after, float(moment), float(moment) + mask_after_arousal_s)
    return SpasmMask(
        ictal | after, float(ictal.mean()) if n_seconds else 0.0, float(after.mean()) if n_seconds else 0.0
    )
