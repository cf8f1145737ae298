"""Addresses of diagnosis."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from westward.program.diagnosis.views import chart, diagnosis, engine, rooms, study

urlpatterns: list[URLPattern | URLResolver] = [
    path("eeg/queue/", rooms.queue, name="eeg-queue"),
    path("eeg/room/", rooms.room, name="eeg-room"),
    path("eeg/unassigned/", rooms.unassigned, name="eeg-unassigned"),
    path("eeg/unassigned/<int:pk>/", rooms.recording, name="eeg-recording"),
    path("eeg/unassigned/<int:pk>/attach/", rooms.attach, name="eeg-recording-attach"),
    path("eeg/unassigned/<int:pk>/reject/", rooms.reject, name="eeg-recording-reject"),
    path("children/<int:key>/eeg/", chart.eeg, name="child-eeg"),
    path("children/<int:key>/eeg/order/", chart.order, name="eeg-order"),
    path("children/<int:key>/eeg/orders/<int:pk>/cancel/", chart.cancel, name="eeg-order-cancel"),
    path("children/<int:key>/eeg/orders/<int:pk>/done/", chart.mark_done, name="eeg-order-done"),
    path("children/<int:key>/eeg/orders/<int:pk>/sheet/", chart.sheet, name="eeg-sheet"),
    path("children/<int:key>/eeg/upload/", chart.upload, name="eeg-upload"),
    path("children/<int:key>/eeg/outside/", chart.outside, name="eeg-outside"),
    path("children/<int:key>/eeg/outside/<int:pk>/", chart.outside_arrived, name="eeg-outside-arrived"),
    path("children/<int:key>/eeg/outside/<int:pk>/close/", chart.outside_close, name="eeg-outside-close"),
    path("children/<int:key>/eeg/studies/<int:pk>/", study.study, name="eeg-study"),
    path("children/<int:key>/eeg/studies/<int:pk>/progress/", study.progress, name="eeg-progress"),
    path("children/<int:key>/eeg/studies/<int:pk>/identity/", study.identity, name="eeg-identity"),
    path("children/<int:key>/eeg/studies/<int:pk>/again/", study.again, name="eeg-again"),
    path("children/<int:key>/eeg/studies/<int:pk>/owner/", study.owner, name="eeg-owner"),
    path("children/<int:key>/eeg/studies/<int:pk>/read/", study.read, name="eeg-read"),
    path("children/<int:key>/eeg/studies/<int:pk>/sign/", study.sign, name="eeg-sign"),
    path("children/<int:key>/eeg/studies/<int:pk>/age/", study.confirm_age, name="eeg-confirm-age"),
    path("children/<int:key>/eeg/studies/<int:pk>/hand-over/", study.hand_over, name="eeg-hand-over"),
    path("children/<int:key>/eeg/studies/<int:pk>/take-over/", study.take_over, name="eeg-take-over"),
    path("children/<int:key>/eeg/studies/<int:pk>/second/", study.second, name="eeg-second"),
    path("children/<int:key>/eeg/studies/<int:pk>/second/give-up/", study.give_up, name="eeg-give-up"),
    path("children/<int:key>/eeg/studies/<int:pk>/raw/", engine.raw, name="eeg-raw"),
    path("children/<int:key>/eeg/studies/<int:pk>/see/", engine.see, name="eeg-see"),
    path("children/<int:key>/eeg/studies/<int:pk>/report/", engine.report, name="eeg-report"),
    path("children/<int:key>/eeg/studies/<int:pk>/report/frame/", engine.frame, name="eeg-report-frame"),
    path("children/<int:key>/diagnosis/", diagnosis.page, name="child-diagnosis"),
    path("children/<int:key>/diagnosis/decide/", diagnosis.decide, name="diagnosis-decide"),
    path("children/<int:key>/diagnosis/treatment/", diagnosis.treatment, name="first-treatment"),
    path("children/<int:key>/diagnosis/<slug:part>/", diagnosis.assess, name="diagnosis-assess"),
]
