"""``{% load referral %}``: levels, clocks and approximate days as pages show them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from westward.care.clocks import Clock
from westward.care.triage import Level
from westward.care.when import When
from westward.look import words
from westward.program.referral.calendar import midnight
from westward.program.referral.models import Shift
from westward.program.referral.rules import ClockState, ContactClock

register = template.Library()

_LEVELS = {
    Level.EMERGENCY_NOW: ("unsafe", "✕"),
    Level.SAME_DAY: ("due", "▲"),
    Level.NEXT_DAYS: ("", "●"),
    Level.SECOND_OPINION: ("", "○"),
    Level.ROUTINE: ("", "○"),
}
_STATES = {
    ClockState.OVERDUE: ("unsafe", "✕"),
    ClockState.DUE: ("due", "▲"),
    ClockState.RUNNING: ("", "●"),
    ClockState.DONE: ("done", "✓"),
}


@register.filter
def level(value: int) -> SafeString:
    """A level of triage as a word with a sign."""
    found = Level(value)
    meaning, sign = _LEVELS[found]
    return format_html(
        '<span class="word level {}"><span aria-hidden="true">{}</span> {}</span>', meaning, sign, found.words
    )


@register.filter
def contact_clock(clock: ContactClock) -> SafeString:
    """The contact clock as words with a sign and a color."""
    meaning, sign = _STATES[clock.state]
    if clock.state is ClockState.DONE and clock.late:
        meaning, sign = "due", "▲"
    tail = ", late" if clock.late else ""
    return format_html(
        '<span class="word {}"><span aria-hidden="true">{}</span> {}{}</span>', meaning, sign, clock.words, tail
    )


@register.filter
def span(when: When | None) -> str:
    """``Tue 1 Dec 2026``, ``between 1 and 7 Dec 2026``, ``day not known``."""
    if when is None:
        return "not recorded"
    if when.earliest is None or when.latest is None:
        return "day not known"
    if when.exact:
        return words.day(when.earliest)
    return f"between {words.day(when.earliest)} and {words.day(when.latest)}"


@register.filter
def clock_days(clock: Clock) -> str:
    """``3 d``, ``3 to 9 d``, or why there is none."""
    if clock.days is None:
        return clock.reason or clock.state.value
    low, high = clock.days.low, clock.days.high
    return f"{low}{words.THIN}d" if low == high else f"{low} to {high}{words.THIN}d"


@register.filter
def clock_name(name: str) -> str:
    """``referral to EEG`` for ``referral_to_eeg``."""
    said = name.replace("_", " ").replace("eeg", "EEG")
    return said[:1].upper() + said[1:]


@register.filter
def hour(at: datetime) -> str:
    """``14:05``, in the site's time."""
    return f"{timezone.localtime(at):%H:%M}"


@register.filter
def hours(value: float) -> str:
    """``4 h``."""
    return words.number(value, "h")


@register.filter
def short_day(on: date | datetime) -> str:
    """``Tue 1 Dec``."""
    day = timezone.localtime(on).date() if isinstance(on, datetime) else on
    return words.day(day).rsplit(" ", 1)[0]


@register.filter
def reach(at: datetime, day: date) -> str:
    """``14:05``, with the day if it is another one."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == day else f"{words.day(local.date()).rsplit(' ', 1)[0]} {local:%H:%M}"


@register.filter
def hours_of(shift: Shift, day: date) -> str:
    """What of a shift falls on a day: ``all day``, ``from 08:00``, ``until 17:30``, ``08:00 – 17:30``."""
    starts, ends = timezone.localtime(shift.starts), timezone.localtime(shift.until)
    begins, stops = starts.date() == day and starts > midnight(day), ends < midnight(day + timedelta(days=1))
    if begins and stops:
        return f"{starts:%H:%M} – {ends:%H:%M}"
    if begins:
        return f"from {starts:%H:%M}"
    return f"until {ends:%H:%M}" if stops else "all day"


@register.filter
def pick(forms: dict[str, object], key: str) -> object:
    """An entry of a mapping."""
    return forms.get(key, "")
