"""Addresses of referral."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from westward.program.referral.views import child, inbox, lists, referral, roster, slots

_ONE = "referrals/<int:key>/"
_TAB = "children/<int:key>/referral/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("referrals/", inbox.inbox, name="referrals"),
    path("referrals/new/", inbox.take_in, name="take-in"),
    path(_ONE, referral.referral, name="referral"),
    path(f"{_ONE}answer/", referral.answer, name="referral-answer"),
    path(f"{_ONE}assign/", referral.assign, name="referral-assign"),
    path(f"{_ONE}take/", referral.take, name="referral-take"),
    path(f"{_ONE}contact/", referral.contact, name="referral-contact"),
    path(f"{_ONE}contact/<int:contact>/withdraw/", referral.withdraw_contact, name="referral-withdraw-contact"),
    path(f"{_ONE}accept/", referral.accept, name="referral-accept"),
    path(f"{_ONE}decline/", referral.decline, name="referral-decline"),
    path(f"{_ONE}close/", referral.close, name="referral-close"),
    path(f"{_ONE}close/<int:closing>/", referral.agree, name="referral-agree-close"),
    path(f"{_ONE}reopen/", referral.reopen, name="referral-reopen"),
    path(f"{_ONE}files/", referral.attach, name="referral-attach"),
    path(f"{_ONE}files/<int:upload>/", referral.file, name="referral-file"),
    path("roster/", roster.page, name="roster"),
    path("roster/add/", roster.add, name="roster-add"),
    path("roster/<int:key>/swap/", roster.swap, name="roster-swap"),
    path("roster/<int:key>/end/", roster.end, name="roster-end"),
    path("slots/", slots.page, name="slots"),
    path("slots/make/", slots.make, name="slots-make"),
    path("slots/<int:key>/withdraw/", slots.withdraw, name="slot-withdraw"),
    path("overdue/", lists.overdue, name="overdue"),
    path("surveillance/", lists.surveillance, name="surveillance"),
    path(_TAB, child.page, name="child-referral"),
    path(f"{_TAB}fact/", child.fact, name="child-fact"),
    path(f"{_TAB}fact/<int:fact>/withdraw/", child.withdraw_fact, name="child-withdraw-fact"),
    path(f"{_TAB}own/", child.own, name="child-own"),
    path(f"{_TAB}contact/", child.contact, name="child-contact"),
    path(f"{_TAB}appointment/", child.appointment, name="child-appointment"),
    path(f"{_TAB}appointment/<int:appointment>/", child.change, name="child-appointment-change"),
    path(f"{_TAB}slots/", child.slots, name="child-slots"),
    path(f"{_TAB}slots/<int:slot>/", child.book, name="child-book"),
    path(f"{_TAB}watch/", child.watch, name="child-watch"),
    path(f"{_TAB}watch/eeg/", child.watch_eeg, name="child-watch-eeg"),
    path(f"{_TAB}watch/eeg/<int:eeg>/withdraw/", child.withdraw_eeg, name="child-withdraw-eeg"),
    path(f"{_TAB}watch/due/", child.watch_due, name="child-watch-due"),
    path(f"{_TAB}watch/close/", child.watch_close, name="child-watch-close"),
]
