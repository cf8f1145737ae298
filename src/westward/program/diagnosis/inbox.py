"""The inbox folder: recordings that a recorder or a person drops there are taken when they have stopped growing.

A file alone is one recording, a subfolder is one set. A subfolder named by the code of a site holds recordings of that
site. What fits exactly one chart is put on it; all else waits among the unassigned recordings.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from westward.core.errors import InputError
from westward.program.accounts.models import Site
from westward.program.acts import InvalidActError
from westward.program.diagnosis import files
from westward.program.diagnosis.actions.attach import TakeIn
from westward.program.diagnosis.inspecting import Inspected, inspect
from westward.program.diagnosis.models import Recording
from westward.program.diagnosis.rules.identity import could_be
from westward.program.diagnosis.studies import person_of
from westward.program.people.choices import ChildState
from westward.program.people.models import Child

FOLDER = "inbox"
EVERY_S = 5.0
"""How often the folder is looked at (policy of ours)."""
STILL_S = 10.0
"""Seconds without change after which a file is whole (policy of ours)."""
_IGNORED = frozenset({".tmp", ".part", ".partial", ".crdownload", ".ini", ".db", ".lock"})

Look = dict[str, tuple[int, int]]


@dataclass(slots=True)
class Watch:
    """What was seen on earlier rounds: size and time of change of every file, and since when both stand still."""

    seen: dict[str, Look] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    refused: dict[str, Look] = field(default_factory=dict)

    def still(self, key: str, look: Look, now: float) -> bool:
        """Whether nothing has changed for long enough."""
        if self.seen.get(key) != look:
            self.seen[key], self.since[key] = look, now
            return False
        return now - self.since[key] >= STILL_S


WATCH = Watch()


def folder() -> Path:
    """Where recordings are dropped."""
    return Path(settings.FOLDER.path) / FOLDER


def look_in(*, now: float | None = None, watch: Watch = WATCH) -> int:
    """One round; returns how many recordings were taken."""
    place = folder()
    place.mkdir(exist_ok=True, mode=0o700)
    at = time.monotonic() if now is None else now
    taken = 0
    sites = {site.code: site for site in Site.objects.filter(closed_at=None)}
    only = next(iter(sites.values())) if len(sites) == 1 else None
    for entry in sorted(place.iterdir()):
        if entry.is_dir() and not entry.is_symlink() and entry.name in sites:
            for inner in sorted(entry.iterdir()):
                taken += _consider(inner, sites[entry.name], at, watch)
        else:
            taken += _consider(entry, only, at, watch)
    return taken


def _consider(entry: Path, site: Site | None, now: float, watch: Watch) -> int:
    key = str(entry)
    if entry.name.startswith(".") or entry.is_symlink() or entry.suffix.lower() in _IGNORED:
        return 0
    try:
        look = _look(entry)
    except OSError:
        return 0  # it is being moved; the next round looks again
    if not look or not watch.still(key, look, now) or watch.refused.get(key) == look:
        return 0
    parts = [entry] if entry.is_file() else [Path(name) for name in look]
    if entry.is_file() and _is_part_of_set(entry):
        return 0
    try:
        _take(parts, site)
    except files.DiskFullError:
        return 0  # it stays where it is until there is room
    except InputError:
        watch.refused[key] = look  # it stays where it is; the page of unassigned recordings counts it
        return 0
    if _look_again(entry) == look:
        _remove(entry)
    return 1


def _take(parts: list[Path], site: Site | None) -> None:
    arrival = files.copy_in(parts)
    if Recording.objects.filter(sha256=arrival.sha256).exists():
        files.drop(arrival.folder)
        return
    try:
        inspected = inspect(arrival.path)
        child = match(inspected, site)
        TakeIn(arrival=arrival, inspected=inspected, site=site, child=child).execute()
    except InvalidActError:
        files.drop(arrival.folder)
        if not Recording.objects.filter(sha256=arrival.sha256).exists():
            raise
    except BaseException:
        files.drop(arrival.folder)
        raise


def match(inspected: Inspected, site: Site | None) -> Child | None:
    """The one chart that a file fits by name and birth date; None if there is none or more than one."""
    header = inspected.header
    if not inspected.readable or header.birth is None:
        return None
    charts = Child.objects.filter(birth_date=header.birth, state=ChildState.ACTIVE).select_related("site")
    if site is not None:
        charts = charts.filter(site=site)
    fitting = [child for child in charts if could_be(header, person_of(child))]
    return fitting[0] if len(fitting) == 1 else None


def left() -> int:
    """Entries of the folder that wait or could not be taken."""
    place = folder()
    return sum(not entry.name.startswith(".") for entry in place.iterdir()) if place.is_dir() else 0


def _look(entry: Path) -> Look:
    paths = (
        [entry] if entry.is_file() else [path for path in entry.rglob("*") if path.is_file() and not path.is_symlink()]
    )
    out = {}
    for path in paths:
        stat = path.lstat()
        out[str(path)] = (stat.st_size, stat.st_mtime_ns)
    return out


def _look_again(entry: Path) -> Look:
    try:
        return _look(entry)
    except OSError:
        return {}


def _is_part_of_set(entry: Path) -> bool:
    """A companion beside its header file belongs in a folder of its own; alone it cannot be opened."""
    if entry.suffix.lower() in files.HEADS:
        return False
    return any(
        other != entry and other.stem == entry.stem and other.suffix.lower() in files.HEADS
        for other in entry.parent.iterdir()
    )


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
        return
    entry.unlink(missing_ok=True)
