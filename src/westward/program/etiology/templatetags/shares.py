"""``{% load shares %}``: a share as a percentage, and the entry of a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from westward.look import words

register = template.Library()


@register.filter
def share(value: float | None) -> str:
    """``22.4%`` of 0.224."""
    return words.percent(None if value is None else float(value), decimals=1)


@register.filter
def of(table: Mapping[str, Any], key: str) -> Any:
    """The entry of a key; None if there is none."""
    return table.get(key)
