"""The operating point of a recording, and what others would cost: false alarms per night from time without spasms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.cluster import Cluster
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.events.spasms import Spasms

POINTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
AWAY_S = 600.0
"""Time farther than this from every cluster is taken as free of spasms. Status: policy."""
LEAST_H = 1.0
"""With less time free of spasms nothing is said of a night. Status: policy."""
CHANCE = 0.95


@dataclass(frozen=True, slots=True)
class OperatingRow:
    """One operating point.

    Attributes
    ----------
    operating_point : float
    n_counted : int
        Candidates that the whole recording would count.
    n_false : int
        Of these, in time taken as free of spasms.
    per_night, low, high : float
        Expected number per night with its 95 % Poisson interval.
    """

    operating_point: float
    n_counted: int
    n_false: int
    per_night: float
    low: float
    high: float


def in_use(spasms: Spasms, parameters: SpasmParameters) -> float:
    """Confidence from which the candidates of this recording are counted.

    Parameters
    ----------
    spasms : Spasms
        All that are listed.
    parameters : SpasmParameters
    """
    return parameters.operating_point_without_emg if spasms.with_emg is False else parameters.operating_point


def spasm_free(clusters: Sequence[Cluster], assessable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Assessable seconds far from every cluster.

    Single spasms may lie in it, so that not all counted there is false; near clusters more is to be expected.
    """
    out = assessable.copy()
    for c in clusters:
        out[max(0, int(c.onset_s - AWAY_S)) : max(0, int(c.stop_s + AWAY_S))] = False
    return out


def expected_false_per_night(
    spasms: Spasms, free: NDArray[np.bool_], points: Sequence[float] = POINTS, *, night_h: float = 12.0
) -> tuple[OperatingRow, ...]:
    """The table of operating points; empty with less than an hour free of spasms.

    Parameters
    ----------
    spasms : Spasms
        With near-misses; points below the confidence from which these are listed are underestimated.
    free : bool array, shape (n_seconds,)
        Seconds without spasms, by review or from :func:`spasm_free`.
    points : sequence of float
    night_h : float
        Length of a night, h. Status: policy.
    """
    hours = float(free.sum()) / 3600
    if hours < LEAST_H:
        return ()
    from scipy import stats

    second = spasms.onset_s.astype(np.intp)
    inside = (second >= 0) & (second < len(free))
    inside[inside] = free[second[inside]]
    scale, tail = night_h / hours, (1 - CHANCE) / 2
    rows = []
    for point in points:
        over = spasms.confidence >= point
        n = int((over & inside).sum())
        low = float(stats.chi2.ppf(tail, 2 * n)) / 2 if n else 0.0
        high = float(stats.chi2.ppf(1 - tail, 2 * n + 2)) / 2
        rows.append(OperatingRow(float(point), int(over.sum()), n, n * scale, low * scale, high * scale))
    return tuple(rows)
