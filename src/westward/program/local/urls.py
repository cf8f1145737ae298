"""Addresses of local values."""

from __future__ import annotations

from django.urls import path

from westward.program.local import views

urlpatterns = [
    path("drugs/", views.drugs, name="drugs-here"),
    path("drugs/confirm/", views.supply, name="drugs-confirm"),
    path("local-values/", views.fields, name="local-values"),
    path("local-values/values.toml", views.export, name="local-values-export"),
    path("local-values/version/<int:entry>/<slug:act>/", views.decide, name="local-value-decide"),
    path("local-values/<slug:kind>/<path:place>/enter/", views.enter, name="local-value-enter"),
    path("local-values/<slug:kind>/<path:place>/", views.field, name="local-value"),
]
