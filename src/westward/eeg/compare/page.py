"""The comparison as one self-contained HTML page: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from westward.eeg.biomarkers.published import published
from westward.eeg.compare import forest, hypnograms
from westward.eeg.compare.side import Side
from westward.eeg.compare.watched import INSUFFICIENT
from westward.look import badges, pages, words

PACKAGE = "westward.eeg.compare"
DASH = "–"
_STATES = {"wake": "wake", "drowsy": "drowsy", "nrem": "NREM", "rem": "REM"}


def headline(e: Mapping[str, Any]) -> str:
    """The answer in one line."""
    before, after = (e[k]["grade"]["grade"] for k in ("before", "after"))
    lower = (before[:1].lower() + before[1:]) if not before.startswith("BASED") else before
    later = (after[:1].lower() + after[1:]) if not after.startswith("BASED") else after
    first = f"{lower[:1].upper()}{lower[1:]} before, {later} after"
    n = [None if e[k]["spasms"] is None else e[k]["spasms"]["spasms"]["n"] for k in ("before", "after")]
    if n == [0, 0]:
        return f"{first}; no spasm candidate in either study."
    counts = [words.ABSENT if x is None else "none" if x == 0 else words.number(x) for x in n]
    return f"{first}; spasm candidates: {counts[0]} before, {counts[1]} after."


def value(number: float | None, unit: str = "") -> str:
    """A value with its unit to three figures; the unit of a z or a logarithm stays in the name."""
    if number is None:
        return words.ABSENT
    plain = unit if unit and not unit.startswith(("z", "log10")) else ""
    if number != 0 and abs(number) < 0.001:
        return words.number(number, plain, decimals=5)
    return words.number(number, plain)


def span(low: float | None, high: float | None) -> str:
    """An interval."""
    return DASH if low is None or high is None else f"{words.number(low)} to {words.number(high)}"


def factor(row: Mapping[str, Any]) -> str:
    """A change as a percentage or a factor."""
    r = row["ratio"]
    if r is None:
        return DASH
    if 0.5 <= r <= 2:
        return f"{'+' if r > 1 else ''}{words.number(100 * (r - 1), decimals=0)}%" if abs(r - 1) >= 0.005 else "same"
    return "→ 0" if r == 0 else f"×{words.number(r)}" if r > 2 else f"÷{words.number(1 / r)}"


def rows(e: Mapping[str, Any], state: str) -> list[dict[str, str]]:
    """The table of one state as text; also printed on the terminal."""
    out = []
    for r in e["differences"]:
        if r["state"] != state:
            continue
        named = r["unit"].startswith(("z", "log10"))
        out.append(
            {
                "name": r["name"] + (f" ({r['unit']})" if named and r["unit"] != "z" else ""),
                "before": value(r["before"], r["unit"]),
                "after": value(r["after"], r["unit"]),
                "difference": value(r["difference"]),
                "interval": span(r["low"], r["high"]),
                "factor": factor(r),
                "n": f"{r['n_before']}, {r['n_after']}",
                "why": r["why"],
                "main": "main" if r["main"] else "",
                "changed": "changed" if r["changed"] else "",
            }
        )
    return out


def rate_words(told: Mapping[str, Any] | None) -> tuple[str, str, str]:
    """Count, rate per hour and interval."""
    if told is None:
        return (words.ABSENT, DASH, DASH)
    if told["per_hour"] is None:
        return (words.number(told["n"]), words.ABSENT, DASH)
    interval = f"{words.number(told['low'])}–{words.number(told['high'])}"
    return (words.number(told["n"]), words.number(told["per_hour"]), interval)


def spasm_rows(e: Mapping[str, Any]) -> list[list[str]]:
    """Candidates and clusters before and after."""
    out = []
    for name, key in (("spasm candidates", "spasms"), ("clusters", "clusters")):
        cells = [name]
        for side in ("before", "after"):
            found = e[side]["spasms"]
            cells += rate_words(None if found is None else found[key])
        out.append(cells)
    return out


def looked_rows(e: Mapping[str, Any]) -> list[str]:
    """What spasms were looked for in and what hides them there, a line for each study."""
    out = []
    for side in ("before", "after"):
        found = e[side]["spasms"]
        if found is None:
            out.append(f"{side.capitalize()}: spasms were not looked for.")
        else:
            hides = f" {found['doubt'][:1].upper()}{found['doubt'][1:]}." if found["doubt"] else ""
            out.append(f"{side.capitalize()}: {found['looked_at']}.{hides}")
    return out


def seen_rows(e: Mapping[str, Any]) -> list[dict[str, str]]:
    """What each study let one see."""

    def told(side: str, key: str) -> str:
        x = e[side]["seen"][key]
        if x is None:
            return words.ABSENT
        return words.number(round(x), "min") if key.endswith("minutes") else words.number(x)

    names = (
        ("sleep_minutes", "of sleep, NREM and REM"),
        ("awakenings", "awakenings"),
        ("post_awakening_minutes", "usable in the half hours after awakening"),
        ("sleep_wake_cycles", "full sleep-wake cycles"),
    )
    return [{"name": name, "before": told("before", k), "after": told("after", k)} for k, name in names]


def ratio_words(e: Mapping[str, Any]) -> str:
    """The ratio of the spasm rates, or an empty string."""
    r = e["spasm_rate_ratio"]
    if r is None:
        return ""
    high = "no upper limit" if r["high"] is None else words.number(r["high"])
    middle = "no ratio (none before)" if r["ratio"] is None else words.number(r["ratio"])
    return f"Rate of spasm candidates after over before: {middle} (interval {words.number(r['low'])} to {high})."


def _state_rows(e: Mapping[str, Any]) -> list[list[str]]:
    usable = {s["state"]: s for s in e["states"]}
    out = []
    for state, name in _STATES.items():
        s = usable[state]
        recorded = [e[k]["state_minutes"][state] for k in ("before", "after")]
        kept = [s["before_minutes"], s["after_minutes"]]
        cells = [words.ABSENT if m is None else words.number(m, "min") for m in (*recorded, *kept)]
        out.append([name, *cells, s["why"] or "compared"])
    return out


def _worst(e: Mapping[str, Any]) -> list[dict[str, Any]]:
    out = []
    for key in ("before", "after"):
        lines = []
        for w in e[key]["worst_epochs"]:
            pages = words.ABSENT if w["positive_pages"] is None else f"{w['positive_pages']} of 20"
            lines.append(
                [
                    f"{words.clock(w['start_s'])}–{words.clock(w['end_s'])}",
                    _STATES.get(w["state"] or "", w["state"] or DASH),
                    words.number(w["level"]),
                    words.number(w["n_foci"]),
                    pages,
                    words.percent(w["spike_bin_fraction"]),
                ]
            )
        out.append({"title": f"{key.capitalize()}: the five worst epochs", "rows": lines})
    return out


def _tile(e: Mapping[str, Any], key: str) -> dict[str, Any]:
    study = e[key]
    g = study["grade"]
    with_ictal = (g["with_ictal_time"] or {}).get("score")
    notes = list(g["margin"])
    if with_ictal is not None and with_ictal != g["score"]:
        notes.append(f"With spasms and the time after arousals left in it would be {with_ictal}.")
    return {
        "key": key,
        "name": study["name"],
        "age": words.age(study["age_days"]),
        "length": f"{words.duration(study['recording']['duration_s'])} recorded",
        "usable": f"{words.duration(study['recording']['assessed_s'])} assessable",
        "grade": g["grade"],
        "score": g["score"],
        "meaning": g["meaning"],
        "why": g["why"],
        "notes": notes,
        "incomplete": g["incomplete"],
        "caution": g["caution"] if key == "after" else "",
    }


def _apart(e: Mapping[str, Any]) -> str:
    days = e["age_apart_days"]
    if days is None:
        return "age difference not known"
    if days == 0:
        return "ages given are equal"
    return f"{words.interval(86400 * days).words} apart by age" if days < 62 else f"{words.age(days)} apart by age"


def _recorded(e: Mapping[str, Any]) -> list[list[str]]:
    def cells(get: Any) -> list[str]:
        return [get(e["before"]), get(e["after"])]

    return [
        ["Study", *cells(lambda s: s["name"])],
        ["Age", *cells(lambda s: words.age(s["age_days"]))],
        ["Sampling rate", *cells(lambda s: words.number(s["recording"]["sfreq_hz"], "Hz"))],
        ["Reference of the file", *cells(lambda s: s["recording"]["reference"] or "not stated")],
        ["Electrodes measured", *cells(lambda s: words.number(len(s["recording"]["electrodes"])))],
        ["Limb EMG", *cells(lambda s: DASH if s["spasms"] is None else "yes" if s["spasms"]["with_emg"] else "no")],
        ["Westward", *cells(lambda s: s["provenance"]["version"] or DASH)],
        ["Commit", *cells(lambda s: s["provenance"]["commit"] or DASH)],
        ["Analyzed", *cells(lambda s: s["provenance"]["started"] or DASH)],
        ["SHA-256 of the recording", *cells(lambda s: s["provenance"]["input_sha256"] or DASH)],
    ]


def _norms(e: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = {b.id: b.name for b in published()} | {"spikes": "Spikes", "background": "Background waves"}
    told = {r["id"]: r["age"] for r in e["differences"]}
    with_text = [(names.get(k, k), v) for k, v in told.items() if v != "no norm: not age-adjusted"]
    without = sorted(names.get(k, k) for k, v in told.items() if v == "no norm: not age-adjusted")
    return [*with_text, *([(", ".join(without), "no norm: not age-adjusted")] if without else [])]


def render(e: Mapping[str, Any], sides: Sequence[Side]) -> str:
    """The page of a ``comparison.json``; the two studies are for the drawing of the nights."""
    insufficient = e["follow_up"]["why_insufficient"]
    return (
        pages.templates(PACKAGE)
        .get_template("comparison.html.j2")
        .render(
            e=e,
            css=pages.stylesheet(PACKAGE, "comparison.css"),
            badges=[badges.SIMULATED] if any(e["simulated"].values()) else [],
            unreviewed=badges.UNREVIEWED,
            headline=headline(e),
            apart=_apart(e),
            insufficient=f"{INSUFFICIENT}: {insufficient}." if insufficient else "",
            looked_in_vain=(e["after"]["spasms"] or {"spasms": {"n": None}})["spasms"]["n"] == 0,
            tiles=[_tile(e, "before"), _tile(e, "after")],
            seen=seen_rows(e),
            spasms=spasm_rows(e),
            ratio=ratio_words(e),
            looked=looked_rows(e),
            nights=hypnograms.draw((("before", sides[0]), ("after", sides[1]))),
            forest=forest.draw(e["differences"], e["states"]),
            states=_state_rows(e),
            tables=[(_STATES[s["state"]], s["why"], rows(e, s["state"])) for s in _ordered(e)],
            worst=_worst(e),
            recorded=_recorded(e),
            norms=_norms(e),
            level=words.percent(e["parameters"]["confidence"]),
        )
    )


def _ordered(e: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    place = ("nrem", "wake", "rem", "drowsy")
    return sorted(e["states"], key=lambda s: place.index(s["state"]))
