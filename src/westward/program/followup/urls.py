"""Addresses of follow-up."""

from __future__ import annotations

from django.urls import path

from westward.program.followup.views import chart, compared, diary, films

_CHART = "children/<int:key>/response/"

urlpatterns = [
    path("diary/", diary.root, name="diary-root"),
    path("diary/worker.js", diary.worker, name="diary-worker"),
    path("diary/<int:key>/", diary.diary, name="diary"),
    path("diary/token/", diary.token, name="diary-token"),
    path("diary/<int:key>/sync/", diary.sync, name="diary-sync"),
    path("diary/<int:key>/entry/", diary.entry, name="diary-entry"),
    path("diary/<int:key>/film/", films.send, name="diary-film-send"),
    path("diary/<int:key>/films/<int:entry>/", films.of_family, name="diary-film"),
    path("follow-up/", chart.worklist, name="followup"),
    path(_CHART, chart.response, name="child-response"),
    path(f"{_CHART}compared/<int:before>/<int:after>/", compared.whole, name="child-compared"),
    path(f"{_CHART}compared/<int:before>/<int:after>/frame/", compared.frame, name="child-compared-frame"),
    path(f"{_CHART}films/<int:entry>/", films.of_chart, name="child-film"),
    path(f"{_CHART}flags/<int:entry>/", chart.answer, name="flag-answer"),
    path(f"{_CHART}call/", chart.call, name="family-call"),
    path(f"{_CHART}adverse/", chart.adverse, name="adverse"),
    path(f"{_CHART}assessment/", chart.assess, name="assess"),
    path(f"{_CHART}outcome/", chart.outcome, name="outcome"),
    path(f"{_CHART}following/", chart.following, name="following"),
]
