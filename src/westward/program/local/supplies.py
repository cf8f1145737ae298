"""Reads of which drugs are here: what was confirmed last of each drug and site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.db.models import QuerySet
from django.utils import timezone

from westward.care.available import At, Standing, Supply, standing
from westward.evidence import shelf
from westward.evidence.loader import load
from westward.program.local.models import DrugSupply


@lru_cache(maxsize=1)
def drugs() -> tuple[str, ...]:
    """Every drug of the shipped protocols."""
    return tuple(sorted({course.drug for name in shelf.names() for course in shelf.load(name).courses}))


def latest(sites: Iterable[int | None] | None = None) -> dict[tuple[int | None, str], DrugSupply]:
    """What was confirmed last, by site and drug."""
    found: dict[tuple[int | None, str], DrugSupply] = {}
    for one in _rows(sites):
        found.setdefault((one.site_id, one.drug), one)
    return found


def _rows(sites: Iterable[int | None] | None) -> QuerySet[DrugSupply]:
    rows = DrugSupply.objects.select_related("by").order_by("-at", "-pk")
    if sites is None:
        return rows
    keys = list(sites)
    named = rows.filter(site__in=[key for key in keys if key is not None])
    return named | rows.filter(site=None)


def of_site(known: dict[tuple[int | None, str], DrugSupply], site: int | None) -> dict[str, Supply]:
    """What holds at a site; where it has confirmed nothing of a drug, what was confirmed for all."""
    found = {drug: one for (where, drug), one in known.items() if where is None}
    found |= {drug: one for (where, drug), one in known.items() if where == site}
    return {drug: _supply(one) for drug, one in found.items()}


def _supply(one: DrugSupply) -> Supply:
    day = timezone.localtime(one.at).date()
    return Supply(drug=one.drug, at=At(one.state), days=one.days, confirmed_on=day)


def standings(supplies: Mapping[str, Supply], wanted: Iterable[str]) -> tuple[Standing, ...]:
    """How each wanted drug stands today."""
    on, sheet = timezone.localdate(), load("day_zero")
    return tuple(standing(drug, supplies.get(drug), on=on, sheet=sheet) for drug in wanted)
