"""``{% load treatment %}``: amounts and volumes as pages print them."""

from __future__ import annotations

from django import template

from westward.evidence import shelf
from westward.evidence.safety import load
from westward.look.words import coded, number
from westward.program.treatment import queries, wording

register = template.Library()


@register.filter
def amount(small: int, unit: str) -> str:
    """``31.2 mg``."""
    return wording.amount(small, unit)


@register.filter
def volume(ul: int) -> str:
    """``3.4 mL``."""
    return wording.volume(ul)


@register.filter
def grouped(n: int) -> str:
    """``100,457``."""
    return number(n)


@register.filter
def spaced(code: str) -> str:
    """A code as words: ``ACTH natural``."""
    return coded(str(code))


@register.simple_tag
def contraindications() -> list[tuple[str, str]]:
    """Blocking rules, by id, in words."""
    return [(rule.id, f"{spaced(rule.when)}: {rule.reason}") for rule in load().rules if rule.blocks]


@register.filter
def titled(protocol: str) -> str:
    """What a protocol is called: ``Prednisolone 40 mg a day, fixed dose, 29 days (PERC)``."""
    return shelf.load(protocol).title


@register.filter
def approved_here(protocol: str) -> bool:
    """Whether two people have approved the very text of a protocol."""
    return queries.shelved(protocol).approved
