"""``{% load figures %}``: shares with their interval, days, published figures."""

from __future__ import annotations

from django import template

from westward.care.shares import Share
from westward.evidence.loader import Fact
from westward.look import words
from westward.program.quality.rules import short_standard

register = template.Library()


@register.filter
def share(one: Share) -> str:
    """``80% (12 of 15; 55–93%)``."""
    if one.suppressed:
        return "too few to show"
    if not one.n or one.value is None or one.low is None or one.high is None:
        return "no child to judge"
    low, high = words.percent(one.low).removesuffix("%"), words.percent(one.high)
    return f"{words.percent(one.value)} ({one.k} of {one.n}; {low}–{high})"


@register.filter
def short(standard: str) -> str:
    """A limit and the first words of its source."""
    return short_standard(standard)


@register.filter
def percent(fraction: float | None) -> str:
    """``55%``."""
    return words.percent(fraction)


@register.filter
def days(value: float | None) -> str:
    """``3.5 d``."""
    return words.number(value, "d", decimals=None if value is None or float(value).is_integer() else 1)


@register.filter
def benchmark(fact: Fact) -> str:
    """A published figure with what it is."""
    value = fact.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{value}: {fact.meaning}"
    shown = words.percent(value) if fact.unit == "1" else words.number(value, fact.unit)
    return f"{shown}, {fact.meaning}"
