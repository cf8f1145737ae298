"""Verbs of quality against a table written out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.program.test_permissions import HELD, SUBJECTS, somebody

from westward.program.accounts import policies

ORACLE = {
    ("quality", "quality.board"),
    ("physician", "quality.board"),
    ("coordinator", "quality.board"),
    ("quality", "quality.review"),
}
STAFF = {"quality.file", "quality.own", "quality.finish"}
VERBS = sorted({verb for _, verb in ORACLE} | STAFF)


def test_the_tables_name_the_same_verbs() -> None:
    assert {verb for verb in policies.TABLE if verb.startswith("quality.")} == set(VERBS)


@given(st.lists(HELD, max_size=4), st.sampled_from(VERBS), SUBJECTS, st.sampled_from(["staff", "caregiver"]))
def test_quality_opens_by_role_site_and_purpose(held: Any, verb: str, subject: policies.Subject, kind: str) -> None:
    user = somebody(held)
    user.kind = kind
    expected = (verb in STAFF and kind == "staff") or any(
        (role, verb) in ORACLE
        and purpose == "quality"
        and (site is None or site == subject.site or (not subject.id and subject.site is None))
        for role, site, purpose in held
    )
    assert policies.allows(user, verb, subject) == expected


@pytest.mark.parametrize("verb", VERBS)
def test_closed_accounts_may_nothing(verb: str) -> None:
    assert not policies.allows(somebody([("quality", None, "quality")], active=False), verb)
