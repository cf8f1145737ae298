"""What each figure must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from acceptance import figures
from acceptance.figures import Result, Share
from acceptance.mutated import KEEPS_THE_RULE, MEMORY_LIMIT_MB, SECONDS_LIMIT
from acceptance.score import is_exact, is_right_without_sleep


@dataclass(frozen=True)
class Bar:
    """A figure beside what it must be; ``met`` is None where there is nothing to judge."""

    what: str
    found: str
    wanted: str
    met: bool | None

    @property
    def verdict(self) -> str:
        """One word."""
        return {True: "pass", False: "**FAIL**", None: "not run"}[self.met]


def share_bar(what: str, share: Share, least: float) -> Bar:
    """A share that must be at least ``least``."""
    return Bar(
        what,
        str(share),
        f">= {100 * least:g} %" if least < 1 else "100 %",
        share.value >= least if share.total else None,
    )


def grading_bars(results: Sequence[Result], *, states: bool) -> list[Bar]:
    """The bars that a set of graded recordings must meet; ``states`` False: those without sleep to score."""
    right = is_exact if states else is_right_without_sleep
    clear = [r for r in results if not r["near_limit"]]
    worst = figures.worst_error(results)
    assessed = [r for r in results if states or r["score"] is not None]
    bars = [
        share_bar("Exact grade (truths near a limit apart)", figures.share(clear, right), 0.90),
        Bar(
            "Worst error, grades",
            "none" if worst is None else str(worst),
            "<= 1",
            None if worst is None else worst <= 1,
        ),
    ]
    spiky = [r for r in results if r["spikes_found"]["median_contrast"] is not None]
    for key, words in (("spike_bins", "headline"), ("spike_bins_at_true_epoch", "true worst epoch")):
        for part, which in ((results, ""), (spiky, ", spikes planted")):
            if which and len(spiky) == len(results):
                continue
            errors = figures.bin_errors(part, key)
            for q, limit, name in ((0.5, 0.04, "median"), (0.9, 0.08, "90th percentile")):
                e = figures.quantile(errors, q)
                met = e.value <= limit if e.n else None
                bars.append(Bar(f"Spike-bin error, {words}{which}, {name}", str(e), f"<= {limit}", met))
    if states:
        k = figures.pooled_kappa(results)
        bars.append(Bar("States, pooled kappa, 30-s epochs", str(k), ">= 0.75", k.value >= 0.75 if k.n else None))
    bars += [
        share_bar("Class of foci (< 3, >= 3) right", figures.share(assessed, figures.same_class), 0.90),
        share_bar("True foci within one 10-20 neighbor", figures.foci_found(assessed), 1.0),
    ]
    return bars


def night_bars(nights: Sequence[Result]) -> list[Bar]:
    """The bars of the healthy nights."""
    n = len(nights)
    high = sum(r["score"] is not None and r["score"] >= 3 for r in nights)
    many = sum(len(r["foci"]) > 1 for r in nights)
    none = sum(r["score"] is None for r in nights)
    return [
        Bar("Healthy 24 h nights", str(n), ">= 20", n >= 20 if n else None),
        Bar("Nights graded 3 or more", f"{high} of {n}", "0", high == 0 if n else None),
        Bar("Nights with more than one counted focus", f"{many} of {n}", "0", many == 0 if n else None),
        Bar("Nights not assessable", f"{none} of {n}", "0", none == 0 if n else None),
    ]


def mutation_bars(batches: Sequence[Result]) -> list[Bar]:
    """The bars of the mutations."""
    outcomes = [o for b in batches for o in b["outcomes"]]
    n = len(outcomes)
    broken = sum(o["outcome"] not in KEEPS_THE_RULE for o in outcomes)
    crashes = sum(o["outcome"] == "crash" for o in outcomes)
    slowest = max((o["seconds"] for o in outcomes), default=0.0)
    peak = max((b["peak_mb"] for b in batches), default=0.0)
    return [
        Bar("Mutations", str(n), ">= 2,000", n >= 2000 if n else None),
        Bar("Tracebacks, waits over the limit", str(crashes), "0", crashes == 0 if n else None),
        Bar("Mutations that break the rule", f"{broken} of {n}", "0", broken == 0 if n else None),
        Bar("Slowest, s", f"{slowest:.1f}", f"<= {SECONDS_LIMIT:g}", slowest <= SECONDS_LIMIT if n else None),
        Bar("Peak memory, MB", f"{peak:.0f}", f"<= {MEMORY_LIMIT_MB:g}", peak <= MEMORY_LIMIT_MB if n else None),
    ]
