"""Addresses of accounts."""

from __future__ import annotations

from django.urls import path

from westward.program.accounts import sessions, views

urlpatterns = [
    path("me/", views.home, name="home"),
    path("set-up/<str:secret>/", views.set_up, name="set-up"),
    path("session/all/", sessions.sessions, name="sessions"),
    path("staff/", views.staff, name="staff"),
    path("staff/invite/", views.invite, name="invite"),
    path("staff/sites/", views.add_site, name="add-site"),
    path("staff/<int:key>/", views.member, name="member"),
    path("staff/<int:key>/roles/", views.give_role, name="give-role"),
    path("staff/<int:key>/roles/<int:grant>/withdraw/", views.withdraw_role, name="withdraw-role"),
    path("staff/<int:key>/close/", views.close_account, name="close-account"),
    path("staff/<int:key>/sessions/", views.end_sessions, name="end-sessions"),
    path("staff/<int:key>/link/", views.renew_link, name="renew-link"),
]
