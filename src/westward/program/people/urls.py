"""Addresses of people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from westward.program.people.views import children, person

urlpatterns: list[URLPattern | URLResolver] = [
    path("children/", children.children, name="children"),
    path("children/find/", children.find, name="children-find"),
    path("children/new/", children.new, name="child-new"),
    path("children/<int:key>/person/", person.person, name="child-person"),
    path("children/<int:key>/person/correct/", person.correct, name="child-correct"),
    path("children/<int:key>/person/state/", person.change_state, name="child-change-state"),
    path("children/<int:key>/break-glass/", person.break_glass, name="child-break-glass"),
]
