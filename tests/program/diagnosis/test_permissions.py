"""Verbs of diagnosis against a table written out by hand."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.program.test_permissions import HELD, somebody

from westward.program.accounts import policies

CHART = "coordinator physician technologist nurse genetic_counselor pharmacist"
WHO = {
    "read": CHART,
    "report": CHART,
    "queue": "coordinator physician technologist nurse",
    "room": "coordinator physician technologist nurse",
    "unassigned": "coordinator physician technologist nurse",
    "order": "coordinator physician nurse",
    "cancel_order": "coordinator physician nurse",
    "mark_done": "coordinator physician nurse technologist",
    "write_sheet": "physician technologist",
    "attach": "coordinator physician technologist nurse",
    "reject": "coordinator physician technologist",
    "resolve_identity": "coordinator physician technologist",
    "analyze": "coordinator physician technologist",
    "download": "physician technologist",
    "own_study": "coordinator physician technologist",
    "store_read": "physician",
    "see_engine": "physician",
    "change_read": "physician",
    "sign_read": "physician",
    "confirm_age": "physician",
    "hand_over_read": "physician",
    "take_over_read": "physician",
    "amend_read": "physician",
    "ask_second": "physician",
    "give_up_second": "physician",
    "outside": "coordinator physician technologist nurse",
    "assess": "physician nurse",
    "decide": "physician",
    "revise": "physician",
    "treatment": "physician nurse pharmacist coordinator",
}
ORACLE = {f"diagnosis.{verb}": set(roles.split()) for verb, roles in WHO.items()}
SUBJECTS = st.builds(policies.Subject, id=st.sampled_from(["", "child:3"]), site=st.sampled_from([None, 1, 2]))


def test_the_tables_name_the_same_verbs() -> None:
    assert {verb for verb in policies.TABLE if verb.startswith("diagnosis.")} == set(ORACLE)


@given(st.lists(HELD, max_size=4), st.sampled_from(sorted(ORACLE)), SUBJECTS)
def test_the_policies_say_what_the_table_says(held: Any, verb: str, subject: policies.Subject) -> None:
    expected = False
    for role, site, purpose in held:
        nothing = not subject.id and subject.site is None
        if role in ORACLE[verb] and purpose == "care" and (site is None or site == subject.site or nothing):
            expected = True
    user = somebody(held)
    breakable = policies.TABLE[verb].breakable and subject.id
    if breakable:
        expected_without_glass = expected
        rule = policies.TABLE[verb]
        assert rule.roles == ORACLE[verb]
        assert expected_without_glass == any(
            site is None or site == subject.site for site in policies._sites(user, rule)
        )
    else:
        assert policies.allows(user, verb, subject) == expected
    assert not policies.allows(somebody(held, active=False), verb, subject)
    assert not policies.allows(None, verb, subject)


def test_only_reading_opens_by_broken_glass() -> None:
    breakable = {verb for verb in ORACLE if policies.TABLE[verb].breakable}
    assert breakable == {"diagnosis.read", "diagnosis.report"}
