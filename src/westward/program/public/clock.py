"""Days and hours in words of both languages, and whether somebody answers now."""

from __future__ import annotations

from datetime import date, datetime

from westward.program.public.speech import phrases
from westward.program.shell.hours import WEEKDAYS, Hours
from westward.program.shell.site import Line

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}
_NEAR_D = 6


def day(on: date, language: str) -> str:
    """``1 Dec 2026``, ``1 dic 2026``."""
    return f"{on.day} {_MONTHS[language][on.month - 1]} {on.year}"


def moment(at: datetime, language: str, *, now: datetime | None = None) -> str:
    """``Sunday 22:10``; with the date if it lies more than six days from ``now``."""
    name = _DAYS[language][at.weekday()]
    near = now is None or abs((at.date() - now.date()).days) <= _NEAR_D
    return f"{name} {at:%-H:%M}" if near else f"{name} {day(at.date(), language)}, {at:%-H:%M}"


def staffed(line: Line, *, now: datetime, language: str) -> str:
    """``It is Sunday 22:10. The line is staffed again Monday 8:00.``, from what the site has entered.

    ``now`` is in the site's time zone.
    """
    t = phrases(language)["now"]
    said = t["is"].format(now=moment(now, language))
    if not line.number:
        return t["no_line"]
    if line.hours is None:
        return f"{said} {t['unknown']}"
    if line.hours.is_open(now):
        return f"{said} {t['open']}"
    opens = line.hours.opens(now)
    return f"{said} {t['opens'].format(opens=moment(opens, language, now=now))}" if opens else f"{said} {t['unknown']}"


def week(hours: Hours, language: str) -> list[tuple[str, str]]:
    """Rows of a table of hours, neighbors with equal hours as one: ``Monday–Friday``, ``8:00–17:00``."""
    t = phrases(language)["lines"]
    if hours.always:
        return [("", t["always"])]
    rows: list[tuple[int, int, str]] = []
    for k, spans in enumerate(hours.week):
        said = ", ".join(map(str, spans)) or t["closed_days"]
        if rows and rows[-1][2] == said:
            rows[-1] = (rows[-1][0], k, said)
        else:
            rows.append((k, k, said))
    names = _DAYS[language]
    return [(names[a] if a == b else f"{names[a]}–{names[b]}", said) for a, b, said in rows]


assert len(WEEKDAYS) == len(_DAYS["en"]) == len(_DAYS["es"])
