"""All 5-minute epochs of a study at once: what each of them holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.hypnogram import STATES
from westward.eeg.grading import pages
from westward.eeg.grading.rules import BasedRules
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.signal.montage import ELECTRODES

IntArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class EpochTable:
    """Counts per assessable epoch, in order of time; one column per epoch.

    Attributes
    ----------
    starts : int array, shape (n_epochs,)
        First second of each epoch.
    assessable_bins, spike_bins : int array, shape (n_epochs,)
        One-second bins that are assessable, and those of them that hold a spike.
    positive_pages, possible_pages : int array, shape (n_epochs,)
        See :class:`westward.eeg.grading.pages.PageCounts`.
    focus_spikes : int array, shape (n_foci, n_epochs)
        Spikes of each focus in assessable bins.
    high_bins, measured_bins : int array, shape (n_derivations, n_epochs)
        Assessable bins in which a derivation reaches its limit, and in which it shows background at all.
    faulty_bins : int array, shape (n_derivations, n_epochs)
        Assessable bins in which one of its electrodes is at fault.
    attenuations, grouped : int array, shape (n_epochs,)
        Events with their onset in the epoch.
    asleep : bool array, shape (n_epochs,)
        Whether at least half of the assessable bins are NREM sleep.
    wave_uv : float64 array, shape (n_epochs,)
        Mean over seconds of the mean over derivations of the largest background wave, to 1 µV; 0 where none is.
    """

    starts: NDArray[np.intp]
    assessable_bins: IntArray
    spike_bins: IntArray
    positive_pages: IntArray
    possible_pages: IntArray
    focus_spikes: IntArray
    high_bins: IntArray
    measured_bins: IntArray
    faulty_bins: IntArray
    attenuations: IntArray
    grouped: IntArray
    asleep: NDArray[np.bool_]
    wave_uv: NDArray[np.float64]

    @property
    def n_epochs(self) -> int:
        """Number of assessable epochs; they overlap."""
        return len(self.starts)

    @property
    def spike_bin_fraction(self) -> NDArray[np.float64]:
        """Share of the assessable bins that hold a spike, shape (n_epochs,)."""
        return self.spike_bins / np.maximum(self.assessable_bins, 1)

    def share(self) -> NDArray[np.float64]:
        """Share of the assessable bins in which a derivation reaches its limit, shape (n_derivations, n_epochs).

        Bins in which spikes leave no background are left out; bins in which an electrode is at fault are not high.
        """
        return np.asarray(self.high_bins / np.maximum(self.measured_bins + self.faulty_bins, 1))

    def high(self, rules: BasedRules) -> NDArray[np.bool_]:
        """Which derivations are of abnormally high amplitude, shape (n_derivations, n_epochs)."""
        excluded = rules.epoch_s - self.assessable_bins
        proven = self.high_bins / np.maximum(self.measured_bins + self.faulty_bins + excluded, 1)
        recurs = (self.share() >= rules.recurrence) & (proven >= rules.proven_recurrence * rules.recurrence)
        return np.asarray(self.measured(rules) & recurs & (self.high_bins > 0))

    def measured(self, rules: BasedRules) -> NDArray[np.bool_]:
        """Which derivations can be judged, shape (n_derivations, n_epochs): enough background left, few faults."""
        enough = self.measured_bins >= rules.min_measured_fraction * self.assessable_bins
        sound = self.faulty_bins <= rules.max_faulty_fraction * self.assessable_bins
        return np.asarray(enough & sound & (self.measured_bins > 0))

    def foci(self, rules: BasedRules) -> IntArray:
        """Number of foci that count, shape (n_epochs,)."""
        return np.asarray((self.focus_spikes >= rules.min_spikes).sum(axis=0), np.int32)

    def levels(self, rules: BasedRules, *, by_pages: bool = True, pages_possible: bool = False) -> IntArray:
        """Level of each epoch, shape (n_epochs,): 5, 4, 3, or 0 where none of these is met.

        Parameters
        ----------
        by_pages : bool
            Spike burden by the page rule; else by the share of assessable bins.
        pages_possible : bool
            Count excluded bins as spikes in the page rule, to see whether they matter.
        """
        if by_pages:
            burden = (self.possible_pages if pages_possible else self.positive_pages) >= rules.positive_pages
        else:
            burden = self.spike_bin_fraction >= rules.burden
        multifocal = self.foci(rules) >= rules.multifocal
        high = self.high(rules).any(axis=0)
        events = (self.grouped >= max(rules.min_grouped, 1)) | (self.attenuations >= max(rules.min_attenuations, 1))
        level = np.where(multifocal | high, 3, 0)
        level = np.where((multifocal & high) | events, 4, level)
        return np.asarray(np.where(multifocal & burden, 5, level), np.int32)

    def order(self, levels: IntArray) -> NDArray[np.intp]:
        """Epochs from the worst on.

        By level, spike-bin fraction, grouped spikes plus attenuations, NREM sleep first (below level 3 only), largest
        background waves, earliest.
        """
        asleep = self.asleep & (levels < 3)
        events = self.grouped + self.attenuations
        return np.lexsort((self.starts, -self.wave_uv, ~asleep, -events, -self.spike_bin_fraction, -levels))


def located(derivation: str) -> bool:
    """Whether both electrodes of a derivation are known scalp positions; the limits need that."""
    return "-" in derivation and set(derivation.split("-")) <= set(ELECTRODES)


def epoch_starts(facts: StudyFacts, *, rules: BasedRules) -> NDArray[np.intp]:
    """First seconds of all assessable epochs: on the grid of their segment, without a gap, with enough usable bins."""
    n, length = facts.n_seconds, rules.epoch_s
    if n < length:
        return np.zeros(0, np.intp)
    change = np.flatnonzero(np.diff(facts.contiguous)) + 1
    firsts, stops = np.concatenate([[0], change]), np.concatenate([change, [n]])
    grids = [
        np.arange(first, stop - length + 1, rules.start_grid_s)
        for first, stop in zip(firsts, stops, strict=True)
        if facts.contiguous[first] >= 0
    ]
    starts = np.concatenate([np.zeros(0, np.intp), *grids]).astype(np.intp)
    usable = pages.running_sum(facts.assessable, length)
    return np.asarray(starts[usable[starts] >= rules.min_assessable_bins], np.intp)


@dataclass(frozen=True, eq=False)
class SpikeSeconds:
    """Which seconds hold spikes: assessable ones only, the second of the peak.

    Attributes
    ----------
    per_second : int array, shape (n_seconds,)
        Spikes of any focus or none.
    by_focus : tuple of int array
        Sorted seconds of the spikes of each focus.
    """

    per_second: IntArray
    by_focus: tuple[NDArray[np.intp], ...]

    @classmethod
    def of(cls, facts: StudyFacts) -> SpikeSeconds:
        """From the spikes of a study."""
        second = np.floor(facts.spike_s).astype(np.intp)
        kept = (second >= 0) & (second < facts.n_seconds)
        kept[kept] = facts.assessable[second[kept]]
        second, focus = second[kept], facts.spike_focus[kept]
        order = np.lexsort((second, focus))
        edges = np.searchsorted(focus[order], np.arange(len(facts.foci) + 1))
        parts = np.split(second[order], edges)[1:-1]
        return cls(np.bincount(second, minlength=facts.n_seconds).astype(np.int32), tuple(parts))

    def bins(self, rejected_foci: Sequence[int] = ()) -> NDArray[np.bool_]:
        """Whether each second holds a spike, shape (n_seconds,), without those of rejected foci."""
        left = self.per_second.copy()
        for i in rejected_foci:
            np.subtract.at(left, self.by_focus[i], 1)
        return np.asarray(left > 0)

    def counts(self, rejected_foci: Sequence[int] = ()) -> IntArray:
        """Spikes of each focus in the study, shape (n_foci,); 0 for rejected ones."""
        return np.array([0 if i in rejected_foci else len(s) for i, s in enumerate(self.by_focus)], np.int32)


def tabulate(facts: StudyFacts, spikes: SpikeSeconds, *, rules: BasedRules) -> EpochTable:
    """Count everything in every assessable epoch (grid of 15 s: 5,760 epochs in 24 h)."""
    starts = epoch_starts(facts, rules=rules)
    none = np.zeros(0, np.int32)
    table = EpochTable(
        starts,
        pages.running_sum(facts.assessable, rules.epoch_s)[starts] if len(starts) else none,
        none, none, none, *(np.zeros((0, len(starts)), np.int32),) * 4,
        _onsets(facts.attenuation_s, starts, rules), _onsets(facts.grouped_s, starts, rules),
        _asleep(facts, starts, rules), _mean_wave(facts, starts, rules),
    )  # fmt: skip
    return with_amplitude(with_spikes(table, facts, spikes, rules=rules), facts, rules=rules)


def with_spikes(
    table: EpochTable, facts: StudyFacts, spikes: SpikeSeconds, *, rules: BasedRules, rejected_foci: Sequence[int] = ()
) -> EpochTable:
    """The table with its spike columns counted anew, without the spikes of rejected foci."""
    bins = spikes.bins(rejected_foci)
    counts = pages.count(bins, facts.assessable, table.starts, rules=rules)
    by_focus = np.zeros((len(facts.foci), table.n_epochs), np.int32)
    for i, seconds in enumerate(spikes.by_focus):
        if i not in rejected_foci:
            stops = np.searchsorted(seconds, table.starts + rules.epoch_s)
            by_focus[i] = stops - np.searchsorted(seconds, table.starts)
    return replace(
        table,
        spike_bins=pages.running_sum(bins, rules.epoch_s)[table.starts] if table.n_epochs else np.zeros(0, np.int32),
        positive_pages=counts.positive,
        possible_pages=counts.possible,
        focus_spikes=by_focus,
    )


def with_amplitude(table: EpochTable, facts: StudyFacts, *, rules: BasedRules) -> EpochTable:
    """The table with its amplitude columns counted anew, by the limits of the rules."""
    if not table.n_epochs or not facts.derivations:
        empty = np.zeros((len(facts.derivations), table.n_epochs), np.int32)
        return replace(table, high_bins=empty, measured_bins=empty, faulty_bins=empty)
    limit = np.array([rules.limit_uv(d) if located(d) else np.nan for d in facts.derivations], np.float32)[:, None]
    with np.errstate(invalid="ignore"):
        high = (facts.background_uv >= limit) & facts.assessable
    measured = np.isfinite(facts.background_uv) & np.isfinite(limit) & facts.assessable
    return replace(
        table,
        high_bins=pages.running_sum(high, rules.epoch_s)[:, table.starts],
        measured_bins=pages.running_sum(measured, rules.epoch_s)[:, table.starts],
        faulty_bins=pages.running_sum(facts.faulty & facts.assessable, rules.epoch_s)[:, table.starts],
    )


def without_derivations(table: EpochTable, rows: NDArray[np.bool_]) -> EpochTable:
    """The table with some derivations rejected."""
    keep = ~rows[:, None]
    return replace(table, high_bins=table.high_bins * keep, measured_bins=table.measured_bins * keep)


def _onsets(spans: NDArray[np.float64], starts: NDArray[np.intp], rules: BasedRules) -> IntArray:
    onset = np.sort(spans.reshape(-1, 2)[:, 0])
    return np.asarray(np.searchsorted(onset, starts + rules.epoch_s) - np.searchsorted(onset, starts), np.int32)


def _asleep(facts: StudyFacts, starts: NDArray[np.intp], rules: BasedRules) -> NDArray[np.bool_]:
    if not len(starts):
        return np.zeros(0, np.bool_)
    nrem = pages.running_sum((facts.state == STATES.index("nrem")) & facts.assessable, rules.epoch_s)
    return np.asarray(2 * nrem[starts] >= pages.running_sum(facts.assessable, rules.epoch_s)[starts])


def _mean_wave(facts: StudyFacts, starts: NDArray[np.intp], rules: BasedRules) -> NDArray[np.float64]:
    if not len(starts):
        return np.zeros(0, np.float64)
    seen = np.isfinite(facts.background_uv) & facts.assessable
    count = seen.sum(axis=0)
    per_second = np.where(seen, facts.background_uv, 0).sum(axis=0, dtype=np.float64) / np.maximum(count, 1)
    total = np.concatenate([[0.0], np.cumsum(per_second)])
    bins = pages.running_sum(count > 0, rules.epoch_s)[starts]
    return np.asarray(np.round((total[starts + rules.epoch_s] - total[starts]) / np.maximum(bins, 1)), np.float64)
