"""Addresses of oversight."""

from __future__ import annotations

from django.urls import path

from westward.program.oversight import views

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/search/", views.search, name="audit-search"),
    path("audit/reviews/", views.reviews, name="reviews"),
    path("audit/reviews/<int:key>/", views.review, name="review"),
]
