"""``docs/acceptance.md``: every figure beside the bar it must meet."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from acceptance import figures
from acceptance.commit import Commit
from acceptance.figures import Result, Share
from acceptance.mutated import KEEPS_THE_RULE, MEMORY_LIMIT_MB, SECONDS_LIMIT
from acceptance.score import NEAR_LIMIT, ON_THE_LIST, STATES, is_exact, is_right_without_sleep
from acceptance.semireal import UNPLANTED


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


@dataclass(frozen=True)
class Results:
    """Everything that was run.

    ``planned`` counts the recordings and mutation batches of a full run by set; ``errors`` are runs that ended in an
    exception, as (name, last line); ``skipped`` says why clips are missing.
    """

    commit: Commit
    graded: list[Result]
    semireal: list[Result]
    night: list[Result]
    mutations: list[Result]
    planned: dict[str, int]
    errors: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def done(self, group: str) -> int:
        """How many results of a set there are."""
        return len(getattr(self, group))


def write(results: Results, path: Path) -> str:
    """Write the report whole or not at all; its text comes back."""
    text = render(results)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)
    return text


def render(results: Results) -> str:
    """The whole report as Markdown."""
    planted = [r for r in results.semireal if r["scenario"] != UNPLANTED]
    parts = [
        _head(results),
        _summary(results, planted),
        _graded(results.graded),
        _semireal(results.semireal, planted, results.skipped),
        _nights(results.night),
        _mutations(results.mutations),
    ]
    if results.errors:
        parts.append("## Runs that ended in an error\n\n" + _lines(f"`{name}`: {why}" for name, why in results.errors))
    return "\n".join(parts)


def _head(results: Results) -> str:
    done = [f"{group} {results.done(group)} of {n}" for group, n in results.planned.items()]
    partial = any(results.done(group) < n for group, n in results.planned.items())
    return f"""# Acceptance

**Simulated and semi-real recordings only; evidence phase 0: no child with spasms has been analyzed.** Written by
`make accept`; resumable, results in `acceptance-out/`.

- Commit under test: `{results.commit.name}`{"" if results.commit.clean else " (**with local changes**)"}
- Seeds: the first four bytes of SHA-256 of `commit/set/...`, so that no tuning can have seen the recordings
- Machine: {_machine()}
- Date: {datetime.now(UTC).date().isoformat()}
- Recordings and mutation batches: {", ".join(done)}{" - **partial results**" if partial else ""}
- Intervals: 95 %, Wilson for shares, bootstrap over recordings for the rest
"""


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _bar(what: str, share: Share, least: float) -> Bar:
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
        _bar("Exact grade (truths near a limit apart)", figures.share(clear, right), 0.90),
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
        _bar("Class of foci (< 3, >= 3) right", figures.share(assessed, figures.same_class), 0.90),
        _bar("True foci within one 10-20 neighbor", figures.foci_found(assessed), 1.0),
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


def _summary(results: Results, planted: list[Result]) -> str:
    n = len(results.graded)
    rows = [("simulated", b) for b in [Bar("Recordings", str(n), ">= 60", n >= 60 if n else None)]]
    rows += [("simulated", b) for b in grading_bars(results.graded, states=True)]
    rows += [("SEMI-REAL", b) for b in grading_bars(planted, states=False)]
    rows += [("nights", b) for b in night_bars(results.night)]
    rows += [("mutations", b) for b in mutation_bars(results.mutations)]
    failed = sum(b.met is False for _, b in rows)
    absent = sum(b.met is None for _, b in rows)
    says = f"{len(rows) - failed - absent} of {len(rows)} bars met, {failed} failed, {absent} not run."
    table = _table(
        ("Set", "Figure", "Found", "Must be", "Verdict"),
        [(s, b.what, b.found, b.wanted, b.verdict) for s, b in rows],
    )
    return f"""## Bars

{says}

{table}
Spike-bin errors and foci leave out recordings without a grade; these already count as wrong grades. Truths within
{NEAR_LIMIT} of a limit that would change their score count in every figure but the exact grade.
"""


def _graded(results: list[Result]) -> str:
    if not results:
        return "## Simulated recordings\n\nNot run.\n"
    near = [r for r in results if r["near_limit"]]
    pooled = figures.share(results, lambda r: is_exact(r) or (r["score"] in (0, 1) and r["score_true"] in (0, 1)))
    unlisted = [r for r in results if r["abnormality"] not in ON_THE_LIST]
    ages = [r["age_months"] for r in results]
    return f"""## Simulated recordings

{len(results)} recordings of {" and ".join(f"{m:g}" for m in sorted({r["minutes"] for r in results}))} min,
{len({r["scenario"] for r in results})} scenarios, ages {min(ages):g}-{max(ages):g} months, 200, 256 and 500 Hz,
with and without EMG and eye leads, references linked ears, FCz, Cz and average. Truths near a limit: {len(near)};
exact of these: {figures.exact(near)}. 0 and 1 are pooled where the planted abnormality is not on the list behind
level 1 ({len(unlisted)} such recordings here); pooled throughout: {pooled}.

{_by_scenario(results)}
### By difficulty

{_by_tercile(results, states=True)}
### By how it was recorded

{_by_recording(results)}
### Grades

{_grades(results)}
### States

Epochs of 30 s.

{_states(results)}
### Misses

{_misses(results, states=True)}
"""


def _by_scenario(results: Sequence[Result]) -> str:
    rows = []
    for name in dict.fromkeys(r["scenario"] for r in results):
        part = [r for r in results if r["scenario"] == name]
        rows.append(
            (
                name,
                _words(r["rule_true"] for r in part),
                _words(_given(r) for r in part),
                f"{figures.exact(part).hits}/{len(part)}",
                f"{figures.quantile(figures.bin_errors(part, 'spike_bins'), 0.5).value:.3f}",
                _kappa_words(part),
                str(sum(len(r["foci_false"]) for r in part)),
            )
        )
    return _table(("Scenario", "True rule", "Found", "Exact", "Median bin error", "States kappa", "False foci"), rows)


def _kappa_words(part: Sequence[Result]) -> str:
    return f"{figures.kappa(figures.state_tables(part).sum(axis=0)):.2f}" if part else "none"


def _given(r: Result) -> str:
    return "not assessable" if r["score"] is None else str(r["rule"])


def _words(values: object) -> str:
    counts = Counter(values)  # type: ignore[call-overload]
    return ", ".join(f"{v} x{n}" if n > 1 else str(v) for v, n in counts.items())


def _by_tercile(results: Sequence[Result], *, states: bool) -> str:
    right = is_exact if states else is_right_without_sleep
    rows = []
    for name, part in figures.terciles(results):
        errors = [figures.quantile(figures.bin_errors(part, "spike_bins_at_true_epoch"), q) for q in (0.5, 0.9)]
        given = [r for r in part if states or r["score"] is not None]
        rows.append(
            (
                name,
                str(figures.share(part, right)),
                *(f"{e.value:.3f}" if e.n else "none" for e in errors),
                str(figures.share(given, figures.same_class)),
                str(figures.foci_found(given)),
                str(sum(len(r["foci_false"]) for r in given)),
            )
        )
    head = (
        "Recordings by contrast",
        "Exact grade",
        "Bin error median",
        "90th",
        "Class of foci",
        "True foci",
        "False foci",
    )
    spikes = _table(("Spikes by contrast", "Counted"), [(name, str(s)) for name, s in figures.spike_terciles(results)])
    false = sum(r["spikes_found"]["false"] for r in results)
    counted = sum(r["spikes_found"]["counted"] for r in results)
    unread = sum(r["spikes_found"]["unread"] for r in results)
    planted = unread + sum(sum(r["spikes_found"]["planted"]) for r in results)
    return f"""Contrast is the spike's amplitude (baseline to peak) over the local background (peak to peak).

{_table(head, rows)}
{spikes}
Counted spikes without a planted one beside them: {false} of {counted}. Planted interictal spikes in seconds that were
found not assessable, left out of the table above: {unread} of {planted}.
"""


def _by_recording(results: Sequence[Result]) -> str:
    rows = []
    for key, words in (
        ("sfreq_hz", "{:g} Hz"),
        ("emg", "EMG {}"),
        ("eog", "eye leads {}"),
        ("reference", "against {}"),
    ):
        for value in sorted({r[key] for r in results}, key=str):
            part = [r for r in results if r[key] == value]
            shown = ("yes" if value else "no") if isinstance(value, bool) else value
            rows.append((words.format(shown), str(figures.exact(part)), _kappa_words(part)))
    return _table(("Recorded", "Exact grade", "States kappa"), rows)


def _grades(results: Sequence[Result]) -> str:
    columns = (*range(6), None)
    rows = []
    for true in range(6):
        part = [r for r in results if r["score_true"] == true]
        rows.append((f"**{true}**", *(str(sum(r["score"] == c for r in part) or "") for c in columns)))
    return _table(("True \\ found", "0", "1", "2", "3", "4", "5", "not assessable"), rows)


def _states(results: Sequence[Result]) -> str:
    table = figures.state_tables(results).sum(axis=0)
    rows = [
        (f"**{name}**", *(str(int(v)) for v in counts), f"{100 * counts[k] / max(counts.sum(), 1):.0f} %")
        for k, (name, counts) in enumerate(zip(STATES, table, strict=True))
        if counts.sum()
    ]
    return _table(("True \\ found", *STATES, "right"), rows)


def _misses(results: Sequence[Result], *, states: bool) -> str:
    right = is_exact if states else is_right_without_sleep
    rows = [
        (
            (f"{r['clip']} " if "clip" in r else "") + r["scenario"],
            f"{r['age_months']:g}",
            str(r["seed"]),
            r["rule_true"],
            _given(r) + (" (near a limit)" if r["near_limit"] else ""),
            f"{_number(r['spike_bins_true'])} / {_number(r['spike_bins'])}",
            f"{' '.join(r['foci_true']) or '-'} / {' '.join(r['foci']) or '-'}",
            f"{r['high_true']} / {r['high']}",
            f"{r['attenuations'][0]} / {_number(r['attenuations'][1])}",
            f"{r['grouped'][0]} / {_number(r['grouped'][1])}",
        )
        for r in results
        if not right(r)
    ]
    head = (
        "Recording",
        "Months",
        "Seed",
        "True",
        "Found",
        "Spike bins",
        "Foci",
        "High derivations",
        "Attenuations",
        "Grouped",
    )
    return _table(head, rows) if rows else "None.\n"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _semireal(results: list[Result], planted: list[Result], skipped: list[str]) -> str:
    head = """## Semi-real recordings

**SEMI-REAL / SIMULATED.** One real clip each as background, in random pieces of 4-20 s joined with 1-2-s crossfades of
constant power to 40 min at 256 Hz, as recorded in size, never turned over, reversed or stretched. Into it go the
simulator's spikes (foci with fields, lognormal sizes that follow the background's own median swing but at least 60 µV),
high-voltage slow waves and attenuations. The truth is what was planted; high amplitude is that of the planted waves.
What a real clip holds of its own is no part of the truth, so its own result without anything planted stands beside it.
Left out are level 2, 3a and 4b on the neonate, whose bursts between seconds of a few microvolts are attenuations of
their own. The persons were no infants with spasms; the age given is nominal. Where the real background by itself is
about as high as the limit or higher, by waves or by blinks, truths below 3b count as near a limit. States cannot be
scored: for truths 0-2 "not assessable" is right, and so is the exact grade.
"""
    if not results:
        return head + "\nNot run.\n" + _lines(f"left out: {s}" for s in skipped)
    own = {r["clip"]: r for r in results if r["scenario"] == UNPLANTED}
    rows = []
    for clip in dict.fromkeys(r["clip"] for r in results):
        part = [r for r in planted if r["clip"] == clip]
        beside = own.get(clip)
        unplanted = "not run"
        if beside is not None:
            unplanted = (
                f"{_given(beside)}; foci {' '.join(beside['foci']) or '-'}; high {beside['high']}; "
                f"attenuations {_number(beside['attenuations'][1])}; {beside['spikes_per_minute']:g} spikes/min"
                if beside["spikes_per_minute"] is not None
                else _given(beside)
            )
        rows.append((clip, str(figures.share(part, is_right_without_sleep)), unplanted))
    table = _table(
        ("Clip", "Planted", "True rule", "Found", "Bins true / found", "Foci found", "False foci"),
        [
            (
                r["clip"],
                r["scenario"],
                r["rule_true"],
                _given(r)
                + ("" if is_right_without_sleep(r) else " **wrong**")
                + (" (near)" if r["near_limit"] else ""),
                f"{_number(r['spike_bins_true'])} / {_number(r['spike_bins'])}",
                f"{len(r['foci_true']) - len(r['foci_missed'])}/{len(r['foci_true'])}",
                " ".join(r["foci_false"]) or "-",
            )
            for r in sorted(planted, key=lambda r: (r["clip"], r["scenario"]))
        ],
    )
    clean = [r for r in planted if r["clip"] in own and (own[r["clip"]]["score"] or 0) < 3]
    return f"""{head}
{_table(("Clip", "Right grade", "Its own result, nothing planted"), rows)}
Right on clips whose own result is below 3 or not assessable: {figures.share(clean, is_right_without_sleep)}.
{_lines(f"left out: {s}" for s in skipped)}
{table}
### By difficulty, semi-real

{_by_tercile(planted, states=False)}
### Misses, semi-real

{_misses(planted, states=False)}
"""


def _nights(nights: list[Result]) -> str:
    if not nights:
        return "## Healthy nights\n\nNot run.\n"
    rows = [
        (
            f"{r['age_months']:g}",
            str(r["seed"]),
            _given(r),
            " ".join(r["foci"]) or "-",
            _number(r["spikes_per_minute"]),
            _number(r["artifact"]),
            _kappa_words([r]),
            f"{r['seconds'] / 60:.1f}",
        )
        for r in nights
    ]
    head = ("Months", "Seed", "Found", "Counted foci", "Spikes/min", "Artifact share", "States kappa", "Analysis, min")
    return f"""## Healthy nights

24 h, six times the ordinary artifacts. States, pooled kappa: {figures.pooled_kappa(nights)}.

{_table(head, rows)}
### States of the nights

{_states(nights)}
"""


def _mutations(batches: list[Result]) -> str:
    outcomes = [o for b in batches for o in b["outcomes"]]
    if not outcomes:
        return "## Mutations\n\nNot run.\n"
    names = sorted({o["outcome"] for o in outcomes}, key=lambda n: (n not in KEEPS_THE_RULE, n))
    rows = [
        (kind, *(str(sum(o["kind"] == kind and o["outcome"] == n for o in outcomes) or "") for n in names))
        for kind in sorted({o["kind"] for o in outcomes})
    ]
    rows.append(("**all**", *(str(sum(o["outcome"] == n for o in outcomes)) for n in names)))
    broken = [o for o in outcomes if o["outcome"] not in KEEPS_THE_RULE]
    listed = _lines(f"{o['outcome']}: `{o['file']}`, {o['kind']} of {o['field']}: {o['message']}" for o in broken[:60])
    return f"""## Mutations

Copies of real files with a piece of header, size, samples or annotations broken. The rule: an error, or a finding, or
the same samples at the same times; a broken sample changes itself alone. `names` and `start` keep samples and times but
changed a channel's name or unit, or the date or time of day, into another plausible one, which nothing in the file can
contradict; `precision` changed samples by less than the last written digit of their range, `silent` by more, both
without a finding and so against the rule.

{_table(("Mutation", *names), rows)}
### Against the rule

{listed or "None."}
{f"and {len(broken) - 60} more" if len(broken) > 60 else ""}
"""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _lines(items: object) -> str:
    return "".join(f"- {item}\n" for item in items)  # type: ignore[attr-defined]
