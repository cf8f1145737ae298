"""The public pages as data: blocks of claims, each with its source and how well it was read, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from westward.core.errors import InputError
from westward.evidence.status import Status
from westward.program.public.speech import FOLDER, Words, document, words

CLAIMS = frozenset({"text", "list", "steps", "pairs", "languages"})
"""Kinds of block made of claims."""

KINDS = CLAIMS | {"call", "figure", "causes", "shares", "trials", "links", "emergency", "lines", "where", "resources"}
FIGURES = frozenset({"cluster", "way"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim comes from; ``url`` is empty for what is not on the web."""

    key: str
    text: Words
    url: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One idea.

    Attributes
    ----------
    says : Words
        The sentence.
    source : Source
        Where it comes from.
    status : Status
        How well that was read.
    term : Words or None
        What it explains, in a list of pairs or steps.
    counts : tuple of int or None
        Children with it, and all children, where the claim is a share.
    """

    says: Words
    source: Source
    status: Status
    term: Words | None = None
    counts: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere else."""

    name: str
    url: str
    says: Words


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a page; ``kind`` says how it is drawn."""

    key: str
    kind: str
    heading: Words | None
    intro: Words | None
    note: Words | None
    claims: tuple[Claim, ...]
    links: tuple[Link, ...]
    figure: str


@dataclass(frozen=True, slots=True)
class Page:
    """One public page."""

    slug: str
    title: Words
    lead: Words
    blocks: tuple[Block, ...]

    @property
    def claims(self) -> Iterator[Claim]:
        """All claims in order."""
        return (claim for block in self.blocks for claim in block.claims)


def read(name: str, data: Mapping[str, Any], known: Mapping[str, Source]) -> Page:
    """Check one page.

    Raises
    ------
    InputError
        If words are missing in a language, a claim lacks source or status, or a kind, figure or source is not known.
    """
    blocks = tuple(_block(name, entry, known) for entry in data["block"])
    keys = [block.key for block in blocks]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise InputError(f"the block {twice[0]!r} stands twice", path=name)
    return Page(data["slug"], words(data["title"], f"{name} title"), words(data["lead"], f"{name} lead"), blocks)


@lru_cache(maxsize=1)
def sources() -> dict[str, Source]:
    """All sources of the pages, by key."""
    return {
        key: Source(key, words(entry, f"sources.toml {key}"), entry.get("url", ""))
        for key, entry in document("sources.toml").items()
    }


@lru_cache(maxsize=1)
def pages() -> dict[str, Page]:
    """All pages by slug, in the order of their files' numbers."""
    names = sorted(f.name for f in (files(__package__) / FOLDER).iterdir() if f.name[:2].isdigit())
    found = [read(name, document(name), sources()) for name in names]
    return {page.slug: page for page in found}


def _block(name: str, entry: Mapping[str, Any], known: Mapping[str, Source]) -> Block:
    key, kind = str(entry["key"]), str(entry["kind"])
    where = f"{name} block {key}"
    if kind not in KINDS:
        raise InputError(f"there is no kind of block {kind!r}", where=where)
    figure = entry.get("figure", "")
    if (kind == "figure") != (figure in FIGURES):
        raise InputError(f"there is no figure {figure!r}", where=where)
    rows = entry.get("claims", entry.get("rows", []))
    claims = tuple(_claim(row, f"{where} claim {k + 1}", known) for k, row in enumerate(rows))
    if bool(claims) != (kind in CLAIMS or kind == "shares"):
        raise InputError(f"a block of kind {kind!r} {'needs' if not claims else 'takes no'} claims", where=where)
    heading, intro, note = (
        words(entry[n], f"{where} {n}") if n in entry else None for n in ("heading", "intro", "note")
    )
    links = tuple(Link(row["name"], row["url"], words(row, f"{where} {row['name']}")) for row in entry.get("links", []))
    return Block(key, kind, heading, intro, note, claims, links, figure)


def _claim(row: Mapping[str, Any], where: str, known: Mapping[str, Source]) -> Claim:
    if row.get("source") not in known:
        raise InputError(f"source {row.get('source')!r} is not in sources.toml", where=where)
    if row.get("status") not in set(Status):
        raise InputError(f"status {row.get('status')!r} is none", where=where, remedy=f"use {', '.join(Status)}")
    term = words(row["term"], f"{where} term") if "term" in row else None
    counts = (int(row["k"]), int(row["n"])) if "n" in row else None
    return Claim(words(row, where), known[row["source"]], Status(row["status"]), term, counts)
