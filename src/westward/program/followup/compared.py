"""The engine's comparison of the EEG before the treatment with those after it, once both may be seen.

What was compared is kept beside the bundles, by the hashes of both; it can be made anew at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.urls import reverse

from westward.core import provenance
from westward.core.errors import WestwardError
from westward.core.files import replacing
from westward.evidence.loader import load
from westward.program.accounts.models import User
from westward.program.diagnosis import files, sight
from westward.program.diagnosis.models import EngineResult, Study
from westward.program.people.models import Child
from westward.program.treatment.models import Run
from westward.program.treatment.queries import first_doses

FOLDER = "comparisons"
MOST = 6
"""Later studies that the page sets beside the first, newest first."""
AT_ONCE = 2
"""Comparisons that one call of the worker makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two studies of one child to be compared.

    Attributes
    ----------
    day : int
        Day of the treatment on which the later one was recorded; the first dose is on day 1.
    hidden : str
        Why this viewer may not see it yet; empty if both results may be seen.
    told : mapping or None
        The comparison as ``comparison.json`` has it; None while it is hidden or not made yet.
    """

    before: Study
    after: Study
    day: int
    hidden: str = ""
    told: dict[str, Any] | None = None


def pairs(child: Child, viewer: User) -> list[Pair]:
    """The diagnostic EEG beside each video-EEG after the first dose that the engine has read, newest first."""
    found = _studies([child.pk]).get(child.pk)
    if found is None:
        return []
    before, later, start = found
    seen = sight.of_all([before.pk, *(one.pk for one in later)], viewer)
    first = sight.result(before, viewer, seen[before.pk])
    out = []
    for one in later[:MOST]:
        result = sight.result(one, viewer, seen[one.pk])
        day = (_day(one) - start).days + 1
        if first is None or result is None:
            which = [study for study, shown in ((before, first), (one, result)) if shown is None]
            out.append(Pair(before=before, after=one, day=day, hidden=_why(which)))
        else:
            out.append(Pair(before=before, after=one, day=day, told=kept(first, result)))
    return out


def _why(studies: Sequence[Study]) -> str:
    days = " and ".join(f"{_day(one):%d %b %Y}" for one in studies)
    return (
        f"the engine's result of {days} is not shown to you yet: a read comes first, and whoever reads asks to see it"
    )


def _day(study: Study) -> date:
    assert study.recorded_on is not None
    return study.recorded_on


def _studies(children: Sequence[int]) -> dict[int, tuple[Study, list[Study], date]]:
    """By child: the last study before the first dose, those after it, newest first, and the day of the first dose."""
    starts = first_doses(children)
    by_child: dict[int, list[Study]] = {}
    studies = Study.objects.sure().filter(child__in=starts, recorded_on__isnull=False, results__isnull=False)
    for study in studies.select_related("child__site").prefetch_related("results").distinct():
        by_child.setdefault(study.child_id, []).append(study)
    found = {}
    for child, mine in by_child.items():
        start = starts[child]
        before = max((one for one in mine if _day(one) <= start), key=lambda one: (_day(one), one.pk), default=None)
        later = sorted((one for one in mine if _day(one) > start), key=lambda one: (_day(one), one.pk), reverse=True)
        if before is not None and later:
            found[child] = (before, later, start)
    return found


def _key(before: EngineResult, after: EngineResult) -> str:
    whole = f"{before.summary_sha256} {after.summary_sha256} {provenance.version()}"
    return hashlib.sha256(whole.encode()).hexdigest()[:40]


def _path(before: EngineResult, after: EngineResult, ending: str) -> Path:
    return files.root() / FOLDER / f"{_key(before, after)}.{ending}"


def kept(before: EngineResult, after: EngineResult) -> dict[str, Any] | None:
    """What was made already; None if nothing was."""
    try:
        told: dict[str, Any] = json.loads(_path(before, after, "json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told


def page(before: EngineResult, after: EngineResult) -> bytes:
    """The whole comparison as a page of its own; made now if it is not there.

    Raises
    ------
    WestwardError
        If a bundle is broken, both are one recording, or the later one is of a lower age.
    """
    path = _path(before, after, "html")
    if not path.is_file():
        make(before, after)
    return path.read_bytes()


def make(before: EngineResult, after: EngineResult) -> dict[str, Any]:
    """Compare and keep; raises as :func:`page`."""
    from westward.eeg.compare import page as pages
    from westward.eeg.compare import result, side
    from westward.eeg.compare.comparison import compare

    sides = (side.read(files.root() / before.bundle), side.read(files.root() / after.bundle))
    told = result.as_dict(compare(*sides))
    _write(_path(before, after, "html"), pages.render(told, sides))
    _write(_path(before, after, "json"), json.dumps(told, allow_nan=False))
    return told


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(path) as beside:
        beside.touch(mode=0o600)
        beside.write_text(text, "utf-8")


def _newest(study: Study) -> EngineResult | None:
    """Its newest result, from what was read with it."""
    return next(iter(study.results.all()), None)


def prepare() -> int:
    """Make comparisons that a page will ask for, a few at a time; returns how many were made.

    One that cannot be made leaves its reason, so that it is not tried again and again.
    """
    made = 0
    children = list(Run.objects.filter(first_dose_at__isnull=False).values_list("child", flat=True).distinct())
    for before, later, _ in _studies(children).values():
        first = _newest(before)
        for one in later[:MOST]:
            second = _newest(one)
            if first is None or second is None or _path(first, second, "json").is_file():
                continue
            if made >= AT_ONCE:
                return made
            try:
                make(first, second)
            except (WestwardError, OSError) as error:
                _write(_path(first, second, "json"), json.dumps({"failed": str(error)}))
            made += 1
    return made


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as the page prints it."""

    pair: Pair
    headline: str
    statement: str
    rows: tuple[tuple[str, str, str], ...]
    cautions: tuple[str, ...]
    failed: str
    expected: bool
    address: str


def shown(child: Child, viewer: User) -> list[Shown]:
    """Every pair in words."""
    days = load("outcomes")
    window = range(days.integer("days.ec14_from"), days.integer("days.ec14_to") + 1)
    out = []
    for pair in pairs(child, viewer):
        told = pair.told or {}
        rows: tuple[tuple[str, str, str], ...] = ()
        headline = statement = ""
        if told and "failed" not in told:
            from westward.eeg.compare import page as pages

            headline, statement = pages.headline(told), str(told["follow_up"]["statement"])
            rates = [(name, f"{a} ({b}/h)", f"{c} ({d}/h)") for name, a, b, _, c, d, _ in pages.spasm_rows(told)]
            seen = [(row["name"], row["before"], row["after"]) for row in pages.seen_rows(told)]
            main = [
                (f"{row['name']}, {state.upper() if state in ('nrem', 'rem') else state}", row["before"], row["after"])
                for state in ("wake", "nrem")
                for row in pages.rows(told, state)
                if row["main"] and not row["why"]
            ]
            rows = (*rates, *seen, *main[:8])
        address = reverse("child-compared", args=[child.pk, pair.before.pk, pair.after.pk])
        cautions, failed = tuple(told.get("cautions", ())), str(told.get("failed", ""))
        out.append(Shown(pair, headline, statement, rows, cautions, failed, pair.day in window, address))
    return out
