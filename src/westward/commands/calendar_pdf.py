"""``westward calendar --pdf``: the calendar on paper, for whoever has the ``pdf`` extra.

It is in English, for the clinician: a translation of doses is printed by the clinic's program alone, once somebody has
reviewed it there.
"""

from __future__ import annotations

from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from westward.core.errors import RefusedError, UsageError
from westward.core.files import replacing
from westward.look import words
from westward.look.pdf import weasyprint
from westward.look.words import thousandths

_CSS = """
@page { size: A4; margin: 14mm; @bottom-center { content: counter(page) " / " counter(pages); font: 10pt sans-serif; } }
body { font: 13pt/1.4 sans-serif; color: #000; font-variant-numeric: tabular-nums; }
h1 { font-size: 20pt; margin: 0 0 2mm; }
p { margin: 0 0 2mm; }
table { width: 100%; border-collapse: collapse; margin: 4mm 0; }
thead { display: table-header-group; }
th { text-align: left; border-bottom: 1.5pt solid #000; padding: 1mm 2mm 1mm 0; }
td { border-bottom: 0.6pt solid #000; padding: 1.5mm 2mm 1.5mm 0; vertical-align: top; }
tr { break-inside: avoid; }
.day { white-space: nowrap; }
.dose { font-size: 15pt; font-weight: 700; }
.small { font-size: 11pt; }
.mark { border: 1pt solid #000; padding: 0 1.5mm; white-space: nowrap; font-weight: 700; }
"""


def write(document: dict[str, Any], target: Path) -> None:
    """Write the calendar; the file appears whole or not at all.

    Raises
    ------
    UsageError
        If WeasyPrint or a library it needs is missing, or the target is a folder.
    RefusedError
        If the folder of the target does not exist or there is such a file already.
    """
    if target.is_dir():
        raise UsageError(f"{target} is a folder; give the name of a file")
    if not target.parent.is_dir():
        raise RefusedError(f"the folder {target.parent} does not exist; make it first")
    if target.exists():
        raise RefusedError(f"{target} exists; give another name")
    printer = weasyprint(instead="print the text")
    with replacing(target) as beside:
        made = printer.HTML(string=page(document))
        made.write_pdf(str(beside), stylesheets=[printer.CSS(string=_CSS)])


def page(document: dict[str, Any]) -> str:
    """The calendar as HTML, one row a day; a day that is not sourced is marked and has no milliliters."""
    protocol, inputs = document["protocol"], document["inputs"]
    measures = [f"{inputs['weight_g']} g" if inputs["weight_g"] else ""]
    measures += [f"{inputs['length_mm']} mm" if inputs["length_mm"] else ""]
    told = ", ".join(one for one in [*measures, *inputs["strengths"]] if one)
    notes = "".join(f"<p class=small>{escape(words_)}</p>" for words_ in document["warnings"])
    totals = "".join(
        f"<p class=small>Total: {escape(one['drug'].replace('_', ' '))} {_amount(one['amount'], one['unit'])} on "
        f"{one['days']} days</p>"
        for one in document["cumulative"]
    )
    rows = "".join(map(_row, document["days"]))
    head = "<tr><th>Day</th><th>Date</th><th>Doses</th><th>Step, checks</th></tr>"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(protocol["title"])}</title></head>'
        f"<body><h1>{escape(protocol['title'])}</h1><p>{escape(protocol['id'])}, version "
        f"{escape(protocol['version'])}, {escape(protocol['status'])}. {escape(told)}</p>{notes}"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>{totals}<p class=small>Decision support, not a "
        "certified medical device; every dose needs a prescriber.</p></body></html>"
    )


def _row(day: dict[str, Any]) -> str:
    alike: dict[tuple[Any, ...], list[str]] = {}
    for dose in day["doses"]:
        key = (dose["drug"], dose["amount"], dose["unit"], dose["volume_ul"])
        alike.setdefault(key, []).append(dose["time_of_day"])
    doses = "".join(
        f"<p><span class=dose>{_amount(amount, unit)}{_volume(volume)}</span> {escape(drug.replace('_', ' '))}<br>"
        f"{escape(', '.join(times))}</p>"
        for (drug, amount, unit, volume), times in alike.items()
    )
    mark = f"<p><span class=mark>{escape(day['mark'])}</span></p>" if day["mark"] else ""
    checks = "".join(f"<p class=small>▢ {escape(check['what'])}</p>" for check in day["checks"])
    on = words.day(date.fromisoformat(day["date"]))
    return (
        f"<tr><td>{day['day']}</td><td class=day>{on}</td><td>{doses or 'no drug'}{mark}</td>"
        f"<td><p>{escape(day['step'])}</p>{checks}</td></tr>"
    )


def _amount(small: int, unit: str) -> str:
    return f"{thousandths(small)}&#8239;{'mg' if unit == 'ug' else 'U'}"


def _volume(ul: int | None) -> str:
    return "" if ul is None else f" = {thousandths(ul)}&#8239;mL"
