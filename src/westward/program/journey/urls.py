"""Addresses of journey."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from westward.program.journey import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("board/", views.board, name="board"),
    path("board/names/", views.names, name="board-names"),
    path("children/<int:key>/", views.timeline, name="child-timeline"),
]
