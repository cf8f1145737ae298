"""The family calendar in everyday words; a translation of doses is printed only after somebody has reviewed it here."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from westward.look.words import thousandths

LANGUAGES = ("en", "es")
ORIGINAL = "en"


def _text(language: str) -> str:
    return (files("westward.program.treatment") / "words" / f"{language}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def words(language: str) -> dict[str, Any]:
    """Every word of the calendar."""
    return tomllib.loads(_text(language))


def digest(language: str) -> str:
    """SHA-256 of the very words that are reviewed."""
    return hashlib.sha256(_text(language).encode()).hexdigest()


def name(language: str) -> str:
    """Under which its reviews stand among the approvals."""
    return f"words:{language}"


def amount(small: int, unit: str) -> str:
    """``31.2 mg`` or ``26.66 U``, without trailing zeros, never more digits than the dose has."""
    return f"{thousandths(small)}\u2009{'mg' if unit == 'ug' else 'U'}"


def volume(ul: int) -> str:
    """``3.4 mL``."""
    return f"{thousandths(ul)}\u2009mL"
