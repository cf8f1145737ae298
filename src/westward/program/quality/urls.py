"""Addresses of quality."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from westward.program.quality.views import board, safety, treatment

urlpatterns: list[URLPattern | URLResolver] = [
    path("quality/", board.board, name="quality"),
    path("quality/treatment/", treatment.treatment, name="quality-treatment"),
    path("quality/safety/", safety.events, name="safety-events"),
    path("quality/safety/<int:key>/", safety.event, name="safety-event"),
    path("quality/safety/<int:key>/review/", safety.review, name="safety-review"),
    path("quality/safety/<int:key>/actions/", safety.add_action, name="safety-action"),
    path("quality/safety/<int:key>/actions/<int:action>/done/", safety.finish, name="safety-done"),
    path("safety/", safety.own, name="safety"),
    path("safety/new/", safety.new, name="safety-new"),
    path("children/<int:key>/safety/", safety.of_child, name="child-safety"),
    path("children/<int:key>/safety/study/<int:study>/", safety.stopped, name="safety-stopped"),
]
