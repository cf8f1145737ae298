"""Clinical values that a site sets in place of the shipped ones: ``values.toml`` of the data folder.

A table for each evidence sheet, a key for each fact, such as ``"due.mri_d" = 3`` under ``[workup]``. A value set there
has status policy and names what it replaced wherever it is shown.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from westward.care.site import with_site_values
from westward.core.errors import InputError, UsageError
from westward.evidence.loader import Sheet, Value, load

NAME = "values.toml"


def sheet(name: str) -> Sheet:
    """An evidence sheet as this site uses it; the file is read once."""
    from django.conf import settings

    from westward.program.shell.site import details

    own = read(settings.FOLDER.path).get(name)
    return with_site_values(load(name), own, site=details().name) if own else load(name)


@lru_cache(maxsize=4)
def read(folder: Path) -> dict[str, dict[str, Value]]:
    """What a folder sets, by sheet and fact; empty without the file.

    Raises
    ------
    InputError
        One line: what is wrong, where, what to do.
    """
    path = folder / NAME
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is not valid TOML: {error}", path=path) from None
    found: dict[str, dict[str, Value]] = {}
    for name, table in data.items():
        if not isinstance(table, dict):
            raise InputError(f"{name!r} stands outside any sheet", path=path, remedy=f"write [{name}] above its values")
        values = {key: tuple(v) if isinstance(v, list) else v for key, v in table.items()}
        try:
            with_site_values(load(name), values, site="a site")
        except (InputError, UsageError) as error:
            raise InputError(str(error), path=path) from None
        found[name] = values
    return found
