"""Tables of the report, in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from acceptance import figures
from acceptance.figures import Result
from acceptance.score import STATES, is_exact, is_right_without_sleep


def by_scenario(results: Sequence[Result]) -> str:
    """One row per scenario."""
    rows = []
    for name in dict.fromkeys(r["scenario"] for r in results):
        part = [r for r in results if r["scenario"] == name]
        rows.append(
            (
                name,
                _words(r["rule_true"] for r in part),
                _words(given(r) for r in part),
                f"{figures.exact(part).hits}/{len(part)}",
                f"{figures.quantile(figures.bin_errors(part, 'spike_bins'), 0.5).value:.3f}",
                kappa_words(part),
                str(sum(len(r["foci_false"]) for r in part)),
            )
        )
    return table(("Scenario", "True rule", "Found", "Exact", "Median bin error", "States kappa", "False foci"), rows)


def kappa_words(part: Sequence[Result]) -> str:
    """Kappa of the states, pooled over recordings."""
    return f"{figures.kappa(figures.state_tables(part).sum(axis=0)):.2f}" if part else "none"


def given(r: Result) -> str:
    """The rule that was found."""
    return "not assessable" if r["score"] is None else str(r["rule"])


def _words(values: object) -> str:
    counts = Counter(values)  # type: ignore[call-overload]
    return ", ".join(f"{v} x{n}" if n > 1 else str(v) for v, n in counts.items())


def by_tercile(results: Sequence[Result], *, states: bool) -> str:
    """Grades and spikes by contrast."""
    right = is_exact if states else is_right_without_sleep
    rows = []
    for name, part in figures.terciles(results):
        errors = [figures.quantile(figures.bin_errors(part, "spike_bins_at_true_epoch"), q) for q in (0.5, 0.9)]
        assessed = [r for r in part if states or r["score"] is not None]
        rows.append(
            (
                name,
                str(figures.share(part, right)),
                *(f"{e.value:.3f}" if e.n else "none" for e in errors),
                str(figures.share(assessed, figures.same_class)),
                str(figures.foci_found(assessed)),
                str(sum(len(r["foci_false"]) for r in assessed)),
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
    spikes = table(("Spikes by contrast", "Counted"), [(name, str(s)) for name, s in figures.spike_terciles(results)])
    false = sum(r["spikes_found"]["false"] for r in results)
    counted = sum(r["spikes_found"]["counted"] for r in results)
    unread = sum(r["spikes_found"]["unread"] for r in results)
    planted = unread + sum(sum(r["spikes_found"]["planted"]) for r in results)
    return f"""Contrast is the spike's amplitude (baseline to peak) over the local background (peak to peak).

{table(head, rows)}
{spikes}
Counted spikes without a planted one beside them: {false} of {counted}. Planted interictal spikes in seconds that were
found not assessable, left out of the table above: {unread} of {planted}.
"""


def by_recording(results: Sequence[Result]) -> str:
    """By rate, leads and reference."""
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
            rows.append((words.format(shown), str(figures.exact(part)), kappa_words(part)))
    return table(("Recorded", "Exact grade", "States kappa"), rows)


def grades(results: Sequence[Result]) -> str:
    """True against found grades."""
    columns = (*range(6), None)
    rows = []
    for true in range(6):
        part = [r for r in results if r["score_true"] == true]
        rows.append((f"**{true}**", *(str(sum(r["score"] == c for r in part) or "") for c in columns)))
    return table(("True \\ found", "0", "1", "2", "3", "4", "5", "not assessable"), rows)


def states_table(results: Sequence[Result]) -> str:
    """True against found states."""
    pooled = figures.state_tables(results).sum(axis=0)
    rows = [
        (f"**{name}**", *(str(int(v)) for v in counts), f"{100 * counts[k] / max(counts.sum(), 1):.0f} %")
        for k, (name, counts) in enumerate(zip(STATES, pooled, strict=True))
        if counts.sum()
    ]
    return table(("True \\ found", *STATES, "right"), rows)


def misses(results: Sequence[Result], *, states: bool) -> str:
    """Every recording that was graded wrong."""
    right = is_exact if states else is_right_without_sleep
    rows = [
        (
            (f"{r['clip']} " if "clip" in r else "") + r["scenario"],
            f"{r['age_months']:g}",
            str(r["seed"]),
            r["rule_true"],
            given(r) + (" (near a limit)" if r["near_limit"] else ""),
            f"{number(r['spike_bins_true'])} / {number(r['spike_bins'])}",
            f"{' '.join(r['foci_true']) or '-'} / {' '.join(r['foci']) or '-'}",
            f"{r['high_true']} / {r['high']}",
            f"{r['attenuations'][0]} / {number(r['attenuations'][1])}",
            f"{r['grouped'][0]} / {number(r['grouped'][1])}",
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
    return table(head, rows) if rows else "None.\n"


def number(value: float | None) -> str:
    """A number, or a dash where there is none."""
    return "-" if value is None else f"{value:g}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def listed(items: object) -> str:
    """Items as a Markdown list."""
    return "".join(f"- {item}\n" for item in items)  # type: ignore[attr-defined]
