"""Sections of the report on spasms, in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from acceptance import figures, tables
from acceptance import spasm_figures as sf
from acceptance.figures import Result, Share
from acceptance.score import is_exact
from acceptance.semireal import UNPLANTED
from acceptance.spasm_score import terciles
from acceptance.tables import table

_LISTED = 80
OTHER = "spasmsother"


def simulated(results: Sequence[Result]) -> str:
    """The recordings with clusters."""
    hours = [r["minutes"] / 60 for r in results]
    ages = [r["age_months"] for r in results]
    by_setting = []
    for name in dict.fromkeys(r["scenario"] for r in results):
        part = [r for r in results if r["scenario"] == name]
        by_setting.append((name, *_line(part), " ".join(_grades(r) for r in part)))
    shortened = (
        "shortened nights (from 19:00, sleep and wakings by age)" if max(hours) > 3 else "REDUCED: one short sleep each"
    )
    head = (
        "Background",
        "Spasms with EMG",
        "without",
        "False/h with EMG",
        "without",
        "Clusters",
        "BASED of each: true, found, with ictal time",
    )
    exact = figures.exact(results)
    before = figures.share(results, lambda r: is_exact(r | {"score": r["spasms"]["score_with_ictal"]}))
    length = f"{min(hours):g}-{max(hours):g}" if min(hours) < max(hours) else f"{min(hours):g}"
    return f"""## Spasms

{len(results)} recordings of {length} h, {shortened},
{sum(r["spasms"]["n_true"] for r in sf.scored(results))} spasms, ages {min(ages):g}-{max(ages):g} months. Background,
sleep, spikes, artifacts and mimics are the simulator's; the spasms are those of a child drawn from the seed for each
recording: size, length, polarity, shape and place of the slow wave, fast activity, depth and length of the decrement,
EMG (size, length, side, lag), intervals, spasms per cluster, single spasms, spasms without a correlate in EEG or EMG.
As in the simulator, artifacts keep clear of clusters; where artifacts are many, movement goes with a third of the
spasms. Paired one to one within 2 s; clusters by the shipped grammar on both sides.

{_common(results)}
### By background

Right BASED grade with the ictal time left out: {exact}; had it been scored too: {before}.

{table(head, by_setting)}
{_lists(results)}"""


def other(results: Sequence[Result]) -> str:
    """The recordings of the second generator."""
    hours = sum(r["minutes"] for r in results) / 60
    ages = [r["age_months"] for r in results]
    names = dict.fromkeys(r["scenario"] for r in results)
    rows = [(name, *_line([r for r in results if r["scenario"] == name])) for name in names]
    head = ("Background", "Spasms with EMG", "without", "False/h with EMG", "without", "Clusters")
    return f"""## Spasms of another generator

{len(results)} recordings, {hours:.1f} h, ages {min(ages):g}-{max(ages):g} months, by a second generator
(`acceptance/other/`) that shares nothing with the simulator but electrode positions and the file writer, written by
somebody who had not seen the detector: noise of shaped spectra, waves of wandering fields, spasms of seven forms
(decrement or fast activity alone among them), some one-sided. The weights of the evidence were set with other
recordings of this generator and of the first in view, so this is no generator that tuning never saw; the recordings
are fresh ones.
Without EMG, spasms without a correlate in the EEG stay in the truth.

{_common(results)}
### By background, another generator

{table(head, rows)}
{_lists(results)}"""


def semireal(results: Sequence[Result], skipped: Sequence[str]) -> str:
    """Clusters on real clips."""
    planted = [r for r in results if r["scenario"] != UNPLANTED]
    bare = [r for r in results if r["scenario"] == UNPLANTED]
    rows = []
    for clip in dict.fromkeys(r["clip"] for r in results):
        own = [r for r in bare if r["clip"] == clip]
        rows.append((clip, *_line([r for r in planted if r["clip"] == clip]), _false(own, True), _false(own, False)))
    head = (
        "Clip",
        "Spasms with EMG",
        "without",
        "False/h with EMG",
        "without",
        "Clusters",
        "Bare, with EMG",
        "without",
    )
    left_out = tables.listed(f"left out: {s}" for s in skipped)
    return f"""## Spasms, semi-real

**SEMI-REAL / SIMULATED.** Clusters of spasms of children drawn from the seed on real clips joined to an hour (as under
"Semi-real recordings"); decrements lower the real background itself; the limb EMG is simulated, with startles and sleep
myoclonus. Bare: the same clips without spasms, startles and myoclonus left in.

{_common(planted)}
### By clip

{table(head, rows)}
{left_out}
{_lists(results)}"""


def nights(results: Sequence[Result]) -> str:
    """False spasms and clusters of the healthy nights."""
    part = sf.scored(results)
    if not part:
        return ""
    rows = [
        (
            f"{r['age_months']:g}",
            str(r["seed"]),
            str(r["spasms"]["n_false"]),
            str(r["spasms"]["clusters_false"]),
            "; ".join(f"{_clock(c['start_s'])} ({c['n']}): {c['there']}" for c in r["spasms"]["false_clusters"]) or "-",
        )
        for r in part
    ]
    return f"""### Spasms on the healthy nights

No spasms are planted: every one counted is false. What lies on the false ones: {_what(part)}.

{table(("Months", "Seed", "False spasms", "False clusters", "Where (spasms): what is planted there"), rows)}
"""


def graded(results: Sequence[Result]) -> str:
    """Spasms of the graded recordings, most of which hold none."""
    part = sf.scored(results)
    if not part:
        return ""
    names = dict.fromkeys(r["scenario"] for r in part)
    rows = [(name, *_line([r for r in part if r["scenario"] == name])) for name in names]
    head = ("Scenario", "Spasms with EMG", "without", "False/h with EMG", "without", "Clusters")
    return f"""### Spasms on the graded recordings

Those of the simulator itself, where it has any. What lies on the false ones: {_what(part)}.

{table(head, rows)}"""


def real(files: Sequence[Result]) -> str:
    """The real files."""
    rows = [
        (
            r["path"],
            _or_dash(r["duration_s"], "{:.0f}"),
            _or_dash(r["usable_s"], "{:.0f}"),
            _or_dash(r["n"], "{}"),
            _or_dash(r["clusters"], "{}"),
            "yes" if r["with_emg"] else "no" if r["with_emg"] is False else "-",
            r["why"] or " ".join(_clock(t) for t in r["at_s"]) or "-",
        )
        for r in files
    ]
    head = ("File", "Length, s", "Graded time, s", "Candidates", "Clusters", "Limb EMG", "Where, or why not")
    return f"""## Spasms on real recordings

The recordings of the shared data as they are; none is known to hold epileptic spasms, so every candidate counts as
false. CHB-MIT clips include focal seizures. Ages given are nominal. False spasms per hour,
all files together: {sf.words(sf.real_false_per_hour(files))}.
The upper limit says more than the figure: this is little time, and some files are the same recording in two formats.

{table(head, rows)}"""


def _common(results: Sequence[Result]) -> str:
    """By difficulty, by kind of spasm, timing."""
    groups = [("all", sf.scored(results)), *((how, sf.of_emg(results, emg)) for emg, how in sf.EMG_WORDS.items())]
    rows = []
    for how, part in groups[1:]:
        rows += [(f"{how}, {name}", _hits(each)) for name, each in terciles([r["spasms"] for r in part])]
        each = [e for r in part for e in r["spasms"]["each"]]
        rows += [
            (f"{how}, no EEG correlate", _hits([e for e in each if e["contrast"] is None])),
            (f"{how}, no burst planted", _hits([e for e in each if not e["emg"]])),
            (f"{how}, single", _hits([e for e in each if e["single"]])),
        ]
    pooled = [
        (
            how,
            sf.words(sf.sensitivity(part), percent=True),
            sf.words(sf.false_per_hour(part)),
            sf.words(sf.count_ratio(part)),
            str(sf.clusters(part)),
            str(sf.large_clusters(part)),
            _timing(part),
        )
        for how, part in groups
    ]
    head = ("Recordings", "Found", "False per hour", "Count ratio", "Clusters", "Of five or more", "Onset error, s")
    unassessed = sum(not r["spasms"]["assessed"] for r in sf.scored(results))
    return f"""{table(head, pooled)}
Intervals: Wilson for shares and Poisson for rates, as if spasms were independent; by patient: recordings redrawn.
Recordings in which spasms were found not assessable (all theirs missed): {unassessed}.

### By difficulty{_which(results)}

Size of the slow wave at the vertex over the local background (median of all derivations in the 10 s before).

{table(("Spasms", "Found"), rows)}"""


def _which(results: Sequence[Result]) -> str:
    """Ends the headings of a set that is not the first."""
    if not results:
        return ""
    return ", semi-real" if "clip" in results[0] else ", another generator" if results[0].get("group") == OTHER else ""


def _hits(each: Sequence[dict[str, Any]]) -> str:
    return str(Share(sum(e["hit"] for e in each), len(each)))


def _timing(part: Sequence[Result]) -> str:
    errors = [e for r in part for e in r["spasms"]["errors_s"]]
    if not errors:
        return "none"
    return f"median {np.median(errors):+.2f}, 90 % within {np.quantile(np.abs(errors), 0.9):.2f}"


def _line(part: Sequence[Result]) -> tuple[str, ...]:
    shares, rates = [], []
    for emg in (True, False):
        some = [r["spasms"] for r in sf.of_emg(part, emg)]
        total = sum(s["n_true"] for s in some)
        shares.append(f"{sum(s['n_matched'] for s in some)}/{total}" if total else "-")
        rates.append(_false(part, emg))
    c = sf.clusters(part)
    return (*shares, *rates, f"{c.hits}/{c.total}, {sum(r['spasms']['clusters_false'] for r in sf.scored(part))} false")


def _false(part: Sequence[Result], emg: bool) -> str:
    e = sf.false_per_hour(sf.of_emg(part, emg))
    return "-" if e.value is None else f"{e.value:.2f} ({e.of})"


def _grades(r: Result) -> str:
    found = "none" if r["score"] is None else r["score"]
    before = r["spasms"]["score_with_ictal"]
    return f"{r['score_true']}, {found}, {'none' if before is None else before};"


def _what(part: Sequence[Result]) -> str:
    counts = Counter(f["there"] for r in part for f in r["spasms"]["false"])
    return ", ".join(f"{name} x{n}" for name, n in counts.most_common(12)) or "none"


def _lists(results: Sequence[Result]) -> str:
    part = sf.scored(results)
    false = [
        (_name(r), str(r["seed"]), _clock(f["onset_s"]), _or_dash(f["confidence"], "{:.2f}"), f["there"])
        for r in part
        for f in r["spasms"]["false"]
    ]
    missed = [
        (
            _name(r),
            str(r["seed"]),
            _clock(m["onset_s"]),
            "-" if m["contrast"] is None else f"{m['contrast']:.2f}",
            "yes" if m["emg"] else "no",
            "single" if m["single"] else "in a cluster",
            _or_dash(m["near_miss"], "{:.2f}"),
            m["there"],
        )
        for r in part
        for m in r["spasms"]["missed"]
    ]
    lost = [
        (_name(r), str(r["seed"]), _clock(c["start_s"]), str(c["n"]))
        for r in part
        for c in r["spasms"]["missed_clusters"]
    ]
    made = [
        (_name(r), str(r["seed"]), _clock(c["start_s"]), str(c["n"]), c["there"])
        for r in part
        for c in r["spasms"]["false_clusters"]
    ]
    which = _which(results)
    n_false, n_missed = (sum(r["spasms"][k] for r in part) for k in ("n_false", "n_true"))
    n_missed -= sum(r["spasms"]["n_matched"] for r in part)
    return f"""### False spasms{which}: {n_false}

What lies there: {_what(part)}.

{_cut(("Recording", "Seed", "At", "Confidence", "In the truth"), false, n_false)}
### Missed spasms{which}: {n_missed}

{_cut(("Recording", "Seed", "At", "Contrast", "Burst", "Where", "Near-miss", "Also there"), missed, n_missed)}
### False clusters{which}: {len(made)}

{_cut(("Recording", "Seed", "At", "Spasms", "In the truth"), made, len(made))}
### Missed clusters{which}: {len(lost)}

{_cut(("Recording", "Seed", "At", "Spasms"), lost, len(lost))}
"""


def _cut(head: Sequence[str], rows: Sequence[Sequence[str]], total: int) -> str:
    """The first rows, spread over the recordings, and how many more there are."""
    if not rows:
        return "None.\n"
    chosen = np.unique(np.linspace(0, len(rows) - 1, _LISTED).astype(int)) if len(rows) > _LISTED else range(len(rows))
    more = f"\nand {total - len(chosen)} more in `acceptance-out/`\n" if total > len(chosen) else ""
    return table(head, [rows[i] for i in chosen]) + more


def _name(r: Result) -> str:
    return f"{r.get('clip', '')} {r['scenario']} {sf.EMG_WORDS[r['emg']]}".strip()


def _clock(time_s: float) -> str:
    t = int(time_s)
    return f"{t // 3600}:{t // 60 % 60:02d}:{t % 60:02d}"


def _or_dash(value: Any, form: str) -> str:
    return "-" if value is None else form.format(value)
