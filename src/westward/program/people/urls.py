"""Addresses of people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from westward.program.people.views import around, children, merge, my_child, person

urlpatterns: list[URLPattern | URLResolver] = [
    path("children/", children.children, name="children"),
    path("children/find/", children.find, name="children-find"),
    path("children/new/", children.new, name="child-new"),
    path("children/<int:key>/person/", person.person, name="child-person"),
    path("children/<int:key>/person/correct/", person.correct, name="child-correct"),
    path("children/<int:key>/person/state/", person.change_state, name="child-change-state"),
    path("children/<int:key>/caregivers/add/", around.add_caregiver, name="child-add-caregiver"),
    path(
        "children/<int:key>/caregivers/<int:caregiver>/correct/",
        around.correct_caregiver,
        name="child-correct-caregiver",
    ),
    path(
        "children/<int:key>/caregivers/<int:caregiver>/invite/", around.invite_caregiver, name="child-invite-caregiver"
    ),
    path(
        "children/<int:key>/caregivers/<int:caregiver>/share/<int:other>/",
        around.share_account,
        name="child-share-account",
    ),
    path(
        "children/<int:key>/caregivers/<int:caregiver>/revoke/", around.revoke_caregiver, name="child-revoke-caregiver"
    ),
    path("children/<int:key>/consents/", around.record_consent, name="child-record-consent"),
    path("children/<int:key>/clinicians/", around.tie_clinician, name="child-tie-clinician"),
    path("children/<int:key>/clinicians/<int:tie>/correct/", around.correct_clinician, name="child-correct-clinician"),
    path("children/<int:key>/clinicians/<int:tie>/end/", around.end_tie, name="child-end-tie"),
    path("children/<int:key>/merge/", merge.find_other, name="child-merge-find"),
    path("children/<int:key>/merge/<int:other>/", merge.merge, name="child-merge"),
    path("children/<int:key>/merge/<int:other>/different/", merge.different, name="child-different"),
    path("children/<int:key>/merges/<int:merge>/undo/", merge.undo, name="child-undo-merge"),
    path("my-child/", my_child.my_child, name="my-child"),
    path("children/<int:key>/break-glass/", person.break_glass, name="child-break-glass"),
]
