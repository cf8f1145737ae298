"""The page rule: the published reading shortcut for "spikes in at least half of the one-second bins"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.grading.rules import BasedRules


def running_sum(x: NDArray[np.generic], length: int) -> NDArray[np.int32]:
    """Sums over ``[k, k + length)`` for each k at which that stretch fits; last axis, counts in 32 bits."""
    total = np.zeros((*x.shape[:-1], x.shape[-1] + 1), np.int32)
    np.cumsum(x, axis=-1, dtype=np.int32, out=total[..., 1:])
    return np.asarray(total[..., length:] - total[..., : total.shape[-1] - length], np.int32)


@dataclass(frozen=True, eq=False)
class PageCounts:
    """Positive pages of each epoch.

    Attributes
    ----------
    positive : int array, shape (n_epochs,)
        Pages with enough bins that hold a spike; excluded bins count as negative.
    possible : int array, shape (n_epochs,)
        Pages that would be positive if every excluded bin held a spike.
    """

    positive: NDArray[np.int32]
    possible: NDArray[np.int32]


def count(
    spike_bin: NDArray[np.bool_], assessable: NDArray[np.bool_], starts: NDArray[np.intp], *, rules: BasedRules
) -> PageCounts:
    """Positive pages of the epochs that start at the given seconds.

    Parameters
    ----------
    spike_bin, assessable : bool array, shape (n_seconds,)
        Whether a bin holds a spike, and whether it was assessable. A spike in an excluded bin does not count.
    starts : int array, shape (n_epochs,)
        First second of each epoch; every epoch lies within the recording.
    """
    return PageCounts(
        _positive(spike_bin & assessable, starts, rules), _positive(spike_bin | ~assessable, starts, rules)
    )


def _positive(bins: NDArray[np.bool_], starts: NDArray[np.intp], rules: BasedRules) -> NDArray[np.int32]:
    if not len(starts):
        return np.zeros(0, np.int32)
    page = running_sum(bins, rules.page_s) >= rules.positive_bins_per_page
    offsets = np.arange(0, rules.epoch_s, rules.page_s)
    return np.asarray(page[starts[:, None] + offsets].sum(axis=1), np.int32)
