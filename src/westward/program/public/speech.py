"""Words in the languages of the public pages: English and Spanish, always both."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from westward.core.errors import InputError

LANGUAGES = ("en", "es")
FOLDER = "content"


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said in each language."""

    en: str
    es: str

    def __getitem__(self, language: str) -> str:
        return self.es if language == "es" else self.en


def words(entry: Any, where: str) -> Words:
    """Words from a table with exactly ``en`` and ``es``.

    Raises
    ------
    InputError
        If a language is missing or empty.
    """
    if not isinstance(entry, Mapping) or any(not isinstance(entry.get(one), str) for one in LANGUAGES):
        raise InputError("the words are not in both languages", where=where, remedy="give en and es")
    if not all(entry[one].strip() for one in LANGUAGES):
        raise InputError("the words are empty in one language", where=where)
    return Words(*(entry[one] for one in LANGUAGES))


class Phrases(Mapping[str, str]):
    """A section of ``words.toml`` in one language; a key that is not there is an error, never silence."""

    def __init__(self, section: Mapping[str, Words], language: str, name: str) -> None:
        self.section, self.language, self.name = section, language, name

    def __getitem__(self, key: str) -> str:
        try:
            return self.section[key][self.language]
        except KeyError:
            raise InputError(f"there are no words {key!r}", where=f"words.toml [{self.name}]") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.section)

    def __len__(self) -> int:
        return len(self.section)


def document(name: str) -> dict[str, Any]:
    """One file of the content folder, parsed.

    Raises
    ------
    InputError
        If it is not valid TOML.
    """
    try:
        return tomllib.loads((files(__package__) / FOLDER / name).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not valid TOML: {error}", path=name) from None


@lru_cache(maxsize=4)
def _sections(name: str) -> dict[str, dict[str, Words]]:
    return {
        section: {key: words(entry, f"{name} {section}.{key}") for key, entry in table.items()}
        for section, table in document(name).items()
    }


@lru_cache(maxsize=8)
def phrases(language: str, name: str = "words.toml") -> dict[str, Phrases]:
    """All sections of a file of words in one language, by name."""
    return {section: Phrases(table, language, section) for section, table in _sections(name).items()}
