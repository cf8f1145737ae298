"""Addresses of etiology."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from westward.program.etiology.views import imaging, lists, overview, phenotype, tests

CHILD = "children/<int:key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("causes/", lists.causes, name="causes"),
    path("causes/shares/", lists.shares, name="cause-shares"),
    path(f"{CHILD}cause/", overview.overview, name="child-cause"),
    path(f"{CHILD}cause/open/", overview.open_workup, name="cause-open"),
    path(f"{CHILD}cause/class/", overview.classify, name="cause-class"),
    path(f"{CHILD}cause/treatable/", overview.answer_treatable, name="cause-treatable"),
    path(f"{CHILD}cause/order/", tests.order_test, name="cause-order"),
    path(f"{CHILD}cause/examination/", tests.examination, name="cause-examination"),
    path(f"{CHILD}cause/counseling/", tests.counseling, name="cause-counseling"),
    path(f"{CHILD}cause/reports/<int:pk>/", overview.report, name="cause-report"),
    path(f"{CHILD}tests/<int:pk>/", tests.order, name="test-order"),
    path(f"{CHILD}tests/<int:pk>/cancel/", tests.cancel, name="test-cancel"),
    path(f"{CHILD}tests/<int:pk>/sample/", tests.sample, name="test-sample"),
    path(f"{CHILD}tests/<int:pk>/result/", tests.result, name="test-result"),
    path(f"{CHILD}tests/<int:pk>/disclose/", tests.disclose, name="test-disclose"),
    path(f"{CHILD}samples/<int:pk>/ship/", tests.ship, name="sample-ship"),
    path(f"{CHILD}samples/<int:pk>/reject/", tests.reject, name="sample-reject"),
    path(f"{CHILD}imaging/", imaging.new, name="imaging-new"),
    path(f"{CHILD}imaging/<int:pk>/withdraw/", imaging.withdraw, name="imaging-withdraw"),
    path(f"{CHILD}phenotype/", phenotype.phenotype, name="phenotype"),
    path(f"{CHILD}phenotype/terms/", phenotype.terms, name="phenotype-terms"),
    path(f"{CHILD}phenotype/note/", phenotype.note, name="phenotype-note"),
    path(f"{CHILD}phenotype/<int:pk>/withdraw/", phenotype.withdraw, name="phenotype-withdraw"),
]
