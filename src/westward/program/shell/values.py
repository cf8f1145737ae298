"""Clinical values of this site: ``values.toml`` of the data folder, and what was entered and approved on the pages.

A value of the site has status policy and names its source, or what it replaced, wherever it is shown. Where both the
file and the pages have a value for the same empty field, the one approved on the pages holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from westward.care import values_file
from westward.care.site import with_site_values
from westward.care.values_file import Values
from westward.evidence.loader import Sheet, Value, load
from westward.evidence.local import LocalValue

NAME = "values.toml"

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
    own: dict[str, Value | LocalValue] = dict(_file().get(name, {}))
    if shipped.blanks:
        entered = _entered()
        own |= {key: entered[one.field] for key, one in shipped.blanks.items() if one.field in entered}
    return with_site_values(shipped, own, site=details().name) if own else shipped


def steps() -> tuple[LocalValue, ...]:
    """The site's own steps of protocols."""
    found = {one.field: one for one in values_file.steps(_file())}
    found |= {field: one for field, one in _entered().items() if field.startswith("protocol:")}
    return tuple(found[field] for field in sorted(found))


def of_file() -> dict[str, LocalValue]:
    """What the file enters for empty fields, by field."""
    return {one.field: one for table in _file().values() for one in table.values() if isinstance(one, LocalValue)}


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
