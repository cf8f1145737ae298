"""Numbers, times, ages and dates as people read them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date

from westward.core.ages import DAYS_PER_MONTH

THIN = "\u202f"
"""Narrow no-break space, between a number and its unit and between groups of digits."""

ABSENT = "not assessable"
"""What stands where a number could not be measured; never zero, never blank."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: float | None, unit: str = "", *, decimals: int | None = None) -> str:
    """A number with its unit, ``31.2 mg`` with a thin space.

    Without ``decimals`` whole numbers stay whole and others get three significant digits. Digits are grouped
    in threes from 10,000 on. None and NaN give :data:`ABSENT`.
    """
    if value is None or not math.isfinite(value):
        return ABSENT
    if decimals is None:
        size = 0 if value == 0 else math.floor(math.log10(abs(value)))
        decimals = 0 if float(value).is_integer() or size >= 2 else 2 - size
    text = f"{abs(value):,.{decimals}f}" if abs(value) >= 10_000 else f"{abs(value):.{decimals}f}"
    sign = "\u2212" if value < 0 and float(text.replace(",", "")) != 0 else ""
    return f"{sign}{text}{THIN}{unit}" if unit else f"{sign}{text}"


def percent(fraction: float | None, *, decimals: int = 0) -> str:
    """A share of 1 as a percentage; what is not quite none or all is never rounded to 0 or 100."""
    if fraction is None or not math.isfinite(fraction):
        return ABSENT
    value, step = 100 * fraction, 10.0**-decimals
    if 0 < value < step / 2:
        return f"<{step:.{decimals}f}%"
    if 100 - step / 2 < value < 100:
        return f">{100 - step:.{decimals}f}%"
    return f"{value:.{decimals}f}%"


_ACRONYMS = frozenset({"acth", "eeg", "glut1", "hie", "iv", "mri", "plp", "polg", "tsc"})
_IN_FULL = {
    "EC": "electroclinical",
    "altday": "on alternate days",
    "crypt": "cryptogenic",
    "hyps": "hypsarrhythmia",
    "max60": "at most 60\u202fmg",
    "methylpred": "methylprednisolone",
    "pred": "prednisolone",
    "sympt": "symptomatic",
    "tx": "treatment",
}
_UNITS = {"mgkg": "mg/kg", "Um2": "U/m²", "d": "days"} | {same: same for same in ("mg", "IU", "U", "h", "wk", "mo")}
_MEASURED = re.compile(rf"([\d.]+)({'|'.join(_UNITS)})")
_NUMBER = re.compile(r"[\d.]+")


def coded(code: str) -> str:
    """A code of the program as words: ``acth_natural`` gives ``ACTH natural``, ``8mgkg`` its unit."""
    told: list[str] = []
    for part in code.split("_"):
        measured = _MEASURED.fullmatch(part)
        word = f"{measured[1]}{THIN}{_UNITS[measured[2]]}" if measured else _IN_FULL.get(part, part)
        word = word.upper() if word in _ACRONYMS else re.sub(r"^day(?=\d)", "day ", word)
        if told and _NUMBER.fullmatch(told[-1]) and _NUMBER.match(word):
            word = f"{told.pop()}–{word}"
        told.append(word)
    return " ".join(told)


def count(n: int | None, one: str, many: str = "") -> str:
    """``1 focus``, ``3 foci``, ``no foci``; None gives ``foci: not assessable``."""
    many = many or one + "s"
    if n is None:
        return f"{many}: {ABSENT}"
    return f"no {many}" if n == 0 else f"{number(n)} {one if n == 1 else many}"


def duration(seconds: float | None) -> str:
    """The two largest parts: ``23 h 58 min``, ``5 min 12 s``, ``1.4 s``."""
    if seconds is None or not math.isfinite(seconds):
        return ABSENT
    if seconds < 59.95:
        tenths = round(10 * seconds)
        return number(tenths / 10, "s", decimals=1 if tenths % 10 else 0)
    whole = round(seconds)
    if whole < 3600:
        large, small, names = whole // 60, whole % 60, ("min", "s")
    else:
        minutes = round(seconds / 60)
        large, small, names = minutes // 60, minutes % 60, ("h", "min")
    tail = f" {small}{THIN}{names[1]}" if small else ""
    return f"{large}{THIN}{names[0]}{tail}"


def clock(seconds: float, *, with_seconds: bool = True, decimals: int = 0) -> str:
    """Recording time as ``h:mm:ss`` (hours may pass 24), cut, not rounded, to ``decimals`` of a second."""
    parts = math.floor(seconds * 10**decimals + 1e-4)
    whole, rest = divmod(parts, 10**decimals)
    text = f"{whole // 3600}:{whole // 60 % 60:02d}"
    if not with_seconds:
        return text
    return f"{text}:{whole % 60:02d}" + (f".{rest:0{decimals}d}" if decimals else "")


def day(on: date) -> str:
    """An unambiguous date, ``Tue 1 Dec 2026``, in English whatever the locale."""
    return f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]} {on.year}"


def age(days: int | None) -> str:
    """An age as clinicians say it: ``12 d``, ``7 mo 3 d``, from three years on ``3 y 2 mo``.

    Months are mean months of 30.4375 days, since a bundle holds no birth date.
    """
    if days is None:
        return "age unknown"
    months = int(days / DAYS_PER_MONTH)
    if months >= 36:
        years, rest = divmod(months, 12)
        return f"{years}{THIN}y {rest}{THIN}mo" if rest else f"{years}{THIN}y"
    rest = int(days - months * DAYS_PER_MONTH + 0.5)
    if rest >= 30:
        months, rest = months + 1, 0
    if months == 0:
        return f"{rest}{THIN}d"
    return f"{months}{THIN}mo {rest}{THIN}d" if rest else f"{months}{THIN}mo"


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time in words, with the exact value for the hover and the print."""

    words: str
    exact: str


def interval(seconds: float) -> Interval:
    """``about 3 hours`` with ``2 h 57 min 12 s`` behind it."""
    whole = round(abs(seconds))
    parts = [(whole // 86400, "d"), (whole // 3600 % 24, "h"), (whole // 60 % 60, "min"), (whole % 60, "s")]
    exact = " ".join(f"{n}{THIN}{unit}" for n, unit in parts if n) or f"0{THIN}s"
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        n = round(whole / size)
        if whole >= size:
            return Interval(f"{'' if whole == n * size else 'about '}{count(n, name)}", exact)
    return Interval(count(whole, "second") if whole else "less than a second", exact)


def thousandths(small: int) -> str:
    """A whole number of thousandths in the large unit, exactly and without trailing zeros: ``26663`` is ``26.663``."""
    whole, rest = divmod(small, 1000)
    digits = f"{rest:03d}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def listing(items: list[str] | tuple[str, ...]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""
