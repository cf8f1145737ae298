"""A page as it is shown in one language: its claims with numbered sources, its figures, what the site has entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from westward.care.causes import Cause, Cohort, cohorts
from westward.care.shares import share
from westward.evidence.status import Status
from westward.look import words
from westward.program.public import clock, figures
from westward.program.public.languages import own_name
from westward.program.public.pages import Block, Claim, Page, Source
from westward.program.public.speech import phrases
from westward.program.shell.site import PURPOSES, SiteDetails

UNVERIFIED = frozenset({Status.RECALLED, Status.UNCONFIRMED})
_DRAWN = {"cluster": figures.cluster, "way": figures.way}


@dataclass(frozen=True, slots=True)
class Note:
    """An entry of the list of sources of a page; ``status`` is empty where the source is the program itself."""

    number: int
    text: str
    url: str
    status: str
    unverified: bool


class _Notes:
    def __init__(self, language: str) -> None:
        self.said, self.language = phrases(language)["status"], language
        self.found: dict[tuple[str, Status], Note] = {}

    def of(self, source: Source, status: Status) -> Note:
        key = (source.key, status)
        if key not in self.found:
            number = len(self.found) + 1
            said = "" if source.key == "program" else self.said[status]
            self.found[key] = Note(number, source.text[self.language], source.url, said, status in UNVERIFIED)
        return self.found[key]


def emergency(site: SiteDetails, language: str) -> str:
    """The number to call, or plain words where the site has not entered one."""
    return site.emergency_number or phrases(language)["site"]["local_emergency"]


def shown(page: Page, language: str, *, site: SiteDetails) -> dict[str, Any]:
    """What the template draws."""
    notes = _Notes(language)
    parts = [_part(block, language, notes, site) for block in page.blocks]
    return {
        "slug": page.slug,
        "title": page.title[language],
        "lead": page.lead[language],
        "parts": parts,
        "notes": list(notes.found.values()),
    }


def _part(block: Block, language: str, notes: _Notes, site: SiteDetails) -> dict[str, Any]:
    part: dict[str, Any] = {"key": block.key, "kind": block.kind}
    for name in ("heading", "intro", "note"):
        said = getattr(block, name)
        part[name] = said[language].replace("{emergency}", emergency(site, language)) if said else ""
    part["claims"] = [_claim(claim, language, notes) for claim in block.claims]
    part["links"] = [{"name": one.name, "url": one.url, "says": one.says[language]} for one in block.links]
    if block.kind == "figure":
        part |= _figure(block.figure, language)
    elif block.kind == "causes":
        part |= causes(language)
    elif block.kind == "lines":
        part["lines"] = lines(site, language)
    elif block.kind == "languages":
        part["spoken"] = ", ".join(own_name(code) for code in site.languages)
    return part


def _claim(claim: Claim, language: str, notes: _Notes) -> dict[str, Any]:
    said: dict[str, Any] = {
        "term": claim.term[language] if claim.term else "",
        "says": claim.says[language],
        "note": notes.of(claim.source, claim.status),
    }
    if claim.counts:
        k, n = claim.counts
        of, t = share(k, n), phrases(language)["shares"]
        said["percent"] = words.percent(of.value)
        said["of"] = t["of"].format(k=k, n=n)
        said["interval"] = t["interval"].format(low=words.percent(of.low), high=words.percent(of.high))
    return said


def _figure(name: str, language: str) -> dict[str, Any]:
    said = phrases(language)["figure"]
    return {
        "wide": _DRAWN[name](language, narrow=False),
        "narrow": _DRAWN[name](language, narrow=True),
        "caption": said[f"{name}_caption"].format(**figures.limits()),
        "drawing": phrases(language)["site"][f"drawing_{name}"],
    }


def causes(language: str) -> dict[str, Any]:
    """Published shares of each class, one column a cohort, never merged; and the figure of unknown cause."""
    t = phrases(language)["causes"]
    columns = [
        {
            "name": cohort.name,
            "year": cohort.year or t["year_unknown"],
            "n": words.count(cohort.n, t["children"], t["children"]),
            "work_up": t[cohort.key],
            "source": t[cohort.key.replace("cohort_", "source_", 1)],
            "statuses": _statuses(cohort, language),
        }
        for cohort in cohorts()
    ]
    order = [Cause.UNKNOWN, *(cause for cause in Cause if cause is not Cause.UNKNOWN)]
    rows = []
    for cause in order:
        cells: list[Markup | str] = []
        for cohort in cohorts():
            fact = cohort.shares.get(cause)
            value = fact.value if fact else None
            cells.append(words.percent(value, decimals=1) if isinstance(value, int | float) else t["not_reported"])
        rows.append({"cause": t[cause], "cells": list(zip((c["name"] for c in columns), cells, strict=True))})
    return {
        "columns": columns,
        "rows": rows,
        "wide": figures.unknown(language, narrow=False),
        "narrow": figures.unknown(language, narrow=True),
        "caption": t["caption"],
    }


def _statuses(cohort: Cohort, language: str) -> str:
    """How well the shares of a cohort were read; that of unknown cause apart where it was computed."""
    said, t = phrases(language)["status"], phrases(language)["causes"]
    found = {fact.status for cause, fact in cohort.shares.items() if cause is not Cause.UNKNOWN}
    parts = [said[status] for status in sorted(found)]
    if Cause.UNKNOWN in cohort.shares:
        parts.append(f"{t['unknown']}: {said[cohort.shares[Cause.UNKNOWN].status]}")
    return "; ".join(parts)


def lines(site: SiteDetails, language: str) -> list[dict[str, Any]]:
    """Every line by purpose, with hours; those that are not set say so."""
    t = phrases(language)["lines"]
    return [
        {
            "words": t[purpose],
            "line": site.lines[purpose],
            "hours": clock.week(hours, language) if (hours := site.lines[purpose].hours) else None,
        }
        for purpose in PURPOSES
    ]
