"""A page as PDF, where WeasyPrint is installed (``pip install 'westward[pdf]'``); it fetches nothing."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

from westward.core.errors import RefusedError

PAPERS = {"a4": "A4", "letter": "letter"}
MISSING = "PDF needs the extra westward[pdf]; print the page from the browser instead."

_SCREEN_ONLY = re.compile(r"@media (?:screen|\()[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}")
"""Rules by the width or the taste of a screen, which paper does not have."""


def available() -> bool:
    """Whether a PDF can be made here."""
    return find_spec("weasyprint") is not None


def lay_out(html: str, *, css: str, paper: str) -> Any:
    """The page as pages of WeasyPrint.

    Parameters
    ----------
    css : str
        Style sheets; what is for screens alone is left out.
    paper : str
        One of ``PAPERS``.
    """
    from weasyprint import CSS, HTML

    style = f"{_SCREEN_ONLY.sub('', css)}\n@page {{ size: {PAPERS[paper]} }}"
    made = HTML(string=html, url_fetcher=_nothing)
    return made.render(stylesheets=[CSS(string=style, url_fetcher=_nothing)])


def _nothing(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    raise RefusedError("a page on paper fetches nothing")
