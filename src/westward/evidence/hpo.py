"""Terms of the Human Phenotype Ontology that concern children with infantile spasms: a pinned slice, searched.

The slice, its version, license and citation: ``hpo_LICENSE.txt``; how it was chosen: ``tools/hpo_slice.py``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from westward.core.errors import InputError

CITATION = "Human Phenotype Ontology, Gargano 2024, Nucleic Acids Res 52:D1333; http://www.human-phenotype-ontology.org"


@dataclass(frozen=True, slots=True)
class Term:
    """One term.

    Attributes
    ----------
    id, label : str
        ``HP:0012469`` and its official label.
    synonyms : tuple of str
        Exact synonyms.
    diseases : int
        Diseases with infantile or epileptic spasms that the release annotates with it.
    """

    id: str
    label: str
    synonyms: tuple[str, ...]
    diseases: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that was found.

    Attributes
    ----------
    by : str
        The synonym that matched; empty if the label or the id did.
    """

    term: Term
    by: str = ""


@dataclass(frozen=True)
class Slice:
    """Terms by id, and the release they are from."""

    version: str
    terms: Mapping[str, Term]


@lru_cache(maxsize=1)
def slice_() -> Slice:
    """The shipped slice.

    Raises
    ------
    InputError
        If the file is broken.
    """
    lines = files("westward.evidence").joinpath("hpo.csv").read_text("utf-8").splitlines()
    version = lines[0].removeprefix("# ").removeprefix("hp/releases/")
    try:
        terms = [
            Term(
                row["id"],
                row["label"],
                tuple(filter(None, row["synonyms"].split("|"))),
                int(row["diseases_with_spasms"]),
            )
            for row in csv.DictReader(lines[1:])
        ]
    except (KeyError, ValueError) as error:
        raise InputError(f"hpo.csv is broken: {error}") from None
    return Slice(version, {term.id: term for term in terms})


def term(key: str) -> Term:
    """A term by its id.

    Raises
    ------
    InputError
        If the slice does not have it.
    """
    found = slice_().terms.get(key)
    if found is None:
        raise InputError(f"{key!r} is not among the {len(slice_().terms)} terms shipped")
    return found


def search(words: str, *, limit: int = 20) -> tuple[Hit, ...]:
    """Terms by id, label or exact synonym, the best match first.

    Every word must begin a word of one and the same name; case, accents and hyphens do not matter. Whole names come
    before beginnings, labels before synonyms, then terms of more diseases with spasms.
    """
    asked = _words(words)
    if not asked:
        return ()
    exact = words.strip().upper()
    if re.fullmatch(r"HP:?\d{7}", exact):
        found = slice_().terms.get(exact if ":" in exact else f"HP:{exact[2:]}")
        return (Hit(found),) if found else ()
    ranked: list[tuple[tuple[int, int, int, str], Hit]] = []
    for one in slice_().terms.values():
        best: tuple[tuple[int, int, int, str], Hit] | None = None
        for place, name in enumerate((one.label, *one.synonyms)):
            have = _words(name)
            if not all(any(h.startswith(a) for h in have) for a in asked):
                continue
            fit = 0 if have == asked else 1 if have[: len(asked) - 1] == asked[:-1] else 2
            rank = (fit, int(place > 0), -one.diseases, one.label)
            if best is None or rank < best[0]:
                best = rank, Hit(one, name if place else "")
        if best:
            ranked.append(best)
    return tuple(hit for _, hit in sorted(ranked, key=lambda pair: pair[0])[:limit])


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", plain)
