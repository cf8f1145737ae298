"""A letter as PDF, where WeasyPrint is installed; else the page is printed from the browser."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from django.template.loader import render_to_string

from westward.core.errors import RefusedError
from westward.look import tokens
from westward.program.letters.sheet import Sheet

PAPERS = {"a4": "A4", "letter": "letter"}

_SCREEN_ONLY = re.compile(r"@media (?:screen|\()[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}")
"""Rules by the width or the taste of a screen, which paper does not have."""


def available() -> bool:
    """Whether a PDF can be made here (``pip install 'westward[pdf]'``)."""
    return find_spec("weasyprint") is not None


def lay_out(sheet: Sheet, *, paper: str = "a4", sha256: str = "", superseded: int | None = None) -> Any:
    """The letter as pages of WeasyPrint.

    Parameters
    ----------
    paper : str
        ``a4`` or ``letter``.
    superseded : int or None
        Number of the letter that has taken its place, which is printed at the head.
    """
    from weasyprint import CSS, HTML

    css = f"{_stylesheet()}\n@page {{ size: {PAPERS[paper]} }}"
    context = {"sheet": sheet, "sha256": sha256, "superseded": superseded}
    html = HTML(string=render_to_string("letters/pdf.html", context), url_fetcher=_nothing)
    return html.render(stylesheets=[CSS(string=css, url_fetcher=_nothing)])


def render(sheet: Sheet, *, paper: str = "a4", sha256: str = "", superseded: int | None = None) -> bytes:
    """The letter as PDF; see :func:`lay_out`."""
    return bytes(lay_out(sheet, paper=paper, sha256=sha256, superseded=superseded).write_pdf())


@lru_cache(maxsize=1)
def _stylesheet() -> str:
    own = files("westward.program.letters").joinpath("static", "westward", "letters.css").read_text("utf-8")
    return _SCREEN_ONLY.sub("", f"{tokens.stylesheet()}\n{own}")


def _nothing(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    raise RefusedError("a letter fetches nothing")
