"""``values.toml``: what a site sets in place of shipped values, and what it enters where the evidence is empty.

A table for each evidence sheet, a key for each fact, such as ``"due.mri_d" = 3`` under ``[workup]``. An empty value
takes a table with ``value``, ``unit``, ``source`` and ``year``; empty steps of protocols stand under ``[protocols]``,
such as ``[protocols."acth_z/acth_z/taper"]``. Who entered and approved a value is exported and never believed: nobody
signs a file. A ceiling can be set lower than it is shipped, not higher.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from math import inf
from pathlib import Path
from typing import Any

from westward.care.local import blank, check
from westward.care.site import with_site_values
from westward.core.errors import InputError, UsageError
from westward.evidence.loader import Sheet, Value, load
from westward.evidence.local import LocalValue, of_plain, plain

PROTOCOLS = "protocols"
"""The table that holds steps of protocols; no sheet is called so."""

CEILINGS = "ceilings"
"""The sheet of hard stops."""

_NEEDED = frozenset({"value", "unit", "source", "year"})
_PEOPLE = frozenset({"entered", "approved"})
_MORE = _PEOPLE | {"number"}

Values = dict[str, dict[str, Value | LocalValue]]


def read(path: Path, *, this_year: int) -> Values:
    """What the file sets, by sheet and fact.

    Raises
    ------
    InputError
        One line: what is wrong, where, what to do.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is not valid TOML: {error}", path=path) from None
    found: Values = {}
    for name, table in data.items():
        if not isinstance(table, dict):
            raise InputError(f"{name!r} stands outside any sheet", path=path, remedy=f"write [{name}] above its values")
        try:
            found[name] = {key: _value(name, key, value, this_year) for key, value in table.items()}
            if name != PROTOCOLS:
                with_site_values(load(name), found[name], site="a site")
            if name == CEILINGS:
                _no_higher(load(name), found[name])
        except (InputError, UsageError) as error:
            raise InputError(str(error), path=path) from None
    return found


def steps(values: Mapping[str, Mapping[str, Value | LocalValue]]) -> tuple[LocalValue, ...]:
    """Those that are steps of protocols."""
    return tuple(one for one in values.get(PROTOCOLS, {}).values() if isinstance(one, LocalValue))


def _no_higher(sheet: Sheet, values: Mapping[str, Value | LocalValue]) -> None:
    """A hard stop may stop earlier, never later: a least value may only be raised, any other only lowered."""
    for key, value in values.items():
        shipped = sheet[key].value
        if not isinstance(value, int | float) or not isinstance(shipped, int | float):
            continue
        least = key.endswith(".least")
        if not 0 < value < inf or ((value < shipped) if least else (value > shipped)):
            way = "raised" if least else "lowered"
            raise UsageError(f"{sheet.name} {key} is {shipped!r} and may only be {way} here, not set to {value!r}")


def _value(sheet: str, key: str, value: Any, this_year: int) -> Value | LocalValue:
    if sheet != PROTOCOLS and not isinstance(value, dict):
        return tuple(value) if isinstance(value, list) else value
    field = f"protocol:{key}" if sheet == PROTOCOLS else f"sheet:{sheet}/{key}"
    if not isinstance(value, dict) or not set(value) >= _NEEDED or set(value) - _NEEDED - _MORE:
        raise UsageError(f"{sheet} {key!r} needs value, unit, source and year")
    of = blank(field)
    if not isinstance(value["year"], int) or not all(isinstance(value[k], str) for k in ("unit", "source")):
        raise UsageError(f"{sheet} {key!r}: unit and source are text, year is a whole number")
    given = {name: one for name, one in value.items() if name not in _PEOPLE}
    made = LocalValue(**{**given, "field": field, "value": of_plain(of, value["value"])})
    check(of, made, this_year=this_year)
    return made


def write(values: Iterable[LocalValue]) -> str:
    """Local values as text that :func:`read` understands."""
    lines = ["# Local values, each entered by one named person and approved by another. Status of all: policy."]
    for one in sorted(values, key=lambda one: one.field):
        kind, _, place = one.field.partition(":")
        sheet, _, key = (PROTOCOLS, "", place) if kind == "protocol" else place.partition("/")
        lines += ["", f"[{sheet}.{_text(key)}]", f"value = {_toml(plain(one.value))}"]
        lines += [f"{name} = {_text(getattr(one, name))}" for name in ("unit", "source", "entered", "approved")]
        lines += [f"year = {one.year}", f"number = {one.number}"]
    return "\n".join([*lines, ""])


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(words: str) -> str:
    """A basic string; JSON's escapes are TOML's as well, save for the bare delete character."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
