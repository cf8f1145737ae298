"""``{% load chart %}{% chart_head child %}``: who it is, and the tabs of the chart."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from westward.care.ages import age_on
from westward.core.errors import UsageError
from westward.program.people.chart import tabs
from westward.program.people.models import Child

register = template.Library()


@register.inclusion_tag("people/chart_head.html", takes_context=True)
def chart_head(context: dict[str, Any], child: Child) -> dict[str, Any]:
    """Name, age, record number and what must not be overlooked; tabs that the user may open."""
    request = context["request"]
    try:
        age = age_on(timezone.localdate(), birth=child.birth_date, gestation_d=child.gestation_d)
    except UsageError:
        age = None
    return {
        "child": child,
        "age": age,
        "tabs": tabs(request.user, child),
        "here": request.resolver_match.view_name if request.resolver_match else "",
    }
