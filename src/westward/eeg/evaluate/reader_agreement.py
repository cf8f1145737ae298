"""Agreement on whole-recording ratings: each reader with the program, and the readers among themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.evaluate import agreement, estimate
from westward.eeg.evaluate.intervals import Counts
from westward.eeg.evaluate.marks import Marked
from westward.eeg.evaluate.protocol import IntervalParameters

SCALES = {"based": (0, 1, 2, 3, 4, 5), "hypsarrhythmia": (0, 1)}
"""Levels of each rating in order."""

Pair = tuple[Marked, Marked]
"""Reference and found marks of one recording."""


def agree(score: str, pairs: Sequence[Pair], p: IntervalParameters) -> dict[str, Any] | None:
    """Everything about one rating, ready for JSON; None where nobody rated it.

    Keys: ``levels``; ``with_program``, one entry per reader {rater, n, exact, within_one, kappa_quadratic, low,
    high, confusion}; ``readers`` {n_raters, n, alpha_ordinal, fleiss_kappa, icc_2_1, icc_3_1}, ``readers_and_program``
    the same with the program as one more reader.
    """
    rated = [(r, f) for r, f in pairs if r.ratings.get(score)]
    if not rated:
        return None
    levels = SCALES[score]
    raters = sorted({rater for r, _ in rated for rater in r.ratings[score]})
    program = [_first(f, score) for _, f in rated]
    table = np.full((len(rated), len(raters)), np.nan)
    for i, (r, _) in enumerate(rated):
        for rater, value in r.ratings[score].items():
            table[i, raters.index(rater)] = value
    mine = np.array([np.nan if v is None else v for v in program])
    patients = [r.patient for r, _ in rated]
    with_program = [
        _two(rater, table[:, k], mine, patients, levels, p)
        for k, rater in enumerate(raters)
        if (np.isfinite(table[:, k]) & np.isfinite(mine)).any()
    ]
    return {
        "levels": list(levels),
        "n_recordings": len(rated),
        "n_program": int(np.isfinite(mine).sum()),
        "with_program": with_program,
        "readers": _many(table, levels),
        "readers_and_program": _many(np.column_stack([table, mine]), levels)
        if len(raters) > 1 and np.isfinite(mine).any()
        else None,
    }


def _first(found: Marked, score: str) -> float | None:
    return next(iter(found.ratings.get(score, {}).values()), None)


def _two(
    rater: str,
    theirs: NDArray[np.float64],
    mine: NDArray[np.float64],
    patients: Sequence[str],
    levels: tuple[int, ...],
    p: IntervalParameters,
) -> dict[str, Any]:
    both = np.isfinite(theirs) & np.isfinite(mine)
    a, b = theirs[both], mine[both]
    who = [name for name, keep in zip(patients, both, strict=True) if keep]
    kappa = agreement.weighted_kappa(a, b, levels=levels)
    n = len(levels)
    cells = [
        (name, {f"{i},{j}": float((int(x), int(y)) == (levels[i], levels[j])) for i in range(n) for j in range(n)})
        for name, x, y in zip(who, a, b, strict=True)
    ]
    drawn = estimate.by_patient(estimate.summed(cells), _quadratic, p)
    rows = [estimate.Row(name, float(x == y), 1) for name, x, y in zip(who, a, b, strict=True)]
    near = [estimate.Row(name, float(abs(x - y) <= 1), 1) for name, x, y in zip(who, a, b, strict=True)]
    texts = tuple(str(v) for v in levels)
    return {
        "rater": rater,
        "n": int(both.sum()),
        "exact": estimate.share(rows, p, why="nothing rated by both").as_dict(),
        "within_one": estimate.share(near, p, why="nothing rated by both").as_dict(),
        "kappa_quadratic": _or_none(kappa),
        "low": drawn.low if drawn else None,
        "high": drawn.high if drawn else None,
        "confusion": agreement.confusion(a.astype(int).astype(str), b.astype(int).astype(str), texts),
    }


def _quadratic(sums: Counts) -> NDArray[np.float64]:
    """Quadratic kappa of confusion tables given as one count per cell."""
    n = round(len(sums) ** 0.5)
    table = np.stack([sums[f"{i},{j}"] for i in range(n) for j in range(n)], axis=-1)
    table = table.reshape(*table.shape[:-1], n, n)
    far = (np.arange(n)[:, None] - np.arange(n)) ** 2
    expected = table.sum(-1)[..., :, None] * table.sum(-2)[..., None, :] / table.sum((-1, -2))[..., None, None]
    below = (expected * far).sum((-1, -2))
    return np.where(below > 1e-12, 1 - (table * far).sum((-1, -2)) / below, np.nan)


def _many(table: NDArray[np.float64], levels: tuple[int, ...]) -> dict[str, Any] | None:
    if table.shape[1] < 2:
        return None
    whole = table[np.isfinite(table).all(axis=1)]
    counts = np.stack([(whole == v).sum(axis=1) for v in levels], axis=1)
    complete = len(whole) >= 2
    return {
        "n_raters": table.shape[1],
        "n": int((np.isfinite(table).sum(axis=1) >= 2).sum()),
        "n_complete": len(whole),
        "alpha_ordinal": _or_none(agreement.krippendorff_alpha(table, level="ordinal")),
        "fleiss_kappa": _or_none(agreement.fleiss_kappa(counts)) if complete else None,
        "icc_2_1": _or_none(agreement.icc(whole, form="2,1")) if complete else None,
        "icc_3_1": _or_none(agreement.icc(whole, form="3,1")) if complete else None,
    }


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None
