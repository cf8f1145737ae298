"""A number with its counts, its intervals, and the reason where there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.evaluate.intervals import Counts, Interval, bootstrap_by_patient, poisson_rate, wilson
from westward.eeg.evaluate.protocol import IntervalParameters

NO_REFERENCE = "no reference events: sensitivity not assessable"
NO_LENGTH = "length of the recordings unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One figure of an evaluation.

    Attributes
    ----------
    value : float or None
        Pooled over all recordings; None when not assessable.
    of : str
        Its counts in words, ``48 of 52``.
    interval : Interval or None
        Wilson or Poisson, as if events were independent; None where neither applies.
    by_patient : Interval or None
        Bootstrap, patients redrawn; None with fewer than two patients.
    mean_by_patient : float or None
        Mean of the patients' own figures: many events of one child do not weigh more.
    why : str
        Why there is no value.
    """

    value: float | None
    of: str = ""
    interval: Interval | None = None
    by_patient: Interval | None = None
    mean_by_patient: float | None = None
    why: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def missing(why: str) -> Estimate:
    """A figure that is not assessable."""
    return Estimate(value=None, why=why)


@dataclass(frozen=True, slots=True)
class Row:
    """Counts of one recording towards one figure."""

    patient: str
    above: float
    below: float


def summed(rows: Sequence[tuple[str, Mapping[str, float]]]) -> dict[str, NDArray[np.float64]]:
    """Counts of recordings, each with its patient, as sums by patient; every row has the same counts."""
    place = {patient: k for k, patient in enumerate(sorted({patient for patient, _ in rows}))}
    out = {name: np.zeros(len(place)) for name in rows[0][1]}
    for patient, counts in rows:
        for name, n in counts.items():
            out[name][place[patient]] += n
    return out


def by_patient(
    sums: Counts, statistic: Callable[[Counts], NDArray[np.float64]], p: IntervalParameters
) -> Interval | None:
    """Interval of a statistic of counts summed by patient, patients redrawn as the protocol says."""
    return bootstrap_by_patient(sums, statistic, confidence=p.confidence, resamples=p.resamples, seed=p.seed)


def _quotient(sums: Counts) -> NDArray[np.float64]:
    return sums["above"] / sums["below"]


def _common(rows: Sequence[Row], p: IntervalParameters) -> tuple[Interval | None, float | None]:
    sums = summed([(r.patient, {"above": r.above, "below": r.below}) for r in rows])
    drawn = by_patient(sums, _quotient, p)
    above, below = sums["above"], sums["below"]
    some = below > 0
    return drawn, float((above[some] / below[some]).mean()) if some.any() else None


def share(rows: Sequence[Row], p: IntervalParameters, *, why: str) -> Estimate:
    """A proportion: counts of counts, with Wilson's interval."""
    above, below = int(sum(r.above for r in rows)), int(sum(r.below for r in rows))
    if not below:
        return missing(why)
    drawn, mean = _common(rows, p)
    return Estimate(
        value=above / below,
        of=f"{above} of {below}",
        interval=wilson(above, below, confidence=p.confidence),
        by_patient=drawn,
        mean_by_patient=mean,
    )


def rate(rows: Sequence[Row], p: IntervalParameters, *, per: str, why: str) -> Estimate:
    """A rate: counts over exposure (``per`` names its unit), with the exact Poisson interval."""
    above, below = int(sum(r.above for r in rows)), float(sum(r.below for r in rows))
    if not below > 0:
        return missing(why)
    drawn, mean = _common(rows, p)
    return Estimate(
        value=above / below,
        of=f"{above} in {below:.4g} {per}",
        interval=poisson_rate(above, below, confidence=p.confidence),
        by_patient=drawn,
        mean_by_patient=mean,
    )


def ratio(rows: Sequence[Row], p: IntervalParameters, *, of: str, why: str) -> Estimate:
    """A quotient of sums that is neither proportion nor rate; the bootstrap alone tells its interval."""
    above, below = sum(r.above for r in rows), sum(r.below for r in rows)
    if not below > 0:
        return missing(why)
    drawn, mean = _common(rows, p)
    return Estimate(value=above / below, of=of, by_patient=drawn, mean_by_patient=mean)
