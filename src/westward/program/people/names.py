"""How names are compared: without case, accents and punctuation."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from django.db import models

# Letters that Unicode does not take apart into a base letter and a mark.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "", "'": ""}
)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """``García-López`` becomes ``garcia lopez``; letters of other scripts stay, ``O'Neil`` is ``oneil``."""
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    letters = "".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in apart if not _mark(one))
    return " ".join(letters.split())


def _mark(letter: str) -> bool:
    return unicodedata.combining(letter) != 0


def bare_number(text: str) -> str:
    """Letters and digits of a record number without case and leading zeros: ``00-12-34-567`` is ``1234567``."""
    return "".join(one for one in text.casefold() if one.isalnum()).lstrip("0")


class NumberKey(models.CharField[str, str]):
    """The record number as numbers are compared; follows it by itself whenever a row is saved."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The key of the number that stands now."""
        child: Any = model_instance
        value = bare_number(child.record_number)[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


class NameKey(models.CharField[str, str]):
    """Family and given name as they are searched; follows the names by itself whenever a row is saved."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The key of the names that stand now."""
        child: Any = model_instance
        value = f"{folded(child.family_name)}, {folded(child.given_name)}"[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value
