"""The evaluation as one self-contained HTML page: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from westward.eeg.evaluate import forest
from westward.look import badges, pages, words

_SHARES = frozenset({"sensitivity", "sensitivity_strict", "sensitivity_large", "precision"})
_NAMES: Mapping[str, str] = {
    "sensitivity": "Sensitivity",
    "sensitivity_strict": "Sensitivity, strict tolerance",
    "sensitivity_large": "Sensitivity, large clusters",
    "precision": "Precision",
    "f1": "F1",
    "false_per_hour": "False per hour",
    "false_per_hour_controls": "False per hour, recordings without events",
    "false_per_night": "False per night",
    "count_ratio": "Count ratio, found to marked",
    "false_per_day": "False per 24 h",
    "false_per_day_controls": "False per 24 h, recordings without events",
    "kappa": "Cohen's kappa",
}
_RATINGS = {"based": "BASED", "hypsarrhythmia": "hypsarrhythmia"}
_MAX_REMARKS = 500
PACKAGE = "westward.eeg.evaluate"
DASH = "–"


def shown(value: float | None, *, share: bool) -> str:
    """A share as a percentage, anything else to three figures; a dash for nothing."""
    if value is None:
        return DASH
    return words.percent(value, decimals=1 if 0 < value < 1 else 0) if share else words.number(value)


def span(told: Mapping[str, float] | None, *, share: bool) -> str:
    """An interval as ``81.2%–93.0%``."""
    return DASH if told is None else f"{shown(told['low'], share=share)}–{shown(told['high'], share=share)}"


def figure_rows(figures: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """Rows of a table of figures, as text; also printed on the terminal."""
    rows = []
    for name, f in figures.items():
        share = name in _SHARES
        rows.append(
            {
                "name": _NAMES[name],
                "why": "" if f["value"] is not None else str(f["why"]),
                "value": shown(f["value"], share=share),
                "of": f["of"] or DASH,
                "interval": span(f["interval"], share=share),
                "by_patient": span(f["by_patient"], share=share),
                "mean": shown(f["mean_by_patient"], share=share),
            }
        )
    return rows


def headline(e: Mapping[str, Any]) -> str:
    """The answer in one sentence, single spasms first."""
    spasm, cluster = e["figures"]["spasm"], e["figures"]["cluster"]
    sens, rate = spasm["sensitivity"], spasm["false_per_hour"]
    if sens["value"] is not None:
        found = f"{sens['of']} spasms found ({shown(sens['value'], share=True)})"
    else:
        found = f"Spasms: {sens['why'].removesuffix(': sensitivity not assessable')}, sensitivity not assessable"
    parts = [found]
    if rate["value"] is not None:
        parts.append(f"{words.number(rate['value'])} false per hour")
    if cluster["sensitivity"]["value"] is not None:
        parts.append(f"{cluster['sensitivity']['of']} clusters found")
    return "; ".join(parts) + "."


def _facts(e: Mapping[str, Any]) -> list[str]:
    n = e["n"]
    facts = [words.count(n["recordings"], "recording"), words.count(n["patients"], "patient")]
    facts.append("length unknown" if n["hours"] is None else words.duration(n["hours"] * 3600))
    facts.append(f"{words.count(n['controls'], 'recording')} without reference events")
    return facts


_TARGETS = {
    "min_spasm_sensitivity": ("Spasm sensitivity, at least", True),
    "max_false_spasms_per_hour": ("False spasms per hour, at most", False),
    "min_count_ratio": ("Count ratio, at least", False),
    "max_count_ratio": ("Count ratio, at most", False),
    "min_cluster_sensitivity": ("Cluster sensitivity, at least", True),
    "min_large_cluster_sensitivity": ("Sensitivity for large clusters, at least", True),
    "max_false_clusters_per_day": ("False clusters per 24 h, at most", False),
}


def target_rows(e: Mapping[str, Any]) -> list[dict[str, str]]:
    """Targets as text with a verdict."""
    rows = []
    for t in e["targets"]:
        name, share = _TARGETS[t["name"]]
        if t["met"] is None:
            verdict, look = f"◐ not assessable: {t['why']}", "open"
        elif t["met"]:
            sure = {True: "surely", False: "interval reaches beyond", None: "no interval"}[t["whole_interval"]]
            verdict, look = f"✓ met, {sure}", "met"
        else:
            verdict, look = "✗ not met", "unmet"
        rows.append(
            {
                "name": name,
                "limit": shown(t["limit"], share=share),
                "value": shown(t["value"], share=share),
                "verdict": verdict,
                "cls": look,
            }
        )
    return rows


def _timing(e: Mapping[str, Any]) -> str:
    t = e["timing_error_s"]
    if not t["n"]:
        return ""
    low, middle, high = (words.number(t[k], "s", decimals=2) for k in ("p5", "median", "p95"))
    return (
        f"Onset error of {words.count(t['n'], 'pair')}, found minus marked: median {middle}, "
        f"5th to 95th percentile {low} to {high}."
    )


def _patients(e: Mapping[str, Any]) -> list[list[str]]:
    keys = (
        "hours",
        "spasms_marked", "spasms_matched", "spasms_false",
        "clusters_marked", "clusters_matched", "clusters_false",
        "events_marked", "events_matched", "events_false",
    )  # fmt: skip
    return [
        [p["patient"], words.number(p["recordings"]), *(shown(p[k], share=False) for k in keys)] for p in e["patients"]
    ]


def _kappa(row: Mapping[str, Any]) -> str:
    if row["kappa_quadratic"] is None:
        return "not defined: no variation"
    inside = "" if row["low"] is None else f" ({row['low']:.2f}–{row['high']:.2f})"
    return f"{row['kappa_quadratic']:.2f}{inside}"


def _agreement(e: Mapping[str, Any]) -> list[dict[str, Any]]:
    out = []
    for key, a in e["agreement"].items():
        if key == "events":
            continue
        rows = [
            [
                r["rater"],
                str(r["n"]),
                f"{shown(r['exact']['value'], share=True)} ({r['exact']['of']})",
                f"{shown(r['within_one']['value'], share=True)} ({r['within_one']['of']})",
                _kappa(r),
            ]
            for r in a["with_program"]
        ]
        many = []
        for who, told in (("readers", a["readers"]), ("readers and program", a["readers_and_program"])):
            if told is not None:
                cells = (told[c] for c in ("alpha_ordinal", "fleiss_kappa", "icc_2_1", "icc_3_1"))
                many.append(
                    [who, str(told["n_raters"]), str(told["n"]), *(DASH if c is None else f"{c:.2f}" for c in cells)]
                )
        out.append(
            {
                "key": key,
                "name": _RATINGS[key],
                "note": f"{words.count(a['n_recordings'], 'rated recording')}, {a['n_program']} with a rating by the "
                "program. Kappa with its interval, patients redrawn.",
                "levels": a["levels"],
                "rows": rows,
                "tables": [{"rater": r["rater"], "rows": r["confusion"]} for r in a["with_program"]],
                "readers": many,
            }
        )
    return out


def _two(x: float) -> str:
    """Two decimals, and no minus before a zero."""
    return f"{round(x, 2) + 0.0:.2f}"


def _in(row: Mapping[str, Any]) -> str:
    """A coefficient with its interval by patient, or why there is none."""
    if row["value"] is None:
        return str(row["why"])
    return _two(row["value"]) + ("" if row["low"] is None else f" ({_two(row['low'])}–{_two(row['high'])})")


def _share(told: Mapping[str, Any]) -> str:
    if told["value"] is None:
        return str(told["why"])
    inside = told["by_patient"]
    return _two(told["value"]) + ("" if inside is None else f" ({_two(inside['low'])}–{_two(inside['high'])})")


def _coefficients(together: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(f["kappa"] for f in together["fleiss"]), together["icc_2_1"]]


def event_agreement(e: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Agreement on events by level: pairs of authors, and all of them together."""
    told = e["agreement"].get("events")
    if told is None:
        return []
    out = []
    for level, name in (("spasm", "single spasms"), ("cluster", "clusters"), ("seizure", "seizures")):
        whole = told["readers_and_result"][level]
        if level == "seizure" and not any(p["n_first"] + p["n_second"] for p in whole["pairs"]):
            continue
        rows = [
            [
                f"{p['first']} and {p['second']}",
                str(p["n_recordings"]),
                f"{p['n_first']} / {p['n_second']}",
                str(p["n_matched"]),
                _share(p["positive_agreement"]),
                *(_in(b["kappa"]) for b in p["bins"]),
                *(_share(b["positive_agreement"]) for b in p["bins"]),
            ]
            for p in whole["pairs"]
        ]
        sets = (("readers", told["readers"]), ("readers and result", told["readers_and_result"]))
        together = [(who, part[level]["all"]) for who, part in sets if part is not None]
        many = [
            [who, *(str(t[k]) for k in ("n_authors", "n_recordings")), *map(_in, _coefficients(t))]
            for who, t in together
        ]
        widths = [words.number(f["width_s"], "s") for f in whole["all"]["fleiss"]]
        icc = told["readers_and_result"]["icc_definition"]
        out.append({"name": name, "why": whole["why"], "rows": rows, "many": many, "widths": widths, "icc": icc})
    return out


def event_lines(e: Mapping[str, Any]) -> list[str]:
    """The same for a terminal."""
    out = []
    for a in event_agreement(e):
        widths = " and ".join(a["widths"])
        out.append(f"\nagreement on {a['name']}: positive agreement (F1), and kappa of bins of {widths}")
        if a["why"]:
            out.append(f"  not assessable: {a['why']}")
        out += [f"  {r[0]:42} {r[3]:>4} of {r[2]:>11}  F1 {r[4]}; kappa {r[5]}, {r[6]}" for r in a["rows"]]
        out += [f"  {r[0]:42} {r[1]} authors: Fleiss {r[3]}, {r[4]}; ICC of counts {r[5]}" for r in a["many"]]
    return out


def unmatched(e: Mapping[str, Any]) -> list[str]:
    """Sentences on references and results that have no partner."""
    lines = []
    for key, text in (
        ("references_without_result", "of the reference have no result and are not scored"),
        ("results_without_reference", "of the results belong to no reference"),
    ):
        names: Sequence[str] = e["not_scored"][key]
        if names:
            few = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
            lines.append(f"{words.count(len(names), 'recording')} {text}: {few}.")
    return lines


def notes(e: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of each level in words."""
    p = e["protocol"]["parameters"]
    s, c, z = p["spasm"], p["cluster"], p["szcore"]
    return {
        "spasm": f"One found spasm for one marked, onsets at most {s['tolerance_s']} s apart (strict: "
        f"{s['strict_tolerance_s']} s), best pairing; nothing merged; confidence at least {s['min_confidence']}"
        f"{', near-misses left out' if s['counted_only'] == 'true' else ', near-misses included'}; "
        f"a night is a recording of at least {s['night_min_h']} h; hours are recorded hours.",
        "cluster": f"At least {c['min_spasms']} spasms with gaps up to {c['max_gap_s']} s"
        f"{', or the rows of the file where it has any' if c['from_rows'] == 'true' else ''}; found when overlapped "
        f"within {c['tolerance_s']} s; large: at least {c['large_min_spasms']} spasms.",
        "events": f"Events: merged below {z['merge_closer_than_s']} s, cut at {z['max_duration_s']} s, reference "
        f"extended by {z['tolerance_before_s']} s before and {z['tolerance_after_s']} s after, overlap above "
        f"{z['min_overlap']}.",
        "samples": f"Samples: {z['sample_hz']} per second, nothing merged or extended.",
    }


def render(e: Mapping[str, Any]) -> str:
    """The page of an ``evaluation.json``."""
    f = e["figures"]
    drawn = forest.draw(e["patients"], confidence=float(e["protocol"]["parameters"]["intervals"]["confidence"]))
    parameters = [(s, n, v) for s, told in e["protocol"]["parameters"].items() for n, v in told.items()]
    provenance = [
        ("Reference", f"{e['reference']['layout']}: {e['reference']['source']}"),
        ("Protocol", e["protocol"]["name"] or DASH),
        ("SHA-256 of the protocol", e["protocol"]["sha256"] or "no protocol file"),
        ("When it was fixed", e["protocol"]["fixed"]),
        ("Version", e["provenance"]["version"]),
        ("Commit", e["provenance"]["commit"] or DASH),
        ("Made", e["provenance"]["started"]),
    ]
    remarks = [(r["name"], text) for r in e["recordings"] for text in r["remarks"]]
    return (
        pages.templates(PACKAGE)
        .get_template("evaluation.html.j2")
        .render(
            e=e,
            title=e["protocol"]["name"] or e["reference"]["source"],
            css=pages.stylesheet(PACKAGE, "evaluation.css"),
            badges=[badges.SIMULATED] if e["n"]["simulated"] != "none" else [],
            headline=headline(e),
            facts=_facts(e),
            level=words.percent(float(e["protocol"]["parameters"]["intervals"]["confidence"])),
            targets=target_rows(e),
            spasm=figure_rows(f["spasm"]),
            cluster=figure_rows(f["cluster"]),
            events=figure_rows(f["events"]),
            samples=figure_rows(f["samples"]),
            timing=_timing(e),
            near=list(e["false_spasms_on"].items()),
            patients=_patients(e),
            forest=drawn,
            forest_note=forest.NOTE,
            agreement=_agreement(e),
            event_agreement=event_agreement(e),
            unmatched=unmatched(e),
            provenance=provenance,
            parameters=parameters,
            remarks=remarks[:_MAX_REMARKS],
            notes=notes(e),
        )
    )
