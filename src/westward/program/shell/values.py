"""Clinical values of this site: ``values.toml`` of the data folder, and what was entered and approved on the pages.

A value of the site has status policy and names its source, or what it replaced, wherever it is shown. What the file
says for an empty field is only offered on the pages (:func:`of_file`): nothing uses it until one person has entered it
there and another has approved it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from westward.care import values_file
from westward.care.site import with_site_values
from westward.care.values_file import Values
from westward.core.errors import InputError
from westward.evidence.loader import Sheet, Value, load
from westward.evidence.local import LocalValue

NAME = "values.toml"
VERB = "values.read"
"""Of the audit row that a start writes."""

Entered = Callable[[], Mapping[str, LocalValue]]
_OFFERED: list[Entered] = []


def offer(entered: Entered) -> None:
    """Offer what was entered and approved, by field; the last one offered is asked."""
    _OFFERED[:] = [entered]


def sheet(name: str) -> Sheet:
    """An evidence sheet as this site uses it; the file is read once, the pages' values are asked for each time.

    A sheet without empty values asks the database nothing.
    """
    from westward.program.shell.site import details

    shipped = load(name)
    own: dict[str, Value | LocalValue] = {
        key: one for key, one in _file().get(name, {}).items() if not isinstance(one, LocalValue)
    }
    if shipped.blanks:
        entered = _entered()
        own |= {key: entered[one.field] for key, one in shipped.blanks.items() if one.field in entered}
    return with_site_values(shipped, own, site=details().name) if own else shipped


def steps() -> tuple[LocalValue, ...]:
    """The site's own steps of protocols, as two people stand for them."""
    entered = _entered()
    return tuple(entered[field] for field in sorted(entered) if field.startswith("protocol:"))


def of_file() -> dict[str, LocalValue]:
    """What the file offers for empty fields, by field; used by nothing until it was entered and approved."""
    return {one.field: one for table in _file().values() for one in table.values() if isinstance(one, LocalValue)}


def note_start() -> None:
    """Read the file, and write its digest to the audit chain if there is one: what a process goes by until it ends.

    Raises
    ------
    InputError
        As :func:`read`.
    """
    from django.conf import settings
    from django.db import transaction

    from westward.program.audit.record import Who, record

    path = settings.FOLDER.path / NAME
    read.cache_clear()
    read(settings.FOLDER.path)
    if not path.is_file():
        return
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    with transaction.atomic():
        record(Who(), VERB, NAME, detail={"sha256": digest})


def _entered() -> Mapping[str, LocalValue]:
    return _OFFERED[0]() if _OFFERED else {}


def _file() -> Values:
    from django.conf import settings

    return read(settings.FOLDER.path)


@lru_cache(maxsize=4)
def read(folder: Path) -> Values:
    """What a folder sets, by sheet and fact; empty without the file.

    Raises
    ------
    InputError
        One line: what is wrong, where, what to do.
    """
    from django.utils import timezone

    path = folder / NAME
    return values_file.read(path, this_year=timezone.localdate().year) if path.is_file() else {}
