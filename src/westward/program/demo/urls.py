"""The addresses of a demo: the page that signs in by role, and all of the program's."""

from __future__ import annotations

from django.urls import path

from westward.program.config import urls as program
from westward.program.config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from westward.program.demo import views

PUBLIC = program.PUBLIC | {"demo", "demo-sign-in"}
urlpatterns = [
    path("demo/", views.roles, name="demo"),
    path("demo/sign-in/<str:username>/", views.sign_in, name="demo-sign-in"),
    *program.urlpatterns,
]
