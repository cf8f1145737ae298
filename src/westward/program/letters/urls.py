"""Addresses of letters."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from westward.program.letters import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("letters/", views.letters, name="letters"),
    path("children/<int:key>/letters/", views.child_letters, name="child-letters"),
    path("children/<int:key>/letters/draft/", views.draft, name="letter-draft"),
    path("children/<int:key>/letters/<int:pk>/", views.letter, name="letter"),
    path("children/<int:key>/letters/<int:pk>/edit/", views.edit, name="letter-edit"),
    path("children/<int:key>/letters/<int:pk>/sign/", views.sign, name="letter-sign"),
    path("children/<int:key>/letters/<int:pk>/withdraw/", views.withdraw, name="letter-withdraw"),
    path("children/<int:key>/letters/<int:pk>/correct/", views.correct, name="letter-correct"),
    path("children/<int:key>/letters/<int:pk>/send/", views.send, name="letter-send"),
    path("children/<int:key>/letters/<int:pk>/a4.pdf", views.letter_pdf, {"paper": "a4"}, name="letter-pdf"),
    path("children/<int:key>/letters/<int:pk>/letter.pdf", views.letter_pdf, {"paper": "letter"}, name="letter-pdf-us"),
    path("children/<int:key>/dispatches/<int:pk>/confirm/", views.confirm, name="dispatch-confirm"),
    path("children/<int:key>/dispatches/<int:pk>/failed/", views.failed, name="dispatch-failed"),
]
