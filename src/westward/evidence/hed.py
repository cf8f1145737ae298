"""HED-SCORE tags of the event types."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("westward.evidence") / "hed.toml").read_text("utf-8"))


def hed_version() -> str:
    """Version string for BIDS ``HEDVersion``."""
    return str(_table()["version"])


def hed_tags() -> dict[str, str]:
    """One HED string per ``trial_type``."""
    return {name: entry["tag"] for name, entry in _table()["tags"].items()}
