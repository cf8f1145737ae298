"""Who the program is and how to reach it, as one site enters it in ``site.toml`` of the data folder.

Nothing is invented: what the file does not say is empty, and a page says that it is not set. Nothing here imports
Django at the top, since the settings read it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from westward.core.errors import InputError
from westward.program.shell import hours
from westward.program.shell.hours import Hours

NAME = "site.toml"

PURPOSES = ("urgent_referral", "families", "appointments", "genetics", "research", "records", "fax")
"""Whom one may want to reach; the words stand with the pages."""

_PHONE = re.compile(r"[0-9+(][0-9 ().+/x-]*(?: ?ext\.? ?[0-9]+)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One way to reach the program.

    Attributes
    ----------
    purpose : str
        One of :data:`PURPOSES`.
    number : str
        As people read it; empty if not set.
    hours : Hours or None
        When it is answered; None if not set.
    mail : str
        Mail address; empty if not set.
    """

    purpose: str
    number: str = ""
    hours: Hours | None = None
    mail: str = ""

    @property
    def dial(self) -> str:
        """The number for a ``tel:`` link: digits and a leading plus; an extension after a comma."""
        main, _, extension = re.sub(r"ext\.?|x", "x", self.number).partition("x")
        digits = re.sub(r"[^0-9+]", "", main)
        return f"{digits},{extension.strip()}" if extension.strip() else digits

    def __bool__(self) -> bool:
        return bool(self.number or self.mail)


@dataclass(frozen=True, slots=True)
class Resource:
    """Somebody outside the program who helps, or a trial that is open: a name, where to find it, what it is."""

    name: str
    url: str = ""
    about: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Films:
    """How much strangers may send with the public form (policies of ours, a site may change them).

    Attributes
    ----------
    at_once : int
        Forms with more than 2 MB that come in at one time.
    waiting_gb : int
        Films that no person has answered for yet, altogether.
    """

    at_once: int = 4
    waiting_gb: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDetails:
    """What a site says of itself; empty where it has not.

    Attributes
    ----------
    program, hospital, city : str
        Names.
    address : tuple of str
        Lines of the postal address, or where to come.
    emergency_number : str
        Such as 911.
    time_zone : str
        IANA name; the server's days and hours are in it.
    languages : tuple of str
        Codes of languages the program speaks without an interpreter.
    lines : mapping of str to Line
        Every purpose of :data:`PURPOSES` is in it.
    web : mapping of str to str
        Web addresses by purpose: ``program``, ``trials`` ...
    resources, trials : tuple of Resource
        Outside help; trials now open at this site.
    films : Films
        How much comes with the public form.
    simulated : bool
        A demonstration: nobody answers, and every public page says so.
    """

    program: str = ""
    hospital: str = ""
    city: str = ""
    address: tuple[str, ...] = ()
    emergency_number: str = ""
    time_zone: str = ""
    languages: tuple[str, ...] = ()
    lines: Mapping[str, Line] = field(default_factory=lambda: {p: Line(p) for p in PURPOSES})
    web: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[Resource, ...] = ()
    trials: tuple[Resource, ...] = ()
    films: Films = Films()
    simulated: bool = False

    @property
    def name(self) -> str:
        """The program's name, or plain words while it has none."""
        return self.program or "Infantile spasms program"

    @property
    def urgent(self) -> Line:
        """The line for a new referral that cannot wait."""
        return self.lines["urgent_referral"]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of what is not set, in the file's own words."""
        own = [n for n in ("program", "hospital", "address", "emergency_number", "time_zone") if not getattr(self, n)]
        return (*own, *(f"lines.{p}" for p in PURPOSES if not self.lines[p]))


def load(folder: Path) -> SiteDetails:
    """The details in a data folder; nothing set if the file is not there.

    Raises
    ------
    InputError
        One line: what is wrong, where, what to do.
    """
    path = folder / NAME
    if not path.is_file():
        return SiteDetails()
    try:
        return parse(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not valid TOML: {error}", path=path) from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", path=path) from None
    except InputError as error:
        raise InputError(error.args[0], path=path) from None


def parse(document: str) -> SiteDetails:
    """Read and check the text of a ``site.toml``.

    Raises
    ------
    InputError
        If a key is not known, or a value is not what it should be.
    tomllib.TOMLDecodeError
        If it is not TOML.
    """
    data = tomllib.loads(document)
    closed = frozenset(_closed(data.pop("closed", [])))
    week = data.pop("hours", None)
    usual = None if week is None else hours.read(week, closed=closed, where="hours")
    known = {f.name for f in fields(SiteDetails)}
    if strange := sorted(set(data) - known):
        raise InputError(
            f"{strange[0]!r} is not known", remedy=f"known: {', '.join(sorted(known | {'hours', 'closed'}))}"
        )
    for name in ("program", "hospital", "city", "emergency_number", "time_zone"):
        _text(data, name)
    _zone(data.get("time_zone", ""))
    if data.get("emergency_number") and not _PHONE.fullmatch(data["emergency_number"]):
        raise InputError(f"emergency_number is {data['emergency_number']!r}", remedy='write digits, such as "911"')
    for name in ("address", "languages"):
        data[name] = _texts(data.get(name, []), name)
    for code in data["languages"]:
        if not _LANGUAGE.fullmatch(code):
            raise InputError(f"{code!r} is not a language code", where="languages", remedy='write "en", "es" ...')
    if not isinstance(data.get("simulated", False), bool):
        raise InputError(f"simulated is {data['simulated']!r}", remedy="write true or false")
    data["lines"] = _lines(data.get("lines", {}), usual, closed)
    data["web"] = {name: _url(value, f"web.{name}") for name, value in _table(data.get("web", {}), "web").items()}
    data["films"] = _films(data.get("films", {}))
    for name in ("resources", "trials"):
        data[name] = tuple(_resource(entry, name) for entry in _list(data.get(name, []), name))
    return SiteDetails(**data)


def details() -> SiteDetails:
    """The details this server runs with; they are read when it starts."""
    from django.conf import settings

    found = settings.SITE_DETAILS
    assert isinstance(found, SiteDetails)
    return found


def _lines(value: Any, usual: Hours | None, closed: frozenset[date]) -> dict[str, Line]:
    table = _table(value, "lines")
    if strange := sorted(set(table) - set(PURPOSES)):
        raise InputError(f"{strange[0]!r} is not a line", where="lines", remedy=f"known: {', '.join(PURPOSES)}")
    return {purpose: _line(purpose, table.get(purpose, ""), usual, closed) for purpose in PURPOSES}


def _line(purpose: str, value: Any, usual: Hours | None, closed: frozenset[date]) -> Line:
    where = f"lines.{purpose}"
    entry = {"number": value} if isinstance(value, str) else dict(_table(value, where))
    if strange := sorted(set(entry) - {"number", "hours", "mail"}):
        raise InputError(f"{strange[0]!r} is not known", where=where, remedy="known: hours, mail, number")
    number, mail = _text(entry, "number", where), _text(entry, "mail", where)
    if number and not _PHONE.fullmatch(number):
        raise InputError(f"{number!r} is not a phone number", where=where, remedy='write "+1 310 555 0100"')
    if mail and not _MAIL.fullmatch(mail):
        raise InputError(f"{mail!r} is not a mail address", where=where)
    own = hours.read(entry["hours"], closed=closed, where=f"{where}.hours") if "hours" in entry else usual
    return Line(purpose, number, own if number else None, mail)


def _films(value: Any) -> Films:
    entry = _table(value, "films")
    known = [f.name for f in fields(Films)]
    if strange := sorted(set(entry) - set(known)):
        raise InputError(f"{strange[0]!r} is not known", where="films", remedy=f"known: {', '.join(known)}")
    for name, number in entry.items():
        if type(number) is not int or not 0 <= number <= 10_000:
            raise InputError(f"{name} is {number!r}", where="films", remedy="write a whole number; 0 takes no films")
    return Films(**entry)


def _resource(value: Any, where: str) -> Resource:
    entry = _table(value, where)
    known = [f.name for f in fields(Resource)]
    if strange := sorted(set(entry) - set(known)):
        raise InputError(f"{strange[0]!r} is not known", where=where, remedy=f"known: {', '.join(known)}")
    if not _text(entry, "name", where):
        raise InputError("an entry has no name", where=where)
    if "url" in entry:
        _url(entry["url"], where)
    return Resource(**{name: _text(entry, name, where) for name in known})


def _closed(value: Any) -> list[date]:
    days = _list(value, "closed")
    for day in days:
        if type(day) is not date:
            raise InputError(f"{day!r} is not a date", where="closed", remedy="write 2026-12-25 without quotes")
    return days


def _zone(name: str) -> None:
    try:
        if name:
            ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"{name!r} is not a time zone", remedy='write an IANA name, such as "America/Chicago"'
        ) from None


def _url(value: Any, where: str) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        raise InputError(f"{value!r} is not a web address", where=where, remedy='write "https://..."')
    return str(value)


def _text(entry: Mapping[str, Any], name: str, where: str = "") -> str:
    value = entry.get(name, "")
    if not isinstance(value, str) or any(not c.isprintable() for c in value):
        raise InputError(f"{name} is {value!r}, not one line of text", where=where, remedy="put it in quotes")
    return value.strip()


def _texts(value: Any, where: str) -> tuple[str, ...]:
    return tuple(_text({"entry": entry}, "entry", where) for entry in _list(value, where))


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise InputError(f"{where} is {value!r}, not a list", remedy="write [ ... ]")
    return value


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{where} is {value!r}, not a table", remedy=f"write [{where}] above its entries")
    return value
