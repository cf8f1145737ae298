"""Addresses of treatment."""

from __future__ import annotations

from django.urls import path

from westward.program.treatment.views import calendar, chart, evidence, other, protocols

_CHART = "children/<int:key>/treatment/"
_RUN = f"{_CHART}<int:run>/"

urlpatterns = [
    path("protocols/", protocols.protocols, name="protocols"),
    path("protocols/words/<slug:language>/", protocols.translation, name="translation"),
    path("protocols/words/<slug:language>/review/", protocols.review, name="review-words"),
    path("protocols/<slug:name>/", protocols.protocol, name="protocol"),
    path("protocols/<slug:name>/plan-definition.json", protocols.fhir, name="protocol-fhir"),
    path("protocols/<slug:name>/approve/", protocols.approve, name="approve-protocol"),
    path("evidence/", evidence.evidence, name="evidence"),
    path("children/<int:key>/evidence/", evidence.of_child, name="child-evidence"),
    path(_CHART, chart.treatment, name="child-treatment"),
    path(f"{_CHART}measure/", chart.measure, name="treatment-measure"),
    path(f"{_CHART}measure/<int:measurement>/confirm/", chart.confirm, name="treatment-confirm"),
    path(f"{_CHART}safety/", chart.answer, name="treatment-safety"),
    path(f"{_CHART}start/", chart.start, name="treatment-start"),
    path(f"{_CHART}day-zero/", chart.day_zero, name="day-zero"),
    path(f"{_CHART}day-zero/<int:task>/", chart.finish, name="day-zero-done"),
    path(f"{_CHART}access/", chart.access, name="treatment-access"),
    path(f"{_CHART}other/", other.other, name="child-other"),
    path(f"{_CHART}other/meal/", other.reckon, name="child-meal"),
    path(f"{_CHART}other/<slug:act>/", other.act, name="child-other-act"),
    path(f"{_CHART}other/<slug:act>/<int:on>/", other.act, name="child-other-on"),
    path(f"{_RUN}switch/", chart.switch, name="treatment-switch"),
    path(f"{_RUN}plans/<int:plan>/sign/", chart.sign, name="plan-sign"),
    path(f"{_RUN}plans/<int:plan>/check/", chart.check, name="plan-check"),
    path(f"{_RUN}plans/<int:plan>/decline/", chart.decline, name="plan-decline"),
    path(f"{_RUN}checks/<int:check>/decided/", chart.decide, name="check-decided"),
    path(f"{_RUN}calendar/<slug:language>/", calendar.family, name="family-calendar"),
    path(f"{_RUN}calendar/<slug:language>/print/", calendar.printed, name="family-calendar-print"),
    path(f"{_RUN}calendar/<slug:language>/<slug:size>.pdf", calendar.paper, name="family-calendar-pdf"),
    path(f"{_RUN}calendar/<slug:language>/file/", calendar.ics, name="family-calendar-ics"),
    path(f"{_RUN}<slug:act>/", chart.on_run, name="treatment-act"),
]
