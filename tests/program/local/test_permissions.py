"""Who may do what with local values, against a table written out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.program.test_permissions import HELD, SUBJECTS, somebody

from westward.program.accounts import policies

ORACLE = {
    "local.read": {"coordinator", "physician", "technologist", "nurse", "genetic_counselor", "pharmacist"},
    "local.enter": {"physician", "pharmacist"},
    "local.approve": {"physician", "pharmacist"},
    "local.end": {"physician", "pharmacist"},
    "local.supply": {"physician", "pharmacist", "nurse", "coordinator"},
}
FOR_ALL_SITES = {"local.enter", "local.approve", "local.end"}


def test_the_tables_name_the_same_verbs() -> None:
    assert {verb for verb in policies.TABLE if verb.startswith("local.")} == set(ORACLE)


@pytest.mark.django_db
@given(st.lists(HELD, max_size=4), st.sampled_from(sorted(ORACLE)), SUBJECTS)
def test_the_policies_say_what_the_table_says(held: Any, verb: str, subject: policies.Subject) -> None:
    names_nothing = not subject.id and subject.site is None
    expected = any(
        role in ORACLE[verb]
        and purpose == "care"
        and (site is None or (verb not in FOR_ALL_SITES and (site == subject.site or names_nothing)))
        for role, site, purpose in held
    )
    assert policies.allows(somebody(held), verb, subject) == expected
