"""PINs of caregivers: digits that are not guessed first. Stored as a password is, with its slow digest."""

from __future__ import annotations

import re
from datetime import date

from westward.program.acts import InvalidActError

LEAST, MOST = 6, 12
"""Digits of a PIN (policy of ours)."""

TRIES = 10
"""Wrong tries in a row after which a PIN is shut until staff gives a new link (policy of ours)."""

_UP, _DOWN = "01234567890123456789", "98765432109876543210"
_COLUMNS = frozenset(
    {"147258", "258369", "147369", "258147", "369258", "852456", "456852", "159357", "357159", "789456"}
)


def check_pin(pin: str) -> None:
    """Refuse what is too short, no digits, or among the first that somebody would try.

    Raises
    ------
    InvalidActError
        One line that says why, and never the PIN.
    """
    if not re.fullmatch(r"[0-9]+", pin) or not LEAST <= len(pin) <= MOST:
        raise InvalidActError(f"a PIN has {LEAST} to {MOST} digits and nothing else")
    if len(set(pin)) < 3 or _repeats(pin):
        raise InvalidActError("the PIN repeats itself", remedy="mix the digits more")
    if pin in _UP or pin in _DOWN or pin in _COLUMNS:
        raise InvalidActError("the PIN runs in a row", remedy="mix the digits more")
    if _is_day(pin):
        raise InvalidActError("the PIN reads as a date, and dates are guessed first", remedy="choose other digits")


def _repeats(pin: str) -> bool:
    return any(len(pin) % n == 0 and pin == pin[:n] * (len(pin) // n) for n in range(1, len(pin) // 2 + 1))


def _is_day(pin: str) -> bool:
    if len(pin) == 6:
        a, b, c = int(pin[:2]), int(pin[2:4]), int(pin[4:])
        tries = [(2000 + c, a, b), (2000 + c, b, a), (2000 + a, b, c)]
    elif len(pin) == 8:
        tries = [
            (int(pin[4:]), int(pin[:2]), int(pin[2:4])),
            (int(pin[4:]), int(pin[2:4]), int(pin[:2])),
            (int(pin[:4]), int(pin[4:6]), int(pin[6:])),
        ]
    else:
        return False
    return any(1900 <= year < 2100 and _is(year, month, day) for year, month, day in tries)


def _is(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
