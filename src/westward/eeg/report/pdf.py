"""The report as PDF, for those who installed the ``pdf`` extra."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from westward.core.errors import UsageError
from westward.core.files import replacing
from westward.look.tokens import tokens

_SVG = re.compile(r"(<svg\b[^>]*>)")
_HALO = re.compile(r"paint-order: stroke; stroke: [^;]+; stroke-width: [^;]+;")
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")


def with_styled_drawings(page: str) -> str:
    """The report with each drawing carrying its own styles, tokens and patterns.

    WeasyPrint draws an inline SVG as a document of its own: the style sheet of the page, its custom properties
    and patterns defined elsewhere do not reach it. Nor does it know ``paint-order``: the halo behind numbers
    would cover them.
    """
    ink = tokens("print")

    def resolved(text: str) -> str:
        return _VARIABLE.sub(lambda m: ink.get(m[1], m[0]), text)

    css = files("westward.eeg.report").joinpath("templates", "drawings.css").read_text("utf-8")
    css = resolved(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).replace(" !important", "")
    css = _HALO.sub("", css)
    patterns = re.search(r"<defs>.*?</defs>", page, flags=re.DOTALL)
    own = f"<style>{css}</style>{patterns[0] if patterns else ''}"
    head, body, rest = page.partition("<body>")
    return head + body + resolved(_SVG.sub(lambda m: m[1] + own, rest))


def write(report: Path, target: Path) -> None:
    """Print ``report.html`` to PDF with its print styles.

    Raises
    ------
    UsageError
        If WeasyPrint or a library it needs is missing; any browser's print dialog does the same job.
    """
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise UsageError(
            f"no PDF without WeasyPrint ({error}); install westward[pdf], or print {report.name} from a browser"
        ) from error
    with replacing(target) as beside:
        page = with_styled_drawings(report.read_text("utf-8"))
        weasyprint.HTML(string=page, base_url=str(report)).write_pdf(str(beside))
