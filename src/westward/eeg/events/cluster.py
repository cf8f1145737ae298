"""Clusters of spasms by a stated grammar, and what a reader wants to know of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import Hypnogram
from westward.eeg.events.spasms import UNCONFIRMED, Spasms, state_at

FloatArray = NDArray[np.float64]
EPOCH_SLACK_S = 30.0
"""A cluster may begin this much before the awakening that the 30-s epochs show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRules:
    """When spasms form a cluster.

    Attributes
    ----------
    min_spasms : int
        Smallest cluster. Status: unconfirmed (fixed locally; 2 or 3 are in use), configurable.
    max_gap_s : float
        Longest time without spasm inside a cluster, from the end of one to the onset of the next, s. Status:
        unconfirmed (the end of a cluster as recalled: no spasm for 60 s), configurable.
    likely_from : float
        Confidence from which a cluster is told as one; below it is told as possible. Status: policy.
    interval_edges_s : tuple of float
        Edges of the histogram of intervals between onsets, s. Status: policy.
    """

    min_spasms: int = 3
    max_gap_s: float = 60.0
    likely_from: float = 0.5
    interval_edges_s: tuple[float, ...] = (0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 65.0)


@dataclass(frozen=True, eq=False)
class Cluster:
    """One cluster.

    Attributes
    ----------
    cluster_id : str
        ``cluster_1`` ... in order of time.
    onset_s, stop_s : float
        Onset of the first spasm and end of the last, recording time.
    members : int array, shape (n,)
        Rows of the spasms.
    confidence : float
        From the confidences of the members: how likely at least as many as the rules ask for are spasms. The members
        support one another, so it is a score, not a measured chance.
    likely : bool
        Whether the confidence reaches ``likely_from``.
    interval_s : float array, shape (n - 1,)
        From onset to onset.
    interval_counts, interval_edges_s : int array, float tuple
        Their histogram; longer ones are in the last bin.
    intensity : float array, shape (n,)
        Course over the cluster: slow wave and EMG burst of each member over the cluster's median (geometric mean of
        what was measured; NaN where nothing was).
    intensity_peak : float
        Where in the cluster the intensity is highest, 0 first to 1 last member (running mean of three); NaN if the
        cluster is too short to tell.
    since_awakening_s : float
        Time since the last arousal or awakening; NaN where there was none or states are not assessable.
    asymmetry : float
        Median left-right asymmetry of limb EMG, -1 right to 1 left; NaN if not assessable.
    state : str
        State of sleep at the onset.
    """

    cluster_id: str
    onset_s: float
    stop_s: float
    members: NDArray[np.intp]
    confidence: float
    likely: bool
    interval_s: FloatArray
    interval_counts: NDArray[np.intp]
    interval_edges_s: tuple[float, ...]
    intensity: FloatArray
    intensity_peak: float
    since_awakening_s: float
    asymmetry: float
    state: str

    @property
    def n(self) -> int:
        """Number of spasms."""
        return len(self.members)

    @property
    def duration_s(self) -> float:
        """From the onset of the first to the end of the last."""
        return self.stop_s - self.onset_s

    @property
    def reason(self) -> str:
        """What was measured, in plain words."""
        parts = [] if self.likely else ["possible cluster"]
        parts += [f"{self.n} spasms, median interval {np.median(self.interval_s):.0f} s"]
        if np.isfinite(self.since_awakening_s):
            parts.append(f"{max(self.since_awakening_s, 0) / 60:.1f} min after an arousal")
        if np.isfinite(self.intensity_peak):
            parts.append(f"strongest after {self.intensity_peak:.0%} of the members".replace("%", " %"))
        if np.isfinite(self.asymmetry) and abs(self.asymmetry) >= 0.2:
            side = "left" if self.asymmetry > 0 else "right"
            parts.append(f"EMG stronger on the {side} ({abs(self.asymmetry):.0%})".replace("%", " %"))
        return "; ".join([*parts, UNCONFIRMED])

    @property
    def event(self) -> Event:
        """Row of the event table."""
        return Event(
            round(self.onset_s, 3),
            round(self.duration_s, 3),
            "spasm_cluster",
            (),
            round(self.confidence, 3),
            subtype=f"{self.n} spasms",
            state=self.state,
            cluster_id=self.cluster_id,
            counted=True,
            reason=self.reason,
        )


def group(
    spasms: Spasms, *, hypnogram: Hypnogram | None = None, rules: ClusterRules | None = None
) -> tuple[Cluster, ...]:
    """Clusters of the counted spasms, in order of time.

    Parameters
    ----------
    spasms : Spasms
        Of the whole recording; near-misses are left out.
    hypnogram : Hypnogram, optional
        For the time since awakening and the state.
    rules : ClusterRules, optional
    """
    r = rules or ClusterRules()
    rows = np.flatnonzero(spasms.counted)
    if len(rows) < max(1, r.min_spasms):
        return ()
    onset, stop = spasms.onset_s[rows], np.maximum.accumulate(spasms.stop_s[rows])
    breaks = np.flatnonzero(onset[1:] - stop[:-1] > r.max_gap_s) + 1
    runs = [run for run in np.split(rows, breaks) if len(run) >= r.min_spasms]
    return tuple(_cluster(k + 1, run, spasms, hypnogram, r) for k, run in enumerate(runs))


def cluster_ids(clusters: Sequence[Cluster], n: int) -> NDArray[np.object_]:
    """Name of the cluster of each of ``n`` spasms, empty for single ones."""
    out = np.full(n, "", object)
    for c in clusters:
        out[c.members] = c.cluster_id
    return out


def _cluster(
    number: int, members: NDArray[np.intp], spasms: Spasms, hypnogram: Hypnogram | None, r: ClusterRules
) -> Cluster:
    onset = spasms.onset_s[members]
    interval = np.diff(onset)
    edges = np.array(r.interval_edges_s)
    counts, _ = np.histogram(np.clip(interval, edges[0], edges[-1]), edges)
    intensity = _intensity(spasms, members)
    asymmetry = spasms.emg_asymmetry[members]
    confidence = _at_least(spasms.confidence[members].astype(np.float64), r.min_spasms)
    return Cluster(
        f"cluster_{number}",
        float(onset[0]),
        float(spasms.stop_s[members].max()),
        members,
        confidence,
        confidence >= r.likely_from,
        interval,
        np.asarray(counts, np.intp),
        r.interval_edges_s,
        intensity,
        _peak(intensity),
        _since_awakening(float(onset[0]), hypnogram),
        float(np.nanmedian(asymmetry)) if np.isfinite(asymmetry).any() else float("nan"),
        state_at(hypnogram, float(onset[0])),
    )


def _at_least(confidence: FloatArray, needed: int) -> float:
    """Chance of so many successes among independent members."""
    chance = np.zeros(len(confidence) + 1)
    chance[0] = 1.0
    for c in confidence:
        chance[1:] = chance[1:] * (1 - c) + chance[:-1] * c
        chance[0] *= 1 - c
    return float(min(1.0, chance[needed:].sum()))


def _intensity(spasms: Spasms, members: NDArray[np.intp]) -> FloatArray:
    logs = []
    for column in (spasms.slow_wave_uv, spasms.emg_ratio):
        values = column[members].astype(np.float64)
        known = np.isfinite(values) & (values > 0)
        if known.any():
            safe = np.where(known, values, 1.0)
            logs.append(np.where(known, np.log(safe / np.median(values[known])), np.nan))
    if not logs:
        return np.full(len(members), np.nan)
    table = np.stack(logs)
    known_any = np.isfinite(table).any(axis=0)
    out = np.full(len(members), np.nan)
    out[known_any] = np.exp(np.nanmean(table[:, known_any], axis=0))
    return out


def _peak(intensity: FloatArray) -> float:
    if len(intensity) < 5 or np.isnan(intensity).any():
        return float("nan")
    smooth = np.convolve(intensity, np.ones(3) / 3, mode="valid")
    return float((int(smooth.argmax()) + 1) / (len(intensity) - 1))


def _since_awakening(onset_s: float, hypnogram: Hypnogram | None) -> float:
    if hypnogram is None or hypnogram.refusal or not len(hypnogram.arousal_s):
        return float("nan")
    before = hypnogram.arousal_s[hypnogram.arousal_s <= onset_s + EPOCH_SLACK_S]
    return float(onset_s - before.max()) if len(before) else float("nan")
