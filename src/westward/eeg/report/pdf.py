"""The report as PDF, for those who installed the ``pdf`` extra."""

from __future__ import annotations

import base64
import html
import re
from importlib.resources import files
from pathlib import Path

from westward.core.files import replacing
from westward.look.pdf import weasyprint
from westward.look.tokens import tokens

_SVG = re.compile(r"(<svg\b[^>]*>)(.*?)</svg>", flags=re.DOTALL)
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title>", flags=re.DOTALL)
_HALO = re.compile(r"paint-order: stroke; stroke: [^;]+; stroke-width: [^;]+;")
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")
_SWITCH = re.compile(r"[^{}]*:has\([^{}]*\{[^{}]*\}")

_AS_BOXES = """
img { display: block; max-width: 100%; height: auto; }
img.eeg { max-width: none; }
.key img { display: inline-block; vertical-align: -1px; }
"""
"""The rules for drawings of ``report.css``, which name ``svg``."""


def printable(page: str) -> str:
    """The report as WeasyPrint prints it in time that grows with its length.

    Every drawing becomes an image of its own that carries its styles, patterns and tokens: as part of the page its
    ten thousands of elements would each be matched with every rule of the page, and the style sheet of the page would
    still not reach them. ``paint-order`` is taken out, for without it the halo behind numbers covers them. So are the
    switches of the screen (``:has``), which WeasyPrint answers by a walk through the whole page for each element.
    """
    ink = tokens("print")

    def resolved(text: str) -> str:
        return _VARIABLE.sub(lambda m: ink.get(m[1], m[0]), text)

    css = files("westward.eeg.report").joinpath("templates", "drawings.css").read_text("utf-8")
    css = resolved(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).replace(" !important", "")
    css = _HALO.sub("", css)
    patterns = re.search(r"<defs>.*?</defs>", page, flags=re.DOTALL)
    own = f"<style>{css}</style>{patterns[0] if patterns else ''}"

    def image(match: re.Match[str]) -> str:
        opening, inside = match[1], match[2]
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', opening))
        if attributes.get("class") == "patterns":
            return ""
        if "xmlns" not in attributes:
            opening = opening.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        drawing = f"{opening}{own}{resolved(inside)}</svg>"
        title = _TITLE.search(inside)
        alt = html.escape(html.unescape(title[1])) if title else ""
        data = base64.b64encode(drawing.encode()).decode()
        return f'<img class="{attributes.get("class", "")}" alt="{alt}" src="data:image/svg+xml;base64,{data}">'

    head, body, rest = page.partition("<body>")
    head = _SWITCH.sub("", head).replace("</style>", _AS_BOXES + "</style>", 1)
    return head + body + _SVG.sub(image, rest)


def write(report: Path, target: Path) -> None:
    """Print ``report.html`` to PDF with its print styles.

    Raises
    ------
    UsageError
        If WeasyPrint or a library it needs is missing; any browser's print dialog does the same job.
    """
    printer = weasyprint(instead=f"print {report.name} from a browser")
    with replacing(target) as beside:
        page = printable(report.read_text("utf-8"))
        printer.HTML(string=page, base_url=str(report)).write_pdf(str(beside))
