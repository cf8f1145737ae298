"""Grouped multifocal spikes: short runs in which spikes of several foci crowd together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.event import Event
from westward.eeg.events.focus import Focus
from westward.eeg.events.spikes import Spikes


@dataclass(frozen=True)
class GroupedParameters:
    """What makes a run of grouped multifocal spikes (BASED 2021; the operations are ours)."""

    min_duration_s: float = 1.0
    """Shortest run. Unconfirmed."""
    min_foci: int = 3
    """Fewest foci that take part. Policy."""
    both_hemispheres: bool = True
    """Left and right must take part. Policy."""
    density_over_surround: float = 2.0
    """Spikes per second over those of the surround, on either side. Policy."""
    surround_s: float = 5.0
    """The surround, before and after. Policy."""
    spike_s: float = 0.1
    """Half a spike, added on either side of the first and last peak. Derived."""
    max_gap_s: float = 0.5
    """Longest pause inside a run. Policy."""
    min_spikes: int = 5
    """Fewest spikes of a run. Policy."""
    max_chance: float = 3e-6
    """Largest Poisson probability of so many spikes at the surround's rate: chance clumps are no runs. Policy."""


def find(
    spikes: Spikes,
    focus_index: NDArray[np.int32],
    foci: tuple[Focus, ...],
    *,
    assessable: NDArray[np.bool_] | None = None,
    parameters: GroupedParameters | None = None,
) -> list[Event]:
    """Runs of grouped multifocal spikes in time order.

    Parameters
    ----------
    spikes, focus_index, foci
        From :func:`westward.eeg.events.spike.detect` and :func:`westward.eeg.events.foci.group`; spikes of no
        focus do not count.
    assessable : bool array, shape (n_seconds,), optional
        Seconds of recording time that can be judged; a run holds no other, and others are no surround.
    """
    p = parameters or GroupedParameters()
    member = focus_index >= 0
    t, f = spikes.peak_s[member], focus_index[member]
    if len(t) < p.min_spikes:
        return []
    n_seconds = int(t[-1]) + 2 + int(p.surround_s)
    usable = np.ones(n_seconds, bool)
    if assessable is not None:
        usable[:] = False
        usable[: min(n_seconds, len(assessable))] = assessable[:n_seconds]
    seconds = np.concatenate([[0.0], np.cumsum(usable)])

    def observed(start_s: NDArray[np.float64], stop_s: NDArray[np.float64]) -> NDArray[np.float64]:
        edges = np.arange(n_seconds + 1)
        start_s, stop_s = np.clip(start_s, 0, n_seconds), np.clip(stop_s, 0, n_seconds)
        return np.asarray(np.interp(stop_s, edges, seconds) - np.interp(start_s, edges, seconds))

    def rate(start_s: NDArray[np.float64], stop_s: NDArray[np.float64]) -> NDArray[np.float64]:
        n = np.searchsorted(t, stop_s, "left") - np.searchsorted(t, start_s, "left")
        return np.asarray(n / np.maximum(observed(start_s, stop_s), 1e-9)) * (observed(start_s, stop_s) >= 1)

    # Where a second holds at least so many times the spikes of the surround, a run may lie.
    n_near = np.searchsorted(t, t + 0.5, "right") - np.searchsorted(t, t - 0.5, "left")
    before = rate(t - 0.5 - p.surround_s, t - 0.5)
    after = rate(t + 0.5, t + 0.5 + p.surround_s)
    dense = (n_near >= 3) & (n_near >= p.density_over_surround * np.minimum(before, after))
    events: list[Event] = []
    rows = np.flatnonzero(dense)
    if not len(rows):
        return []
    judged = -1
    for run in np.split(rows, np.flatnonzero(np.diff(t[rows]) > p.max_gap_s) + 1):
        first, last = _reach(t, int(run[0]), int(run[-1]), p.max_gap_s)
        if first <= judged:
            continue
        judged = last
        event = _run(t, f, foci, first, last, usable, rate, p)
        if event is not None:
            events.append(event)
    return events


def _reach(t: NDArray[np.float64], first: int, last: int, max_gap_s: float) -> tuple[int, int]:
    """The run with the spikes within a second of its ends that follow without a pause."""
    earliest, latest = t[first] - 1, t[last] + 1
    while first > 0 and t[first] - t[first - 1] <= max_gap_s and t[first - 1] >= earliest:
        first -= 1
    while last + 1 < len(t) and t[last + 1] - t[last] <= max_gap_s and t[last + 1] <= latest:
        last += 1
    return first, last


def _run(
    t: NDArray[np.float64],
    f: NDArray[np.int32],
    foci: tuple[Focus, ...],
    first: int,
    last: int,
    usable: NDArray[np.bool_],
    rate: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]],
    p: GroupedParameters,
) -> Event | None:
    from scipy import special

    onset, stop = t[first] - p.spike_s, t[last] + p.spike_s
    inside = f[first : last + 1]
    sides = {foci[k].hemisphere for k in np.unique(inside)}
    n = last - first + 1
    if stop - onset < p.min_duration_s or n < p.min_spikes or len(np.unique(inside)) < p.min_foci:
        return None
    if p.both_hemispheres and not {"left", "right"} <= sides:
        return None
    if not usable[int(onset) : int(stop) + 1].all():
        return None
    before = float(rate(np.array([onset - p.surround_s - 1e-6]), np.array([onset - 1e-6]))[0])
    after = float(rate(np.array([stop + 1e-6]), np.array([stop + p.surround_s]))[0])
    density = n / (stop - onset)
    if density < p.density_over_surround * max(before, after):
        return None
    expected = max((before + after) / 2, 1 / (2 * p.surround_s)) * (stop - onset)
    chance = float(special.pdtrc(n - 1, expected))  # of so many spikes or more, by Poisson's law
    if chance > p.max_chance:
        return None
    names = [foci[k].name for k in np.unique(inside)]
    return Event(
        onset_s=float(onset),
        duration_s=float(stop - onset),
        trial_type="grouped_multifocal_spikes",
        channels=tuple(dict.fromkeys(foci[k].peak for k in np.unique(inside))),
        counted=True,
        confidence=float(np.clip(1 - chance / p.max_chance / 2, 0.5, 1)),
        reason=f"{n} spikes of {len(names)} foci in {stop - onset:.1f} s; {density:.1f}/s against "
        f"{before:.1f}/s before and {after:.1f}/s after",
    )
