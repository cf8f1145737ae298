"""``docs/acceptance.md``: every figure beside the bar it must meet."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from acceptance import care_mutants, figures, spasm_report, tables
from acceptance.bars import Bar, grading_bars, mutation_bars, night_bars
from acceptance.commit import Commit
from acceptance.figures import Result
from acceptance.mutated import KEEPS_THE_RULE
from acceptance.score import NEAR_LIMIT, ON_THE_LIST, is_exact, is_right_without_sleep
from acceptance.semireal import UNPLANTED
from acceptance.spasm_figures import grade_bar, night_spasm_bars, real_bar, size_bars, spasm_bars
from westward.core.files import replacing

SETS = {
    "graded": "simulated",
    "semireal": "semi-real",
    "night": "healthy nights",
    "spasms": "spasms",
    "spasmclips": "semi-real spasms",
    "spasmsother": "spasms of another generator",
    "realfiles": "real recordings",
    "mutations": "mutations",
    "caremutants": "mutants of the clinical rules",
}
"""Every set by its group, in order of the report."""


PLANTED = "spasms planted"
"""Ends the name of what is left out of the semi-real spasms."""


@dataclass(frozen=True)
class Results:
    """Everything that was run.

    ``planned`` counts the recordings and mutation batches of a full run by set; ``commits`` names, by set, the commit
    of results that are not of ``commit``; ``errors`` are runs that ended in an exception, as (name, last line);
    ``skipped`` says why clips are missing.
    """

    commit: Commit
    planned: dict[str, int]
    graded: list[Result] = field(default_factory=list)
    semireal: list[Result] = field(default_factory=list)
    night: list[Result] = field(default_factory=list)
    spasms: list[Result] = field(default_factory=list)
    spasmclips: list[Result] = field(default_factory=list)
    spasmsother: list[Result] = field(default_factory=list)
    realfiles: list[Result] = field(default_factory=list)
    mutations: list[Result] = field(default_factory=list)
    caremutants: list[Result] = field(default_factory=list)
    commits: dict[str, str] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def done(self, group: str) -> int:
        """How many results of a set there are."""
        return len(getattr(self, group))

    def ran(self) -> list[str]:
        """Sets with results, in order."""
        return [group for group in SETS if self.done(group)]


def write(results: Results, path: Path) -> str:
    """Write the report whole or not at all; its text comes back."""
    text = render(results)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside:
        beside.write_text(text, "utf-8")
    return text


def render(results: Results) -> str:
    """The whole report as Markdown."""
    planted = [r for r in results.semireal if r["scenario"] != UNPLANTED]
    skipped = [s for s in results.skipped if s.partition(":")[0].endswith(PLANTED)]
    sections = {
        "graded": lambda: _graded(results.graded) + "\n" + spasm_report.graded(results.graded),
        "semireal": lambda: _semireal(results.semireal, planted, [s for s in results.skipped if s not in skipped]),
        "night": lambda: _nights(results.night) + "\n" + spasm_report.nights(results.night),
        "spasms": lambda: spasm_report.simulated(results.spasms),
        "spasmclips": lambda: spasm_report.semireal(results.spasmclips, skipped),
        "spasmsother": lambda: spasm_report.other(results.spasmsother),
        "realfiles": lambda: spasm_report.real(results.realfiles),
        "mutations": lambda: _mutations(results.mutations),
        "caremutants": lambda: care_mutants.section(results.caremutants),
    }
    ran = results.ran()
    parts = [_head(results), _summary(results, planted), *(sections[group]() for group in ran)]
    if results.errors:
        parts.append(
            "## Runs that ended in an error\n\n" + tables.listed(f"`{name}`: {why}" for name, why in results.errors)
        )
    return "\n".join(parts)


def _head(results: Results) -> str:
    rows = [
        (
            SETS[group],
            f"{results.done(group)} of {results.planned.get(group, 0)}"
            + (" **partial**" if results.done(group) < results.planned.get(group, 0) else ""),
            f"`{_commit(results, group)}`",
        )
        for group in results.ran()
    ]
    absent = [SETS[group] for group in SETS if not results.done(group)]
    left_out = f"\nNot run, and so without a section: {', '.join(absent)}.\n" if absent else ""
    return f"""# Acceptance

**Simulated and semi-real recordings only; evidence phase 0: no child with spasms has been analyzed.** Written by
`make accept`; resumable, results in `acceptance-out/`.

- Commit under test: `{results.commit.name}`{"" if results.commit.clean else " (**with local changes**)"}
- Seeds: the first four bytes of SHA-256 of `commit/set/...`, so that no tuning can have seen the recordings
- Machine: {_machine()}
- Date: {datetime.now(UTC).date().isoformat()}
- Intervals: 95 %, Wilson for shares, bootstrap over recordings for the rest, where nothing else is said

{tables.table(("Set", "Recordings or batches", "Commit"), rows)}{left_out}"""


def _commit(results: Results, group: str) -> str:
    """The commit of a set's results; a plus sign means local changes."""
    return results.commits.get(group, results.commit.name)


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _summary(results: Results, planted: list[Result]) -> str:
    n = len(results.graded)
    made = {
        "graded": lambda: [
            Bar("Recordings", str(n), ">= 60", n >= 60 if n else None),
            *grading_bars(results.graded, states=True),
        ],
        "semireal": lambda: grading_bars(planted, states=False),
        "night": lambda: [*night_bars(results.night), *night_spasm_bars(results.night)],
        "spasms": lambda: [*size_bars(results.spasms), *spasm_bars(results.spasms), grade_bar(results.spasms)],
        "spasmclips": lambda: spasm_bars(results.spasmclips),
        "spasmsother": lambda: spasm_bars(results.spasmsother),
        "realfiles": lambda: [real_bar(results.realfiles)],
        "mutations": lambda: mutation_bars(results.mutations),
        "caremutants": lambda: care_mutants.bars(results.caremutants),
    }
    shown = {"semireal": "SEMI-REAL", "spasmclips": "SEMI-REAL spasms"}
    rows = [(shown.get(group, SETS[group]), bar) for group in results.ran() for bar in made[group]()]
    failed = sum(b.met is False for _, b in rows)
    absent = sum(b.met is None for _, b in rows)
    says = f"{len(rows) - failed - absent} of {len(rows)} bars met, {failed} failed, {absent} not run."
    table = tables.table(
        ("Set", "Figure", "Found", "Must be", "Verdict"),
        [(s, b.what, b.found, b.wanted, b.verdict) for s, b in rows],
    )
    note = _NOTE if results.graded or results.semireal or results.spasms else ""
    return f"""## Bars

{says}

{table}
{note}"""


_NOTE = f"""Spike-bin errors and foci leave out recordings without a grade; these already count as wrong grades.
Truths within {NEAR_LIMIT} of a limit that would change their score count in every figure but the exact grade.
"""


def _graded(results: list[Result]) -> str:
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

{tables.by_scenario(results)}
### By difficulty

{tables.by_tercile(results, states=True)}
### By how it was recorded

{tables.by_recording(results)}
### Grades

{tables.grades(results)}
### States

Epochs of 30 s.

{tables.states_table(results)}
### Misses

{tables.misses(results, states=True)}
"""


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
    own = {r["clip"]: r for r in results if r["scenario"] == UNPLANTED}
    rows = []
    for clip in dict.fromkeys(r["clip"] for r in results):
        part = [r for r in planted if r["clip"] == clip]
        beside = own.get(clip)
        unplanted = "not run"
        if beside is not None:
            unplanted = (
                f"{tables.given(beside)}; foci {' '.join(beside['foci']) or '-'}; high {beside['high']}; "
                f"attenuations {tables.number(beside['attenuations'][1])}; {beside['spikes_per_minute']:g} spikes/min"
                if beside["spikes_per_minute"] is not None
                else tables.given(beside)
            )
        rows.append((clip, str(figures.share(part, is_right_without_sleep)), unplanted))
    table = tables.table(
        ("Clip", "Planted", "True rule", "Found", "Bins true / found", "Foci found", "False foci"),
        [
            (
                r["clip"],
                r["scenario"],
                r["rule_true"],
                tables.given(r)
                + ("" if is_right_without_sleep(r) else " **wrong**")
                + (" (near)" if r["near_limit"] else ""),
                f"{tables.number(r['spike_bins_true'])} / {tables.number(r['spike_bins'])}",
                f"{len(r['foci_true']) - len(r['foci_missed'])}/{len(r['foci_true'])}",
                " ".join(r["foci_false"]) or "-",
            )
            for r in sorted(planted, key=lambda r: (r["clip"], r["scenario"]))
        ],
    )
    clean = [r for r in planted if r["clip"] in own and (own[r["clip"]]["score"] or 0) < 3]
    return f"""{head}
{tables.table(("Clip", "Right grade", "Its own result, nothing planted"), rows)}
Right on clips whose own result is below 3 or not assessable: {figures.share(clean, is_right_without_sleep)}.
{tables.listed(f"left out: {s}" for s in skipped)}
{table}
### By difficulty, semi-real

{tables.by_tercile(planted, states=False)}
### Misses, semi-real

{tables.misses(planted, states=False)}
"""


def _nights(nights: list[Result]) -> str:
    rows = [
        (
            f"{r['age_months']:g}",
            str(r["seed"]),
            tables.given(r),
            " ".join(r["foci"]) or "-",
            tables.number(r["spikes_per_minute"]),
            tables.number(r["artifact"]),
            tables.kappa_words([r]),
            f"{r['seconds'] / 60:.1f}",
        )
        for r in nights
    ]
    head = ("Months", "Seed", "Found", "Counted foci", "Spikes/min", "Artifact share", "States kappa", "Analysis, min")
    return f"""## Healthy nights

24 h, six times the ordinary artifacts. States, pooled kappa: {figures.pooled_kappa(nights)}.

{tables.table(head, rows)}
### States of the nights

{tables.states_table(nights)}
"""


def _mutations(batches: list[Result]) -> str:
    outcomes = [o for b in batches for o in b["outcomes"]]
    names = sorted({o["outcome"] for o in outcomes}, key=lambda n: (n not in KEEPS_THE_RULE, n))
    rows = [
        (kind, *(str(sum(o["kind"] == kind and o["outcome"] == n for o in outcomes) or "") for n in names))
        for kind in sorted({o["kind"] for o in outcomes})
    ]
    rows.append(("**all**", *(str(sum(o["outcome"] == n for o in outcomes)) for n in names)))
    broken = [o for o in outcomes if o["outcome"] not in KEEPS_THE_RULE]
    listed = tables.listed(
        f"{o['outcome']}: `{o['file']}`, {o['kind']} of {o['field']}: {o['message']}" for o in broken[:60]
    )
    return f"""## Mutations

Copies of real files with a piece of header, size, samples or annotations broken. The rule: an error, or a finding, or
the same samples at the same times; a broken sample changes itself alone. `names` and `start` keep samples and times but
changed a channel's name or unit, or the date or time of day, into another plausible one, which nothing in the file can
contradict; `precision` changed samples by less than the last written digit of their range, `silent` by more, both
without a finding and so against the rule.

{tables.table(("Mutation", *names), rows)}
### Against the rule

{listed or "None."}
{f"and {len(broken) - 60} more" if len(broken) > 60 else ""}
"""
