"""Figures and bars of the spasm sets, with intervals as the evaluation gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from acceptance.bars import Bar
from acceptance.figures import Result, Share
from westward.eeg.evaluate import estimate
from westward.eeg.evaluate.estimate import Estimate, Row
from westward.eeg.evaluate.protocol import IntervalParameters

SENSITIVITY = {True: 0.90, False: 0.75}
FALSE_PER_HOUR = {True: 0.2, False: 0.5}
COUNT_RATIO = (0.85, 1.15)
FALSE_CLUSTERS_PER_DAY = 1.0
"""What must be met, with EMG and without."""
LEAST_RECORDINGS, LEAST_SPASMS = 40, 300
EMG_WORDS = {True: "with EMG", False: "without EMG"}
_INTERVALS = IntervalParameters()
_NONE = "none"


def scored(results: Sequence[Result]) -> list[Result]:
    """Results that hold spasm figures (results of an earlier commit may not)."""
    return [r for r in results if r.get("spasms")]


def of_emg(results: Sequence[Result], emg: bool) -> list[Result]:
    """Those recorded with limb EMG, or without."""
    return [r for r in scored(results) if r["emg"] is emg]


def _rows(results: Sequence[Result], above: str | Callable[[Result], float], below: str) -> list[Row]:
    take = (lambda s: s[above]) if isinstance(above, str) else above
    return [Row(str(r["seed"]), take(r["spasms"]), r["spasms"][below]) for r in scored(results)]


def sensitivity(results: Sequence[Result]) -> Estimate:
    """Share of true spasms found; those of recordings found not assessable are missed."""
    return estimate.share(_rows(results, "n_matched", "n_true"), _INTERVALS, why=_NONE)


def false_per_hour(results: Sequence[Result]) -> Estimate:
    """Counted candidates without a true spasm, per hour of the recordings in which spasms could be assessed."""
    return estimate.rate(_rows(_assessed(results), "n_false", "hours"), _INTERVALS, per="h", why=_NONE)


def count_ratio(results: Sequence[Result]) -> Estimate:
    """Found spasms over true ones."""
    rows = _rows(results, "n_found", "n_true")
    of = f"{sum(r.above for r in rows):g} found for {sum(r.below for r in rows):g}"
    return estimate.ratio(rows, _INTERVALS, of=of, why=_NONE)


def false_clusters_per_day(results: Sequence[Result]) -> Estimate:
    """False clusters per 24 h."""
    rows = [Row(str(r["seed"]), r["spasms"]["clusters_false"], r["spasms"]["hours"] / 24) for r in _assessed(results)]
    return estimate.rate(rows, _INTERVALS, per="days", why=_NONE)


def large_clusters(results: Sequence[Result]) -> Share:
    """True clusters of five or more spasms that were found."""
    part = [r["spasms"] for r in scored(results)]
    return Share(sum(s["large_matched"] for s in part), sum(s["large_true"] for s in part))


def clusters(results: Sequence[Result]) -> Share:
    """True clusters found, by the grammar."""
    part = [r["spasms"] for r in scored(results)]
    return Share(sum(s["clusters_matched"] for s in part), sum(s["clusters_true"] for s in part))


def _assessed(results: Sequence[Result]) -> list[Result]:
    return [r for r in scored(results) if r["spasms"]["assessed"]]


def words(e: Estimate, *, percent: bool = False) -> str:
    """An estimate with its counts and both intervals."""
    if e.value is None:
        return _NONE
    scale, unit, form = (100, " %", ".1f") if percent else (1, "", ".2f")
    kind = "" if e.interval is None else f"; {scale * e.interval.low:{form}}-{scale * e.interval.high:{form}}{unit}"
    drawn = e.by_patient
    by = "" if drawn is None else f"; by patient {scale * drawn.low:{form}}-{scale * drawn.high:{form}}{unit}"
    return f"{scale * e.value:{form}}{unit} ({e.of}{kind}{by})"


def spasm_bars(results: Sequence[Result]) -> list[Bar]:
    """With EMG and without: sensitivity, false spasms per hour, clusters of five or more, count ratio."""
    bars = []
    for emg, how in EMG_WORDS.items():
        part = of_emg(results, emg)
        s, f, n, large = sensitivity(part), false_per_hour(part), count_ratio(part), large_clusters(part)
        bars += [
            Bar(
                f"Spasms found, {how}",
                words(s, percent=True),
                f">= {100 * SENSITIVITY[emg]:g} %",
                None if s.value is None else s.value >= SENSITIVITY[emg],
            ),
            Bar(
                f"False spasms per hour, {how}",
                words(f),
                f"<= {FALSE_PER_HOUR[emg]:g}",
                None if f.value is None else f.value <= FALSE_PER_HOUR[emg],
            ),
            Bar(
                f"Clusters of five or more found, {how}",
                str(large),
                "all",
                large.hits == large.total if large.total else None,
            ),
            Bar(
                f"Count ratio, {how}",
                words(n),
                f"{COUNT_RATIO[0]}-{COUNT_RATIO[1]}",
                None if n.value is None else COUNT_RATIO[0] <= n.value <= COUNT_RATIO[1],
            ),
        ]
    return bars


def size_bars(results: Sequence[Result]) -> list[Bar]:
    """Whether the set is as large as asked."""
    n, spasms = len(results), sum(r["spasms"]["n_true"] for r in scored(results))
    return [
        Bar("Recordings with clusters", str(n), f">= {LEAST_RECORDINGS}", n >= LEAST_RECORDINGS if n else None),
        Bar("Spasms planted", str(spasms), f">= {LEAST_SPASMS}", spasms >= LEAST_SPASMS if n else None),
    ]


def grade_bar(results: Sequence[Result]) -> Bar:
    """Clusters on a background of grade 2 leave 2 (truths near a limit apart)."""
    two = [r for r in results if r.get("rule_true") == "2" and not r["near_limit"]]
    hits = Share(sum(r["score"] == 2 for r in two), len(two))
    return Bar("BASED 2 with clusters stays 2", str(hits), "100 %", hits.hits == hits.total if two else None)


def night_spasm_bars(nights: Sequence[Result]) -> list[Bar]:
    """False clusters and false spasms of the healthy nights."""
    part = scored(nights)
    c, f = false_clusters_per_day(part), false_per_hour(part)
    return [
        Bar(
            "False clusters per 24 h, healthy nights",
            words(c),
            f"<= {FALSE_CLUSTERS_PER_DAY:g}",
            None if c.value is None else c.value <= FALSE_CLUSTERS_PER_DAY,
        ),
        Bar(
            "False spasms per hour, healthy nights (with EMG)",
            words(f),
            f"<= {FALSE_PER_HOUR[True]:g}",
            None if f.value is None else f.value <= FALSE_PER_HOUR[True],
        ),
    ]


def real_bar(files: Sequence[Result]) -> Bar:
    """The neonate and the CHB-MIT clips give no cluster; files in which none could be looked for say nothing."""
    judged = [r for r in files if r["no_clusters"] and r["clusters"] is not None]
    found = sum(r["clusters"] for r in judged)
    what = f"Clusters on the neonate and the CHB-MIT clips (files assessed: {len(judged)})"
    return Bar(what, str(found) if judged else _NONE, "0", found == 0 if judged else None)


def real_false_per_hour(files: Sequence[Result]) -> Estimate:
    """Candidates per hour of the real files in which spasms could be looked for; one row per file."""
    rows = [Row(r["path"], r["n"], r["duration_s"] / 3600) for r in files if r["n"] is not None]
    return estimate.rate(rows, _INTERVALS, per="h", why=_NONE)
