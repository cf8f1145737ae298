"""The report as one self-contained HTML file: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from westward.core.errors import WestwardError
from westward.core.files import replacing
from westward.eeg.report import (
    biomarker_tables,
    charts,
    eeg_page,
    head_map,
    headline,
    ictal,
    ictal_marks,
    night,
    view,
)
from westward.eeg.report.content import EegPage, ReportContent, SpasmMark, SpikeMark
from westward.look import badges, words
from westward.look.pages import stylesheet, templates

PACKAGE = "westward.eeg.report"
MAX_BYTES = 5_000_000
"""Size a report never exceeds; traces get coarser columns, then pages of other epochs are dropped, until it holds."""

PRINTED_PAGES = 4
"""Pages of the worst five minutes that also print; on screen are all."""
PRINTED_ROWS = 12
"""Rows of a list of events that also print; all are on screen or in the bundle."""

_COLUMNS_MM = (0.2, 0.3, 0.45, 0.7, 1.2)


class ReportTooLargeError(WestwardError):
    """A report that cannot be kept below its size."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page of EEG with its heading and the table of its marks; ``printed`` also on paper."""

    key: str
    heading: str
    note: str
    svg: Markup
    marks: tuple[tuple[int, SpikeMark, str], ...]
    spasms: tuple[SpasmMark, ...] = ()
    printed: bool = True


def _draw_pages(pages: Sequence[EegPage], layout: eeg_page.Layout) -> list[DrawnPage]:
    drawn: list[DrawnPage] = []
    number, in_worst = 1, sum(p.rank == 1 for p in pages)
    place, on_paper = 0, eeg_page.for_paper(pages, PRINTED_PAGES)
    for index, page in enumerate(pages):
        place += page.rank == 1
        key = f"page-{len(drawn) + 1}"
        when = f"{words.clock(page.start_s)}\u2013{words.clock(page.stop_s)}"
        what = f"Page {place} of {in_worst}" if page.rank == 1 else f"From epoch {page.rank} of the five worst"
        positive = len(eeg_page.positive_seconds(page))
        seconds = round(page.duration_s)
        note = f"{positive} of {seconds} seconds with a counted spike"
        if seconds == 15 and positive >= layout.positive_bins:
            note += ": a positive page"
        parts = [what, when, page.state.upper() if page.state in ("nrem", "rem") else page.state]
        if page.rank > 1 and page.score is not None:
            parts.insert(1, f"score {page.score}")
        heading = " · ".join(p for p in parts if p)
        svg = eeg_page.draw(page, layout=layout, key=key, name=f"{heading}; {note}", first_number=number)
        marks = tuple(
            (
                number + i,
                s,
                s.derivation or (page.derivations[r] if (r := eeg_page.row_of(s, page)) is not None else ""),
            )
            for i, s in enumerate(page.spikes)
        )
        number += len(page.spikes)
        drawn.append(DrawnPage(key, heading, note, svg, marks, printed=index in on_paper))
    return drawn


ICTAL_ROW_MM = 5.6
"""Between rows of a page that also carries limb EMG, so that it still prints on one sheet."""


def _ictal_layout(pages: Sequence[EegPage]) -> eeg_page.Layout:
    return eeg_page.Layout(
        uv_per_mm=eeg_page.choose_sensitivity(pages),
        emg_uv_per_mm=ictal_marks.emg_sensitivity(pages),
        row_mm=ICTAL_ROW_MM,
    )


def _draw_ictal(pages: Sequence[EegPage], layout: eeg_page.Layout) -> list[DrawnPage]:
    drawn = []
    for k, page in enumerate(pages, start=1):
        when = f"{words.clock(page.start_s)}\u2013{words.clock(page.stop_s)}"
        heading = " · ".join(p for p in (page.ictal, when, ictal.state(page.state) if page.state else "") if p)
        counted = [s for s in page.spasms if s.number]
        below = len(page.spasms) - len(counted)
        note = words.count(len(counted), "candidate") if counted else "candidates: none found"
        note += f", {words.count(below, 'near-miss', 'near-misses')}" if below else ""
        note += "" if page.emg else ", limb EMG not recorded or not connected"
        svg = eeg_page.draw(page, layout=layout, key=f"ictal-{k}", name=f"{heading}; {note}")
        drawn.append(DrawnPage(f"ictal-{k}", heading, note, svg, (), page.spasms))
    return drawn


def _ictal_context(content: ReportContent) -> dict[str, Any]:
    summary = content.summary
    counted = [e for e in content.spasms if e.counted]
    members = [e for e in counted if e.cluster_id]
    counts = ictal.intervals(summary)
    shown = content.ictal_pages
    alone = "a single candidate" if shown and not any(e.cluster_id for e in counted) else "a cluster"
    return {
        "ictal": ictal.headline(content),
        "interictal": ictal.interictal_notes(summary),
        "both": ictal.BOTH,
        "unconfirmed": ictal.UNCONFIRMED,
        "spasms_known": summary.get("spasms") is not None,
        "n_spasms": len(counted),
        "clusters": ictal.clusters(summary),
        "interval_chart": charts.intervals(counts) if counts else None,
        "grammar": (summary.get("spasms") or {}).get("grammar") or {},
        "possible": any(not c.get("likely", True) for c in (summary.get("spasms") or {}).get("clusters") or []),
        "interval_counts": counts,
        "n_intervals": sum(n for _, n in counts),
        "seen": ictal.seen(content),
        "singles": ictal.one_by_one([e for e in counted if not e.cluster_id][: ictal.SHOWN_ONE_BY_ONE]),
        "members": ictal.one_by_one(members[: ictal.SHOWN_ONE_BY_ONE]),
        "n_members": len(members),
        "near_misses": ictal.one_by_one(ictal.near_misses(content.spasms)),
        "n_near_misses": len(content.spasms) - len(counted),
        "operating": ictal.operating(summary),
        "review": ictal.review(summary),
        "notes": ictal.notes(content.notes),
        "n_notes": len(content.notes),
        "ictal_title": f"EEG of {alone}" + (" with limb EMG" if any(p.emg for p in shown) else ""),
        "ictal_emg": any(p.emg for p in shown),
        "biomarkers": biomarker_tables.tables(summary),
    }


def _context(content: ReportContent) -> dict[str, Any]:
    summary = content.summary
    based = summary.get("based") or {}
    counts = view.score_counts(summary)
    channels, parameters = view.amplitudes(content), view.parameter_rows(content)
    features, variant, alerts = view.hypsarrhythmia(summary)
    found = based.get("foci") or []
    measured = [c for c in channels if c.median_uv is not None]
    return {
        "name": content.name,
        "badges": [badges.SIMULATED] if summary.get("simulated") else [],
        "unreviewed": badges.UNREVIEWED,
        "head": headline.make(summary),
        "facts": view.facts(summary),
        "numbers": view.key_numbers(summary),
        "states": view.states(summary),
        "cycles": summary.get("sleep_wake_cycles"),
        "arousals": summary.get("arousals"),
        "arousals_doubt": summary.get("arousals_doubt") or "",
        "night": night.draw(content.night) if content.night else None,
        "filter": content.display_filter,
        "foci": view.foci(summary),
        "foci_unknown": bool(based) and based.get("foci") is None,
        "head_map": head_map.draw(found) if found else None,
        "amplitude_chart": charts.amplitudes(measured) if measured else None,
        "amplitudes": view.amplitude_rows(channels),
        "score_chart": charts.epoch_scores(counts, score=based.get("score")) if counts else None,
        "score_counts": counts,
        "n_epochs": sum(n for _, n in counts),
        "margin": view.margin(summary),
        "score_pages": based.get("score_by_page_rule"),
        "score_bins": based.get("score_by_bin_rule"),
        "relapse_risk": based.get("relapse_risk"),
        "features": features,
        "variant": variant,
        "alerts": alerts,
        "graded": bool(based.get("worst_epoch")),
        "stands_out": based.get("worst_epoch_stands_out") is not False,
        "abnormalities": view.abnormalities(summary),
        "not_assessable": view.not_assessable(summary),
        "artifact": view.artifact(summary),
        "findings": view.findings(summary),
        "warnings": [str(w) for w in summary.get("warnings") or []],
        "parameters": parameters,
        "grade_rules": view.grade_rules(parameters),
        "statuses": view.statuses(parameters),
        "printed_rows": PRINTED_ROWS,
        "provenance": view.provenance(summary),
        "css": stylesheet(PACKAGE, "drawings.css", "report.css"),
        **_ictal_context(content),
    }


def render(content: ReportContent) -> str:
    """The report as text, at most :data:`MAX_BYTES` long.

    Raises
    ------
    ReportTooLargeError
        If it cannot be kept that short even without the pages of the other worst epochs.
    """
    context = _context(content)
    layout = eeg_page.Layout(uv_per_mm=eeg_page.choose_sensitivity(content.pages))
    ictal_layout = _ictal_layout(content.ictal_pages)
    worst = tuple(p for p in content.pages if p.rank == 1)
    choices = [content.pages] if len(worst) == len(content.pages) else [content.pages, worst]
    size = 0
    for pages in choices:
        dropped = f"{MAX_BYTES / 1e6:g} MB" if len(pages) < len(content.pages) else ""
        for column_mm in _COLUMNS_MM:
            drawn = _draw_pages(pages, replace(layout, column_mm=column_mm))
            page = (
                templates(PACKAGE)
                .get_template("report.html.j2")
                .render(
                    **context,
                    layout=layout,
                    ictal_layout=ictal_layout,
                    ictal_sheets=_draw_ictal(content.ictal_pages, replace(ictal_layout, column_mm=column_mm)),
                    worst=[d for d, p in zip(drawn, pages, strict=True) if p.rank == 1],
                    others=[d for d, p in zip(drawn, pages, strict=True) if p.rank != 1],
                    dropped=dropped,
                    n_printed=sum(d.printed for d in drawn),
                    n_unprinted=sum(not d.printed and p.rank == 1 for d, p in zip(drawn, pages, strict=True)),
                )
            )
            size = len(page.encode())
            if size <= MAX_BYTES:
                return page
    raise ReportTooLargeError(
        f"the report of {content.name} would have {size / 1e6:.1f} MB, {MAX_BYTES / 1e6:g} allowed"
    )


def write(path: Path, content: ReportContent) -> None:
    """Write the report beside its final place, then rename: nobody ever sees half of it."""
    with replacing(path) as beside:
        beside.write_text(render(content), "utf-8")
