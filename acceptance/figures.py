"""Figures of a set of results, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from acceptance.score import CONTRAST_EDGES, STATES, is_exact
from westward.core.proportion import wilson

Result = dict[str, Any]
_RESAMPLES = 1000


@dataclass(frozen=True)
class Share:
    """``hits`` of ``total`` with its Wilson 95 % interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.hits / self.total if self.total else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's; everything is possible of nothing."""
        return wilson(self.hits, self.total) if self.total else (0.0, 1.0)

    def __str__(self) -> str:
        if not self.total:
            return "none"
        low, high = self.interval
        return f"{100 * self.value:.1f} % ({self.hits}/{self.total}; {100 * low:.0f}-{100 * high:.0f} %)"


def share(results: Sequence[Result], test: Callable[[Result], bool]) -> Share:
    """How many of the results pass a test."""
    return Share(sum(bool(test(r)) for r in results), len(results))


@dataclass(frozen=True)
class Estimate:
    """A figure with its bootstrap 95 % interval over recordings; NaN of nothing."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return "none" if not self.n else f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f}, n = {self.n})"


def quantile(values: Sequence[float], q: float) -> Estimate:
    """A quantile."""
    x = np.asarray(values, float)
    if not len(x):
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    rng = np.random.default_rng(0)
    again = np.quantile(x[rng.integers(len(x), size=(_RESAMPLES, len(x)))], q, axis=1)
    return Estimate(float(np.quantile(x, q)), *(float(v) for v in np.quantile(again, (0.025, 0.975))), len(x))


def bin_errors(results: Sequence[Result], key: str) -> list[float]:
    """Size of the error of the spike-bin share; ``key`` is ``spike_bins`` (headline) or ``spike_bins_at_true_epoch``.

    Recordings without that figure are left out; they already count as wrong grades.
    """
    return [abs(r[key] - r["spike_bins_true"]) for r in results if None not in (r[key], r["spike_bins_true"])]


def state_tables(results: Sequence[Result]) -> NDArray[np.int64]:
    """Per recording, 30-s epochs by true (rows) and found state (columns), shape (n, 5, 5)."""
    tables = np.zeros((len(results), len(STATES), len(STATES)), np.int64)
    for table, r in zip(tables, results, strict=True):
        np.add.at(table, (np.asarray(r["states_true"], int), np.asarray(r["states"], int)), 1)
    return tables


def kappa(table: NDArray[np.number]) -> float:
    """Cohen's kappa of a table of counts; an epoch found unknown disagrees."""
    n = float(table.sum())
    if n <= 0:
        return float("nan")
    chance = float(table.sum(axis=1) @ table.sum(axis=0)) / n**2
    return (float(np.trace(table)) / n - chance) / (1 - chance) if chance < 1 - 1e-12 else float("nan")


def pooled_kappa(results: Sequence[Result]) -> Estimate:
    """Kappa over all epochs of all recordings."""
    tables = state_tables(results)
    if not len(tables):
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    rng = np.random.default_rng(0)
    again = [kappa(tables[rng.integers(len(tables), size=len(tables))].sum(axis=0)) for _ in range(_RESAMPLES)]
    low, high = np.nanquantile(again, (0.025, 0.975)) if np.isfinite(again).any() else (np.nan, np.nan)
    return Estimate(kappa(tables.sum(axis=0)), float(low), float(high), len(tables))


def worst_error(results: Sequence[Result]) -> int | None:
    """Largest distance of a given score to the truth, in grades."""
    return max((abs(r["score"] - r["score_true"]) for r in results if r["score"] is not None), default=None)


def same_class(result: Result) -> bool:
    """Whether fewer than three foci, or three and more, is right; nothing given is wrong."""
    return result["score"] is not None and (len(result["foci"]) >= 3) == (len(result["foci_true"]) >= 3)


def foci_found(results: Sequence[Result]) -> Share:
    """True foci of the worst epoch with a counted focus on the same electrode or a neighbor."""
    total = sum(len(r["foci_true"]) for r in results)
    return Share(total - sum(len(r["foci_missed"]) for r in results), total)


def terciles(results: Sequence[Result]) -> list[tuple[str, list[Result]]]:
    """Recordings with spikes in three equal classes of the median contrast of their spikes, hardest first."""
    spiky = [r for r in results if r["spikes_found"]["median_contrast"] is not None]
    spiky.sort(key=lambda r: r["spikes_found"]["median_contrast"])
    cuts = [round(k * len(spiky) / 3) for k in range(4)]
    out = []
    for name, a, b in zip(("hard", "middle", "easy"), cuts, cuts[1:], strict=False):
        part = spiky[a:b]
        if part:
            low, high = (part[k]["spikes_found"]["median_contrast"] for k in (0, -1))
            out.append((f"{name} ({low:.2f}-{high:.2f})", part))
    return out


def spike_terciles(results: Sequence[Result]) -> list[tuple[str, Share]]:
    """Planted spikes counted, in about equal classes of amplitude over local background, hardest first."""
    planted = np.sum([r["spikes_found"]["planted"] for r in results], axis=0, dtype=float) if results else np.zeros(1)
    if not planted.sum():
        return []
    found = np.sum([r["spikes_found"]["found"] for r in results], axis=0, dtype=float)
    below = np.cumsum(planted) / planted.sum()
    cuts = [0, *(int(np.argmin(np.abs(below - q))) + 1 for q in (1 / 3, 2 / 3)), len(planted)]
    return [
        (
            f"{name} ({_edge(a, planted)}-{_edge(b, planted)})",
            Share(int(found[a:b].sum()), int(planted[a:b].sum())),
        )
        for name, a, b in zip(("hard", "middle", "easy"), cuts, cuts[1:], strict=False)
    ]


def _edge(k: int, planted: NDArray[np.float64]) -> str:
    used = np.flatnonzero(planted)
    return f"{CONTRAST_EDGES[min(max(k, int(used[0])), int(used[-1]) + 1)]:.2f}"


def exact(results: Sequence[Result]) -> Share:
    """Right grades; "not assessable" is wrong."""
    return share(results, is_exact)
