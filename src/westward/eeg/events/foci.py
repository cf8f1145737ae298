"""Spike foci of a study: groups of spikes whose fields have one center."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.focus import Focus
from westward.eeg.events.spikes import Spikes
from westward.eeg.signal.montage import ELECTRODES, hemisphere


@dataclass(frozen=True)
class FociParameters:
    """What makes spikes one focus. Status: policy throughout; lengths in 10-20 distances (1 = 36 degrees)."""

    cell: float = 0.1
    """Side of a cell of the map on which spikes are counted."""
    blur: float = 0.15
    """Standard deviation of the smoothing of that map: how precisely a field's center is known."""
    valley: float = 0.6
    """Two summits are one focus when the map between them stays above this share of the lower one."""
    min_distance: float = 0.4
    """Summits closer than this are one focus."""
    reach: float = 1.0
    """A spike farther than this from every summit belongs to no focus."""
    min_spikes: int = 5
    """Fewest spikes of a focus,"""
    within_s: float = 600.0
    """within so many seconds: a focus recurs, scattered errors do not."""
    clear_confidence: float = 0.5
    """Confidence of a clear spike (the operating point of the detector)."""
    min_clear: int = 5
    """A doubtful spike joins a focus with at least so many clear spikes"""
    clear_within_s: float = 300.0
    """within so many seconds of it,"""
    max_distance: float = 0.5
    """when its center lies so close to theirs"""
    doubtful_confidence: float = 0.2
    """and its confidence reaches this; its odds may be less in proportion as the focus has more clear spikes than
    ``min_clear`` (where a focus fires often, a blunt wave of the same field is likely to be one more discharge), but
    not where positions, and so fields, are unknown."""
    max_share_lost: float = 0.03
    """A summit beside (within 1.5) one with more than 1/this as many spikes is its jitter."""


def group(
    spikes: Spikes, *, parameters: FociParameters | None = None, derivations: tuple[str, ...] = ()
) -> tuple[tuple[Focus, ...], NDArray[np.int32]]:
    """Foci of a study.

    Spikes are counted on a flat map of the head by the center of their field; each summit of the smoothed map
    is a focus, and a spike belongs to the summit uphill of it. Without positions each derivation is its own place.

    Parameters
    ----------
    spikes : Spikes
        Of the whole study.
    derivations : tuple of str
        Names of the channels when ``spikes.electrode`` is negative.

    Returns
    -------
    foci : tuple of Focus
        Most spikes first; names are unique.
    index : int32 array, shape (n_spikes,)
        Focus of each spike, -1 for none.
    """
    parameters = parameters or FociParameters()
    index = np.full(len(spikes), -1, np.int32)
    if not len(spikes):
        return (), index
    placed = (spikes.electrode >= 0) & np.isfinite(spikes.center).all(axis=1)
    label = np.full(len(spikes), -1, np.int64)
    label[placed] = _by_center(spikes.center[placed], parameters)
    label[~placed] = np.where(spikes.electrode[~placed] < 0, 100_000 - spikes.electrode[~placed].astype(np.int64), -1)
    foci: list[Focus] = []
    names: dict[str, int] = {}
    labels, counts = np.unique(label[label >= 0], return_counts=True)
    for k in labels[np.argsort(-counts, kind="stable")]:
        members = np.flatnonzero(label == k)
        if not _recurs(spikes.peak_s[members], parameters):
            continue
        index[members] = len(foci)
        foci.append(_focus(spikes, members, names, derivations))
    return tuple(foci), index


def settle(
    spikes: Spikes, *, parameters: FociParameters | None = None, derivations: tuple[str, ...] = ()
) -> tuple[Spikes, tuple[Focus, ...], NDArray[np.int32]]:
    """Foci from the clear spikes, and the doubtful spikes that repeat one of them.

    A reader accepts a weak or blunt wave when it has the field of clear spikes nearby in time, and the more readily
    the more of them there are: by Bayes' rule the odds that a wave there is a spike grow with the rate of spikes.
    Doubtful spikes without such a focus are dropped; clear spikes all stay.

    Parameters
    ----------
    spikes : Spikes
        Of the whole study, from ``spike.detect(..., doubtful=True)``.

    Returns
    -------
    spikes : Spikes
        The accepted ones.
    foci, index
        As :func:`group` returns, for the accepted spikes.
    """
    p = parameters or FociParameters()
    clear = spikes.confidence >= p.clear_confidence
    foci, of_clear = group(spikes.select(clear), parameters=p, derivations=derivations)
    index = np.full(len(spikes), -1, np.int32)
    index[clear] = of_clear
    doubtful = np.flatnonzero(~clear)
    nearest = np.full(len(doubtful), p.max_distance)
    sure = np.clip(spikes.confidence[doubtful].astype(np.float64), 1e-9, 1 - 1e-9)
    odds = sure / (1 - sure)
    needed = p.doubtful_confidence / (1 - p.doubtful_confidence)
    for k in range(len(foci)):
        members = np.flatnonzero(clear & (index == k))
        if len(members) < p.min_clear:
            continue
        times = spikes.peak_s[members]
        t = spikes.peak_s[doubtful]
        around = np.searchsorted(times, t + p.clear_within_s) - np.searchsorted(times, t - p.clear_within_s)
        if spikes.electrode[members[0]] >= 0:
            apart = np.hypot(*(spikes.center[doubtful] - spikes.center[members].mean(axis=0)).T)
            prior = around / p.min_clear
        else:
            apart = np.where(spikes.electrode[doubtful] == spikes.electrode[members[0]], 0.0, np.inf)
            prior = np.ones(len(around))
        joins = (around >= p.min_clear) & (odds * prior >= needed) & (apart < nearest)
        nearest[joins] = apart[joins]
        index[doubtful[joins]] = k
    kept = clear | (index >= 0)
    counts = np.bincount(index[kept & (index >= 0)], minlength=len(foci))
    foci = tuple(replace(f, n_spikes=int(n)) for f, n in zip(foci, counts, strict=True))
    return spikes.select(kept), foci, index[kept]


def _by_center(center: NDArray[np.float32], p: FociParameters) -> NDArray[np.int64]:
    """Number of the summit that each center lies uphill to, -1 beyond reach."""
    from scipy import ndimage

    if not len(center):
        return np.zeros(0, np.int64)
    half = 2.6
    n = round(2 * half / p.cell)
    cell = np.clip(((center + half) / p.cell).astype(int), 0, n - 1)
    where = cell[:, 0] * n + cell[:, 1]
    count = np.bincount(where, minlength=n * n).reshape(n, n).astype(float)
    density = ndimage.gaussian_filter(count, p.blur / p.cell, mode="constant", truncate=5)
    top = (density == ndimage.maximum_filter(density, 5)) & (density > 1e-9)
    summits = np.argwhere(top)
    summits = summits[np.argsort(-density[tuple(summits.T)], kind="stable")]
    kept: list[NDArray[np.intp]] = []
    owner = np.zeros(len(summits), int)
    for i, s in enumerate(summits):
        for j, k in enumerate(kept):
            distance = float(np.hypot(*(s - k))) * p.cell
            line = np.linspace(s, k, 2 + round(distance / p.cell))
            along = ndimage.map_coordinates(density, line.T, order=1)
            jitter = distance < 1.5 and density[tuple(s)] < p.max_share_lost * density[tuple(k)]
            if distance < p.min_distance or jitter or (distance < 2 and along.min() > p.valley * density[tuple(s)]):
                owner[i] = j
                break
        else:
            owner[i] = len(kept)
            kept.append(s)
    # Each occupied cell goes to the summit with the largest pull: its height over the distance in blurs.
    places = (summits + 0.5) * p.cell - half
    used = np.unique(where)
    at = np.stack([used // n + 0.5, used % n + 0.5], axis=1) * p.cell - half
    distance2 = ((at[:, None] - places) ** 2).sum(axis=2)
    pull = np.log(np.maximum(density[tuple(summits.T)], 1e-12))[None] - distance2 / (2 * (1.6 * p.blur) ** 2)
    best = pull.argmax(axis=1)
    number = np.where(np.sqrt(distance2.min(axis=1)) <= p.reach, owner[best], -1)
    return np.asarray(number[np.searchsorted(used, where)], np.int64)


def _recurs(peak_s: NDArray[np.float64], p: FociParameters) -> bool:
    k = p.min_spikes - 1
    return len(peak_s) > k and bool((peak_s[k:] - peak_s[: len(peak_s) - k] <= p.within_s).any())


def _focus(spikes: Spikes, members: NDArray[np.intp], names: dict[str, int], derivations: tuple[str, ...]) -> Focus:
    values, counts = np.unique(spikes.electrode[members], return_counts=True)
    peak = int(values[counts.argmax()])
    if peak >= 0:
        bits = spikes.field[members][:, None] >> np.arange(len(ELECTRODES), dtype=np.uint32) & np.uint32(1)
        shared = bits.mean(axis=0) >= 0.5
        shared[peak] = True
        electrodes = tuple(e for e, yes in zip(ELECTRODES, shared, strict=True) if yes)
        place, side = ELECTRODES[peak], hemisphere(ELECTRODES[peak])
    else:
        d = -1 - peak
        place = derivations[d] if d < len(derivations) else f"channel {d + 1}"
        electrodes, side = (place,), "midline"
    names[place] = names.get(place, 0) + 1
    name = place if names[place] == 1 else f"{place}{chr(ord('a') + names[place] - 1)}"
    return Focus(name, place, electrodes, side, len(members))
