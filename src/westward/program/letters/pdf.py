"""A letter as PDF, where WeasyPrint is installed; else the page is printed from the browser."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.template.loader import render_to_string

from westward.look import tokens
from westward.program.letters.sheet import Sheet
from westward.program.shell import pdf
from westward.program.shell.pdf import PAPERS, available

__all__ = ["PAPERS", "available", "lay_out", "render"]


def lay_out(sheet: Sheet, *, paper: str = "a4", sha256: str = "", superseded: int | None = None) -> Any:
    """The letter as pages of WeasyPrint.

    Parameters
    ----------
    paper : str
        ``a4`` or ``letter``.
    superseded : int or None
        Number of the letter that has taken its place, which is printed at the head.
    """
    context = {"sheet": sheet, "sha256": sha256, "superseded": superseded}
    return pdf.lay_out(render_to_string("letters/pdf.html", context), css=_stylesheet(), paper=paper)


def render(sheet: Sheet, *, paper: str = "a4", sha256: str = "", superseded: int | None = None) -> bytes:
    """The letter as PDF; see :func:`lay_out`."""
    return bytes(lay_out(sheet, paper=paper, sha256=sha256, superseded=superseded).write_pdf())


@lru_cache(maxsize=1)
def _stylesheet() -> str:
    own = files("westward.program.letters").joinpath("static", "westward", "letters.css").read_text("utf-8")
    return f"{tokens.stylesheet()}\n{own}"
