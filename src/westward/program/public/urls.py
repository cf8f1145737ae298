"""Addresses of public: English at the root, Spanish below ``/es/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from westward.program.public.views import reading, refer


def _routes(language: str, before: str, after: str) -> list[URLPattern | URLResolver]:
    said = {"language": language}
    return [
        path(before, reading.front, said, name=f"front{after}"),
        path(f"{before}about/<slug:slug>/", reading.about, said, name=f"about{after}"),
        path(f"{before}refer/", refer.choose, said, name=f"refer{after}"),
        path(f"{before}refer/parent/", refer.refer, said | {"audience": "parent"}, name=f"refer-parent{after}"),
        path(
            f"{before}refer/professional/",
            refer.refer,
            said | {"audience": "professional"},
            name=f"refer-professional{after}",
        ),
        path(f"{before}refer/sent/", refer.sent, said, name=f"refer-sent{after}"),
    ]


urlpatterns = [*_routes("en", "", ""), *_routes("es", "es/", "-es")]
