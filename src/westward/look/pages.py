"""What every self-contained page of ours begins with: its templates and its style sheet."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from westward.look import tokens, words

FOLDER = "templates"


@lru_cache(maxsize=8)
def templates(package: str) -> jinja2.Environment:
    """Templates of a package, from its folder ``templates``; ``w`` are the words for numbers and dates."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(files(package).joinpath(FOLDER))),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["w"] = words
    return environment


def stylesheet(package: str, *names: str) -> Markup:
    """Tokens, the frame of a page, badges and sheets of the package, without comments, to stand inside a page."""
    own = [files(package).joinpath(FOLDER, name).read_text("utf-8") for name in names]
    shared = [files("westward.look").joinpath(name).read_text("utf-8") for name in ("page.css", "badges.css")]
    css = re.sub(r"/\*.*?\*/", "", "".join([tokens.stylesheet(), *shared, *own]), flags=re.DOTALL)
    return Markup(re.sub(r"\s*\n\s*", "\n", css))  # noqa: S704  our own stylesheet
