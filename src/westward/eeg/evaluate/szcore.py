"""Event and sample scoring by the rules of SzCORE.

Dan J et al., Epilepsia 2025;66(S3):14-24 (recalled); the values and the order of operations are those of the
reference package ``timescoring`` 0.0.7 (read in its source), whose numbers these functions give.

On the defaults: events closer than 90 s become one, so that a whole cluster of spasms counts once. These rules
therefore measure the detection of clusters and seizures, never of single spasms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Span = tuple[float, float]
"""Start and end in seconds."""

_EVENT_HZ = 10
_ANY_OVERLAP = 1e-6
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SzcoreParameters:
    """The rules' numbers; the defaults are the benchmark's (excerpt: read in the source of ``timescoring``).

    Attributes
    ----------
    tolerance_before_s, tolerance_after_s : float
        The reference event is extended by these.
    min_overlap : float
        Share of the extended reference event that must be marked; 0 means any.
    max_duration_s : float
        Longer events are cut into pieces of this length.
    merge_closer_than_s : float
        Events separated by less become one.
    sample_hz : float
        Labels per second in sample scoring.
    """

    tolerance_before_s: float = 30.0
    tolerance_after_s: float = 60.0
    min_overlap: float = 0.0
    max_duration_s: float = 300.0
    merge_closer_than_s: float = 90.0
    sample_hz: int = 1


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts of one recording, and what follows from them; None where nothing can be said.

    Attributes
    ----------
    n_reference : int
        Reference events (after merging and cutting), or samples.
    n_hypothesis : int
        The same of what was scored.
    true_positives : int
        Reference events found, or samples marked by both.
    false_positives : int
        Hypothesis events that touch no found reference event, or samples marked by the hypothesis alone.
    duration_s : float
        Length that was scored.
    """

    n_reference: int
    n_hypothesis: int
    true_positives: int
    false_positives: int
    duration_s: float

    @property
    def sensitivity(self) -> float | None:
        """Share of the reference found; None without reference events."""
        return self.true_positives / self.n_reference if self.n_reference else None

    @property
    def precision(self) -> float | None:
        """True positives among true and false positives; None when nothing was found."""
        found = self.true_positives + self.false_positives
        return self.true_positives / found if found else None

    @property
    def f1(self) -> float | None:
        """F1 of the counts; None when there is neither a reference event nor a false positive."""
        if self.n_reference + self.false_positives == 0:
            return None
        return 2 * self.true_positives / (self.true_positives + self.false_positives + self.n_reference)

    @property
    def false_positives_per_day(self) -> float | None:
        """False positives per 24 h."""
        return self.false_positives / (self.duration_s / _DAY_S) if self.duration_s > 0 else None


def merge(events: Sequence[Span], closer_than_s: float) -> list[Span]:
    """Join an event to the one before when less than ``closer_than_s`` separates them.

    The joined event ends where the later one ends, as in the reference package; give events in order and without
    overlap, else an event that lies inside another shortens it.
    """
    out: list[Span] = []
    for start, end in events:
        if out and start - out[-1][1] < closer_than_s:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def split(events: Sequence[Span], longest_s: float) -> list[Span]:
    """Cut events longer than ``longest_s`` into pieces of that length and a rest."""
    if longest_s <= 0:
        raise ValueError(f"the longest duration is {longest_s} s")
    out: list[Span] = []
    for start, end in events:
        begin = start
        while end - begin > longest_s:
            out.append((begin, begin + longest_s))
            begin += longest_s
        out.append((begin, end))
    return out


def extend(events: Sequence[Span], before_s: float, after_s: float, duration_s: float) -> list[Span]:
    """Lengthen events on both sides, not beyond the recording."""
    return [(max(0.0, start - before_s), min(duration_s, end + after_s)) for start, end in events]


def _samples(span: Span, rate_hz: float) -> slice:
    first, stop = (max(0, round(t * rate_hz)) for t in span)
    return slice(first, stop)


def _mask(events: Sequence[Span], rate_hz: float, n: int) -> NDArray[np.bool_]:
    mask = np.zeros(n, np.bool_)
    for event in events:
        mask[_samples(event, rate_hz)] = True
    return mask


def score_events(
    reference: Sequence[Span],
    hypothesis: Sequence[Span],
    *,
    duration_s: float,
    parameters: SzcoreParameters | None = None,
) -> Scores:
    """Event scores of one recording.

    Labels are taken at 10 Hz. In this order: (1) merge, (2) cut, (3) extend the reference, (4) a reference event is
    found when any of its extended time is marked, (5) a hypothesis event is false when none of it lies in the
    extended time of a found reference event.

    Parameters
    ----------
    reference, hypothesis : sequences of (start, end)
        Seconds, in order.
    duration_s : float
        Length of the recording.
    """
    p = parameters or SzcoreParameters()
    n = round(duration_s * _EVENT_HZ)
    ref, hyp = (split(merge(e, p.merge_closer_than_s), p.max_duration_s) for e in (reference, hypothesis))
    marked = _mask(hyp, _EVENT_HZ, n)
    found = np.zeros(n, np.bool_)
    hits = 0
    for span in extend(ref, p.tolerance_before_s, p.tolerance_after_s, n / _EVENT_HZ):
        length = span[1] - span[0]
        if length <= 0:
            continue
        place = _samples(span, _EVENT_HZ)
        if (int(marked[place].sum()) / _EVENT_HZ) / length > p.min_overlap + _ANY_OVERLAP:
            hits += 1
            found[place] = True
    false = sum(not found[_samples(event, _EVENT_HZ)].any() for event in hyp)
    return Scores(len(ref), len(hyp), hits, false, n / _EVENT_HZ)


def score_samples(
    reference: Sequence[Span],
    hypothesis: Sequence[Span],
    *,
    duration_s: float,
    parameters: SzcoreParameters | None = None,
) -> Scores:
    """Sample scores of one recording, at 1 Hz by default; events are not merged, cut or extended."""
    rate = (parameters or SzcoreParameters()).sample_hz
    n = round(duration_s * rate)
    ref, hyp = _mask(reference, rate, n), _mask(hypothesis, rate, n)
    return Scores(int(ref.sum()), int(hyp.sum()), int((ref & hyp).sum()), int((~ref & hyp).sum()), n / rate)
