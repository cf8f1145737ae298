"""``{% load chart %}{% chart_head child %}``: who it is, and the tabs of the chart."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from westward.look import words
from westward.look.words import THIN
from westward.program.people import queries
from westward.program.people.chart import tabs
from westward.program.people.languages import language_name
from westward.program.people.models import Child

register = template.Library()

FACT_NAMES = {"gestation_d": "Gestation, days", "birth_date": "Birth date"}


@register.inclusion_tag("people/chart_head.html", takes_context=True)
def chart_head(context: dict[str, Any], child: Child) -> dict[str, Any]:
    """Name, age, record number and what must not be overlooked; tabs that the user may open."""
    request = context["request"]
    open_tabs = tabs(request.user, child)
    above = [tab.route for tab in open_tabs if request.path.startswith(reverse(tab.route, args=[child.pk]))]
    part = request.path.removeprefix(reverse("child-person", args=[child.pk]).removesuffix("person/")).partition("/")[0]
    beside = next((tab.route for tab in open_tabs if part in tab.under), "")
    return {
        "child": child,
        "age": queries.age(child),
        "tabs": open_tabs,
        "here": beside or max(above, key=lambda route: len(reverse(route, args=[child.pk])), default=""),
    }


@register.filter
def language(code: str) -> str:
    """``Spanish`` for ``es``."""
    return language_name(code)


@register.filter
def gestation(days: int | None) -> str:
    """``34 wk 2 d``."""
    if days is None:
        return "not known"
    weeks, rest = divmod(days, 7)
    return f"{weeks}{THIN}wk {rest}{THIN}d" if rest else f"{weeks}{THIN}wk"


@register.filter
def fact_name(field: str) -> str:
    """``Family name`` for ``family_name``."""
    return FACT_NAMES.get(field, field.replace("_", " ").capitalize())


@register.filter
def fact(value: Any) -> str:
    """A fact of a chart as it is read: days as dates, yes and no as words, and what is not known as such."""
    if value is None or value == "":
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return words.day(timezone.localtime(value).date())
    return words.day(value) if isinstance(value, date) else str(value)
