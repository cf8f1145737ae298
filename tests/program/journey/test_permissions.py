"""Verbs of the journey against a table written out by hand."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.program.test_permissions import HELD, SUBJECTS, somebody

from westward.program.accounts import policies

ORACLE = {
    (role, "journey.board")
    for role in ("coordinator", "physician", "technologist", "nurse", "genetic_counselor", "pharmacist")
}


def test_the_tables_name_the_same_verbs() -> None:
    assert {verb for verb in policies.TABLE if verb.startswith("journey.")} == {verb for _, verb in ORACLE}


@given(st.lists(HELD, max_size=4), SUBJECTS)
def test_the_board_opens_by_role_and_site(held: Any, subject: policies.Subject) -> None:
    expected = any(
        (role, "journey.board") in ORACLE
        and purpose == "care"
        and (site is None or site == subject.site or (not subject.id and subject.site is None))
        for role, site, purpose in held
    )
    assert policies.allows(somebody(held), "journey.board", subject) == expected
